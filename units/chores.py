"""What runs by itself: one table, declared by the apps, run by the workers (design sections 10 and 13).

An app names a module on its AppConfig (`chores = "documents.chores"`); the module's CHORES are the app's rows. A chore
is claimed in a short transaction and runs outside it, under a lock of the very connection that it works on: two workers
never run it at once, and what a killed worker left is due again at once. It must be safe to run twice.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module

from django.apps import apps
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from .models import ChoreRun

LOCK_CLASS = 4702115  # pg_advisory_lock(class, chore)
MARGIN, PULSE_MARGIN = timedelta(minutes=10), timedelta(minutes=1)
FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """`work` does it and says in a few words what was done; `on_pulse`: short, and never behind a long one."""

    name: str
    label: str
    every: timedelta
    work: Callable[[], str]
    on_pulse: bool = False

    @property
    def margin(self) -> timedelta:
        """How much later than due is late."""
        return PULSE_MARGIN if self.on_pulse else MARGIN

    def expected_at(self, succeeded_at: datetime | None, created_at: datetime) -> datetime:
        """When the next success is expected."""
        return succeeded_at + self.every if succeeded_at else created_at

    def is_late(self, succeeded_at, created_at, *, since: datetime) -> bool:
        """Overdue by its margin; the time before `since`, when nothing ran on this server, does not count."""
        return timezone.now() - max(self.expected_at(succeeded_at, created_at), since) > self.margin


@cache
def table() -> dict[str, Chore]:
    """Name → chore, in the order of the apps."""
    found: dict[str, Chore] = {}
    for config in apps.get_app_configs():
        if module := getattr(config, "chores", ""):
            for chore in import_module(module).CHORES:
                if chore.name in found:
                    raise LookupError(f"Two chores are called {chore.name!r}.")
                found[chore.name] = chore
    return found


def ensure() -> None:
    """Every chore has its row; new ones are due at once."""
    ChoreRun.objects.bulk_create([ChoreRun(name=name) for name in table()], ignore_conflicts=True)


def runs() -> list[tuple[Chore, ChoreRun]]:
    """The whole table with how it went."""
    rows = {row.name: row for row in ChoreRun.objects.filter(name__in=table())}
    return [(chore, rows.get(name) or ChoreRun(name=name)) for name, chore in table().items()]


def run_due(*, on_pulse: bool = False) -> int:
    """Run what is due, one after the other; returns how many ran, well or badly."""
    names = ChoreRun.objects.filter(due_at__lte=timezone.now()).order_by("due_at").values_list("name", flat=True)
    due = [table()[name] for name in names if name in table()]
    return sum(run(chore) is not None for chore in due if chore.on_pulse == on_pulse)


def run(chore: Chore, *, is_due: bool = False) -> ChoreRun | None:
    """Run it when it is due (or `is_due` says so); None when it is not, or somebody else is at it.

    What it raises is kept on its row: it is tried again after a minute, then two, four … at most its usual time.
    """
    row = _claim(chore, is_due)
    if row is None:
        return None
    try:
        result = chore.work()
    except Exception as error:
        logger.exception("Chore %s failed", chore.name)
        _release(row)
        _failed(chore, row, error)
    else:
        _release(row)
        now = timezone.now()
        ChoreRun.objects.filter(pk=row.pk).update(
            due_at=now + chore.every, finished_at=now, succeeded_at=now, result=result[:300], failures=0, cause=""
        )
    row.refresh_from_db()
    return row


def _claim(chore: Chore, is_due: bool) -> ChoreRun | None:
    with transaction.atomic():
        rows = ChoreRun.objects.select_for_update(skip_locked=True).filter(name=chore.name)
        row = (rows if is_due else rows.filter(due_at__lte=timezone.now())).first()
        if row is None or not _ask("pg_try_advisory_lock", row):
            return None
        row.started_at = timezone.now()
        row.save(update_fields=["started_at"])
    return row


def _release(row: ChoreRun) -> None:
    """A broken connection has let go already; then the rest is written through a new one."""
    try:
        _ask("pg_advisory_unlock", row)
    except Error:
        connection.close()
    close_old_connections()


def _ask(function: str, row: ChoreRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_CLASS, row.pk])
        return cursor.fetchone()[0]


def _failed(chore: Chore, row: ChoreRun, error: Exception) -> None:
    pause = min(chore.every, LAST_RETRY, FIRST_RETRY * 2 ** min(row.failures, 10))
    now = timezone.now()
    cause = f"{type(error).__name__}：{error}".replace("\x00", "")[:2000]
    ChoreRun.objects.filter(pk=row.pk).update(
        due_at=now + pause, finished_at=now, failures=F("failures") + 1, cause=cause
    )

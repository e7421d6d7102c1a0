"""For monitors: is the site up, does the database answer, does a worker live, did what runs by itself run?

`/healthz` is 503 when the database does not answer within two seconds, or when the worker or a chore is late by its
margin while this site was up; a site that has just started is well although its worker has not begun. `/healthz?live`
asks nobody. Neither reads a session. `/metrics` is for the server itself only.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connections
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import chores, worker
from ..access import public
from ..models import Job, Task

STARTED = timezone.now()  # of this process; before that nothing can be late
PATIENCE = 2  # seconds
RUNS = "SELECT name, succeeded_at, created_at FROM units_chorerun"


@public("liveness")
@never_cache
@require_safe
def healthz(request):
    if "live" in request.GET:
        return _text(["site: ok"])
    try:
        with _own_line() as cursor:
            workers = worker.alive(cursor)
            cursor.execute(RUNS)
            late = _late(cursor.fetchall())
    except Error:
        return _text(["site: ok", "database: down", "worker: unknown", "chores: unknown"], status=503)
    lines = ["site: ok", "database: ok", f"worker: {_worker_words(workers, late)}"]
    lines.append(f"chores: {'late ' + ' '.join(late) if late else 'ok'}")
    return _text(lines, status=503 if late else 200)


@contextmanager
def _own_line():
    """A cursor on a connection of its own, which waits two seconds at most."""
    line = connections["default"].copy()
    options = line.settings_dict["OPTIONS"]
    given = f"{options.get('options', '')} -c statement_timeout={PATIENCE * 1000}".strip()
    line.settings_dict["OPTIONS"] = {**options, "connect_timeout": PATIENCE, "options": given}
    try:
        with line.cursor() as cursor:
            yield cursor
    finally:
        line.close()


def _late(rows) -> list[str]:
    """Names of the chores that are late; one that has no row yet has been late since this process started."""
    told = {name: (succeeded_at, created_at) for name, succeeded_at, created_at in rows}
    return [
        name for name, chore in chores.table().items() if chore.is_late(*told.get(name, (None, STARTED)), since=STARTED)
    ]


def _worker_words(workers: int, late: list[str]) -> str:
    if workers:
        return f"ok ({workers})"
    return "missing" if late else "not there yet"


def _text(lines: list[str], status: int = 200) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")


@public("figures for the server's own monitor")
@never_cache
@require_safe
def metrics(request):
    """Prometheus text format; 404 for everybody but EGOV_METRICS_FROM, and for what came through a proxy."""
    if request.META.get("REMOTE_ADDR") not in settings.EGOV_METRICS_FROM or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    lines = [f"egov_open_tasks {Task.objects.open().count()}"]
    states = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    lines += [f'egov_jobs{{state="{state}"}} {states.get(state, 0)}' for state in Job.State.values]
    now = timezone.now()
    for chore, row in chores.runs():
        age = int((now - (row.succeeded_at or row.created_at)).total_seconds())
        lines.append(f'egov_chore_age_seconds{{chore="{chore.name}"}} {age}')
        lines.append(f'egov_chore_failures{{chore="{chore.name}"}} {row.failures}')
    return _text(lines)

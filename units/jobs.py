"""Background work that can be seen, left and found again: a `Job` row, run by the worker through django-tasks.

A handler must be safe to run twice: a worker may be killed anywhere, and the job then starts again.
"""

import logging
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task

from . import audit
from .models import Interrupted, Job
from .workflow import Refused

HANDLERS: dict[str, Callable] = {}
LOCK_CLASS = 4702114  # pg_advisory_lock(class, job): one runner at a time
ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=5), timedelta(seconds=60))
logger = logging.getLogger(__name__)


def handler(kind: str):
    def register(function: Callable) -> Callable:
        HANDLERS[kind] = function
        return function

    return register


def start(kind: str, title: str, *, by, unit=None, subject=None, **args) -> Job:
    """Queue `kind` in the running transaction; the worker sees it after the commit. `args` must be JSON."""
    if kind not in HANDLERS:
        raise LookupError(f"No handler for job kind {kind!r}.")
    job = Job.objects.create(
        kind=kind,
        title=title[:200],
        owner=by,
        unit=unit,
        subject_type=subject.AUDIT_TYPE if subject is not None else "",
        subject_uid=subject.uid if subject is not None else None,
        args=args,
    )
    run_job.enqueue(str(job.uid))
    return job


def retry(job: Job, *, by) -> None:
    """Queue a failed job again; one that is not failed is refused."""
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        if row.state != Job.State.FAILED:
            raise Refused(f"“{row.title}”{row.get_state_display()}，无须重试。")
        row.state, row.attempts, row.cause = Job.State.QUEUED, 0, ""
        row.save()
        audit.record("retry_job", "重试后台任务", row, by=by, before=Job.State.FAILED, after=Job.State.QUEUED)
        run_job.enqueue(str(row.uid))


@task()
def run_job(uid: str) -> None:
    job = Job.objects.select_related("owner", "unit").get(uid=uid)
    if job.state in (Job.State.DONE, Job.State.FAILED):
        return  # a second copy of the task after a crash
    try:
        run_now(job)
    except Interrupted:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, changed_at=timezone.now())
            run_job.enqueue(uid)
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.uid, job.kind)
        _after_failure(job, error)


def run_now(job: Job) -> Job:
    """Run the handler here; what it raises comes out, and the job stays as it was left.

    Whoever comes second (a command beside the worker) waits for the first and runs the handler over what he left.
    """
    with _sole_runner(job):
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, changed_at=timezone.now())
        HANDLERS[job.kind](job, **job.args)
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, cause="", changed_at=timezone.now())
    job.refresh_from_db()
    return job


@contextmanager
def _sole_runner(job: Job):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, job.pk])
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job.pk])


def let_pass(job: Job) -> None:
    """Somebody's job need not wait for the end of a long one that nobody waits for: it is run in between, here."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, attempts=0).exclude(pk=job.pk)
    for uid in waiting.order_by("pk").values_list("uid", flat=True):
        run_job.call(str(uid))


def _after_failure(job: Job, error: Exception) -> None:
    """Tried again a few times; a business refusal at once ends it, because waiting would not change it."""
    attempts = job.attempts + 1
    again = attempts < ATTEMPTS and not isinstance(error, Refused)
    cause = str(error) if isinstance(error, Refused) else f"{type(error).__name__}：{error}"
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            attempts=attempts,
            state=Job.State.QUEUED if again else Job.State.FAILED,
            cause=cause.replace("\x00", "")[:2000],
            trace=""
            if isinstance(error, Refused)
            else "".join(traceback.format_exception(error))[-8000:].replace("\x00", ""),
            changed_at=timezone.now(),
        )
        if again:
            run_job.using(run_after=timezone.now() + RETRY_AFTER[attempts - 1]).enqueue(str(job.uid))

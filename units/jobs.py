"""Background work that can be seen, left and found again: a `Job` row, run by the worker through django-tasks.

A handler must be safe to run twice: a worker may be killed anywhere, and the job then starts again. It never runs twice
at the same time: a runner holds the job's advisory lock on the very connection that its effects go through, so that a
broken connection lets go of the lock and ends the effects together; and every mark is fenced by the attempt's number.
"""

import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from . import audit
from .actions import system_user
from .job_workflow import JOB, Attempt, is_hopeless
from .models import Asked, Interrupted, Job, JobFinding, StopsRunning
from .workflow import Refused, is_busy

HANDLERS: dict[str, Callable] = {}
UNDOERS: dict[str, Callable] = {}  # what takes away the half done of a kind that can be cancelled
BEGIN_ANEW: set[str] = set()
LOCK_CLASS = 4702114  # pg_advisory_lock(class, job): one runner at a time
ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=5), timedelta(seconds=60))
GRACE = timedelta(seconds=10)  # between a worker's claim of the task and the job's lock
LOST = "处理中断（后台进程或数据库连接中断），已自动接续。"
GAVE_UP = "处理多次中断，一直没有进展，已停止；请与系统管理员联系，或者重试。"
logger = logging.getLogger(__name__)


def handler(kind: str):
    def register(function: Callable) -> Callable:
        HANDLERS[kind] = function
        return function

    return register


def undoes(kind: str, *, begins_anew: bool = False):
    """Registers what takes away the half done of a cancelled job of `kind`; called with the job and its arguments.

    Safe to repeat. `begins_anew`: no act of people starts such work, so the cancelled one itself can be begun again.
    """

    def register(function: Callable) -> Callable:
        UNDOERS[kind] = function
        if begins_anew:
            BEGIN_ANEW.add(kind)
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
    """Queue a failed or cancelled job again; any other is refused. What it found before stays."""
    with transaction.atomic():
        before = job.state
        JOB.perform("retry", job, by=by)
        audit.record("retry_job", "重新处理", job, by=by, through="retry", before=before, after=Job.State.QUEUED)
        run_job.enqueue(str(job.uid))


def report(job: Job, findings: Iterable) -> int:
    """Keep what this attempt found (objects with severity and message; code, target, field, line where known)."""
    rows = [
        JobFinding(
            job=job,
            attempt=job.attempt,
            line=getattr(one, "line", 0) or 0,
            code=getattr(one, "code", "")[:40],
            severity=one.severity,
            target=getattr(one, "target", "")[:500],
            field=getattr(one, "field", "")[:60],
            message=one.message.replace("\x00", ""),
        )
        for one in findings
    ]
    JobFinding.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


@task()
def run_job(uid: str) -> None:
    job = Job.objects.select_related("owner", "unit").filter(uid=uid).first()
    if job is None or not job.is_open:
        return  # a second copy of the task after a crash
    with _sole_runner(job, patience=0) as is_mine:
        if is_mine:
            _run_for_worker(job)


def _run_for_worker(job: Job) -> None:
    """As `_run`; whatever happens is written down, still under the job's lock."""
    try:
        _run(job)
    except Interrupted:
        _put_back(job)
    except StopsRunning:
        logger.warning("Job %s (%s) was taken over by another runner", job.uid, job.kind)
    except Exception as error:
        _after_failure(job, error)


def run_now(job: Job) -> Job:
    """Run the handler here; what it raises comes out, and the job stays as it was left.

    Whoever comes second (a command beside the worker) waits for the first; a job that is done is not done twice.
    """
    with _sole_runner(job):
        job.refresh_from_db()
        if job.state not in (Job.State.DONE, Job.State.CANCELLED):
            _run(job)
    return job


def _obey(job: Job) -> None:
    """A person wanted a pause, or the end, of which nothing half done stays; one who takes his wish back has his way."""
    job.refresh_from_db(fields=["asked"])  # not the attempt: whoever was overtaken stays so
    if not job.asked:
        _put_back(job)
    elif job.asked == Job.Wish.CANCEL:
        UNDOERS[job.kind](job, **job.args)
        JOB.perform("drop", job, by=system_user(), given=Attempt(job.attempt))
    else:
        JOB.perform("rest", job, by=system_user(), given=Attempt(job.attempt))


def _run(job: Job) -> None:
    """Until it is done, or a person's wish was followed."""
    JOB.perform("claim", job, by=system_user())
    if job.asked:  # of a runner that is gone
        _obey(job)
        return
    try:
        HANDLERS[job.kind](job, **job.args)
    except Asked:
        _obey(job)
        return
    JOB.perform("finish", job, by=system_user(), given=Attempt(job.attempt))


@contextmanager
def _sole_runner(job: Job, patience: float = float("inf")) -> Iterator[bool]:
    """Holds the job's lock on this connection; gives False when it is not free within `patience` seconds."""
    until = time.monotonic() + patience
    while not (mine := _ask("pg_try_advisory_lock", job)) and time.monotonic() < until:
        time.sleep(0.1)
    job.held_on = connection.connection if mine else None
    try:
        yield mine
    finally:
        if mine and connection.connection is job.held_on and not connection.needs_rollback:
            try:
                _ask("pg_advisory_unlock", job)
            except Error:
                connection.close()  # the lock goes with it
        job.held_on = None


def _ask(function: str, job: Job) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCK_CLASS, job.pk])
        return cursor.fetchone()[0]


def let_pass(job: Job) -> None:
    """Somebody's job need not wait for the end of a long one that nobody waits for: it is run in between, here."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, failures=0, losses=0).exclude(pk=job.pk)
    for uid in waiting.order_by("pk").values_list("uid", flat=True):
        run_job.call(str(uid))


def _put_back(job: Job) -> None:
    with transaction.atomic():
        JOB.perform("put_back", job, by=system_user(), given=Attempt(job.attempt))
        run_job.enqueue(str(job.uid))


def is_lost(error: BaseException) -> bool:
    """Did the connection to the database break (and not a statement fail)?"""
    if connection.connection is not None and connection.is_usable():
        return False
    return isinstance(error, OperationalError | InterfaceError) and not is_busy(error)


def _after_failure(job: Job, error: Exception) -> None:
    """Tried again a few times; a business refusal at once ends it, because waiting would not change it.

    A lost connection is not the job's failure: it goes back into the queue as soon as the database answers.
    """
    lost = is_lost(error)
    refused = isinstance(error, Refused)
    if not refused:
        logger.error("Job %s (%s) failed", job.uid, job.kind, exc_info=error)
    if lost:
        connection.close()
        with suppress(Error):  # still away: `take_up` finds the job later
            _take_up(job)
        return
    again = job.failures + 1 < ATTEMPTS and not refused
    cause = str(error) if refused else f"{type(error).__name__}：{error}"
    trace = "" if refused else "".join(traceback.format_exception(error))
    try:
        with transaction.atomic():
            step = "try_again" if again else "fail"
            JOB.perform(step, job, by=system_user(), given=Attempt(job.attempt, cause, trace))
            if again:
                after = timezone.now() + RETRY_AFTER[job.failures - 1]
                run_job.using(run_after=after).enqueue(str(job.uid))
    except Refused as overtaken:
        logger.warning("Job %s (%s): %s", job.uid, job.kind, overtaken)
    except Error:
        logger.exception("The failure of job %s (%s) could not be written", job.uid, job.kind)
        connection.close()


def running() -> set[int]:
    """Keys of the jobs whose lock is held by somebody's living connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks "
            "WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_CLASS],
        )
        return {key for (key,) in cursor.fetchall()}


def take_up() -> int:
    """Open jobs that nobody runs and no task waits for go back into the queue; returns how many.

    The runner is judged by the job's lock alone: a worker that lost its own connection, or a task table that says
    otherwise, does not matter. One that got no further for too long is shown as failed, with a retry.
    """
    waiting, taken = _tasks(Q(status="READY")), _tasks(Q(status="RUNNING", started_at__gt=timezone.now() - GRACE))
    held = running()
    found = [
        job
        for job in Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))
        if job.pk not in held and str(job.uid) not in waiting
        # a queued one may just be on the way from a worker's claim of the task to the job's lock
        if job.state == Job.State.RUNNING or str(job.uid) not in taken
    ]
    return sum(_take_up(job) for job in found)


def _take_up(job: Job) -> bool:
    step = "give_up" if is_hopeless(job) else "lose"
    try:
        with transaction.atomic():
            if not _ask("pg_try_advisory_xact_lock", job):
                return False  # taken a moment ago
            cause = LOST if step == "lose" else GAVE_UP
            JOB.perform(step, job, by=system_user(), given=Attempt(job.attempt, cause))
            if step == "lose":
                pause = timedelta(seconds=min(60, 5 * max(0, job.losses - 1)))
                run_job.using(run_after=timezone.now() + pause).enqueue(str(job.uid))
    except Refused:
        return False  # somebody has it meanwhile
    return True


def _tasks(which: Q) -> set[str]:
    """Uids of the jobs that such rows of the task table are for."""
    rows = DBTaskResult.objects.filter(which, task_path=run_job.module_path)
    return {given["args"][0] for given in rows.values_list("args_kwargs", flat=True)}


def close_dead_tasks() -> int:
    """Task rows that say RUNNING although nobody holds their job: closed, so that the table tells the truth."""
    held = {str(uid) for uid in Job.objects.filter(pk__in=running()).values_list("uid", flat=True)}
    rows = DBTaskResult.objects.filter(
        status="RUNNING", task_path=run_job.module_path, started_at__lt=timezone.now() - GRACE
    )
    dead = [row.pk for row in rows if row.args_kwargs["args"][0] not in held]
    return DBTaskResult.objects.filter(pk__in=dead, status="RUNNING").update(
        status="FAILED", finished_at=timezone.now(), traceback="Nobody runs it any more."
    )

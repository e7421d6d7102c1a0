"""暂停, 继续, 取消 of background work, by people: the wish is written, the worker follows it at its next mark.

Who may is the rule `steer`; each is an act with an event. Nothing is ended from outside: whatever lies half done is taken
away by the worker itself, under the job's lock (units/jobs.py).
"""

from collections.abc import Iterable

from django.db import transaction

from . import audit, jobs
from .job_workflow import JOB, End
from .models import Job

NOT_HALFWAY = "双方已经商定或移交手续已经办结，这项处理可以暂停，不能取消。"


def pause(job: Job, *, by) -> None:
    """A running one rests at its next mark and goes on where it stopped; one that waits is not begun."""
    _wished("pause", "暂停后台处理", job, by)


def resume(job: Job, *, by) -> None:
    """Also of one that was asked to pause a moment ago and still runs."""
    with transaction.atomic():
        _wished("resume", "继续后台处理", job, by)
        if job.state == Job.State.QUEUED:
            jobs.run_job.enqueue(str(job.uid))


def cancel(job: Job, *, by) -> None:
    """Refused for kinds of work that must come to their end."""
    with transaction.atomic():
        rested = job.state == Job.State.PAUSED
        _wished("cancel", "取消后台处理", job, by, given=End("" if can_be_ended(job) else NOT_HALFWAY))
        if rested:
            jobs.run_job.enqueue(str(job.uid))


def can_be_ended(job: Job) -> bool:
    return job.kind in jobs.UNDOERS


def attend(rows: Iterable[Job]) -> list[Job]:
    """Jobs for a page, each with what its buttons need beside `may_steer`."""
    found = list(rows)
    for job in found:
        job.can_be_ended, job.may_begin_anew = can_be_ended(job), job.kind in jobs.BEGIN_ANEW
    return found


@transaction.atomic
def _wished(step: str, label: str, job: Job, by, given=None) -> None:
    before = job.state
    JOB.perform(step, job, by=by, given=given)
    audit.record(f"{step}_job", label, job, by=by, through="steer", before=before, after=job.state)

"""The transition table of background jobs (design section 4): moved by their runners, asked back by people.

Every step of a runner carries the number of its attempt; whoever was overtaken is refused (`is_mine`).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from .models import Job
from .workflow import Act, Transition, Workflow

S = Job.State
LOSSES = 5  # the runner died or lost the database so often in a row, without new ground for GIVE_UP_AFTER
GIVE_UP_AFTER = timedelta(minutes=30)
OVERTAKEN = "该后台处理已由另一进程接续。"


@dataclass(frozen=True)
class Attempt:
    """Which attempt speaks; `cause` and `trace` say what went wrong."""

    number: int
    cause: str = ""
    trace: str = ""


def is_mine(job: Job, act: Act) -> str:
    return "" if act.given.number == job.attempt else OVERTAKEN


def _claimed(job: Job, act: Act) -> None:
    job.attempt += 1
    job.started_at = job.started_at or timezone.now()
    job.finished_at = None
    job.changed_at = timezone.now()


def _ended(job: Job, act: Act) -> None:
    _told(job, act)
    job.finished_at = timezone.now()


def _told(job: Job, act: Act) -> None:
    job.cause = act.given.cause.replace("\x00", "")[:2000]
    job.trace = act.given.trace.replace("\x00", "")[-8000:]
    job.changed_at = timezone.now()


def _failed_once(job: Job, act: Act) -> None:
    job.failures += 1
    _told(job, act)


def _failed_for_good(job: Job, act: Act) -> None:
    job.failures += 1
    _ended(job, act)


def _lost(job: Job, act: Act) -> None:
    job.losses += 1
    _told(job, act)


def _asked_again(job: Job, act: Act) -> None:
    """The times and the progress begin anew; what earlier attempts found stays."""
    job.failures, job.losses, job.furthest, job.furthest_at = 0, 0, 0, timezone.now()
    job.started_at, job.finished_at = None, None
    job.cause, job.trace, job.changed_at = "", "", timezone.now()


def _one(state: str) -> frozenset:
    return frozenset({state})


OPEN = frozenset({S.QUEUED, S.RUNNING})
MINE = (is_mine,)
JOB = Workflow(
    # from RUNNING: the claimant holds the job's lock, so the one who ran it is gone; from FAILED: by a command
    Transition("claim", "开始", frozenset({S.QUEUED, S.RUNNING, S.FAILED}), S.RUNNING, "run", effect=_claimed),
    Transition("finish", "完成", _one(S.RUNNING), S.DONE, "run", MINE, _ended, input=Attempt),
    Transition("put_back", "暂停", _one(S.RUNNING), S.QUEUED, "run", MINE, _told, input=Attempt),
    Transition("try_again", "稍后再试", _one(S.RUNNING), S.QUEUED, "run", MINE, _failed_once, input=Attempt),
    Transition("fail", "未成功", _one(S.RUNNING), S.FAILED, "run", MINE, _failed_for_good, input=Attempt),
    Transition("lose", "接续", OPEN, S.QUEUED, "run", MINE, _lost, input=Attempt),
    Transition("give_up", "停止", OPEN, S.FAILED, "run", MINE, _ended, input=Attempt),
    Transition("retry", "重试", _one(S.FAILED), S.QUEUED, "retry", effect=_asked_again),
    audited=False,
)


def is_hopeless(job: Job) -> bool:
    """Lost again and again without getting any further."""
    return job.losses >= LOSSES and timezone.now() - job.furthest_at > GIVE_UP_AFTER

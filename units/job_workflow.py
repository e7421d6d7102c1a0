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
class Pause:
    """Where a job goes that is not running."""

    otherwise: str = S.PAUSED


@dataclass(frozen=True)
class GoOn:
    otherwise: str = S.QUEUED


@dataclass(frozen=True)
class End:
    """`refused`: why work of this kind cannot be ended half-way."""

    refused: str = ""
    otherwise: str = S.QUEUED


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
    job.asked = ""  # a wish that came too late
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


def _asks_to_pause(job: Job, act: Act) -> None:
    """A running one is told at its next mark; one that waits has nothing to end."""
    job.asked = Job.Wish.PAUSE if job.state == S.RUNNING else ""
    job.changed_at = timezone.now()


def _asks_to_end(job: Job, act: Act) -> None:
    """The worker ends it in any case: what lies half done is taken away by the one who made it."""
    job.asked, job.changed_at = Job.Wish.CANCEL, timezone.now()


def _goes_on(job: Job, act: Act) -> None:
    job.asked, job.losses, job.furthest_at, job.changed_at = "", 0, timezone.now(), timezone.now()


def _rested(job: Job, act: Act) -> None:
    job.asked = ""
    _told(job, act)


def _dropped(job: Job, act: Act) -> None:
    job.asked, job.kept = "", {}
    _ended(job, act)


def _still_running(job: Job, act: Act) -> str:
    """What runs stops at its next mark only; what waits is moved at once."""
    return S.RUNNING if job.state == S.RUNNING else act.given.otherwise


def _is_no_wish_yet(job: Job, act: Act) -> str:
    return "已经要求取消，请稍候。" if job.asked == Job.Wish.CANCEL else ""


def _has_rested(job: Job, act: Act) -> str:
    return "" if job.state == S.PAUSED or job.asked == Job.Wish.PAUSE else "没有暂停，不必继续。"


def _can_be_ended(job: Job, act: Act) -> str:
    return act.given.refused or _is_no_wish_yet(job, act)


def _alone(job: Job, act: Act) -> str:
    """Two of one kind on one thing would do it twice."""
    others = Job.objects.filter(subject_uid=job.subject_uid, state__in=PENDING).exclude(pk=job.pk)
    return "同一事项正在后台处理，请稍候。" if job.subject_uid and others.exists() else ""


def _lost(job: Job, act: Act) -> None:
    job.losses += 1
    _told(job, act)


def _asked_again(job: Job, act: Act) -> None:
    """The times and the progress begin anew; what earlier attempts found stays, and what they kept as `lasting`."""
    job.failures, job.losses, job.furthest, job.furthest_at = 0, 0, 0, timezone.now()
    job.asked, job.kept = "", {name: job.kept[name] for name in ("lasting",) if name in job.kept}
    job.started_at, job.finished_at = None, None
    job.cause, job.trace, job.changed_at = "", "", timezone.now()


def _one(state: str) -> frozenset:
    return frozenset({state})


OPEN = frozenset({S.QUEUED, S.RUNNING})
PENDING = OPEN | {S.PAUSED}  # what has begun, or will, and is not over
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
    Transition("rest", "暂停", _one(S.RUNNING), S.PAUSED, "run", MINE, _rested, input=Attempt),
    Transition("drop", "取消", _one(S.RUNNING), S.CANCELLED, "run", MINE, _dropped, input=Attempt),
    Transition("pause", "暂停", OPEN, S.PAUSED, "steer", (_is_no_wish_yet,), _asks_to_pause, input=Pause,
               lands=_still_running),
    Transition("resume", "继续", frozenset({S.PAUSED, S.RUNNING}), S.QUEUED, "steer", (_has_rested,), _goes_on,
               input=GoOn, lands=_still_running),
    Transition("cancel", "取消", PENDING, S.QUEUED, "steer", (_can_be_ended,), _asks_to_end, input=End,
               lands=_still_running, danger=True),
    Transition("retry", "重试", frozenset({S.FAILED, S.CANCELLED}), S.QUEUED, "retry", (_alone,), _asked_again),
    audited=False,
)  # fmt: skip


def is_hopeless(job: Job) -> bool:
    """Lost again and again without getting any further."""
    return job.losses >= LOSSES and timezone.now() - job.furthest_at > GIVE_UP_AFTER

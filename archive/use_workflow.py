"""利用申请: asked, then granted for some days, refused or withdrawn. The grant ends by itself on its last day, or before:
whoever decides ends it with a reason, whoever has it gives it back. The applicant is told of each decision (知悉).

The unit that made the records decides while it has them, 区档案馆 after the transfer (`keeper`); a request that came to
who has them no longer goes on to who has.
"""

from datetime import timedelta

from django.utils import timezone

from units.fitting import NOTICE
from units.models import Task
from units.tasks import close_tasks, open_task
from units.workflow import Act, Transition, Workflow

from .disposed import listed_in, listed_told, not_here
from .filed_twice import GONE
from .models import Record, RecordGrant, UseRequest
from .schedule_inputs import GrantInput, PassInput
from .states import UseState
from .use_routing import other_keeper

S = UseState
LONGEST = timedelta(days=180)
DECIDE = "decide_use"


def _names_a_record(request: UseRequest, act: Act[GrantInput]) -> str:
    """A record is named that the decider may read, of the unit asked about and in the keeper's custody."""
    record = act.given.record
    if record is None:
        return "请填写同意利用的档号。"
    if record.unit_id != request.unit_id and not (request.unit.is_archive and record.custodian_id == request.keeper_id):
        return f"{record.archival_code} 不是{request.unit}的档案，请核对档号。"
    if record.custodian_id != request.keeper_id:
        return f"{record.archival_code} 现由{record.custodian}保管，请按“转保管单位”，由其审批。"
    return _cannot_be_read(record)


def _cannot_be_read(record: Record) -> str:
    """Nothing is left of it, or it is listed to go: a grant would be a word without a paper."""
    if record.state in GONE:
        return f"{record.archival_code} {not_here(record)}，不能提供利用。"
    listed = listed_in(record)
    return f"{record.archival_code} {listed_told(listed, '提供利用')}" if listed is not None else ""


def _ends_in_time(request: UseRequest, act: Act[GrantInput]) -> str:
    """From today to half a year on."""
    today, until = timezone.localdate(), act.given.until or request.until
    if not today <= until <= today + LONGEST:
        return f"利用截止日期应在 {today} 至 {today + LONGEST} 之间。"
    return ""


def _goes_elsewhere(request: UseRequest, act: Act[PassInput]) -> str:
    """Somebody else has records of the unit."""
    keeper = act.given.keeper
    is_another = keeper is not None and keeper.pk != request.keeper_id
    return "" if is_another else f"{request.unit}的档案没有由其他单位保管的，请填写档号或者答复申请人。"


def _another_keeps_some(person, request: UseRequest) -> bool:
    return other_keeper(request.unit, request.keeper) is not None


def _passed_on(request: UseRequest, act: Act[PassInput]) -> None:
    act.detail.update(keeper=str(act.given.keeper), passed_by=str(request.keeper))
    request.keeper = act.given.keeper
    close_tasks(request, by=act.by)
    ask_decider(request)


def is_in_force(request: UseRequest) -> bool:
    """The grant lets its person read today."""
    return request.grant is not None and request.grant.is_in_force


def _still_holds(request: UseRequest, act: Act) -> str:
    return "" if is_in_force(request) else "利用期限已满，已自动终止。"


def _may_end(person, request: UseRequest) -> bool:
    return is_in_force(request)


def _waits_to_be_known(person, request: UseRequest) -> bool:
    return Task.objects.of(request).open().filter(kind=NOTICE, assignee=person).exists()


def _is_news(request: UseRequest, act: Act) -> str:
    return "" if _waits_to_be_known(act.by, request) else "没有待您知悉的事项。"


def _as_it_is(request: UseRequest, act: Act) -> str:
    return request.state


def _known(request: UseRequest, act: Act) -> None:
    close_tasks(request, by=act.by, kinds=(NOTICE,))


def _tell(request: UseRequest, act: Act, label: str) -> None:
    """The applicant finds it among what waits for him, once: the newest word takes the place of the one before."""
    close_tasks(request, by=act.by, kinds=(DECIDE,))
    close_tasks(request, by=act.by, kinds=(NOTICE,), outcome="dropped")
    open_task(NOTICE, label, request, unit=request.asked_for, person=request.asked_by, remark=act.note)


def _revoke(request: UseRequest, act: Act) -> None:
    """At once, wherever a grant is read: page, files, package and search ask for the same row."""
    RecordGrant.objects.filter(pk=request.grant_id).update(revoked_at=timezone.now())
    act.detail.update(record=str(request.grant.record.uid), until=str(request.grant.ends_on))


def _ended(request: UseRequest, act: Act) -> None:
    _revoke(request, act)
    _tell(request, act, "利用已终止")


def _given_back(request: UseRequest, act: Act) -> None:
    _revoke(request, act)
    close_tasks(request, by=act.by)


def _granted(request: UseRequest, act: Act[GrantInput]) -> None:
    until, today = act.given.until or request.until, timezone.localdate()
    request.grant = RecordGrant.objects.create(
        record=act.given.record, user=request.asked_by, reason=request.purpose, starts_on=today, ends_on=until,
        granted_by=act.by,
    )  # fmt: skip
    act.detail.update(record=str(act.given.record.uid), until=str(until))
    _decided(request, act)
    _tell(request, act, "利用申请已同意")


def _decided(request: UseRequest, act: Act) -> None:
    request.decided_by, request.decision = act.by, act.note[:300]


def _refused(request: UseRequest, act: Act) -> None:
    _decided(request, act)
    _tell(request, act, "利用申请未获同意")


USE = Workflow(
    Transition(
        "grant", "同意利用", frozenset({S.ASKED}), S.GRANTED, "decide", (_names_a_record, _ends_in_time), _granted,
        input=GrantInput,
    ),
    Transition("pass_on", "转保管单位", frozenset({S.ASKED}), S.ASKED, "decide", (_goes_elsewhere,), _passed_on,
               input=PassInput, past="已转保管单位审批",
               offered=_another_keeps_some),
    Transition("refuse", "不同意", frozenset({S.ASKED}), S.REFUSED, "decide", (), _refused, needs_note=True,
               danger=True, past="已答复不同意", note="理由"),
    Transition("withdraw", "撤回申请", frozenset({S.ASKED}), S.WITHDRAWN, "withdraw", opens=(), danger=True,
               past="已撤回"),
    Transition("end", "终止利用", frozenset({S.GRANTED}), S.ENDED, "end", (_still_holds,), _ended, needs_note=True,
               danger=True, past="已终止利用", note="终止理由", offered=_may_end),
    Transition("give_back", "归还", frozenset({S.GRANTED}), S.GIVEN_BACK, "withdraw", (_still_holds,), _given_back,
               past="已归还，不再利用", offered=_may_end),
    Transition("know", "知悉", frozenset({S.GRANTED, S.REFUSED, S.ENDED}), S.GRANTED, "withdraw", (_is_news,), _known,
               lands=_as_it_is, past="已知悉", offered=_waits_to_be_known),
    ended=(S.GRANTED, S.REFUSED, S.WITHDRAWN, S.ENDED, S.GIVEN_BACK),
)  # fmt: skip


def ask_decider(request: UseRequest) -> None:
    """The item of whoever decides."""
    for post in request.deciding_posts:
        open_task(DECIDE, "审批利用申请", request, unit=request.keeper, post=post)

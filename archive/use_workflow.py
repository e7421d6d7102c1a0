"""利用申请: asked, then granted for some days, refused or withdrawn. The grant ends by itself, on its last day.

The unit that made the records decides while it has them, 区档案馆 after the transfer (`keeper`); a request that came to
who has them no longer goes on to who has.
"""

from datetime import timedelta

from django.utils import timezone

from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.workflow import Act, Transition, Workflow

from .models import RecordGrant, UseRequest
from .schedule_inputs import GrantInput, PassInput
from .states import UseState
from .use_routing import other_keeper

S = UseState
LONGEST = timedelta(days=180)


def _names_a_record(request: UseRequest, act: Act[GrantInput]) -> str:
    """A record is named that the decider may read, of the unit asked about and in the keeper's custody."""
    record = act.given.record
    if record is None:
        return "请填写同意利用的档号。"
    if record.unit_id != request.unit_id and not (request.unit.is_archive and record.custodian_id == request.keeper_id):
        return f"{record.archival_code} 不是{request.unit}的档案，请核对档号。"
    if record.custodian_id != request.keeper_id:
        return f"{record.archival_code} 现由{record.custodian}保管，请按“转保管单位”，由其审批。"
    return ""


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


def _granted(request: UseRequest, act: Act[GrantInput]) -> None:
    until, today = act.given.until or request.until, timezone.localdate()
    request.grant = RecordGrant.objects.create(
        record=act.given.record, user=request.asked_by, reason=request.purpose, starts_on=today, ends_on=until,
        granted_by=act.by,
    )  # fmt: skip
    act.detail.update(record=str(act.given.record.uid), until=str(until))
    _decided(request, act)


def _decided(request: UseRequest, act: Act) -> None:
    request.decided_by, request.decision = act.by, act.note[:300]


def _refused(request: UseRequest, act: Act) -> None:
    _decided(request, act)


USE = Workflow(
    Transition(
        "grant", "同意利用", frozenset({S.ASKED}), S.GRANTED, "decide", (_names_a_record, _ends_in_time), _granted,
        input=GrantInput, opens=(),
    ),
    Transition("pass_on", "转保管单位", frozenset({S.ASKED}), S.ASKED, "decide", (_goes_elsewhere,), _passed_on,
               input=PassInput, past="已转保管单位审批",
               offered=_another_keeps_some),
    Transition("refuse", "不同意", frozenset({S.ASKED}), S.REFUSED, "decide", (), _refused, opens=(), needs_note=True,
               danger=True, past="已答复不同意", note="理由"),
    Transition("withdraw", "撤回申请", frozenset({S.ASKED}), S.WITHDRAWN, "withdraw", opens=(), danger=True,
               past="已撤回"),
    ended=(S.GRANTED, S.REFUSED, S.WITHDRAWN),
)  # fmt: skip


def ask_decider(request: UseRequest) -> None:
    """The item of whoever decides: the unit's archivist, or 区档案馆's 开放审核; of 区档案馆's own, both have it."""
    is_own, is_held = request.keeper_id == request.unit_id, request.keeper.is_archive
    posts = [PostKind.ARCHIVIST] * is_own + [PostKind.APPRAISER] * (is_held or not is_own)
    for post in posts:
        open_task("decide_use", "审批利用申请", request, unit=request.keeper, post=post)

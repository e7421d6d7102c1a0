"""The transition tables of records (design section 4): a record has a state and, apart from it, an access status.

RECORD: filing makes a record, transfer moves it, nothing else does. OPENING: what a round decided (archive/
opening_workflow.py) becomes what the public may see; 控制 is an imported mark from which decisions start and to which
none leads.
"""

from django.utils import timezone

from units.workflow import Act, Transition, Workflow

from . import opening
from .inputs import ComingInput, CustodyInput, JoinInput, OpeningInput, PostponeInput, ReviewedInput
from .models import Record
from .states import Access, Ground, State

S, A = State, Access


def _offered(act: Act[CustodyInput]) -> dict:
    return {"offered_to": act.given.archive}


def _accessioned(act: Act[CustodyInput]) -> dict:
    return {"custodian": act.given.archive, "offered_to": None, "accessioned_on": timezone.localdate()}


def _released(act: Act) -> dict:
    return {"offered_to": None}


# what another installation says of its record; the rest is this one's
SAID_ELSEWHERE = (
    "fonds", "category_code", "year", "retention_code", "retention_as_filed", "class_code", "item_no", "archival_code",
    "title", "author", "doc_number", "doc_number_as_given", "date", "date_precision", "direction", "doc_type",
    "urgency", "main_recipients", "cc_recipients", "security_class", "disclosure_attr", "access_opinion", "page_count",
    "component_count", "remark", "carrier_mode", "offered_to",
)  # fmt: skip


def _came_again(record: Record, act: Act[ComingInput]) -> None:
    for name in SAID_ELSEWHERE:
        setattr(record, name, getattr(act.given.fresh, name))


def _joined(record: Record, act: Act[JoinInput]) -> None:
    record.joined_to = act.given.reply
    act.detail["reply"] = str(act.given.reply.uid)


def _parted(record: Record, act: Act) -> None:
    if record.joined_to is not None:  # as long as its state says that it is joined (record_joined_to_one)
        act.detail["reply"] = str(record.joined_to.uid)
    record.joined_to = None


RECORD = Workflow(
    Transition("enter_batch", "纳入移交批次", frozenset({S.FILED}), S.IN_TRANSFER, "offer"),
    Transition(
        "offer", "提交区档案馆", frozenset({S.IN_TRANSFER}), S.IN_TRANSFER, "offer", input=CustodyInput, sets=_offered
    ),
    Transition(
        "accession",
        "接收进馆",
        frozenset({S.IN_TRANSFER}),
        S.ACCESSIONED,
        "accession",
        input=CustodyInput,
        sets=_accessioned,
    ),
    Transition("destroy", "销毁", frozenset({S.FILED}), S.DESTROYED, "destroy", danger=True),
    Transition("leave_batch", "退出移交批次", frozenset({S.IN_TRANSFER}), S.FILED, "release", sets=_released),
    # a record of another installation (archive/leaving.py): it is filed there, not here
    Transition("send_home", "退还原平台", frozenset({S.IN_TRANSFER}), S.SENT_HOME, "release", sets=_released),
    Transition(
        "come_again",
        "再次移交",
        frozenset({S.SENT_HOME}),
        S.IN_TRANSFER,
        "enter",
        effect=_came_again,
        input=ComingInput,
    ),
    # 来文与复文合为一件: files, words and code follow in the same act (archive/joining.py, archive/parting.py)
    Transition(
        "join", "并入复文", frozenset({S.FILED}), S.JOINED, "join", effect=_joined, input=JoinInput, needs_note=True
    ),
    Transition("part", "拆开", frozenset({S.JOINED}), S.FILED, "join", effect=_parted, needs_note=True, danger=True),
)


def _is_in_custody(record: Record, act: Act) -> str:
    return opening.not_accessioned(record)


def _can_be_opened(record: Record, act: Act) -> list[str]:
    return opening.barred(record)


def _tells_the_public(record: Record, act: Act[OpeningInput]) -> str:
    """What was public does not vanish without a word."""
    if record.access_status == A.OPEN and not act.given.told.strip():
        return f"“{record}”已开放，停止开放须填写对公众的说明。"
    return ""


def _says_until_when(record: Record, act: Act[PostponeInput]) -> list[str]:
    found = []
    if act.given.until is None or act.given.until <= timezone.localdate():
        found.append("延期开放须写明延至哪一天，且应晚于今天。")
    if act.given.ground not in Ground.values:
        found.append("延期开放须选择法定理由。")
    return found


def _opened(record: Record, act: Act[ReviewedInput]) -> None:
    _decided(record, act)
    act.detail.update(_given(round=act.given.round, early=act.given.early))
    opening.publish(record, reason=act.note)


def _closed(record: Record, act: Act[OpeningInput]) -> None:
    """Whatever leaves 开放 leaves the public in the same act; the publication is the fact, the status has moved."""
    if opening.is_public(record):
        opening.retire(record, told=act.given.told)
        act.detail["told"] = act.given.told
    _decided(record, act)


def _postponed(record: Record, act: Act[PostponeInput]) -> None:
    _closed(record, act)
    record.postponed_until, record.postponed_ground = act.given.until, act.given.ground
    act.detail.update(until=str(act.given.until), ground=Ground(act.given.ground).label)
    act.detail.update(_given(round=act.given.round, consent=act.given.consent))


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _decided(record: Record, act: Act) -> None:
    record.access_opinion = act.note[:200]
    record.postponed_until, record.postponed_ground = None, ""


OPENING = Workflow(
    Transition(
        "open",
        "开放",
        frozenset({A.PENDING, A.POSTPONED, A.CONTROLLED}),
        A.OPEN,
        "open",
        checks=(_can_be_opened,),
        effect=_opened,
        input=ReviewedInput,
        needs_note=True,
    ),
    Transition(
        "postpone",
        "延期开放",
        frozenset({A.PENDING, A.OPEN, A.POSTPONED, A.CONTROLLED}),
        A.POSTPONED,
        "open",
        checks=(_is_in_custody, _says_until_when, _tells_the_public),
        effect=_postponed,
        input=PostponeInput,
        needs_note=True,
    ),
    Transition(
        "review_again",
        "恢复待审",
        frozenset({A.OPEN, A.POSTPONED, A.CONTROLLED}),
        A.PENDING,
        "open",
        checks=(_is_in_custody, _tells_the_public),
        effect=_closed,
        input=OpeningInput,
        needs_note=True,
    ),
    field="access_status",
)

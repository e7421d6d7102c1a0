"""When an act of the exchange may be done; as conditions.py, sentences or nothing."""

from dataclasses import replace

import paper
from units.models import Unit
from units.texts import too_long

from . import exchange, hanging, pages, received
from .conditions import LONGEST_REASON
from .states import CURRENT_TYPES, WITHOUT_RECIPIENTS, AddresseeKind, Direction, HandlingKind, State, Urgency

AMENDABLE = (
    State.SIGNED_FOR, State.REGISTERED, State.PROPOSED, State.INSTRUCTED, State.IN_HANDLING,
)  # fmt: skip


def way_of_return_is_told(document, act) -> str:
    """A paper from outside goes back by hand: how, must be known."""
    if document.issued_id is None and not act.given.way:
        return "区外来文须写明退回方式，如“机要交换退回”“邮寄退回，单号××”。"
    return ""


def is_no_repeat(document, act) -> list[str]:
    """Regulations of 2012 art. 24(2): each paper is registered once; the clerk says why when he does it again."""
    if document.repeat_reason or act.given.repeat_reason:
        return []
    found = exchange.twins(document.unit, document.sender_number, document.sender_name, but=document.pk)
    return [exchange.told_of(one) for one in found[:1]]


def correction_is_open(document, act) -> list[str]:
    """A 更正件 replaces only what nobody has taken up or answered."""
    return exchange.bars_correction(document.corrects) if document.corrects_id else []


def copies_are_new(document, act) -> list[str]:
    """增加抄送: somebody is named, nobody twice, all in force, and the imprint has room for them."""
    given = act.given
    if not given.units and not given.names:
        return ["请选择要增加的抄送单位。"]
    found = [] if given.consented else ["请写明经谁同意增加抄送。"]
    found += not_addressed_twice(document, given.units, given.names)
    page = pages.page_input(document)
    names = [page.cc_recipients, *(unit.name for unit in given.units), *given.names]
    if "cc" in paper.too_long(replace(page, cc_recipients="、".join(filter(None, names)))):
        found.append("抄送机关过多，版记一页排不下，请改用统称（如“各街道办事处”）。")
    return found


def not_addressed_twice(document, units, names) -> list[str]:
    rows = hanging.addressees(document)
    keys, written = {one.unit_id for one in rows if one.unit_id}, {one.name for one in rows}
    twice = [unit.short_name for unit in units if unit.pk in keys] + [name for name in names if name in written]
    ended = set(units) - set(Unit.objects.in_force().filter(pk__in=[unit.pk for unit in units]))
    found = [f"{name}已是收文单位，不要重复。" for name in twice]
    return found + [f"{unit.short_name}已停用，请改选其继承单位。" for unit in sorted(ended, key=lambda one: one.code)]


def something_is_left(document, act) -> list[str]:
    """调整主送: what is taken off is on the list, and a 主送 stays where the kind of document needs one."""
    rows = list(document.addressees.all())
    dropped = set(act.given.addressees)
    if not dropped or not dropped <= {one.pk for one in rows}:
        return ["请选择要减少的主送、抄送单位。"]
    left = [one for one in rows if one.pk not in dropped and one.kind == AddresseeKind.MAIN]
    if not left and document.doc_type not in WITHOUT_RECIPIENTS:
        return ["至少保留一个主送机关；要全部改送的，请用“复核退回”改稿。"]
    return []


def may_be_sent_on(document) -> str:
    """补发: after the first dispatch, completed ones too: whoever needs the paper next month still gets it."""
    if document.direction != Direction.OUTGOING:
        return "只能补发本单位的发文。"
    if document.destroyed:
        return f"“{document}”{document.destroyed}"
    if document.state in exchange.ISSUED:
        return ""
    instead = "请补发更正件" if document.state == State.REPLACED else "只能补发已分发的公文"
    return f"“{document}”{document.get_state_display()}，不能补发：{instead}。"


def may_be_recalled(document) -> str:
    if document.direction != Direction.OUTGOING or document.state not in exchange.ISSUED:
        return "只能收回已分发的公文；尚未分发的，请在分发前改正。"
    if not any(one.state == State.DELIVERED for one in hanging.deliveries(document)):
        return "没有尚未签收的单位，不能收回；如内容有误，请更正重发。"
    return ""


def may_be_corrected(document) -> str:
    """更正重发: once at a time, and not after answer or handling."""
    if document.direction != Direction.OUTGOING or document.state not in exchange.ISSUED:
        return "只能更正重发已分发的公文；尚未分发的，文字差错可直接改正，内容有误的退原签批人复审。"
    if document.destroyed:
        return f"“{document}”{document.destroyed}"
    if any(one.corrects_id == document.pk and one.state != State.VOIDED for one in hanging.beside(document)):
        return "更正件已在办理，不要重复更正。"
    return ""


def has_outside_receivers(document) -> str:
    issued = document.direction == Direction.OUTGOING and document.state in exchange.ISSUED
    if issued and hanging.outside(document):
        return ""
    return "本件没有主送、抄送区外单位，不必登记寄送。"


def registration_may_be_amended(document) -> str:
    if not document.is_incoming:
        return "只有收文登记可以更正。"
    if document.state not in AMENDABLE:
        return f"“{document}”当前为“{document.get_state_display()}”，登记事项不能更正：登记以后、办结以前可以更正。"
    return ""


def amendments_are_right(document, given) -> list[str]:
    """What a corrected registration must still hold; 收文编号 and what a delivery was sent with stay."""
    found = []
    if given.handling_kind is not None and given.handling_kind not in HandlingKind.values:
        found.append("请选择办件类型：办件或阅件。")
    if given.doc_type is not None and given.doc_type not in (*CURRENT_TYPES, document.doc_type):
        found.append("请选择文种。")
    urgency = document.urgency if given.urgency is None else given.urgency
    if urgency not in Urgency.values:
        found.append("请选择紧急程度：一般、加急或特急。")
    elif (
        urgency and (given.due_at if given.has_limit else document.due_at) is None and _asks_for_limit(document, given)
    ):
        found.append(f"{Urgency(urgency).label}公文须填写办理时限。")
    found += received.date_faults(given.sender_date)
    number = document.sender_number if given.sender_number is None else given.sender_number
    sender = document.sender_name if given.sender_name is None else given.sender_name
    if (number, sender) != (document.sender_number, document.sender_name) and not given.repeat_reason:
        twins = exchange.twins(document.unit, number, sender, but=document.pk)
        found += [exchange.told_of(one) for one in twins[:1]]
    return found


def _asks_for_limit(document, given) -> bool:
    """Before 登记 nobody is asked for one."""
    is_new = given.urgency is not None and given.urgency != document.urgency
    return given.has_limit or (is_new and document.state != State.SIGNED_FOR)


def reason_fits(note: str) -> str:
    return too_long(note, LONGEST_REASON)

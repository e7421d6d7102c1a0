"""When a step may be taken: each check returns a sentence, or several, or nothing.

The RT- identifiers are those of domain 1.5.
"""

import hashlib

from django.db.models import Exists, OuterRef

from files.store import path_of
from units.access import seat_for, standing
from units.models import Task, Unit
from units.texts import too_long

from . import checks, hanging, outside_items
from .filing_port import propose
from .inputs import ASKED
from .models import Document, OutsideDelivery
from .revisions import content_digest
from .routing import unfinished_before
from .states import (
    ENDED,
    WITHOUT_SEAL,
    AddresseeKind,
    Direction,
    DocType,
    HandlingKind,
    NotToFile,
    RoutingDirection,
    State,
    StepKind,
)

LONGEST_REASON = 500


def is_ready(document, act) -> list[str]:
    """Texts, parts of this kind, RT-02, RT-05, RT-06, RT-14, marks of secrecy, room on the page, glyphs: all at once"""
    return [one.message for one in checks.problems(checks.of(document)) if one.is_refusal]


def can_be_printed(document, act) -> list[str]:
    """All that 送审 asks, again before a number is taken: fonts may have gone, and without any nothing is numbered"""
    found = checks.problems(checks.of(document))
    return [one.message for one in found if one.is_refusal or one.code == checks.NO_FONTS]


def may_sign_as_deputy(document, act) -> list[str]:
    """Bounds of a deputy (practice 1): never his own draft, and a 上行文 only when appointed for that (条例 22)."""
    seat = seat_for(act.by, document, "approve")
    if seat is None or seat.principal is None:
        return []
    found = []
    if document.drafted_by_id == act.by.pk:
        found.append("代理人不得签发本人拟制的文稿，请由其他领导签发。")
    elif document.held_by_id == act.by.pk:
        found.append("代理人不得签发本人修改的文稿，请由其他领导签发。")
    for_that = any(
        one.signs_upward
        for one in standing(act.by).delegations
        if (one.post_id, one.principal_id) == (seat.post.pk, seat.principal.pk)
    )
    if document.routing_direction == RoutingDirection.UP and not for_that:
        found.append("上行文由主要负责人签发；代行签发须由本单位文书登记为“可代行签发上行文”的代理。")
    return found


def reason_is_short(document, act) -> str:
    """A reason is read in lists and on the sheets; what is longer belongs into the text of an opinion or a file."""
    return too_long(act.note, LONGEST_REASON)


def is_not_his_own(document, act) -> str:
    """Nobody reviews what he himself drafted, or has in his hands after a 转办 (as a deputy does not sign it)."""
    if act.by.pk not in (document.drafted_by_id, document.held_by_id):
        return ""
    return "不得审核本人拟制或修改的文稿，请由文书转办给其他核稿人或领导。"


HANDLED = (State.REGISTERED, State.PROPOSED, State.INSTRUCTED, State.IN_HANDLING)


def may_be_answered(document) -> str:
    """A 批复 is drafted to a 请示 that was addressed to this unit, is handled here (or was), and has none yet."""
    if not document.is_incoming or document.issued_id is None or document.doc_type != DocType.REQUEST:
        return "只能对主送本单位的请示拟批复。"
    if not document.issued.addressees.filter(kind=AddresseeKind.MAIN, unit=document.unit).exists():
        return f"该请示不是主送{document.unit}的，由其主送机关批复。"
    if document.state not in (*HANDLED, State.COMPLETED):
        return f"该请示当前为“{document.get_state_display()}”，不能拟批复；登记后再拟。"
    if Document.objects.unguarded("whether there is a reply, not what it says").settling(document.issued).exists():
        return "该请示已有批复，不再拟批复；批复有误的，请在批复的页面更正重发。"
    return ""


def may_be_circulated(document) -> str:
    if not document.is_incoming:
        return "传阅只用于收文。"
    if document.state not in HANDLED:
        return f"“{document}”当前为“{document.get_state_display()}”，不能传阅。"
    return ""


def may_be_urged(document) -> str:
    if document.state == State.COMPLETED and document.direction == Direction.OUTGOING and unsigned_units(document):
        return ""  # 办结 does not end that the units have to sign
    if document.state in ENDED:
        return f"“{document}”{document.get_state_display()}，无须催办。"
    waits = hanging.open_items(document) or (
        document.direction == Direction.OUTGOING and _not_ended_elsewhere(document)
    )
    return "" if waits else "没有待办事项可催。"


def _not_ended_elsewhere(document) -> bool:
    return any(one.state not in ENDED for one in hanging.deliveries(document))


def is_circulating(document) -> str:
    is_read = any(task.kind == StepKind.READ for task in hanging.open_items(document))
    return "" if is_read else "没有尚未阅毕的传阅。"


def awaits_a_reply(document) -> str:
    if document.doc_type != DocType.REQUEST or document.is_incoming or document.state != State.DISPATCHED:
        return "只有已分发、尚未办结的请示可以免予批复。"
    return "已写明免予批复的理由。" if document.reply_waived else ""


def is_editable(document) -> str:
    editable = document.state == State.DRAFTING or (
        document.is_incoming and document.issued_id is None and document.state in (State.SIGNED_FOR, State.REGISTERED)
    )
    return "" if editable else f"“{document}”当前为“{document.get_state_display()}”，不能修改。"


def files_are_sound(document, act) -> list[str]:
    """Byte checks gate at upload and again here; a file of an older check is judged by its kept findings."""
    return [
        f"附件“{one.name}”：{finding['message']}"
        for one in document.attachments.filter(removed_at=None).select_related("stored_file")
        for finding in one.stored_file.findings
        if finding["severity"] == "refuse"
    ]


def is_unchanged(document, act) -> str:
    if document.content_digest and document.content_digest != content_digest(document):
        return "签发后的定稿与冻结时的摘要不符，不能继续办理，请与安全审计员联系。"
    return ""


def is_sealed_when_needed(document, act) -> str:
    if document.state == State.PROOFREAD and document.doc_type not in WITHOUT_SEAL:
        return f"{document.get_doc_type_display()}须先用印再分发。"
    return ""


def needs_a_seal(document, act) -> str:
    return f"{document.get_doc_type_display()}不用印，可直接分发。" if document.doc_type in WITHOUT_SEAL else ""


def page_is_the_proofread_one(document, act) -> str:
    """The page that goes on is, byte for byte, the one that was proofread: row, digest and file are compared."""
    page = document.renditions.filter(kind="page").select_related("stored_file").first()
    if page is None or not document.page_digest:
        return "还没有正本，请先校对。"
    if page.stored_file.sha256 != document.page_digest:
        return "正本不是校对过的版面，请重新校对。"
    try:
        digest = hashlib.sha256(path_of(page.stored_file).read_bytes()).hexdigest()
    except OSError:
        return "正本文件不能读取，请与系统管理员联系。"
    return "" if digest == document.page_digest else "正本文件与校对时的摘要不符，不能继续办理，请重新校对。"


def all_before_are_closed(kind: StepKind):
    """签发 and 批示 wait for whoever stands before them in the route."""

    def check(document, act) -> str:
        names = [f"{one.get_kind_display()}（{one.unit.short_name}）" for one in unfinished_before(document, kind)]
        return f"{'、'.join(names)}尚未完成，不能{kind.label}；请待其办理，可先催办。" if names else ""

    return check


def has_handling_kind(document, act) -> str:
    if act.given.handling_kind not in HandlingKind.values:
        return "请选择办件类型：办件或阅件。"
    return ""


def urgent_has_a_limit(document, act) -> str:
    """Regulations of 2012 art. 24(4): urgent documents carry a stated deadline."""
    if document.urgency and not act.given.due_at:
        return f"{document.get_urgency_display()}公文须填写办理时限。"
    return ""


def may_be_completed_unhandled(document, act) -> str:
    if document.state == State.IN_HANDLING or document.handling_kind == HandlingKind.FOR_READING:
        return ""
    return "办件须经承办后才能办结；阅件可直接办结。"


def nothing_is_open(document, act) -> str:
    if Task.objects.of(document).open().filter(kind__in=("handle", "report")).exists():
        return "承办人尚未填报办理结果，不能办结；请待其填报，可先催办。"
    return ""


def reply_is_settled(document, act) -> str:
    """A 请示 waits for its 批复 or a waiver (design section 4)."""
    if act.given.reply_waived:
        return too_long(act.given.reply_waived, 200, ASKED["reply_waived"])
    return f"该请示尚未收到批复；如不再等待，请填写“{ASKED['reply_waived']}”。" if those_unreplied([document]) else ""


def those_unreplied(documents: list[Document]) -> list[Document]:
    """Those that wait for a 批复, in one query."""
    asked = {
        one.pk: one
        for one in documents
        if one.direction == Direction.OUTGOING and one.doc_type == DocType.REQUEST and not one.reply_waived
    }
    if not asked:
        return []
    rows = Document.objects.unguarded("whether there is a reply, not what it says")
    waiting = rows.filter(pk__in=list(asked)).exclude(Exists(rows.settling(OuterRef("pk")))).order_by()
    found = set(waiting.values_list("pk", flat=True))
    return [one for key, one in asked.items() if key in found]


def why_waived(document, act) -> str:
    """The reason, while it is one: the 批复 has not come."""
    return act.given.reply_waived if act.given.reply_waived and those_unreplied([document]) else ""


def unsigned_units(document) -> list[str]:
    """Receiving units of an issued document that have not signed for it yet."""
    return [one.unit.short_name for one in hanging.deliveries(document) if one.state == State.DELIVERED]


def unsigned_is_explained(document, act) -> str:
    """Who completes before every receiver has signed for it says why (design section 4)."""
    if act.given.unsigned_reason:
        return too_long(act.given.unsigned_reason, 200, ASKED["unsigned_reason"])
    return asks_why_unsigned(document)


def told_unsigned(document) -> str:
    """Who has not signed, to whom it has not gone; "" when it is with all."""
    if document.direction != Direction.OUTGOING:
        return ""
    silent, unsent = unsigned_units(document), outside_items.unsent(document)
    said = [f"{outside_items.named(silent)}尚未签收，可先催办"] if silent else []
    said += [f"{outside_items.named(unsent)}（区外）尚未寄送，请先登记寄送"] if unsent else []
    return "；".join(said)


def asks_why_unsigned(document) -> str:
    """The sentence of the refusal, and of the form's empty field."""
    told = told_unsigned(document)
    return f"{told}；确需现在办结的，请填写“{ASKED['unsigned_reason']}”。" if told else ""


def is_with_all(document) -> bool:
    """Every unit has signed for it, and it has gone to every body outside."""
    return not told_unsigned(document)


def those_unsigned(documents: list[Document]) -> list[Document]:
    """Of many those that are not with all, in two queries."""
    keys = [one.pk for one in documents if one.direction == Direction.OUTGOING]
    if not keys:
        return []
    rows = Document.objects.unguarded("the issuer sees who has signed for it")
    silent = rows.filter(issued__in=keys, joint_copy=False, state=State.DELIVERED).order_by()
    unsent = OutsideDelivery.objects.filter(document__in=keys, sent_on=None).order_by()
    found = {*silent.values_list("issued", flat=True), *unsent.values_list("document", flat=True)}
    return [one for one in documents if one.pk in found]


def why_unsigned(document, act) -> str:
    """The reason, while it is one: somebody has not signed for it, or has not been sent it."""
    return act.given.unsigned_reason if act.given.unsigned_reason and not is_with_all(document) else ""


def filing_is_decided(document, act) -> list[str]:
    """Filed with a retention period, or not filed for one of the rule's reasons."""
    code = act.given.not_to_file
    if code:
        return [] if code in NotToFile.values else ["“是否归档”所选不在规定之列，请从列表中选择。"]
    return period_is_decided(document, act)


def period_is_decided(document, act) -> list[str]:
    """A retention period is chosen, or the schedule names one."""
    retention = act.given.retention_code or document.retention_code or propose(document).retention_code
    if retention not in ("Y", "D30", "D10"):
        return ["请确定保管期限：永久、30年或10年；不需归档的请在“是否归档”中选择理由。"]
    return []


def recipients_are_in_force(document, act) -> list[str]:
    ended = document.addressees.filter(unit__isnull=False).exclude(unit__in=Unit.objects.in_force())
    return [f"{one.name}已停用，请改选其继承单位。" for one in ended]

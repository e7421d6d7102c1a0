"""What an act will do, said before its button is pressed: which number is taken or voided, to whom it goes."""

from django.utils import timezone

from units.counters import following
from units.texts import some_of

from . import exchange, hanging, numbering
from .after_seal import WHO_ELSE
from .before_signing import expected_number
from .states import AddresseeKind, Direction, State, StepKind

WAY_OUT = "用印有误的，可撤销用印；不再发出的，请报请本单位领导在本页作废。"
NO_NUMBER = "不占发文字号，"
# what stays and what goes: the three ways to end a draft or a paper stand beside one another
ENDS = {
    "delete": f"删除草稿：从未送出的草稿连同附件从各列表中删去，不能恢复；{NO_NUMBER}只在操作记录中留一条。",
    "discard": "作废：整件不再办理；{number}文稿、附件、意见和办理记录都保留备查。",
    "void": "作废：整件不再印发；{number}文稿、意见和办理记录都保留备查。只是字号编错的，不要在这里办理，请用“作废字号”。",
    "void_sealed": "作废：整件不再印发；{number}用印随之作废，正本、意见和办理记录都保留备查。",
}
NAMED = 12  # receivers by name; of more, how many there are


def said_before(step: str, document) -> str:
    """One sentence, "" where the button says all."""
    if step == "number":
        found = expected_number(document)
        return f"将编为{found.number}（{found.note.rstrip('。')}）。" if found.number else found.note
    if step == "dispatch":
        return to_whom(document) + (WHO_ELSE if document.state == State.SEALED else "")
    if step == "delete" and document.direction == Direction.INTERNAL:
        return ENDS[step].replace(NO_NUMBER, "")  # it has none at all
    if step in ENDS:
        return ENDS[step].format(number=f"{document.doc_number}随之作废、不再使用；" if document.doc_number else "")
    return WAY_OUT if step == "unseal" else ""


def lead_is_busy(document) -> str:
    """办结 before 主办 has reported: possible, but not what is to be done next; whom it waits for."""
    items = [task for task in hanging.open_items(document) if task.kind in (StepKind.HANDLE, StepKind.REPORT)]
    if not document.is_incoming or not items:
        return ""
    names = "、".join(dict.fromkeys(str(task.assignee or task.post) for task in items))
    return f"主办尚未填报办理结果（{names}），一般待其填报后再办结。"


def of_voiding(document) -> str:
    """作废长信〔2026〕10号，改用11号: a numbered document has the next one at once."""
    if document.state != State.NUMBERED:
        return f"公文继续办理，只将作废{document.doc_number}。"
    year = (document.document_date or timezone.localdate()).year
    serial = numbering.SERIAL.get(document.doc_type, "{}号").format(
        following(numbering.series(numbering.prefix_of(document), year))
    )
    return f"公文继续办理，只将作废{document.doc_number}，改用{serial}（预计，以办理时为准）。作废的字号不再使用，登记簿中注明。"


def to_whom(document) -> str:
    """主送 and 抄送 by name; of a 更正件 without those from which the original was 收回."""
    gone = {unit.pk for unit in exchange.withdrawn_from(document)}
    rows, told = [one for one in hanging.addressees(document) if one.unit_id not in gone], []
    for kind in AddresseeKind:
        names = [one.unit.short_name if one.unit else one.name for one in rows if one.kind == kind]
        if names:
            told.append(f"{kind.label}{some_of(names, NAMED, '个单位')}")
    if not told and not gone:
        return "本件没有主送、抄送单位：分发后不会发给任何单位。要发给单位的，请先增加抄送。"
    more = "原件已收回的单位不在其内，见下。" if gone else ""
    return f"将发给：{'；'.join(told)}。{more}" if told else more

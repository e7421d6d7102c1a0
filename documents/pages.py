"""From a document's rows to the layout's input: the page, the draft sheet, the handling sheet."""

import re
from dataclasses import dataclass
from functools import cache

from django.db.models import Q
from django.utils import timezone

import paper
from files.store import Landed, land_made, path_of
from files.text import text_of
from units.statements import KEY, Statement

from . import corrections, hanging, issuers, name_stamps, numbering, received, sheet_rows
from .models import Dispatch, Issuer, Opinion, Rendition
from .shared_out import handlers
from .states import WITHOUT_SEAL, AddresseeKind, Direction, DocType, RoutingDirection, StepKind

LARGEST_BOUND = 10 * 1024 * 1024  # bytes of a PDF
LONGEST_BOUND = 200_000  # bytes of a text file that is bound with the page
MARK_SUFFIX = {
    DocType.LETTER: "", DocType.INFORMAL_LETTER: "", DocType.ORDER: "令", DocType.MINUTES: "纪要",
    DocType.INTERNAL_MATERIAL: "内部资料",
}  # fmt: skip
UNSIGNED = (DocType.MINUTES, DocType.INTERNAL_MATERIAL)  # the mark says whose they are


def page_input(document, bodies: list[Issuer] | None = None) -> "paper.PageInput":
    """What the GB/T 9704 page of `document` (an outgoing or internal row) is made of; `bodies`: not those kept."""
    addressees, attachments = hanging.addressees(document), hanging.files(document)
    main = [one.name for one in addressees if one.kind == AddresseeKind.MAIN]
    copied = [one.name for one in addressees if one.kind == AddresseeKind.CC]
    upward = document.routing_direction == RoutingDirection.UP
    bodies = issuers.of(document) if bodies is None else bodies
    stamped = name_stamps.is_stamped(document)
    titles = name_stamps.titles_of(document, bodies) if stamped else ()
    internal = document.direction == Direction.INTERNAL  # a 签报 stays in the unit: no imprint, no unit's signature
    return paper.PageInput(
        form=paper.form_of(document.doc_type),
        issuing_mark=document.unit.name + ("签报" if internal else MARK_SUFFIX.get(document.doc_type, "文件")),
        doc_number=numbering.printed(document),
        signatory_name=_signatory(document, upward),
        signatory_title=titles[0] if titles else "",
        co_titles=titles[1:],
        stamped=stamped,
        urgency=document.get_urgency_display() if document.urgency else "",
        title=document.title,
        main_recipients="、".join(main),
        body=document.body,
        attachments=tuple(map(_named, attachments)),
        enclosures=_enclosures(attachments),
        co_marks=tuple(one.unit.name for one in bodies[1:]),
        issuer_signature=_signature(document, internal, bodies[0]),
        co_signatures=tuple(one.signature for one in bodies[1:]),
        co_signatories=tuple(one.signatory.name for one in bodies[1:] if (upward or stamped) and one.signatory),
        document_date=document.document_date,
        note=_note(document),
        cc_recipients="、".join(copied),
        printing_agency="" if internal else document.unit.name,
        printing_date=timezone.localdate(document.numbered_at) if document.numbered_at else None,
        sealed=not internal and document.doc_type not in WITHOUT_SEAL,
    )


def bound_with(attachments) -> dict:
    """What the page shows of these attachments, in their order: fields of paper.PageInput."""
    return {"attachments": tuple(map(_named, attachments)), "enclosures": _enclosures(attachments)}


def _named(attachment) -> str:
    """As printed under 附件: the title, else the file's name without its ending."""
    return attachment.named


@dataclass(frozen=True)
class Beside:
    """An attachment that the page does not hold: it goes along as a file (附件2 另附); `number` 0 of a single one."""

    name: str
    number: int
    why: str

    @property
    def said(self) -> str:
        return f"附件{self.number or ''} 另附"


def beside_the_page(document) -> dict[int, Beside]:
    """By the attachment's key, those that the page does not bind, each with the reason."""
    rows = hanging.files(document)
    bound = {(one.title, one.number) for one in _enclosures(rows)}
    numbered = [(one, number if len(rows) > 1 else 0) for number, one in enumerate(rows, start=1)]
    return {
        one.pk: Beside(_named(one), number, _why_beside(one.stored_file))
        for one, number in numbered
        if (_named(one), number) not in bound
    }


def _why_beside(stored) -> str:
    if stored.mime == "application/pdf":
        if stored.bytes > LARGEST_BOUND:
            return f"大于 {LARGEST_BOUND >> 20} MB"
        return paper.why_not_bound(str(path_of(stored)), stored.sha256)
    if stored.mime == "text/plain":
        return "文字过长，或者含没有字形的字、排不下的表格"
    return "不是 PDF 或纯文本"


def _enclosures(attachments) -> tuple["paper.Enclosure", ...]:
    """Attachments that are text or an A4 PDF are bound before the imprint under their number (GB/T 9704—2012, 7.3.7).

    Bound only as a whole: what the page cannot show (a rare character, a wide table, a PDF with layers or without its
    faces) travels beside, as a file.
    """
    found = []
    for number, one in enumerate(attachments, start=1):
        shown, stored = number if len(attachments) > 1 else 0, one.stored_file
        if stored.mime == "application/pdf" and stored.bytes <= LARGEST_BOUND:
            if sheets := paper.bindable(str(path_of(stored)), stored.sha256):
                found.append(paper.Enclosure(_named(one), "", shown, sheets))
        elif body := _text_to_bind(stored):
            found.append(paper.Enclosure(_named(one), body, shown))
    return tuple(found)


def _text_to_bind(stored) -> str:
    if stored.mime != "text/plain" or stored.bytes > LONGEST_BOUND:
        return ""
    try:
        text = text_of(path_of(stored), stored.mime).lstrip("\ufeff").replace("\r", "").replace("\f", "\n")
        lost = any(paper.missing_glyphs(text, role) for role in ("body", "hei", "kai"))
    except (OSError, UnicodeDecodeError, paper.FontsMissing):
        return ""
    return "" if lost or paper.too_wide(text) else text.strip()


def _note(document) -> str:
    """附注; a 请示 names whom to ask there (domain 1.2)."""
    asked = document.contact if document.doc_type == DocType.REQUEST and document.contact not in document.note else ""
    corrected = "此件为更正件，原件作废" if document.corrects_id else ""
    return "；".join(part for part in (corrected, document.note, f"联系人和电话：{asked}" if asked else "") if part)


def _signatory(document, upward: bool) -> str:
    """签发人: in the head of an upward document, at the end of an order (GB/T 9704—2012, 7.2.6, 7.3.5.3)."""
    return document.head_signatory if upward or document.doc_type == DocType.ORDER else ""


def _signature(document, internal: bool, host) -> str:
    if internal:
        return document.drafted_by.name if document.drafted_by else ""
    return "" if document.doc_type in UNSIGNED else host.signature


def moment_of(document):
    """A fixed moment gives identical bytes when the same page is rendered again."""
    return document.numbered_at or document.approved_at or document.created_at


def prepare_page(document, act) -> tuple[Landed, "paper.Rendition"]:
    """Render 正本 as PDF/A before the lock; MissingGlyph and FontsMissing reach the person as a refusal."""
    page = paper.render_document(page_input(document), moment=moment_of(document))
    return land_made(page.pdf, "正本.pdf"), page


def page_of(document) -> Rendition | None:
    """The 正本 of an issued document; of a delivery the one that was sent to it, none when it was recalled."""
    return hanging.once(document, "page", lambda: None if document.is_withheld else _newest_page(document))


def _newest_page(document) -> Rendition | None:
    if document.dispatch_id:
        sent = Dispatch.objects.filter(pk=document.dispatch_id).values("rendition")
        if (found := Rendition.objects.filter(pk__in=sent).select_related("stored_file").first()) is not None:
            return found
    content = document.content
    if not content.page_digest:
        return None
    # the newest of the proofread page and what was sealed of it: a page proofread anew comes without its old seals
    proofread = Q(kind=Rendition.Kind.PAGE, stored_file__sha256=content.page_digest)
    sealed = Q(kind=Rendition.Kind.SEALED, based_on__stored_file__sha256=content.page_digest)
    return content.renditions.filter(proofread | sealed).select_related("stored_file").order_by("-pk").first()


@cache
def _standing_opinions() -> Statement:
    rows = Opinion.objects.filter(document=KEY, takes_back=None, taken_back=None)
    return Statement(rows.order_by("at", "pk"), document=KEY)


def opinions_of(document, last: Opinion | None = None) -> list["paper.SheetOpinion"]:
    """Every opinion given, and the `last` one, which the act under way is about to write, as on the sheet."""
    kept = _standing_opinions().ask(document=document.pk)
    given = sheet_rows.ordered([*kept, *([last] if last else [])], document.direction)
    return [
        paper.SheetOpinion(
            one.label, sheet_rows.said(one), one.signed[0], timezone.localtime(one.at), one.signed[1],
            sheet_rows.box_of(one, document.direction),
        )
        for one in given
    ]  # fmt: skip


def _draft_form(document, last: Opinion | None = None) -> "paper.DraftSheet":
    """发文稿纸 with every opinion of the draft's way (domain 1.9)."""
    addressees = list(document.addressees.all())
    return paper.DraftSheet(
        unit_name=document.unit.name,
        is_report=document.direction == Direction.INTERNAL,
        doc_number=document.doc_number,
        security_class=document.get_security_class_display(),
        urgency=document.get_urgency_display(),
        title=document.title,
        main_recipients="、".join(one.name for one in addressees if one.kind == AddresseeKind.MAIN),
        cc_recipients="、".join(one.name for one in addressees if one.kind == AddresseeKind.CC),
        together=issuers.together(document),
        correction=corrections.on_sheet(document),
        attachments="；".join(one.title_shown for one in document.attachments.filter(removed_at=None)),
        department=document.department.name if document.department else "",
        drafter=document.drafted_by.name if document.drafted_by else "",
        phone=document.contact,
        disclosure=document.get_disclosure_attr_display(),
        copies=str(document.print_copies),
        signatory=document.signed_by,
        printing_date=timezone.localdate(document.numbered_at) if document.numbered_at else None,
        opinions=tuple(opinions_of(document, last)),
        boxes=sheet_rows.boxes_of(document.direction),
    )


def _handling_form(document, *, completed_at, result: str = "", last: Opinion | None = None) -> "paper.HandlingSheet":
    """文件处理单 of a received document (domain 1.9); `completed_at` None while it is handled."""
    return paper.HandlingSheet(
        unit_name=document.unit.name,
        sender=document.sender_name,
        sender_number=document.sender_number,
        receipt_number=document.receipt_number,
        received_on=timezone.localdate(document.signed_for_at) if document.signed_for_at else None,
        security_class=document.get_security_class_display(),
        urgency=document.get_urgency_display(),
        copies=str(document.print_copies),
        title=document.title,
        due_at=timezone.localtime(document.due_at) if document.due_at else None,
        result=result or document.result,
        handlers="；".join(f"{label} {who}" for label, who in handlers(document) if who),
        completed_on=timezone.localdate(completed_at) if completed_at else None,
        opinions=(*received.on_sheet(document), *opinions_of(document, last)),
        boxes=sheet_rows.boxes_of(document.direction),
    )


def sheet_name(document) -> str:
    """As the trade calls the form that goes round with the document."""
    return {Direction.INCOMING: "文件处理单", Direction.INTERNAL: "签报单"}.get(document.direction, "发文稿纸")


def filled_sheet(document, *, completed_at=None, result: str = "", last: Opinion | None = None):
    """What stands on the form, before it is set: paper.DraftSheet or paper.HandlingSheet."""
    if document.direction == Direction.INCOMING:
        return _handling_form(document, completed_at=completed_at or document.completed_at, result=result, last=last)
    return _draft_form(document, last)


def draft_sheet(document, *, moment, last: Opinion | None = None) -> "paper.Rendition":
    return paper.render_draft_sheet(_draft_form(document, last), moment=moment)


def handling_sheet(document, *, moment, result: str = "", last: Opinion | None = None) -> "paper.Rendition":
    filled = _handling_form(document, completed_at=document.completed_at, result=result, last=last)
    return paper.render_handling_sheet(filled, moment=moment)


def sheet_of(document, *, moment, result: str = "", last: Opinion | None = None, is_completing: bool = False):
    """(kind, rendition) of the form that belongs to the record; `last` is the opinion with which it is completed."""
    filled = filled_sheet(document, completed_at=moment if is_completing else None, result=result, last=last)
    if isinstance(filled, paper.HandlingSheet):
        return Rendition.Kind.HANDLING_SHEET, paper.render_handling_sheet(filled, moment=moment)
    return Rendition.Kind.DRAFT_SHEET, paper.render_draft_sheet(filled, moment=moment)


AGREEING = ("同意。", "同意，无修改意见。")
ONLY_AGREEING = re.compile("(?:同意|无修改意见|无意见|无异议|会签|拟)*")
BETWEEN = re.compile(r"[\W_]+")  # marks and spaces between phrases


def only_agrees(text: str) -> bool:
    """Nothing but the phrases of 同意, one or several: no 修改意见 and no 分歧 is said; so does an empty text."""
    return ONLY_AGREEING.fullmatch(BETWEEN.sub("", text)) is not None


def usual_phrases(kind: str, direction: str = "") -> tuple[str, ...]:
    """What is usually said at a step; a 签报 is 批示, and one agrees to what it asks for: nobody has made a 拟办."""
    of_a_report = USUAL_OF_A_REPORT.get(kind) if direction == Direction.INTERNAL else None
    return of_a_report or USUAL.get(kind, ())


USUAL = {
    StepKind.CHECK: ("内容完整，格式规范，拟同意送签。", "文字已核，请领导审签。"),
    StepKind.REVIEW: ("同意送核稿。",),
    StepKind.COUNTERSIGN: (
        *AGREEING,
        "与本单位职责分工不一致，建议再行协商。",
        "涉及本单位部分依据不足，建议补充后再议。",
    ),
    StepKind.APPROVE: ("同意发文。", "同意，请按程序印发。"),
    StepKind.PROPOSE: ("拟请分管领导阅示，由相关科室承办。", "拟请领导阅示。"),
    StepKind.INSTRUCT: ("请相关科室抓好落实。", "同意拟办意见。", "阅。"),
    "send_back": (
        "请补充依据材料后再报。",
        "请征求有关单位意见后再报。",
        "文字请再斟酌，修改后再报。",
        "格式不符合规定，请更正。",
    ),
    StepKind.REPORT: ("已按要求办理完毕。",),
    StepKind.HANDLE: ("接办。",),
    "refer_back": ("标题与正文内容不符。", "主送机关有误。"),
}
USUAL_OF_A_REPORT = {
    StepKind.CHECK: ("内容完整，格式规范，拟同意报批。", "文字已核，请领导批示。"),
    StepKind.INSTRUCT: ("同意。", "请相关科室抓好落实。", "阅。"),
}

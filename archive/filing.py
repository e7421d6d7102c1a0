"""Filing at completion, in two halves (design section 6): bytes first and without a lock, rows at last and short."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils import timezone

import paper
from documents import pages
from documents.models import Document, Rendition
from documents.states import AddresseeKind, Direction
from files.store import Landed, keep, land_bytes, path_of
from files.text import decode_text
from units import audit
from units.counters import take
from units.workflow import Refused

from . import inspection
from .models import Component, Record, RecordRelation, RecordText
from .retention import class_year, fonds_of, propose, render_code
from .states import Precision, Retention, Role, Stage

__all__ = ["file", "prepare", "propose"]


@dataclass(frozen=True)
class Part:
    """One component to be: landed bytes of ours, or a stored file that is there already."""

    role: Role
    filename: str
    landed: Landed | None = None
    stored: object = None
    pages: int | None = None
    made_with: dict | None = None


@dataclass(frozen=True)
class Prepared:
    version: int
    moment: datetime
    parts: tuple[Part, ...]
    text: str
    retention_code: str
    retention_basis: str
    class_code: str


def prepare(document: Document, act) -> Prepared:
    """Fix the moment and version, render page and sheet, put every byte under its digest."""
    if fonds_of(document.unit) is None:
        raise Refused(f"{document.unit}还没有全宗号，不能归档，请与区档案馆联系。")
    moment = timezone.now()
    proposal = propose(document)
    chosen = act.given.retention_code or proposal.retention_code
    changed = bool(act.given.retention_code) and chosen != proposal.retention_code
    return Prepared(
        version=document.version,
        moment=moment,
        parts=tuple(_parts(document, moment, act)),
        text=text_of(document),
        retention_code=chosen,
        retention_basis=f"办结时由{act.by.name}确定" if changed else proposal.basis,
        class_code=act.given.class_code or proposal.class_code,
    )


def _parts(document, moment, act) -> list[Part]:
    """Components in the order of domain 3.3: outgoing 正本, 附件, 发文稿纸, 定稿; incoming 处理单, 正文, 附件."""
    content = document.content
    kind, sheet = pages.sheet_of(document, moment=moment, result=act.given.result)
    sheet_role = Role.HANDLING_SHEET if kind == Rendition.Kind.HANDLING_SHEET else Role.DRAFT_SHEET
    name = "文件处理单.pdf" if sheet_role == Role.HANDLING_SHEET else "发文稿纸.pdf"
    sheet_part = Part(sheet_role, name, land_bytes(sheet.pdf, name), pages=sheet.pages, made_with=sheet.fonts)
    main = [] if document.direction == Direction.INTERNAL else _page_parts(content)
    attached = [
        Part(
            Role.ORIGINAL if one.is_main_text else Role.ATTACHMENT,
            one.name,
            stored=one.stored_file,
            pages=one.stored_file.pages,
        )
        for one in content.attachments.filter(removed_at=None).select_related("stored_file")
    ]
    if document.direction == Direction.INCOMING:
        return [sheet_part, *main, *attached]
    final = land_bytes(_final_draft(document).encode(), "定稿.txt")
    return [*main, *attached, sheet_part, Part(Role.FINAL_DRAFT, "定稿.txt", final, pages=None)]


def _page_parts(content) -> list[Part]:
    page = pages.page_of(content)
    if page is None:
        return []
    return [Part(Role.ORIGINAL, "正本.pdf", stored=page.stored_file, pages=page.pages, made_with=page.fonts)]


def _final_draft(document) -> str:
    return f"{document.title}\n\n{document.body}\n"


def text_of(document) -> str:
    """What full-text search finds: the body and the opinions' words are not mixed, so the body only."""
    content = document.content
    return content.body or document.body


def file(document: Document, prepared: Prepared, by, seat=None) -> Record:
    """Second half, inside the completing transaction: rows, then the class counter as the last lock taken."""
    if not connection.in_atomic_block:
        raise RuntimeError("Filing happens inside the completing transaction.")
    fonds = fonds_of(document.unit)
    stored = [part.stored or keep(part.landed) for part in prepared.parts]
    record = _record_of(document, prepared, fonds, by)
    record.component_count = len(stored)
    record.page_count = sum(part.pages or 0 for part in prepared.parts)
    number_and_save(record, by)
    components = Component.objects.bulk_create(
        [
            Component(
                record=record,
                role=part.role,
                seq=seq,
                filename=part.filename,
                stored_file=row,
                pages=part.pages,
                made_with=part.made_with or {},
            )
            for seq, (part, row) in enumerate(zip(prepared.parts, stored, strict=True), start=1)
        ]
    )
    write_text(record, prepared.text)
    _relate(record, document)
    run = inspection.open_run(Stage.FILING, by=by, subject_uid=record.uid)
    found = inspection.flaws(record, components, check_bytes=False)
    inspection.keep(run, [(record, flaw) for flaw in found], records=1)
    audit.record("file", "归档", record, by=by, seat=seat, after=record.state, document=str(document.uid))
    return record


def number_and_save(record: Record, by) -> None:
    """Give the item number, gap-free in its class, and insert the row."""
    series = (
        f"item:{record.fonds.code}:{record.category_code}:{record.year}:{record.retention_code}:{record.class_code}"
    )
    record.item_no = take(series)
    record.archival_code = render_code(
        record.fonds.code, record.year, record.retention_code, record.class_code, record.item_no
    )
    record._history_user = by
    record.save()


def _record_of(document, prepared: Prepared, fonds, by) -> Record:
    incoming = document.direction == Direction.INCOMING
    day = (document.sender_date if incoming else document.document_date) or timezone.localdate(prepared.moment)
    names = _addressees(document.content)
    return Record(
        document=document,
        unit=document.unit,
        custodian=document.unit,
        fonds=fonds,
        year=class_year(document),
        retention_code=prepared.retention_code,
        retention_as_filed=Retention(prepared.retention_code).label,
        retention_basis=prepared.retention_basis[:200],
        class_code=prepared.class_code,
        title=document.title,
        author=document.sender_name if incoming else document.unit.name,
        doc_number=document.number_shown,
        doc_number_as_given=document.doc_number_as_given,
        date=day,
        date_precision=Precision.DAY,
        doc_type=document.doc_type,
        direction=document.direction,
        urgency=document.urgency,
        main_recipients=names[AddresseeKind.MAIN],
        cc_recipients=names[AddresseeKind.CC],
        security_class=document.security_class,
        disclosure_attr=document.disclosure_attr,
        responsible_department=document.department,
        completed_at=prepared.moment,
        filed_at=timezone.now(),
        filed_by=by,
    )


def _addressees(content) -> dict[str, str]:
    rows = list(content.addressees.all())
    return {kind: "、".join(one.name for one in rows if one.kind == kind) for kind in AddresseeKind.values}


def write_text(record: Record, body: str) -> None:
    """One search row a record; normalised by the database's own function, so query and column agree."""
    RecordText.objects.bulk_create([text_row(record, head_of(record), body)])


def head_of(record: Record) -> str:
    return "\x1f".join([record.title, record.doc_number, record.archival_code, record.author]).replace("\x00", "")


def rewrite_head(record: Record) -> None:
    """After a correction: the head anew, the body as it was."""
    head = Normalise(Value(head_of(record)))
    RecordText.objects.filter(record=record).update(
        head_n=head, text_n=Concat(head, Value("\x1f"), Substr("text_n", Length("head_n") + 2))
    )


def text_row(record: Record, head: str, body: str) -> RecordText:
    return RecordText(
        record=record,
        document_id=record.document_id,
        unit_id=record.unit_id,
        custodian_id=record.custodian_id,
        offered_to_id=record.offered_to_id,
        date=record.date or timezone.localdate(record.filed_at),
        year=record.year,
        head_n=Normalise(Value(head)),
        text_n=Normalise(Value(head + "\x1f" + body.replace("\x00", ""))),
    )


class Normalise(Func):
    function = "egov_normalise"
    output_field = TextField()


def _relate(record: Record, document: Document) -> None:
    """Links that the documents already know: 批复 to 请示, a delivery to the issuer's record."""
    if document.replies_to_id and (other := Record.objects.filter(document_id=document.replies_to_id).first()):
        RecordRelation.objects.create(record=record, other=other, kind=RecordRelation.Kind.REPLY_TO)
    if document.issued_id and (other := Record.objects.filter(document_id=document.issued_id).first()):
        RecordRelation.objects.create(record=record, other=other, kind=RecordRelation.Kind.DELIVERY_OF)


def text_pdf(component: Component) -> "paper.Rendition":
    """A page image of a .txt component, made when one is asked for."""

    text, _ = decode_text(path_of(component.stored_file).read_bytes())
    return paper.render_plain(component.record.title, text, moment=component.record.filed_at)

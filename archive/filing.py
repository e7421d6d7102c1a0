"""Filing at completion, in two halves (design section 6): bytes first and without a lock, rows at last and short."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

import paper
from documents import filed_beside, hanging, issuers, pages
from documents.models import Attachment, Document, Opinion, Rendition
from documents.states import AddresseeKind, Direction, StepKind
from files.store import Landed, keep, land_made, path_of
from files.text import decode_text
from paper.signatures import signature_facts
from units import audit
from units.counters import take
from units.inserting import Insertion
from units.models import Unit
from units.workflow import Refused

from . import inspection, joining
from .code_schemes import pattern_of, patterns_of, render_code
from .copying import first_history
from .disposed import destroyed
from .filed_words import text_of
from .fixed_years import mark_late
from .imported_numbers import imported, imported_of_year
from .models import CodeAssignment, Component, Fonds, Record, RetentionRule
from .pairs import relate
from .retention import (
    basis_of,
    class_code,
    class_year,
    date_of,
    fonds_of,
    period_of,
    propose,
    rule_of,
    use_scope_of,
)
from .schedules.versions import text_of as schedule_text
from .states import CodePattern, Precision, Retention, Role, Stage, UseScope
from .words import Text, write_texts

__all__ = ["destroyed", "file", "imported", "imported_of_year", "prepare", "propose"]

RECORDS, COMPONENTS, CODES = Insertion(Record), Insertion(Component), Insertion(CodeAssignment)
LONGEST_TYPESET = 256 * 1024  # bytes of a text file that is laid out while somebody waits


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
    unit: Unit
    fonds: Fonds
    parts: tuple[Part, ...]
    text: str
    retention_code: str
    retention_basis: str
    retention_rule: RetentionRule | None
    class_code: str
    filed_rule: RetentionRule | None = None  # what the schedule said, whoever decided
    decided_by: object = None  # the person; None: the rule, or nobody where none was met
    use_scope: str = UseScope.UNIT


def prepare(document: Document, act) -> Prepared:
    """Fix the moment and version, render page and sheet, put every byte under its digest."""
    fonds = fonds_of(document.unit)
    if fonds is None:
        raise Refused(f"{document.unit}还没有全宗号，不能归档，请与区档案馆联系。")
    moment = timezone.now()
    rule = rule_of(document)
    period = period_of(document, rule)
    chosen = act.given.retention_code or period
    attached, when = hanging.files(document.content), "办结时" if document.completed_at is None else "改为归档时"
    return Prepared(
        version=document.version,
        moment=moment,
        unit=document.unit,
        fonds=fonds,
        parts=tuple(_parts(document, moment, act, attached)),
        text=text_of(document, attached),
        retention_code=chosen,
        retention_basis=f"{when}由{act.by.name}确定" if chosen != period else basis_of(document, rule),
        retention_rule=rule if rule and rule.retention_code == chosen == period else None,
        class_code=act.given.class_code or class_code(document),
        filed_rule=rule,
        decided_by=_decided_by(document, rule, chosen, act.by),
        use_scope=use_scope_of(document, rule),
    )


def _decided_by(document, rule: RetentionRule | None, chosen: str, by):
    """Who took another period than the schedule says: at drafting, or at completion; None where nobody did."""
    said = (rule.retention_code if rule else Retention.TEN) or ""
    if chosen == said:
        return None
    return document.drafted_by or by if chosen == document.retention_code else by


def _parts(document, moment, act, attached: list[Attachment]) -> list[Part]:
    """Components in the order of domain 3.3: outgoing 正本, 附件, 发文稿纸, 定稿; incoming 处理单, 正文, 附件."""
    content = document.content
    if document.joint_copy:  # the host files sheet and 定稿
        return [*_page_parts(content), *map(_attached, attached)]
    last = _last_opinion(act, moment)
    is_new = document.completed_at is None
    kind, sheet = pages.sheet_of(document, moment=moment, result=act.given.result, last=last, is_completing=is_new)
    sheet_role = Role.HANDLING_SHEET if kind == Rendition.Kind.HANDLING_SHEET else Role.DRAFT_SHEET
    name = f"{pages.sheet_name(document)}.pdf"
    sheet_part = Part(sheet_role, name, land_made(sheet.pdf, name), pages=sheet.pages, made_with=sheet.fonts)
    main = _report_parts(document, act) if document.direction == Direction.INTERNAL else _page_parts(content)
    answers, scans = _beside(document, moment, sheet_role)
    others = [*map(_attached, attached), *answers]
    if document.direction == Direction.INCOMING:
        return [sheet_part, *scans, *main, *others]
    others += _void_page(document)
    final = land_made(f"{document.title}\n\n{document.body}\n".encode(), "定稿.txt")
    return [*main, *others, sheet_part, *scans, Part(Role.FINAL_DRAFT, "定稿.txt", final, pages=None)]


def _attached(one: Attachment) -> Part:
    role = Role.ORIGINAL if one.is_main_text else Role.ATTACHMENT
    return Part(role, one.name, stored=one.stored_file, pages=one.stored_file.pages)


def _beside(document, moment, sheet_role: Role) -> tuple[list[Part], list[Part]]:
    """回执, and scans of paper opinions, which go with the sheet that tells them (documents/filed_beside.py)."""
    answers: list[Part] = []
    scans: list[Part] = []
    for one in filed_beside.papers_of(document, moment):
        if one.made is None:
            role = sheet_role if one.is_handling else Role.ATTACHMENT
            part = Part(role, one.filename, stored=one.stored, pages=one.stored.pages)
        else:
            landed = land_made(one.made.pdf, one.filename)
            part = Part(Role.ATTACHMENT, one.filename, landed, pages=one.made.pages, made_with=one.made.fonts)
        (scans if one.is_handling else answers).append(part)
    return answers, scans


def _last_opinion(act, moment) -> Opinion | None:
    """The opinion with which the document is being completed: its row is written after the sheet, in the same act."""
    if not act.note:
        return None
    kind = StepKind.COMPLETE
    return Opinion(kind=kind, label=kind.label, name=act.by.name, post=act.seat_name, text=act.note, at=moment)


def _report_parts(document, act) -> list[Part]:
    """A 签报 is never dispatched: its page is made when it is filed."""
    landed, page = pages.prepare_page(document, act)
    return [Part(Role.ORIGINAL, "签报.pdf", landed, pages=page.pages, made_with=page.fonts)]


def _page_parts(content) -> list[Part]:
    page = pages.page_of(content)
    if page is None:
        return []
    made_with = {**page.fonts, "signatures": _signatures(page.stored_file)}
    return [Part(Role.ORIGINAL, "正本.pdf", stored=page.stored_file, pages=page.pages, made_with=made_with)]


def _signatures(stored) -> list[dict]:
    """M57–M64 of the sealed page: read once, when it is filed."""
    return [asdict(one) for one in signature_facts(path_of(stored).read_bytes())]


def _void_page(document) -> list[Part]:
    """With a 更正件 the page that it replaced is kept (docs/rules/exchange.md)."""
    page = pages.page_of(document.corrects) if document.corrects_id else None
    if page is None:
        return []
    return [
        Part(Role.ATTACHMENT, "更正前原件（作废）.pdf", stored=page.stored_file, pages=page.pages, made_with=page.fonts)
    ]


def file(document: Document, prepared: Prepared, by, seat=None) -> Record:
    """Second half, inside the completing transaction: rows, then the class counter as the last lock taken."""
    if not connection.in_atomic_block:
        raise RuntimeError("Filing happens inside the completing transaction.")
    if document.unit_id == prepared.unit.pk:
        document.unit = prepared.unit  # of the same version: not read a second time
    stored = [part.stored or keep(part.landed) for part in prepared.parts]
    record = _record_of(document, prepared, by)
    record.component_count = len(stored)
    record.page_count = sum(part.pages or 0 for part in prepared.parts)
    record.pk = next_keys(1)[0]
    components = [
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
    COMPONENTS.write(components)
    pair = joining.plan(record, relate(record, document))
    sheet = inspection.Sheet(Stage.FILING)
    inspection.examine(sheet, record, components, twins=inspection.twins_of([record]))
    inspection.keep_at_once(sheet, by=by, subject_uid=record.uid)
    if pair.into is None:
        insert([(record, prepared.text)], by)
    else:
        _insert_into(record, pair.into, by)
    audit.record("file", "归档", record, by=by, seat=seat, after=record.state, document=str(document.uid))
    joining.follow(record, pair, prepared.text)
    return record


def _insert_into(record: Record, into: Record, by) -> None:
    """A 来文 that is one item with its filed 复文 from the start: it bears that one's code and takes no number."""
    record.item_no, record.archival_code = into.item_no, into.archival_code
    RECORDS.write([record])
    first_history(Record, [record.pk], by)
    record._remember()


def next_keys(count: int) -> list[int]:
    """Keys of records to be: what hangs on them is written before the counter is taken (keys are checked at commit)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('archive_record', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [key for (key,) in cursor.fetchall()]


def series_named(fonds: str, category: str, year: int, retention: str, class_code: str) -> str:
    """The counter of one lowest class."""
    return f"item:{fonds}:{category}:{year}:{retention}:{class_code}"


def series_of(record: Record) -> str:
    return series_named(record.fonds.code, record.category_code, record.year, record.retention_code, record.class_code)


def insert(filed: list[tuple[Record, Text]], by) -> None:
    """Number the records, gap-free in their classes, and insert them with their words: (record, text) each.

    The counters are the last locks taken, in the order of their names, so that no two filings wait for each other.
    """
    mark_late(record for record, _ in filed)
    by_series: dict[str, list[Record]] = {}
    for record, _ in filed:
        by_series.setdefault(series_of(record), []).append(record)
    patterns = patterns_of((record.fonds_id, record.year) for record, _ in filed)
    for series in sorted(by_series):
        first = take(series, len(by_series[series]))
        for number, record in enumerate(by_series[series], start=first):
            _numbered(record, number, patterns[record.fonds_id, record.year])
    write(filed, by)


def write(filed: list[tuple[Record, Text]], by) -> None:
    """Insert records that have their numbers, with the assignments of their codes and their words."""
    records = [record for record, _ in filed]
    RECORDS.write(records)
    first_history(Record, [record.pk for record in records], by)
    for record in records:
        record._remember()
    CODES.write(assignment_of(record) for record in records)
    write_texts(filed)


def _numbered(record: Record, number: int, pattern: str) -> None:
    record.item_no, record.archival_code = number, code_of(record, number, pattern)


def code_of(record: Record, number: int, pattern: str) -> str:
    """The 档号 of `record` with this 件号, as its fonds writes it in its year (code_schemes)."""
    return render_code(
        record.fonds.code, record.year, record.retention_code, record.class_code, number, record.category_code, pattern
    )


def assignment_of(record: Record) -> CodeAssignment:
    return CodeAssignment(
        record=record,
        fonds_id=record.fonds_id,
        category_code=record.category_code,
        year=record.year,
        retention_code=record.retention_code,
        class_code=record.class_code,
        item_no=record.item_no,
        code=record.archival_code,
    )


def number_anew(record: Record, by, *, reason: str, item_no: int | None = None) -> None:
    """Another code in the class that `record` has now; the former assignment stays as void, with the reason.

    `item_no`, which the caller has found free, is kept; else the next of the series is taken.
    """
    void = {"voided_at": timezone.now(), "void_reason": reason[:200]}
    record.codes.filter(voided_at=None).update(**void)
    pattern = pattern_of(record.fonds_id, record.year)
    if item_no is None:
        _numbered(record, take(series_of(record)), pattern)
    else:
        take(series_of(record), 0, above=item_no)
        _numbered(record, item_no, pattern)
    record._history_user = by
    record.save()
    assignment_of(record).save(force_insert=True)


def _record_of(document, prepared: Prepared, by) -> Record:
    """What is unknown stays unknown: an undated paper is filed undated. The number comes last, the class is known."""
    day = date_of(document, prepared.moment)
    names = _addressees(document.content)
    record = Record(
        document=document,
        unit=document.unit,
        custodian=document.unit,
        fonds=prepared.fonds,
        year=class_year(document),
        retention_code=prepared.retention_code,
        retention_as_filed=Retention(prepared.retention_code).label,
        retention_rule=prepared.retention_rule,
        retention_basis=prepared.retention_basis[:200],
        filed_rule=prepared.filed_rule,
        filed_rule_text=schedule_text(prepared.filed_rule) if prepared.filed_rule else "",
        retention_decided_by=prepared.decided_by,
        use_scope=prepared.use_scope,
        class_code=prepared.class_code,
        title=document.title,
        author=_author(document),
        doc_number=document.number_shown,
        doc_number_as_given=document.doc_number_as_given,
        date=day,
        date_precision=Precision.DAY if day else Precision.UNKNOWN,
        doc_type="" if document.direction == Direction.INTERNAL else document.doc_type,
        direction=Direction.OUTGOING if document.joint_copy else document.direction,
        copy_only=document.joint_copy,
        urgency=document.urgency,
        main_recipients=names[AddresseeKind.MAIN],
        cc_recipients=names[AddresseeKind.CC],
        security_class=document.security_class,
        disclosure_attr=document.disclosure_attr,
        responsible_department_id=document.department_id,
        completed_at=document.completed_at or prepared.moment,
        filed_at=timezone.now(),
        filed_by=by,
    )
    return provisional(record)


def _author(document) -> str:
    """责任者: the sender; of a copy from a joint issue all its issuers, the host first."""
    if document.joint_copy:
        return "、".join(one.unit.name for one in issuers.of(document.issued))[:200]
    return document.sender_name if document.direction == Direction.INCOMING else document.unit.name


def provisional(record: Record) -> Record:
    """With the code of its class and no number yet: that comes last, and the inspection judges the rest of the code."""
    _numbered(record, 0, CodePattern.DAT22)
    return record


def _addressees(content) -> dict[str, str]:
    rows = hanging.addressees(content)
    return {kind: "、".join(one.name for one in rows if one.kind == kind) for kind in AddresseeKind.values}


def text_pdf(component: Component) -> "paper.Rendition":
    """A page image of a .txt component, made when one is asked for; Refused above LONGEST_TYPESET bytes.

    A web process typesets about 100 KB a second, and other visitors wait for it.
    """
    if component.stored_file.bytes > LONGEST_TYPESET:
        raise Refused(
            f"“{component.filename}”有 {component.stored_file.bytes // 1024:,} KB，超过 {LONGEST_TYPESET // 1024} KB，"
            "不能在网页上排成版式文件，请下载原文件阅看。"
        )
    text, _ = decode_text(path_of(component.stored_file).read_bytes())
    return paper.render_plain(component.record.title, text, moment=component.record.filed_at)

"""A package of another installation of this product: batch, records and files as it describes them, ready for 检测.

Only for a unit and fonds that are known here. All or nothing: what cannot be entered is told with item and sentence.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from archive import leaving
from archive.filing import write
from archive.models import CodeAssignment, Component, Record
from archive.packages import findings as f
from archive.packages import names
from archive.packages.metadata_reading import RecordMetadata
from archive.retention import fonds_of
from archive.states import RETENTION_WORDS, Carrier, Precision, Role
from archive.states import State as RecordState
from documents.states import Direction, Disclosure, DocType, SecurityClass, Urgency
from files.probing.warm import kept_warm
from files.store import Landed, Received, keep, receive, settle
from units import audit, jobs
from units.actions import system_user
from units.findings import REFUSE, Finding
from units.models import Unit

from . import returning
from .healing import digest_at
from .models import Batch, BatchItem, PackagePart
from .receive_checks import TWICE, Reading, against_holding, metadata_of, opened
from .states import Medium, PartState, State

WAYS = {Medium.DISK: "离线", Medium.PEER: "在线"}
VALUES = "1-4"  # 设定值域的元数据项值域符合度


class NotEntered(Exception):
    """Something in the package cannot be entered here: `findings` say what."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("；".join(one.message for one in findings))


def archive_here() -> Unit | None:
    return Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()


def unknown(reading: Reading) -> Iterator[Finding]:
    """Why a batch that nobody here has listed cannot come in: its unit, its fonds, codes that are taken."""
    info = reading.info
    if not info:
        return
    unit = Unit.objects.filter(code=info.get("internal-sender-identifier", "")).first()
    fonds = fonds_of(unit) if unit else None
    if unit is None:
        told = f"移交单位代码{info.get('internal-sender-identifier') or '空'}不在本馆接收范围。"
        yield Finding(f.PAPERS, REFUSE, "bag-info.txt", told)
    elif fonds is None or fonds.code != info.get("egov-fonds-code"):
        told = f"全宗号{info.get('egov-fonds-code') or '空'}不是{unit.name}的全宗号{fonds.code if fonds else ''}。"
        yield Finding(f.PAPERS, REFUSE, "bag-info.txt", told)
    elif Batch.objects.unguarded("a number is taken whoever may see the batch").filter(
        unit=unit, batch_no=info.get("bag-group-identifier", "")[:40]
    ):
        told = f"批次号{info.get('bag-group-identifier')}已用于{unit.name}的另一批次。"
        yield Finding(TWICE, REFUSE, "bag-info.txt", told)
    try:
        UUID(info.get("egov-batch-uid", ""))
    except ValueError:
        yield Finding(f.STRUCTURE, REFUSE, "bag-info.txt", "批次标识（Egov-Batch-Uid）不合规。")
    if archive := archive_here():
        yield from against_holding(reading, archive)


def enter(
    reading: Reading, parts: list[PackagePart], placed: Callable[[Batch], None], medium: str = Medium.DISK
) -> Batch:
    """The batch, its records in transfer. `placed` belongs to it: what it refuses or breaks off enters nothing.

    Raises NotEntered; nothing is left behind then.
    """
    unit = Unit.objects.get(code=reading.info["internal-sender-identifier"])
    found: list[tuple[Record, list[tuple[Component, Landed]]]] = []
    wrong: list[Finding] = []
    for part in reading.in_order:
        with opened(part.place) as source, kept_warm(), _settled() as arrived:
            for path, metadata in metadata_of(source):
                try:
                    record = record_of(metadata, unit)
                    found.append((record, list(_files(source, path, metadata, record, arrived))))
                except ValueError as error:
                    wrong.append(Finding(VALUES, REFUSE, f"{part.place.name}/{path}", str(error)))
    if wrong:
        raise NotEntered(wrong[:200])
    with transaction.atomic():
        batch = _written(reading, unit, found, medium)
        _listed(batch, parts, found)
        placed(batch)
    return batch


@contextmanager
def _settled() -> Iterator[list[Received]]:
    """Whatever has arrived within is made sure of on the disk together, or taken away."""
    arrived: list[Received] = []
    try:
        yield arrived
    finally:
        settle(arrived)


def _files(source, path: str, metadata: RecordMetadata, record: Record, arrived: list[Received]):
    folder = path.rpartition("/")[0]
    roles = {label: value for value, label in Role.choices}
    for place, file in enumerate(metadata.files, start=1):
        arrived.append(receive(source.blocks(f"{folder}/{file.stored_name}"), file.filename))
        landed = arrived[-1].landed
        if landed.examination.refusals:
            raise ValueError(f"文件“{file.filename}”：{landed.examination.refusals[0].message}")
        if file.role not in roles:
            raise ValueError(f"文件“{file.filename}”的件内角色“{file.role}”不在规定之列。")
        yield (
            Component(
                record=record, role=roles[file.role], seq=place, filename=file.filename[:255],
                is_original=file.is_original, pages=landed.examination.pages,
            ),
            landed,
        )  # fmt: skip


def _coded(choices, label: str, what: str) -> str:
    """The code of a word; an empty word has none. ValueError for one that is not in the list."""
    if not label:
        return ""
    found = {word: value for value, word in choices}
    if label not in found:
        raise ValueError(f"{what}“{label}”不在规定之列。")
    return found[label]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date(int(text[:4]), int(text[4:6] or 1), int(text[6:8] or 1))
    except ValueError:
        raise ValueError(f"日期“{text}”不是YYYYMMDD。") from None


def record_of(metadata: RecordMetadata, unit: Unit) -> Record:
    """The record as its metadata state it, in transfer. ValueError with a sentence for a value that has no place."""
    told = metadata.fields
    year, item_no = _number(told["year"], "年度"), _number(told["item_no"], "件号")
    if len(told["year"]) != 4:
        raise ValueError(f"年度“{told['year']}”应为四位数字。")
    if told["retention"] not in RETENTION_WORDS:
        raise ValueError(f"保管期限“{told['retention']}”不在规定之列。")
    day = _day(told["date"])
    precision = _coded(Precision.choices, told["date_precision"], "日期精度") or Precision.DAY
    system = system_user()
    record = Record(
        uid=_uid(metadata.record_uid), unit=unit, custodian=unit, offered_to=archive_here(), fonds=fonds_of(unit),
        state=RecordState.IN_TRANSFER, category_code=told["category_code"] or "WS", year=year,
        retention_code=RETENTION_WORDS[told["retention"]], retention_as_filed=told["retention"],
        class_code=told["class_code"], item_no=item_no, archival_code=told["archival_code"],
        title=told["title"], author=told["author"], doc_number=told["doc_number"],
        doc_number_as_given=told["doc_number"], date=day, date_precision=precision if day else Precision.UNKNOWN,
        **_kind(told["doc_type"]),
        urgency=_coded(Urgency.choices, told["urgency"], "紧急程度"),
        main_recipients=told["main_recipients"], cc_recipients=told["cc_recipients"],
        security_class=_coded(SecurityClass.choices, told["security_class"], "密级") or SecurityClass.PUBLIC,
        disclosure_attr=_coded(Disclosure.choices, told["disclosure_attr"], "公开属性"),
        access_opinion=told["access_opinion"][:200], page_count=_number(told["page_count"] or "0", "页数"),
        component_count=len(metadata.files), remark=told["remark"][:200],
        carrier_mode=_coded(Carrier.choices, told["carrier_mode"], "载体形式") or Carrier.ELECTRONIC,
        filed_by=system, filed_at=timezone.now(),
    )  # fmt: skip
    _fits(record)
    return record


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{what}“{text[:20]}”不是数字。")
    return int(text[:20])


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"电子文件号“{text}”不是本系统的写法（UUID）。") from None


def _fits(record: Record) -> None:
    """Every value fits its column; one that is empty is for the inspection to judge. ValueError: the first that not."""
    own = [one.name for one in Record._meta.concrete_fields if one.is_relation]
    try:
        record.clean_fields(exclude=own)
    except ValidationError as error:
        for name, faults in error.error_dict.items():
            told = [text for one in faults if one.code not in ("blank", "null") for text in one.messages]
            if told:
                raise ValueError(f"{Record._meta.get_field(name).verbose_name}不合要求：{''.join(told)}") from None


def _kind(word: str) -> dict[str, str]:
    """文种, or that it is a 签报, which is none of them."""
    if word == Direction.INTERNAL.label:
        return {"direction": Direction.INTERNAL}
    return {"doc_type": _coded(DocType.choices, word, "文种")}


def _written(reading: Reading, unit: Unit, found, medium: str) -> Batch:
    by, info = system_user(), reading.info
    if taken := _taken([record for record, _ in found]):
        raise NotEntered(taken)
    batch = Batch(
        uid=UUID(info["egov-batch-uid"]), state=State.SUBMITTED, unit=unit, archive=archive_here(),
        fonds=fonds_of(unit), batch_no=info.get("bag-group-identifier", "")[:40], is_foreign=True,
        name=f"{unit.short_name}{WAYS[medium]}移交信息包", medium=medium,
        description=info.get("external-description", ""), record_count=len(found), payload_bytes=reading.bytes,
        manifest_digest=reading.digest, created_by=by, submitted_at=timezone.now(),
    )  # fmt: skip
    batch._history_user = by
    batch.save()
    _entered(found, by)
    audit.record_many(
        "enter_batch", f"{WAYS[medium]}移交", [record for record, _ in found], by=by, after=RecordState.IN_TRANSFER
    )
    audit.record(
        "bring_package", f"{WAYS[medium]}送达", batch, by=by, after=batch.state, manifest_digest=reading.digest
    )
    title = f"提取“{batch.name}”的文字供检索"
    jobs.start("read_words", title, by=by, unit=batch.archive, subject=batch, batch=str(batch.uid))
    return batch


def _entered(found: list, by) -> None:
    """Records with their files; one that went home before is the same again, and stands in its place of `found`."""
    there = _sent_home([record for record, _ in found])
    write([(record, "") for record, _ in found if record.uid not in there], by)
    for place, (record, files) in enumerate(found):
        if record.uid in there:
            known = leaving.come_again(there[record.uid], record, by=by)
            for component, _ in files:
                component.record = known
            found[place] = (known, files)
    Component.objects.bulk_create(_with_file(component, landed) for _, files in found for component, landed in files)


def _listed(batch: Batch, parts: list[PackagePart], found: list) -> None:
    """Items and parts of the batch."""
    items = [
        BatchItem(
            batch=batch, record=record, position=place, record_version=record.version,
            digests=[landed.sha256 for _, landed in files], title=record.title, archival_code=record.archival_code,
            retention_code=record.retention_code,
        )
        for place, (record, files) in enumerate(found, start=1)
    ]  # fmt: skip
    returning.note_attempts(items)
    BatchItem.objects.bulk_create(items)
    for part in parts:
        part.batch = batch
    PackagePart.objects.bulk_create(parts)


def _sent_home(records: list[Record]) -> dict[UUID, Record]:
    """Those of `records` that were here before and went home; they come again."""
    rows = Record.objects.unguarded("the package names them").filter(
        uid__in=[record.uid for record in records], state=RecordState.SENT_HOME, unit=records[0].unit
    )
    return {row.uid: row for row in rows.select_related("unit", "fonds")}


def _with_file(component: Component, landed: Landed) -> Component:
    component.stored_file = keep(landed)
    return component


def parts_of(reading: Reading) -> list[PackagePart]:
    """The parts as they will stand with the batch, which is not there yet."""
    parts, last = [], 0
    for part in reading.in_order:
        oxum = part.info.get("payload-oxum", "0.0").partition(".")
        first, last = last + 1, last + len(part.codes)
        parts.append(PackagePart(
            number=part.number, state=PartState.DONE, first_position=first, last_position=last,
            filename=names.safe_name(part.place.name)[:120], bytes=part.place.stat().st_size,
            sha256=digest_at(part.place), record_count=len(part.codes), payload_bytes=int(oxum[0]),
            file_count=int(oxum[2]),
        ))  # fmt: skip
    return parts


def _taken(records: list[Record]) -> list[Finding]:
    """Codes and numbers that another record here has, or another of the package."""
    uids = {record.uid for record in records}
    home = _sent_home(records)
    rows = Record.objects.unguarded("a code is taken whoever may see the record").filter(uid__in=uids - home.keys())
    found = [
        Finding(TWICE, REFUSE, str(uid), f"电子文件号{uid}在本系统中已有。") for uid in rows.values_list("uid", flat=True)
    ]  # fmt: skip
    seen: set[object] = set()
    for record in records:
        parts = {
            name: getattr(record, name)
            for name in ("fonds_id", "category_code", "year", "retention_code", "class_code")
        }
        own = (record.uid, (record.item_no, *parts.values()))
        if not seen.isdisjoint(own):
            told = f"电子文件号{record.uid}或档号{record.archival_code}的件号在信息包中不止一件。"
            found.append(Finding(TWICE, REFUSE, record.archival_code, told))
        seen.update(own)
        given = CodeAssignment.objects.filter(item_no=record.item_no, **parts)
        if given.exclude(record__in=home.values(), record__uid=record.uid, voided_at=None).exists():
            found.append(Finding(TWICE, REFUSE, record.archival_code, f"档号{record.archival_code}已编给另一件。"))
    return found

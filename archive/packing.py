"""Records as plain values for a package, in the trade's words, read slice by slice."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils import timezone

from documents.states import Urgency
from files.store import path_of
from units.access import signed_as
from units.models import AuditEvent

from .models import Component, InspectionResult, Record, RecordRelation
from .packages.contents import PackedEvent, PackedFile, PackedRecord, PackedRelation
from .states import Stage

SLICE = 200  # records read at a time
URGENCY = {value: label for value, label in Urgency.choices if value}


def packed(keys: Sequence[int], archives_name: str) -> Iterator[PackedRecord]:
    """The records of `keys` in their order, `SLICE` at a time: memory does not grow with their number."""
    for start in range(0, len(keys), SLICE):
        wanted = keys[start : start + SLICE]
        rows = (
            Record.objects.unguarded("whoever packs has chosen them by his own rule")
            .select_related("unit", "fonds", "filed_by", "responsible_department", "document")
            .in_bulk(wanted)
        )
        files: dict[int, list] = {}
        for component in (
            Component.objects.filter(record__in=wanted).select_related("stored_file").order_by("record", "seq")
        ):
            files.setdefault(component.record_id, []).append(component)
        hung = _Hung(_events([rows[key] for key in wanted]), _relations(wanted), _findings(wanted))
        for key in wanted:
            yield _packed(rows[key], files.get(key, []), hung, archives_name)


class _Hung(NamedTuple):
    """What hangs on the records of a slice, by the record's uid or key."""

    events: dict
    relations: dict
    findings: dict


def _relations(keys: list[int]) -> dict:
    found: dict[int, list] = {}
    for row in RecordRelation.objects.filter(record__in=keys).select_related("other").order_by("record", "pk"):
        found.setdefault(row.record_id, []).append(PackedRelation(str(row.other.uid), row.get_kind_display()))
    return found


def _findings(keys: list[int]) -> dict:
    """What filing found and nobody has settled; it travels with the record."""
    found: dict[int, list] = {}
    rows = InspectionResult.objects.filter(record__in=keys, run__stage=Stage.FILING, settled_at=None).order_by("pk")
    for row in rows.only("record_id", "item_code", "message"):
        found.setdefault(row.record_id, []).append(f"{row.item_code} {row.message}")
    return found


def _events(records) -> dict:
    """Acts on the records and on the documents they came from, by the record's uid."""
    home = {record.uid: record.uid for record in records} | {
        record.document.uid: record.uid for record in records if record.document
    }
    found: dict = {}
    rows = AuditEvent.objects.filter(object_uid__in=home, succeeded=True).order_by("id")
    for event in rows.only("object_uid", "label", "at", "actor_name", "post", "unit_name", "opinion"):
        found.setdefault(home[event.object_uid], []).append(
            PackedEvent(
                event.label,
                timezone.localtime(event.at),
                *signed_as(event.actor_name, event.post),
                event.unit_name,
                description=event.opinion,
            )
        )
    return found


def _packed(record, components, hung: _Hung, archives_name: str) -> PackedRecord:
    department = record.responsible_department
    return PackedRecord(
        record_uid=str(record.uid), fonds_code=record.fonds.code, fonds_name=record.fonds.name,
        unit_name=record.unit.name, archives_name=archives_name, archival_code=record.archival_code,
        category_code=record.category_code, year=record.year, retention=record.get_retention_code_display(),
        class_code=record.class_code, class_name=department.name if department else "",
        item_no=record.item_no, title=record.title, author=record.author, doc_number=record.doc_number,
        date=record.date_text, date_precision=record.get_date_precision_display(), doc_type=record.doc_type_shown,
        urgency=URGENCY.get(record.urgency, ""),
        main_recipients=record.main_recipients, cc_recipients=record.cc_recipients,
        security_class=record.get_security_class_display(), page_count=record.page_count or None,
        carrier_mode=record.get_carrier_mode_display(), paper_exists=record.paper_exists,
        access_opinion=record.access_opinion, disclosure_attr=record.get_disclosure_attr_display(),
        responsible_department=department.name if department else "", completed_at=_local(record.completed_at),
        filed_at=_local(record.filed_at),
        filed_by=record.filed_by.name, remark=record.remark, files=tuple(_file(one) for one in components),
        events=tuple(hung.events.get(record.uid, ())), relations=tuple(hung.relations.get(record.pk, ())),
        findings=tuple(hung.findings.get(record.pk, ())),
    )  # fmt: skip


def _local(moment):
    return timezone.localtime(moment) if moment else None


def _file(component) -> PackedFile:
    stored = component.stored_file
    return PackedFile(
        component.filename, component.get_role_display(), component.seq, path_of(stored), stored.bytes,
        stored.sha256, stored.crc32,
        stored.mime, stored.format_id, component.is_original,
    )  # fmt: skip

"""Records as plain values for a package, in the trade's words, read slice by slice."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from documents.states import Direction, Urgency
from files.store import path_of
from units.access import signed_as
from units.models import AuditEvent, Unit

from . import paper_since
from .activities import activity_of
from .class_registry import class_name, name_of_code
from .further_fields import DESCRIBED
from .models import Component, InspectionResult, Record, RecordRelation
from .packages.contents import PackedEvent, PackedFile, PackedRecord, PackedRelation, PackedSignature
from .querysets import period_given
from .states import Access, Role, Stage

SLICE = 200  # records at a time, of whoever looks at them one by one
READ = 500  # records read at a time for a package
BEGIN = 100  # of the first: whoever writes them need not wait long
URGENCY = {value: label for value, label in Urgency.choices if value}
DIRECTION = dict(Direction.choices)
BY_SCHEDULE = frozenset({"file"})  # acts that rest on the schedule (M83)
SHOWN = {one.name: dict(one.choices) for one in Record._meta.fields if one.choices}  # the words of each coded column
ROLES = dict(Role.choices)
SHARED = ("unit", "custodian", "fonds", "filed_by", "responsible_department")  # few rows, the same for all records
OF_FILE = (
    "record_id", "role", "seq", "filename", "is_original", "pages", "made_with", "stored_file__sha256",
    "stored_file__bytes", "stored_file__crc32", "stored_file__mime", "stored_file__format_id",
)  # fmt: skip
APART = re.compile(r"[\s、，,；;]+")  # between 主题词 as people write them
OF_EVENT = ("object_type", "object_uid", "verb", "label", "at", "actor_name", "post", "unit", "unit_name", "opinion")
SYSTEM = "长宁区电子公文与数字档案平台"


def packed(keys: Sequence[int], archives_name: str) -> Iterator[PackedRecord]:
    """The records of `keys` in their order, `READ` at a time: memory does not grow with their number."""
    for start in (0, *range(BEGIN, len(keys), READ)) if keys else ():
        wanted = keys[start : start + READ] if start else keys[:BEGIN]
        rows = (
            Record.objects.unguarded("whoever packs has chosen them by his own rule")
            .select_related("document")
            .prefetch_related(*SHARED)
            .annotate(kept_as=period_given(), name_of_code=name_of_code(), decided_by=F("retention_decided_by__name"))
            .in_bulk(wanted)
        )
        files: dict[int, list] = {}
        components = Component.objects.filter(record__in=wanted).select_related("stored_file").only(*OF_FILE)
        for component in components.order_by("record", "seq"):
            files.setdefault(component.record_id, []).append(component)
        papers = paper_since.tell(rows.values())
        hung = _Hung(_events([rows[key] for key in wanted]), _relations(wanted), _findings(wanted), papers)
        for key in wanted:
            yield _packed(rows[key], files.get(key, []), hung, archives_name)


class _Hung(NamedTuple):
    """What hangs on the records of a slice, by the record's uid or key."""

    events: dict
    relations: dict
    findings: dict
    papers: dict


def _relations(keys: list[int]) -> dict:
    found: dict[int, list] = {}
    for row in RecordRelation.objects.filter(record__in=keys).select_related("other").order_by("record", "pk"):
        told = "与本件合为一件" if row.other.joined_to_id == row.record_id else ""
        packed_one = PackedRelation(str(row.other.uid), row.get_kind_display(), description=told)
        found.setdefault(row.record_id, []).append(packed_one)
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
    joined = Record.objects.unguarded("parts of the items that are packed").filter(joined_to__in=records)
    for uid, document, into in joined.values_list("uid", "document__uid", "joined_to__uid"):
        home |= {uid: into, document: into} if document else {uid: into}
    basis = {record.uid: record.retention_basis for record in records}
    codes = dict(Unit.objects.values_list("pk", "code"))
    found: dict = {}
    rows = AuditEvent.objects.filter(object_uid__in=home, succeeded=True).order_by("id")
    for event in rows.only(*OF_EVENT):
        activity = activity_of(event.object_type, event.verb)
        found.setdefault(home[event.object_uid], []).append(
            PackedEvent(
                activity,
                timezone.localtime(event.at),
                *signed_as(event.actor_name, event.post),
                event.unit_name,
                mandate=basis.get(event.object_uid, "") if event.verb in BY_SCHEDULE else "",
                description=event.opinion,
                unit_code=codes.get(event.unit_id, ""),
                act=event.label if event.label != activity else "",
            )
        )
    return found


def _packed(record, components, hung: _Hung, archives_name: str) -> PackedRecord:
    department = record.responsible_department
    return PackedRecord(
        record_uid=str(record.uid), fonds_code=record.fonds.code, fonds_name=record.fonds.name,
        unit_name=record.unit.name, archives_name=archives_name, archival_code=record.archival_code,
        category_code=record.category_code, year=record.year, retention=record.period_now,
        class_code=record.class_code, class_name=class_name(record, lambda: record.name_of_code),
        item_no=record.item_no, title=record.title, author=record.author, doc_number=record.doc_number,
        date=record.date_text, date_precision=_shown(record, "date_precision"), doc_type=record.doc_type_shown,
        urgency=URGENCY.get(record.urgency, ""),
        main_recipients=record.main_recipients, cc_recipients=record.cc_recipients,
        security_class=_shown(record, "security_class"), page_count=record.page_count or None,
        carrier_mode=record.carrier_now, paper_exists=record.has_paper,
        access_opinion=record.access_opinion, disclosure_attr=_shown(record, "disclosure_attr"),
        responsible_department=department.name if department else "", completed_at=_local(record.completed_at),
        filed_at=_local(record.filed_at),
        filed_by=record.filed_by.name, remark=record.remark, files=tuple(_file(one) for one in components),
        events=tuple(hung.events.get(record.uid, ())), relations=tuple(hung.relations.get(record.pk, ())),
        findings=tuple(hung.findings.get(record.pk, ())), **_beyond(record),
        **_described(record, components, hung.papers.get(record.pk)),
    )  # fmt: skip


def _beyond(record) -> dict:
    """Columns that the standard has no element for, in words."""
    return {
        "retention_as_filed": record.retention_as_filed, "retention_basis": record.retention_basis,
        "retention_decided_by": record.decided_by or "",
        "use_scope": _shown(record, "use_scope"), "legacy_code": record.legacy_code,
        "former_codes": tuple(_former(one) for one in record.former_codes), "archive_code": record.archive_code,
        "rule_set": record.rule_set, "number_as_given": record.doc_number_as_given,
        "direction": DIRECTION.get(record.direction, ""), "access_status": _shown(record, "access_status"),
        "postponed_until": str(record.postponed_until or ""),
        "postponed_ground": _shown(record, "postponed_ground"), "box": record.box,
        "paper_pages": record.pages_on_paper, "component_count": record.component_count,
        "accessioned_on": str(record.accessioned_on or ""), "custodian_name": record.custodian.name,
        "state": _shown(record, "state"), "copy_only": record.copy_only, "late_reason": record.late_reason,
        "late_found_on": str(record.late_found_on or ""), "late_approved_by": record.late_approved_by,
    }  # fmt: skip


def _shown(record, name: str) -> str:
    """As `get_…_display`, which makes its table anew at every call."""
    value = getattr(record, name)
    return str(SHOWN[name].get(value, value or ""))


def _former(one: dict) -> str:
    return f"{one['code']}（{one['reason']}）" if one.get("reason") else one["code"]


def _described(record, components, paper) -> dict:
    """M4 … M74 beyond the ordinary: what was described by hand (archive/describing.py), and what the record says;
    `paper` is how its paper came, where it came after the accession."""
    by_hand = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in record.further.items()
        if name in DESCRIBED
    }
    is_online = bool(components) or not record.has_paper  # what lies in a box only is not online
    in_box = f"{record.custodian.name}，盒号{record.box}" if record.box else ""
    control = {Access.OPEN: "开放", Access.CONTROLLED: "控制"}  # the whole range of M74
    by_hand["descriptors"] = _subjects(record, by_hand.get("descriptors", ()))
    return {
        "archives_code": record.custodian.code if record.custodian.is_archive else "",
        "systems": (SYSTEM,),
        "current_location": record.custodian.name,
        "media": ("在线",) if is_online else (),
        "media_places": tuple(filter(None, (in_box, paper_since.place_of(record, paper)))),
        "permissions": ((_shown(record, "use_scope"), "浏览"),),
        "control": control.get(record.access_status, ""),
    } | by_hand


def _subjects(record, by_hand) -> tuple[str, ...]:
    """M26 主题词: those of the record's own field, and those of 补充著录 beside them; each once."""
    return tuple(dict.fromkeys([*by_hand, *filter(None, APART.split(record.subject_words))]))


def _local(moment):
    return timezone.localtime(moment) if moment else None


def _file(component) -> PackedFile:
    stored, made_with = component.stored_file, component.made_with
    return PackedFile(
        component.filename, ROLES.get(component.role, component.role), component.seq, path_of(stored), stored.bytes,
        stored.sha256, stored.crc32,
        stored.mime, stored.format_id, component.is_original,
        created_with=SYSTEM if made_with else "", pages=component.pages,
        signatures=tuple(
            PackedSignature(**one | {"certificates": tuple(one["certificates"])})
            for one in made_with.get("signatures", ())
        ),
    )  # fmt: skip

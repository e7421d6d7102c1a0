"""著录: one item entered by hand by the archivist; into a year whose numbers are fixed it is 补充归档 (practice 2.2)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from files.store import Landed, keep, path_of
from files.text import text_of
from units import audit
from units.access import holds
from units.models import Unit
from units.workflow import Refused

from . import inspection
from .filing import insert, next_keys, provisional
from .fixed_years import Late, says_why
from .models import Component, Record
from .retention import fonds_of
from .states import Carrier, Retention, Role, Stage


def enter(
    values: Mapping[str, object], *, unit: Unit, by, files: tuple[tuple[str, Landed], ...] = (),
    late: Late | None = None, has_paper: bool = False,
) -> Record:  # fmt: skip
    """File one item with `values` (names of the record's fields); the first of `files` is its text.

    Without files it is on paper alone. Refused with every reason when the unit has no fonds, the year is fixed and
    `late` says nothing, or the item fails a check of the filing stage.
    """
    late = late or Late()
    fonds = fonds_of(unit)
    if not holds("arrange_records", by, unit):
        raise Refused(f"您没有整理{unit}归档文件的权限。")
    if fonds is None:
        raise Refused(f"{unit}还没有全宗号，不能归档，请与区档案馆联系。")
    with transaction.atomic():
        says_why(fonds.pk, int(str(values["year"])), late, unit=unit, by=by)
        record = _record(values, unit, fonds, by, late)
        components = _components(record, files)
        record.carrier_mode = Carrier.PAPER if not files else Carrier.DUAL if has_paper else Carrier.ELECTRONIC
        record.paper_exists = has_paper or not files
        record.component_count = len(components)
        record.page_count = record.page_count or sum(one.pages or 0 for one in components)
        record.paper_pages = (record.page_count or None) if record.paper_exists else None
        _inspect(record, components, by)
        words = [text_of(path_of(one.stored_file), one.stored_file.mime) for one in components]
        insert([(record, "\n".join(filter(None, words)))], by)
        label = "补充归档" if record.late_reason else "著录归档"
        audit.record(
            "file", label, record, by=by, seat=audit.seat_for(by, unit, ""), after=record.state,
            opinion=record.late_reason,
        )  # fmt: skip
    return record


def _record(values: Mapping[str, object], unit: Unit, fonds, by, late: Late) -> Record:
    now = timezone.now()
    record = Record(
        unit=unit, custodian=unit, fonds=fonds, filed_at=now, filed_by=by, checked_at=now, checked_by=by,
        late_reason=late.reason, late_found_on=late.found_on, late_approved_by=late.approved_by, **values,
    )  # fmt: skip
    record.doc_number_as_given = record.doc_number
    record.retention_as_filed = Retention(record.retention_code).label
    record.retention_basis = f"著录时由{by.name}确定"
    record.pk = next_keys(1)[0]
    return provisional(record)


def _components(record: Record, files: tuple[tuple[str, Landed], ...]) -> list[Component]:
    return Component.objects.bulk_create(
        Component(
            record=record, role=Role.ORIGINAL if seq == 1 else Role.ATTACHMENT, seq=seq, filename=name,
            stored_file=stored, pages=stored.pages,
        )
        for seq, (name, stored) in enumerate(((name, keep(one)) for name, one in files), start=1)
    )  # fmt: skip


def _inspect(record: Record, components: list[Component], by) -> None:
    run, sheet = inspection.open_run(Stage.FILING, by=by, subject_uid=record.uid), inspection.Sheet(Stage.FILING)
    found = inspection.examine(sheet, record, components, twins=inspection.twins_of([record]))
    if failed := [one.message for one in found if one.is_refusal]:
        raise Refused(*failed)
    inspection.keep(run, sheet, records=1)

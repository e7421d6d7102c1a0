"""仅纸质: a record registered from its paper, without an electronic text."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import holds
from units.models import Unit
from units.workflow import Refused

from .. import inspection
from ..filing import insert, next_keys, provisional
from ..fixed_years import NOT_LATE, Late, says_why
from ..models import Record
from ..retention import classes_of, fonds_of, named_classes
from ..states import Carrier, Precision, Retention, Stage


@dataclass(frozen=True)
class PaperAlone:
    """What the archivist reads from the paper; `date` None is undated, `pages` those that bear text."""

    title: str
    author: str
    doc_number: str
    date: date | None
    year: int
    retention_code: str
    class_code: str
    pages: int
    remark: str = ""
    late: Late = NOT_LATE


@transaction.atomic
def register(unit: Unit, given: PaperAlone, *, by) -> Record:
    """File it: the next 件号 of its class. Refused without the right, without fonds,
    without a reason in a fixed year, or when the inspection fails it."""
    if not holds("arrange_records", by, unit):
        raise Refused("您没有整理该单位归档文件的权限。")
    fonds = fonds_of(unit)
    if fonds is None:
        raise Refused(f"{unit}还没有全宗号，不能归档，请与区档案馆联系。")
    classes = classes_of(unit)
    if given.class_code and given.class_code not in classes:
        raise Refused(
            f"机构（问题）代码“{given.class_code}”不是本单位的代码。"
            + (f"本单位的代码：{named_classes(classes)}。" if classes else "本单位没有登记代码，请不要填写。")
            + "新设、历史机构由本单位档案员在“整理设置”登记。"
        )
    says_why(fonds.pk, given.year, given.late, unit=unit, by=by)
    record = provisional(_record(unit, fonds, given, by))
    record.pk = next_keys(1)[0]
    run, sheet = inspection.open_run(Stage.FILING, by=by, subject_uid=record.uid), inspection.Sheet(Stage.FILING)
    found = inspection.examine(sheet, record, [], twins=inspection.twins_of([record]))
    if refused := [one.message for one in found if one.is_refusal]:
        raise Refused(*refused)
    inspection.keep(run, sheet, records=1)
    insert([(record, "")], by)
    audit.record(
        "register_alone", "补充归档" if record.late_reason else "纸质文件归档", record, by=by, after=record.state,
        opinion=record.late_reason,
    )  # fmt: skip
    return record


def _record(unit: Unit, fonds, given: PaperAlone, by) -> Record:
    return Record(
        unit=unit, custodian=unit, fonds=fonds, year=given.year, retention_code=given.retention_code,
        retention_as_filed=Retention(given.retention_code).label, retention_basis=f"归档时由{by.name}确定"[:200],
        class_code=given.class_code, title=given.title, author=given.author, doc_number=given.doc_number,
        doc_number_as_given=given.doc_number, date=given.date,
        date_precision=Precision.DAY if given.date else Precision.UNKNOWN, page_count=given.pages, component_count=0,
        carrier_mode=Carrier.PAPER, paper_exists=True, paper_pages=given.pages, remark=given.remark,
        filed_at=timezone.now(), filed_by=by, checked_at=timezone.now(), checked_by=by,
        late_reason=given.late.reason, late_found_on=given.late.found_on,
        late_approved_by=given.late.approved_by,
    )  # fmt: skip

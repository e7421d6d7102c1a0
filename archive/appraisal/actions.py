"""Every write on appraisals that is no transition: one function a verb, one transaction, one event."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import holds, may
from units.counters import take
from units.models import Unit, User
from units.successors import staffed
from units.texts import in_runs
from units.workflow import Refused

from .. import unconfirmed
from ..models import Appraisal, AppraisalItem, GroupMember, Record, Supervision, SupervisionWithdrawal
from ..states import AppraisalState, GroupPart, Opinion, Prolonged
from . import supervisors, witnessing
from .conditions import may_supervise, not_due_told, supervising
from .holds import held_among
from .listing import due_records, kept_until, not_due, old_records
from .membership import ask, judged_anew, locked
from .parts import bars_part

LARGEST = 5_000  # records of one appraisal
NAMES_A_YEAR = "原长期、短期的档案按年度鉴定，请填写年度。"


def candidates(unit: Unit, by, day: date, *, of_old: bool = False):
    rows = Record.objects.allowing("destroy", by).filter(unit=unit, custodian=unit)
    return old_records(rows, day) if of_old else due_records(rows, day)


@transaction.atomic
def create(
    unit: Unit, *, by, due_on: date | None = None, year: int | None = None, of_old: bool = False
) -> Appraisal:  # fmt: skip
    """An appraisal of everything that is due on `due_on` (today), of one 年度 where it is named; or, `of_old`, of what
    one 年度 has of the old 长期 and 短期, which are due when the group says so."""
    if not holds("arrange_records", by, unit):
        raise Refused(f"您没有在{unit}组织鉴定的权限。")
    archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
    if archive is None:
        raise Refused("还没有区档案局，不能办理鉴定。")
    day = due_on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused("到期截止日不能晚于今天。")
    if of_old and not year:
        raise Refused(NAMES_A_YEAR)
    rows = candidates(unit, by, day, of_old=of_old)
    rows = rows.filter(year=year) if year else rows
    ordered = rows.order_by("year", "retention_code", "class_code", "item_no", "pk")
    keys = list(ordered.select_for_update(of=("self",)).values_list("pk", flat=True)[: LARGEST + 1])
    if not keys:
        raise Refused(f"{year}年度没有原长期、短期的档案。" if of_old else "没有到期待鉴定的档案。")
    if len(keys) > LARGEST:
        raise Refused(f"待鉴定的档案超过 {LARGEST:,} 件，请按年度分次鉴定。")
    this_year = timezone.localdate().year
    number = f"{this_year}-{take(f'appraisal:{unit.code}:{this_year}')}"
    made = Appraisal.objects.create(unit=unit, archive=archive, number=number, due_on=day, created_by=by)
    AppraisalItem.objects.bulk_create(
        AppraisalItem(appraisal=made, record_id=key, position=place) for place, key in enumerate(keys, start=1)
    )
    audit.record("create_appraisal", "编制鉴定清单", made, by=by, through="make", after=made.state, items=len(keys),
                 opinion=f"{year}年度原长期、短期" if of_old else "")  # fmt: skip
    return made


@transaction.atomic
def appoint(appraisal: Appraisal, person: User, part: str, *, by) -> GroupMember:
    """A member of the 鉴定小组, by a post in the unit that fits the part; who was excused is one again."""
    row = locked(appraisal, AppraisalState.DRAFTING, AppraisalState.JUDGING)
    if not may(by, "make", row):
        raise Refused("您没有组织鉴定的权限。")
    if part not in GroupPart.values:
        raise Refused("请选择小组成员的身份。")
    if not person.appointments.active().filter(post__unit=staffed(row.unit)).exists():
        raise Refused(f"{person.name}不在本单位任职，不能进入鉴定小组。")
    known = row.group.filter(person=person).first()
    if known is not None and known.excused_at is None:
        raise Refused(f"{person.name}已在鉴定小组中。")
    if fault := bars_part(person, row.unit, part):
        raise Refused(fault)
    back = {"part": part, "excused_at": None, "excused_by": None, "excuse": "", "removed_at": None}
    member, _ = GroupMember.named.update_or_create(appraisal=row, person=person, defaults=back)
    if row.state == AppraisalState.JUDGING:
        ask(member)
    label = GroupPart(part).label
    audit.record(
        "appoint_group", "组成鉴定小组", row, by=by, through="make", opinion=f"{person.name}（{label}）",
        member=person.name, part=label,
    )  # fmt: skip
    return member


@transaction.atomic
def judge(appraisal: Appraisal, positions: Iterable[int], *, by, opinion: str, ground: str, prolonged: str = "") -> int:
    """The group's opinion on these items, with its ground; one may be given anew until the report. All or none."""
    row = locked(appraisal, AppraisalState.JUDGING)
    if not may(by, "judge", row):
        raise Refused("只有鉴定小组成员可以填写鉴定意见。")
    wanted = set(positions)
    items = list(row.items.filter(position__in=wanted, is_open=True).select_related("record"))
    reasons = _faults(items, wanted, opinion, ground, prolonged, row.due_on)
    if reasons:
        raise Refused(*reasons[:20])
    for item in items:
        item.opinion, item.ground, item.prolonged = opinion, ground.strip(), prolonged
        item.given_by, item.given_at = by, timezone.now()
    AppraisalItem.objects.bulk_update(items, ["opinion", "ground", "prolonged", "given_by", "given_at"], batch_size=500)
    verdict = f"{Opinion(opinion).label}（{Prolonged(prolonged).label}）" if prolonged else Opinion(opinion).label
    audit.record(
        "judge", "填写鉴定意见", row, by=by, through="judge", verdict=Opinion(opinion).label, items=sorted(wanted),
        opinion=f"{verdict}，第 {in_runs(sorted(wanted))} 件：{ground.strip()}",
    )  # fmt: skip
    judged_anew(row, by)
    return len(items)


def _faults(
    items: list[AppraisalItem], wanted: set[int], opinion: str, ground: str, prolonged: str, due_on: date
) -> list[str]:
    found = []
    if not wanted:
        found.append("请先勾选档案。")
    elif len(items) != len(wanted):
        found.append("所选档案不都在鉴定清单中，请重新勾选。")
    if opinion not in Opinion.values:
        found.append("请选择鉴定意见：销毁或延长保管。")
    if not ground.strip():
        found.append("请填写鉴定理由。")
    if len(ground.strip()) > 200:
        found.append("鉴定理由最多 200 个字，请缩短。")
    if (opinion == Opinion.PROLONG) != bool(prolonged):
        found.append("延长保管的须选择延长到何时，销毁的不选。")
    if opinion == Opinion.DESTROY:
        held = held_among(one.record_id for one in items)
        found += [f"“{one.record.archival_code}”已冻结（{one.reason}），不能定为销毁。" for one in held]
        found += unconfirmed.refused(items)
        found += [not_due_told(one) for one in not_due([one.record_id for one in items], due_on)]
    if opinion == Opinion.PROLONG and prolonged:
        found += [reason for one in items if (reason := _over_already(one.record, prolonged))]
    return found


def _over_already(record: Record, prolonged: str) -> str:
    try:
        kept_until(record, prolonged, timezone.localdate())
    except ValueError as error:
        return str(error)
    return ""


@transaction.atomic
def supervise(appraisal: Appraisal, *, by, seen: str | None = None) -> Supervision:
    """监销人 signs for the arrangement as it is; `seen`: the digest of what his page showed. The other signs as well."""
    row = locked(appraisal, AppraisalState.NOTED)
    if reason := may_supervise(row, by):
        raise Refused(reason)
    if seen is not None and seen != row.arranged_digest:
        raise Refused("监销安排已经更改，请按现在的内容核对后再签字。")
    made = Supervision.objects.create(appraisal=row, person=by, digest=row.arranged_digest)
    supervisors.has_signed(row, by)
    audit.record(
        "supervise", "监销签字", row, by=by, through="supervise", signed=supervising(row).count(),
        opinion=witnessing.summary(row), digest=row.arranged_digest,
    )  # fmt: skip
    return made


@transaction.atomic
def withdraw_supervision(appraisal: Appraisal, *, by) -> None:
    """撤回监销签字 while nothing is destroyed: whoever signed by mistake may destroy after all, or another signs."""
    row = locked(appraisal, AppraisalState.NOTED)
    mine = supervising(row).filter(person=by.pk).first()
    if mine is None:
        raise Refused("您没有签字监销，无须撤回。")
    SupervisionWithdrawal.objects.create(supervision=mine)
    signed = supervising(row).count()
    supervisors.ask(row, {one.person_id for one in supervising(row)})
    audit.record("withdraw_supervision", "撤回监销签字", row, by=by, through="supervise", signed=signed)

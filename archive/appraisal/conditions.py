"""Why a step of an appraisal may not be taken now; "" or no sentence when it may."""

from django.utils import timezone

from documents.models import CurrentDocument
from documents.states import Offer
from units.workflow import Act

from .. import periods
from ..models import Appraisal, PaperLoan, Record, RecordGrant
from ..states import GroupPart, Opinion, State
from ..unconfirmed import unchecked_in
from .holds import held_among
from .inputs import ReportInput
from .listing import not_due
from .supervisors import approver_bars, witness_names, witnesses_of

SMALLEST_GROUP, SUPERVISORS, NAMED = 3, 2, 20


def group_is_whole(appraisal: Appraisal, act: Act) -> list[str]:
    """At least three persons, and each part of the group taken (practice 1)."""
    members = list(appraisal.group.all())
    missing = [part.label for part in GroupPart if part not in {one.part for one in members}]
    found = []
    if len(members) < SMALLEST_GROUP:
        found.append(f"鉴定小组不少于 {SMALLEST_GROUP} 人，现有 {len(members)} 人。")
    if missing:
        found.append(f"鉴定小组还缺：{'、'.join(missing)}。")
    return found


def has_items(appraisal: Appraisal, act: Act) -> str:
    return "" if appraisal.items.exists() else "鉴定清单中没有档案。"


def every_item_is_judged(appraisal: Appraisal, act: Act[ReportInput]) -> list[str]:
    open_items = list(appraisal.items.filter(opinion="").select_related("record")[: NAMED + 1])
    found = [f"“{one.record.archival_code}”还没有鉴定意见。" for one in open_items[:NAMED]]
    if len(open_items) > NAMED:
        found.append("还有其他档案没有鉴定意见。")
    if not act.given.report.strip():
        found.append("请填写鉴定报告。")
    return found


def nothing_is_held(appraisal: Appraisal, act: Act) -> list[str]:
    """A hold binds whoever acts; it is lifted first, with its own reason."""
    return held_back(appraisal)


def held_back(appraisal: Appraisal) -> list[str]:
    keys = appraisal.items.filter(opinion=Opinion.DESTROY).values_list("record_id", flat=True)
    return [f"“{one.record.archival_code}”已冻结（{one.reason}），不得销毁。" for one in held_among(keys)[:NAMED]]


def is_approved_by_another(appraisal: Appraisal, act: Act) -> str:
    """Who made the list does not approve it."""
    return "鉴定清单的编制人不能批准销毁。" if act.by.pk == appraisal.created_by_id else ""


def two_supervise(appraisal: Appraisal, act: Act) -> list[str]:
    """Two persons, neither of them the one who destroys."""
    persons = {one.person_id for one in supervising(appraisal)}
    found = []
    if len(persons) < SUPERVISORS:
        found.append(f"须有两名监销人签字，现有 {len(persons)} 名。")
    if act.by.pk in persons:
        found.append("监销人不能同时是销毁操作者，请由另一人执行销毁。")
    if appraisal.approved_by_id in persons:
        found.append("销毁的批准人不能监销，请由另一人监销签字。")
    return found


def supervising(appraisal: Appraisal):
    """Signatures that stand: not withdrawn, and for the arrangement as it is; others stay in the table."""
    standing = appraisal.supervisions.filter(withdrawal=None, digest=appraisal.arranged_digest)
    return standing.select_related("person")


def is_ready_to_destroy(person, appraisal: Appraisal) -> bool:
    """The long form stands only where it would be taken: two others have signed."""
    signed = {one.person_id for one in supervising(appraisal)}
    return len(signed) >= SUPERVISORS and person.pk not in signed


def items_are_there(appraisal: Appraisal, act: Act) -> list[str]:
    """What was transferred or corrected away meanwhile, is lent, or is shown to the public, is not destroyed."""
    return not_there(appraisal)


def is_still_due(appraisal: Appraisal, act: Act) -> list[str]:
    """What was corrected after the list was made, to 永久 or a later year, is not destroyed by what was said before."""
    return corrected_away(appraisal)


def corrected_away(appraisal: Appraisal) -> list[str]:
    keys = appraisal.items.filter(opinion=Opinion.DESTROY).values_list("record_id", flat=True)
    return [not_due_told(one) for one in not_due(list(keys), appraisal.due_on)[:NAMED]]


def not_due_told(record: Record) -> str:
    return (
        f"“{record.archival_code}”现为{record.year}年度、{periods.named(record)}，没有到期，不能销毁，请改为延长保管。"
    )


def not_there(appraisal: Appraisal) -> list[str]:
    chosen = appraisal.items.filter(opinion=Opinion.DESTROY).select_related("record")
    rows = chosen.exclude(record__state=State.FILED)
    found = [
        f"“{one.record.archival_code}”当前为“{one.record.get_state_display()}”，不能销毁。" for one in rows[:NAMED]
    ]
    lent = PaperLoan.objects.filter(record__in=chosen.values("record"), returned_on=None).select_related("record")
    found += [
        f"“{one.record.archival_code}”已借给{one.borrower}，归还后再销毁。" for one in lent.order_by("pk")[:NAMED]
    ]
    found += _still_public(chosen.values("record"))
    read = RecordGrant.objects.in_force().filter(record__in=chosen.values("record")).select_related("record", "user")
    return found + [
        f"“{one.record.archival_code}”经批准由{one.user.name}利用至 {one.ends_on}，期满或终止利用后再销毁。"
        for one in read.order_by("pk")[:NAMED]
    ]


def _still_public(records) -> list[str]:
    """Whoever destroys does not take it from the public in passing: that is an act of its own, with its reason."""
    rows = CurrentDocument.objects.unguarded("whether what is on the list is offered to the public")
    rows = rows.filter(document__record__in=records, state=Offer.OFFERED).select_related("document__record")
    codes = [one.document.record.archival_code for one in rows.order_by("pk")[:NAMED]]
    return [f"“{code}”仍作为现行文件公开，请文书先撤下再销毁。" for code in codes]


def bars_witnessing(appraisal: Appraisal) -> list[str]:
    """What stands in the way of watching at all: a witness signs on the spot, with the 清册 in his hand (from the
    planned day on), and for what can be destroyed; nobody signs for what is lent, held or unchecked."""
    if appraisal.planned_on is not None and timezone.localdate() < appraisal.planned_on:
        return [f"计划销毁日是 {appraisal.planned_on.isoformat()}，监销人当日到场核对后签字。"]
    return [
        *held_back(appraisal), *not_there(appraisal), *corrected_away(appraisal), *unchecked_in(appraisal),
    ]  # fmt: skip


def may_supervise(appraisal: Appraisal, by) -> str:
    """Why he may not sign as 监销人 now; "" when he may: named for it, and not signed yet."""
    if supervising(appraisal).filter(person=by.pk).exists():
        return "您已签字监销；签错的，在销毁前可以撤回。"
    if not appraisal.arranged_digest:
        return "还没有安排监销：由档案员先确定监销人、计划销毁日、监销地点和销毁方式。"
    if reason := approver_bars(appraisal, by):
        return reason
    if by.pk not in (appraisal.first_witness_id, appraisal.second_witness_id):
        return f"监销人是{witness_names(appraisal)}，由其签字。"
    return "".join(bars_witnessing(appraisal))


def signatures_told(appraisal: Appraisal) -> str:
    """Who has signed and who is missing, beside the button."""
    if not appraisal.arranged_digest:
        return "尚未安排监销；执行销毁的档案员和批准人不能监销。"
    names = [one.person.name for one in supervising(appraisal)]
    missing = [one.name for one in witnesses_of(appraisal) if one.name not in names]
    waiting = f"待监销签字：{'、'.join(missing)}" if missing else "监销人已齐，请由未监销的档案员执行销毁"
    return "；".join(filter(None, (f"已签字：{'、'.join(names)}" if names else "", waiting))) + "。"

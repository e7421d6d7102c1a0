"""Every write on rounds that is no transition: one function a verb, one transaction, one event."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from documents.states import Direction
from units import audit
from units.access import holds, may
from units.counters import take
from units.models import Unit
from units.roles import PostKind
from units.tasks import open_task
from units.texts import some_of
from units.workflow import Refused

from .. import opening
from ..due import OPENING_AGE
from ..models import OpeningItem, OpeningRound, OpeningVerdict, Record
from ..states import Access, EarlyGround, Ground, Proposal, RoundState, State, UnitOpinion
from .conditions import OPENS, STAGES, acted_elsewhere, weighed
from .inputs import Done, Verdict
from .listing import is_due
from .numbering import gathered, gone_from

MOST = 1_000  # records of one round: they are opened in one act
JUDGES = {RoundState.FIRST: "review", RoundState.SECOND: "review", RoundState.FINAL: "approve"}


def locked(row: OpeningRound, *states: str) -> OpeningRound:
    found = OpeningRound.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
    if found.state not in states:
        raise Refused(f"“{found}”当前为“{found.get_state_display()}”，不能这样办理。")
    return found


@transaction.atomic
def enlist(keys: Iterable[int], unit: Unit, *, by, into: OpeningRound | None = None) -> tuple[OpeningRound, Done]:
    """Records (keys) go into a new round of the archive `unit`, or `into` one in 初审; those that cannot are named."""
    if not holds("open_records", by, unit):
        raise Refused(f"您没有在{unit}开放审核的权限。")
    wanted = set(keys)
    if not wanted:
        raise Refused("请先勾选要审核的档案。")
    if len(wanted) > MOST:
        raise Refused(f"一个批次最多 {MOST:,} 件，请按单位或年度筛选后分批编入。")
    row = None if into is None else locked(into, RoundState.FIRST)
    if row is not None and (reason := acted_elsewhere(row, by)):
        raise Refused(reason)
    allowed = Record.objects.allowing("open", by).filter(pk__in=wanted, custodian=unit)
    records = list(
        allowed.select_for_update(of=("self",))
        .select_related("unit")
        .order_by("unit__code", "year", "archival_code", "pk")
    )
    taken = set(OpeningItem.objects.filter(record__in=records, is_open=True).values_list("record_id", flat=True))
    reasons = {one.pk: _not_enlisted(one, taken) for one in records}
    good = [one for one in records if not reasons[one.pk]]
    skipped = _gathered_titles(records, reasons)
    if len(records) != len(wanted):
        skipped.append(f"有 {len(wanted) - len(records)} 件不在本馆馆藏中。")
    if not good:
        raise Refused(*skipped[:20])
    row = row or _new_round(unit, by)
    _add(row, good)
    audit.record("enlist_opening", "编入开放审核批次", row, by=by, through="review", after=row.state, items=len(good))
    return row, Done(len(good), tuple(skipped))


def _gathered_titles(records: list[Record], reasons: dict[int, str]) -> list[str]:
    """One line a reason: the record by its title, of many the first and how many."""
    lines = []
    for reason in dict.fromkeys(found for found in reasons.values() if found):
        those = [f"“{one}”" for one in records if reasons[one.pk] == reason]
        lines.append(f"{some_of(those, 1, '件')}{reason}")
    return lines


def _not_enlisted(record: Record, taken: set[int]) -> str:
    if record.pk in taken:
        return "已在审核中。"
    if record.state != State.ACCESSIONED:
        return "尚未进馆，不作开放审核。"
    if record.direction == Direction.INCOMING:
        return "是收文，只审核发文单位的档案。"
    return "已经开放。" if record.access_status == Access.OPEN else ""


def _new_round(unit: Unit, by) -> OpeningRound:
    year = timezone.localdate().year
    row = OpeningRound(unit=unit, number=f"{year}-{take(f'opening:{unit.code}:{year}')}", created_by=by)
    row._history_user = by
    row.save()
    open_task("first_opening", "开放初审", row, unit=unit, post=PostKind.APPRAISER)
    return row


def _add(row: OpeningRound, records: list[Record]) -> None:
    last = row.items.aggregate(last=Max("position"))["last"] or 0
    if row.items.filter(is_open=True).count() + len(records) > MOST:
        raise Refused(f"一个批次最多 {MOST:,} 件，“{row}”放不下所选的 {len(records)} 件。")
    rows = Record.objects.unguarded("the records that were just locked").filter(pk__in=[one.pk for one in records])
    due = set(rows.filter(is_due(timezone.localdate())).values_list("pk", flat=True))
    OpeningItem.objects.bulk_create(
        OpeningItem(round=row, record=one, unit=one.unit, position=place, is_due=one.pk in due)
        for place, one in enumerate(records, start=last + 1)
    )


@transaction.atomic
def take_out(row: OpeningRound, positions: Iterable[int], *, by, reason: str) -> Done:
    """These leave the round during 初审; the reason stays. What has left it meanwhile is named."""
    row = locked(row, RoundState.FIRST)
    if not may(by, "review", row):
        raise Refused("您没有开放审核的权限。")
    if not reason.strip():
        raise Refused("退出本批须填写理由。")
    wanted = set(positions)
    items = list(row.items.filter(position__in=wanted, is_open=True).order_by("position"))
    if not items:
        raise Refused(*(gone_from(wanted, items) or ["请先勾选要退出本批的档案。"]))
    row.items.filter(pk__in=[one.pk for one in items]).update(is_open=False, left_because=reason.strip()[:200])
    audit.record(
        "take_out_opening", "退出开放审核批次", row, by=by, through="review", opinion=reason.strip(),
        items=[one.position for one in items],
    )  # fmt: skip
    return Done(len(items), gone_from(wanted, items))


@transaction.atomic
def judge(row: OpeningRound, positions: Iterable[int], *, by, given: Verdict) -> Done:
    """One proposal for these records at the round's present stage; those that it does not fit are named."""
    row = locked(row, *JUDGES)
    if not may(by, JUDGES[RoundState(row.state)], row):
        raise Refused(f"您没有{row.get_state_display()}的权限。")
    if reason := acted_elsewhere(row, by):
        raise Refused(reason)
    if faults := faults_of(given):
        raise Refused(*faults)
    wanted = set(positions)
    items = list(
        weighed(row.items.filter(position__in=wanted, is_open=True)).select_related("record").order_by("position")
    )
    gone = gone_from(wanted, items)
    if not items:
        raise Refused(*(gone or ["请先勾选本批中的档案。"]))
    reasons = {one.pk: _unfit(one, given) for one in items}
    good = [one for one in items if not reasons[one.pk]]
    skipped = gathered({one.position: reasons[one.pk] for one in items if reasons[one.pk]}) + gone
    if not good:
        raise Refused(*skipped)
    _write(row, good, given, by)
    audit.record(
        "judge_opening", f"填写{row.get_state_display()}意见", row, by=by, through=JUDGES[RoundState(row.state)],
        opinion=given.note.strip(), verdict=Proposal(given.proposal).label, items=[one.position for one in good],
        until=str(given.until or ""), ground=given.ground or given.early_ground,
    )  # fmt: skip
    return Done(len(good), skipped)


def _write(row: OpeningRound, items: list[OpeningItem], given: Verdict, by) -> None:
    now = timezone.now()
    for one in items:
        one.proposal, one.until, one.ground = given.proposal, given.until, given.ground
        one.early_ground, one.note = given.early_ground, given.note.strip()
        one.judged_by, one.judged_at, one.consent_no, one.consent_on = by, now, "", None
    columns = (
        "proposal",
        "until",
        "ground",
        "early_ground",
        "note",
        "judged_by",
        "judged_at",
        "consent_no",
        "consent_on",
    )
    OpeningItem.objects.bulk_update(items, columns, batch_size=500)
    OpeningVerdict.objects.bulk_create(
        OpeningVerdict(
            item=one, stage=row.state, proposal=given.proposal, until=given.until,
            ground=given.ground or given.early_ground, note=given.note.strip(), by=by, at=now,
        )
        for one in items
    )  # fmt: skip


def faults_of(given: Verdict) -> list[str]:
    """What is wrong with a verdict whatever record it is for; the form says the same at its fields."""
    found = []
    if given.proposal not in Proposal.values:
        found.append("请选择审核意见：开放、延期开放或提前开放。")
    is_postponed, is_early = given.proposal == Proposal.POSTPONE, given.proposal == Proposal.EARLY
    if is_postponed and (given.until is None or given.until <= timezone.localdate()):
        found.append("延期开放须写明延至哪一天，且应晚于今天。")
    if is_postponed and given.ground not in Ground.values:
        found.append("延期开放须选择法定理由。")
    if not is_postponed and (given.until or given.ground):
        found.append("只有延期开放填写延期至和延期理由。")
    if is_early and given.early_ground not in EarlyGround.values:
        found.append("提前开放须选择理由。")
    if not is_early and given.early_ground:
        found.append("只有提前开放填写提前理由。")
    if is_early and given.early_ground == EarlyGround.OTHER and not given.note.strip():
        found.append("提前开放选“其他”的，须在说明中写明。")
    if len(given.note.strip()) > 200:
        found.append("说明最多 200 个字，请缩短。")
    return found


def _unfit(item: OpeningItem, given: Verdict) -> str:
    """Why the verdict does not fit this record, without its title: many have the same reason; "" when it does."""
    record = item.record
    if given.proposal in OPENS:
        if found := opening.barred(record, agreed=item.unit_says == UnitOpinion.OPEN):
            return "".join(found).replace(f"“{record}”", "")
        if item.advice == UnitOpinion.POSTPONE and not given.note.strip():
            return "的形成单位建议延期开放，同意开放须填写说明。"
    if given.proposal == Proposal.POSTPONE and item.is_published:
        return f"{opening.stays_open()}；公开属性有误的先更正著录，须停止公开的先撤下现行文件。"
    if given.proposal == Proposal.EARLY and item.is_due:
        return "已到期，应选“开放”或“延期开放”。"
    if given.proposal == Proposal.OPEN and not item.is_due:
        return f"未满 {OPENING_AGE} 年，应选“提前开放”并写明理由，或者退出本批。"
    if given.proposal == Proposal.POSTPONE and not item.is_due:
        return f"未满 {OPENING_AGE} 年，还不到延期开放的时候，不提前开放的请退出本批。"
    return ""


def persons_of(row: OpeningRound) -> list[tuple[str, object, object]]:
    """(stage, person, moment) of the stages that were passed."""
    columns = ((stage.label, column.removesuffix("_by_id")) for stage, column in STAGES.items())
    return [
        (label, getattr(row, f"{name}_by"), getattr(row, f"{name}_at"))
        for label, name in columns
        if getattr(row, f"{name}_at")
    ]

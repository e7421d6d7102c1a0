"""会同形成单位审核 (Archives Law art. 30; 实施条例 30): units are asked with a limit, and say something of each record."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.calendar import WorkingCalendar
from units.models import Unit
from units.roles import PostKind
from units.successors import who_speaks_for
from units.tasks import open_task
from units.workflow import Refused

from ..models import OpeningConsultation, OpeningItem, OpeningOpinion, OpeningRound
from ..states import ConsultationState, Ground, RoundState, UnitOpinion
from .actions import locked
from .conditions import IS_OVER, OVER
from .inputs import Done
from .numbering import gone_from

USUAL = timedelta(days=30)  # a limit that is offered; the measure only says that one is agreed


def usual_limit(today: date) -> date:
    """The limit that is offered: no day off, on which nobody answers."""
    calendar, day = WorkingCalendar(), today + USUAL
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def unasked(row: OpeningRound):
    """Items whose unit has not been asked."""
    return row.items.filter(is_open=True, consultation=None)


@transaction.atomic
def ask(row: OpeningRound, *, by, due_on: date, needs_leader: bool = False) -> Done:
    """Each unit that has not been asked gets a task of its archivist; who cannot be asked any more is named."""
    row = locked(row, RoundState.FIRST, RoundState.SECOND)
    if not may(by, "review", row):
        raise Refused("您没有开放审核的权限。")
    if due_on <= timezone.localdate():
        raise Refused("答复期限应晚于今天。")
    items = defaultdict(list)
    for one in unasked(row).select_related("unit"):
        items[one.unit].append(one)
    if not items:
        raise Refused("各形成单位都已征求过意见。")
    asked, alone = defaultdict(list), []
    for unit, own in sorted(items.items(), key=lambda pair: pair[0].code):
        speaker = who_speaks_for(unit)
        if speaker is None:
            alone.append(f"{unit.short_name}已撤销且没有承继单位，其 {len(own)} 件由区档案馆单独审核。")
        else:
            asked[speaker] += own
    made = [_asked(row, unit, own, by, due_on, needs_leader) for unit, own in asked.items()]
    names = "、".join(one.unit.short_name for one in made)
    audit.record(
        "ask_units", "征求形成单位意见", row, by=by, through="review", units=names, due_on=str(due_on),
        items=sum(len(own) for own in asked.values()),
    )  # fmt: skip
    return Done(len(made), tuple(alone))


def _asked(row: OpeningRound, unit: Unit, items: list[OpeningItem], by, due_on: date, needs_leader: bool):
    made = OpeningConsultation(
        round=row, unit=unit, archive=row.unit, due_on=due_on, needs_leader=needs_leader, asked_by=by
    )
    made._history_user = by
    made.save()
    OpeningItem.objects.filter(pk__in=[one.pk for one in items]).update(consultation=made)
    open_task(
        "answer_opening", "填写开放意见", made, unit=unit, post=PostKind.ARCHIVIST,
        due_at=timezone.make_aware(datetime.combine(due_on, time(23, 59, 59))), remark=f"{len(items)} 件",
    )  # fmt: skip
    audit.record("ask_opening_opinion", "征求开放意见", made, by=by, through="conclude", items=len(items))
    return made


@transaction.atomic
def say(
    consultation: OpeningConsultation, positions: Iterable[int], *, by, opinion: str, ground: str = "", note: str = ""
) -> Done:
    """The unit's opinion on these records, to be given anew until it is submitted; what has left the round meanwhile is
    named."""
    rows = OpeningConsultation.objects.select_for_update(of=("self",)).select_related("unit", "round")
    row = rows.get(pk=consultation.pk)
    if not may(by, "answer", row):
        raise Refused("只有形成单位的档案员可以填写开放意见。")
    if row.state != ConsultationState.ASKED:
        raise Refused(f"意见当前为“{row.get_state_display()}”，不能再填写。")
    if row.round.state in OVER:
        raise Refused(IS_OVER)
    if faults := faults_of(opinion, ground, note):
        raise Refused(*faults)
    wanted = set(positions)
    items = list(row.items.filter(position__in=wanted, is_open=True).order_by("position"))
    if not items:
        raise Refused(*(gone_from(wanted, items) or ["请先勾选档案。"]))
    OpeningOpinion.objects.bulk_create(
        OpeningOpinion(item=one, consultation=row, opinion=opinion, ground=ground, note=note.strip(), by=by)
        for one in items
    )
    audit.record(
        "say_opening", "填写开放意见", row, by=by, through="answer", opinion=note.strip(),
        verdict=UnitOpinion(opinion).label, ground=ground,
        items=[one.position for one in items],
    )  # fmt: skip
    return Done(len(items), gone_from(wanted, items))


def faults_of(opinion: str, ground: str, note: str) -> list[str]:
    found = []
    if opinion not in UnitOpinion.values:
        found.append("请选择意见：同意开放或建议延期开放。")
    if opinion == UnitOpinion.POSTPONE and ground not in Ground.values:
        found.append("建议延期开放须选择法定理由。")
    if opinion == UnitOpinion.OPEN and ground:
        found.append("同意开放的不选延期理由。")
    if len(note.strip()) > 200:
        found.append("说明最多 200 个字，请缩短。")
    return found

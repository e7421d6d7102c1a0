"""What 督办 asks of a unit: documents not filed in the period, records overdue for transfer. Nothing: it is not urged."""

from units.models import Unit

from . import others, rates
from .inputs import Asked
from .models import Urging
from .states import ANSWER_DAYS

NONE = "目前没有未归档的件，也没有逾期未移交的档案，不需要督办。"


def urged(user, year: int) -> dict[int, Urging]:
    """Unit → its last 督办 about the year: the district's table says how it stands."""
    rows = Urging.objects.allowing("view", user).filter(year=year).order_by("pk")
    return {one.unit_id: one for one in rows}


def words(unit: Unit, asked: Asked, figures: rates.Figures) -> str:
    """The usual words of an urging; "" when nothing is outstanding at the day asked for."""
    overdue = others.count_of("overdue", asked.period.year, asked.as_of, [unit.pk])
    told = []
    if figures.missing:
        told.append(
            f"{asked.period}应归档 {figures.due} 件，已归档 {figures.filed} 件，归档率 {figures.rate}%，{_missing(figures)}"
        )
    if overdue:
        told.append(f"满十年应移交的档案有 {overdue} 件逾期未移交")
    return f"{'；'.join(told)}，请于 {ANSWER_DAYS} 个工作日内办理并答复。" if told else ""


def _missing(figures: rates.Figures) -> str:
    """What the unit finds in its list, and apart what registers of the time before go-live only count."""
    uncounted = figures.without_list
    listed = figures.missing - uncounted
    told = f"尚有 {listed} 件未归档" if listed else ""
    more = f"上线前基数 {uncounted} 件尚未补录（只有件数，没有逐件清单）" if uncounted else ""
    return "，另有".join(filter(None, (told, more)))

"""Why a step of a round, or of a consultation, may not be taken now; "" or no sentence when it may."""

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from documents.models import CurrentDocument
from documents.states import Disclosure, Offer
from units.models import Unit
from units.successors import who_speaks_for
from units.texts import some_of
from units.workflow import Act

from .. import opening
from ..models import OpeningConsultation, OpeningItem, OpeningOpinion, OpeningRound, OpeningVerdict
from ..models.opening import WAITING
from ..states import ConsultationState, Proposal, RoundState, UnitOpinion
from .advice import SENT
from .inputs import ConsentInput
from .numbering import spans

NAMED = 20
STAGES = {RoundState.FIRST: "first_by_id", RoundState.SECOND: "second_by_id", RoundState.FINAL: "final_by_id"}
PASSES = {
    "pass_first": RoundState.FIRST.label,
    "pass_second": RoundState.SECOND.label,
    "approve": RoundState.FINAL.label,
}
SPEAKS = {"answer": "填写意见", "sign": "审签"}  # steps of the forming unit's opinion: its archivist, then its leader
OVER = (RoundState.PUBLISHED, RoundState.DISSOLVED)
IS_OVER = "本批开放审核已经结束，不再收取意见。"
OPENS = (Proposal.OPEN, Proposal.EARLY)


def said(items: QuerySet, *, sent: bool = True) -> QuerySet:
    """`items` with what their unit said last (`unit_says`, None: nothing); not `sent`: as the unit sees it."""
    newest = OpeningOpinion.objects.filter(SENT if sent else Q(), item=OuterRef("pk")).order_by("-pk")
    return items.annotate(unit_says=Subquery(newest.values("opinion")[:1]))


def weighed(items: QuerySet) -> QuerySet:
    """`said`, with the advice that stands on the record (`advice`): the newest of this round or of one that published
    nothing, for what a published round had before it has been decided on. `passes_over`: the item opens the record
    against it, and says no word of it since it was sent; `is_published`: its document is before the public."""
    stands = SENT & (Q(item__round=OuterRef("round")) | ~Q(item__round__state=RoundState.PUBLISHED))
    newest = OpeningOpinion.objects.filter(stands, item__record=OuterRef("record")).order_by("-pk")
    sent = newest.annotate(sent=Coalesce("consultation__signed_at", "consultation__answered_at", "at"))
    offered = CurrentDocument.objects.unguarded("whether what is reviewed is offered to the public").filter(
        document__record=OuterRef("record"), state=Offer.OFFERED
    )
    public = Q(record__disclosure_attr=Disclosure.PROACTIVE) | Exists(offered)
    found = said(items).annotate(
        is_published=Case(When(public, then=Value(True)), default=Value(False)),
        advice=Subquery(newest.values("opinion")[:1]),
        advised_at=Subquery(sent.values("sent")[:1]),
    )
    against = Q(advice=UnitOpinion.POSTPONE, proposal__in=OPENS)
    unsaid = Q(note="") | Q(judged_at__lt=F("advised_at"))
    return found.annotate(passes_over=Case(When(against & unsaid, then=Value(True)), default=Value(False)))


def no_advice_is_passed_over(row: OpeningRound, act: Act) -> str:
    """What opens against the advice of its forming unit says why."""
    items = weighed(row.items.filter(is_open=True)).filter(passes_over=True).order_by("position")
    codes = list(items.values_list("record__archival_code", flat=True))
    if not codes:
        return ""
    way = "请在本环节" if row.state in STAGES else "请重新复审，"
    told = f"{some_of(codes, NAMED, '件')}，形成单位建议延期开放而审核意见为开放，意见送达后没有写明说明。"
    return f"{told}{way}写明说明，或改为延期开放。"


def acted_elsewhere(row: OpeningRound, by) -> str:
    """初审, 复审 and 审定 are done by different persons: whoever did one does no other in the same round."""
    here = RoundState(row.state)
    judged = (
        OpeningVerdict.objects.filter(item__round=row, by=by.pk).exclude(stage=here).values_list("stage", flat=True)
    )
    stages = {stage for stage, column in STAGES.items() if getattr(row, column) == by.pk} | set(judged)
    others = [stage.label for stage in STAGES if stage in stages and stage != here]
    if not others:
        return ""
    act = here.label if here in STAGES else "同意延期"
    return f"您已办理本批的{'、'.join(others)}，{act}须由另一人办理。"


def is_another(row: OpeningRound, act: Act) -> str:
    """Nobody does two stages of one round."""
    return acted_elsewhere(row, act.by)


def has_items(row: OpeningRound, act: Act) -> str:
    """It holds records."""
    return "" if row.items.filter(is_open=True).exists() else "本批没有档案，请先编入档案，或者撤销本批。"


def every_item_is_judged(row: OpeningRound, act: Act) -> list[str]:
    """Each record has a proposal."""
    left = list(row.items.filter(is_open=True, proposal="").values_list("position", flat=True))
    return [f"第 {spans(left)} 件还没有审核意见。"] if left else []


def units_were_heard(row: OpeningRound, act: Act) -> list[str]:
    """The forming units were asked and have answered, or their limit is over (Archives Law art. 30; 实施条例 30)."""
    left = row.items.filter(is_open=True, consultation=None).order_by().values("unit").annotate(n=Count("pk"))
    counts = {one["unit"]: one["n"] for one in left}
    unasked = [unit for unit in Unit.objects.filter(pk__in=counts).order_by("code") if who_speaks_for(unit) is not None]
    found = [f"{unit.short_name}的 {counts[unit.pk]} 件还没有征求形成单位意见。" for unit in unasked]
    today = timezone.localdate()
    for one in row.consultations.filter(state__in=WAITING, due_on__gte=today).select_related("unit"):
        signs = one.state == ConsultationState.SIGNING
        told = "已填写意见，待其领导审签后报送" if signs else "尚未答复"
        found.append(f"{one.unit.short_name}{told}，期限至 {one.due_on}。")
    return found


def says_number_and_day(row: OpeningRound, act: Act[ConsentInput]) -> list[str]:
    """The consent has a number and a day."""
    found = []
    if not act.given.number.strip():
        found.append("请填写区档案局的同意文号。")
    if act.given.on is None or act.given.on > timezone.localdate():
        found.append("请填写区档案局同意的日期，不晚于今天。")
    return found


def can_be_published(row: OpeningRound, act: Act) -> list[str]:
    """Everything that the round decided can be done today: all, or nothing is published."""
    items = weighed(row.items.filter(is_open=True)).select_related("record").order_by("position")
    found = [f"第 {one.position} 件{reason}" for one in items for reason in bars(one)]
    return found if len(found) <= NAMED else [*found[:NAMED], f"另有 {len(found) - NAMED} 处。"]


def bars(item: OpeningItem) -> list[str]:
    """Why what was proposed cannot be done; `item` as `weighed` gives it."""
    if item.proposal in OPENS:
        return opening.barred(item.record, agreed=item.unit_says == UnitOpinion.OPEN)
    found = [reason] if (reason := opening.not_accessioned(item.record)) else []
    if item.is_published:
        found.append(f"“{item.record}”{opening.stays_open()}。")
    if item.until is not None and item.until <= timezone.localdate():
        found.append(f"“{item.record}”延期至 {item.until}，已经到期。")
    if not item.consent_no or item.consent_on is None:
        found.append(f"“{item.record}”延期开放还没有区档案局同意的文号和日期。")
    return found


# ----------------------------------------------------------------- the forming unit's side


def opinion_is_whole(consultation: OpeningConsultation, act: Act) -> list[str]:
    """Each record has an opinion."""
    left = list(consultation.items.filter(is_open=True, opinions=None).values_list("position", flat=True))
    return [f"第 {spans(left)} 件还没有填写意见。"] if left else []


def is_under_way(consultation: OpeningConsultation, act: Act) -> str:
    """The round is not over."""
    return IS_OVER if consultation.round.state in OVER else ""


def is_published(consultation: OpeningConsultation, act: Act) -> str:
    """The round's catalogue is published."""
    return "" if consultation.round.state == RoundState.PUBLISHED else "本批开放目录还没有公布。"


def is_signed_by_another(consultation: OpeningConsultation, act: Act) -> str:
    """Who filled the opinion in does not sign it."""
    return "填写意见的人不能审签。" if act.by.pk == consultation.answered_by_id else ""


def lands_with(consultation: OpeningConsultation, act: Act) -> str:
    """With its leader where the archive asked for that, or where it speaks against opening anything."""
    against = said(consultation.items.filter(is_open=True), sent=False).filter(unit_says=UnitOpinion.POSTPONE)
    needed = consultation.needs_leader or against.exists()
    return ConsultationState.SIGNING if needed else ConsultationState.ANSWERED

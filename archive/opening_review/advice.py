"""What forming units said of records, as far as they sent it: the archive reads no choice that was not sent."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Prefetch, Q
from django.utils import timezone

from ..models import OpeningOpinion, OpeningRound
from ..states import ConsultationState

# SIGNED answers of a dropped consultation were sent; what a unit only began to fill in was not
SENT = Q(consultation__state__in=(ConsultationState.ANSWERED, ConsultationState.KNOWN)) | Q(
    consultation__state=ConsultationState.DROPPED, consultation__signed_at__isnull=False
)


def as_sent() -> Prefetch:
    """The opinions that an archive's page shows of its items: `item.opinions`, newest first."""
    return Prefetch("opinions", OpeningOpinion.objects.filter(SENT).select_related("by"))


def told_before(keys: Iterable[int], *, besides: OpeningRound | None = None) -> dict[int, list[str]]:
    """Record → what its unit advised in other rounds, one sentence a round, the newest first.

    A record that left its round, or a round that was dissolved, keeps the advice: it was signed and stays said.
    """
    rows = OpeningOpinion.objects.filter(SENT, item__record__in=list(keys))
    if besides is not None:
        rows = rows.exclude(item__round=besides)
    newest = rows.order_by("item_id", "-pk").distinct("item_id").select_related("item__round", "consultation__unit")
    found: dict[int, list[str]] = defaultdict(list)
    for one in sorted(newest, key=lambda said: -said.pk):
        found[one.item.record_id].append(_sentence(one))
    return dict(found)


def _sentence(one: OpeningOpinion) -> str:
    why = "，".join(part for part in (one.get_ground_display() if one.ground else "", one.note) if part)
    day = timezone.localdate(one.consultation.signed_at or one.consultation.answered_at)
    left = f"；已退出该批：{one.item.left_because}" if one.item.left_because else ""
    said = f"{one.get_opinion_display()}（{one.consultation.unit.short_name} {day}{'，' if why else ''}{why}）"
    return f"{one.item.round.number} 号批次：{said}{left}"

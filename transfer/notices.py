"""What transfer knows of a record in custody: whether its package is damaged, what its unit said of opening."""

from django.db.models import F

from archive.notices import beside, earlier, warning
from archive.states import State

from .models import BatchItem
from .states import BAD_COPY, ItemVerdict, Place

DAMAGED = "所在移交信息包损坏，待修复"


@warning
def package_is_damaged(record) -> str:
    """Until the part is sound again, or written off with a reason; other parts of the batch are not meant."""
    if record.state != State.ACCESSIONED:
        return ""
    taken = BatchItem.objects.filter(record=record, verdict=ItemVerdict.ACCEPTED)
    within = taken.filter(
        batch__parts__first_position__lte=F("position"),
        batch__parts__last_position__gte=F("position"),
        batch__parts__copies__place=Place.HOLDINGS,
        batch__parts__copies__state__in=BAD_COPY,
    )
    return f"{DAMAGED}。" if within.exists() else ""


@earlier
def said_at_transfer(keys) -> dict[int, str]:
    """到期开放意见 as it accompanied the accepted item (实施条例 30)."""
    taken = BatchItem.objects.filter(record__in=keys, verdict=ItemVerdict.ACCEPTED).exclude(opening="").order_by("pk")
    return {one.record_id: one.opening_told for one in taken}


@beside
def accompanied(record) -> list[tuple[str, str]]:
    """随附情况 of the batch in which the record travels, else of the one in which it was taken over."""
    item = BatchItem.objects.filter(record=record).exclude(opening="").exclude(verdict=ItemVerdict.RETURNED).last()
    return [(f"随附：{label}", text) for label, text in item.accompanied_by] if item is not None else []

"""分发经过: every sending with its units by name, and what was changed among the receivers before the first."""

from dataclasses import dataclass
from datetime import datetime

from units.models import AuditEvent

from . import hanging
from .models import Document

ADJUSTED = ("add_copies", "add_copies_anew", "drop_addressees", "recall")
LIMITS = (("lead_limit", "主办时限"), ("due_at", "办理时限"))


@dataclass(frozen=True)
class Sending:
    """`names` are units in their order, then bodies outside; `agreed` who consented beyond the approved scope."""

    at: datetime
    label: str
    by: str
    names: str
    reason: str = ""
    agreed: str = ""


def sendings_of(document: Document) -> list[Sending]:
    """In the order of time; two queries beside what hangs on the document anyway."""
    rows = list(document.dispatches.select_related("by", "consented_by"))
    names: dict[int, list[str]] = {one.pk: [] for one in rows}
    inside = [(one.dispatch_id, one.unit.short_name) for one in hanging.deliveries(document)]
    outside = sorted((one.pk, one.dispatch_id, one.name) for one in hanging.outside(document))
    for key, name in [*inside, *((key, name) for _, key, name in outside)]:
        if key in names:
            names[key].append(name)
    found = [
        Sending(one.at, one.get_kind_display(), one.by.name, "、".join(names[one.pk]), one.reason,
                one.consented_by.name if one.consented_by else "")
        for one in rows
    ]  # fmt: skip
    return sorted([*found, *_adjusted(document)], key=lambda one: one.at)


def _adjusted(document: Document) -> list[Sending]:
    """抄送调整: who was added or dropped after 签发."""
    events = AuditEvent.objects.of(document).filter(verb__in=ADJUSTED)
    return [
        Sending(one.at, one.label, one.actor_name, changed_of(one.detail), one.detail.get("consented", ""))
        for one in events
    ]


def changed_of(detail: dict) -> str:
    """Receivers that an act of the exchange names, as the trail shows them."""
    added = detail.get("added") or detail.get("replaced") or detail.get("recalled") or []
    return "、".join(added) if added else detail.get("dropped", "")


def told_of(detail: dict) -> str:
    """Behind the act in the trail: whom it was handed to, which receivers it concerns."""
    if detail.get("given_to"):
        return f"（由{detail['given_by']}转给{detail['given_to']}）"
    changed = changed_of(detail) or _shared_out(detail)
    return f"（{changed}）" if changed else ""


def _shared_out(detail: dict) -> str:
    """Of 拟办 and 批示: who leads, who helps, and each limit that was changed."""
    limits = [(label, detail[name]) for name, label in LIMITS if name in detail]
    said = [
        f"主办：{detail['lead']}" if detail.get("lead") else "",
        f"协办：{'、'.join(detail['co_handlers'])}" if detail.get("co_handlers") else "",
        *(f"{label}由 {was} 改为 {now}" if was != "无" else f"{label} {now}" for label, (was, now) in limits),
    ]
    return "；".join(filter(None, said))

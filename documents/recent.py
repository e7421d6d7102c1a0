"""Whom a person wrote to last: offered first where units are chosen."""

from .models import Addressee, Document

DRAFTS, MOST = 10, 8


def recent_units(user) -> list[int]:
    """Keys of the units his latest drafts go to, the latest first; one query."""
    drafts = Document.objects.unguarded("whom his own drafts go to, not what they say").filter(drafted_by=user)
    latest = drafts.order_by("-created_at", "-pk").values("pk")[:DRAFTS]
    rows = Addressee.objects.filter(document__in=latest, unit__isnull=False).order_by("-document", "position", "pk")
    return list(dict.fromkeys(rows.values_list("unit", flat=True)))[:MOST]

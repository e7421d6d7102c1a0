"""Whether a row is a 更正件, and when what it replaces was sent: read with the row itself, in any list and register."""

from django.apps import apps
from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import JSONObject

KEPT = "replaced"
SENT = JSONObject(sent="dispatched_at")


def replaced() -> Case:
    """Of the document's own row, or of the issued one that a delivery carries, as JSON; null where it is no 更正件."""
    rows = apps.get_model("documents", "Document")._default_manager.order_by()
    own = rows.filter(pk=OuterRef("corrects")).values(json=SENT)
    carried = rows.filter(corrections=OuterRef("issued")).values(json=SENT)
    return Case(
        When(corrects__isnull=False, then=Subquery(own[:1])), When(issued__isnull=False, then=Subquery(carried[:1]))
    )

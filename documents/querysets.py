"""Reads of documents used more than once."""

from django.db.models import Exists, OuterRef, Q

from units.guarded import GuardedQuerySet

from .states import ENDED, Direction, State


class DocumentQuerySet(GuardedQuerySet):
    def for_list(self):
        """All that `documents/_row.html` reads, in one query for any number of rows."""
        return (
            self.select_related("unit", "sender_unit", "drafted_by")
            .defer("body", "issued__body")
            .order_by("-created_at", "-pk")
        )

    def for_detail(self):
        return self.select_related(
            "unit", "department", "drafted_by", "signatory", "sender_unit", "lead_officer", "issued__unit", "replies_to"
        )

    def open(self):
        return self.exclude(state__in=ENDED)

    def ready_to_complete(self):
        """Dispatched, every delivery signed for (or returned), and no reply awaited: the worker completes these."""
        waiting = self.model.objects.filter(issued=OuterRef("pk"), state=State.DELIVERED)
        replied = self.model.objects.filter(replies_to=OuterRef("pk"), state__in=(State.DISPATCHED, State.COMPLETED))
        return (
            self.filter(direction=Direction.OUTGOING, state=State.DISPATCHED)
            .exclude(Exists(waiting))
            .filter(~Q(doc_type="request_for_instruction") | Q(Exists(replied)) | ~Q(reply_waived=""))
        )


class CurrentDocumentQuerySet(GuardedQuerySet):
    def for_detail(self):
        return self.select_related("document", "unit", "published_by")

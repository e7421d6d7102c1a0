"""Reads of documents used more than once."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from units.guarded import GuardedQuerySet

from .states import ENDED, AddresseeKind, Direction, DocType, State


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

    def settling(self, request):
        """批复 to `request` (a row, or OuterRef("pk")) issued by a unit it was mainly addressed to, and dispatched."""
        addressed = apps.get_model("documents", "Addressee")._default_manager.filter(
            kind=AddresseeKind.MAIN, document=OuterRef("replies_to"), unit=OuterRef("unit")
        )
        return self.filter(
            Exists(addressed), replies_to=request, doc_type=DocType.REPLY, state__in=(State.DISPATCHED, State.COMPLETED)
        )

    def ready_to_complete(self):
        """Dispatched, every delivery signed for (or returned), and no reply awaited: the worker completes these."""
        waiting = self.model._default_manager.filter(issued=OuterRef("pk"), state=State.DELIVERED)
        replied = type(self)(self.model).settling(OuterRef("pk"))
        return (
            self.filter(direction=Direction.OUTGOING, state=State.DISPATCHED)
            .exclude(Exists(waiting))
            .filter(~Q(doc_type=DocType.REQUEST) | Q(Exists(replied)) | ~Q(reply_waived=""))
        )


class CurrentDocumentQuerySet(GuardedQuerySet):
    def offered(self):
        return self.filter(withdrawn_at=None)

"""Reads of documents used more than once. The lists 待办 已办 在办 办结 are defined here and nowhere else."""

from django.db.models import Exists, OuterRef, Q

from units.access import GuardedQuerySet, standing
from units.models import Task

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

    def handled_by(self, user):
        """已办: the person finished a task on it and it is still under way."""
        done = Task.objects.filter(done_by=user, subject_uid=OuterRef("uid"))
        return self.filter(Exists(done)).exclude(state__in=ENDED)

    def led_by_units_of(self, user):
        """在办: open documents of the person's units that he may see."""
        return self.filter(unit__in=standing(user).unit_ids).exclude(state__in=ENDED).allowing("view", user)

    def completed_with(self, user):
        """办结: completed ones that the person, or a post he holds, took part in."""
        from .rules import takes_part  # rules import nothing of this module; models tie the two

        return self.filter(Q(takes_part(user)), state=State.COMPLETED)

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
    def offered(self):
        return self.filter(withdrawn_at=None)

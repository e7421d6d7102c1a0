"""Reads of documents used more than once."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from units.guarded import SealedQuerySet
from units.keys import is_one_of
from units.models import Task

from .replaced import replaced
from .set_back import last_move
from .states import BESIDE, ENDED, GONE, AddresseeKind, Direction, DocType, LinkKind, State

IN_LISTS = (
    "uid", "direction", "state", "doc_type", "title", "urgency", "doc_number", "sender_number", "sender_name",
    "was_returned", "dispatched_at", "created_at",
)  # fmt: skip


def answers_to(content) -> Q:
    """The rule of `answering`, as a condition."""
    links = apps.get_model("documents", "DocumentLink")._default_manager.as_answers().filter(other=content)
    # gathered first, so that both halves are read from an index; IN beside an OR is tried on every row of the table
    return Q(replies_to=content) | Q(is_one_of("pk", links.values("document")))


class DocumentQuerySet(SealedQuerySet):
    def for_list(self):
        """All that `documents/_row.html` reads and nothing else, in one query for any number of rows."""
        named = apps.get_model("units", "Unit")._default_manager.filter(pk=OuterRef("unit")).values("short_name")
        # read of the rows shown, as the other two are: a join would be made of all that are sorted for them
        rows = self.only(*IN_LISTS, "unit_id").annotate(unit_name=Subquery(named[:1]))
        rows = rows.annotate(last_move=last_move(), replaced=replaced())
        return rows.order_by("-created_at", "-pk")

    def for_detail(self):
        """A row and what its page names; few are joined, planning a dozen joins takes longer than the whole page."""
        issued = type(self)(self.model).unguarded("the text of a delivery that the rule let through")
        rows = self.annotate(last_move=last_move())
        return rows.select_related("unit", "department", "drafted_by", "signatory").prefetch_related(
            "signed_for", "lead_officer", Prefetch("issued", issued.select_related("unit")), "replies_to"
        )

    def open(self):
        """Not ended; the words in the order of the index that holds the open ones alone (`document_open_of_unit`)."""
        return self.exclude(state__in=sorted(ENDED))

    def answering(self, content):
        """What answers `content` (a key of a row with the text, or a slot for one): its 批复, or a 复文 linked as 答复."""
        return self.filter(answers_to(content))

    def settling(self, request):
        """批复 to `request` (a row, or OuterRef("pk")) issued by a unit it was mainly addressed to, and dispatched."""
        addressed = apps.get_model("documents", "Addressee")._default_manager.filter(
            kind=AddresseeKind.MAIN, document=OuterRef("replies_to"), unit=OuterRef("unit")
        )
        return self.filter(
            Exists(addressed), replies_to=request, doc_type=DocType.REPLY, state__in=(State.DISPATCHED, State.COMPLETED)
        )

    def ready_to_complete(self):
        """Dispatched to units that have all signed for it, nothing left for its clerk, and no reply awaited.

        A delivery that came back waits for the clerk; a 请示 waits for the 批复 of the unit it was addressed to, or a
        waiver; what was dispatched to nobody on the platform is its clerk's to complete (design section 4).
        """
        deliveries = self.model._default_manager.filter(issued=OuterRef("pk"), joint_copy=False).exclude(
            state__in=sorted(GONE)
        )
        left = Task.objects.open().filter(subject_uid=OuterRef("uid")).exclude(kind__in=BESIDE)
        replied = type(self)(self.model).settling(OuterRef("pk"))
        calls = apps.get_model("documents", "ReplyCall")._default_manager
        asked = calls.filter(document=OuterRef("pk"), due_at__gt=timezone.now())  # 回执 may still be changed
        return (
            self.filter(Exists(deliveries), direction=Direction.OUTGOING, state=State.DISPATCHED)
            .exclude(Exists(deliveries.filter(state=State.DELIVERED)))
            .exclude(Exists(left))
            .exclude(Exists(asked))
            .filter(~Q(doc_type=DocType.REQUEST) | Exists(replied) | ~Q(reply_waived=""))
        )


class DocumentLinkQuerySet(QuerySet):
    def as_answers(self):
        """答复 that stand: `document` answers `other`."""
        return self.filter(kind=LinkKind.REPLIES, removed_at=None)


class CurrentDocumentQuerySet(SealedQuerySet):
    def for_detail(self):
        return self.select_related("document", "unit", "published_by")

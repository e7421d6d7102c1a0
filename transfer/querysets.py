"""Reads of batches used more than once."""

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from archive.querysets import period_given
from archive.states import Verdict
from units.guarded import SealedQuerySet

from .states import BAD_COPY, HELD, CopyState, ItemVerdict, Place, State

# What the archive gave back: it was packed and offered. What a unit moved out of its own list has no version as packed.
SENT_BACK = Q(
    verdict=ItemVerdict.RETURNED, is_open=False, record_version__isnull=False, batch__submitted_at__isnull=False
)


class BatchQuerySet(SealedQuerySet):
    def for_list(self):
        return self.select_related("unit", "archive", "created_by").with_damage().order_by("-created_at", "-pk")

    def chosen(self, *, state: str = "", unit=None):
        rows = self.filter(state=state) if state else self
        return rows.filter(unit=unit) if unit is not None else rows

    def waiting_first(self):
        """Adds `is_later`: 0 where the archive has something to do (a catalogue, a batch to decide), else 1."""
        to_read = Q(state=State.DRAFT, catalogue_sent_at__isnull=False, catalogue_reviewed_at=None)
        waits = Q(state__in=(State.SUBMITTED, State.RECEIVED, State.INSPECTING, State.HANDING_OVER)) | to_read
        return self.annotate(is_later=Case(When(waits, then=0), default=1))

    def for_detail(self):
        return self.select_related("unit", "archive", "created_by", "fonds", "plan")

    def with_damage(self):
        """Adds `is_damaged`: the archive holds its package, and the last reading did not find a part of it sound."""
        parts = apps.get_model("transfer", "PackagePart")
        bad = parts._default_manager.filter(
            batch=OuterRef("pk"), copies__place=Place.HOLDINGS, copies__state__in=BAD_COPY
        )
        return self.annotate(is_damaged=Exists(bad))


class PlanQuerySet(SealedQuerySet):
    """接收计划 of the archive."""


class LineQuerySet(SealedQuerySet):
    """Peers, and packages on the line to and from them."""


class BatchItemQuerySet(QuerySet):
    def with_period(self):
        """Adds `kept_as`, the longer period that an appraisal gave the record (`BatchItem.shown_retention`)."""
        return self.annotate(kept_as=period_given("record"))

    def listed(self):
        """Items of the list as it stands, or as it stood when the batch ended: as many as its `record_count`."""
        return self.filter(is_listed=True)

    def travelling(self):
        """Listed, and not to go back by the archive's marks: what the papers and the sample are about."""
        return self.listed().exclude(verdict=ItemVerdict.RETURNED, is_open=True)

    def sent_back(self):
        return self.filter(SENT_BACK)

    def failing(self):
        """Items that did not pass the last inspection."""
        return self.filter(findings__contains=[{"verdict": Verdict.FAIL}])

    def remarkable(self):
        """Items with any finding, or returned."""
        return self.exclude(findings=[], reason="")


class CopyQuerySet(QuerySet):
    def of_holdings(self, batch=None):
        """Copies that the archive has, given up or not."""
        rows = self.filter(place=Place.HOLDINGS).exclude(state=CopyState.RETURNED)
        return rows if batch is None else rows.filter(part__batch=batch)

    def due(self, before):
        """In the archive's custody, not given up, and not read since `before`; the longest unread first. Of either
        place: where the holdings' copy was given up, the second one is all that is left."""
        rows = self.filter(place__in=(Place.HOLDINGS, Place.SECOND), part__record_count__gt=0)
        rows = rows.filter(part__batch__state__in=HELD, read_at__lt=before)
        return rows.exclude(state__in=(CopyState.WRITTEN_OFF, CopyState.RETURNED)).order_by("read_at", "pk")

    def unsound(self, batch):
        """Not sound at the last reading, and neither healed nor given up, in either of the archive's two places: as
        long as there is one, somebody has to see to it."""
        return self.filter(part__batch=batch, place__in=(Place.HOLDINGS, Place.SECOND), state__in=BAD_COPY)

    def to_give_up(self, batch):
        """Unsound ones of parts of which the holdings have no sound copy: what 核销 is about."""
        lost = self.model._default_manager.filter(
            part=OuterRef("part"), place=Place.HOLDINGS, state__in=(*BAD_COPY, CopyState.WRITTEN_OFF)
        )
        return self.unsound(batch).filter(Exists(lost))

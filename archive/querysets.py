"""Reads of records used more than once."""

from django.apps import apps
from django.db.models import Manager, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from units.guarded import SealedQuerySet

from .states import Retention, State


def period_given(record: str = "pk") -> Subquery:
    """The longer period that an appraisal gave, as `Record.period_now` reads it (annotate it as `kept_as`); None where
    there is none. `record` names the record's key in the rows."""
    given = apps.get_model("archive", "Prolongation")._default_manager
    periods = (Retention.PERMANENT, Retention.THIRTY)
    rows = given.filter(record=OuterRef(record), item__prolonged__in=periods).order_by("-item__prolonged")
    return Subquery(rows.values("item__prolonged")[:1])


def paper_came(record: str = "pk") -> Subquery:
    """Pages of the paper that was supplied after the accession, as `Record.came_pages` reads them (annotate it as
    `came_since`): 0 where it has as many as the files; None where none came. `record` as in `period_given`."""
    supplied = apps.get_model("archive", "SuppliedPaper")._default_manager
    rows = supplied.filter(record=OuterRef(record), withdrawn_at=None)
    return Subquery(rows.values(came=Coalesce("pages", 0))[:1])


class RecordQuerySet(SealedQuerySet):
    def items(self):
        """Those that are an item (件): what was joined to its 复文 is a part of that one, and counted with it."""
        return self.exclude(state=State.JOINED)

    def for_list(self):
        """All that `archive/_row.html` reads, in one query for any number of rows; newest filing first."""
        rows = self.select_related("unit", "custodian", "fonds").order_by("-filed_at", "-pk")
        return rows.annotate(kept_as=period_given(), came_since=paper_came())

    def for_detail(self):
        rows = self.select_related(
            "unit",
            "custodian",
            "fonds",
            "document",
            "filed_by",
            "responsible_department",
            "checked_by",
            "retention_decided_by",
        )
        return rows.annotate(kept_as=period_given(), came_since=paper_came())


class RecordTextQuerySet(SealedQuerySet):
    pass


class GrantQuerySet(QuerySet):
    def in_force(self):
        """Those by which their person may read today."""
        today = timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today, revoked_at=None)


class CurrentComponents(Manager):
    """The components that a record has now; what was replaced is read through `versions` only."""

    def get_queryset(self):
        return super().get_queryset().filter(superseded_at=None)

"""Reads of records used more than once."""

from django.db.models import Exists, Manager, OuterRef

from units.guarded import SealedQuerySet
from units.models import Task

from .states import MEND, Retention, State


class RecordQuerySet(SealedQuerySet):
    def for_list(self):
        """All that `archive/_row.html` reads, in one query for any number of rows; newest filing first."""
        return self.select_related("unit", "custodian", "fonds").order_by("-filed_at", "-pk")

    def for_detail(self):
        return self.select_related(
            "unit",
            "custodian",
            "fonds",
            "document",
            "filed_by",
            "responsible_department",
            "checked_by",
            "retention_decided_by",
        )

    def of_transfer(self):
        """Filed, still with the unit, and of a retention the archive takes (domain 9.1)."""
        return self.filter(state=State.FILED, retention_code__in=(Retention.PERMANENT, Retention.THIRTY))

    def transferable(self):
        """Of these what is not under repair."""
        mending = Task.objects.open().filter(subject_uid=OuterRef("uid"), kind=MEND)
        return self.of_transfer().filter(~Exists(mending))


class RecordTextQuerySet(SealedQuerySet):
    pass


class CurrentComponents(Manager):
    """The components that a record has now; what was replaced is read through `versions` only."""

    def get_queryset(self):
        return super().get_queryset().filter(superseded_at=None)

"""Reads of records used more than once."""

from django.db.models import Manager

from units.guarded import SealedQuerySet


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


class RecordTextQuerySet(SealedQuerySet):
    pass


class CurrentComponents(Manager):
    """The components that a record has now; what was replaced is read through `versions` only."""

    def get_queryset(self):
        return super().get_queryset().filter(superseded_at=None)

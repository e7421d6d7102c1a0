"""Reads of batches used more than once."""

from django.db.models import QuerySet

from archive.states import Verdict
from units.guarded import GuardedQuerySet


class BatchQuerySet(GuardedQuerySet):
    def for_list(self):
        return self.select_related("unit", "archive", "created_by").order_by("-created_at", "-pk")

    def for_detail(self):
        return self.select_related("unit", "archive", "created_by", "fonds")


class BatchItemQuerySet(QuerySet):
    def failing(self):
        """Items that did not pass the last inspection."""
        return self.filter(findings__contains=[{"verdict": Verdict.FAIL}])

    def remarkable(self):
        """Items with any finding, or returned."""
        return self.exclude(findings=[], reason="")

"""Reads of batches used more than once."""

from units.access import GuardedQuerySet


class BatchQuerySet(GuardedQuerySet):
    def for_list(self):
        return self.select_related("unit", "archive", "created_by").order_by("-created_at", "-pk")

    def for_detail(self):
        return self.select_related("unit", "archive", "created_by", "fonds")

"""Filters of lists that a person keeps under a name."""

import uuid

from django.db import models
from django.utils import timezone

from ..guarded import GuardedQuerySet
from .people import User


class SavedFilter(models.Model):
    """`query` is the query string of the list called `page` (a route's name); its person's alone, and deletable."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    page = models.CharField(max_length=60)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "page", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name

"""A unit's own groups of units (常用单位组), offered wherever units are chosen."""

import uuid

from django.db import models

from ..guarded import GuardedQuerySet
from .people import Unit


class UnitGroup(models.Model):
    """Units that a unit often writes to together, under a name; edited by its clerk, never removed, only ended."""

    AUDIT_TYPE = "unit_group"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="unit_groups")
    name = models.CharField("名称", max_length=30)
    members = models.ManyToManyField(Unit, related_name="+")
    ended_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], condition=models.Q(ended_at=None), name="unit_group_once")
        ]

    def __str__(self) -> str:
        return self.name

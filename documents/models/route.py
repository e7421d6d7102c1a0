"""Who is next: a unit's routes."""

from django.db import models
from django.db.models import Q

from units.models import Unit

from ..states import Direction, StepKind


class Route(models.Model):
    """The order in which a unit's drafts of one direction are reviewed; data of the unit, not code."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="routes")
    direction = models.CharField(max_length=10, choices=Direction)
    name = models.CharField("名称", max_length=60)
    is_default = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "direction"], condition=Q(is_default=True), name="route_default_once"
            )
        ]


class RouteStep(models.Model):
    """One step; steps of the same position run in parallel."""

    route = models.ForeignKey(Route, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=StepKind)
    post = models.CharField(max_length=20)
    limit_days = models.PositiveSmallIntegerField("时限（工作日）", null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["route", "position", "pk"]

"""单位范本: what a unit's drafts begin from."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import DocType, RoutingDirection


class Pattern(models.Model):
    """A named beginning of a draft that a unit keeps: kind, title, text; a retired one is offered no more."""

    AUDIT_TYPE = "pattern"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="patterns")
    name = models.CharField("范本名称", max_length=60)
    doc_type = models.CharField("文种", max_length=30, choices=DocType, default=DocType.NOTICE)
    routing_direction = models.CharField("行文方向", max_length=10, choices=RoutingDirection, default="down")
    title = models.CharField("标题", max_length=300, blank=True)
    body = models.TextField("正文", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="维护人")
    changed_at = models.DateTimeField("维护时间", default=timezone.now)
    retired_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], condition=Q(retired_at=None), name="pattern_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:pattern", args=[self.uid])

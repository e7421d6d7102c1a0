"""单套管理评估 (DA/T 92—2022 annex B): one evaluation of a unit, and the verdict on each of its items."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import EvaluationKind, Passed


class SingleSetEvaluation(models.Model):
    """By the unit itself, or by 区档案局: open until it is closed with the verdict that its items give."""

    AUDIT_TYPE = "evaluation"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="single_set_evaluations")
    kind = models.CharField("评估", max_length=10, choices=EvaluationKind)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField("结论", max_length=10, choices=Passed, blank=True)
    opinion = models.CharField("综合评估意见", max_length=500, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("完成时间", null=True)
    next_due = models.DateField("下次评估", null=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"], condition=Q(closed_at=None), name="evaluation_open_once_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, verdict="") | (Q(closed_at__isnull=False) & ~Q(verdict="")),
                name="evaluation_closed_with_verdict",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="evaluation_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit.name}单套管理{self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("archive:evaluation", args=[self.uid])


class EvaluationItem(models.Model):
    """The verdict on one item, the precondition (0) among them; without one it is not judged, which is no pass.

    What counts: the newest of its `given`.
    """

    evaluation = models.ForeignKey(SingleSetEvaluation, models.PROTECT, related_name="items")
    serial = models.PositiveSmallIntegerField("序号")
    verdict = models.CharField("结论", max_length=10, choices=Passed, blank=True)
    note = models.CharField("情况和依据", max_length=500, blank=True)
    evidence = models.CharField("评估时平台所示", max_length=300, blank=True)  # what the platform showed at closing

    class Meta:
        default_permissions = ()
        ordering = ["serial"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "serial"], name="evaluation_item_once")]


class EvaluationVerdict(models.Model):
    """What one item was judged to be, by whom and when; rows are only ever added, the newest stands in the item."""

    item = models.ForeignKey(EvaluationItem, models.PROTECT, related_name="given")
    verdict = models.CharField("结论", max_length=10, choices=Passed, blank=True)
    note = models.CharField("情况和依据", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField("评估人", max_length=40)
    at = models.DateTimeField("评估时间", default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["item", "pk"]

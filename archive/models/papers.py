"""单套管理台账 (DA/T 92—2022 items 1, 2, 15, 18): rule books and specifications with their texts, grading, drills."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import KeptPaper


class KeepingPaper(models.Model):
    """One entry of a unit's register, never changed; a later one of the same kind and name takes its place."""

    AUDIT_TYPE = "keeping_paper"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="keeping_papers")
    kind = models.CharField("台账", max_length=15, choices=KeptPaper)
    name = models.CharField("名称", max_length=100)
    number = models.CharField("文号或备案号", max_length=100, blank=True)
    dated_on = models.DateField("日期")  # in force from, graded on, held on
    review_on = models.DateField("下次复核", null=True)
    told = models.CharField("内容和结果", max_length=500, blank=True)
    follow_up = models.CharField("后续处理", max_length=300, blank=True)
    text = models.TextField("全文", blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KeptPaper.values), name="keeping_paper_known"),
            models.CheckConstraint(
                condition=Q(review_on=None) | Q(review_on__gt=F("dated_on")), name="keeping_paper_reviewed_later"
            ),
        ]
        indexes = [models.Index(fields=["unit", "kind", "-dated_on", "-id"], name="keeping_paper_of_unit")]

    def get_absolute_url(self) -> str:
        return reverse("archive:keeping_paper", args=[self.uid])

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.name}"

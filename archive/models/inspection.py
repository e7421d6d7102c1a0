"""Runs of the four-property inspection (四性检测) and what they found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..plan import CODES
from ..states import Stage, Verdict
from .record import Record


class InspectionRun(models.Model):
    """One run of the four-property inspection (四性检测); results keep what did not pass, `tally` counts the rest.

    `tally` is item → [checked, failed, warned] for the items that were checked, e.g. {"1-5": [20, 1, 0]}; what is not
    in it was not checked. `verdict` is the worst of what was checked, and says nothing of the others.
    """

    stage = models.CharField("阶段", max_length=2, choices=Stage)
    subject_uid = models.UUIDField(null=True)
    plan_version = models.CharField("检测方案", max_length=40)
    tool_version = models.CharField(max_length=60)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField(default=0)
    checks = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    verdict = models.CharField(max_length=15, choices=Verdict, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject_uid", "-id"], name="inspection_subject")]


class InspectionResult(models.Model):
    """A check that did not pass on a record; `item_code` is the plan's, e.g. GD-1-5.

    A result of an earlier list keeps its code in `code_as_recorded`; outside the present plan it has no `item_code`.
    """

    run = models.ForeignKey(InspectionRun, models.PROTECT, related_name="results")
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="findings")
    item_code = models.CharField("检测编号", max_length=10, blank=True, db_collation="C")
    code_as_recorded = models.CharField("原检测编号", max_length=10, blank=True, db_collation="C")
    verdict = models.CharField("检测结果", max_length=15, choices=Verdict)
    target = models.CharField("检测对象", max_length=255)
    message = models.CharField("说明", max_length=500)
    field = models.CharField("字段", max_length=40, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["item_code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item_code__in=CODES) | (Q(item_code="") & ~Q(code_as_recorded="")),
                name="result_of_the_plan",
            )
        ]
        indexes = [models.Index(fields=["record", "settled_at"], name="finding_of_record")]

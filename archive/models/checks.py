"""Findings of the inspection that people give: ticks on a sample (M), and what was measured of an environment (E)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models import Unit

from ..plan import ENVIRONMENT, PERSON
from ..states import Stage, Verdict

DECIDED = (Verdict.PASS, Verdict.FAIL)


class SampleTick(models.Model):
    """人工检测: one person's verdict on one item, after he has looked at a sample of a month's or a batch's records.

    `month` is the first day of the month (归档: filed in it; 长期保存: checked in it); a batch has `subject_uid`
    instead. `sample` holds the records looked at, as uids; `total` is how many it stands for; `unopened` are those of
    the sample that he passed without opening (uids). A 不合格 names its records (`failing`: uid → 档号 as it then was);
    a 合格 after it says in `mended` what was put right.
    """

    AUDIT_TYPE = "sample_tick"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="检测单位")
    stage = models.CharField("阶段", max_length=2, choices=Stage)
    serial = models.CharField("检测项目", max_length=5, db_collation="C")
    month = models.DateField("月份", null=True)
    subject_uid = models.UUIDField(null=True)
    sample = models.JSONField("样本", default=list)
    total = models.PositiveIntegerField("件数")
    unopened = models.JSONField("未打开的档案", default=list)
    verdict = models.CharField("检测结果", max_length=15, choices=Verdict)
    note = models.CharField("说明", max_length=200, blank=True)
    failing = models.JSONField("不合格的档案", default=dict)
    mended = models.TextField("改正情况", blank=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检测人")
    ticked_at = models.DateTimeField("检测时间", default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(serial__in=sorted(PERSON)), name="tick_on_an_item_of_persons"),
            models.CheckConstraint(condition=Q(verdict__in=DECIDED), name="tick_is_decided"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.FAIL) & ~Q(failing={}) | Q(verdict=Verdict.PASS, failing={}),
                name="tick_names_what_fails",
            ),
            models.CheckConstraint(
                condition=Q(month=None, subject_uid__isnull=False) | Q(month__isnull=False, subject_uid=None),
                name="tick_of_a_month_or_a_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "stage", "month"], name="tick_of_month"),
            models.Index(fields=["subject_uid", "-id"], name="tick_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}-{self.serial} {self.get_verdict_display()}"


class EnvironmentFinding(models.Model):
    """环境检测: what was found about a host, medium, back-up set or system on a day; it holds until `valid_until`.

    Of the platform as a whole when no unit is named, else of that unit's own surroundings.
    """

    AUDIT_TYPE = "environment_finding"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    serial = models.CharField("检测项目", max_length=5, db_collation="C")
    target = models.CharField("检测对象", max_length=100)
    verdict = models.CharField("检测结果", max_length=15, choices=Verdict)
    found_on = models.DateField("检测日期")
    valid_until = models.DateField("有效期至")
    means = models.CharField("检测方法和依据", max_length=200)
    note = models.CharField("说明", max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(serial__in=sorted(ENVIRONMENT)), name="environment_item_of_the_plan"),
            models.CheckConstraint(condition=Q(verdict__in=DECIDED), name="environment_finding_is_decided"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("found_on")), name="environment_finding_holds_forward"
            ),
        ]
        indexes = [models.Index(fields=["serial", "-found_on"], name="environment_newest")]

    def __str__(self) -> str:
        return f"{self.serial} {self.target}"

    @property
    def has_ended(self) -> bool:
        return self.valid_until < timezone.localdate()

    @property
    def said(self) -> str:
        """What was looked at, how, and what is to be said of it."""
        return f"{self.target}：{self.means}{f'；{self.note}' if self.note else ''}"

"""What the inspector's rooms keep of their own: base dates, baselines, frozen figures, urgings, samples, notes."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from units.guarded import GuardedQuerySet
from units.models import Unit

from .states import Stage

PERSON = settings.AUTH_USER_MODEL


class FilingFact(models.Model):
    """The days of one document that the filing rate counts with; written by triggers alone (sql/facts.sql).

    All are local days. `base_on` is min(handled_on, completed_on) and empty again while a business step is open. Of
    repairs there may be several: on a day it is under repair when more of them had begun than had ended.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    base_on = models.DateField("基准日", null=True)
    handled_on = models.DateField("办理完毕日", null=True)
    completed_on = models.DateField("办结日", null=True)
    filed_on = models.DateField("归档日", null=True)
    not_to_file_on = models.DateField("决定不归档日", null=True)
    repair_from = ArrayField(models.DateField(), verbose_name="退回待补起", null=True)
    repair_to = ArrayField(models.DateField(), verbose_name="补正完成", null=True)
    registered_on = models.DateField("登记日", null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["unit", "base_on", "document"], name="fact_of_unit"),
            models.Index(fields=["base_on"], name="fact_of_day"),
            models.Index(fields=["registered_on"], condition=Q(base_on=None), name="fact_open"),
        ]


class GoLive(models.Model):
    """The day from which a unit's documents are on the platform; before it only an accepted baseline counts."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="go_live")
    day = models.DateField("上线日期")
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()


class BaselineDue(models.Model):
    """How many items the registers of a unit show as due for months before go-live (practice 3)."""

    AUDIT_TYPE = "baseline"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="baselines")
    year = models.PositiveSmallIntegerField("年度")
    months = ArrayField(models.PositiveSmallIntegerField(), verbose_name="月份")
    count = models.PositiveIntegerField("应归档件数")
    source = models.CharField("依据", max_length=200, default="收发文登记簿")
    entered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    accepted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("认可时间", null=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_for = models.CharField("撤回理由", max_length=200, blank=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "year", "months", "pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}年{self.months_shown}应归档 {self.count} 件"

    @property
    def months_shown(self) -> str:
        first, last = self.months[0], self.months[-1]
        whole = len(self.months) == last - first + 1 and len(self.months) > 1
        return f"{first}—{last}月" if whole else "、".join(str(one) for one in self.months) + "月"


class FrozenPeriod(models.Model):
    """The figures of all units for one period as they were taken once; only ever added (practice 3)."""

    AUDIT_TYPE = "figures"
    unit = None  # the district's, no unit's

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("月份", default=0)  # 0: the whole year
    stage = models.CharField("阶段", max_length=10, choices=Stage)
    as_of = models.DateField("截止日")
    frozen_at = models.DateTimeField("冻结时间", default=timezone.now)
    frozen_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    digest = models.CharField("摘要", max_length=64, db_collation="C")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["year", "month", "stage"], name="period_frozen_once")]

    def __str__(self) -> str:
        period = f"{self.year}年{self.month}月" if self.month else f"{self.year}年"
        return f"{period}归档率{self.get_stage_display()}"


class FrozenFigure(models.Model):
    """One unit's figures in a frozen period, and which documents they counted."""

    period = models.ForeignKey(FrozenPeriod, models.PROTECT, related_name="figures")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    due = models.PositiveIntegerField("应归档")
    filed = models.PositiveIntegerField("已归档")
    not_to_file = models.PositiveIntegerField("不归档")
    not_yet_due = models.PositiveIntegerField("未到期")
    timely = models.PositiveIntegerField("及时")
    missing_by_cause = models.JSONField("未归档原因", default=dict)
    due_documents = ArrayField(models.BigIntegerField(), default=list)
    filed_documents = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["period", "unit"], name="figure_once_per_unit")]


class Urging(models.Model):
    """督办: the inspector asks a unit for what is missing; the unit's archivist has it as a task, and answers."""

    AUDIT_TYPE = "urging"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="urgings")
    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("月份", default=0)
    text = models.CharField("督办意见", max_length=500)
    due_on = models.DateField("办理时限")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("督办时间", default=timezone.now)
    answer = models.CharField("办理情况", max_length=500, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "year", "-id"], name="urging_of_unit")]

    def __str__(self) -> str:
        return f"督办{self.period_shown}归档工作"

    @property
    def period_shown(self) -> str:
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    def get_absolute_url(self) -> str:
        return reverse("oversight:urging", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.unit.short_name} · {self.text}"


class SampleCheck(models.Model):
    """A decision not to file that the inspector looked at; a refused one is due again from that day on."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    is_refused = models.BooleanField("不予认可")
    reason = models.CharField("理由", max_length=200, blank=True)
    checked_on = models.DateField("抽查日期", default=timezone.localdate)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["document"], name="sample_checked_once")]


class YearNote(models.Model):
    """跨年办理: why a document goes on into the next year; without it, it is 久拖未办 in its own."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("登记年度")
    reason = models.CharField("理由", max_length=200)
    noted_on = models.DateField("登记日期", default=timezone.localdate)
    noted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["document", "year"], name="note_once_a_year")]

"""年度整理: acts on many records at once, years whose numbers are fixed, and the month's register of what was filed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from .fonds import Fonds
from .record import Record


class BulkCorrection(models.Model):
    """One correction of many records: all or nothing, and undone as a whole until one of them leaves in a batch."""

    AUDIT_TYPE = "correction"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    field = models.CharField("字段", max_length=40)
    wording = models.CharField("改法", max_length=300)
    reason = models.CharField("理由", max_length=200)
    count = models.PositiveIntegerField("件数")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "-id"], name="bulk_correction_of_unit")]

    def __str__(self) -> str:
        return f"{self.wording}（{self.count} 件）"

    @property
    def label(self) -> str:
        return str(Record._meta.get_field(self.field).verbose_name)


class BulkChange(models.Model):
    """What one record had and got by a correction of many; `version` is the record's after it."""

    correction = models.ForeignKey(BulkCorrection, models.PROTECT, related_name="changes")
    record = models.ForeignKey(Record, models.PROTECT, related_name="bulk_changes")
    before = models.JSONField("原值")
    after = models.JSONField("新值")
    version = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["correction", "record"], name="bulk_change_once")]


class YearFixed(models.Model):
    """年度整理完毕（定号）: from here on codes of the fonds' year stand; what comes later is 补充归档.

    To number anew the archivist asks and the unit's leader approves: then the row is reopened and a new one follows.
    """

    AUDIT_TYPE = "year_fixed"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="fixed_years")
    year = models.PositiveSmallIntegerField("年度")
    items = models.PositiveIntegerField("件数")
    note = models.CharField("说明", max_length=300, blank=True)
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_reason = models.CharField("重新编号理由", max_length=200, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["fonds", "year"], condition=Q(reopened_at=None), name="year_is_fixed_once"),
            models.CheckConstraint(
                condition=Q(asked_at=None, asked_reason="") | (Q(asked_at__isnull=False) & ~Q(asked_reason="")),
                name="renumbering_asked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fonds.code} {self.year}年度"

    def get_absolute_url(self) -> str:
        return reverse("archive:fixed_year", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.unit.name} · 定号时 {self.items} 件"  # the reason is the item's remark


class FilingRegister(models.Model):
    """《电子文件归档登记表》 of one unit and month (GB/T 18894—2016 table A.1), confirmed by office and archivist.

    `content` is what they confirmed, frozen by the first of them; without a signature the page is filled afresh.
    """

    AUDIT_TYPE = "filing_register"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    content = models.JSONField(default=dict)
    office_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    office_post = models.CharField(max_length=60, blank=True)
    office_at = models.DateTimeField(null=True)
    archivist_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    archivist_post = models.CharField(max_length=60, blank=True)
    archivist_at = models.DateTimeField(null=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "month"], name="filing_register_once"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="filing_register_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.year}年{self.month}月电子文件归档登记表"

    @property
    def is_signed(self) -> bool:
        return self.office_at is not None and self.archivist_at is not None

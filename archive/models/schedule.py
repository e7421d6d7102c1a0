"""Retention schedules (归档范围和保管期限表)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from simple_history.models import HistoricalRecords

from units.models import Unit


class RetentionSchedule(models.Model):
    """One approved edition of a schedule; `unit` null is the district's sample. In force is the latest begun."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="retention_schedules")
    version = models.CharField("版本", max_length=40)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approval = models.CharField("批准文号", max_length=100, blank=True)
    valid_from = models.DateField("施行日期")
    history = HistoricalRecords(related_name="changes")

    class Meta:
        default_permissions = ()
        ordering = ["unit", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="retention_version_once", nulls_distinct=False),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="retention_begins_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.version


class RetentionRule(models.Model):
    """One row of a retention schedule (归档范围和保管期限表)."""

    class Source(models.TextChoices):
        OWN = "own", "主"
        SUPERIOR = "superior", "上"
        PEER = "peer", "同"
        LOWER = "lower", "下"

    schedule = models.ForeignKey(RetentionSchedule, models.PROTECT, related_name="rules")
    code = models.CharField("条款号", max_length=10, db_collation="C")
    category = models.CharField("类别", max_length=40)
    description = models.CharField("文件材料", max_length=200)
    keywords = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    sources = ArrayField(models.CharField(max_length=10), default=list)
    doc_types = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    retention_code = models.CharField("保管期限", max_length=5, blank=True)
    not_to_file = models.CharField(max_length=5, blank=True)
    legacy_retention = models.CharField("原期限", max_length=10, blank=True)
    is_default = models.BooleanField("无关键词命中时采用", default=False)
    history = HistoricalRecords(related_name="changes")

    class Meta:
        default_permissions = ()
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["schedule", "code"], name="retention_rule_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

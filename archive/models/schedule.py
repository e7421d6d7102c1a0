"""Retention schedules (归档范围和保管期限表): a unit's versions, and their rows."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from documents.states import DocType, NotToFile
from units.guarded import GuardedQuerySet
from units.models import Unit
from units.stateful import Stateful

from ..states import Retention, ScheduleState, UseScope


class RetentionSchedule(Stateful):
    """One version of a unit's schedule; `unit` null is the district's sample, from which units draft.

    In force on a day is the approved version begun last, while its last day has not passed. `authority` is the unit
    that plays 区档案局 (Order 8 art. 12). Rows of a version change while it is a draft only.
    """

    AUDIT_TYPE = "schedule"
    STATE_FIELDS = ("state",)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=ScheduleState, default=ScheduleState.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="retention_schedules")
    authority = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    edition = models.CharField("版本", max_length=40)
    drafted_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    returned_because = models.CharField("退回意见", max_length=500, blank=True, editable=False)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approval = models.CharField("批准文号", max_length=100, blank=True)
    valid_from = models.DateField("施行日期", null=True, blank=True)
    valid_to = models.DateField("施行至", null=True, blank=True)
    history = HistoricalRecords(related_name="changes")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "edition"], name="retention_version_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["unit", "valid_from"], condition=Q(state="approved"), name="retention_begins_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=("draft", "proposed")), name="retention_one_in_work"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(valid_from__isnull=False), name="retention_approved_begins"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="retention_ends_after_begin"
            ),
            models.CheckConstraint(condition=Q(state__in=ScheduleState.values), name="retention_state_known"),
        ]  # fmt: skip

    def __str__(self) -> str:
        owner = self.unit.short_name if self.unit else "全区"
        return f"{owner}归档范围和保管期限表（{self.edition}）"

    def get_absolute_url(self) -> str:
        return reverse("archive:schedule", args=[self.uid])

    def task_detail(self) -> str:
        return f"自 {self.valid_from} 起施行" if self.valid_from else ""


class RetentionRule(models.Model):
    """One row (条款) of a version: kept, with a period; or not filed, with a reason of Order 8 art. 4.

    The `code` orders the table, names the row and stays from version to version. A row struck from a draft
    stays behind as struck and matches nothing.
    """

    class Source(models.TextChoices):
        OWN = "own", "主"
        SUPERIOR = "superior", "上"
        PEER = "peer", "同"
        LOWER = "lower", "下"

    schedule = models.ForeignKey(RetentionSchedule, models.PROTECT, related_name="rules")
    code = models.CharField("条款号", max_length=10, db_collation="C")
    category = models.CharField("类别", max_length=40)
    description = models.CharField("归档范围", max_length=200)
    keywords = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    sources = ArrayField(models.CharField(max_length=10), default=list)
    doc_types = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    retention_code = models.CharField("保管期限", max_length=5, blank=True, choices=Retention)
    not_to_file = models.CharField("不归档依据", max_length=5, blank=True, choices=NotToFile)
    legacy_retention = models.CharField("原期限", max_length=10, blank=True)
    use_scope = models.CharField("利用范围", max_length=12, blank=True, choices=UseScope)
    is_default = models.BooleanField("无关键词命中时采用", default=False)
    is_struck = models.BooleanField("已删去", default=False, editable=False)
    history = HistoricalRecords(related_name="changes")

    class Meta:
        default_permissions = ()
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "code"], name="retention_rule_once"),
            models.CheckConstraint(
                condition=(Q(not_to_file="") & Q(retention_code__in=Retention.values))
                | (~Q(not_to_file="") & Q(retention_code="")),
                name="retention_rule_files_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    @property
    def period(self) -> str:
        """永久, 30年, 10年, or 不归档（NF-1）."""
        return f"不归档（{self.not_to_file}）" if self.not_to_file else self.get_retention_code_display()

    @property
    def sources_shown(self) -> str:
        return "、".join(self.Source(one).label for one in self.sources)

    @property
    def types_shown(self) -> str:
        return "、".join(dict(DocType.choices).get(one, one) for one in self.doc_types)

    @property
    def keywords_shown(self) -> str:
        return "、".join(self.keywords)

"""Batches of records on their way from a unit to the archive, their packages, and the receipts of both sides."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from archive.models import Fonds, Record
from units.models import Unit
from units.stateful import Stateful

from .querysets import BatchItemQuerySet, BatchQuerySet, CopyQuerySet
from .states import BAD_COPY, CopyState, DepositKind, ItemVerdict, PartState, Place, ReceiptKind, State


class Batch(Stateful):
    """移交批次: a list of records, a package whose digest the leader approves, and two signatures."""

    AUDIT_TYPE = "batch"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="batches", verbose_name="移交单位")
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="accessions", verbose_name="接收单位")
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="batches")
    batch_no = models.CharField("批次号", max_length=40, db_collation="C")
    name = models.CharField("交接工作名称", max_length=200)
    description = models.TextField("内容描述", blank=True)
    deposit_kind = models.CharField("移交性质", max_length=20, choices=DepositKind, default=DepositKind.EARLY)
    record_count = models.PositiveIntegerField("件数", default=0)
    payload_bytes = models.BigIntegerField("数据量（字节）", default=0)
    manifest_digest = models.CharField("移交信息包数字摘要", max_length=64, blank=True, db_collation="C")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人")
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    received_at = models.DateTimeField("收妥时间", null=True)
    accepted_at = models.DateTimeField("接收时间", null=True)
    history = HistoricalRecords(related_name="changes")

    objects = BatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "batch_no"], name="batch_no_once_per_unit"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="batch_state_known"),
        ]
        indexes = [
            models.Index(fields=["unit", "-created_at", "-id"], name="batch_of_unit"),
            models.Index(fields=["archive", "-created_at", "-id"], name="batch_of_archive"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("transfer:batch", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.batch_no} · {self.unit.short_name} · {self.record_count} 件"


class BatchItem(models.Model):
    """One record in a batch, with the archive's verdict; a record is in one open batch at most.

    `record_version` and `digests` (SHA-256 of its files in their order) say what was packed: a later correction of the
    record never touches the stored bag.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items")
    record = models.ForeignKey(Record, models.PROTECT, related_name="batch_items")
    position = models.PositiveIntegerField()
    verdict = models.CharField("结论", max_length=10, choices=ItemVerdict, default=ItemVerdict.PENDING)
    findings = models.JSONField("检测发现", default=list)
    reason = models.CharField("退回理由", max_length=500, blank=True)
    is_open = models.BooleanField(default=True)
    record_version = models.PositiveIntegerField("打包时版本", null=True, editable=False)
    digests = ArrayField(models.CharField(max_length=64), default=list, editable=False)

    objects = BatchItemQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "record"], name="batch_item_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(is_open=True), name="record_in_one_open_batch"),
        ]


class PackagePart(models.Model):
    """One bag of at most 1,000 records; a finished part stays, a torn one is written again."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PartState, default=PartState.PENDING)
    first_position = models.PositiveIntegerField()
    last_position = models.PositiveIntegerField()
    filename = models.CharField(max_length=120)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    manifest_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    record_count = models.PositiveIntegerField(default=0)
    file_count = models.PositiveIntegerField(default=0)
    payload_bytes = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="part_number_once")]


class Copy(models.Model):
    """A part of a package in one place: two places are two rows.

    `read_at` is the last try to read it, `verified_at` the last that found it sound; `state` what the last one said.
    """

    part = models.ForeignKey(PackagePart, models.PROTECT, related_name="copies")
    place = models.CharField("存放位置", max_length=10, choices=Place)
    state = models.CharField("状态", max_length=12, choices=CopyState, default=CopyState.UNREAD)
    kept_since = models.DateTimeField("存入时间", default=timezone.now)
    read_at = models.DateTimeField("最近读取", null=True)
    verified_at = models.DateTimeField("最近核验合格", null=True)
    found = models.CharField("发现", max_length=500, blank=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["part", "place"]
        constraints = [
            models.UniqueConstraint(fields=["part", "place"], name="copy_once_a_place"),
            models.CheckConstraint(
                condition=~Q(state=CopyState.SOUND) | Q(verified_at__isnull=False), name="copy_sound_was_verified"
            ),
        ]
        indexes = [models.Index(fields=["place", "read_at"], name="copy_read_longest_ago")]

    @property
    def is_held(self) -> bool:
        return self.place == Place.HOLDINGS and self.state != CopyState.RETURNED

    @property
    def is_bad(self) -> bool:
        return self.is_held and self.state in BAD_COPY


class Receipt(models.Model):
    """What one side gives the other: technical receipt, signed register, return notice. Only ever added."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=12, choices=ReceiptKind)
    content = models.JSONField()
    digest = models.CharField(max_length=64, db_collation="C")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["batch", "pk"]

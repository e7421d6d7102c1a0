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
from archive.states import Retention
from units.models import Unit
from units.stateful import Stateful

from .conversion_models import ConversionMigration as ConversionMigration
from .conversion_models import ConvertedItem as ConvertedItem
from .holding_models import (
    Accession,
    FileReading,
    MediumCheck,
    MediumContent,
    SpaceReading,
    StorageMedium,
    StorePlace,
)
from .line_models import Arrival as Arrival
from .line_models import Consignment as Consignment
from .line_models import Peer as Peer
from .line_models import PeerNonce as PeerNonce
from .querysets import BatchItemQuerySet, BatchQuerySet, CopyQuerySet, PlanQuerySet
from .seal_models import RegisterSeal as RegisterSeal
from .states import (
    BAD_COPY,
    ClassificationChange,
    CopyState,
    DisclosureState,
    ItemVerdict,
    Medium,
    OpeningOpinion,
    PartState,
    Place,
    ReceiptKind,
    Side,
    SignedAs,
    State,
)

__all__ = [
    "Accession", "Batch", "BatchItem", "Copy", "FileReading", "MediumCheck", "MediumContent", "PackagePart", "Receipt",
    "ReceivingPlan", "Signature", "SpaceReading", "StorageMedium", "StorePlace",
]  # fmt: skip


class ReceivingPlan(models.Model):
    """接收计划 of the archive: what it asks for, from whom, until when (domain 9.1, 9.3 step 1).

    `retentions` empty means all, as the archive of the seed receives 永久、长期 and 短期 at once; `units` empty means
    every unit. What it asks of the units stands; its day and formats may be corrected, told to them, with the reason.
    """

    AUDIT_TYPE = "receiving_plan"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="receiving_plans", verbose_name="接收单位")
    name = models.CharField("计划名称", max_length=100)
    scope = models.CharField("接收范围", max_length=300)
    first_year = models.PositiveSmallIntegerField("起始年度")
    last_year = models.PositiveSmallIntegerField("终止年度")
    retentions = ArrayField(models.CharField(max_length=5), default=list, blank=True, verbose_name="保管期限")
    formats = models.CharField("格式要求", max_length=300)
    due_on = models.DateField("移交截止")
    units = models.ManyToManyField(Unit, blank=True, related_name="plans_for", verbose_name="移交单位")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = PlanQuerySet.as_manager()

    @property
    def retentions_shown(self) -> str:
        return "、".join(Retention(code).label for code in self.retentions or Retention.values)

    class Meta:
        default_permissions = ()
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first_year__lte=models.F("last_year")), name="plan_years_in_order")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("transfer:plan", args=[self.uid])

    @property
    def years_shown(self) -> str:
        years = dict.fromkeys((self.first_year, self.last_year))
        return f"{'至'.join(map(str, years))}年度"

    def task_detail(self) -> str:
        return f"{self.years_shown} · {self.due_on} 前移交"


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
    plan = models.ForeignKey(ReceivingPlan, models.PROTECT, null=True, related_name="batches", verbose_name="接收计划")
    catalogue_sent_at = models.DateTimeField("目录送审时间", null=True)
    catalogue_reviewed_at = models.DateTimeField("目录预审同意时间", null=True)
    catalogue_opinion = models.CharField("目录预审意见", max_length=500, blank=True)
    issue = models.PositiveSmallIntegerField("版次", default=1, editable=False)
    medium = models.CharField("移交方式", max_length=10, choices=Medium, default=Medium.ONLINE)
    is_foreign = models.BooleanField("由另一平台送来", default=False, editable=False)
    record_count = models.PositiveIntegerField("件数", default=0)
    payload_bytes = models.BigIntegerField("数据量（字节）", default=0)
    manifest_digest = models.CharField("移交信息包数字摘要", max_length=64, blank=True, db_collation="C")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人")
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    received_at = models.DateTimeField("签收时间", null=True)
    accepted_at = models.DateTimeField("接收时间", null=True)
    stored_at = models.DateTimeField("入库时间", null=True)
    # what was unchecked or without 定号 when handing over began (transfer/unready.py): the words that all four sign
    unready = models.JSONField(default=list, editable=False)
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

    @property
    def outcome(self) -> str:
        """How it came back, where it did: 已办结 alone says nothing of that."""
        if self.state == State.RETURNED or (self.state == State.CLOSED and self.accepted_at is None):
            return "整批退回"
        return "部分退回" if self.state == State.CLOSED and self.issue > 1 else ""

    @property
    def issued_no(self) -> str:
        """The number as list, register and package bear it: -v2 once they were issued anew (domain 9.4)."""
        return self.batch_no if self.issue == 1 else f"{self.batch_no}-v{self.issue}"

    def get_absolute_url(self) -> str:
        return reverse("transfer:batch", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.batch_no} · {self.unit.short_name} · {self.record_count} 件"


class BatchItem(models.Model):
    """One record in a batch, with the archive's verdict; a record is in one open batch at most.

    `record_version`, `digests` (SHA-256 of its files in their order) and the words beside them say what was packed: a
    later correction of the record touches neither the stored bag nor the pages of the batch. `attempt` counts how often
    the record has been offered, `answer` what the unit said of its last return. `is_listed` falls when the record
    leaves the list by itself (taken out, or returned and the list issued anew): `record_count` counts what is listed.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="items")
    record = models.ForeignKey(Record, models.PROTECT, related_name="batch_items")
    position = models.PositiveIntegerField()
    verdict = models.CharField("结论", max_length=10, choices=ItemVerdict, default=ItemVerdict.PENDING)
    findings = models.JSONField("检测发现", default=list)
    reason = models.CharField("退回理由", max_length=500, blank=True)
    field = models.CharField("应改字段", max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField("移交次数", default=1)
    answer = models.CharField("补正情况", max_length=500, blank=True)
    opening = models.CharField("到期开放意见", max_length=10, choices=OpeningOpinion, blank=True)
    opening_ground = models.CharField("开放意见依据", max_length=200, blank=True)
    disclosure = models.CharField("政府信息公开情况", max_length=15, choices=DisclosureState, blank=True)
    classification = models.CharField("密级变更情况", max_length=15, choices=ClassificationChange, blank=True)
    is_listed = models.BooleanField("在移交清单中", default=True, editable=False)
    title = models.CharField("打包时题名", max_length=500, blank=True, editable=False)
    archival_code = models.CharField("打包时档号", max_length=60, blank=True, editable=False, db_collation="C")
    retention_code = models.CharField("打包时期限", max_length=5, blank=True, editable=False)
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

    @property
    def field_shown(self) -> str:
        """What the archive named as the thing to mend, "" when nothing in particular."""
        return str(Record._meta.get_field(self.field).verbose_name) if self.field else ""

    @property
    def opening_told(self) -> str:
        """到期开放意见 with its ground."""
        return f"{self.get_opening_display()}{f'（{self.opening_ground}）' if self.opening_ground else ''}"

    @property
    def accompanied_by(self) -> list[tuple[str, str]]:
        """随附情况 in words; nothing while it is not filled in."""
        if not self.opening:
            return []
        return [
            ("到期开放意见", self.opening_told),
            ("政府信息公开情况", self.get_disclosure_display()), ("密级变更情况", self.get_classification_display()),
        ]  # fmt: skip

    @property
    def shown_title(self) -> str:
        return (self.title if self.archival_code else self.record.title).strip() or "（题名为空）"

    @property
    def shown_code(self) -> str:
        return self.archival_code or self.record.archival_code

    @property
    def shown_retention(self) -> str:
        """As it was packed; before, as the record is kept now."""
        if self.retention_code:
            return Retention(self.retention_code).label
        if "kept_as" in self.__dict__:
            self.record.kept_as = self.__dict__["kept_as"]
        return self.record.period_now


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
    verified_with = models.CharField("核验程序", max_length=80, blank=True)
    healed_at = models.DateTimeField("修复时间", null=True)
    healed_from = models.CharField("修复来源", max_length=20, blank=True)
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


class Signature(models.Model):
    """One name under the 登记表: a side's 填表人 or 审核人, over exactly what `digest` says (domain 9.13).

    It stands until the register is taken back, and is never removed.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side)
    role = models.CharField(max_length=10, choices=SignedAs)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post = models.CharField("岗位", max_length=80, blank=True)
    digest = models.CharField("登记表摘要", max_length=64, db_collation="C")
    signed_at = models.DateTimeField(default=timezone.now)
    void_at = models.DateTimeField("作废时间", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "side", "role"], condition=Q(void_at=None), name="register_signed_once"
            )
        ]

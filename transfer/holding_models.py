"""What the archive knows of its holding beside the batches: files read again, other accessions, media, space."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from files.models import StoredFile
from units.guarded import SealedQuerySet
from units.models import Unit

from .states import BackupWay, CopyState, FilePlace, MediumKind, MediumRole, MediumState, Source


class FileReading(models.Model):
    """What the last reading of a stored file said (domain 8.3, 12.5): one row a file, made at its first reading."""

    stored_file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=12, choices=CopyState)
    read_at = models.DateTimeField("最近读取")
    verified_at = models.DateTimeField("最近核验合格", null=True)
    verified_with = models.CharField("核验程序", max_length=80, blank=True)
    healed_at = models.DateTimeField("修复时间", null=True)
    healed_from = models.CharField("修复来源", max_length=120, blank=True)
    found = models.CharField("发现", max_length=500, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["read_at"], name="file_read_longest_ago")]


class AccessionQuerySet(SealedQuerySet):
    """接收登记 of other sources, media of an archive."""


class Accession(models.Model):
    """What came to the archive in another way than by a batch: 征集, 捐赠, 寄存, 购买, 馆藏补录 (practice 1; F-09).

    Everything is entered by hand and says so; 寄存 stays its owner's. Never changed: a wrong line is voided with the
    reason and entered anew.
    """

    AUDIT_TYPE = "accession"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="接收单位")
    source = models.CharField("来源", max_length=10, choices=Source)
    received_on = models.DateField("接收日期")
    number = models.CharField("登记号", max_length=40, db_collation="C")
    giver = models.CharField("来源单位或个人", max_length=120)
    title = models.CharField("内容", max_length=300)
    fonds_code = models.CharField("全宗号", max_length=20, blank=True, db_collation="C")
    years = models.CharField("年度", max_length=20, blank=True)
    category = models.CharField("门类", max_length=20, default="文书")
    retention = models.CharField("保管期限", max_length=20, blank=True)
    count = models.PositiveIntegerField("件数")
    bytes = models.BigIntegerField("数据量（字节）", default=0)
    codes = models.CharField("起止档号", max_length=130, blank=True, db_collation="C")
    place = models.CharField("存放位置", max_length=60, blank=True)
    paper_no = models.CharField("协议或凭证号", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    entered_at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    objects = AccessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["archive", "number"], name="accession_number_once"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="accession_void_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["archive", "-received_on", "-id"], name="accession_of_archive")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class StorageMedium(models.Model):
    """An offline medium with copies of packages (DA/T 99—2024; GB/T 18894—2016, A.2; Order 6 art. 12, 13).

    It is registered once it is written; what lies on it are `MediumContent` rows with the digests at that time.
    """

    AUDIT_TYPE = "medium"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="备份单位")
    number = models.CharField("载体编号", max_length=60, db_collation="C")
    kind = models.CharField("载体类型", max_length=10, choices=MediumKind)
    model = models.CharField("品牌、型号", max_length=80, blank=True)
    role = models.CharField("用途", max_length=10, choices=MediumRole)
    way = models.CharField("备份方式", max_length=12, choices=BackupWay, default=BackupWay.FULL)
    capacity_bytes = models.BigIntegerField("容量（字节）")
    place = models.CharField("存放位置", max_length=100)
    state = models.CharField("状态", max_length=10, choices=MediumState, default=MediumState.KEPT)
    state_reason = models.CharField("注销理由", max_length=200, blank=True)
    retired_at = models.DateTimeField("注销时间", null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="注销操作人"
    )
    written_on = models.DateField("刻录（写入）日期")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="操作者")
    entered_at = models.DateTimeField(default=timezone.now)

    objects = AccessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["archive", "number"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "number"], name="medium_number_once"),
            models.CheckConstraint(
                condition=Q(state="kept", state_reason="", retired_at=None)
                | (Q(state="retired", retired_at__isnull=False) & ~Q(state_reason="")),
                name="medium_retired_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("transfer:medium", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.get_kind_display()} · {self.get_role_display()} · {self.place}"


class MediumContent(models.Model):
    """One part of a package on a medium, with its digest as it was written."""

    medium = models.ForeignKey(StorageMedium, models.PROTECT, related_name="contents")
    part = models.ForeignKey("transfer.PackagePart", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_collation="C")
    bytes = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ["medium", "pk"]
        constraints = [models.UniqueConstraint(fields=["medium", "part"], name="part_once_a_medium")]


class MediumCheck(models.Model):
    """A medium looked at: by the program, file by file, or by a person, who says so. Only ever added."""

    medium = models.ForeignKey(StorageMedium, models.PROTECT, related_name="checks")
    checked_on = models.DateField("检测日期")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检测人")
    program = models.CharField("检测程序", max_length=80, blank=True)  # "" when a person looked without one
    looked_at = models.PositiveIntegerField("抽检数")
    wrong = models.PositiveIntegerField("不合格数", default=0)
    medium_result = models.CharField("载体检测结果", max_length=200)
    data_result = models.CharField("数据检测结果", max_length=500)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["medium", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(wrong__lte=models.F("looked_at")), name="medium_wrong_of_looked")
        ]


class StorePlace(models.Model):
    """A place where bytes are kept, as the object of what is said about its space (E-11; F-14)."""

    AUDIT_TYPE = "space"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.CharField("位置", max_length=10, choices=FilePlace, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_place_display()}空间不足"

    def get_absolute_url(self) -> str:
        return reverse("transfer:holding", args=["space"])

    def task_detail(self) -> str:
        return "可用空间低于限度，应扩容或者迁移"


class SpaceReading(models.Model):
    """What a place had free at a moment. Only ever added."""

    place = models.ForeignKey(StorePlace, models.PROTECT, related_name="readings")
    measured_at = models.DateTimeField("测量时间", default=timezone.now)
    total_bytes = models.BigIntegerField("总容量")
    free_bytes = models.BigIntegerField("可用")

    class Meta:
        default_permissions = ()
        ordering = ["place", "-measured_at"]
        indexes = [models.Index(fields=["place", "-measured_at"], name="space_newest")]

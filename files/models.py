"""Bytes kept once under their digest, and which of them are public and when; the rooms above refer to them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from units.models import Unit

from .querysets import PublicationQuerySet


class StoredFile(models.Model):
    """Bytes kept once under their SHA-256, whoever refers to them; rows are only ever added."""

    sha256 = models.CharField(max_length=64, unique=True, db_collation="C")
    sm3 = models.CharField(max_length=64, null=True, db_collation="C")
    crc32 = models.BigIntegerField()
    bytes = models.BigIntegerField()
    format_id = models.CharField("格式", max_length=30, blank=True)
    mime = models.CharField(max_length=100, blank=True)
    pages = models.PositiveIntegerField("页数", null=True)
    findings = models.JSONField("检测结果", default=list)
    examined_with = models.CharField("检测工具版本", max_length=40, blank=True)
    scanned_with = models.CharField("查毒工具版本", max_length=80, blank=True)  # "" is 未查毒, never "passed"
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        """Name inside the file store."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"

    @property
    def scan_shown(self) -> str:
        """已查毒 by whom, or 未查毒: what nobody looked at is not passed."""
        return f"已查毒（{self.scanned_with}）" if self.scanned_with else "未查毒"


class Erasure(models.Model):
    """The bytes of a file were destroyed, and came again (`revived_at`) or not."""

    stored_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="erasures")
    bytes = models.BigIntegerField()
    erased_at = models.DateTimeField("销毁时间", default=timezone.now)
    revived_at = models.DateTimeField("重新存入时间", null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["stored_file"], condition=Q(revived_at=None), name="erased_once_at_a_time")
        ]


class Publication(models.Model):
    """One time of being public of a record or a current document: from when, until when, why, with which files.

    What is public is the set of open rows and nothing else: portal, search and public folder read them. `seq` is the
    place of the row's last change (opening or closing) among all, given at commit (files/sql/publication.sql).
    """

    class Kind(models.TextChoices):
        RECORD = "record", "开放档案"
        CURRENT = "current", "现行文件"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    object_uid = models.UUIDField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("公开时间", default=timezone.now)
    closed_at = models.DateTimeField("停止公开时间", null=True)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    reason = models.CharField("公开理由", max_length=200)
    withdrawal_reason = models.CharField("停止公开的公开说明", max_length=200, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["object_uid"], condition=Q(closed_at=None), name="publication_open_once"),
            models.CheckConstraint(condition=Q(kind__in=("record", "current")), name="publication_kind_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, withdrawal_reason="")
                | (Q(closed_at__gte=F("opened_at")) & ~Q(withdrawal_reason="")),
                name="publication_closed_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-opened_at", "-id"], condition=Q(closed_at=None), name="publication_newest"),
            models.Index(fields=["object_uid", "-opened_at"], name="publication_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.object_uid}"


class PublicationFile(models.Model):
    """A file that citizens read while its publication is open; `uid` is its public address."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    stored_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=255)
    role = models.CharField("稿本", max_length=15)
    seq = models.PositiveSmallIntegerField("顺序")
    pages = models.PositiveIntegerField("页数", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["publication", "seq"]
        constraints = [models.UniqueConstraint(fields=["publication", "seq"], name="publication_file_seq_once")]
        indexes = [models.Index(fields=["uid"], name="publication_file_address")]

    def __str__(self) -> str:
        return self.name

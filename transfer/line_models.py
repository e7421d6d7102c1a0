"""Packages on the line between two installations: who is connected, what goes out, what comes in (design section 7)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models import Unit
from units.stateful import Stateful

from .querysets import LineQuerySet
from .states import ARRIVAL_OPEN, CONSIGNMENT_OPEN, ArrivalState, ConsignmentState


class Peer(models.Model):
    """对接平台: another installation, known by its public key; whose packages it may bring is said unit by unit.

    Never changed but by its calls: another key or address is another row, this one is ended. `refused_calls` and
    `verified_at` are what DA/T 92—2022 (item 9) asks of an interface.
    """

    AUDIT_TYPE = "peer"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("平台名称", max_length=100)
    address = models.URLField("地址", max_length=300, blank=True)
    public_key = models.CharField("公钥", max_length=44, db_collation="C")
    fingerprint = models.CharField("密钥指纹", max_length=64, db_collation="C")
    units = models.ManyToManyField(Unit, blank=True, related_name="peers", verbose_name="可代为移交的单位")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    added_at = models.DateTimeField("登记时间", default=timezone.now)
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField("最近核验通过", null=True)
    refused_calls = models.PositiveIntegerField("被拒请求", default=0)
    refused_at = models.DateTimeField("最近被拒", null=True)
    refused_for = models.CharField("最近被拒原因", max_length=300, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["ended_at", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], condition=Q(ended_at=None), name="peer_key_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint_shown(self) -> str:
        """In groups of eight, as two people compare it over the telephone."""
        return " ".join(self.fingerprint[place : place + 8] for place in range(0, 64, 8))

    @property
    def units_shown(self) -> str:
        return "、".join(unit.short_name for unit in self.units.all())


class PeerNonce(models.Model):
    """A number used once: a request that was heard is not heard again. Removed when its time would be refused."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=64, db_collation="C")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["peer", "nonce"], name="peer_nonce_once")]


class Consignment(Stateful):
    """外送: a package on its way to another installation; `batch` is empty for one that a command sent from a folder.

    `findings` are the other side's reasons (item, rule, path, message), `receipts` its signed papers, as it gave them.
    """

    AUDIT_TYPE = "consignment"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ConsignmentState, default=ConsignmentState.SENDING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    batch = models.ForeignKey("transfer.Batch", models.PROTECT, null=True, related_name="consignments")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="consignments", verbose_name="对接平台")
    name = models.CharField("批次号", max_length=60)
    digest = models.CharField("移交信息包数字摘要", max_length=64, db_collation="C")
    record_count = models.PositiveIntegerField("件数", default=0)
    bytes = models.BigIntegerField("数据量（字节）", default=0)
    there = models.BigIntegerField("对方已有（字节）", default=0)
    arrival = models.UUIDField("对方编号", null=True)
    cause = models.CharField("原因", max_length=500, blank=True)
    findings = models.JSONField("对方检测发现", default=list)
    receipts = models.JSONField("对方回执", default=list)
    stop_asked_at = models.DateTimeField("要求取消", null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="送出人")
    made_at = models.DateTimeField("开始", default=timezone.now)
    asked_at = models.DateTimeField("最近询问", null=True)
    ended_at = models.DateTimeField("结束", null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["peer", "digest"], condition=Q(state__in=CONSIGNMENT_OPEN), name="consignment_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}送{self.peer.name}"

    @property
    def is_open(self) -> bool:
        return self.state in CONSIGNMENT_OPEN

    @property
    def percent(self) -> int:
        return min(100, self.there * 100 // self.bytes) if self.bytes else 0


class Arrival(Stateful):
    """来包: what another installation has announced, and how far it has come. Its bytes lie in a folder of its own.

    `parts`: [{name, bytes, sha256, chunks: [sha256 …]}], each chunk `chunk_bytes` long but the last of a part.
    """

    AUDIT_TYPE = "arrival"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=ArrivalState, default=ArrivalState.OPEN, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="arrivals")
    batch_uid = models.UUIDField()
    name = models.CharField("批次号", max_length=60)
    sender = models.CharField("移交单位代码", max_length=20, db_collation="C")
    digest = models.CharField("移交信息包数字摘要", max_length=64, db_collation="C")
    record_count = models.PositiveIntegerField("件数")
    bytes = models.BigIntegerField("数据量（字节）")
    chunk_bytes = models.PositiveIntegerField()
    parts = models.JSONField()
    batch = models.ForeignKey("transfer.Batch", models.PROTECT, null=True, related_name="arrivals")
    cause = models.CharField("原因", max_length=500, blank=True)
    findings = models.JSONField("检测发现", default=list)
    announced_at = models.DateTimeField("通知时间", default=timezone.now)
    heard_at = models.DateTimeField("最近收到", default=timezone.now)
    ended_at = models.DateTimeField("结束", null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-announced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["peer", "digest"], condition=Q(state__in=ARRIVAL_OPEN), name="arrival_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peer.name}来包{self.name}"

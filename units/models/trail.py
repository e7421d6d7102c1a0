"""What was done, by whom, and the chain over it."""

import uuid

from django.db import models
from django.db.models import Func
from django.utils import timezone

from ..querysets import AuditEventQuerySet
from .people import Unit, User

SYSTEM_POST = "系统"  # in the place of a post: the system holds none


class TransactionId(models.Field):
    """PostgreSQL's xid8: which transaction wrote the row."""

    def db_type(self, connection) -> str:
        return "xid8"


class AuditEvent(models.Model):
    """One act. Names are kept as text beside the keys; rows are only ever added (domain 12.3)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("时间", default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField("人员", max_length=60)
    post = models.CharField("岗位", max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField("单位", max_length=100, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    verb = models.CharField("行为代码", max_length=40)
    label = models.CharField("行为", max_length=40)
    object_type = models.CharField("对象类型", max_length=20)
    object_uid = models.UUIDField("对象标识", null=True)
    object_label = models.CharField("对象", max_length=500, blank=True)
    before = models.CharField("原状态", max_length=30, blank=True)
    after = models.CharField("新状态", max_length=30, blank=True)
    opinion = models.TextField("意见", blank=True)
    detail = models.JSONField("明细", default=dict)
    succeeded = models.BooleanField("成功", default=True)
    txid = TransactionId(db_default=Func(function="pg_current_xact_id"), editable=False)  # outside the digest

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["object_uid", "id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["unit", "-id"], name="audit_unit"),
            models.Index(fields=["at", "id"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.label} {self.object_label}"

    @property
    def seat_shown(self) -> str:
        """For which unit and in which post; "" for the system, whose event bears the unit of what it worked on."""
        return "" if self.post == SYSTEM_POST else f"{self.unit_name} {self.post}".strip()


class AuditLink(models.Model):
    """The chain over the events, written by a deferred trigger at commit (units/sql/audit.sql)."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    event_uid = models.UUIDField()
    digest = models.BinaryField()

    class Meta:
        default_permissions = ()


class AccessLog(models.Model):
    """Views and downloads, partitioned by month (units/sql/access_log.sql); never part of the chain."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45)
    act = models.CharField(max_length=20)
    object_type = models.CharField(max_length=20)
    object_uid = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "units_accesslog"
        default_permissions = ()

"""Sending between units and beyond: each dispatch, what waits for a consent, bodies outside and what went to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import AddresseeKind, DispatchKind, Disposal, SendingWay
from .document import Document
from .parts import Rendition


class OutsideBody(models.Model):
    """A body that is not on the platform, as one unit keeps it: name and way of sending."""

    AUDIT_TYPE = "outside_body"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="outside_bodies")
    name = models.CharField("名称", max_length=200)
    short_name = models.CharField("简称", max_length=60, blank=True)
    way = models.CharField("寄送方式", max_length=10, choices=SendingWay, default=SendingWay.EXCHANGE)
    address = models.CharField("地址、传真号或交换箱号", max_length=200, blank=True)
    contact = models.CharField("联系人和电话", max_length=60, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    retired_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], condition=Q(retired_at=None), name="outside_body_once")
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:outside_body", args=[self.uid])


class Dispatch(models.Model):
    """One sending of a document (docs/rules/exchange.md): the first, a later one to more receivers, or that of a 更正件.

    `rendition` is the page that these receivers got. `consented_by` is who agreed to it beyond the approved scope.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="dispatches")
    kind = models.CharField("性质", max_length=12, choices=DispatchKind)
    reason = models.CharField("理由", max_length=500, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rendition = models.ForeignKey(Rendition, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=DispatchKind.INITIAL) | ~Q(reason=""), name="dispatch_later_has_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class DispatchRequest(models.Model):
    """补发 beyond the approved scope: asked of who signed; nothing is sent before he agrees. Task.step_uid is its uid.

    `answer` is his, or why the asker withdrew it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="dispatch_requests")
    units = models.ManyToManyField(Unit, related_name="+")
    names = models.JSONField("区外单位", default=list)  # names of bodies outside
    reason = models.CharField("理由", max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_agreed = models.BooleanField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    answer = models.CharField("答复", max_length=2000, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, is_agreed=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_agreed__isnull=False, withdrawn_at=None),
                name="dispatch_request_decided_whole",
            )
        ]

    @property
    def wanted(self) -> str:
        """Whom it is to reach, in words; reads `units`."""
        return "、".join([*(unit.short_name for unit in self.units.all()), *self.names])


class OutsideDelivery(models.Model):
    """What went, or has to go, to a body outside; noted by hand when it was sent."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="outside_deliveries")
    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="outside_deliveries")
    body = models.ForeignKey(OutsideBody, models.PROTECT, null=True, related_name="+")
    name = models.CharField("名称", max_length=200)
    kind = models.CharField(max_length=5, choices=AddresseeKind)
    way = models.CharField("寄送方式", max_length=10, choices=SendingWay, blank=True)
    sent_on = models.DateField("寄出日期", null=True)
    carrier = models.CharField("经办人、交接单或邮件号", max_length=100, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["document", "kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["dispatch", "name"], name="outside_delivery_once")]

    def __str__(self) -> str:
        return self.name


class OriginalDisposal(models.Model):
    """What a receiver did with an original that a 更正件 replaced."""

    delivery = models.OneToOneField(Document, models.PROTECT, related_name="disposal")
    how = models.CharField("原件处理", max_length=10, choices=Disposal)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField("备注", max_length=500, blank=True)

    class Meta:
        default_permissions = ()

"""The number book (发文字号登记) and the years that were closed (关号)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.guarded import SealedQuerySet
from units.models import Unit

from .document import Document


class NumberEntry(models.Model):
    """One number ever taken of a series (机关代字, year): which document, when, by whom; never given again.

    A number is voided with its document, for another one of the same document, or because a signature fell and the
    next one belongs into another series; its row stays (domain 1.4).
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    prefix = models.CharField("机关代字", max_length=20, db_collation="C")
    year = models.PositiveSmallIntegerField("年度")
    seq = models.PositiveIntegerField("序号")
    number = models.CharField("发文字号", max_length=60, db_collation="C")
    document = models.ForeignKey(Document, models.PROTECT, related_name="numbers")
    taken_at = models.DateTimeField("编号时间", default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编号人")
    voided_at = models.DateTimeField("作废时间", null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="作废人"
    )
    void_reason = models.CharField("作废理由", max_length=500, blank=True)

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year", "seq"], name="number_taken_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(voided_at=None), name="number_in_force_once_per_document"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="number_voided_by_somebody_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["unit", "taken_at", "id"], name="number_of_unit")]

    def __str__(self) -> str:
        return self.number


class NumberClosing(models.Model):
    """关号: from here on nothing is numbered into the year any more (practice 1)."""

    AUDIT_TYPE = "number_closing"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    closed_at = models.DateTimeField("关号时间", default=timezone.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="关号人")

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="number_closing_once")]

    def __str__(self) -> str:
        return f"{self.unit.short_name}{self.year}年发文字号"

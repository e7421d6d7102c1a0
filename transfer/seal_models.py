"""印章 on the 登记表: asked of the keeper of each side's seal when four names stand under it (domain 9.13)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from documents.models import Sealing, UnitSeal
from files.models import StoredFile
from units.models import Unit

from .querysets import LineQuerySet
from .states import Side


class RegisterSeal(models.Model):
    """One side's seal on a batch's register: asked for, and put (`at`) on the file as the other side left it.

    `stored_file` is the register with this seal on it, `before` the digest of the bytes under it. It stands until the
    register is taken back, and is never removed.
    """

    AUDIT_TYPE = "seal_asked"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey("transfer.Batch", models.PROTECT, related_name="seals")
    side = models.CharField(max_length=10, choices=Side)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="用印单位")
    asked_at = models.DateTimeField("送请用印时间", default=timezone.now)
    seal = models.ForeignKey(UnitSeal, models.PROTECT, null=True, related_name="+", verbose_name="印章")
    stored_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    certificate = models.CharField("证书序列号", max_length=64, blank=True, db_collation="C")
    before = models.CharField("用印前摘要", max_length=64, blank=True, db_collation="C")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="监印人")
    at = models.DateTimeField("用印时间", null=True)
    use = models.OneToOneField(Sealing, models.PROTECT, null=True, related_name="+")  # its line in 用印登记簿
    void_at = models.DateTimeField("作废时间", null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "side"], condition=Q(void_at=None), name="register_sealed_once_a_side"
            ),
            models.CheckConstraint(
                condition=Q(at=None, seal=None, stored_file=None, by=None, use=None)
                | Q(
                    at__isnull=False, seal__isnull=False, stored_file__isnull=False, by__isnull=False, use__isnull=False
                ),
                name="register_seal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"电子档案移交接收登记表用印：{self.batch.name}"

    def get_absolute_url(self) -> str:
        return reverse("transfer:register_seal", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.batch.issued_no} · {self.get_side_display()}印章"

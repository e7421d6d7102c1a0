"""Seals of units, the bodies that issue a document together, and every seal that was put on one."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from files.models import StoredFile
from units.guarded import GuardedQuerySet
from units.models import Unit
from units.stateful import Stateful

from ..states import SealState
from .document import Document
from .parts import Rendition


class UnitSeal(Stateful):
    """印章 of a unit in its seal keeper's charge: the picture as pure ink, since when, by which paper (practice 1).

    `uploaded` is the picture as it was brought; a 样章 of the practice district has none. With a `holder` it is his
    签名章 in this unit, of a person who signs orders, and `diameter` its width (documents/name_stamps.py).
    """

    AUDIT_TYPE = "seal"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="seals")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签名章所属人"
    )
    holder_title = models.CharField("职务", max_length=40, blank=True)
    name = models.CharField("印章名称", max_length=100)
    approval_number = models.CharField("启用文号", max_length=60)
    enabled_on = models.DateField("启用日期")
    diameter = models.DecimalField(
        "直径（毫米）", max_digits=3, decimal_places=1,
        validators=[MinValueValidator(Decimal(30)), MaxValueValidator(Decimal(45))],
    )  # fmt: skip
    imprint = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="印模")
    uploaded = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    is_specimen = models.BooleanField("样章", default=False)
    state = models.CharField("状态", max_length=12, choices=SealState, default=SealState.IN_USE, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("停用、缴销时间", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    ended_reason = models.CharField("停用、缴销原因", max_length=500, blank=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["unit", "-registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state=SealState.IN_USE, holder=None), name="seal_in_use_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "holder"],
                condition=Q(state=SealState.IN_USE, holder__isnull=False),
                name="name_stamp_in_use_once",
            ),
            models.CheckConstraint(
                condition=Q(holder=None, holder_title="") | (Q(holder__isnull=False) & ~Q(holder_title="")),
                name="name_stamp_has_a_title",
            ),
            models.CheckConstraint(
                condition=Q(diameter__gte=30, diameter__lte=45), name="seal_diameter_as_ruled"  # 国发〔1999〕25号
            ),
            models.CheckConstraint(
                condition=Q(is_specimen=True, uploaded=None) | Q(is_specimen=False, uploaded__isnull=False),
                name="seal_has_its_picture",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:seal", args=[self.uid])


class Issuer(models.Model):
    """One of the bodies in whose names a document goes out, the hosting unit at position 0 (practice 2.1, 联合发文).

    A document of one unit has a row only when another unit's seal is put in its stead (代章): `seal_unit` and the
    written authority for it. `signatory` signed for a unit that is asked beside the host.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="issuers")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seal_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="代章单位")
    seal_authority = models.CharField("代章依据", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "unit"], name="issuer_once"),
            models.UniqueConstraint(fields=["document", "position"], name="issuer_position_once"),
            models.CheckConstraint(
                condition=Q(seal_unit=None, seal_authority="") | (Q(seal_unit__isnull=False) & ~Q(seal_authority="")),
                name="issuer_seal_of_another_with_authority",
            ),
        ]

    def __str__(self) -> str:
        return self.unit.name

    @property
    def signature(self) -> str:
        """发文机关署名 as it is printed."""
        return f"{self.unit.name}（代章）" if self.seal_unit_id else self.unit.name

    @property
    def sealed_by(self) -> Unit:
        """Whose seal is put, and whose keeper puts it."""
        return self.seal_unit or self.unit


class Sealing(models.Model):
    """One use of a seal, only ever added: the bytes before and after, whose seal, by whom, which certificate.

    On a document, or on another paper of the unit (移交接收登记表): then `subject` and `title` say on what, `approved_by`
    and `brought_by` who answers for it (practice 2.1, 用印登记簿).
    """

    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="sealings")
    rendition = models.OneToOneField(Rendition, models.PROTECT, null=True, related_name="sealing")
    subject = models.CharField("事由", max_length=60, blank=True)
    title = models.CharField("标题", max_length=300, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    for_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    seal = models.ForeignKey(UnitSeal, models.PROTECT, related_name="sealings")
    authority = models.CharField("代章依据", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()  # of the signature that it stands on, from 0
    field = models.CharField(max_length=20)
    certificate = models.CharField("证书序列号", max_length=64, db_collation="C")
    before = models.CharField("用印前摘要", max_length=64, db_collation="C")
    after = models.CharField("用印后摘要", max_length=64, db_collation="C")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("用印时间", default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        indexes = [models.Index(fields=["after"], name="sealing_of_bytes")]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, rendition__isnull=False, subject="", title="")
                | Q(document=None, rendition=None) & ~Q(subject="") & ~Q(title=""),
                name="sealing_is_on_one_paper",
            )
        ]

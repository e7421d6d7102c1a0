"""The paper beside the files: boxes (盒), which item lies in which, stock checks (清点), and who needs no paper."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import Retention, Spine
from .fonds import Fonds
from .record import Record


class SingleSet(models.Model):
    """单套制 of a unit, as 区档案局 approved it (Order 6 of 2018, art. 7; domain E-07).

    Items of `from_year` and later owe no paper; those filed after it was ended owe it again.
    """

    AUDIT_TYPE = "single_set"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="single_sets")
    approval = models.CharField("批准文号", max_length=100)
    approved_on = models.DateField("批准日期")
    from_year = models.PositiveSmallIntegerField("自哪一年度起")
    scope = models.CharField("范围", max_length=200, default="全部文书档案")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField("终止日期", null=True)
    ended_because = models.CharField("终止理由", max_length=200, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_on=None), name="single_set_once"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_because="") | Q(ended_on__gte=F("approved_on")),
                name="single_set_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name}单套制（{self.approval}）"


class Box(models.Model):
    """档案盒: items of one year, period and class; its number runs through a unit's year and period (domain 3.9).

    `note`, who arranged and who checked are the 备考表's.
    """

    AUDIT_TYPE = "box"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="boxes")
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    retention_code = models.CharField("保管期限", max_length=5, choices=Retention)
    class_code = models.CharField("机构（问题）代码", max_length=3, blank=True, db_collation="C")
    number = models.PositiveIntegerField("盒号")
    spine_mm = models.PositiveSmallIntegerField("盒脊厚度", choices=Spine)
    shelf = models.CharField("存放位置", max_length=60, blank=True)
    note = models.CharField("盒内文件情况说明", max_length=800, blank=True)
    arranged_by = models.CharField("整理人", max_length=40, blank=True)
    arranged_on = models.DateField("整理日期", null=True)
    checked_by = models.CharField("检查人", max_length=40, blank=True)
    checked_on = models.DateField("检查日期", null=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "retention_code", "number"], name="box_number_once"),
            models.CheckConstraint(condition=Q(spine_mm__in=Spine.values), name="box_of_a_known_size"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年 {self.get_retention_code_display()} 第{self.number}盒"

    @property
    def note_told(self) -> str:
        """备考表 in a word: what is in the box the system writes by itself; who arranged and checked it, and when, only
        people can say."""
        left = [
            label if not by else f"{label[:2]}日期"
            for label, by, on in (
                ("整理人", self.arranged_by, self.arranged_on), ("检查人", self.checked_by, self.checked_on),
            )
            if not (by and on)
        ]  # fmt: skip
        return f"情况说明已写，待填{'、'.join(left)}" if left else "已填"

    def get_absolute_url(self) -> str:
        return reverse("archive:box", args=[self.uid])


class BoxItem(models.Model):
    """In which box an item's paper lies (None: taken out again); its thickness is that of the day it was put in."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="boxed")
    box = models.ForeignKey(Box, models.PROTECT, null=True, related_name="items")
    thickness_mm = models.DecimalField("厚度", max_digits=7, decimal_places=2)

    class Meta:
        default_permissions = ()


class SuppliedPaper(models.Model):
    """The paper of an item that had gone over as files: how it came to the archive, when, who took it there.

    A row said by mistake is withdrawn with the reason, never deleted.
    """

    class How(models.TextChoices):
        MADE_UP = "made_up", "补制后移交"
        WITH_PAPER = "with_paper", "随纸质档案移交"

    record = models.ForeignKey(Record, models.PROTECT, related_name="supplied")
    how = models.CharField("补交方式", max_length=10, choices=How)
    handed_on = models.DateField("移交日期")
    received_by = models.CharField("接收人", max_length=60)
    pages = models.PositiveIntegerField("纸质页数", null=True)  # where it has other pages than the files
    remark = models.CharField("备注", max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.CharField("撤销理由", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(withdrawn_at=None), name="paper_supplied_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="supplied_paper_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handed_on} {self.get_how_display()}，接收人{self.received_by}"


class StockCheck(models.Model):
    """One 清点, kept as it was: which codes were found, missing, strange and doubled, by whom and when."""

    AUDIT_TYPE = "stock_check"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="stock_checks")
    box = models.ForeignKey(Box, models.PROTECT, null=True, related_name="stock_checks")
    scope = models.CharField("清点范围", max_length=100)
    expected = models.PositiveIntegerField("应有")
    found = models.JSONField("在位", default=list)
    missing = models.JSONField("缺失", default=list)
    lent = models.JSONField("借出", default=list)  # [档号, borrower and until when]: not missing
    strange = models.JSONField("不属本范围", default=list)
    doubled = models.JSONField("重复", default=list)
    outdated = models.JSONField("旧档号", default=list)  # [档号 on the paper, what to do]: counted under the new one
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("清点时间", default=timezone.now)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "-checked_at", "-id"], name="stock_check_of_unit")]

    def __str__(self) -> str:
        return f"清点 {self.scope}"

    def get_absolute_url(self) -> str:
        return reverse("archive:stock_check", args=[self.uid])

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.strange or self.doubled)

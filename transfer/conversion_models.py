"""格式转换 and 迁移 of what an archive keeps (GB/T 18894—2016, table A.3; domain 19.1, 19.3)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from archive.models import Component
from units.guarded import SealedQuerySet
from units.models import Unit
from units.stateful import Stateful

from .states import ConversionKind, ConversionState, ConvertedState, Method


class ConversionQuerySet(SealedQuerySet):
    """The register of conversions and migrations."""


def _person(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=label, editable=False
    )


def _moment(label: str) -> models.DateTimeField:
    return models.DateTimeField(label, null=True, editable=False)


class ConversionMigration(Stateful):
    """One undertaking through its eight steps, one line of the register; its end prints table A.3.

    A conversion is carried out by the program and its figures are counted; of a migration (another medium, program or
    store, the same bytes) all figures are entered by hand, and say so.
    """

    AUDIT_TYPE = "conversion"
    STATE_FIELDS = ("state",)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ConversionState, default=ConversionState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位名称")
    number = models.CharField("登记号", max_length=20, db_collation="C")
    kind = models.CharField("管理类型", max_length=10, choices=ConversionKind)
    method = models.CharField("转换方法", max_length=10, choices=Method, blank=True)
    mandate = models.CharField("管理授权", max_length=200)
    department = models.CharField("责任部门", max_length=100)
    source = models.CharField("源格式或系统描述", max_length=300)
    target = models.CharField("目标格式或系统描述", max_length=300)
    need = models.CharField("需求确认", max_length=1000)
    risk = models.CharField("风险评估", max_length=1000)
    plan = models.CharField("实施方案", max_length=2000)
    proposed_by, proposed_at = _person("提请人"), _moment("提请时间")
    approved_by, approved_at = _person("批准人"), _moment("批准时间")
    approval = models.CharField("审批意见", max_length=500, blank=True, editable=False)
    trial = models.CharField("测试结果", max_length=2000, blank=True, editable=False)
    tried_by, tried_at = _person("测试人"), _moment("测试时间")
    operator = _person("操作者")
    started_at, finished_at = _moment("实施开始时间"), _moment("实施结束时间")
    before_count = models.PositiveIntegerField("操作前数量", null=True, editable=False)
    before_bytes = models.BigIntegerField("操作前字节数", null=True, editable=False)
    after_count = models.PositiveIntegerField("操作后数量", null=True, editable=False)
    after_bytes = models.BigIntegerField("操作后字节数", null=True, editable=False)
    result = models.CharField("完成情况", max_length=1000, blank=True, editable=False)
    evaluation = models.CharField("评估结论", max_length=1000, blank=True, editable=False)
    evaluated_by, evaluated_at = _person("评估人"), _moment("评估时间")
    report = models.CharField("实施报告", max_length=1000, blank=True, editable=False)
    filled_by, filled_at = _person("填表人"), _moment("填表时间")
    reviewed_by, reviewed_at = _person("审核人"), _moment("审核时间")
    backup = models.CharField("转换、迁移后的备份", max_length=500, blank=True, editable=False)
    backed_up_by, backed_up_at = _person("备份登记人"), _moment("备份登记时间")
    history = HistoricalRecords(related_name="changes")

    objects = ConversionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["archive", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "number"], name="conversion_number_once"),
            models.CheckConstraint(condition=Q(state__in=ConversionState.values), name="conversion_state_known"),
            models.CheckConstraint(
                condition=(Q(kind="convert") & ~Q(method="")) | Q(kind="migrate", method=""),
                name="conversion_has_its_method",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="conversion_by_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("filled_by")), name="conversion_reviewed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("transfer:conversion", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.source} → {self.target}"[:300]

    @property
    def is_conversion(self) -> bool:
        return self.kind == ConversionKind.CONVERT


class ConvertedItem(models.Model):
    """One file of an undertaking: what it was, what became of it, or why nothing did.

    `source_sha256` is what the file was registered with; it is read whole before and after the conversion.
    """

    conversion = models.ForeignKey(ConversionMigration, models.PROTECT, related_name="items")
    source = models.ForeignKey(Component, models.PROTECT, related_name="+")
    source_sha256 = models.CharField(max_length=64, db_collation="C")
    source_bytes = models.BigIntegerField()
    state = models.CharField("结果", max_length=10, choices=ConvertedState, default=ConvertedState.WAITING)
    made = models.OneToOneField(Component, models.PROTECT, null=True, related_name="+")
    made_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    made_bytes = models.BigIntegerField(null=True)
    cause = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["conversion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conversion", "source"], name="converted_once_an_undertaking"),
            models.CheckConstraint(
                condition=Q(state="done", made__isnull=False, cause="")
                | (Q(state="failed", made=None) & ~Q(cause=""))
                | Q(state="waiting", made=None),
                name="converted_says_what_became",
            ),
        ]
        indexes = [models.Index(fields=["conversion", "state"], name="converted_by_state")]

    def __str__(self) -> str:
        return self.source_sha256

"""鉴定: what is judged after its period, by whom, with which end; holds; what was destroyed (domain 4.6, 19.1)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from units.guarded import GuardedQuerySet
from units.models import Unit
from units.stateful import Stateful

from ..states import AppraisalState, GroupPart, Opinion, Prolonged
from .record import Record

USER = settings.AUTH_USER_MODEL


class Appraisal(Stateful):
    """One 鉴定 of a unit: its items, the group's opinions, the report, the approval, and how it ended.

    The three notes say what became of the copies (GB/T 18894—2016 table A.4): on line, off site, on media.
    """

    AUDIT_TYPE = "appraisal"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=AppraisalState, default=AppraisalState.DRAFTING, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appraisals", verbose_name="鉴定单位")
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="备案机关")
    number = models.CharField("鉴定编号", max_length=20, db_collation="C")
    due_on = models.DateField("到期截止日")
    report = models.TextField("鉴定报告", blank=True)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True)
    noted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField("备案时间", null=True)
    first_witness = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="监销人")
    second_witness = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="监销人")
    planned_on = models.DateField("计划销毁日", null=True)
    place = models.CharField("监销地点", max_length=100, blank=True)
    started_at = models.DateTimeField("销毁开始", null=True)
    finished_at = models.DateTimeField("销毁结束", null=True)
    operator = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="操作者")
    online_note = models.CharField("在线存储内容销毁说明", max_length=500, blank=True)
    offsite_note = models.CharField("异地容灾备份内容销毁说明", max_length=500, blank=True)
    offline_note = models.CharField("离线存储介质销毁说明", max_length=500, blank=True)
    paper_note = models.CharField("纸质件销毁方式", max_length=300, blank=True)
    arranged_digest = models.CharField("监销安排摘要", max_length=64, blank=True, db_collation="C")
    history = HistoricalRecords(related_name="changes")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="appraisal_number_once"),
            models.CheckConstraint(condition=Q(state__in=AppraisalState.values), name="appraisal_state_known"),
            models.CheckConstraint(
                condition=Q(first_witness=None, second_witness=None, planned_on=None, place="", arranged_digest="")
                | Q(first_witness__isnull=False, second_witness__isnull=False, planned_on__isnull=False)
                & ~Q(first_witness=F("second_witness"))
                & ~Q(place="")
                & ~Q(arranged_digest=""),
                name="supervision_arranged_whole",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-created_at", "-id"], name="appraisal_of_unit")]

    def __str__(self) -> str:
        return f"{self.number}号到期档案鉴定"

    def get_absolute_url(self) -> str:
        return reverse("archive:appraisal", args=[self.uid])

    def task_detail(self) -> str:
        return f"{self.unit.name}，{self.due_on:%Y-%m-%d} 以前到期"


class StandingMembers(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(removed_at=None)


class GroupMember(models.Model):
    """鉴定小组: leader in charge, office, archivist, business department (practice 1).

    Who has signed agrees to the opinions as they stand; who is excused is waited for no longer: the report says why.
    Who was named by mistake is taken out while it is drafted: `objects` and `appraisal.group` leave him out.
    """

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="group")
    person = models.ForeignKey(USER, models.PROTECT, related_name="+")
    part = models.CharField("身份", max_length=10, choices=GroupPart)
    signed_at = models.DateTimeField("签署时间", null=True)
    remark = models.CharField("签署意见", max_length=200, blank=True)
    excused_at = models.DateTimeField("免签时间", null=True)
    excused_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    excuse = models.CharField("免签理由", max_length=200, blank=True)
    removed_at = models.DateTimeField("移出时间", null=True)

    objects = StandingMembers()
    named = models.Manager()  # everybody who ever was

    class Meta:
        default_permissions = ()
        ordering = ["appraisal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "person"], name="group_member_once"),
            models.CheckConstraint(
                condition=Q(excused_at=None, excused_by=None, excuse="")
                | Q(excused_at__isnull=False, excused_by__isnull=False, signed_at=None) & ~Q(excuse=""),
                name="excused_with_reason",
            ),
            models.CheckConstraint(condition=Q(remark="") | Q(signed_at__isnull=False), name="remark_is_signed"),
        ]

    def said(self) -> str:
        """How far he is, as the page and the report tell it."""
        if self.excused_at is not None:
            return f"免签：{self.excuse}"
        if self.signed_at is None:
            return "待签署"
        return f"{timezone.localtime(self.signed_at):%Y-%m-%d} 签署{f'：{self.remark}' if self.remark else ''}"


class AppraisalItem(models.Model):
    """A record under appraisal and what the group says of it; open in one appraisal at most."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="items")
    record = models.ForeignKey(Record, models.PROTECT, related_name="appraised")
    position = models.PositiveIntegerField()
    opinion = models.CharField("鉴定意见", max_length=10, choices=Opinion, blank=True)
    prolonged = models.CharField("延长至", max_length=10, choices=Prolonged, blank=True)
    ground = models.CharField("理由", max_length=200, blank=True)
    given_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        ordering = ["appraisal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "record"], name="appraised_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(is_open=True), name="in_one_open_appraisal"),
            models.CheckConstraint(
                condition=Q(opinion="", ground="", given_by=None) | (~Q(ground="") & Q(given_by__isnull=False)),
                name="opinion_has_ground_and_giver",
            ),
            models.CheckConstraint(
                condition=Q(opinion=Opinion.PROLONG) & ~Q(prolonged="") | ~Q(opinion=Opinion.PROLONG) & Q(prolonged=""),
                name="prolonged_says_until",
            ),
        ]


class Supervision(models.Model):
    """监销: a person signs that he supervises; two different ones are needed.

    `digest` is that of the arrangement he signed for: place, day, way, witnesses and list. Under another it is void.
    """

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="supervisions")
    person = models.ForeignKey(USER, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField("所签安排摘要", max_length=64, db_collation="C")

    class Meta:
        default_permissions = ()
        ordering = ["pk"]


class SupervisionWithdrawal(models.Model):
    """撤回监销签字, or void by a change of the arrangement: it counts no more; both rows are only ever added."""

    supervision = models.OneToOneField(Supervision, models.PROTECT, related_name="withdrawal")
    is_voided = models.BooleanField("因安排更改作废", default=False)
    withdrawn_at = models.DateTimeField("撤回时间", default=timezone.now)

    class Meta:
        default_permissions = ()


class Prolongation(models.Model):
    """延长保管期限: kept until the end of `until` (None: for ever). The 档号 stays; only ever added."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="prolongations")
    item = models.OneToOneField(AppraisalItem, models.PROTECT, related_name="+")
    until = models.DateField("保管至", null=True)
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()


class Hold(models.Model):
    """冻结: while it lasts nobody destroys the record, no administrator either (archive/sql/disposal.sql)."""

    AUDIT_TYPE = "hold"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="holds")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.CharField("冻结理由", max_length=200)
    placed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField("冻结时间", default=timezone.now)
    lifted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField("解冻时间", null=True)
    lift_reason = models.CharField("解冻理由", max_length=200, blank=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(lifted_at=None), name="held_once"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__gte=F("placed_at")) & Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="hold_lifted_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"冻结（{self.reason}）"

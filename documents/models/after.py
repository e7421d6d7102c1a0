"""What is asked and told after a document has gone out or come in: 会议通知回执, 补录 of paper opinions, 督办, 值班."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from files.models import StoredFile
from units.guarded import GuardedQuerySet
from units.models import Unit

from ..states import OpinionWay, TelegramGrade
from .document import Document
from .parts import Opinion


class ReplyCall(models.Model):
    """The issuer asks every receiving unit for 会议通知回执 until `due_at` (practice 2.1 item 6); `most` persons a unit.

    `questions` of its own are [question, states.AnswerKind, must be answered] each; after 分发 they stay as sent.
    """

    document = models.OneToOneField(Document, models.PROTECT, related_name="reply_call")
    due_at = models.DateTimeField("回执截止")
    most = models.PositiveSmallIntegerField("每单位名额", null=True)
    note = models.CharField("回执要求", max_length=200, blank=True)
    questions = models.JSONField("所问事项", default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()


class MeetingReply(models.Model):
    """What one unit answered; rows are only ever added, the last one counts.

    `people` are [name, post, phone] each, in the unit's own order; `reason` says why nobody comes; `answers` are
    [question, answer] each, of the questions that the notice asks of who comes.
    """

    call = models.ForeignKey(ReplyCall, models.PROTECT, related_name="replies")
    delivery = models.ForeignKey(Document, models.PROTECT, related_name="meeting_replies")
    attends = models.BooleanField("参会")
    people = models.JSONField("参会人员", default=list)
    reason = models.CharField("请假原因", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    answers = models.JSONField("所问事项的回答", default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField("填报人", max_length=40)
    post = models.CharField("岗位", max_length=60)
    at = models.DateTimeField("填报时间", default=timezone.now)
    is_late = models.BooleanField("逾期", default=False)

    class Meta:
        default_permissions = ()
        ordering = ["call", "delivery", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attends=True, reason="") | (Q(attends=False, people=[], answers=[]) & ~Q(reason="")),
                name="meeting_reply_comes_or_says_why",
            )
        ]


class PaperOpinion(models.Model):
    """补录: an opinion given on paper or by telephone, entered by the clerk in the leader's name (practice 2.1 item 7).

    `proof` is the scan of the paper; the leader is told, and may object.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="on_paper")
    document = models.ForeignKey(Document, models.PROTECT, related_name="paper_opinions")
    way = models.CharField("方式", max_length=10, choices=OpinionWay)
    given_at = models.DateTimeField("签批时间")
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    proof_name = models.CharField("扫描件", max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("补录时间", default=timezone.now)
    objected_at = models.DateTimeField("提出异议时间", null=True)
    objection = models.CharField("异议", max_length=500, blank=True)
    settled_at = models.DateTimeField("异议了结时间", null=True)  # withdrawn by himself, or the entry taken back
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settlement = models.CharField("了结说明", max_length=500, blank=True)
    revoked = models.BooleanField("已撤销补录", default=False)

    # how one stands to which he may object, and one whose objection he may withdraw; of a row: `is_open`, `is_objected`
    OPEN = {"objected_at": None, "revoked": False}
    OBJECTED = {"objected_at__isnull": False, "settled_at": None}

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way=OpinionWay.PAPER) | Q(proof__isnull=False), name="paper_opinion_has_its_scan"
            )
        ]

    @property
    def shown(self) -> str:
        """Name in the face of the trail: 甲（纸质批示，乙补录）."""
        return self.opinion.name

    @property
    def is_open(self) -> bool:
        return self.objected_at is None and not self.revoked

    @property
    def is_objected(self) -> bool:
        return self.objected_at is not None and self.settled_at is None

    @property
    def is_withdrawn(self) -> bool:
        """He took his objection back himself; what the clerk revokes ends one that stands."""
        return self.settled_at is not None and self.settled_by_id == self.opinion.by_id


class ReceivedDetail(models.Model):
    """How a paper that was registered by hand came, beside what every registration has (practice 2.1 item 10)."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="received_detail")
    caller = models.CharField("来电人", max_length=60, blank=True)
    number = models.CharField("来电号码、传真号或邮箱", max_length=100, blank=True)
    received_at = models.DateTimeField("来电或收到时间", null=True)
    taken_by = models.CharField("记录人", max_length=40, blank=True)
    grade = models.CharField("电报等级", max_length=12, choices=TelegramGrade, blank=True)
    meeting = models.CharField("会议名称", max_length=200, blank=True)
    meeting_on = models.DateField("会议日期", null=True)

    class Meta:
        default_permissions = ()


class DutyDay(models.Model):
    """值班: who is on duty in a unit from the morning of `day` to the next morning (practice 2.1 item 11)."""

    AUDIT_TYPE = "duty"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duty_days")
    day = models.DateField("日期")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="值班员")
    phone = models.CharField("值班电话", max_length=40)
    note = models.CharField("备注", max_length=100, blank=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day", "person"], condition=Q(removed_at=None), name="duty_person_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["unit", "day"], condition=Q(removed_at=None), name="duty_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit.short_name} {self.day} 值班"


class Supervision(models.Model):
    """督办 of a received document: what is asked, and by when feedback is due (docs/rules/exchange.md)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="supervisions")
    demand = models.CharField("督办要求", max_length=500)
    due_at = models.DateTimeField("反馈时限")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="督办人")
    set_at = models.DateTimeField("督办时间", default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("办结反馈时间", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(ended_at=None), name="supervision_open_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="supervision_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(ended_at=None), name="supervision_open")]

    def __str__(self) -> str:
        return self.demand

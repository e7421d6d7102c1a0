"""开放审核: rounds of the archive, what was judged of each record at each stage, what the forming units said."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from files.models import Publication
from units.guarded import GuardedQuerySet
from units.models import Unit
from units.stateful import Stateful

from ..states import ConsultationState, EarlyGround, Ground, Proposal, RoundState, UnitOpinion
from .record import Record

USER = settings.AUTH_USER_MODEL
WAITING = (ConsultationState.ASKED, ConsultationState.SIGNING)


class OpeningRound(Stateful):
    """One 开放审核批次 of the archive; published, it is a 开放目录 with a number of its own (practice 2.2).

    Of each stage the person who closed it, or sent the round back from it, is kept beside the day on which it passed.
    """

    AUDIT_TYPE = "opening"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=12, choices=RoundState, default=RoundState.FIRST, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="opening_rounds", verbose_name="审核单位")
    number = models.CharField("批次号", max_length=20, db_collation="C")
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="编制人")
    created_at = models.DateTimeField("编制时间", default=timezone.now)
    first_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="初审人")
    first_at = models.DateTimeField("初审时间", null=True)
    second_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="复审人")
    second_at = models.DateTimeField("复审时间", null=True)
    final_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    final_at = models.DateTimeField("审定时间", null=True)
    release_no = models.CharField("开放目录编号", max_length=20, blank=True, db_collation="C")
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="公布人")
    published_at = models.DateTimeField("公布时间", null=True)
    history = HistoricalRecords(related_name="changes")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="opening_round_number_once"),
            models.UniqueConstraint(
                fields=["unit", "release_no"], condition=~Q(release_no=""), name="opening_release_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="opening_round_state_known"),
            models.CheckConstraint(
                condition=~Q(state=RoundState.PUBLISHED) | (~Q(release_no="") & Q(published_at__isnull=False)),
                name="opening_published_with_number",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-created_at", "-id"], name="opening_round_of_unit")]

    def __str__(self) -> str:
        return f"{self.number}号开放审核批次"

    def get_absolute_url(self) -> str:
        return reverse("archive:opening_round", args=[self.uid])

    def task_detail(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d} 编制"


class OpeningConsultation(Stateful):
    """The opinion that a forming unit is asked for on its records of one round, until `due_on`."""

    AUDIT_TYPE = "opinion"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=ConsultationState, default=ConsultationState.ASKED, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    round = models.ForeignKey(OpeningRound, models.PROTECT, related_name="consultations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="形成单位")
    archive = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="征求单位")
    due_on = models.DateField("答复期限")
    needs_leader = models.BooleanField("须单位领导审签", default=False)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="征求人")
    asked_at = models.DateTimeField("征求时间", default=timezone.now)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name="审签人")
    signed_at = models.DateTimeField("审签时间", null=True)
    history = HistoricalRecords(related_name="changes")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ConsultationState.values), name="opening_consultation_state_known"
            )
        ]
        indexes = [models.Index(fields=["unit", "-asked_at", "-id"], name="opening_consultation_of_unit")]

    def __str__(self) -> str:
        return f"{self.round.number}号开放审核征求{self.unit.short_name}意见"

    def get_absolute_url(self) -> str:
        return reverse("archive:opening_consultation", args=[self.uid])

    def task_detail(self) -> str:
        """While it waits the limit, then how it was answered: a task on the result asks for no answer."""
        return f"{self.due_on:%Y-%m-%d} 前答复" if self.state in WAITING else self.told

    @property
    def is_silent(self) -> bool:
        """The limit has passed without an answer."""
        late = self.state in WAITING and self.due_on < timezone.localdate()
        return late or self.state == ConsultationState.LAPSED

    @property
    def told(self) -> str:
        if self.is_silent:
            return f"期限 {self.due_on} 已过，未答复（不视为同意）"
        if self.state in WAITING:
            return f"{self.get_state_display()}，期限 {self.due_on}"
        answered = f" {timezone.localdate(self.answered_at)}" if self.answered_at else ""
        return f"{self.get_state_display()}{answered}"


class OpeningItem(models.Model):
    """A record in a round and what is proposed of it now; open in one round at most.

    `is_due` says whether its 25 years, or its postponement, had run out when it came in; `left_because` why it was
    taken out again; `publication` is what the round opened.
    """

    round = models.ForeignKey(OpeningRound, models.PROTECT, related_name="items")
    record = models.ForeignKey(Record, models.PROTECT, related_name="opening_items")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="形成单位")
    consultation = models.ForeignKey(OpeningConsultation, models.PROTECT, null=True, related_name="items")
    position = models.PositiveIntegerField("序号")
    is_due = models.BooleanField("已到期")
    proposal = models.CharField("审核意见", max_length=10, choices=Proposal, blank=True)
    until = models.DateField("延期至", null=True)
    ground = models.CharField("延期理由", max_length=20, choices=Ground, blank=True)
    early_ground = models.CharField("提前理由", max_length=20, choices=EarlyGround, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    judged_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    consent_no = models.CharField("区档案局同意文号", max_length=60, blank=True)
    consent_on = models.DateField("区档案局同意日期", null=True)
    publication = models.ForeignKey(Publication, models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField("审核中", default=True)
    left_because = models.CharField("退出理由", max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="opening_position_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(is_open=True), name="in_one_open_opening_round"),
            models.CheckConstraint(
                condition=Q(proposal=Proposal.POSTPONE, until__isnull=False) & ~Q(ground="")
                | ~Q(proposal=Proposal.POSTPONE) & Q(until=None, ground=""),
                name="opening_postponed_until_and_why",
            ),
            models.CheckConstraint(
                condition=Q(proposal=Proposal.EARLY) & ~Q(early_ground="")
                | ~Q(proposal=Proposal.EARLY) & Q(early_ground=""),
                name="opening_early_says_why",
            ),
            models.CheckConstraint(
                condition=Q(proposal="", judged_by=None) | ~Q(proposal="") & Q(judged_by__isnull=False),
                name="opening_judged_by_somebody",
            ),
        ]

    @property
    def why(self) -> str:
        """The ground in words, of a postponement or an early opening."""
        return self.get_ground_display() or self.get_early_ground_display()


class OpeningVerdict(models.Model):
    """What one person proposed of a record at one stage. Only ever added."""

    item = models.ForeignKey(OpeningItem, models.PROTECT, related_name="verdicts")
    stage = models.CharField("环节", max_length=12, choices=RoundState)
    proposal = models.CharField("审核意见", max_length=10, choices=Proposal)
    until = models.DateField("延期至", null=True)
    ground = models.CharField("理由", max_length=20, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["item", "pk"]


class OpeningOpinion(models.Model):
    """What the forming unit said of a record; the newest counts, all are kept. Only ever added."""

    item = models.ForeignKey(OpeningItem, models.PROTECT, related_name="opinions")
    consultation = models.ForeignKey(OpeningConsultation, models.PROTECT, related_name="opinions")
    opinion = models.CharField("意见", max_length=10, choices=UnitOpinion)
    ground = models.CharField("理由", max_length=20, choices=Ground, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["item", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opinion=UnitOpinion.OPEN, ground="") | Q(opinion=UnitOpinion.POSTPONE) & ~Q(ground=""),
                name="opening_opinion_against_says_why",
            )
        ]

"""Who is next: a unit's routes, and the run of a route on one document.

A route is data of the unit. At submission it is copied into a run, so that an edited route changes no running
document; steps of one position are parallel. Only documents/routing.py and retracing.py move a StepRun.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Department, Post, Unit
from units.roles import PostKind

from ..states import (
    URGENCIES_OF,
    Addressed,
    Direction,
    DocType,
    LimitUnit,
    RoutingDirection,
    RunOutcome,
    StepKind,
    StepResult,
    StepState,
    When,
)
from .document import Document
from .parts import Opinion, Rendition


class Condition(models.Model):
    """For which documents a route, or one step of it, is; empty is for all."""

    when = models.CharField("紧急程度", max_length=15, choices=When, blank=True)
    flow = models.CharField("行文方向", max_length=10, choices=RoutingDirection, blank=True)
    doc_type = models.CharField("文种", max_length=30, choices=DocType, blank=True)

    class Meta:
        abstract = True

    def applies(self, urgency: str, flow: str, doc_type: str = "") -> bool:
        """For such a document; `doc_type` "" is one of no kind that a condition names."""
        return urgency in URGENCIES_OF[When(self.when)] and self.flow in ("", flow) and self.doc_type in ("", doc_type)

    @property
    def condition_shown(self) -> str:
        """请示、特急、上行文; "" when it is for all."""
        kind = self.get_doc_type_display() if self.doc_type else ""
        urgency = self.get_when_display() if self.when else ""
        flow = f"{self.get_flow_display()}文" if self.flow else ""
        return "、".join(part for part in (kind, urgency, flow) if part)


class Route(Condition):
    """One version of a route: the order in which a unit's documents of one direction go from hand to hand.

    Versions share `line`; the one in force has no `superseded_at`, and a line without one is out of use. Name,
    conditions and steps of a version never change; `is_default` is a mark on the version in force.
    """

    AUDIT_TYPE = "route"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.UUIDField("路线标识", default=uuid.uuid4, editable=False, db_index=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="routes")
    direction = models.CharField(max_length=10, choices=Direction)
    name = models.CharField("名称", max_length=60)
    is_default = models.BooleanField(default=True)
    saved_at = models.DateTimeField("保存时间", default=timezone.now, editable=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    changes = models.JSONField("修改内容", default=list, editable=False)
    superseded_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "direction"],
                condition=Q(is_default=True, superseded_at=None),
                name="route_default_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "direction", "name"], condition=Q(superseded_at=None), name="route_name_once"
            ),
            models.UniqueConstraint(fields=["line", "version"], name="route_version_once"),
            models.UniqueConstraint(fields=["line"], condition=Q(superseded_at=None), name="route_in_force_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:route", args=[self.uid])


class Step(models.Model):
    """What a step of a route asks for, of whom and by when; the same on the unit's route and on a run."""

    position = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("环节", max_length=20, choices=StepKind)
    addressed = models.CharField("办理者", max_length=15, choices=Addressed, default=Addressed.POST)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    limit_value = models.PositiveSmallIntegerField("时限", null=True, blank=True)
    limit_unit = models.CharField("时限单位", max_length=15, choices=LimitUnit, default=LimitUnit.WORKING_DAYS)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.get_kind_display()


class RouteStep(Step, Condition):
    """One step of a unit's route; `unit` null is the document's own unit.

    `post` is the post a person or the people of a department are asked in, and who has the step when they are gone.
    The limits of urgent papers are hours of the clock (practice 1); without one the ordinary limit holds.
    """

    route = models.ForeignKey(Route, models.PROTECT, related_name="steps")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    post = models.CharField("岗位", max_length=20, choices=PostKind, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    urgent_hours = models.PositiveSmallIntegerField("加急时限", null=True, blank=True)
    extra_urgent_hours = models.PositiveSmallIntegerField("特急时限", null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["route", "position", "pk"]


class RouteRun(models.Model):
    """One way of a document along a route; a return or withdrawal ends it, the next submission begins another."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="runs")
    name = models.CharField("路线", max_length=60)
    route = models.ForeignKey(Route, models.PROTECT, null=True, editable=False, related_name="runs")  # the version
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField("结果", max_length=10, choices=RunOutcome, default=RunOutcome.UNDER_WAY)
    content_digest = models.CharField("送审稿摘要", max_length=64, blank=True, db_collation="C", editable=False)
    remark = models.TextField("送审说明", blank=True, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(ended_at=None), name="run_open_once_per_document")
        ]


class StepRun(Step):
    """One step of a run; a task carries its `uid`. `rendition` is what the person had on the screen.

    `reopened_by` is the return that put it in another's stead; `settled_by` of that other is the same return, and of a
    不同意 the 协调. Of a `department` everybody is asked until one has done it, `post` has it when nobody is left there.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(RouteRun, models.PROTECT, related_name="steps")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=StepState, default=StepState.AHEAD)
    result = models.CharField("结论", max_length=20, choices=StepResult, blank=True)
    due_at = models.DateTimeField("办理时限", null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rendition = models.ForeignKey(Rendition, models.PROTECT, null=True, related_name="+")
    reopened_by = models.ForeignKey(Opinion, models.PROTECT, null=True, related_name="+", verbose_name="因何退回")
    settled_by = models.ForeignKey(Opinion, models.PROTECT, null=True, related_name="+", verbose_name="分歧的协调结果")

    class Meta:
        default_permissions = ()
        ordering = ["run", "position", "pk"]

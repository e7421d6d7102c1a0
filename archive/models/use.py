"""利用申请: a person asks to consult what his posts do not reach; a grant ends by itself, or before its day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from units.guarded import GuardedQuerySet
from units.models import Unit
from units.roles import PostKind
from units.stateful import Stateful

from ..states import GIVEN, UseState
from .parts import RecordGrant


class UseRequest(Stateful):
    """One request to consult records of `unit`; `keeper` has them and decides.

    `wanted` are the asker's own words: he sees no title that he may not read. `grant` says which record he was given,
    from which day to which.
    """

    AUDIT_TYPE = "use"
    STATE_FIELDS = ("state",)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=UseState, default=UseState.ASKED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="立档单位")
    keeper = models.ForeignKey(Unit, models.PROTECT, related_name="use_requests", verbose_name="审批单位")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    asked_for = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="申请人单位")
    wanted = models.CharField("档号、文号或题名", max_length=300)
    purpose = models.CharField("利用目的", max_length=200)
    until = models.DateField("利用至")
    grant = models.OneToOneField(RecordGrant, models.PROTECT, null=True, related_name="request", editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decision = models.CharField("审批意见", max_length=300, blank=True, editable=False)
    history = HistoricalRecords(related_name="changes")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UseState.values), name="use_state_known"),
            models.CheckConstraint(
                condition=(Q(state__in=GIVEN) & Q(grant__isnull=False)) | (~Q(state__in=GIVEN) & Q(grant=None)),
                name="use_granted_has_grant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wanted}（{self.unit.short_name}）"

    def get_absolute_url(self) -> str:
        return reverse("archive:use", args=[self.uid])

    @property
    def deciding_posts(self) -> list[str]:
        """Of the keeper: the unit's archivist, or 区档案馆's 开放审核; of 区档案馆's own, both decide."""
        is_own = self.keeper_id == self.unit_id
        return [PostKind.ARCHIVIST] * is_own + [PostKind.APPRAISER] * (self.keeper.is_archive or not is_own)

    @property
    def deciders_shown(self) -> str:
        return "、".join(f"{self.keeper.short_name}{PostKind(post).label}" for post in self.deciding_posts)

    def task_detail(self) -> str:
        return f"{self.asked_for.short_name} {self.asked_by.name} · 利用至 {self.until}"

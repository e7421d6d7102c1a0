"""What hangs on a record: its files, its links to other records, and who may read it for a while."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from files.models import StoredFile

from ..querysets import CurrentComponents, GrantQuerySet
from ..states import Role
from .record import Record


class Component(models.Model):
    """A computer file inside a record; bytes are shared by digest, the row is the record's own.

    A component is replaced by a new row, never changed: `objects` and `record.components` are the present ones,
    `versions` all of them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="components")
    role = models.CharField("稿本", max_length=15, choices=Role)
    seq = models.PositiveSmallIntegerField("顺序")
    filename = models.CharField("文件名", max_length=255)
    stored_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    pages = models.PositiveIntegerField("页数", null=True)
    is_original = models.BooleanField("原件", default=True)
    derived_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="conversions")
    made_with = models.JSONField("生成环境", default=dict)
    came_with = models.ForeignKey(  # the 来文 whose file it is, in the record of the 复文 that it was joined to
        Record, models.PROTECT, null=True, related_name="+", editable=False
    )
    moved_to = models.ForeignKey(  # the same file in the other record, since 来文 and 复文 were joined or parted
        "self", models.PROTECT, null=True, related_name="+", editable=False, db_index=False
    )
    superseded_at = models.DateTimeField("替换时间", null=True, editable=False)
    superseded_reason = models.CharField("替换理由", max_length=200, blank=True, editable=False)

    objects = CurrentComponents()
    versions = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["record", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "seq"], condition=Q(superseded_at=None), name="component_seq_once"
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None, superseded_reason="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_reason="")),
                name="component_superseded_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(moved_to=None) | Q(superseded_at__isnull=False), name="component_moved_lies_here_no_more"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class StandingRelations(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(removed_at=None)


class RecordRelation(models.Model):
    """请示/批复, 转发, 修改, 废止, 同一事由 (domain 3.2, 6.5); what was tied wrongly stays with its `removed_at`."""

    class Kind(models.TextChoices):
        REPLY_TO = "reply_to", "批复与请示"
        DELIVERY_OF = "delivery_of", "收文与发文"
        SAME_MATTER = "same_matter", "同一事由"

    record = models.ForeignKey(Record, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Record, models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=15, choices=Kind)
    removed_at = models.DateTimeField("撤销时间", null=True)
    # whoever tied two records by hand (archive/tying.py); None of what the documents say
    tied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = StandingRelations()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record", "other", "kind"], condition=Q(removed_at=None), name="relation_once"
            )
        ]


class RecordGrant(models.Model):
    """A loan or personal grant on one record, from a day to a day; guardian rows cannot expire."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["user", "record"], name="grant_of_person")]

    @property
    def is_in_force(self) -> bool:
        """As `GrantQuerySet.in_force`, of a row in hand."""
        return self.revoked_at is None and self.starts_on <= timezone.localdate() <= self.ends_on

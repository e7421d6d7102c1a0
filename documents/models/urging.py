"""Who was asked to hurry, by whom, and which words of leaders the clerk has not read yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models import Post, Task

from .document import Document
from .parts import Opinion


class Urging(models.Model):
    """催办 of one open item, or the system's reminder before its limit; rows are only ever added.

    `run` is the form it was sent from: sent twice, it urges once.
    """

    class Kind(models.TextChoices):
        URGE = "urge", "催办"
        REMINDER = "reminder", "到期提醒"

    task = models.ForeignKey(Task, models.PROTECT, related_name="urgings")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.URGE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField("催办内容", max_length=200, blank=True)
    run = models.UUIDField(null=True, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["task", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "run"], name="urging_once_per_form"),
            models.UniqueConstraint(fields=["task"], condition=Q(kind="reminder"), name="urging_one_reminder"),
        ]


class Alert(models.Model):
    """A leader has written (批示, 传阅批注): the unit's clerk is told until somebody of the post has opened it."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="alerts")
    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="alert")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField("首次阅看", null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["post", "-at", "-id"], condition=Q(seen_at=None), name="alert_unseen_of_post"),
            models.Index(fields=["document"], condition=Q(seen_at=None), name="alert_unseen_of_document"),
        ]

"""What was typed into forms and not sent yet; which forms were sent and done."""

from django.db import models
from django.utils import timezone

from ..querysets import FormDraftQuerySet, SealedQuerySet
from .people import User


class FormDraft(models.Model):
    """A form as one person filled it in one window: kept for 30 days, read by himself alone, without events.

    uid    of the form as it was opened, the same in every window that took it up again; `Document.form_uid` is this
    form   which form, "documents:draft"; with `object_uid` on which thing, at which version of it (`base_version`)
    tab    of the window, `seq` counts its savings: an older one that arrives late changes nothing
    data   JSON text in ASCII, field name → list of values, as typed (PostgreSQL takes no NUL, a form might hold one)
    """

    uid = models.UUIDField()
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    object_uid = models.UUIDField(null=True)
    base_version = models.PositiveIntegerField(null=True)
    tab = models.CharField(max_length=32)
    seq = models.PositiveBigIntegerField(default=0)
    data = models.TextField()
    saved_at = models.DateTimeField(default=timezone.now)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "uid", "tab"], name="form_draft_once_a_window")]
        indexes = [
            models.Index(fields=["person", "object_uid", "form", "-saved_at"], name="form_draft_of_person"),
            models.Index(fields=["saved_at"], name="form_draft_age"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.uid}"


class DoneForm(models.Model):
    """A form that was sent and done, with what was in it and where its answer led: no second sending does it again.

    uid      of the form as it was opened; `content` is a digest of its address, its fields and the bytes of its files
    address  where the first sending was led to
    """

    uid = models.UUIDField()
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    content = models.CharField(max_length=64)
    address = models.TextField()
    done_at = models.DateTimeField(default=timezone.now)

    objects = SealedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "uid", "content"], name="done_form_once")]
        indexes = [models.Index(fields=["done_at"], name="done_form_age")]

    def __str__(self) -> str:
        return f"{self.uid}"

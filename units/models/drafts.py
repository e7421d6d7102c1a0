"""What was typed into forms and not sent yet."""

from django.db import models
from django.utils import timezone

from ..querysets import FormDraftQuerySet
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

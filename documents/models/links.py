"""How one document speaks of another: 答复, 修改, 废止, 引用, 转发."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..querysets import DocumentLinkQuerySet
from ..states import LinkKind
from .document import Document


class DocumentLink(models.Model):
    """`document` (a draft, or what became of it) speaks of `other`; both are the rows that carry the text.

    A link that was taken out again before 送审 is marked, not deleted.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="links")
    other = models.ForeignKey(Document, models.PROTECT, related_name="links_here")
    kind = models.CharField("关系", max_length=10, choices=LinkKind)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["document", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "other", "kind"], condition=models.Q(removed_at=None), name="link_once"
            ),
            models.CheckConstraint(condition=~models.Q(document=models.F("other")), name="link_to_another"),
        ]

"""Issued documents offered to the public while in force."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from units.models import Unit
from units.stateful import Stateful

from ..querysets import CurrentDocumentQuerySet
from ..states import Offer, Validity
from ..validity import dates_of, to_come, validity_on
from .document import Document


class CurrentDocument(Stateful):
    """An issued document offered to the public while in force (现行文件), apart from archives; domain 10.3.

    One row a document for good: the index number names it in the catalogue, however often it is withdrawn and offered
    again. When it was public, and why not, stands in files.Publication. Validity is computed, never stored.
    """

    AUDIT_TYPE = "current"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=Offer, default=Offer.OFFERED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    document = models.OneToOneField(Document, models.PROTECT, related_name="current_document")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="current_documents")
    index_no = models.CharField("索引号", max_length=40, unique=True, db_collation="C")
    topic = models.CharField("主题分类", max_length=60)
    summary = models.CharField("内容概述", max_length=500)
    effective_from = models.DateField("生效日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    abolished_on = models.DateField("废止日期", null=True, blank=True)
    abolished_by = models.CharField("废止依据", max_length=200, blank=True)
    abolition_reason = models.CharField("废止理由", max_length=200, blank=True)
    amended_on = models.DateField("修改日期", null=True, blank=True)
    amended_by = models.CharField("修改依据", max_length=200, blank=True)
    published_on = models.DateField("首次公开日期")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CurrentDocumentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(state__in=Offer.values), name="current_state_known"),
            models.CheckConstraint(
                condition=Q(abolished_on=None, abolished_by="", abolition_reason="")
                | (Q(abolished_on__isnull=False) & ~Q(abolition_reason="")),
                name="current_abolished_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(amended_on=None, amended_by="") | (Q(amended_on__isnull=False) & ~Q(amended_by="")),
                name="current_amended_by_something",
            ),
        ]

    def __str__(self) -> str:
        return self.document.title

    def get_absolute_url(self) -> str:
        return reverse("documents:offered", args=[self.uid])

    @property
    def validity(self) -> Validity:
        """Today's, as the district counts days."""
        return validity_on(timezone.localdate(), **dates_of(self))

    @property
    def announced(self) -> str:
        """What is still to come, beside today's validity."""
        return to_come(timezone.localdate(), **dates_of(self))

"""Issued documents offered to the public while in force."""

import uuid

from django.conf import settings
from django.db import models

from units.models import Unit

from ..querysets import CurrentDocumentQuerySet
from ..states import Validity
from .document import Document


class CurrentDocument(models.Model):
    """An issued document offered to the public while in force (现行文件), apart from archives; domain 10.3."""

    AUDIT_TYPE = "current"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.OneToOneField(Document, models.PROTECT, related_name="current_document")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="current_documents")
    index_no = models.CharField("索引号", max_length=40, unique=True, db_collation="C")
    topic = models.CharField("主题分类", max_length=60)
    summary = models.CharField("内容概述", max_length=500)
    validity = models.CharField("有效性", max_length=10, choices=Validity, default=Validity.IN_FORCE)
    effective_from = models.DateField("生效日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    published_on = models.DateField("公开日期")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤下理由", max_length=200, blank=True)

    objects = CurrentDocumentQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.document.title

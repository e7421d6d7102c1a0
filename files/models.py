"""Bytes kept once under their digest; what refers to them is the business of the rooms above."""

from django.db import models
from django.utils import timezone


class StoredFile(models.Model):
    """Bytes kept once under their SHA-256, whoever refers to them; rows are only ever added."""

    sha256 = models.CharField(max_length=64, unique=True, db_collation="C")
    sm3 = models.CharField(max_length=64, null=True, db_collation="C")
    crc32 = models.BigIntegerField()
    bytes = models.BigIntegerField()
    format_id = models.CharField("格式", max_length=30, blank=True)
    mime = models.CharField(max_length=100, blank=True)
    pages = models.PositiveIntegerField("页数", null=True)
    findings = models.JSONField("检测结果", default=list)
    examined_with = models.CharField("检测工具版本", max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        """Name inside the file store."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"

"""What citizens see: unmanaged models over the views of portal/views.sql, and nothing else."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from archive.states import Precision
from documents.states import DocType, Validity
from documents.validity import dates_of, to_come


class OpenUnit(models.Model):
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40)
    category = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "portal_unit"
        ordering = ["code"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class OpenRecord(models.Model):
    uid = models.UUIDField()
    archival_code = models.CharField("档号", max_length=60)
    title = models.CharField("题名", max_length=500)
    author = models.CharField("责任者", max_length=200)
    doc_number = models.CharField("文号", max_length=100)
    date = models.DateField("日期", null=True)
    date_precision = models.CharField(max_length=10, choices=Precision)
    year = models.PositiveSmallIntegerField("年度")
    retention_code = models.CharField(max_length=5)
    doc_type = models.CharField("文种", max_length=30, choices=DocType)
    page_count = models.PositiveIntegerField("页数")
    opened_at = models.DateTimeField("开放时间")
    unit = models.ForeignKey(OpenUnit, models.DO_NOTHING, related_name="records")
    unit_name = models.CharField(max_length=100)
    unit_short_name = models.CharField(max_length=40)
    fonds_code = models.CharField("全宗号", max_length=4)
    fonds_name = models.CharField("全宗名称", max_length=200)

    class Meta:
        managed = False
        db_table = "portal_record"
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("portal:record", args=[self.uid])


class OpenFile(models.Model):
    uid = models.UUIDField()
    record = models.ForeignKey(OpenRecord, models.DO_NOTHING, related_name="files")
    role = models.CharField(max_length=15)
    seq = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=255)
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    mime = models.CharField(max_length=100)
    format_id = models.CharField(max_length=30)

    class Meta:
        managed = False
        db_table = "portal_file"
        ordering = ["record", "seq"]
        default_permissions = ()


class OpenCurrent(models.Model):
    uid = models.UUIDField()
    index_no = models.CharField("索引号", max_length=40)
    title = models.CharField("名称", max_length=300)
    doc_number = models.CharField("文号", max_length=60)
    doc_type = models.CharField("体裁", max_length=30, choices=DocType)
    document_date = models.DateField("生成日期")
    topic = models.CharField("主题分类", max_length=60)
    summary = models.CharField("内容概述", max_length=500)
    validity = models.CharField("有效性", max_length=10, choices=Validity)
    effective_from = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    abolished_on = models.DateField("废止日期", null=True)
    abolished_by = models.CharField("废止依据", max_length=200)
    abolition_reason = models.CharField("废止理由", max_length=200)
    amended_on = models.DateField("修改日期", null=True)
    amended_by = models.CharField("修改依据", max_length=200)
    opened_at = models.DateTimeField("公开时间")
    published_on = models.DateField("公开日期")
    unit = models.ForeignKey(OpenUnit, models.DO_NOTHING, related_name="current_documents")
    unit_name = models.CharField("发布机构", max_length=100)
    unit_short_name = models.CharField(max_length=40)
    body = models.TextField()
    sha256 = models.CharField(max_length=64, null=True)
    bytes = models.BigIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "portal_current"
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("portal:document", args=[self.uid])

    @property
    def announced(self) -> str:
        """What is still to come, beside today's validity."""
        return to_come(timezone.localdate(), **dates_of(self))


class Withdrawn(models.Model):
    """What was public once: that it ended, when, and what the public is told."""

    uid = models.UUIDField()
    kind = models.CharField("类别", max_length=10, choices=[("record", "开放档案"), ("current", "现行文件")])
    closed_at = models.DateTimeField("停止公开时间")
    reason = models.CharField("说明", max_length=200)

    class Meta:
        managed = False
        db_table = "portal_withdrawn"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.uid)


class Release(models.Model):
    """开放目录: one publication of the archive, by its number."""

    uid = models.UUIDField()
    number = models.CharField("编号", max_length=20)
    published_at = models.DateTimeField("公布时间")
    unit_name = models.CharField("公布单位", max_length=100)
    open_records = models.PositiveIntegerField("开放件数")
    closed_records = models.PositiveIntegerField("已停止开放")

    class Meta:
        managed = False
        db_table = "portal_release"
        default_permissions = ()

    def __str__(self) -> str:
        return f"开放档案目录（{self.number}）"

    def get_absolute_url(self) -> str:
        return reverse("portal:release", args=[self.uid])


class ReleaseItem(models.Model):
    """A record that a catalogue opened and that is still open."""

    release = models.ForeignKey(Release, models.DO_NOTHING, related_name="items")
    record = models.ForeignKey(OpenRecord, models.DO_NOTHING, related_name="+")
    position = models.PositiveIntegerField("序号")
    is_early = models.BooleanField("提前开放")

    class Meta:
        managed = False
        db_table = "portal_release_item"
        default_permissions = ()
        ordering = ["release", "position"]

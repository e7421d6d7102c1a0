"""Fonds, retention schedule, records (件) with their components, findings and search text."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from documents.models import Document
from documents.states import Disclosure, SecurityClass
from files.models import StoredFile
from units.models import Department, Unit
from units.stateful import Stateful

from .querysets import RecordQuerySet, RecordTextQuerySet
from .states import Access, Carrier, Ground, Precision, Retention, Role, Stage, State, Verdict


class Fonds(models.Model):
    """全宗: the organic whole of one body's archives; its creators change over time, it does not."""

    code = models.CharField("全宗号", max_length=4, unique=True, db_collation="C")
    name = models.CharField("全宗名称", max_length=200)

    class Meta:
        default_permissions = ()
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FondsCreator(models.Model):
    """立档单位 of a fonds from a day to a day."""

    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="creators")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="fonds_created")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ends_on=None), name="one_fonds_at_a_time_per_unit")
        ]


class RetentionRule(models.Model):
    """One row of a retention schedule (归档范围和保管期限表); `unit` null is the district's sample schedule."""

    class Source(models.TextChoices):
        OWN = "own", "主"
        SUPERIOR = "superior", "上"
        PEER = "peer", "同"
        LOWER = "lower", "下"

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="retention_rules")
    code = models.CharField("条款号", max_length=10, db_collation="C")
    category = models.CharField("类别", max_length=40)
    description = models.CharField("文件材料", max_length=200)
    keywords = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    sources = ArrayField(models.CharField(max_length=10), default=list)
    doc_types = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    retention_code = models.CharField("保管期限", max_length=5, blank=True)
    not_to_file = models.CharField(max_length=5, blank=True)
    legacy_retention = models.CharField("原期限", max_length=10, blank=True)
    is_default = models.BooleanField("无关键词命中时采用", default=False)
    history = HistoricalRecords(related_name="changes")

    class Meta:
        default_permissions = ()
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="retention_rule_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


class Record(Stateful):
    """One item (件) as filed. Its identity is `uid` (电子文件号), never the archival code.

    What is public, and since when, stands in files.Publication; `access_status` is the archive's decision.
    """

    AUDIT_TYPE = "record"
    STATE_FIELDS = ("state", "access_status")

    uid = models.UUIDField("电子文件号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=15, choices=State, default=State.FILED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="record", editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="records", verbose_name="立档单位")
    custodian = models.ForeignKey(Unit, models.PROTECT, related_name="holdings", verbose_name="保管单位")
    offered_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="records")
    category_code = models.CharField("档案门类", max_length=4, default="WS", db_collation="C")
    year = models.PositiveSmallIntegerField("年度")
    retention_code = models.CharField("保管期限", max_length=5, choices=Retention)
    retention_as_filed = models.CharField("归档时期限", max_length=20)
    retention_basis = models.CharField("期限依据", max_length=200, blank=True)
    class_code = models.CharField("机构（问题）代码", max_length=3, blank=True, db_collation="C")
    item_no = models.PositiveIntegerField("件号")
    archival_code = models.CharField("档号", max_length=60, unique=True, db_collation="C")
    legacy_code = models.CharField("原档号", max_length=60, blank=True, db_collation="C")
    former_codes = models.JSONField("曾用档号", default=list, editable=False)
    archive_code = models.CharField("馆方档号", max_length=60, blank=True, db_collation="C")
    rule_set = models.CharField("整理规则", max_length=20, default="DAT22-2015")
    title = models.CharField("题名", max_length=500)
    author = models.CharField("责任者", max_length=200, blank=True)
    doc_number = models.CharField("文号", max_length=100, blank=True, db_collation="C")
    doc_number_as_given = models.CharField("文号原样", max_length=100, blank=True)
    date = models.DateField("日期", null=True, blank=True)
    date_precision = models.CharField("日期精度", max_length=10, choices=Precision, default=Precision.DAY)
    doc_type = models.CharField("文种", max_length=30, blank=True)
    direction = models.CharField("公文方向", max_length=10, blank=True)
    urgency = models.CharField("紧急程度", max_length=15, blank=True)
    main_recipients = models.TextField("主送", blank=True)
    cc_recipients = models.TextField("抄送", blank=True)
    security_class = models.CharField("密级", max_length=10, choices=SecurityClass, default=SecurityClass.PUBLIC)
    disclosure_attr = models.CharField("公开属性", max_length=15, choices=Disclosure, blank=True)
    access_status = models.CharField("开放状态", max_length=15, choices=Access, default=Access.PENDING, editable=False)
    access_opinion = models.CharField("开放意见", max_length=200, blank=True)
    postponed_until = models.DateField("延期至", null=True, editable=False)
    postponed_ground = models.CharField("延期理由", max_length=20, choices=Ground, blank=True, editable=False)
    page_count = models.PositiveIntegerField("页数", default=0)
    component_count = models.PositiveIntegerField("文件数", default=0)
    remark = models.CharField("备注", max_length=200, blank=True)
    responsible_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    carrier_mode = models.CharField("载体", max_length=20, choices=Carrier, default=Carrier.ELECTRONIC)
    paper_exists = models.BooleanField("有纸质件", default=False)
    box = models.CharField("盒号", max_length=20, blank=True)
    paper_pages = models.PositiveIntegerField("纸质页数", null=True, blank=True)
    source_identity = models.CharField(max_length=100, blank=True, db_collation="C", editable=False)
    completed_at = models.DateTimeField("办结时间", null=True, editable=False)
    filed_at = models.DateTimeField("归档时间", default=timezone.now, editable=False)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="归档人")
    accessioned_on = models.DateField("进馆日期", null=True, editable=False)
    history = HistoricalRecords(
        history_change_reason_field=models.CharField(max_length=200, null=True),
        related_name="changes",
        excluded_fields=["former_codes"],
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fonds", "category_code", "year", "retention_code", "class_code", "item_no"],
                name="record_code_parts_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "source_identity"], condition=~Q(source_identity=""), name="record_imported_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="record_state_known"),
            models.CheckConstraint(condition=Q(access_status__in=Access.values), name="record_access_known"),
            models.CheckConstraint(condition=Q(security_class__in=SecurityClass.values), name="record_never_secret"),
            models.CheckConstraint(
                condition=Q(access_status=Access.POSTPONED) | Q(postponed_until=None, postponed_ground=""),
                name="record_postponed_until_while_postponed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-filed_at", "-id"], name="record_of_unit"),
            models.Index(fields=["custodian", "-filed_at", "-id"], name="record_of_custodian"),
            models.Index(fields=["-filed_at", "-id"], name="record_newest"),
            models.Index(fields=["unit", "year", "retention_code", "state"], name="record_of_year"),
            models.Index(fields=["doc_number"], name="record_number"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:record", args=[self.uid])

    def task_detail(self) -> str:
        return " · ".join(part for part in (self.archival_code, self.doc_number, self.author) if part)

    @property
    def date_text(self) -> str:
        """YYYYMMDD as the catalogue wants it, shorter when only year or month is known, "" when unknown."""
        if self.date is None or self.date_precision == Precision.UNKNOWN:
            return ""
        length = {Precision.YEAR: 4, Precision.MONTH: 6}.get(self.date_precision, 8)
        return self.date.strftime("%Y%m%d")[:length]

    @property
    def date_shown(self) -> str:
        """As people read it: 2026-11-24, 2026-11 or 2026; "" when unknown."""
        text = self.date_text
        return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part)


class Component(models.Model):
    """A computer file inside a record; bytes are shared by digest, the row is the record's own."""

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

    class Meta:
        default_permissions = ()
        ordering = ["record", "seq"]
        constraints = [models.UniqueConstraint(fields=["record", "seq"], name="component_seq_once")]

    def __str__(self) -> str:
        return self.filename


class RecordText(models.Model):
    """Search text of one record, with the columns that the visibility rule reads copied in (design section 8)."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="text")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    custodian = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    offered_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    is_public = models.BooleanField(default=False)  # follows the open publications by a trigger
    date = models.DateField()
    year = models.PositiveSmallIntegerField()
    head_n = models.TextField()
    text_n = models.TextField()

    objects = RecordTextQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-date", "-record"], name="recordtext_newest"),
            models.Index(fields=["-date", "-record"], condition=Q(is_public=True), name="recordtext_public"),
            models.Index(fields=["unit"], name="recordtext_unit"),
            models.Index(fields=["custodian"], name="recordtext_custodian"),
            models.Index(fields=["offered_to"], condition=Q(offered_to__isnull=False), name="recordtext_offered"),
            models.Index(fields=["document"], name="recordtext_document"),
        ]


class RecordRelation(models.Model):
    """请示/批复, 转发, 修改, 废止, 同一事由 (domain 3.2, 6.5)."""

    class Kind(models.TextChoices):
        REPLY_TO = "reply_to", "批复与请示"
        DELIVERY_OF = "delivery_of", "收文与发文"
        SAME_MATTER = "same_matter", "同一事由"

    record = models.ForeignKey(Record, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Record, models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=15, choices=Kind)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["record", "other", "kind"], name="relation_once")]


class RecordGrant(models.Model):
    """A loan or personal grant on one record, from a day to a day; guardian rows cannot expire."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["user", "record"], name="grant_of_person")]


class InspectionRun(models.Model):
    """One run of the four-property inspection (四性检测); results keep what did not pass, counts the rest."""

    stage = models.CharField("阶段", max_length=2, choices=Stage)
    subject_uid = models.UUIDField(null=True)
    plan_version = models.CharField(max_length=20)
    tool_version = models.CharField(max_length=60)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField(default=0)
    checks = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=5, choices=Verdict, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject_uid", "-id"], name="inspection_subject")]


class InspectionResult(models.Model):
    """A check that did not pass on a record; `item_code` is the plan's, e.g. GD-1-5."""

    run = models.ForeignKey(InspectionRun, models.PROTECT, related_name="results")
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="findings")
    item_code = models.CharField("检测编号", max_length=10, db_collation="C")
    verdict = models.CharField("检测结果", max_length=5, choices=Verdict)
    target = models.CharField("检测对象", max_length=255)
    message = models.CharField("说明", max_length=500)
    field = models.CharField("字段", max_length=40, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        default_permissions = ()
        ordering = ["item_code", "pk"]
        indexes = [models.Index(fields=["record", "settled_at"], name="finding_of_record")]


class EmptySearch(models.Model):
    """A search that found nothing, without the person; the archivist adds a synonym.

    Written by archive_found_nothing alone: at most 1,000 rows a day and place, what comes after them is counted in
    the row without words.
    """

    words = models.CharField(max_length=200)
    place = models.CharField(max_length=10)
    day = models.DateField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["words", "place", "day"], name="empty_search_once_a_day")]
        indexes = [models.Index(fields=["day", "place"], name="empty_search_of_day")]

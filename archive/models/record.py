"""One item (件) as filed."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from documents.models import Document
from documents.states import Direction, Disclosure, DocType, SecurityClass
from units.models import Department, Unit
from units.places import place
from units.stateful import Stateful

from .. import pages
from ..querysets import RecordQuerySet
from ..states import Access, Carrier, Ground, Precision, Retention, State, UseScope
from .fonds import Fonds
from .schedule import RetentionRule

CARRIERS = dict(Carrier.choices)
DOC_TYPES = dict(DocType.choices)


class Record(Stateful):
    """One item (件) as filed. Its identity is `uid` (电子文件号), never the archival code.

    What is public, and since when, stands in files.Publication; `access_status` is the archive's decision.
    """

    AUDIT_TYPE = "record"
    STATE_FIELDS = ("state", "access_status")

    uid = models.UUIDField("电子文件号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=15, choices=State, default=State.FILED, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    joined_to = models.ForeignKey(  # of a 来文: the record of its 复文, with which it is one item (archive/joining.py)
        "self", models.PROTECT, null=True, related_name="joined", editable=False, verbose_name="并入哪一件"
    )
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="record", editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="records", verbose_name="立档单位")
    custodian = models.ForeignKey(Unit, models.PROTECT, related_name="holdings", verbose_name="保管单位")
    offered_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="records")
    category_code = models.CharField("档案门类", max_length=4, default="WS", db_collation="C")
    year = models.PositiveSmallIntegerField("年度")
    retention_code = models.CharField("保管期限", max_length=5, choices=Retention)
    retention_as_filed = models.CharField("归档时期限", max_length=20)
    retention_rule = models.ForeignKey(RetentionRule, models.PROTECT, null=True, related_name="+", editable=False)
    retention_basis = models.CharField("期限依据", max_length=200, blank=True)
    filed_rule = models.ForeignKey(
        RetentionRule, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="归档时所依条款"
    )
    filed_rule_text = models.CharField("归档时条款原文", max_length=400, blank=True, editable=False)
    retention_decided_by = models.ForeignKey(  # null: the rule
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="期限确定人"
    )
    class_code = models.CharField("机构（问题）代码", max_length=3, blank=True, db_collation="C")
    item_no = models.PositiveIntegerField("件号")
    archival_code = models.CharField("档号", max_length=60, db_index=True, db_collation="C")
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
    use_scope = models.CharField("利用范围", max_length=12, choices=UseScope, default=UseScope.UNIT)
    access_opinion = models.CharField("开放意见", max_length=200, blank=True)
    postponed_until = models.DateField("延期至", null=True, editable=False)
    postponed_ground = models.CharField("延期理由", max_length=20, choices=Ground, blank=True, editable=False)
    page_count = models.PositiveIntegerField("页数", default=0)
    component_count = models.PositiveIntegerField("文件数", default=0)
    subject_words = models.CharField("主题词", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    further = models.JSONField("其他著录", default=dict, blank=True)  # field of archive/describing.py → text or list
    responsible_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    carrier_mode = models.CharField("载体", max_length=20, choices=Carrier, default=Carrier.ELECTRONIC)
    copy_only = models.BooleanField("只存复制件", default=False, editable=False)  # 联合发文: the host has the original
    paper_exists = models.BooleanField("有纸质件", default=False)
    box = models.CharField("盒号", max_length=20, blank=True)
    paper_pages = models.PositiveIntegerField("纸质页数", null=True, blank=True)
    source_identity = models.CharField(max_length=100, blank=True, db_collation="C", editable=False)
    completed_at = models.DateTimeField("办结时间", null=True, editable=False)
    filed_at = models.DateTimeField("归档时间", default=timezone.now, editable=False)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="归档人")
    accessioned_on = models.DateField("进馆日期", null=True, editable=False)
    checked_at = models.DateTimeField("核对时间", null=True, editable=False)  # by the archivist, once it filed itself
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核对人"
    )
    late_reason = models.CharField("补充归档理由", max_length=200, blank=True, editable=False)
    late_found_on = models.DateField("发现日期", null=True, editable=False)
    late_approved_by = models.CharField("补充归档批准人", max_length=60, blank=True, editable=False)
    history = HistoricalRecords(
        history_change_reason_field=models.CharField(max_length=200, null=True),
        related_name="changes",
        excluded_fields=["former_codes"],
    )

    objects = RecordQuerySet.as_manager()
    kept_as: str | None  # the longer period of an appraisal, where a list brings it (archive/querysets.py)
    came_since: int | None  # pages of paper that was supplied after the accession, likewise

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "source_identity"], condition=~Q(source_identity=""), name="record_imported_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="record_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.JOINED, joined_to__isnull=False) | (~Q(state=State.JOINED) & Q(joined_to=None)),
                name="record_joined_to_one",
            ),
            models.CheckConstraint(condition=Q(access_status__in=Access.values), name="record_access_known"),
            models.CheckConstraint(condition=Q(use_scope__in=UseScope.values), name="record_scope_known"),
            models.CheckConstraint(
                condition=Q(date__isnull=False) | Q(date_precision=Precision.UNKNOWN), name="record_undated_says_so"
            ),
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
        return place("archive:record", self.uid)

    def task_detail(self) -> str:
        return " · ".join(part for part in (self.archival_code, self.doc_number, self.author) if part)

    @property
    def period_code(self) -> str:
        """保管期限 now: that of filing or a longer one that an appraisal gave (archive/effective.py); lists bring it."""
        if "kept_as" in self.__dict__:
            given = {self.kept_as}
        else:
            given = {one.item.prolonged for one in self.prolongations.select_related("item")}
        return next(code for code in Retention.values if code == self.retention_code or code in given)

    @property
    def period_now(self) -> str:
        return str(Retention(self.period_code).label)

    @property
    def came_pages(self) -> int | None:
        """Of the paper that came after the accession (archive/twins/supplying.py): its pages, 0 where they are as many
        as those of the files; None where none came. The row stays as it was received; lists bring it."""
        if self.state in (State.FILED, State.IN_TRANSFER):
            return None
        if "came_since" in self.__dict__:
            return self.came_since
        row = self.supplied.filter(withdrawn_at=None).first()
        return None if row is None else row.pages or 0

    @property
    def has_paper(self) -> bool:
        return self.paper_exists or self.came_pages is not None

    @property
    def pages_on_paper(self) -> int | None:
        return self.paper_pages or self.came_pages or None

    @property
    def carrier_now(self) -> str:
        """载体 in words: of files whose paper came later, both."""
        came_later = self.carrier_mode == Carrier.ELECTRONIC and self.came_pages is not None
        return str(CARRIERS[Carrier.DUAL] if came_later else CARRIERS.get(self.carrier_mode, self.carrier_mode))

    @property
    def kind(self) -> str:
        """What it is searched by: the 文种, or "internal" for a 签报, which is none of them."""
        return Direction.INTERNAL if self.direction == Direction.INTERNAL else self.doc_type

    @property
    def doc_type_shown(self) -> str:
        """文种 in the trade's words; a 签报 is none of the fifteen, and is called what it is."""
        if self.direction == Direction.INTERNAL:
            return Direction.INTERNAL.label
        return DOC_TYPES.get(self.doc_type, "")

    @property
    def pages_listed(self) -> str:
        return pages.listed(self)

    @property
    def date_text(self) -> str:
        """YYYYMMDD as the catalogue wants it, shorter when only year or month is known, "" when unknown."""
        return date_text(self.date, self.date_precision)

    @property
    def date_shown(self) -> str:
        """As people read it: 2026-11-24, 2026-11 or 2026; "" when unknown."""
        text = self.date_text
        return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part)


def date_text(day: date | None, precision: str) -> str:
    if day is None or precision == Precision.UNKNOWN:
        return ""
    length = {Precision.YEAR: 4, Precision.MONTH: 6}.get(Precision(precision), 8)
    return day.strftime("%Y%m%d")[:length]


class CodeAssignment(models.Model):
    """A 档号 that was given: once, to one record, for ever. A corrected code is void, with the reason."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="codes")
    fonds = models.ForeignKey(Fonds, models.PROTECT, related_name="+")
    category_code = models.CharField("档案门类", max_length=4, db_collation="C")
    year = models.PositiveSmallIntegerField("年度")
    retention_code = models.CharField("保管期限", max_length=5)
    class_code = models.CharField("机构（问题）代码", max_length=3, blank=True, db_collation="C")
    item_no = models.PositiveIntegerField("件号")
    code = models.CharField("档号", max_length=60, unique=True, db_collation="C")
    given_at = models.DateTimeField("编号时间", default=timezone.now)
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=400, blank=True)  # of joining, and of parting behind it

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fonds", "category_code", "year", "retention_code", "class_code", "item_no"],
                name="record_code_parts_once",
            ),
            models.UniqueConstraint(fields=["record"], condition=Q(voided_at=None), name="record_has_one_code"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="code_void_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code

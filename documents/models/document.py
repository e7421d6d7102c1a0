"""Documents and everything that hangs on one: files, opinions, addressees, routes, renditions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from units.folding import number_key
from units.models import Department, Unit
from units.places import place
from units.stateful import Stateful

from .. import filing_port, replaced
from ..querysets import DocumentQuerySet
from ..states import (
    ENDED,
    GONE,
    NUMBERED_STATES,
    STATES_OF,
    Direction,
    Disclosure,
    DocType,
    HandlingKind,
    NotToFile,
    ReceivedAs,
    RoutingDirection,
    SecurityClass,
    State,
    Urgency,
)


class Document(Stateful):
    """An official document as one unit holds it: drafted and issued, received, or an internal report.

    Each receiving unit has its own row with `issued` pointing at the issuing one; text and bytes are read
    through it (`content`) and never copied.
    """

    AUDIT_TYPE = "document"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_uid = models.UUIDField("拟稿表单", null=True, unique=True, editable=False)  # one form makes one document
    direction = models.CharField("公文方向", max_length=10, choices=Direction)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFTING, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name="拟稿部门")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="drafts", verbose_name="拟稿人"
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="文稿现由何人办理",
    )
    drafted_in = models.CharField("拟稿岗位", max_length=60, blank=True)
    doc_type = models.CharField("文种", max_length=30, choices=DocType, default=DocType.NOTICE)
    title = models.CharField("标题", max_length=300)
    body = models.TextField("正文", blank=True)
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency, blank=True)
    routing_direction = models.CharField("行文方向", max_length=10, choices=RoutingDirection, default="down")
    security_class = models.CharField("密级", max_length=10, choices=SecurityClass, default=SecurityClass.PUBLIC)
    disclosure_attr = models.CharField("公开属性", max_length=15, choices=Disclosure, default=Disclosure.ON_REQUEST)
    disclosure_reason = models.CharField("不予公开理由", max_length=200, blank=True)
    note = models.CharField("附注", max_length=200, blank=True)
    contact = models.CharField("联系人和电话", max_length=60, blank=True)
    print_copies = models.PositiveIntegerField("印制份数", default=1)
    signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="代何人签发"
    )
    document_date = models.DateField("成文日期", null=True, blank=True)
    doc_number = models.CharField("发文字号", max_length=60, blank=True, db_collation="C", editable=False)
    number_prefix = models.CharField(max_length=20, blank=True, db_collation="C", editable=False)
    number_year = models.PositiveSmallIntegerField(null=True, editable=False)
    number_seq = models.PositiveIntegerField(null=True, editable=False)
    doc_number_as_given = models.CharField("来文字号原样", max_length=100, blank=True)
    replies_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    reply_waived = models.CharField("免予批复的理由", max_length=200, blank=True)
    unsigned_reason = models.CharField("未全部签收即办结的理由", max_length=200, blank=True)
    unanswered_reason = models.CharField("复文未发出即办结的理由", max_length=200, blank=True)
    unassisted_reason = models.CharField("协办未反馈即办结的理由", max_length=200, blank=True)
    was_returned = models.BooleanField("曾退回", default=False, editable=False)
    content_digest = models.CharField(max_length=64, blank=True, db_collation="C", editable=False)
    page_digest = models.CharField("校对版面摘要", max_length=64, blank=True, db_collation="C", editable=False)
    retention_code = models.CharField("保管期限", max_length=5, blank=True)
    retention_basis = models.CharField("期限依据", max_length=200, blank=True)
    class_code = models.CharField("机构代码", max_length=3, blank=True, db_collation="C")
    approved_at = models.DateTimeField("签发时间", null=True, editable=False)
    numbered_at = models.DateTimeField(null=True, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)
    dispatched_at = models.DateTimeField("分发时间", null=True, editable=False)
    # incoming
    issued = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deliveries")
    sender_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    sender_name = models.CharField("来文单位", max_length=200, blank=True)
    sender_number = models.CharField("来文字号", max_length=100, blank=True, db_collation="C")
    sender_date = models.DateField("来文日期", null=True, blank=True)
    receipt_number = models.CharField("收文编号", max_length=40, blank=True, db_collation="C", editable=False)
    received_as = models.CharField("来文种类", max_length=10, choices=ReceivedAs, blank=True)
    handling_kind = models.CharField("办件类型", max_length=15, choices=HandlingKind, blank=True)
    due_at = models.DateTimeField("办理时限", null=True, blank=True)
    signed_for_at = models.DateTimeField("签收时间", null=True, editable=False)
    registered_at = models.DateTimeField("登记时间", null=True, editable=False)
    lead_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主办人"
    )
    dispatch = models.ForeignKey(
        "documents.Dispatch", models.PROTECT, null=True, editable=False, related_name="deliveries"
    )  # fmt: skip
    joint_copy = models.BooleanField("联合发文（协办）", default=False, editable=False)  # documents/joint_copies.py
    sender_number_n = models.CharField(max_length=120, blank=True, db_collation="C", editable=False)  # folded
    repeat_reason = models.CharField("重复登记的理由", max_length=200, blank=True)
    ended_at = models.DateTimeField("退文、收回或替换时间", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    ended_note = models.CharField("退文、收回或替换的理由", max_length=700, blank=True, editable=False)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="corrections", verbose_name="更正哪一件"
    )
    result = models.TextField("办理结果", blank=True)
    completed_at = models.DateTimeField("办结时间", null=True, editable=False)
    not_to_file = models.CharField("不归档理由", max_length=5, choices=NotToFile, blank=True, editable=False)
    not_to_file_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    not_to_file_at = models.DateTimeField("不归档决定时间", null=True, editable=False)
    hidden_at = models.DateTimeField("删除时间", null=True, editable=False)  # a draft that nobody but its drafter had
    created_at = models.DateTimeField("建立时间", default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords(
        excluded_fields=["body", "changed_at", "content_digest", "form_uid", "sender_number_n"],
        history_change_reason_field=models.CharField(max_length=200, null=True),
        related_name="changes",
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["number_prefix", "number_year", "number_seq"],
                condition=Q(number_seq__isnull=False, corrects=None),  # a 更正件 keeps the number
                name="document_number_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "receipt_number"], condition=~Q(receipt_number=""), name="receipt_number_once"
            ),
            models.UniqueConstraint(
                fields=["issued", "unit"],
                condition=Q(issued__isnull=False) & ~Q(state__in=sorted(GONE)),  # 补发 after a return or recall
                name="document_delivered_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False) & ~Q(state=State.VOIDED),
                name="document_corrected_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NUMBERED_STATES) | ~Q(doc_number=""), name="document_issued_is_numbered"
            ),
            models.CheckConstraint(condition=Q(security_class__in=SecurityClass.values), name="document_never_secret"),
            *(
                models.CheckConstraint(
                    condition=~Q(direction=direction) | Q(state__in=states), name=f"document_states_{direction}"
                )
                for direction, states in STATES_OF.items()
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="document_newest"),
            models.Index(fields=["unit", "-created_at", "-id"], name="document_of_unit"),
            models.Index(fields=["unit", "state", "-created_at", "-id"], name="document_of_unit_in_state"),
            models.Index(
                fields=["unit", "-created_at", "-id"],
                condition=~Q(state__in=sorted(ENDED)),
                name="document_open_of_unit",
            ),
            models.Index(  # counters and limits reach open documents by the uid of an item: from this index alone
                fields=["uid"],
                include=["id", "unit", "hidden_at"],
                condition=~Q(state__in=sorted(ENDED)),
                name="document_open_by_uid",
            ),
            models.Index(fields=["drafted_by", "-created_at"], name="document_of_drafter"),
            models.Index(fields=["doc_number"], name="document_number"),
            models.Index(
                fields=["unit", "sender_number_n"], condition=~Q(sender_number_n=""), name="document_received_number"
            ),
            models.Index(
                fields=["unit", "signed_for_at", "id"],
                condition=~Q(receipt_number=""),
                name="document_in_receipt_register",
            ),
            models.Index(fields=["unit", "issued"], condition=Q(joint_copy=True), name="document_joint_copies"),
            models.Index(
                fields=["unit", "sealed_at", "id"],
                condition=Q(sealed_at__isnull=False),
                name="document_in_seal_register",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        self.sender_number_n = number_key(self.sender_number)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return place("documents:detail", self.uid)

    @property
    def content(self) -> "Document":
        """The row that carries text and files: the issuing one for a delivery."""
        return self.issued if self.issued_id else self

    @property
    def in_hands_of(self):
        """Who works on the draft: the drafter, or the person it was handed over to (转办)."""
        return self.held_by or self.drafted_by

    @property
    def signed_by(self) -> str:
        """签发人 as sheets and pages show it: whoever signed, and for whom when he did so as a deputy."""
        if self.signatory is None:
            return ""
        return f"{self.signatory.name}（代{self.signed_for.name}）" if self.signed_for else self.signatory.name

    @property
    def head_signatory(self) -> str:
        """签发人 in the head of an upward document (条例 22): who by rule signs, then his deputy."""
        if self.signatory is None:
            return ""
        return f"{self.signed_for.name}（{self.signatory.name}代）" if self.signed_for else self.signatory.name

    @property
    def is_incoming(self) -> bool:
        return self.direction == Direction.INCOMING

    @property
    def is_editable(self) -> bool:
        return self.state == State.DRAFTING

    @cached_property
    def destroyed(self) -> str:
        """By which 销毁清册 this unit's own item was destroyed, as a sentence; "" while it is kept, and before it ended.

        Another unit's row of the same text is its own item, and asks its own record.
        """
        return filing_port.destroyed(self) if self.state == State.COMPLETED or self.state in GONE else ""

    @property
    def is_withheld(self) -> bool:
        """Its unit reads no text of it: destroyed, or a delivery recalled, or replaced before it was signed for."""
        unsigned = self.state == State.REPLACED and self.signed_for_at is None
        return (self.is_incoming and (self.state == State.RECALLED or unsigned)) or bool(self.destroyed)

    @property
    def correction_mark(self) -> str:
        """更正件（替换11月26日原件）, of the document and of its deliveries; "" for every other."""
        if replaced.KEPT in self.__dict__:  # a row of a list
            found = self.__dict__[replaced.KEPT]
            if found is None:
                return ""
            sent = parse_datetime(found["sent"]) if found["sent"] else None
        elif self.content.corrects_id:
            sent = self.content.corrects.dispatched_at
        else:
            return ""
        day = timezone.localdate(sent) if sent else None
        return f"更正件（替换{day.month}月{day.day}日原件）" if day else "更正件（替换原件）"

    @property
    def number_shown(self) -> str:
        return self.sender_number if self.is_incoming else self.doc_number

    def list_detail(self) -> str:
        """Of a list with a column for the day: what it is, number, where from, and whose it is; each once."""
        kind = "签报" if self.direction == Direction.INTERNAL else self.get_doc_type_display()
        sender = self.sender_name if self.is_incoming else ""
        unit = self.__dict__.get("unit_name") or self.unit.short_name  # a row of a list has the name alone
        names = (self.correction_mark, kind, self.number_shown, sender, unit)
        return " · ".join(one for one in names if one)

    def task_detail(self) -> str:
        """Second line of a list row: number, where from, date."""
        parts = [
            self.correction_mark, self.number_shown, self.sender_name if self.is_incoming else self.unit.short_name,
        ]  # fmt: skip
        day = self.sender_date or self.document_date or timezone.localdate(self.created_at)
        return " · ".join([part for part in parts if part] + [day.isoformat()])

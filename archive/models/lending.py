"""借阅: paper that was lent out of its box, to whom, until when, and its return (S-14; domain 5.3)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from units.guarded import GuardedQuerySet
from units.models import Unit

from ..entered import approver_told
from .record import Record


class PaperLoan(models.Model):
    """One item's paper in somebody's hands; a row of the 借阅登记簿, open until it is back."""

    AUDIT_TYPE = "paper_loan"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="paper_loans")  # that keeps and lends it
    record = models.ForeignKey(Record, models.PROTECT, related_name="loans")
    borrower = models.CharField("借阅人", max_length=60)
    borrower_unit = models.CharField("借阅单位", max_length=100)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    purpose = models.CharField("借阅目的", max_length=200)
    approved_by = models.CharField("批准人", max_length=60)
    lent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lent_on = models.DateField("借出日期", default=timezone.localdate)
    due_on = models.DateField("应还日期")
    returned_on = models.DateField("归还日期", null=True)
    returned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    condition = models.CharField("归还情况", max_length=200, blank=True)  # what was found when it came back

    objects = GuardedQuerySet.as_manager()

    @property
    def code_shown(self) -> str:
        """With the codes that the item bore before: one of them may stand on the paper that was lent."""
        former = "、".join(one["code"] for one in self.record.former_codes)
        return f"{self.record.archival_code}（曾用 {former}）" if former else self.record.archival_code

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(returned_on=None), name="paper_lent_once_at_a_time"),
            models.CheckConstraint(condition=Q(due_on__gte=F("lent_on")), name="paper_due_after_it_was_lent"),
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=F("lent_on")), name="paper_back_after_it_was_lent"
            ),
        ]
        indexes = [models.Index(fields=["unit", "returned_on", "due_on"], name="paper_loan_of_unit")]

    def __str__(self) -> str:
        return f"借阅 {self.record.archival_code}"

    @property
    def approver_told(self) -> str:
        return approver_told(self.approved_by)

    @property
    def is_overdue(self) -> bool:
        return self.returned_on is None and self.due_on < timezone.localdate()

"""单套制: which units need no paper, as 区档案局 approved it, from which year, and its end (E-07; practice 1)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Unit
from units.texts import too_long
from units.workflow import Refused, patiently

from ..models import SingleSet

WHOLE = "全部文书档案"


def approve(
    unit: Unit, *, approval: str, approved_on: date, by, from_year: int | None = None, scope: str = WHOLE
) -> SingleSet:
    """The approval of `unit`, of its items from `from_year` (the year of approval) on. Refused with every reason."""
    approval, scope, begins = approval.strip(), scope.strip() or WHOLE, from_year or approved_on.year
    found = [
        "" if approval else "请填写单套制的批准文号。",
        too_long(approval, 100, "批准文号"),
        too_long(scope, 200, "范围"),
        "批准日期不能晚于今天。" if approved_on > timezone.localdate() else "",
        "" if approved_on.year <= begins <= approved_on.year + 1 else "单套制自批准当年度或次年度起，不溯及以往年度。",
        "" if by.is_system or may(by, "approve_single_set", unit) else "单套制由区档案局批准，应由区档案局登记。",
    ]
    if found := [one for one in found if one]:
        raise Refused(*found)
    with patiently(), transaction.atomic():
        try:
            with transaction.atomic():
                row = SingleSet.objects.create(
                    unit=unit, approval=approval, approved_on=approved_on, from_year=begins, scope=scope, entered_by=by
                )
        except IntegrityError as error:
            raise Refused(f"{unit}已经实行单套制。") from error
        audit.record(
            "approve_single_set", "批准单套制（区档案局）", row, by=by, approval=approval, approved_on=str(approved_on),
            from_year=begins, scope=scope,
        )  # fmt: skip
    return row


def end(row: SingleSet, *, ended_on: date, reason: str, by) -> SingleSet:
    """What is filed from `ended_on` on owes paper again. Refused with every reason."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        found = SingleSet.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
        wrong = [
            "" if may(by, "end", found) else "单套制由区档案局终止。",
            f"{found.unit}的单套制已于 {found.ended_on} 终止。" if found.ended_on else "",
            "" if reason else "请填写终止理由。",
            too_long(reason, 200),
            f"终止日期不能早于批准日期 {found.approved_on}。" if ended_on < found.approved_on else "",
            "终止日期不能晚于今天。" if ended_on > timezone.localdate() else "",
        ]
        if wrong := [one for one in wrong if one]:
            raise Refused(*wrong)
        found.ended_on, found.ended_because, found.ended_by = ended_on, reason, by
        found.save(update_fields=["ended_on", "ended_because", "ended_by"])
        audit.record("end_single_set", "终止单套制（区档案局）", found, by=by, opinion=reason, ended_on=str(ended_on))
    return found

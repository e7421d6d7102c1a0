"""常用单位组: a unit's own groups of units, made, changed and ended by its clerk; each act one event."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from . import audit
from .access import holds, may
from .models import Unit, UnitGroup, User
from .workflow import Refused

NOT_HIS = "只有本单位文书可以维护常用单位组。"


def save(group: UnitGroup | None, *, unit: Unit, name: str, members: Iterable[Unit], by: User) -> UnitGroup:
    """Make a group of `unit`, or give `group` its name and members; Refused with every reason."""
    chosen = list(members)
    if group is None and not holds("edit_groups", by, unit):
        raise Refused(NOT_HIS)
    reasons = [] if name.strip() else ["请填写组名。"]
    reasons += [] if chosen else ["请至少选择一个单位。"]
    if reasons:
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            return _saved(group, unit, name.strip(), chosen, by)
    except IntegrityError as error:
        raise Refused(f"{unit}已有名为“{name.strip()}”的组，请换一个名称，或修改原来的组。") from error


def _saved(group: UnitGroup | None, unit: Unit, name: str, members: list[Unit], by: User) -> UnitGroup:
    row = UnitGroup(unit=unit) if group is None else _locked(group, by)
    before = [] if group is None else names_of(row)
    row.name = name
    row.save()
    row.members.set(members)
    audit.record(
        "edit_group", "维护单位组", row, by=by, through="edit", was=before, members=[one.short_name for one in members]
    )
    return row


def _locked(group: UnitGroup, by: User) -> UnitGroup:
    row = UnitGroup.objects.select_for_update(of=("self",)).select_related("unit").get(pk=group.pk)
    if not may(by, "edit", row):
        raise Refused(NOT_HIS if row.ended_at is None else f"“{row}”已经停用。")
    return row


def names_of(group: UnitGroup) -> list[str]:
    return [one.short_name for one in group.members.order_by("code")]


@transaction.atomic
def end(group: UnitGroup, *, by: User) -> None:
    """停用: it is offered no more; what was sent to its units stays."""
    row = _locked(group, by)
    row.ended_at = timezone.now()
    row.save()
    audit.record("end_group", "停用单位组", row, by=by, through="edit", members=names_of(row))

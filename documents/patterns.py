"""A unit's 范本: one function a verb, one transaction, one event."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import audit
from units.access import holds
from units.workflow import Refused, Stale

from .models import Pattern

FIELDS = ("name", "doc_type", "routing_direction", "title", "body")
TWICE = "本单位已有同名的范本，请换一个名称，或修改原有的范本。"


def create(fields: dict, *, unit, by) -> Pattern:
    if not holds("edit_patterns", by, unit):
        raise Refused(f"您没有为{unit}维护范本的权限，请由该单位文书办理。")
    return _kept(Pattern(unit=unit), fields, by, "create_pattern", "建立范本")


@transaction.atomic
def change(pattern: Pattern, fields: dict, *, by, version: int) -> Pattern:
    """Overwrite; Stale when somebody else changed it since `version`."""
    row = _locked(pattern, by)
    if row.version != version:
        raise Stale(f"“{row}”已被他人修改，请重新打开核对后再改；您填写的内容仍在本页。")
    row.version += 1
    return _kept(row, fields, by, "change_pattern", "修改范本")


@transaction.atomic
def retire(pattern: Pattern, *, by) -> None:
    """It is offered no more; what was drafted from it stays as it is."""
    row = _locked(pattern, by)
    row.retired_at = timezone.now()
    row.save()
    audit.record("retire_pattern", "停用范本", row, by=by, through="edit")


def _locked(pattern: Pattern, by) -> Pattern:
    rows = Pattern.objects.allowing("edit", by).filter(pk=pattern.pk, retired_at=None)
    row = rows.select_for_update(of=("self",)).select_related("unit").first()
    if row is None:
        raise Refused(f"“{pattern}”已经停用，或您没有维护它的权限，请由其单位文书办理。")
    return row


def _kept(pattern: Pattern, fields: dict, by, verb: str, label: str) -> Pattern:
    before = {name: getattr(pattern, name) for name in FIELDS} if pattern.pk else {}
    for name in FIELDS:
        setattr(pattern, name, fields[name])
    pattern.changed_by, pattern.changed_at = by, timezone.now()
    try:
        with transaction.atomic():
            pattern.save()
            changed = [name for name in before if before[name] != getattr(pattern, name)]
            audit.record(verb, label, pattern, by=by, through="edit", changed=changed)
    except IntegrityError as error:
        raise Refused(TWICE) from error
    return pattern

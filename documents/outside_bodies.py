"""Bodies outside the platform as a unit keeps them: one function a verb, one transaction, one event."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import audit
from units.access import holds, may
from units.workflow import Refused

from .models import OutsideBody

FIELDS = ("name", "short_name", "way", "address", "contact", "note")
TWICE = "已有同名的区外单位，请直接选用或修改。"


def create(fields: dict, *, unit, by) -> OutsideBody:
    if not holds("dispatch_documents", by, unit):
        raise Refused(f"您没有为{unit}维护区外单位的权限，请由该单位文书办理。")
    return _kept(OutsideBody(unit=unit), fields, by, "create_body", "登记区外单位")


def change(body: OutsideBody, fields: dict, *, by) -> OutsideBody:
    if not may(by, "edit", body):
        raise Refused("您没有修改区外单位的权限，请由本单位文书办理。")
    return _kept(body, fields, by, "change_body", "修改区外单位")


def _kept(body: OutsideBody, fields: dict, by, verb: str, label: str) -> OutsideBody:
    before = {name: getattr(body, name) for name in FIELDS} if body.pk else {}
    for name in FIELDS:
        setattr(body, name, fields[name])
    try:
        with transaction.atomic():
            body.save()
            changed = {
                name: [before[name], getattr(body, name)] for name in before if before[name] != getattr(body, name)
            }
            audit.record(verb, label, body, by=by, through="edit", changes=changed)
    except IntegrityError as error:
        raise Refused(TWICE) from error
    return body


@transaction.atomic
def retire(body: OutsideBody, *, by) -> None:
    """It is offered no more; what was sent to it stays as it is."""
    if not may(by, "edit", body):
        raise Refused("您没有停用区外单位的权限，请由本单位文书办理。")
    body.retired_at = timezone.now()
    body.save()
    audit.record("retire_body", "停用区外单位", body, by=by, through="edit")

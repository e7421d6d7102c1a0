"""An approver whom somebody names in his own act, because the approval was given elsewhere: by word, or on paper.

Nothing in the system proves such an approval. So the one who acts chooses among the unit's leaders or says that the
signature stands on paper, never names himself, and whatever prints the name says who entered it.
"""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError

from units.models import Appointment, Unit
from units.roles import PostKind
from units.texts import LineField

from .entered import ON_PAPER

SIGNED = "paper"  # the choice that asks for `signed_by`
LONGEST = 60  # characters of the stored name, with ON_PAPER


def leaders_of(unit: Unit) -> list[str]:
    """Names of those who hold 领导 in `unit` today."""
    held = Appointment.objects.active().filter(post__unit=unit, post__kind=PostKind.LEADER, user__is_active=True)
    return list(dict.fromkeys(held.order_by("user__name", "pk").values_list("user__name", flat=True)))


def named_fault(given: str, unit: Unit, by) -> str:
    """Why `given` cannot stand as the approver of an act of `by` in `unit`; "" when it can, and of nobody named."""
    name = given.strip()
    bare = name.removesuffix(ON_PAPER).strip()
    if not name:
        return ""
    if bare == by.name:
        return "批准人不能是您本人，请选择批准此事的领导。"
    if not bare:
        return "请填写在纸质件上签字的批准人。"
    if name.endswith(ON_PAPER) or name in leaders_of(unit):
        return ""
    return f"“{name}”不是本单位现任领导；请从本单位领导中选择，批准人在纸上签字的，选“其他人”并填写姓名。"


def approver_fields(required: bool) -> tuple[forms.ChoiceField, LineField]:
    """The choice and the name that goes with 其他人; `offer_leaders` fills the choice."""
    chosen = forms.ChoiceField(
        choices=[("", "请选择")], required=required, label="批准人", help_text="本单位批准此事的领导，不能是本人",
        error_messages={"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择批准人。"},
    )  # fmt: skip
    signed = LineField(
        max_length=LONGEST - len(ON_PAPER), required=False, label="纸质签字的批准人",
        help_text="批准人选“其他人”时填写签字人姓名和职务",
    )  # fmt: skip
    chosen.depends = signed.depends = True
    return chosen, signed


def offer_leaders(field: forms.ChoiceField, unit: Unit, by) -> None:
    names = [(one, one) for one in leaders_of(unit) if by is None or one != by.name]
    field.choices = [("", "请选择"), *names, (SIGNED, "其他人（已在纸上签字）")]


def named(chosen: str, signed: str) -> str:
    """What is kept of the two fields."""
    return f"{signed.strip()}{ON_PAPER}" if chosen == SIGNED and signed.strip() else "" if chosen == SIGNED else chosen


def ask_signature(chosen: str, signed: str, add_error: Callable[[str, ValidationError | str], None]) -> None:
    """其他人 needs a name, a leader none."""
    if chosen == SIGNED and not signed.strip():
        add_error("signed_by", "请填写在纸质件上签字的批准人。")
    if chosen != SIGNED and signed.strip():
        add_error("signed_by", "批准人选“其他人”的才填写签字人；已选领导的请删去。")

"""What part of a register is wanted: whose, of which days, and what narrows it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from units.models import Unit
from units.texts import LineField
from units.typed_days import DayField

from ..forms import CHOICE, LATER, TYPES, DateInput
from ..states import STATES_OF, Direction, HandlingKind, ReceivedAs, State

SEALED_STATES = (State.SEALED, State.DISPATCHED, State.COMPLETED, State.VOIDED)
RECEIVED_STATES = tuple(
    state for state in STATES_OF[Direction.INCOMING] if state not in (State.DELIVERED, State.SIGNED_FOR)
)
KINDS = {"issued": ("文种", TYPES), "received": ("办件/阅件", HandlingKind.choices), "seals": ("文种", TYPES)}
STATES = {"issued": STATES_OF[Direction.OUTGOING], "received": RECEIVED_STATES, "seals": SEALED_STATES}
DAYS = {"issued": "编号日期", "received": "收文日期", "seals": "用印日期"}


@dataclass(frozen=True)
class Choice:
    """`first` and `last` are local days, both inclusive; an empty `kind`, `prefix` or `state` narrows nothing."""

    unit: Unit
    first: date
    last: date
    kind: str = ""
    prefix: str = ""
    state: str = ""
    received_as: str = ""

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after the last day."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def range_shown(self) -> str:
        return f"{self.first.isoformat()} 至 {self.last.isoformat()}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def month_of(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def month_before(day: date) -> tuple[date, date]:
    return month_of(day.replace(day=1) - timedelta(days=1))


class OfUnit(forms.Form):
    """A choice that begins with the unit, asked only of who has several; none given is the first of `units`."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), required=False, label="单位", empty_label=None, to_field_name="code", error_messages=CHOICE
    )

    def __init__(self, data, *, units: list[Unit], known: dict[str, str]):
        self.given = {name: value for name, value in data.items() if name in self.base_fields and value}
        super().__init__({"unit": units[0].code, **known, **self.given})
        self.units = units
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("code")
        if len(units) == 1:
            del self.fields["unit"]

    def clean(self):
        data = super().clean()
        if "unit" not in self.fields:
            if self.data["unit"] != self.units[0].code:
                raise ValidationError(CHOICE["invalid_choice"])
            data["unit"] = self.units[0]
        return data


class RegisterForm(OfUnit):
    """Unit, days, kind, 机关代字 and state; what is not given is this month of the person's first unit."""

    first = DayField(required=False, label="起", widget=DateInput, error_messages=LATER)
    last = DayField(required=False, label="止", widget=DateInput, error_messages=LATER)
    kind = forms.ChoiceField(required=False, error_messages=CHOICE)
    prefix = LineField(max_length=20, required=False, label="机关代字", widget=forms.TextInput)
    state = forms.ChoiceField(required=False, label="状态", error_messages=CHOICE)

    received_as = forms.ChoiceField(
        required=False, label="来文种类", choices=[("", "全部"), *ReceivedAs.choices], error_messages=CHOICE
    )

    def __init__(self, data, *, which: str, units: list[Unit]):
        month = month_of(timezone.localdate())
        known = {"first": month[0].isoformat(), "last": month[1].isoformat()}
        super().__init__(data, units=units, known=known)
        label, kinds = KINDS[which]
        self.fields["kind"].label = label
        self.fields["kind"].choices = [("", "全部"), *kinds]
        self.fields["state"].choices = [("", "全部"), *((state.value, state.label) for state in STATES[which])]
        if which != "received":
            del self.fields["received_as"]
        self.fields["first"].label = f"{DAYS[which]}起"

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            raise ValidationError({"last": "止日不能早于起日，请核对。"})
        if data.get("last") and data["last"].year > 9000:
            raise ValidationError({"last": "请核对年份。"})
        return data

    @property
    def is_used(self) -> bool:
        return any(name != "unit" for name in self.given)

    def choice(self) -> Choice:
        chosen = self.cleaned_data
        names = ("unit", "first", "last", "kind", "prefix", "state", "received_as")
        return Choice(**{name: chosen[name] for name in names if name in chosen})

"""协办时限 as it is typed: a day, as 主办时限 is, one for all or one for each; for pressing papers hours of the clock.

A bare number, as it was typed before, is one of working days, and for pressing papers one of hours.
"""

import unicodedata
from datetime import date, datetime

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone

from units.calendar import WorkingCalendar
from units.choosing import Offer

from .limit_fields import HOURS, KEEP, MOST_HOURS, MOVE, CountedDay, PressingLimitMixin, end_of_day, named
from .route_plan import due_after
from .routes import LONGEST
from .states import LimitUnit

HOURS_OF = "-hours"  # the box beside a day's


def moment_of(typed: str, unit: LimitUnit) -> datetime:
    """The end of a day (2026-12-03), or so many of `unit` from now (5); ValidationError for what is neither."""
    line = unicodedata.normalize("NFKC", typed).strip()
    if line.isascii() and line.isdigit() and len(line) < 6 and 1 <= int(line) <= LONGEST[unit]:
        return due_after(timezone.now(), int(line), unit)
    try:
        return end_of_day(forms.DateField().to_python(line))
    except forms.ValidationError:
        words = f"日期应写成 2026-11-24 的样式，也可填 1 至 {LONGEST[unit]} 的整数（{unit.label}数）"
        raise forms.ValidationError(f"协办时限“{typed[:20]}”不能识别：{words}。") from None


def _as_day(typed: str, unit: LimitUnit) -> str:
    """What the box of a day shows of it: a number of working days as the day on which they end."""
    try:
        return timezone.localdate(moment_of(typed, unit)).isoformat()
    except forms.ValidationError:
        return typed


class CoLimitField(forms.Field):
    """The moment at which the common limit ends."""

    unit = LimitUnit.WORKING_DAYS

    def to_python(self, value):
        return moment_of(value, self.unit) if value and value.strip() else None

    def prepare_value(self, value):
        return _as_day(value, self.unit) if isinstance(value, str) and value else value


class LimitsWidget(forms.Widget):
    """A box for each who can be chosen; static/js/co_handling.js shows those of who is."""

    def __init__(self, box: str):
        super().__init__()
        self.box, self.offer, self.unit = box, Offer("nobody"), LimitUnit.WORKING_DAYS

    def value_from_datadict(self, data, files, name):
        """["d3=2026-12-03", "12=8"]: who, and what was typed in one of his boxes; only what was typed."""
        boxes = [(str(one.key), f"{name}-{one.key}{tail}") for one in self.offer.candidates for tail in ("", HOURS_OF)]
        typed = [(key, data.get(box, "").strip()) for key, box in boxes]
        return [f"{key}={value}" for key, value in typed if value]

    def value_omitted_from_data(self, data, files, name) -> bool:
        return not any(one.startswith(f"{name}-") for one in data)

    def render(self, name, value, attrs=None, renderer=None):
        known = dict(one.split("=", 1) for one in value or ())
        is_pressing = self.unit == LimitUnit.HOURS
        rows = []
        for one in self.offer.candidates:
            typed = known.get(str(one.key), "")
            hours = typed if is_pressing and typed.isdigit() else ""
            day = "" if hours or not typed else _as_day(typed, self.unit)
            rows.append((f"{name}-{one.key}", one, day, hours))
        context = {"rows": rows, "is_pressing": is_pressing, "box": name.replace("co_limits", self.box)}
        return render_to_string("documents/_co_limits.html", context)

    def id_for_label(self, id_, index=None):
        return ""


class LimitsField(forms.Field):
    """Key of who was chosen → the moment at which his limit ends."""

    def clean(self, value):
        found: dict[str, datetime] = {}
        wrong: list[forms.ValidationError] = []
        names = {str(one.key): one.label for one in self.widget.offer.candidates}
        for one in value or ():
            key, typed = one.split("=", 1)
            if key in found:
                wrong.append(forms.ValidationError(f"{names[key]}的时限只填一处：日期，或者小时数。"))
                continue
            try:
                found[key] = moment_of(typed, self.widget.unit)
            except forms.ValidationError as error:
                wrong += [forms.ValidationError(f"{names[key]}的{told}") for told in error.messages]
        if wrong:
            raise forms.ValidationError(wrong)
        return found


class CoLimitMixin(PressingLimitMixin):
    """The common limit, in days or hours, and beside it those of single ones; a day off is asked about once for all."""

    co_limit = CoLimitField(required=False, label="协办时限", widget=CountedDay)
    co_hours = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_HOURS, label="协办或几小时内办理", error_messages=HOURS
    )
    co_limits = LimitsField(required=False, label="各自的协办时限", widget=LimitsWidget("co_handlers"))
    co_day_off = forms.ChoiceField(required=False, label="协办时限落在休息日", widget=forms.RadioSelect)
    co_day_off.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["co_limits"].depends = True
        self.fields["co_limit"].help_text = "协办共同的时限；不填的以全件的办理时限为准"
        unit = LimitUnit.HOURS if self.document.urgency else LimitUnit.WORKING_DAYS
        self.fields["co_limit"].unit = self.fields["co_limits"].widget.unit = unit
        if unit != LimitUnit.HOURS:
            del self.fields["co_hours"]

    def standing_limits(self) -> dict[str, datetime]:
        """Key → the moment that was laid down before: its day stands in the box, and is not asked about again."""
        return {}

    def offer_limits(self, offer: Offer) -> None:
        """Whom limits may be given; what stands is shown, and the question about a day off asked while there is one."""
        self.fields["co_limits"].widget.offer = offer
        stands = {key: timezone.localdate(moment) for key, moment in self.standing_limits().items()}
        self.fields["co_limits"].initial = [f"{key}={day}" for key, day in stands.items()]
        calendar, today = WorkingCalendar(), timezone.localdate()
        self._moved = {
            day: calendar.after(day, 1).day
            for day in self._typed_days()
            if day >= today and day not in stands.values() and not calendar.is_working(day)
        }
        if not self._moved:
            del self.fields["co_day_off"]
            return
        told = "、".join(f"{named(day)} 顺延到 {named(later)}" for day, later in sorted(self._moved.items()))
        kept = "、".join(named(day) for day in sorted(self._moved))
        self.fields["co_day_off"].choices = [(MOVE, told), (KEEP, f"仍为 {kept}")]

    def _typed_days(self) -> list[date]:
        """The days that were typed as days, common and single; a number of working days ends on none that is off."""
        if not self.is_bound:
            return []
        name = self.add_prefix("co_limits")
        single = self.fields["co_limits"].widget.value_from_datadict(self.data, {}, name)
        found = []
        for typed in (self.data.get(self.add_prefix("co_limit"), ""), *(one.split("=", 1)[1] for one in single)):
            try:
                found.append(forms.DateField(required=False).clean(typed))
            except forms.ValidationError:
                continue
        return [day for day in found if day is not None]

    def clean(self):
        data = super().clean()
        if data.get("co_hours") and data.get("co_limit"):
            self.add_error("co_hours", "协办时限只填一处：日期，或者小时数。")
        self._refuse_past(data)
        if not self._moved or "co_day_off" in self.errors:
            return data
        if not data.get("co_day_off"):
            days = "、".join(named(day) for day in sorted(self._moved))
            self.add_error("co_day_off", f"{days} 是休息日：请选择顺延，或仍用该日。")
        elif data["co_day_off"] == MOVE:
            data["co_limit"] = self._later(data.get("co_limit"))
            data["co_limits"] = {key: self._later(one) for key, one in (data.get("co_limits") or {}).items()}
        return data

    def _refuse_past(self, data) -> None:
        now, stands = timezone.now(), {timezone.localdate(one) for one in self.standing_limits().values()}
        if data.get("co_limit") and data["co_limit"] < now:
            self.add_error("co_limit", "协办时限不能早于今天。")
        names = {str(one.key): one.label for one in self.fields["co_limits"].widget.offer.candidates}
        late = [
            names[key]
            for key, moment in (data.get("co_limits") or {}).items()
            if moment < now and timezone.localdate(moment) not in stands
        ]
        if late:
            self.add_error("co_limits", f"{'、'.join(late)}的协办时限不能早于今天。")

    def _later(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        day = timezone.localdate(moment)
        return end_of_day(self._moved[day]) if day in self._moved else moment

    def limit_for(self, key: str) -> datetime | None:
        """His own, to the moment where its day is that of what stood; else the common one."""
        own, stands = self.cleaned_data["co_limits"].get(key), self.standing_limits().get(key)
        if own is not None:
            return stands if stands and timezone.localdate(stands) == timezone.localdate(own) else own
        hours = self.cleaned_data.get("co_hours")
        return due_after(timezone.now(), hours, LimitUnit.HOURS) if hours else self.cleaned_data["co_limit"]

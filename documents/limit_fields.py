"""办理时限 as it is typed: a day, kept or moved when it falls on a day off, or hours of the clock for pressing papers."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone

from units.calendar import LAST_MINUTE, WorkingCalendar, upcoming
from units.typed_days import DayField

from . import hanging
from .routes import LONGEST
from .states import LimitUnit, Urgency
from .step_fields import StepFields

LATER = {"invalid": "日期应写成 2026-11-24 的样式。"}
WEEKDAYS = "一二三四五六日"
MOVE, KEEP = "move", "keep"
MOST_HOURS = LONGEST[LimitUnit.HOURS]
HOURS = {name: f"小时数应为 1 至 {MOST_HOURS} 的整数。" for name in ("invalid", "min_value", "max_value")}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class CountedDay(DateInput):
    """A limit's day, beside which static/js/limit_days.js tells the how manieth working day it is.

    `calendar` gives units.calendar.upcoming; one box of a page is enough to bring it.
    """

    calendar: Callable[[], dict] | None = None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        told = {"data-days": json.dumps(self.calendar())} if self.calendar is not None else {}
        context["widget"]["attrs"] |= {"max": "9999-12-31", "data-limit-day": True, **told}  # a year of four digits
        return context


def end_of_day(day):
    return timezone.make_aware(datetime.combine(day, time(LAST_MINUTE.hour, LAST_MINUTE.minute))) if day else None


def named(day: date) -> str:
    """2026-10-09（周五）"""
    return f"{day}（周{WEEKDAYS[day.weekday()]}）"


class DayOffMixin(StepFields):
    """`due_on` on a day off is told at once: whoever typed it says whether it moves to the next working day or stays.

    The question is a field of the form only while such a day stands in it.
    """

    day_off = forms.ChoiceField(required=False, label="时限落在休息日", widget=forms.RadioSelect)
    day_off.depends = True  # while it is asked at all

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._next = None
        if "due_on" in self.fields:
            self.fields["due_on"].widget.calendar = self._calendar
        if (stands := self.standing_day()) is not None:
            self.fields["due_on"].initial = stands
        typed = self._typed_day()
        calendar = WorkingCalendar()
        if typed is None or calendar.is_working(typed) or calendar.after(typed, 1).day < timezone.localdate():
            del self.fields["day_off"]
            return
        self._next = calendar.after(typed, 1).day
        field = self.fields["day_off"]
        field.choices = [(MOVE, f"顺延到 {named(self._next)}"), (KEEP, f"仍为 {named(typed)}")]
        names = [name for name in self.fields if name != "day_off"]
        at = names.index("due_on") + 1
        self.order_fields([*names[:at], "day_off", *names[at:]])

    def _calendar(self) -> dict:
        return hanging.once(self.document, "calendar", lambda: upcoming(timezone.localdate()))

    def standing_day(self) -> date | None:
        """The day that was laid down before: it stands in the box, and is not asked about again."""
        return None

    def _typed_day(self) -> date | None:
        field = self.fields.get("due_on")
        if field is None or not self.is_bound:
            return None
        try:
            day = field.clean(self.data.get(self.add_prefix("due_on")))
        except forms.ValidationError:
            return None
        return day if day != self.standing_day() else None

    def clean(self):
        data = super().clean()
        if self._next is None or not data.get("due_on") or "day_off" in self.errors:
            return data
        if not data.get("day_off"):
            self.add_error(
                "day_off", f"{named(data['due_on'])} 是休息日：请选择顺延到 {named(self._next)}，或仍用该日。"
            )
        elif data["day_off"] == MOVE:
            data["due_on"] = self._next
        return data


class LimitMixin(DayOffMixin):
    due_on = DayField(required=False, label="办理时限", widget=CountedDay, error_messages=LATER)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day and day < timezone.localdate() and day != self.standing_day():
            raise forms.ValidationError(f"{self.fields['due_on'].label}不能早于今天。")
        return day

    def values(self) -> dict:
        return {**super().values(), "due_at": end_of_day(self.cleaned_data.get("due_on"))}


def limit_is_asked(form, urgency: str | None = None) -> None:
    """特急 and 加急 carry a limit (条例 24(4)): the field says so."""
    urgency = form.document.urgency if urgency is None else urgency
    if urgency in Urgency.values and urgency:
        form.fields["due_on"].required = True
        asked = f"{Urgency(urgency).label}公文须填写办理时限。"
        form.fields["due_on"].error_messages["required"] = asked


class PressingLimitMixin(LimitMixin):
    """The same, or for 特急 and 加急 a number of hours from now; days off count (practice 1)."""

    due_hours = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_HOURS, label="或几小时内办理",
        help_text="加急、特急按钟点计，休息日也算", error_messages=HOURS,
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.document.urgency:
            del self.fields["due_hours"]

    def clean(self):
        data = super().clean()
        if data.get("due_hours") and data.get("due_on") not in (None, self.standing_day()):
            self.add_error("due_hours", "办理时限只填一处：日期，或者小时数。")
        return data

    def values(self) -> dict:
        hours = self.cleaned_data.get("due_hours")
        given = super().values()
        return {**given, "due_at": timezone.now() + timedelta(hours=hours)} if hours else given

"""Days as people type them: read, and held within what can be meant; a slip like 0206 or 2999 is asked about."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST = date(1900, 1, 1)  # no paper that a district keeps as a file of its own is older
YEARS_AHEAD = 50  # the longest that a decision of today reaches; a later day is looked at again


def years_on(years: int) -> date:
    """The last day of the year `years` from now."""
    return date(timezone.localdate().year + years, 12, 31)


class DayField(forms.DateField):
    """`earliest` and `latest` are asked when the day comes: today is another one each day."""

    def __init__(
        self, *, earliest: Callable[[], date] | None = None, latest: Callable[[], date] | None = None, **kwargs
    ) -> None:
        self.earliest, self.latest = earliest, latest
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def validate(self, value) -> None:
        super().validate(value)
        if value is None:
            return
        first = self.earliest() if self.earliest else FIRST
        last = self.latest() if self.latest else years_on(YEARS_AHEAD)
        if not first <= value <= last:
            today = timezone.localdate()
            if first == today and value < first:
                raise ValidationError(f"“{value}”已经过去，请填写今天或以后的日期。", code="range")
            if last == today and value > last:
                raise ValidationError(f"{self.label}不能晚于今天。", code="range")
            raise ValidationError(f"“{value}”不在 {first} 至 {last} 之间，请核对年份。", code="range")

"""What part of the trail is wanted; every field is part of the address."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.forms import LATER, DateInput
from units.texts import LineField
from units.typed_days import DayField

from .trail import Asked

DAYS = 7  # shown when nothing is asked


class TrailForm(forms.Form):
    """Days (this week when none is given), person, object and act."""

    first = DayField(required=False, label="日期起", widget=DateInput, error_messages=LATER)
    last = DayField(required=False, label="止", widget=DateInput, error_messages=LATER)
    person = LineField(max_length=60, required=False, label="人员（姓名或用户名）", widget=forms.TextInput)
    object = LineField(max_length=500, required=False, label="档号、文号或完整题名", widget=forms.TextInput)
    act = LineField(max_length=40, required=False, label="行为（如“签发”“下载”）", widget=forms.TextInput)

    def __init__(self, data) -> None:
        today = timezone.localdate()
        known = {"first": (today - timedelta(days=DAYS - 1)).isoformat(), "last": today.isoformat()}
        self.given = {name: value for name, value in data.items() if name in self.base_fields and value}
        super().__init__({**known, **self.given})

    def clean(self):
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            raise ValidationError({"last": "止日不能早于起日，请核对。"})
        if any(day is not None and not 1900 < day.year < 9000 for day in (first, last)):
            raise ValidationError({"first": "请核对年份。"})
        return data

    @property
    def is_used(self) -> bool:
        return bool(self.given)

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)

"""Forms of the 值班表: one line for a span of days, and the Excel file."""

from datetime import timedelta

from django import forms

from units.models import User
from units.texts import LineField
from units.typed_days import DayField

from .forms import CHOICE, LATER, DateInput
from .roster_acts import Row, faults_of, staff_of

LONGEST = 31  # days entered at once


class DutyForm(forms.Form):
    day = DayField(label="日期", widget=DateInput, error_messages={**LATER, "required": "请填写日期。"})
    until = DayField(
        label="至", required=False, widget=DateInput, error_messages=LATER, help_text="连续多日的，填最后一日"
    )
    person = forms.ModelChoiceField(User.objects.none(), label="值班员", empty_label="请选择", error_messages=CHOICE)
    phone = LineField(max_length=40, label="值班电话")
    note = LineField(max_length=100, required=False, label="备注")

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = staff_of(unit)
        self.fields["person"].label_from_instance = lambda one: one.name

    def clean(self):
        data = super().clean()
        first, last = data.get("day"), data.get("until")
        if first and last and not first <= last < first + timedelta(days=LONGEST):
            self.add_error("until", f"最后一日不能早于第一日，一次最多 {LONGEST} 天。")
        if not self.errors:
            for row in self.rows()[:1]:
                for name, sentence in faults_of(row):
                    self.add_error(name, sentence)
        return data

    def rows(self) -> list[Row]:
        data = self.cleaned_data
        last = data.get("until") or data["day"]
        days = [data["day"] + timedelta(days=number) for number in range((last - data["day"]).days + 1)]
        return [Row(day, data["person"], data["phone"], data["note"]) for day in days]


class RosterFileForm(forms.Form):
    file = forms.FileField(
        label="值班表（Excel）",
        error_messages={"required": "请选择要上传的值班表。", "empty": "文件是空的（0 字节），请核对后重新上传。"},
    )

"""Forms of the inspector's rooms: which period, what is urged and answered, the day of go-live, a baseline."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from units.calendar import end_of_working_days
from units.texts import LineField, TextField
from units.typed_days import DayField

from .inputs import Asked
from .periods import FIRST_YEAR, LAST_YEAR, Period
from .states import ANSWER_DAYS

DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期。"}
YEAR = dict.fromkeys(("invalid", "min_value", "max_value"), "年度应为四位数字，如 2026。") | {
    "required": "请填写年度。"
}
NUMBER = dict.fromkeys(("invalid", "min_value", "max_value"), "应为 1 以上的整数，如 120。") | {
    "required": "请填写件数。"
}
CHOICE = {"invalid_choice": "请从列表中选择。", "required": "请选择月份。", "invalid_list": "请从列表中选择。"}
LONGEST_LIMIT = timedelta(days=366)
MONTHS = [(n, f"{n}月") for n in range(1, 13)]


def _day_field(label: str, **more) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(label=label, widget=widget, error_messages=DAY, **more)


class PeriodForm(forms.Form):
    """年度、月份、截止日; what is left empty is this whole year, up to today."""

    year = forms.IntegerField(
        label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, error_messages=YEAR
    )
    month = forms.TypedChoiceField(
        label="月份", choices=[("", "全年"), *MONTHS], coerce=int, empty_value=0, required=False, error_messages=CHOICE
    )
    as_of = _day_field("截止日", required=False)

    def __init__(self, given):
        """`given` is a request's GET or POST; without a year it is this one."""
        data = given.copy()
        data.setdefault("year", str(timezone.localdate().year))
        super().__init__(data)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in ("month", "as_of"))

    def clean_as_of(self):
        """Nobody knows yet how a later day will have ended."""
        day = self.cleaned_data["as_of"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("截止日不能晚于今天。")
        return day

    def asked(self, figure: str = "missing") -> Asked:
        """What the address asks for; where it is wrong, this year to today, and the form says what is wrong."""
        today = timezone.localdate()
        if not self.is_valid():
            return Asked(Period(today.year), today, today, figure)
        chosen = self.cleaned_data
        period = Period(chosen["year"] or today.year, chosen.get("month") or 0)
        return Asked(period, chosen["as_of"] or today, today, figure)


class UrgeForm(forms.Form):
    text = TextField(max_length=500, label="督办意见", widget=forms.Textarea(attrs={"rows": 3}))
    due_on = _day_field("答复期限", help_text="对方待办的时限即为此日")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate(end_of_working_days(timezone.now(), ANSWER_DAYS))

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if not timezone.localdate() < day <= timezone.localdate() + LONGEST_LIMIT:
            raise forms.ValidationError("答复期限应晚于今天，且在一年以内。")
        return day


class AnswerForm(forms.Form):
    text = TextField(max_length=500, label="办理情况", widget=forms.Textarea(attrs={"rows": 3}))


class GoLiveForm(forms.Form):
    day = _day_field("上线日期")


class BaselineForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR, error_messages=YEAR)
    months = forms.TypedMultipleChoiceField(
        label="月份", choices=MONTHS, coerce=int, widget=forms.CheckboxSelectMultiple, error_messages=CHOICE
    )
    count = forms.IntegerField(label="应归档件数", min_value=1, max_value=1_000_000, error_messages=NUMBER)
    source = LineField(max_length=200, label="依据", initial="收发文登记簿")

    def clean_months(self):
        return sorted(self.cleaned_data["months"])


class WithdrawForm(forms.Form):
    reason = LineField(max_length=200, label="撤回理由", error_messages={"required": "撤回基数须填写理由。"})


class SampleForm(forms.Form):
    verdict = forms.ChoiceField(
        label="抽查结论", choices=[("", "请选择"), ("accept", "认可"), ("refuse", "不予认可")], error_messages=CHOICE
    )
    reason = LineField(max_length=200, label="理由", required=False)


class YearNoteForm(forms.Form):
    reason = LineField(max_length=200, label="跨年办理理由")

"""Forms of transfer: what goes into a batch, and notes."""

from django import forms

from archive.states import Retention
from units.models import Unit
from units.texts import LineField, TextField

YEAR = {
    "invalid": "年度应为四位数字，如 2026。",
    "min_value": "年度应为四位数字，如 2026。",
    "max_value": "年度应为四位数字，如 2026。",
}


class BatchForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="移交单位",
        empty_label=None,
        error_messages={"invalid_choice": "单位不在列表中。", "required": "请选择单位。"},
    )
    name = LineField(max_length=200, label="交接工作名称", help_text="如：2016年度文书档案移交")
    first_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="起始年度", error_messages=YEAR
    )
    last_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="终止年度", error_messages=YEAR
    )
    retention = forms.ChoiceField(
        required=False,
        label="保管期限",
        choices=[("", "永久和30年"), (Retention.PERMANENT, "永久"), (Retention.THIRTY, "30年")],
        error_messages={"invalid_choice": "保管期限不在列表中。"},
    )
    description = TextField(max_length=1000, required=False, label="内容描述", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, units=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])

    def clean(self):
        data = super().clean()
        if data.get("first_year") and data.get("last_year") and data["first_year"] > data["last_year"]:
            self.add_error("last_year", "终止年度不能早于起始年度。")
        return data


class AddForm(forms.Form):
    """More records for a batch: those named by their codes, or whatever fits the years."""

    codes = TextField(
        max_length=20_000,
        required=False,
        label="档号",
        help_text="每行一个；不填则按年度选入",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="起始年度", error_messages=YEAR
    )
    last_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="终止年度", error_messages=YEAR
    )

    def clean_codes(self) -> tuple[str, ...]:
        return tuple(code for code in (line.strip() for line in self.cleaned_data["codes"].splitlines()) if code)

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            self.add_error("codes", "请填写档号，或填写起止年度。")
        return data


class NoteForm(forms.Form):
    note = TextField(max_length=1000, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, needs_note: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note

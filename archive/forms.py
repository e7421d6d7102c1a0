"""Forms of the archive: filters, search, correction, opening review."""

from dataclasses import fields

from django import forms
from django.utils import timezone

from units.models import Unit
from units.texts import LineField
from units.workflow import Transition

from .states import Access, Ground, Retention, State
from .workflow import OPENING

DAY = {"invalid": "日期应写成 2026-11-24 的样式。"}
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
CLOSING = ("postpone", "review_again")


class FiledFilter(forms.Form):
    q = LineField(max_length=100, required=False, label="题名、文号、档号或责任者")
    year = forms.IntegerField(
        required=False,
        min_value=1900,
        max_value=2999,
        label="年度",
        error_messages={
            "invalid": "年度应为四位数字，如 2026。",
            "min_value": "年度应为四位数字，如 2026。",
            "max_value": "年度应为四位数字，如 2026。",
        },
    )
    retention = forms.ChoiceField(choices=[("", "全部期限"), *Retention.choices], required=False, label="保管期限")
    state = forms.ChoiceField(choices=[("", "全部状态"), *State.choices], required=False, label="状态")

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class OpeningFilter(forms.Form):
    q = LineField(max_length=100, required=False, label="题名、文号、档号或责任者")
    access = forms.ChoiceField(choices=[("", "全部"), *Access.choices], required=False, label="开放状态")

    @property
    def is_used(self) -> bool:
        """The list opens with what waits for a decision."""
        return bool(self.data.get("q")) or self.data.get("access") != Access.PENDING


UNDECIDED = ("", "请选择")  # nothing is decided before somebody decides


class OpeningForm(forms.Form):
    """One decision of OPENING on one record or on many; 控制 is an old mark and not among them."""

    decision = forms.ChoiceField(
        choices=[UNDECIDED, *((name, step.label) for name, step in OPENING.steps.items())],
        label="审核结果",
        error_messages=CHOICE,
    )
    reason = LineField(max_length=200, label="审核意见")
    until = forms.DateField(
        required=False,
        label="延期至",
        help_text="延期开放须填写",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY,
    )
    ground = forms.ChoiceField(
        choices=[("", "请选择"), *Ground.choices], required=False, label="延期理由", error_messages=CHOICE
    )
    told = LineField(
        max_length=200, required=False, label="对公众的说明", help_text="停止开放已开放的档案时须填写，向公众显示"
    )
    until.depends = ground.depends = told.depends = True  # asked for by some decisions

    def __init__(self, *args, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record
        if record is None:
            return
        if not self.is_bound:  # what is offered; a late answer gets the workflow's own sentence
            steps = OPENING.steps.items()
            offered = [(name, step.label) for name, step in steps if record.access_status in step.sources]
            self.fields["decision"].choices = [UNDECIDED, *offered]
        if record.access_status != Access.OPEN:
            del self.fields["told"]

    @property
    def step(self) -> Transition:
        return OPENING.steps[self.cleaned_data["decision"]]

    def clean(self):
        data = super().clean()
        decision = data.get("decision")
        if decision == "postpone":
            if not data.get("until") and "until" not in self.errors:
                self.add_error("until", "延期开放须写明延至哪一天。")
            elif data.get("until") and data["until"] <= timezone.localdate():
                self.add_error("until", "延至的日期应晚于今天。")
            if not data.get("ground") and "ground" not in self.errors:
                self.add_error("ground", "延期开放须选择法定理由。")
        closes = self.record is not None and self.record.access_status == Access.OPEN and decision in CLOSING
        if closes and not data.get("told") and "told" not in self.errors:
            self.add_error("told", "该档案已开放，停止开放须写明对公众的说明。")
        return data

    def given(self):
        """The decision's input, from the fields of the same names."""
        names = {one.name for one in fields(self.step.input)} & set(self.cleaned_data)
        return self.step.input(**{name: self.cleaned_data[name] for name in names})


class BackfileForm(forms.Form):
    LIST, CORRECT = "list", "correct"

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="立档单位",
        empty_label=None,
        error_messages={"invalid_choice": "单位不在列表中。", "required": "请选择单位。"},
    )
    catalogue = forms.FileField(
        label="目录",
        help_text="Excel 或 CSV，列名见模板",
        error_messages={"required": "请选择目录文件。", "empty": "目录文件是空的。"},
    )
    files = forms.FileField(
        required=False,
        label="电子文件",
        help_text="ZIP 压缩包，文件名与目录“文件”列一致；仅有纸质件的，“文件”列留空，不必上传",
        error_messages={"empty": "压缩包是空的。"},
    )
    differing = forms.ChoiceField(
        choices=[(LIST, "只列出不同之处，不改动"), (CORRECT, "按目录更正（理由记为“目录更正”，原内容留在变更记录中）")],
        required=False,
        label="已归档而内容不同的",
        widget=forms.RadioSelect,
        initial=LIST,
        error_messages=CHOICE,
    )
    dry_run = forms.BooleanField(required=False, label="只检查，不归档")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units

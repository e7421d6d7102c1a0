"""Forms of the archive: filters, search, correction, opening review."""

from django import forms

from units.models import Unit
from units.texts import LineField

from .states import Access, Retention, State


class FiledFilter(forms.Form):
    q = LineField(max_length=100, required=False, label="题名、文号或档号")
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


class ReclassifyForm(forms.Form):
    retention_code = forms.ChoiceField(choices=Retention, label="保管期限")
    reason = LineField(max_length=150, label="理由")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OpeningFilter(forms.Form):
    q = LineField(max_length=100, required=False, label="题名、文号或档号")
    access = forms.ChoiceField(choices=[("", "全部"), *Access.choices], required=False, label="开放状态")

    @property
    def is_used(self) -> bool:
        """The list opens with what waits for a decision."""
        return bool(self.data.get("q")) or self.data.get("access") != Access.PENDING


class OpeningForm(forms.Form):
    status = forms.ChoiceField(
        choices=[
            (Access.OPEN, "开放"),
            (Access.POSTPONED, "延期开放"),
            (Access.CONTROLLED, "控制使用"),
            (Access.PENDING, "恢复待审"),
        ],
        label="审核结果",
    )
    reason = LineField(max_length=200, label="审核意见")


class BackfileForm(forms.Form):
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
        help_text="ZIP 压缩包，文件名与目录“文件”列一致",
        error_messages={"empty": "压缩包是空的。"},
    )
    dry_run = forms.BooleanField(required=False, label="只检查，不归档")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units

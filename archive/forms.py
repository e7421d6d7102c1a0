"""Forms of the archive: filters, correction, closing of what was opened, import."""

from django import forms

from documents.scan_fields import ProofField
from units.models import Unit
from units.texts import LineField

from .inputs import OpeningInput
from .states import Retention, State

DAY = {"invalid": "日期应写成 2026-11-24 的样式。"}
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}


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


class PartForm(forms.Form):
    """Why 来文 and 复文 become one item, or two again."""

    reason = LineField(max_length=150, label="理由")


class TieForm(forms.Form):
    """Which filed paper this one answers."""

    asked = LineField(max_length=200, label="所答复的来文", help_text="来文的档号、文号或题名中的词")
    reason = LineField(max_length=150, label="依据", help_text="如复文中所引的来文文号")


class CloseForm(forms.Form):
    """A record that was opened wrongly is closed at once and waits for a new review; the reason stays in the trail."""

    reason = LineField(max_length=200, label="停止开放的理由", help_text="留在管理过程中，不向公众显示")
    told = LineField(max_length=200, label="对公众的说明", help_text="在公众门户原网址上显示")

    def given(self) -> OpeningInput:
        return OpeningInput(told=self.cleaned_data["told"])


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
    files = ProofField(
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

"""Forms of 格式转换与迁移: the draft with need, risk and plan, and one small form for each of the further steps."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from units.models import Unit
from units.step_forms import StepForm
from units.texts import LineField, TextField
from units.typed_days import FIRST

from .conversion_workflow import Figures
from .conversions.choosing import Choice
from .conversions.methods import ways_of
from .forms import YEAR, years_in_order
from .holding.formats import Format
from .media_forms import CHOICE, GB, NUMBER, gigabytes_field
from .states import Method

MOMENT = {"invalid": "时间应写成 2026-11-24 09:30 的样式。", "required": "请填写时间。"}
NOTHING_TO_CONVERT = (
    "馆藏中目前没有本平台能转换的格式（JPEG、PNG、TIFF、JPEG 2000 图像）；其他格式在平台外转换，用“登记迁移”记载"
)


def _words(label: str, most: int, help_text: str) -> TextField:
    return TextField(max_length=most, label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3}))


class WordsForm(forms.Form):
    """What the register asks of both kinds, and the first three of the eight steps."""

    mandate = LineField(max_length=200, label="管理授权", help_text="依据的制度、批示或者工作安排")
    department = LineField(max_length=100, label="责任部门")
    source = LineField(
        max_length=300, label="源格式或系统描述", help_text="格式、版本，或者系统、存储、载体的名称和型号"
    )
    need = _words("需求确认", 1000, "为什么要转换或者迁移，涉及哪些档案")
    risk = _words("风险评估", 1000, "可能丢失什么，出错怎样恢复")
    plan = _words("实施方案", 2000, "方法、步骤、人员、时间、验证办法和回退办法")

    def given(self) -> dict:
        return dict(self.cleaned_data)


class MigrationForm(WordsForm):
    target = LineField(
        max_length=300, label="目标格式或系统描述", help_text="格式、版本，或者系统、存储、载体的名称和型号"
    )

    field_order = ("mandate", "department", "source", "target")


class ConversionForm(WordsForm):
    """`formats` are those of the holding: only what the program converts can be chosen."""

    chosen = forms.ChoiceField(label="要转换的格式", error_messages=CHOICE)
    method = forms.ChoiceField(label="转换方法", choices=Method.choices, error_messages=CHOICE)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="立档单位", required=False, empty_label="全部",
        error_messages={"invalid_choice": "单位不在列表中，请重新选择。"},
    )  # fmt: skip
    first_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="起始年度", error_messages=YEAR
    )
    last_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="终止年度", error_messages=YEAR
    )

    field_order = ("chosen", "method", "unit", "first_year", "last_year")

    def __init__(self, *given, formats: list[Format], units, **named) -> None:
        super().__init__(*given, **named)
        self._formats = {f"{one.format_id}|{one.mime}": one for one in formats if ways_of(one.mime)}
        self.fields["chosen"].choices = [("", "请选择"), *((key, _told(one)) for key, one in self._formats.items())]
        if not self._formats:
            self.fields["chosen"].help_text = NOTHING_TO_CONVERT
        self.fields["unit"].queryset = units
        self.fields["source"].required = False
        self.fields["source"].help_text = "留空则按所选格式填写"

    def clean(self):
        data = super().clean()
        years_in_order(self, data)
        one = self._formats.get(data.get("chosen", ""))
        if one is not None and data.get("method") and data["method"] not in ways_of(one.mime):
            self.add_error("method", "所选格式不能用这一方法转换，请另选。")
        return data

    def given(self) -> dict:
        data = dict(self.cleaned_data)
        one = self._formats[data.pop("chosen")]
        named = {name: data.pop(name) for name in ("unit", "first_year", "last_year")}
        data["source"] = data["source"] or f"{one.told.name or one.mime}（{one.shown_id}）"
        return data | {"choice": Choice(Method(data.pop("method")), one.format_id, one.mime, **named)}


def _told(one: Format) -> str:
    return f"{one.told.name or one.mime}，风险{one.told.risk}，{one.files:,} 个文件，应当：{one.told.right}"


def _is_meant(moment: datetime) -> None:
    """A slip of the year, like 0206; that no moment is to come the step asks."""
    if timezone.localdate(moment) < FIRST:
        raise ValidationError(f"时间早于 {FIRST}，请核对年份。", code="range")


def _moment(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, error_messages=MOMENT, initial=timezone.localtime, validators=(_is_meant,))


class FiguresForm(StepForm):
    """What a migration came to; everything is typed."""

    started_at, finished_at = _moment("实施开始时间"), _moment("实施结束时间")
    before_count = forms.IntegerField(label="操作前数量", min_value=0, max_value=10**9, error_messages=NUMBER)
    after_count = forms.IntegerField(label="操作后数量", min_value=0, max_value=10**9, error_messages=NUMBER)
    before_size = gigabytes_field("操作前数据量（GB）")
    after_size = gigabytes_field("操作后数据量（GB）")

    field_order = ("started_at", "finished_at", "before_count", "after_count", "before_size", "after_size", "note")

    def given(self) -> Figures:
        data = self.cleaned_data
        return Figures(
            data["started_at"], data["finished_at"], data["before_count"], data["after_count"],
            int(data["before_size"] * GB), int(data["after_size"] * GB),
        )  # fmt: skip


def form_of(step, data=None) -> StepForm:
    return (FiguresForm if step.input is Figures else StepForm)(data, step=step)

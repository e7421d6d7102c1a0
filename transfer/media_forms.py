"""Forms of the archive's own books: a medium, its checks, its end, and what came otherwise than by a batch."""

import re

from django import forms
from django.utils import timezone

from units.texts import LineField, TextField
from units.typed_days import FIRST, DayField

from .models import Batch
from .states import HELD, BackupWay, MediumKind, MediumRole, Source

DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期。"}
CHOICE = {"invalid_choice": "请从列表中选择。", "required": "请选择。"}
NUMBER = dict.fromkeys(("invalid", "min_value", "max_value"), "应为不小于 0 的整数，如 120。") | {
    "required": "请填写数字。"
}
GB = 1_000_000_000
MOST_BATCHES = 200


def _day_field(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(
        label=label, widget=widget, error_messages=DAY, initial=timezone.localdate, latest=timezone.localdate
    )


def _choice(label: str, choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *choices], error_messages=CHOICE)


def gigabytes_field(label: str, **more) -> forms.DecimalField:
    wrong = dict.fromkeys(
        ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"),
        "应为以 GB 计的数，如 25 或 0.35。",
    )
    return forms.DecimalField(
        label=label, min_value=0, max_value=1_000_000, max_digits=16, decimal_places=9,
        error_messages=wrong | {"required": "请填写容量。"}, **more,
    )  # fmt: skip


class MediumForm(forms.Form):
    """A medium that was written; `batches` are numbers, one a line."""

    kind = _choice("载体类型", MediumKind.choices)
    model = LineField(max_length=80, label="品牌、型号", required=False)
    capacity = gigabytes_field("容量（GB）")
    role = _choice("用途", MediumRole.choices)
    way = _choice("备份方式", BackupWay.choices)
    written_on = _day_field("写入日期")
    place = LineField(max_length=100, label="存放位置", help_text="如：区档案馆库房 3 号柜")
    batches = TextField(
        max_length=8000, label="写入的移交批次", help_text="批次号，一行一个", widget=forms.Textarea(attrs={"rows": 4})
    )
    number = LineField(
        max_length=60, label="载体编号", required=False, help_text="留空则按“全宗号-门类-起止年度-载体顺序号”编"
    )

    def __init__(self, *given, batches, **named) -> None:
        """`batches` are those that the person may view, in custody of his archive."""
        super().__init__(*given, **named)
        self._batches = batches

    def clean_batches(self) -> list[Batch]:
        named = list(dict.fromkeys(filter(None, (line.strip() for line in self.cleaned_data["batches"].splitlines()))))
        if len(named) > MOST_BATCHES:
            raise forms.ValidationError(f"一个载体最多登记 {MOST_BATCHES} 个批次。")
        bare = [
            name.rpartition("-v")[0] if name.rpartition("-v")[2].isdigit() and "-v" in name else name for name in named
        ]
        rows = self._batches.filter(batch_no__in=named + bare, state__in=HELD).select_related("fonds", "unit")
        found: dict[str, Batch] = {}
        for row in rows:
            if row.issued_no in found:
                raise forms.ValidationError(f"批次号“{row.issued_no}”不止一个单位有，请联系系统管理员。")
            found[row.issued_no] = row
        if missing := [name for name in named if name not in found]:
            raise forms.ValidationError(f"没有已接收的批次“{missing[0]}”，请照接收登记簿填写批次号（含 -v2 等版次）。")
        return [found[name] for name in named]

    def given(self) -> dict:
        data = dict(self.cleaned_data)
        return data | {"capacity_bytes": int(data.pop("capacity") * GB)}


class CheckForm(forms.Form):
    checked_on = _day_field("检测日期")
    looked_at = forms.IntegerField(label="抽检信息包数", min_value=1, max_value=100_000, error_messages=NUMBER)
    wrong = forms.IntegerField(label="其中不合格", min_value=0, max_value=100_000, error_messages=NUMBER)
    medium_result = LineField(max_length=200, label="载体检测结果", help_text="如：外观完好，可读取")
    data_result = LineField(max_length=500, label="数据检测结果", help_text="如：与登记的数字摘要一致")


class RetireForm(forms.Form):
    reason = LineField(max_length=200, label="注销理由和销毁方式", help_text="如：已复制到新载体，光盘物理销毁")


def years_typed(text: str) -> str:
    """年度 as typed: years or ranges of them, 1986—1992、1995; ValidationError for one that cannot be."""
    this_year = timezone.localdate().year
    for piece in filter(None, re.split(r"[、，,;；]", text)):
        ends = re.fullmatch(r"\s*(\d{4})(?:\s*[-—–~～至]+\s*(\d{4}))?\s*(?:年度?)?\s*", piece)
        if ends is None:
            raise forms.ValidationError(f"“{piece.strip()}”不是年度，应如 1986、1986—1992。")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if last < first:
            raise forms.ValidationError(f"“{piece.strip()}”的终止年度早于起始年度，请更正。")
        if first < FIRST.year or last > this_year:
            raise forms.ValidationError(f"年度应在 {FIRST.year} 至 {this_year} 之间，请核对“{piece.strip()}”。")
    return text


class AccessionForm(forms.Form):
    """What came otherwise than by a batch; everything is typed."""

    source = _choice("来源", Source.choices)
    received_on = _day_field("接收日期")
    giver = LineField(max_length=120, label="来源单位或个人")
    title = LineField(max_length=300, label="内容")
    count = forms.IntegerField(label="件数", min_value=0, max_value=10_000_000, error_messages=NUMBER)
    size = gigabytes_field("数据量（GB）", required=False)
    fonds_code = LineField(max_length=20, label="全宗号", required=False)
    years = LineField(max_length=20, label="年度", required=False, help_text="如 1986—1992")
    category = LineField(max_length=20, label="门类", initial="文书")
    retention = LineField(max_length=20, label="保管期限", required=False)
    codes = LineField(max_length=130, label="起止档号", required=False)
    place = LineField(max_length=60, label="存放位置", required=False)
    paper_no = LineField(max_length=60, label="协议或凭证号", required=False, help_text="捐赠、寄存必填")
    remark = LineField(max_length=200, label="备注", required=False)
    paper_no.depends = True

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("接收日期不能晚于今天。")
        return day

    def clean_years(self):
        return years_typed(self.cleaned_data["years"])

    def clean(self):
        data = super().clean()
        if data.get("source") in (Source.DONATED, Source.DEPOSITED) and not data.get("paper_no"):
            self.add_error("paper_no", "捐赠、寄存须填写协议号。")
        return data

    def given(self) -> dict:
        data = dict(self.cleaned_data)
        return data | {"bytes": int((data.pop("size") or 0) * GB)}


class VoidForm(forms.Form):
    reason = LineField(max_length=200, label="作废理由")

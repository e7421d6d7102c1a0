"""Forms of the paper's pages: which year and period, packing, 备考表, stock check, a record of paper alone."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from units.texts import LineField, TextField
from units.typed_days import DayField

from ..class_registry import CODE
from ..codes import numbered
from ..filed_twice import TICK
from ..fixed_years import Late
from ..models import SuppliedPaper
from ..named_approvers import approver_fields, ask_signature, named, offer_leaders
from ..retention import proposal_told
from ..states import Retention, Spine
from .alone import PaperAlone
from .boxes import SHEET_MM, Packing
from .owing import MOST_PAGES
from .supplying import LONGEST_NAME, LONGEST_REMARK, Supply

CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
YEAR = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "年度应为四位数字，如 2026。")
DAY = {"invalid": "日期应写成 2026-11-24 的样式。"}
NUMBER = {
    "invalid": "请填写整数。",
    "min_value": "应不小于 %(limit_value)s。",
    "max_value": "应不大于 %(limit_value)s。",
}
WHAT = [
    ("catalogue", "归档文件目录（带封面）"),
    ("stamps", "归档章标签"),
    ("spines", "盒脊"),
    ("notes", "备考表"),
    ("owed", "欠纸质件清单"),
]

PAGES_HINT = "与电子文件页数相同的不填；只勾选一件时可填"
ALL_YEARS = ("owed", "stamps")  # may be asked for of every year at once


def year_field(**more) -> forms.IntegerField:
    return forms.IntegerField(min_value=1900, max_value=2999, label="年度", error_messages=YEAR, **more)


def day_field(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return DayField(required=False, label=label, widget=widget, error_messages=DAY)


class OwedFilter(forms.Form):
    year = year_field(required=False)
    retention = forms.ChoiceField(
        choices=[("", "永久和30年"), *Retention.choices[:2]], required=False, label="保管期限", error_messages=CHOICE
    )
    place = forms.ChoiceField(
        choices=[("", "全部"), ("unit", "本单位保管"), ("archive", "已移交")], required=False, label="在何处",
        error_messages=CHOICE,
    )  # fmt: skip

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


class YearFilter(forms.Form):
    year = year_field(required=False)

    @property
    def is_used(self) -> bool:
        return bool(self.data.get("year"))


class PagesForm(forms.Form):
    """Where one item's paper has other pages than its files."""

    pages = forms.IntegerField(
        min_value=1, max_value=MOST_PAGES, required=False, label="纸质页数", error_messages=NUMBER,
        help_text=PAGES_HINT,
    )  # fmt: skip


class SupplyForm(forms.Form):
    """How, when and to whom the paper of accessioned items was handed over."""

    use_required_attribute = False  # it stands in one form with 登记纸质件, whose button asks for none of it
    how = forms.ChoiceField(choices=SuppliedPaper.How.choices, label="补交方式", error_messages=CHOICE)
    handed_on = DayField(
        label="移交日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={**DAY, "required": "请填写移交日期。"},
    )  # fmt: skip
    received_by = LineField(max_length=LONGEST_NAME, label="接收人", help_text="区档案馆接收纸质件的人")
    sheets = forms.IntegerField(
        min_value=1, max_value=MOST_PAGES, required=False, label="纸质页数", error_messages=NUMBER, help_text=PAGES_HINT
    )  # the page has a “pages” already, that of 登记纸质件
    remark = LineField(max_length=LONGEST_REMARK, required=False, label="备注")

    def given(self) -> Supply:
        given = dict(self.cleaned_data)
        return Supply(pages=given.pop("sheets"), **given)


class WithdrawSupplyForm(forms.Form):
    reason = LineField(max_length=LONGEST_REMARK, label="撤销理由")


class PackForm(forms.Form):
    sheet_mm = forms.DecimalField(
        min_value=Decimal("0.05"), max_value=1, max_digits=4, decimal_places=2, initial=SHEET_MM,
        label="每张纸厚（毫米）", error_messages={**NUMBER, "invalid": "请填写 0.05 至 1 之间的数，如 0.1。"},
    )  # fmt: skip
    sides = forms.TypedChoiceField(
        choices=[(1, "单面"), (2, "双面")], coerce=int, initial=1, label="用纸", error_messages=CHOICE
    )
    widest = forms.TypedChoiceField(
        choices=Spine.choices, coerce=int, initial=Spine.FORTY, label="最厚用盒", error_messages=CHOICE
    )

    def packing(self) -> Packing:
        return Packing(**self.cleaned_data)


class PrintForm(forms.Form):
    """What is printed of a year; the labels' first places may be used up."""

    what = forms.ChoiceField(choices=WHAT, label="打印", error_messages=CHOICE)
    year = year_field(required=False, help_text="欠纸质件清单和标签不填为全部年度")
    retention = forms.ChoiceField(
        choices=[("", "全部期限"), *Retention.choices], required=False, label="保管期限", error_messages=CHOICE
    )
    first = forms.IntegerField(min_value=1, max_value=999_999, required=False, label="起件号", error_messages=NUMBER)
    last = forms.IntegerField(min_value=1, max_value=999_999, required=False, label="止件号", error_messages=NUMBER)
    ahead = forms.BooleanField(
        required=False, label="标签包括还没有纸质件的文件", help_text="先打印标签、再打印纸质件时勾选"
    )
    skip = forms.IntegerField(min_value=0, max_value=32, required=False, label="标签纸已用格数", error_messages=NUMBER)
    box = forms.UUIDField(required=False, widget=forms.HiddenInput)  # one box alone

    def clean(self):
        data = super().clean()
        if not self.errors and not data["year"] and data["what"] not in ALL_YEARS:
            self.add_error("year", "请填写年度：目录、盒脊和备考表按年度打印。")
        if not self.errors and data["first"] and data["last"] and data["last"] < data["first"]:
            self.add_error("last", "止件号不能小于起件号。")
        return data


class BoxForm(forms.Form):
    """Shelf and 备考表."""

    shelf = LineField(max_length=60, required=False, label="存放位置", help_text="如 2 库 3 架 4 层")
    note = TextField(
        max_length=800, required=False, label="盒内文件情况说明", help_text="缺损、修改、补充、移出、销毁等情况",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    arranged_by = LineField(max_length=40, required=False, label="整理人")
    arranged_on = day_field("整理日期")
    checked_by = LineField(max_length=40, required=False, label="检查人")
    checked_on = day_field("检查日期")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TakeOutForm(forms.Form):
    reason = LineField(max_length=100, label="取出理由")


class StockForm(forms.Form):
    year = year_field(required=False, help_text="不填为全部纸质件")
    codes = TextField(
        max_length=1_500_000, label="档号", help_text="逐个扫描标签，或每行输入一个档号",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip


class BoxStockForm(StockForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["year"]


class AloneForm(forms.Form):
    """仅纸质: what is read from the paper."""

    title = LineField(max_length=500, label="题名")
    author = LineField(max_length=200, label="责任者")
    doc_number = LineField(max_length=100, required=False, label="文号")
    date = day_field("日期")
    year = year_field()
    retention_code = forms.ChoiceField(
        choices=[("", "请选择"), *Retention.choices], label="保管期限", error_messages=CHOICE
    )
    class_code = LineField(
        max_length=3, required=False, label="机构（问题）代码", help_text="三位，如 BGS；不按机构分类的不填"
    )
    pages = forms.IntegerField(min_value=1, max_value=MOST_PAGES, label="页数", error_messages={
        **NUMBER, "required": "请填写页数。"})  # fmt: skip
    remark = LineField(max_length=200, required=False, label="备注")
    late_reason = LineField(max_length=200, required=False, label="补充归档理由", help_text="年度已定号的须填写")
    late_found_on = day_field("发现日期")
    late_approved_by, signed_by = approver_fields(required=False)
    late_reason.depends = late_found_on.depends = True
    is_another = forms.BooleanField(required=False, label=TICK)

    def __init__(self, *args, unit, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        offer_leaders(self.fields["late_approved_by"], unit, by)

    def clean(self):
        data = super().clean()
        ask_signature(data.get("late_approved_by", ""), data.get("signed_by", ""), self.add_error)
        if data.get("title") and "retention_code" in self.errors:
            self.add_error("retention_code", proposal_told(self.unit, data["title"], "", data.get("date")))
        return data

    def clean_late_found_on(self):
        day = self.cleaned_data["late_found_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("发现日期不应晚于今天。")
        return day

    def clean_doc_number(self) -> str:
        return numbered(self.cleaned_data["doc_number"])

    def clean_class_code(self) -> str:
        code = self.cleaned_data["class_code"].upper()
        if code and not CODE.fullmatch(code):
            raise forms.ValidationError("机构（问题）代码应为三位字母或数字，如 BGS。")
        return code

    def clean_date(self):
        day = self.cleaned_data["date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("日期不能晚于今天。")
        return day

    def given(self) -> PaperAlone:
        given = {name: value for name, value in self.cleaned_data.items() if name != "is_another"}
        approver = named(given.pop("late_approved_by"), given.pop("signed_by"))
        late = Late(given.pop("late_reason"), given.pop("late_found_on"), approver)
        return PaperAlone(**given, late=late)

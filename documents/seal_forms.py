"""Forms of 印章管理, 验章, and in the draft: in whose names it goes out, and whose seal stands in (联合发文, 代章)."""

from django import forms
from django.utils import timezone

from paper.given import STAMP_WIDTH
from units.choosing import UnitsField
from units.models import Unit, User
from units.texts import LineField
from units.typed_days import DayField
from units.workflow import Transition

from .fields import PrintedLine, UnmarkedLine
from .forms import CHOICE, DateInput
from .issuers import MOST
from .name_stamps import StampInput, may_hold
from .seal_book import SealInput, diameter_for

DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期，如 2026-11-24。"}
FILE = {
    "required": "请选择要上传的文件。", "empty": "文件是空的（0 字节），请核对后重新上传。", "missing": "没有收到文件，请重新选择。",
    "invalid": "没有收到文件，请重新选择。",
}  # fmt: skip
MILLIMETRES = "直径应在 30 至 45 毫米之间（国发〔1999〕25号），如 42。"
LONGEST_CHECKED = 20 * 1024 * 1024  # bytes


class SealForm(forms.Form):
    """启用印章; names as those of documents.seal_book.SealInput."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", empty_label=None, error_messages=CHOICE)
    name = PrintedLine(max_length=100, label="印章名称", help_text="与印文一致")
    approval_number = UnmarkedLine(max_length=60, label="启用文号", help_text="启用印章的通知文号")
    enabled_on = DayField(label="启用日期", widget=DateInput, error_messages=DAY)
    diameter = forms.DecimalField(
        label="直径（毫米）", min_value=30, max_value=45, max_digits=3, decimal_places=1,
        help_text="街道（镇）42，其他单位不超过 45",
        error_messages=dict.fromkeys(
            ("invalid", "required", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"),
            MILLIMETRES,
        ),
    )  # fmt: skip
    imprint = forms.FileField(
        label="印模", help_text="PNG、JPEG 或 TIFF：白底或透明底的红色印文，一图一章", error_messages=FILE
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        if (first := units.first()) is not None:
            self.fields["unit"].initial, self.fields["name"].initial = first, first.name
            self.fields["diameter"].initial = diameter_for(first)

    def clean_enabled_on(self):
        day = self.cleaned_data["enabled_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("启用日期晚于今天，请在启用之日登记。")
        return day

    def given(self) -> SealInput:
        data = self.cleaned_data
        return SealInput(data["name"], data["approval_number"], data["enabled_on"], data["diameter"], data["imprint"])


class StampForm(forms.Form):
    """启用签名章; names as those of documents.name_stamps.StampInput."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位", empty_label=None, error_messages=CHOICE)
    holder = forms.ModelChoiceField(
        User.objects.none(),
        label="签发人",
        empty_label="请选择",
        help_text="本单位领导及其代理人",
        error_messages=CHOICE,
    )
    holder_title = PrintedLine(max_length=40, label="职务", help_text="印在签名章左侧，如 主任；联合发文写全称")
    approval_number = UnmarkedLine(max_length=60, label="启用依据", help_text="启用通知文号或本人授权的日期")
    enabled_on = DayField(label="启用日期", widget=DateInput, error_messages=DAY)
    imprint = forms.FileField(
        label="签名章印模", error_messages=FILE,
        help_text=f"PNG、JPEG 或 TIFF：白底或透明底的红色签名，横排一行；印出宽 {STAMP_WIDTH:.0f} 毫米",
    )  # fmt: skip

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, prefix="stamp", **kwargs)
        self.fields["unit"].queryset = units
        self.fields["holder"].queryset = may_hold(units)
        self.fields["holder"].label_from_instance = lambda person: person.name

    clean_enabled_on = SealForm.clean_enabled_on

    def given(self) -> StampInput:
        data = self.cleaned_data
        return StampInput(
            data["holder"], data["holder_title"], data["approval_number"], data["enabled_on"], data["imprint"]
        )


class SealActForm(forms.Form):
    """停用, 恢复使用, 缴销: each with its reason."""

    note = LineField(max_length=500, label="原因")

    def __init__(self, *args, act: Transition, **kwargs):
        super().__init__(*args, prefix=act.name, **kwargs)
        self.act = act


class CheckForm(forms.Form):
    """验章: a PDF that is read, judged and forgotten."""

    file = forms.FileField(label="PDF 文件", help_text="只检验，不保存", error_messages=FILE)
    file.is_forgotten = True

    def clean_file(self):
        if self.cleaned_data["file"].size > LONGEST_CHECKED:
            raise forms.ValidationError("文件超过 20 MB，不能在此验章。")
        return self.cleaned_data["file"]


class IssuersMixin(forms.Form):
    """The rows of documents.issuers in the draft's form."""

    co_issuers = UnitsField(
        required=False, label="联合发文单位", help_text="按署名顺序；由其领导会签后联合签发，各用各章", excludes="unit"
    )
    seal_unit = forms.ModelChoiceField(
        Unit.objects.none(), required=False, label="代章单位", empty_label="用本单位印章", error_messages=CHOICE
    )
    seal_authority = UnmarkedLine(
        max_length=200, required=False, label="代章依据", help_text="书面授权的文号或批件；署名后印“（代章）”"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["co_issuers"].offer = self.fields["countersigners"].offer
        self.fields["seal_unit"].queryset = Unit.objects.in_force().order_by("code")

    def clean(self):
        data = super().clean()
        together, unit = data.get("co_issuers") or [], data.get("unit")
        if unit in together:
            self.add_error("co_issuers", f"{unit}是主办单位，署名在前，不必再选。")
        if len(together) > MOST - 1:
            self.add_error("co_issuers", f"联合发文单位最多 {MOST} 个（含主办单位），版头排不下更多。")
        seal_unit = data.get("seal_unit")
        if seal_unit and seal_unit == unit:
            self.add_error("seal_unit", "代章单位是另一单位；用本单位印章的不必选择。")
        if seal_unit and seal_unit in together:
            self.add_error("seal_unit", f"{seal_unit}已是联合发文单位，另用其印章代章会重复，请去掉其中一处。")
        if seal_unit and not data.get("seal_authority"):
            self.add_error("seal_authority", "代章须写明书面授权的文号或批件。")
        if not seal_unit:
            data["seal_authority"] = ""
        return data

    @property
    def has_issuers(self) -> bool:
        """Whether something stands, or is wrong, in the folded part."""
        return any(self[name].value() or self[name].errors for name in ("co_issuers", "seal_unit"))

"""Forms of lending paper, of the unit's way of writing codes, and of 单套管理."""

from django import forms
from django.utils import timezone

from units.models import Unit
from units.texts import LineField, TextField
from units.typed_days import DayField

from .evaluating import ITEMS, LONGEST_NOTE, LONGEST_OPINION
from .forms import CHOICE, DAY
from .keeping_papers import LONGEST_TEXT, Entry
from .named_approvers import approver_fields, ask_signature, named, offer_leaders
from .states import CodePattern, KeptPaper, PairPolicy, Passed
from .twins.lending import Lending
from .twins.single_set import WHOLE

YEAR = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "年度应为四位数字，如 2026。")


def _day(label: str, **more) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return DayField(label=label, widget=widget, error_messages={**DAY, "required": f"请填写{label}。"}, **more)


class ClassForm(forms.Form):
    """A 机构（问题） of the unit, also one that is gone."""

    class_code = LineField(max_length=3, label="代码", help_text="三位，如 BGS；登记后不改")
    class_name = LineField(max_length=60, label="名称")
    ended_on = _day("撤销日期", required=False, help_text="已撤销的机构填写")

    def given(self) -> dict:
        data = self.cleaned_data
        return {"code": data["class_code"], "name": data["class_name"], "ended_on": data["ended_on"]}


class LendForm(forms.Form):
    codes = TextField(
        max_length=10_000, label="档号", help_text="扫描标签，或每行输入一个",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )  # fmt: skip
    borrower = LineField(max_length=60, label="借阅人")
    borrower_unit = LineField(max_length=100, label="借阅单位")
    phone = LineField(max_length=30, required=False, label="联系电话")
    purpose = LineField(max_length=200, label="借阅目的")
    approved_by, signed_by = approver_fields(required=True)
    due_on = _day("应还日期")

    def __init__(self, *args, unit, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        offer_leaders(self.fields["approved_by"], unit, by)

    def clean(self):
        data = super().clean()
        ask_signature(data.get("approved_by", ""), data.get("signed_by", ""), self.add_error)
        return data

    def given(self) -> Lending:
        given = {name: self.cleaned_data[name] for name in Lending.__dataclass_fields__}
        return Lending(**given | {"approved_by": named(given["approved_by"], self.cleaned_data["signed_by"])})


class ReturnForm(forms.Form):
    condition = LineField(
        max_length=200, required=False, label="归还情况", widget=forms.TextInput(attrs={"placeholder": "完好的不填"})
    )


class PatternForm(forms.Form):
    pattern = forms.ChoiceField(choices=CodePattern, label="档号构成", error_messages=CHOICE)
    from_year = forms.IntegerField(min_value=1900, max_value=2999, label="自哪一年度起", error_messages=YEAR)
    reason = LineField(max_length=200, label="依据", help_text="如区档案馆的通知")


class PairForm(forms.Form):
    """来文与复文: what makes one item, from a day on."""

    policy = forms.ChoiceField(choices=PairPolicy, label="来文与复文", error_messages=CHOICE)
    starts_on = _day("自哪一天起")
    reason = LineField(max_length=200, label="依据", help_text="如本单位归档制度的条款")


class ApproveForm(forms.Form):
    """批准单套制, entered by 区档案局."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", to_field_name="code", empty_label="请选择", error_messages=CHOICE
    )
    approval = LineField(max_length=100, label="批准文号", help_text="如 长档〔2026〕5号")
    approved_on = _day("批准日期")
    from_year = forms.IntegerField(min_value=1900, max_value=2999, label="自哪一年度起", error_messages=YEAR)
    scope = LineField(max_length=200, label="范围", initial=WHOLE)

    def __init__(self, *args, units, **kwargs):
        kwargs.setdefault("initial", {"from_year": timezone.localdate().year, "scope": WHOLE})
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: unit.name


class EndForm(forms.Form):
    ended_on = _day("终止日期")
    reason = LineField(max_length=200, label="终止理由")


class EndUnitForm(forms.Form):
    """撤并机构 by the system administrator."""

    on = _day("撤并日期", help_text="自该日起不再是立档单位，不晚于今天")
    basis = LineField(max_length=200, label="依据", help_text="如 长委〔2026〕5号")
    successor = forms.ModelChoiceField(
        Unit.objects.none(), label="承接单位", to_field_name="code", empty_label="没有（档案须先移交完毕）", required=False,
        error_messages=CHOICE,
    )  # fmt: skip
    sure = forms.CharField(required=False, widget=forms.HiddenInput)  # the sentence that was shown and ticked

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = units
        self.fields["successor"].label_from_instance = lambda unit: f"{unit.code} {unit.name}"


class BeginForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", to_field_name="code", empty_label=None, error_messages=CHOICE
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = self.units = units
        self.fields["unit"].label_from_instance = lambda unit: unit.name


class JudgeForm(forms.Form):
    """A verdict and what it rests on for each item of annex B; `rows` are its fields item by item."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, evaluation, **kwargs):
        found = {one.serial: one for one in evaluation.items.all()}
        initial = {"version": evaluation.version}
        for serial, one in found.items():
            initial |= {f"verdict_{serial}": one.verdict, f"note_{serial}": one.note}
        super().__init__(*args, initial=initial, **kwargs)
        for one in ITEMS:
            self.fields[f"verdict_{one.serial}"] = forms.ChoiceField(
                choices=[("", "未评"), *Passed.choices], required=False, label=f"{one.serial} {one.name}结论",
                error_messages=CHOICE,
            )  # fmt: skip
            self.fields[f"note_{one.serial}"] = LineField(
                max_length=LONGEST_NOTE, required=False, label=f"{one.serial} {one.name}情况和依据"
            )

    def found(self) -> dict[int, tuple[str, str]]:
        given = self.cleaned_data
        return {one.serial: (given[f"verdict_{one.serial}"], given[f"note_{one.serial}"]) for one in ITEMS}


class CloseForm(forms.Form):
    opinion = TextField(
        max_length=LONGEST_OPINION, label="综合评估意见", widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PaperForm(forms.Form):
    """One entry of the 台账; which fields count is told by its kind."""

    kind = forms.ChoiceField(choices=KeptPaper, label="台账", error_messages=CHOICE)
    name = LineField(max_length=100, label="名称", help_text="制度、规范按附录 A 的名称；等级保护写系统，演练写预案")
    number = LineField(max_length=100, required=False, label="文号或备案号")
    dated_on = _day("日期", help_text="施行、定级或演练的日期")
    review_on = _day("下次复核", required=False)
    told = LineField(max_length=500, required=False, label="内容和结果", help_text="演练写参加人员和结果")
    follow_up = LineField(max_length=300, required=False, label="后续处理")
    text = TextField(
        max_length=LONGEST_TEXT, required=False, label="全文", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="制度、规范的正文",
    )  # fmt: skip
    number.depends = told.depends = text.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["list"] = "known-names"

    def given(self) -> Entry:
        return Entry(**self.cleaned_data)

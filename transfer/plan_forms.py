"""Forms of 接收计划, of what accompanies the items, and of the archive's look at a catalogue."""

from django import forms
from django.utils import timezone

from archive.states import Retention
from units.choosing import UnitsField, offer_of_units
from units.models import Unit
from units.texts import LineField, TextField
from units.typed_days import DayField, years_on

from . import plans
from .accompanying import AS_RECORDED
from .forms import YEAR, ActForm, positions_in, years_in_order
from .inputs import AccompanyInput, ReviewInput
from .states import ClassificationChange, DisclosureState, OpeningOpinion

CHOICE = {"invalid_choice": "请从列表中选择。", "required": "请选择。"}
FORMATS = "版式文件为 PDF/A 或 OFD，元数据齐全，信息包按本系统格式封装"

YEARS_AHEAD = 5  # a plan asks for what is handed over in its time, not in a generation


def _due_on() -> DayField:
    return DayField(
        label="移交截止", earliest=timezone.localdate, latest=lambda: years_on(YEARS_AHEAD),
        error_messages={"invalid": "日期应为年-月-日，如 2026-06-30。", "required": "请填写移交截止日期。"},
    )  # fmt: skip


class PlanForm(forms.Form):
    """What the archive asks for; nothing ticked under 保管期限 or 移交单位 means all."""

    name = LineField(max_length=100, label="计划名称", help_text="如：2026年度第一批接收计划")
    scope = LineField(max_length=300, label="接收范围", initial="文书类电子档案")
    first_year = forms.IntegerField(min_value=1900, max_value=2999, label="起始年度", error_messages=YEAR)
    last_year = forms.IntegerField(min_value=1900, max_value=2999, label="终止年度", error_messages=YEAR)
    retentions = forms.MultipleChoiceField(
        required=False, label="保管期限", choices=Retention.choices, widget=forms.CheckboxSelectMultiple,
        help_text="不选即永久、30年、10年一并接收", error_messages=CHOICE,
    )  # fmt: skip
    formats = LineField(max_length=300, label="格式要求", initial=FORMATS)
    due_on = _due_on()
    units = UnitsField(required=False, label="移交单位", help_text="不选即全区各单位")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.in_force().exclude(category=Unit.Category.ARCHIVE).order_by("code")
        self.fields["units"].offer = offer_of_units(units)

    def clean(self):
        data = super().clean()
        years_in_order(self, data)
        return data


class CorrectPlanForm(forms.Form):
    formats = LineField(max_length=300, label="格式要求")
    due_on = _due_on()
    reason = TextField(max_length=100, label="更正理由", widget=forms.Textarea(attrs={"rows": 2}))


class WithdrawForm(forms.Form):
    """Whoever withdraws it has to know whom it tells and what hangs on it: `told` (plans.told_before_withdrawal)."""

    reason = TextField(max_length=300, label="撤回理由", widget=forms.Textarea(attrs={"rows": 2}))
    knows = forms.BooleanField(label="")

    def __init__(self, *args, told: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["knows"].label = f"{told}，确认撤回"
        self.fields["knows"].error_messages["required"] = plans.unconfirmed(told)


class AccompanyForm(ActForm):
    """The three things, for the items ticked or named, else for all that have none yet."""

    opening = forms.ChoiceField(
        label="到期开放意见", choices=[("", "请选择"), *OpeningOpinion.choices], error_messages=CHOICE
    )
    ground = LineField(max_length=200, required=False, label="意见依据", help_text="建议延期开放的必填")
    disclosure = forms.ChoiceField(
        label="政府信息公开情况", error_messages=CHOICE,
        choices=[("", "请选择"), (AS_RECORDED, "按著录的公开属性"), *DisclosureState.choices],
    )  # fmt: skip
    classification = forms.ChoiceField(
        label="密级变更情况", choices=[("", "请选择"), *ClassificationChange.choices], error_messages=CHOICE
    )
    positions = LineField(
        max_length=2000, required=False, label="序号", help_text="如 1、3-5，也可以在清单中勾选；不选即尚未填写的各件"
    )
    knows = forms.BooleanField(required=False, label="与著录不一致，确认如此填写")
    ground.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # asked only where the record says otherwise
            del self.fields["knows"]

    def clean_positions(self) -> tuple[int, ...]:
        return positions_in(self, self.cleaned_data["positions"])

    def clean(self):
        data = super().clean()
        if data.get("opening") == OpeningOpinion.POSTPONE and not data.get("ground"):
            self.add_error("ground", "建议延期开放须写明依据。")
        return data

    def given(self) -> AccompanyInput:
        return AccompanyInput(**self.cleaned_data)


class ReviewForm(ActForm):
    verdict = forms.ChoiceField(
        label="预审结论",
        choices=[("", "请选择"), ("agree", "同意按目录移交"), ("return", "退回修改")],
        error_messages=CHOICE,
    )
    note = TextField(max_length=500, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))
    note.depends = True

    def clean(self):
        data = super().clean()
        if data.get("verdict") == "return" and not data.get("note"):
            self.add_error("note", "退回目录须填写意见。")
        return data

    def given(self) -> ReviewInput:
        return ReviewInput(self.cleaned_data["verdict"] == "agree")


PLAN_FORMS = {"accompany": AccompanyForm, "review_catalogue": ReviewForm}

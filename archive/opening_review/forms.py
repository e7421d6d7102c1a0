"""Forms of 开放审核: the queue's filter, judging, asking, the unit's opinion, consent."""

from collections.abc import Sequence

from django import forms
from django.utils import timezone

from units.step_forms import StepForm as AnyStepForm
from units.texts import LineField, TextField
from units.typed_days import DayField
from units.workflow import Transition

from ..models import OpeningRound
from ..states import EarlyGround, Ground, Proposal, UnitOpinion
from ..unopened import AsksUnopened
from .actions import faults_of
from .conditions import PASSES, SPEAKS
from .consulting import usual_limit
from .inputs import ConsentInput, PassInput, Verdict
from .listing import Narrowing

CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期。"}
YEAR = dict.fromkeys(("invalid", "min_value", "max_value"), "年度应为四位数字，如 2001。")
CHOOSE = ("", "请选择")


def day_field(label: str, **more) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return DayField(label=label, widget=widget, error_messages=DAY, **more)


NOTED = "提前开放选“其他”，或者形成单位建议延期而同意开放的，须写明"
BELONGS = {"until": Proposal.POSTPONE, "ground": Proposal.POSTPONE, "early_ground": Proposal.EARLY}
EMPTY = {"until": None, "ground": "", "early_ground": ""}
FITTING = {True: (Proposal.OPEN, Proposal.POSTPONE), False: (Proposal.EARLY,)}


class QueueFilter(forms.Form):
    """`list` (the queue) stays in the address beside it."""

    q = LineField(max_length=100, required=False, label="题名、文号、档号或责任者")
    unit = LineField(max_length=10, required=False, label="单位代码", widget=forms.HiddenInput)
    year = forms.IntegerField(
        required=False, min_value=1900, max_value=2999, label="年度", error_messages=YEAR, widget=forms.HiddenInput
    )
    list = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in ("q", "unit", "year"))

    def narrowing(self) -> Narrowing:
        """Nothing of an address that is no filter."""
        if not self.is_valid():
            return Narrowing()
        given = self.cleaned_data
        return Narrowing(given["q"], given["unit"], given["year"])


class EnlistForm(forms.Form):
    """Where the chosen records go."""

    into = forms.ModelChoiceField(
        OpeningRound.objects.none(), required=False, label="编入", empty_label="新的审核批次", error_messages=CHOICE
    )
    into.depends = True

    def __init__(self, *args, rounds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = rounds


class JudgeForm(forms.Form):
    """One proposal for what is ticked; 控制 is an old mark and not among them."""

    proposal = forms.ChoiceField(choices=[CHOOSE, *Proposal.choices], label="审核意见", error_messages=CHOICE)
    until = day_field("延期至", required=False, help_text="延期开放的最后一天")
    ground = forms.ChoiceField(
        choices=[CHOOSE, *Ground.choices], required=False, label="延期理由", error_messages=CHOICE
    )
    early_ground = forms.ChoiceField(
        choices=[CHOOSE, *EarlyGround.choices], required=False, label="提前理由", error_messages=CHOICE
    )
    note = LineField(max_length=200, required=False, label="说明", help_text=NOTED)
    until.depends = ground.depends = early_ground.depends = note.depends = True

    def __init__(self, *args, due: frozenset[bool] = frozenset({True, False}), **kwargs):
        """`due`: whether the records are due, of all of them; the choices are those that fit any of them."""
        super().__init__(*args, **kwargs)
        allowed = {choice for is_due in due for choice in FITTING[is_due]}
        if not due:
            return
        offered = [CHOOSE, *(one for one in Proposal.choices if one[0] in allowed)]
        self.fields["proposal"].widget.choices = offered
        if not self.is_bound:  # what was sent from an older page is judged, and said what is wrong with it
            for name in [name for name, proposal in BELONGS.items() if proposal not in allowed]:
                del self.fields[name]

    def clean(self):
        data = super().clean()
        for name, proposal in BELONGS.items():  # left over from another choice: not asked, not refused
            if data.get("proposal") != proposal and data.get("proposal"):
                data[name] = EMPTY[name]
                self.errors.pop(name, None)
        if not self.errors:
            for fault in faults_of(self.verdict()):
                self.add_error(_field_of(fault), fault)
        return data

    def verdict(self) -> Verdict:
        return Verdict(**{name: self.cleaned_data[name] for name in Verdict.__dataclass_fields__})


def _field_of(fault: str) -> str | None:
    """The field that a sentence of `faults_of` names."""
    for field, words in (
        ("until", "延至哪一天"),
        ("ground", "法定理由"),
        ("early_ground", "须选择理由"),
        ("note", "说明中"),
    ):
        if words in fault:
            return field
    return None


class LeaveForm(forms.Form):
    """Its field stands in the form with the ticks: a browser must not ask for it when something else is sent."""

    use_required_attribute = False
    reason = LineField(max_length=200, label="退出理由")


class AskForm(forms.Form):
    """The limit within which the forming units answer."""

    due_on = day_field("答复期限", help_text="与形成单位商定；逾期未答复如实记载，不视为同意")
    needs_leader = forms.BooleanField(
        required=False, label="须形成单位领导审签", help_text="建议延期开放的，不勾选也须领导审签"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = usual_limit(timezone.localdate())

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError("答复期限应晚于今天。")
        return day


class OpinionForm(forms.Form):
    """What the forming unit says of what is ticked, or of all."""

    opinion = forms.ChoiceField(choices=[CHOOSE, *UnitOpinion.choices], label="开放意见", error_messages=CHOICE)
    ground = forms.ChoiceField(
        choices=[CHOOSE, *Ground.choices], required=False, label="延期理由", error_messages=CHOICE
    )
    note = LineField(max_length=200, required=False, label="说明")
    ground.depends = True

    def clean(self):
        data = super().clean()
        if data.get("opinion") == UnitOpinion.POSTPONE and not data.get("ground") and "ground" not in self.errors:
            self.add_error("ground", "建议延期开放须选择法定理由。")
        if data.get("opinion") == UnitOpinion.OPEN:
            data["ground"] = ""
            self.errors.pop("ground", None)
        return data


class StepForm(AnyStepForm):
    note = TextField(max_length=200, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))


class ConsentForm(StepForm):
    number = LineField(max_length=60, label="区档案局同意文号")
    on = day_field("同意日期")

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("同意日期不能晚于今天。")
        return day

    def given(self) -> ConsentInput:
        return ConsentInput(self.cleaned_data["number"], self.cleaned_data["on"])


class PassForm(AsksUnopened, StepForm):
    """初审, 复审 or 审定 is passed on, or what the forming unit says of it: what of the round the person has not opened is
    asked about once, as at the sample of 人工检测."""

    KEPT = "意见"

    def __init__(self, *args, unopened: Sequence = (), unseen: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        self.unseen = unseen
        self.BESIDES = f"；其中 {unseen} 件初审、复审和形成单位也都没有人打开过" if unseen else ""
        self.ALL_THE_SAME = self.BEFORE = self.step.label
        self.ask_unopened(unopened)

    def clean(self):
        data = super().clean()
        self.refuse_unopened(data)
        return data

    def noted(self) -> str:
        told = f"{self.named_unopened()}{ASKS_UNOPENED[self.step.name]}时未打开" if self.unopened else ""
        return "；".join(filter(None, (super().noted(), told)))

    def given(self) -> PassInput:
        return PassInput(len(self.unopened), self.unseen)


FORMS = {"consent": ConsentForm}
ASKS_UNOPENED = PASSES | SPEAKS


def form_of(step: Transition, data=None, unopened: Sequence = (), unseen: int = 0) -> StepForm:
    if step.name in ASKS_UNOPENED:
        return PassForm(data, step=step, unopened=unopened, unseen=unseen)
    return FORMS.get(step.name, StepForm)(data, step=step)

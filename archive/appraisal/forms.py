"""Forms of 鉴定: the due list, the group, opinions, report, destruction, holds."""

from django import forms
from django.utils import timezone

from units.models import User
from units.step_forms import StepForm
from units.texts import LineField, TextField
from units.typed_days import DayField
from units.workflow import Transition

from ..models import Appraisal
from ..states import GroupPart, Opinion, Prolonged
from .actions import NAMES_A_YEAR
from .carriers import FILES, PAPER, asked_of, carriers_of
from .inputs import ArrangeInput, DestroyInput, ReportInput
from .parts import offered, standing
from .supervisors import eligible, posts_in
from .witnessing import cells

NOTES = tuple(name for name, _ in (*FILES, PAPER))
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
YEAR = dict.fromkeys(("invalid", "min_value", "max_value", "required"), "年度应为四位数字，如 2012。")


class DueForm(forms.Form):
    """What goes into a new appraisal; `old`: of 长期 and 短期, which fall due on no day."""

    due_on = DayField(
        label="到期截止日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写到期截止日。"},
    )  # fmt: skip
    year = forms.IntegerField(
        min_value=1900,
        max_value=2999,
        required=False,
        label="年度",
        help_text="不填为所有到期年度",
        error_messages=YEAR,
    )
    of_old = forms.BooleanField(
        required=False,
        label="原长期、短期的档案",
        help_text="1987 年的期限没有年数，按年度提交鉴定小组，到期与否由鉴定确定",
    )

    def clean(self):
        data = super().clean()
        if data.get("of_old") and not data.get("year") and "year" not in self.errors:
            self.add_error("year", NAMES_A_YEAR)
        return data

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("到期截止日不能晚于今天。")
        return day


def named_with_posts(unit):
    """Label of a person in a choice: 姓名（岗位、岗位）, as he stands in `unit`; one query for all of them."""
    posts = posts_in(unit)

    def label(user) -> str:
        return f"{user.name}（{posts[user.pk]}）" if posts.get(user.pk) else user.name

    return label


class MemberForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label="成员", empty_label="请选择", error_messages=CHOICE)
    part = forms.ChoiceField(choices=[("", "请选择"), *GroupPart.choices], label="身份", error_messages=CHOICE)

    def __init__(self, *args, unit, present=(), **kwargs):
        """`present`: keys of those who are members already, and are not offered again."""
        super().__init__(*args, **kwargs)
        found, label = offered(unit), named_with_posts(unit)
        self.fields["person"].queryset = User.objects.filter(appointments__in=standing(unit)).distinct()
        self.fields["person"].choices = [("", "请选择")] + [
            (f"可任{GroupPart(part).label}", chosen)
            for part, users in found.items()
            if (chosen := [(user.pk, label(user)) for user in users if user.pk not in present])
        ]


class JudgeForm(forms.Form):
    """One opinion for what is ticked."""

    opinion = forms.ChoiceField(choices=[("", "请选择"), *Opinion.choices], label="鉴定意见", error_messages=CHOICE)
    prolonged = forms.ChoiceField(
        choices=[("", "不延长"), *Prolonged.choices], required=False, label="延长到", error_messages=CHOICE
    )
    prolonged.depends = True
    ground = LineField(max_length=200, label="鉴定理由")


class SignForm(forms.Form):
    """A member's name under the list."""

    remark = LineField(max_length=200, required=False, label="另有意见", help_text="同意清单所列意见的不填")


class ExcuseForm(forms.Form):
    """A member whom the report need not wait for."""

    person = forms.ModelChoiceField(User.objects.none(), label="免签成员", empty_label="请选择", error_messages=CHOICE)
    reason = LineField(max_length=200, label="免签理由", help_text="如长期病假、外出挂职")

    def __init__(self, *args, missing, **kwargs):
        super().__init__(*args, prefix="excuse", **kwargs)
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.person_id for one in missing])
        self.fields["person"].label_from_instance = lambda user: user.name


class ReportForm(StepForm):
    report = TextField(max_length=5000, label="鉴定报告", widget=forms.Textarea(attrs={"rows": 5}))

    def given(self) -> ReportInput:
        return ReportInput(self.cleaned_data["report"])


class ArrangeForm(StepForm):
    """安排监销: the two witnesses, the day, the place, and the way for what is destroyed, before anybody signs."""

    first = forms.ModelChoiceField(User.objects.none(), label="监销人", empty_label="请选择", error_messages=CHOICE)
    second = forms.ModelChoiceField(
        User.objects.none(), label="另一监销人", empty_label="请选择", error_messages=CHOICE
    )
    planned_on = DayField(
        label="计划销毁日", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写计划销毁日。"},
    )  # fmt: skip
    place = LineField(max_length=100, label="监销地点")
    online_note = LineField(max_length=500, label="在线存储内容销毁说明")
    offsite_note = LineField(max_length=500, label="异地容灾备份内容销毁说明")
    offline_note = LineField(max_length=500, label="离线存储介质销毁说明", help_text="没有离线介质的，写明没有")
    paper_note = LineField(
        max_length=300, label="纸质件销毁方式", help_text="如送指定单位化浆、焚毁、粉碎，写明单位、地点"
    )

    def __init__(self, *args, of: Appraisal, **kwargs):
        known = {name: getattr(of, name) for name in ("planned_on", "place", *NOTES)}
        known |= {"first": of.first_witness_id, "second": of.second_witness_id}
        super().__init__(*args, initial=known, **kwargs)
        asked = {name for name, _ in asked_of(carriers_of(of))}
        for name in NOTES:
            if name not in asked:
                del self.fields[name]
        people = User.objects.filter(pk__in=[one.pk for one in eligible(of)]).order_by("name", "username")
        for name in ("first", "second"):
            self.fields[name].queryset = people
            self.fields[name].label_from_instance = named_with_posts(of.unit)

    def given(self) -> ArrangeInput:
        data = self.cleaned_data
        told = {name: data.get(name, "") for name in NOTES}
        return ArrangeInput((data["first"], data["second"]), data["planned_on"], data["place"], **told)


def moment_field(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    told = dict.fromkeys(("required", "invalid"), f"请填写{label}时间，如 2026-11-24 09:30。")
    return forms.DateTimeField(label=label, widget=widget, error_messages=told)


class DestroyForm(StepForm):
    """What cannot be undone is said once more: how many, where, how, before whose eyes; and the number is typed."""

    started_at = moment_field("纸质件销毁开始")
    finished_at = moment_field("纸质件销毁结束")
    count = forms.IntegerField(
        label="销毁件数", help_text="核对以上各项无误后，填写本次销毁的件数",
        error_messages=dict.fromkeys(("required", "invalid"), "请填写本次销毁的件数，以确认执行销毁。"),
    )  # fmt: skip

    def __init__(self, *args, of: Appraisal, **kwargs):
        super().__init__(*args, **kwargs)
        self.total = of.items.filter(opinion=Opinion.DESTROY).count()
        self.facts = [("销毁件数", f"{self.total} 件"), *cells(of)]
        if not carriers_of(of).with_paper:  # files go at the moment of the act
            del self.fields["started_at"], self.fields["finished_at"]

    def clean_count(self) -> int:
        if self.cleaned_data["count"] != self.total:
            raise forms.ValidationError(f"本次销毁 {self.total} 件，与填写的件数不符，没有执行销毁。")
        return self.total

    def given(self) -> DestroyInput:
        return DestroyInput(self.cleaned_data.get("started_at"), self.cleaned_data.get("finished_at"))


FORMS = {"report": ReportForm, "arrange_supervision": ArrangeForm, "destroy": DestroyForm}


def form_of(step: Transition, data=None, *, of=None) -> StepForm:
    """`of`: the appraisal, whose carriers say what the arrangement asks for."""
    found = FORMS.get(step.name, StepForm)
    return found(data, step=step, of=of) if found in (ArrangeForm, DestroyForm) else found(data, step=step)


class HoldForm(forms.Form):
    codes = TextField(
        max_length=20_000, label="档号", help_text="每行一个；有一个不能冻结的，逐个说明，全部不冻结",
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    reason = LineField(max_length=200, label="冻结理由", help_text="如诉讼、审计、巡视需要")

    def clean_codes(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]


class LiftForm(forms.Form):
    reason = LineField(max_length=200, label="解冻理由")
    reason.asked = "请填写解冻理由。"

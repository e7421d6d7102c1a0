"""Forms of schedules: a row, the Excel sheet, the acts, and which year a version is tried on."""

from django import forms
from django.utils import timezone

from documents.states import CURRENT_TYPES, DocType
from units.texts import LineField
from units.typed_days import DayField
from units.workflow import Transition

from .codes import numbered
from .models import RetentionRule
from .schedule_inputs import ApproveInput, ProposeInput
from .schedules.matching import SOURCE_WORDS, Asked
from .schedules.wording import COLUMNS, LEGACY, NOTES, period_choices, read_row, words_of
from .states import UseScope

DAY = {"invalid": "日期应写成 2026-11-24 的样式。"}


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return DayField(
        label=label, required=required, help_text=help_text, error_messages={**DAY, "required": f"请填写{label}。"},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip


class ProbeForm(forms.Form):
    """试题名: which row a title would meet; nothing of it is kept."""

    title = LineField(max_length=500, label="题名")
    doc_type = forms.ChoiceField(
        choices=[("", "未定"), *((value, label) for value, label in DocType.choices if value in CURRENT_TYPES)],
        required=False, label="文种", error_messages={"invalid_choice": "请从列表中选择文种。"},
    )  # fmt: skip
    source = forms.ChoiceField(
        choices=[(str(value), words) for value, words in SOURCE_WORDS.items()], label="来源",
        error_messages={"invalid_choice": "请从列表中选择来源。", "required": "请选择来源。"},
    )  # fmt: skip

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)


class RuleForm(forms.Form):
    """One row in the words of the sheet; `read_row` judges it, as it judges a line from Excel."""

    code = LineField(max_length=10, label=COLUMNS["code"], help_text=NOTES["code"])
    category = LineField(max_length=40, label=COLUMNS["category"], help_text=NOTES["category"])
    description = LineField(max_length=200, label=COLUMNS["description"], help_text=NOTES["description"])
    keywords = LineField(max_length=400, label=COLUMNS["keywords"], required=False, help_text=NOTES["keywords"])
    sources = forms.MultipleChoiceField(
        label=COLUMNS["sources"], choices=[(one.label, f"{one.label}（{words}）") for one, words in (
            (RetentionRule.Source.OWN, "本机关形成"), (RetentionRule.Source.SUPERIOR, "上级来文"),
            (RetentionRule.Source.PEER, "同级来文"), (RetentionRule.Source.LOWER, "下级来文"))],
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择来源。"},
    )  # fmt: skip
    doc_types = LineField(max_length=200, label=COLUMNS["doc_types"], required=False, help_text=NOTES["doc_types"])
    period = forms.ChoiceField(
        label=COLUMNS["period"], choices=[("", "请选择"), *period_choices()],
        error_messages={"required": "请选择保管期限，或不归档的依据。"},
    )  # fmt: skip
    legacy_retention = forms.ChoiceField(
        label=COLUMNS["legacy_retention"], required=False, choices=[("", "无"), *((one, one) for one in LEGACY)]
    )
    use_scope = forms.ChoiceField(
        label=COLUMNS["use_scope"], required=False, help_text="归档时据此提出，可逐件调整",
        choices=[("", "按本单位"), *((label, label) for label in UseScope.labels)],
    )  # fmt: skip
    is_default = forms.BooleanField(
        label=COLUMNS["is_default"], required=False, help_text="该来源没有其他条款命中时采用本条"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        data = super().clean()
        words = {name: data.get(name) or "" for name in COLUMNS}
        words["sources"] = "、".join(data.get("sources") or [])
        words["is_default"] = "是" if data.get("is_default") else ""
        self.row, wrong = read_row(words)
        for name, message in wrong:
            if name not in self.errors:
                self.add_error(name, message)
        return data


def initial_of(rule: RetentionRule) -> dict:
    """What RuleForm shows of a row."""
    words = words_of(rule)
    return {**words, "sources": words["sources"].split("、"), "is_default": rule.is_default}


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label="Excel 文件", help_text="先导出本表，在其中增删修改后导入；先列出与草稿的不同，核对后才导入",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )  # fmt: skip


class TakeInForm(forms.Form):
    """Agreement to what a sheet brings; that its absent rows are struck is agreed to apart."""

    strikes = forms.BooleanField(
        required=False, label="删去表中没有的条款", help_text="不勾选则保留；删去的条款可以恢复"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(forms.Form):
    """One act on a version; what is asked for is the step's."""

    valid_from = day_field("施行日期", help_text="不早于今天；空则自批准之日起")
    valid_to = day_field("施行至", help_text="不定期的留空")
    approval = LineField(max_length=100, label="区档案局批准文号", help_text="如 长档〔2026〕5号")
    note = LineField(max_length=500, label="意见", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, step: Transition, schedule, said: str = "", **kwargs):
        kwargs.setdefault("prefix", step.name)
        super().__init__(*args, **kwargs)
        self.step = step
        if step.input is not ApproveInput:
            del self.fields["approval"], self.fields["valid_to"]
        if step.input not in (ApproveInput, ProposeInput):
            del self.fields["valid_from"]
        self.fields["note"].label, self.fields["note"].required = step.note_name, step.needs_note
        if step.input is ProposeInput:
            self.fields["note"].label, self.fields["note"].help_text = (
                "修改说明",
                "改了哪些条款，为什么；区档案局审批时看到",
            )
        self.fields["note"].error_messages["required"] = f"请填写{step.note_name}。"
        today = timezone.localdate()
        if not self.is_bound:
            begins = schedule.valid_from  # one that is over would only be refused
            self.initial = {"version": schedule.version, "valid_from": begins if begins and begins >= today else None}
            if step.input is ProposeInput:  # returned, or taken back: what was said stands there to be mended
                self.initial["note"] = said

    def clean_approval(self) -> str:
        return numbered(self.cleaned_data["approval"])

    def given(self):
        if self.step.input is ApproveInput:
            return ApproveInput(*(self.cleaned_data[name] for name in ("approval", "valid_from", "valid_to")))
        if self.step.input is ProposeInput:
            return ProposeInput(self.cleaned_data["valid_from"])
        return self.step.input()


def said_before(events) -> str:
    """修改说明 of the last time the draft was proposed, of the events of a version."""
    said = [one for one in events if one.verb == "propose"]
    return max(said, key=lambda one: one.pk).opinion if said else ""


class YearForm(forms.Form):
    """The class year whose papers are tried; last year's by itself."""

    year = forms.IntegerField(
        label="试用年度", min_value=1900, max_value=2999,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "required"), "年度应为四位数字，如 2025。"),
    )  # fmt: skip


def last_year() -> int:
    return timezone.localdate().year - 1

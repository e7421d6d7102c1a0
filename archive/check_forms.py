"""Forms of the inspection: verdicts on a sample, a finding about the surroundings, the further description."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django import forms
from django.utils import timezone

from units.texts import LineField, TextField
from units.typed_days import DayField

from .further_fields import FURTHER
from .plan import CARRIER, ITEMS, By
from .sample_verdicts import Standing, before
from .states import Verdict
from .ticking import Noted, Scope
from .unopened import AsksUnopened

DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期。"}
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
RESULTS = [(Verdict.PASS.value, "合格"), (Verdict.FAIL.value, "不合格")]
ENVIRONMENT = [(one.serial, f"{one.serial} {one.name}") for one in ITEMS.values() if one.by == By.ENVIRONMENT]


def _day(label: str, **more) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return DayField(label=label, widget=widget, error_messages=DAY, **more)


class TickForm(AsksUnopened):
    """One choice an item: 合格, 不合格, or nothing yet; which records fail; what was mended of those that did."""

    OF, BEFORE, ALL_THE_SAME, KEPT = "抽查的 ", "登记", "登记合格", "说明"

    def __init__(self, *args, scope: Scope, standing: Mapping[str, Standing], unopened: Sequence = (), **kwargs):
        """`unopened`: records of the sample that the person has not looked at; 合格 is then said twice."""
        super().__init__(*args, **kwargs)
        self.items = scope.items
        for one in self.items:
            known = standing.get(one.serial)
            self.fields[f"item_{one.serial}"] = forms.ChoiceField(
                choices=[("", "未检"), *RESULTS],
                required=False,
                label=f"{one.serial} {one.name}",
                widget=forms.RadioSelect,
                error_messages=CHOICE,
                help_text="；".join(before(tick) for tick in known.open) if known else "",
            )
        self.fields["failing"] = forms.MultipleChoiceField(
            choices=[(str(one.uid), f"{one.archival_code} {one.title[:40]}") for one in scope.sample],
            required=False, label="不合格的是哪一件", widget=forms.CheckboxSelectMultiple, error_messages=CHOICE,
            help_text="只记在勾选的档案上；几项不合格而档案不同的，分次登记",
        )  # fmt: skip
        self.fields["note"] = LineField(max_length=200, required=False, label="说明", help_text="不合格时写明什么问题")
        if any(one.open for one in standing.values()):
            self.fields["mended"] = LineField(
                max_length=200, required=False, label="改正情况",
                help_text="此前不合格的改判合格，写明改正了什么；已更正著录或更换文件的，自动记入",
            )  # fmt: skip
        if scope.on_medium:
            self.fields["medium"] = LineField(
                max_length=200, required=False, label="载体和外观",
                help_text="载体类型、编号、数量，有无划痕、污损、变形；登记载体外观检测时必填",
            )  # fmt: skip
            self.fields["medium"].depends = True
        self.ask_unopened(unopened)

    def clean(self):
        data = super().clean()
        if Verdict.PASS in {data.get(f"item_{one.serial}") for one in self.items if one.serial != CARRIER}:
            self.refuse_unopened(data)
        if "medium" in self.fields and data.get(f"item_{CARRIER}") and not data.get("medium"):
            self.add_error("medium", "请写明是什么载体、外观如何。")
        return data

    def told(self) -> str:
        """The note, with what was not opened where 合格 was said all the same: the trail keeps it."""
        note = self.cleaned_data["note"]
        if not self.cleaned_data.get("is_unopened"):
            return note
        return "；".join(filter(None, (note, f"{self.named_unopened()}登记时未打开")))[:200]

    def passed_unopened(self) -> list[UUID]:
        return [one.uid for one in self.unopened] if self.cleaned_data.get("is_unopened") else []

    def failing(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["failing"]]

    def verdicts(self) -> dict[str, Verdict]:
        chosen = {one.serial: self.cleaned_data[f"item_{one.serial}"] for one in self.items}
        return {serial: Verdict(value) for serial, value in chosen.items() if value}


class EnvironmentForm(forms.Form):
    serial = forms.ChoiceField(choices=ENVIRONMENT, label="检测项目", error_messages=CHOICE)
    target = LineField(max_length=100, label="检测对象", help_text="哪台主机、哪个载体、哪套备份或哪个系统")
    verdict = forms.ChoiceField(choices=RESULTS, label="检测结果", widget=forms.RadioSelect, error_messages=CHOICE)
    found_on = _day("检测日期")
    valid_until = _day("有效期至")
    means = LineField(max_length=200, label="检测方法和依据", help_text="工具名称、版本或报告编号")
    note = LineField(max_length=200, required=False, label="说明")
    is_of_platform = forms.BooleanField(required=False, label="全平台（不只本单位）")

    def __init__(self, *args, is_administrator: bool, **kwargs):
        today = timezone.localdate()
        kwargs.setdefault("initial", {"found_on": today, "valid_until": today + timedelta(days=365)})
        super().__init__(*args, **kwargs)
        if not is_administrator:
            del self.fields["is_of_platform"]

    def noted(self) -> Noted:
        return Noted(**self.cleaned_data | {"verdict": Verdict(self.cleaned_data["verdict"])})


class DescribeForm(forms.Form):
    """补充著录: one field an element; a list is written one a line."""

    def __init__(self, *args, record=None, **kwargs):
        further = record.further if record is not None else {}
        initial = {name: "\n".join(value) if isinstance(value, list) else value for name, value in further.items()}
        kwargs.setdefault("initial", initial | {"version": getattr(record, "version", None)})
        super().__init__(*args, **kwargs)
        for one in FURTHER:
            self.fields[one.identifier] = self._field(one)
        self.fields["reason"] = LineField(max_length=150, label="理由")
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def _field(one) -> forms.Field:
        label = f"{one.label}（{one.number}）"
        if one.choices:
            choices = [("", "未填"), *((text, text) for text in one.choices)]
            return forms.ChoiceField(choices=choices, required=False, label=label, error_messages=CHOICE)
        if one.is_list:
            widget = forms.Textarea(attrs={"rows": 2})
            return TextField(max_length=2000, required=False, label=label, help_text="一行一个", widget=widget)
        return LineField(max_length=one.longest, required=False, label=label)

    def given(self) -> dict[str, str | list[str]]:
        lists = {one.identifier for one in FURTHER if one.is_list}
        return {
            one.identifier: self.cleaned_data[one.identifier].splitlines()
            if one.identifier in lists
            else self.cleaned_data[one.identifier]
            for one in FURTHER
        }

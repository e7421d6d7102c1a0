"""Forms of transfer: what goes into a batch, and one small form per step and side act."""

import re

from django import forms

from archive.forms import CHOICE
from archive.plan import ITEMS
from archive.states import Retention
from units.models import Unit
from units.texts import LineField, TextField
from units.workflow import SideAct, Transition

from .conditions import LONGEST_REASON
from .inputs import AddInput, MarkManyInput
from .returning import FIELDS
from .states import Medium, State

PICKED = 200  # ticks that one act takes; a list shows fewer
WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")  # as Chinese input methods give them
DASHES = "－—–−‐‑‒―~～〜至到-"  # the hyphen stands last: within brackets it is itself
YEAR = {
    "invalid": "年度应为四位数字，如 2026。",
    "min_value": "年度应为四位数字，如 2026。",
    "max_value": "年度应为四位数字，如 2026。",
}


def years_in_order(form: forms.Form, data: dict) -> None:
    if data.get("first_year") and data.get("last_year") and data["first_year"] > data["last_year"]:
        form.add_error("last_year", "终止年度不能早于起始年度。")


class BatchForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="移交单位",
        empty_label=None,
        error_messages={"invalid_choice": "单位不在列表中。", "required": "请选择单位。"},
    )
    name = LineField(max_length=200, label="交接工作名称", help_text="如：2016年度文书档案移交")
    first_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="起始年度", error_messages=YEAR
    )
    last_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="终止年度", error_messages=YEAR
    )
    retention = forms.ChoiceField(
        required=False,
        label="保管期限",
        choices=[("", "永久和30年"), (Retention.PERMANENT, "永久"), (Retention.THIRTY, "30年")],
        error_messages={"invalid_choice": "保管期限不在列表中。"},
    )
    medium = forms.ChoiceField(
        required=False,
        label="移交方式",
        choices=Medium.choices,
        error_messages={"invalid_choice": "移交方式不在列表中。"},
    )
    description = TextField(max_length=1000, required=False, label="内容描述", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, units=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])

    def clean_medium(self) -> str:
        return self.cleaned_data["medium"] or Medium.ONLINE

    def clean(self):
        data = super().clean()
        years_in_order(self, data)
        return data


class ActForm(forms.Form):
    """What a step or a side act is given; field names carry the act's name, so that a page can hold several."""

    def __init__(self, *args, act: Transition | SideAct, **kwargs):
        super().__init__(*args, prefix=act.name, **kwargs)
        self.act = act

    def noted(self) -> str:
        return self.cleaned_data.get("note", "")

    def given(self):
        return self.act.input()


class NoteForm(ActForm):
    """An opinion, where one is asked for or is usual: a note that is kept nowhere has no box."""

    note = TextField(max_length=1000, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.act.needs_note:
            self.fields["note"].required = True
            self.fields["note"].label = self.act.note_name
        elif isinstance(self.act, SideAct) or self.act.permission == "make":
            del self.fields["note"]


class ItemReasonForm(forms.Form):
    """Why one item is taken out or returned; shown again when it was typed and not sent, or refused."""

    reason = LineField(max_length=LONGEST_REASON, label="理由", widget=forms.TextInput(attrs={"placeholder": "理由"}))
    field = forms.ChoiceField(required=False, label="应改字段", choices=list(FIELDS.items()), error_messages=CHOICE)
    reason.asked = "请填写理由。"

    def __init__(self, data=None, *, position: int) -> None:
        super().__init__(data, auto_id=f"item-{position}-%s")
        self.position = position


class AddForm(ActForm):
    """More records for a batch: those named by their codes, or whatever fits the years."""

    codes = TextField(
        max_length=20_000,
        required=False,
        label="档号",
        help_text="在清单下方勾选，或每行填写一个；不填则按年度选入。不能选入的逐个说明，其余照选",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="起始年度", error_messages=YEAR
    )
    last_year = forms.IntegerField(
        min_value=1900, max_value=2999, required=False, label="终止年度", error_messages=YEAR
    )
    codes.depends = first_year.depends = last_year.depends = True  # the one or the others

    def clean_codes(self) -> tuple[str, ...]:
        ticked = self.data.getlist(f"{self.prefix}-chosen") if hasattr(self.data, "getlist") else []
        lines = [*self.cleaned_data["codes"].splitlines(), *ticked[:PICKED]]
        return tuple(dict.fromkeys(code for code in (line.strip() for line in lines) if code))

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            self.add_error("codes", "请勾选或填写档号，或填写起止年度。")
        years_in_order(self, data)
        return data

    def given(self) -> AddInput:
        return AddInput(**self.cleaned_data)


class AccessionFilter(forms.Form):
    """接收进馆 narrowed to a state or a sending unit."""

    state = forms.ChoiceField(
        choices=[("", "全部状态"), *State.choices], required=False, label="状态",
        error_messages={"invalid_choice": "状态不在列表中。"},
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        Unit.objects.none(), required=False, to_field_name="code", label="移交单位", empty_label="全部单位",
        error_messages={"invalid_choice": "单位不在列表中。"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.order_by("code")

    @property
    def is_used(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())


class RegisterForm(forms.Form):
    """Which part of 接收登记簿 or 移交登记簿; with `senders` the sending unit can be chosen."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        required=False,
        to_field_name="code",
        label="移交单位",
        empty_label="全部单位",
        error_messages={"invalid_choice": "单位不在列表中。"},
    )
    year = forms.IntegerField(min_value=1900, max_value=2999, required=False, label="接收年度", error_messages=YEAR)

    def __init__(self, *args, senders=None, **kwargs):
        super().__init__(*args, **kwargs)
        if senders is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = senders

    @property
    def is_used(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())


def positions_in(form: forms.Form, typed: str) -> tuple[int, ...]:
    """Numbers of items as typed (1、3-5) and as ticked in the list, in order. ValidationError for anything else."""
    ticked = form.data.getlist(f"{form.prefix}-chosen") if hasattr(form.data, "getlist") else []
    found: set[int] = set()
    plain = re.sub(rf"\s*([{DASHES}]+)\s*", r"\1", " ".join([typed, *ticked]).translate(WIDE_DIGITS))
    for piece in filter(None, re.split(r"[\s、，,;；]+", plain)):
        ends = re.fullmatch(rf"([0-9]{{1,5}})(?:[{DASHES}]{{1,2}}([0-9]{{1,5}}))?", piece)
        if ends is None:
            raise forms.ValidationError(f"“{piece[:20]}”不是序号，应如 1、3-5。")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if last < first:
            raise forms.ValidationError(f"“{piece}”的终止序号不能小于起始序号。")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


class MarkManyForm(ActForm):
    """Items to return for one reason: ticked in the list, named by their numbers, or all with one finding;
    numbers beside a finding narrow it."""

    positions = LineField(max_length=2000, required=False, label="序号", help_text="如 1、3-5；也可以在清单中勾选")
    finding = forms.ChoiceField(
        required=False, label="按检测发现", error_messages={"invalid_choice": "本批次没有这项检测发现。"},
        help_text="只选发现的，办理括号内的件数；同时勾选或填写序号的，只办理两者都符合的",
    )  # fmt: skip
    field = forms.ChoiceField(
        required=False,
        label="应改字段",
        choices=list(FIELDS.items()),
        error_messages={"invalid_choice": "字段不在列表中。"},
    )
    reason = TextField(
        max_length=LONGEST_REASON, required=False, label="退回理由", help_text="有检测发现的可不填，以发现为理由；没有发现又没有理由的说明件号，其余照标",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    positions.depends = finding.depends = True

    def __init__(self, *args, of=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["finding"].choices = [("", "不按发现选择"), *(found_in(of) if of is not None else ())]

    def clean_positions(self) -> tuple[int, ...]:
        return positions_in(self, self.cleaned_data["positions"])

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("positions") and not data.get("finding"):
            self.add_error("positions", "请勾选要退回的档案，填写序号，或选择一项检测发现。")
        return data

    def given(self) -> MarkManyInput:
        return MarkManyInput(**self.cleaned_data)


def found_in(batch) -> list[tuple[str, str]]:
    """(item of the plan, what it is called and on how many items it was found) of the batch's open items."""
    counted: dict[str, int] = {}
    for findings in batch.items.filter(is_open=True).exclude(findings=[]).values_list("findings", flat=True):
        for serial in {one["item"] for one in findings}:
            counted[serial] = counted.get(serial, 0) + 1
    return [(serial, f"{serial} {ITEMS[serial].name}（{count} 件）") for serial, count in sorted(counted.items())]


def step_form(step: Transition, data=None) -> ActForm:
    return NoteForm(data, act=step)

"""One small form an act on a current document; the public reads the reasons of 撤下 and 废止."""

from dataclasses import fields

from django import forms

from units.texts import LineField
from units.typed_days import DayField
from units.workflow import SideAct, Transition

from .current import BACKWARDS
from .forms import DateInput
from .linking import noted_as

DAY = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期，如 2026-11-24。"}


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return DayField(required=required, label=label, help_text=help_text, widget=DateInput, error_messages=DAY)


class OfferActForm(forms.Form):
    """`act` is the row of the table; `note` is its reason."""

    note = LineField(max_length=200, label="理由")

    def __init__(self, *args, act: Transition | SideAct, **kwargs):
        super().__init__(*args, prefix=act.name, **kwargs)
        self.act = act
        self.fields["note"].required = act.needs_note

    def given(self):
        """The act's input, from the fields of the same names."""
        return self.act.input(**{one.name: self.cleaned_data[one.name] for one in fields(self.act.input)})


class WithdrawForm(OfferActForm):
    note = LineField(max_length=200, label="撤下理由", help_text="向公众显示")


class OfferAgainForm(OfferActForm):
    note = LineField(max_length=200, label="重新公开理由")


class AbolishForm(OfferActForm):
    abolished_on = day_field("废止日期", help_text="自该日起废止")
    abolished_by = LineField(max_length=200, required=False, label="废止依据", help_text="文号或标题，向公众显示")
    note = LineField(max_length=200, label="废止理由", help_text="向公众显示")


class AmendForm(OfferActForm):
    amended_on = day_field("修改日期", help_text="自该日起按修改后的执行")
    amended_by = LineField(max_length=200, label="修改依据", help_text="文号或标题，向公众显示")
    note = LineField(max_length=200, label="说明")


class DatesForm(OfferActForm):
    effective_from = day_field("生效日期", required=False)
    expires_on = day_field("失效日期", required=False, help_text="自该日起失效")
    note = LineField(max_length=200, label="更正理由")

    def clean(self):
        data = super().clean()
        if data.get("effective_from") and data.get("expires_on") and data["expires_on"] <= data["effective_from"]:
            self.add_error("expires_on", BACKWARDS)
        return data


class WordsForm(OfferActForm):
    topic = LineField(max_length=60, label="主题分类")
    summary = LineField(max_length=500, label="内容概述")
    note = LineField(max_length=200, label="更正理由")


FORMS = {
    "withdraw": WithdrawForm,
    "offer_again": OfferAgainForm,
    "abolish": AbolishForm,
    "amend": AmendForm,
    "correct_dates": DatesForm,
    "correct_words": WordsForm,
}


def offer_form(act: Transition | SideAct, current, data=None) -> OfferActForm:
    """The form of `act`, filled with what stands on `current`."""
    made = FORMS.get(act.name, OfferActForm)
    initial = {name: getattr(current, name) for name in made.base_fields if hasattr(current, name)}
    return made(data, act=act, initial=initial | noted_as(current, act.name))

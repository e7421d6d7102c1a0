"""Names that are written by hand under 其他区外单位: what no unit keeps is asked about before it is sent anywhere."""

from collections.abc import Iterable

from django import forms

from units.folding import folded

from . import exchange


class SureField(forms.MultipleChoiceField):
    """One tick a name, so that it holds for exactly that name; ticks of names that were changed since are nothing."""

    def __init__(self):
        super().__init__(required=False, label="仍要发给", widget=forms.CheckboxSelectMultiple)

    def valid_value(self, value) -> bool:
        return True


def split_names(text: str) -> list[str]:
    names = text.replace("，", "、").replace(",", "、").split("、")
    return [name.strip() for name in names if name.strip()]


def unknown(unit, names: Iterable[str]) -> list[str]:
    """Of these names those that are no registered body outside of the unit, by name or short name."""
    kept = {folded(name) for body in exchange.bodies_of(unit) for name in (body.name, body.short_name) if name}
    return [name for name in dict.fromkeys(names) if folded(name) not in kept]


def asked(names: Iterable[str]) -> list[str]:
    return [f"“{name}”不是已登记的区外单位，仍要发给它请勾选。" for name in names]

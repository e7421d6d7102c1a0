"""The form of the one search box: words, where, and what narrows; every field is part of a stable address."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from documents.forms import TYPES
from documents.states import Direction, DocType
from units.models import Unit
from units.texts import LineField
from units.unit_choices import OffersUnits

from .search.narrowing import ORDERS, Narrow
from .states import Access, Retention

ALL, DOCUMENTS, FILED, HOLDINGS = "", "documents", "filed", "holdings"
PLACES = {ALL: "全部", DOCUMENTS: "在办公文", FILED: "归档文件", HOLDINGS: "馆藏"}
LONGEST = 400
KINDS = [*TYPES, *((one, one.label) for one in DocType if (one, one.label) not in TYPES), Direction.choices[2]]
YEAR = dict.fromkeys(("invalid", "min_value", "max_value"), "年度应为四位数字，如 2026。")
CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。"}
PAGE = dict.fromkeys(("invalid", "min_value", "max_value"), "页码应为正整数，如 2。")


def _choice(label: str, every: str, choices) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", every), *choices], required=False, label=label, error_messages=CHOICE)


def _year(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=1900, max_value=2999, label=label, error_messages=YEAR,
        widget=forms.NumberInput(attrs={"class": "year", "placeholder": "如 2003"}),
    )  # fmt: skip


class UnitField(forms.ModelChoiceField):
    """Units by their code; a code with a NUL in it is a code that no unit has."""

    validate_no_null_characters = ProhibitNullCharactersValidator(message="所选单位不在列表中，请重新选择。")


class SearchForm(OffersUnits, forms.Form):
    """`more` is added to the words of `q` (在结果中检索); `year` is the short form of `first` and `last`."""

    q = LineField(max_length=LONGEST, required=False, label="题名、文号、档号或全文")
    more = LineField(max_length=100, required=False, label="在结果中检索")
    place = _choice("范围", "全部", [one for one in PLACES.items() if one[0]])
    first = _year("起始年度")
    last = _year("终止年度")
    retention = _choice("保管期限", "全部期限", Retention.choices)
    kind = _choice("文种", "全部文种", KINDS)
    unit = UnitField(
        Unit.objects.order_by("code"), to_field_name="code", required=False, label="立档单位", empty_label="全部单位",
        error_messages={"invalid_choice": "所选单位不在列表中，请重新选择。"},
    )  # fmt: skip
    opening = _choice("开放状态", "全部", Access.choices)
    order = _choice("排序", ORDERS["fit"], [one for one in ORDERS.items() if one[0] != "fit"])
    page = forms.IntegerField(required=False, min_value=1, max_value=999_999, label="页码", error_messages=PAGE)

    narrowing = ("first", "last", "retention", "kind", "unit", "opening")

    def __init__(self, data=None, **kwargs):
        if data is not None and data.get("year") and not (data.get("first") or data.get("last")):
            data = data.copy()
            data["first"] = data["last"] = data["year"]
        super().__init__(data, **kwargs)
        self.fields["unit"].choices = lambda: [("", "全部单位"), *self.units]

    def kept_fields(self) -> tuple[str, ...]:
        return self.narrowing

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", "终止年度不能早于起始年度。")
        return data

    @property
    def shown(self):
        """The bound fields that stand in the fold of filters."""
        return [self[name] for name in self.narrowing]

    @property
    def words(self) -> str:
        return " ".join(part for part in (self.cleaned_data["q"], self.cleaned_data["more"]) if part)

    @property
    def years(self) -> tuple[int | None, int | None] | None:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return (first, last) if first or last else None

    def narrow(self) -> Narrow:
        chosen = self.cleaned_data
        return Narrow(
            unit=chosen["unit"],
            years=self.years,
            retention=chosen["retention"] or None,
            kind=chosen["kind"] or None,
            opening=chosen["opening"] or None,
            order=chosen["order"] or "fit",
            holdings={FILED: False, HOLDINGS: True}.get(chosen["place"]),
        )

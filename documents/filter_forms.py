"""Filters of the work lists; what they ask is narrowed in documents/lists.py."""

from django import forms

from units.models import Unit
from units.texts import LineField
from units.typed_days import DayField
from units.unit_choices import OffersUnits

from .forms import CHOICE, LATER, TYPES, DateInput
from .lists import Limit, Receipt
from .states import ReceivedAs

URGENCIES = [("", "全部"), ("urgent", "加急"), ("extra_urgent", "特急")]
LIMITS = [("", "全部"), *Limit.choices]


class ListFilter(OffersUnits, forms.Form):
    """What every list asks; `first` are the fields that always stand there, the others fold."""

    first = ("q", "urgency", "limit")

    q = LineField(max_length=100, required=False, label="标题、文号或来文单位", widget=forms.TextInput)
    urgency = forms.ChoiceField(choices=URGENCIES, required=False, label="紧急程度")
    limit = forms.ChoiceField(choices=LIMITS, required=False, label="时限", help_text="选定后最急的在前")
    doc_type = forms.ChoiceField(choices=[("", "全部文种"), *TYPES], required=False, label="文种")
    received_as = forms.ChoiceField(
        choices=[("", "全部"), *ReceivedAs.choices], required=False, label="来文种类", error_messages=CHOICE
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        required=False,
        to_field_name="code",
        label="来文或发文单位",
        empty_label="全部单位",
        error_messages=CHOICE,
    )
    since = DayField(required=False, label="起始日期", widget=DateInput, error_messages=LATER)
    until = DayField(required=False, label="截止日期", widget=DateInput, error_messages=LATER)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "unit" not in self.fields:
            return
        self.fields["unit"].queryset = Unit.objects.order_by("code")
        # asked once, when it is shown, and for no more than it shows
        self.fields["unit"].choices = lambda: [("", "全部单位"), *self.units]

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "截止日期不能早于起始日期。")
        return data

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def folded(self) -> list:
        return [self[name] for name in self.fields if name not in self.first]

    @property
    def in_line(self) -> list:
        return [self[name] for name in self.first]

    @property
    def is_unfolded(self) -> bool:
        return any(self.data.get(field.name) for field in self.folded)


class DocumentFilter(ListFilter):
    holder = LineField(
        max_length=40, required=False, label="现由谁办理", widget=forms.TextInput, help_text="姓名或岗位"
    )


class UnderWayFilter(DocumentFilter):
    """在办: also what was sent and not signed for by all."""

    first = ("q", "urgency", "limit", "receipt")

    receipt = forms.ChoiceField(choices=[("", "全部"), *Receipt.choices], required=False, label="签收")


class EndedFilter(ListFilter):
    """Of what is completed: nobody holds it, and no limit runs."""

    first = ("q", "urgency")
    limit = None


class OthersDoneFilter(ListFilter):
    """Of what was done on anything but documents: by its words and the day of its end."""

    first = ("q", "since", "until")
    q = LineField(max_length=100, required=False, label="标题、档号或批次号", widget=forms.TextInput)
    urgency = limit = doc_type = received_as = unit = None


FILTERS: dict[str, type[ListFilter]] = {
    "documents:waiting": ListFilter,
    "documents:reading": ListFilter,
    "documents:drafts": ListFilter,
    "documents:handled": DocumentFilter,
    "documents:others_done": OthersDoneFilter,
    "documents:under_way": UnderWayFilter,
    "documents:overdue": DocumentFilter,
    "documents:completed": EndedFilter,
}

"""更正登记: the form of a registration that is corrected (documents/registering.py)."""

from django import forms
from django.utils import timezone

from units.texts import LineField
from units.typed_days import DayField

from . import forms as base
from .detail_fields import TYPED, DetailMixin
from .exchange_forms import reason_field
from .fields import PrintedLine
from .limit_fields import LATER, CountedDay, DateInput, DayOffMixin, end_of_day, limit_is_asked
from .states import URGENCY_OF_GRADE, HandlingKind, ReceivedAs, State, TelegramGrade, Urgency

SENT_WITH = ("sender_name", "sender_number", "sender_date", "title", "doc_type", "urgency", "repeat_reason")


class AmendForm(DetailMixin, DayOffMixin, base.SideForm):
    """更正登记: what was registered stands in the fields."""

    sender_name = PrintedLine(max_length=200, label="来文单位")
    sender_number = PrintedLine(max_length=100, required=False, label="来文字号")
    sender_date = DayField(required=False, label="成文日期", widget=DateInput, error_messages=LATER)
    title = PrintedLine(max_length=300, is_name=True, label="标题")
    doc_type = forms.ChoiceField(choices=base.TYPES, label="文种", error_messages=base.CHOICE)
    urgency = forms.ChoiceField(choices=Urgency, required=False, label="紧急程度", error_messages=base.CHOICE)
    handling_kind = forms.ChoiceField(choices=HandlingKind, label="办件类型", error_messages=base.CHOICE)
    due_on = DayField(required=False, label="办理时限", widget=CountedDay, error_messages=LATER)
    repeat_reason = LineField(
        max_length=200, required=False, label="重复登记的理由", help_text="改后与已有来文重复、仍要登记时填写"
    )
    note = reason_field("更正理由")
    repeat_reason.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.document.doc_type not in dict(base.TYPES):  # of an earlier list: it may stay
            kept = (self.document.doc_type, self.document.get_doc_type_display())
            self.fields["doc_type"].choices = [kept, *base.TYPES]
        if self.document.received_as == ReceivedAs.TELEGRAM:  # its grade says it
            del self.fields["urgency"]
        if self.document.issued_id is not None:  # what came over the platform is as it was sent
            for name in SENT_WITH:
                self.fields.pop(name, None)
        if self.document.state == State.SIGNED_FOR:
            del self.fields["handling_kind"], self.fields["due_on"]
        names = [name for name in self.fields if name not in TYPED]
        self.order_fields([names[0], *(name for name in TYPED if name in self.fields), *names[1:]])
        for name in names:
            if hasattr(self.document, name) and name not in ("note", "repeat_reason"):
                self.fields[name].initial = getattr(self.document, name)
        if "due_on" in self.fields and self.document.due_at:
            self.fields["due_on"].initial = timezone.localdate(self.document.due_at)
        if "due_on" in self.fields:
            limit_is_asked(self, self._urgency())

    def standing_day(self):
        return timezone.localdate(self.document.due_at) if self.document.due_at else None

    def _urgency(self) -> str:
        grade = self.data.get(self.add_prefix("grade")) if self.is_bound and "grade" in self.fields else None
        if grade in TelegramGrade.values:
            return URGENCY_OF_GRADE[TelegramGrade(grade)]
        typed = self.data.get(self.add_prefix("urgency")) if self.is_bound and "urgency" in self.fields else None
        return self.document.urgency if typed is None else typed

    def values(self) -> dict:
        data = dict(self.cleaned_data)
        found = {
            name: data[name]
            for name in ("sender_name", "sender_number", "title", "doc_type", "urgency", "handling_kind")
            if name in data
        }
        if "sender_date" in data:
            found |= {"sender_date": data["sender_date"], "has_date": True}
        if "due_on" in data and "due_on" in self.changed_data:
            found |= {"due_at": end_of_day(data["due_on"]), "has_limit": True}
        return found | {"detail": self.detail_typed(), "repeat_reason": data.get("repeat_reason", "")}


base.SIDE_FORMS["amend"] = AmendForm

"""更正登记 of what a telephone note, telegram, fax or mail bears beside the common fields (practice 2.1 item 10)."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from units.typed_days import DayField

from . import received
from .exchange_inputs import AmendInput
from .fields import PrintedLine
from .limit_fields import LATER, DateInput
from .models import Document, ReceivedDetail
from .states import URGENCY_OF_GRADE, ReceivedAs, TelegramGrade

CLOCK = {"invalid": "时间应写成 17:00 的样式。"}
CHOICE = {"invalid_choice": "请从列出的等级中选择。"}
TYPED = ("caller", "number", "received_on", "received_clock", "taken_by", "grade", "meeting", "meeting_on")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs):
        super().__init__(format="%H:%M", **kwargs)


def needs_of(document: Document) -> dict[str, str]:
    """Field of ReceivedDetail → what it is called; none of what came over the platform or on paper."""
    if document.issued_id is not None:
        return {}
    return dict(received.NEEDS[document.received_as or ReceivedAs.PAPER])


def detail_of(document: Document) -> ReceivedDetail | None:
    return ReceivedDetail.objects.filter(document=document).first() if needs_of(document) else None


class DetailMixin(forms.Form):
    """What was registered stands in the fields; a form has only those of its document's kind."""

    document: Document

    caller = PrintedLine(max_length=60, required=False)
    number = PrintedLine(max_length=100, required=False)
    received_on = DayField(required=False, widget=DateInput, error_messages=LATER)
    received_clock = forms.TimeField(required=False, widget=TimeInput, error_messages=CLOCK)
    taken_by = PrintedLine(max_length=40, required=False)
    grade = forms.ChoiceField(choices=TelegramGrade, required=False, error_messages=CHOICE)
    meeting = PrintedLine(max_length=200, required=False, is_name=True)
    meeting_on = DayField(required=False, widget=DateInput, error_messages=LATER)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        detail, needs = detail_of(self.document), needs_of(self.document)
        stands = _typed(detail) if detail is not None else {}
        for name in TYPED:
            what = "received_at" if name in ("received_on", "received_clock") else name
            if detail is None or what not in needs:
                del self.fields[name]
                continue
            label = needs[what]
            self.fields[name].label = label.replace("时间", "日期") if name == "received_on" else label
            self.fields[name].initial, self.fields[name].depends = stands[name], True

    def detail_typed(self) -> dict[str, Any]:
        """Of what was changed, by the names of ReceivedDetail; the minute that nobody touched keeps its seconds."""
        data, changed = self.cleaned_data, set(self.changed_data)
        found = {
            name: data[name] for name in TYPED if name in changed and name not in ("received_on", "received_clock")
        }
        if changed & {"received_on", "received_clock"}:
            found["received_at"] = _moment(data.get("received_on"), data.get("received_clock"))
        return found


def _typed(detail: ReceivedDetail) -> dict[str, Any]:
    at = timezone.localtime(detail.received_at) if detail.received_at else None
    own = {name: getattr(detail, name) for name in TYPED if hasattr(detail, name)}
    return own | {
        "received_on": timezone.localdate(detail.received_at) if detail.received_at else None,
        "received_clock": at.time().replace(second=0, microsecond=0) if at else None,
    }


def _moment(day: date | None, clock: time | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, clock)) if day and clock else None


def with_what_follows(document: Document, given: AmendInput) -> AmendInput:
    """紧急程度 of a telegram is that of its grade; the day of a call is the paper's."""
    if (grade := given.detail.get("grade")) in TelegramGrade.values:
        given = replace(given, urgency=URGENCY_OF_GRADE[TelegramGrade(grade)])
    moment = given.detail.get("received_at")
    if document.received_as == ReceivedAs.TELEPHONE and moment is not None:
        given = replace(given, sender_date=timezone.localdate(moment), has_date=True)
    return given


def faults_of(document: Document, given: AmendInput) -> list[str]:
    """What the registration must still hold when it is changed as `given` says."""
    if not given.detail:
        return []
    needs, detail = needs_of(document), detail_of(document)
    if detail is None or not set(given.detail) <= set(needs):
        return ["此件登记时没有这些事项，不能更正。"]
    fields = {name: given.detail.get(name, getattr(detail, name)) for name in needs}
    if fields.get("grade") and fields["grade"] not in TelegramGrade.values:
        return [CHOICE["invalid_choice"]]
    known = {"received_as": document.received_as, "body": document.body, "sender_number": document.sender_number}
    return [sentence for _, sentence in received.faults_of(known | fields)]


def amended(document: Document, given: AmendInput) -> dict[str, tuple[str, str]]:
    """Saves what differs; what it is called → (old, new) in words."""
    detail, needs = detail_of(document), needs_of(document)
    if detail is None:
        return {}
    changes = {}
    for name, value in given.detail.items():
        if (old := getattr(detail, name)) != value:
            changes[needs[name]] = (received.in_words(old, name) or "无", received.in_words(value, name))
            setattr(detail, name, value)
    if changes:
        detail.save()
    return changes

"""收文登记, one form a kind of paper: each asks what it needs, and of all that it is no secret (SC-01)."""

from django import forms
from django.utils import timezone

from units.typed_days import DayField

from . import forms as base
from . import received
from .after_forms import CLOCK, TimeInput, moment_of
from .exchange_forms import OutsideForm as PaperForm
from .fields import PrintedLine
from .states import ReceivedAs, TelegramGrade

R = ReceivedAs
LABELS = {  # what the common fields are called of a kind
    R.TELEPHONE: {"sender_name": "来电单位", "title": "事由", "body": "电话内容"},
    R.TELEGRAM: {"sender_number": "电报号"},
    R.MEETING: {"sender_name": "会议主办单位"},
}
LEFT_OUT = {R.TELEPHONE: ("sender_number", "sender_date", "doc_type"), R.TELEGRAM: ("urgency",)}
TIMED = frozenset(kind for kind, needs in received.NEEDS.items() if "received_at" in dict(needs))


class OutsideForm(PaperForm):
    """`kind` of states.ReceivedAs; what is sent says it itself."""

    received_as = forms.ChoiceField(
        choices=ReceivedAs, required=False, widget=forms.HiddenInput, error_messages=base.CHOICE
    )
    caller = PrintedLine(max_length=60, required=False)
    number = PrintedLine(max_length=100, required=False)
    received_on = DayField(required=False, widget=base.DateInput, error_messages=base.LATER)
    received_clock = forms.TimeField(required=False, widget=TimeInput, error_messages=CLOCK)
    taken_by = PrintedLine(max_length=40, required=False)
    grade = forms.ChoiceField(
        choices=[("", "请选择"), *TelegramGrade.choices], required=False, error_messages=base.CHOICE
    )
    meeting = PrintedLine(max_length=200, required=False, is_name=True)
    meeting_on = DayField(required=False, widget=base.DateInput, error_messages=base.LATER)
    is_open = forms.BooleanField(
        label="本件不涉密，也不是密码电报",
        error_messages={"required": "涉密文件、密码电报不得在本系统登记，连标题也不能录入；确不涉密的请勾选。"},
    )

    def __init__(self, *args, kind: str = "", by=None, **kwargs):
        super().__init__(*args, **kwargs)
        given = self.data.get("received_as") if self.is_bound else kind
        self.kind = R(given) if given in R.values else R.PAPER
        self.fields["received_as"].initial = self.kind
        needs = dict(received.NEEDS[self.kind])
        for name in ("caller", "number", "taken_by", "grade", "meeting", "meeting_on"):
            if name not in needs:
                del self.fields[name]
            else:
                self.fields[name].label, self.fields[name].depends = needs[name], True
        self._time(needs)
        for name in LEFT_OUT.get(self.kind, ()):
            del self.fields[name]
        for name, label in LABELS.get(self.kind, {}).items():
            self.fields[name].label = label
            self.fields[name].depends = True  # what a kind names it needs
        if "taken_by" in self.fields and by is not None:
            self.fields["taken_by"].initial = by.name

    def _time(self, needs: dict[str, str]) -> None:
        if "received_at" not in needs:
            del self.fields["received_on"], self.fields["received_clock"]
            return
        now, label = timezone.localtime(), needs["received_at"]
        self.fields["received_on"].label = label.replace("时间", "日期")
        self.fields["received_clock"].label = label
        self.fields["received_on"].initial, self.fields["received_clock"].initial = now.date(), now.time()
        for name in ("received_on", "received_clock"):
            self.fields[name].depends = True

    @property
    def own_fields(self) -> list:
        """Where it came from, and what this kind asks beside the common fields."""
        names = (
            "sender_name",
            "caller",
            "number",
            "received_on",
            "received_clock",
            "taken_by",
            "grade",
            "meeting",
            "meeting_on",
        )
        return [self[name] for name in names if name in self.fields]

    @property
    def common_fields(self) -> list:
        names = ("sender_number", "sender_date", "doc_type", "urgency", "unit")
        return [self[name] for name in names if name in self.fields]

    def clean(self):
        data = super().clean()
        day, clock = data.get("received_on"), data.get("received_clock")
        data["received_at"] = moment_of(day, clock) if day and clock else None
        data["received_as"] = self.kind
        for name, sentence in received.faults_of(data):
            at = "received_on" if name == "received_at" else name
            if at not in self.errors:
                self.add_error(at, sentence)
        return data


def tabs_of(kind: str, address: str) -> list[tuple]:
    """As parts/tabs.html takes them."""
    return [
        (one.label, address if one == R.PAPER else f"{address}?as={one.value}", None, one == kind) for one in R
    ]  # fmt: skip


def initial_of_received(made) -> dict:
    """What the form that made it had in its fields."""
    detail = getattr(made, "received_detail", None)
    found = {name: getattr(made, name) for name in OutsideForm.base_fields if hasattr(made, name)}
    found |= {name: getattr(detail, name) for name in received.DETAILS if detail is not None}
    if detail is not None and detail.received_at:
        at = timezone.localtime(detail.received_at)
        found |= {"received_on": at.date(), "received_clock": at.time()}
    return found | {"unit": made.unit_id, "is_open": True}

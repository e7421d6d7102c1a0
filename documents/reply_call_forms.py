"""会议回执 asked while the notice is drafted: a folded part of the draft's form, saved with it."""

from datetime import datetime, time

from django import forms
from django.utils import timezone

from units.typed_days import DayField

from .fields import PrintedLine
from .limit_fields import LATER, DateInput
from .models import Document
from .reply_calls import ASKED_OF, MOST, call_of
from .reply_inputs import AskInput

NAMES = ("reply_due_on", "reply_due_clock", "reply_most", "reply_note")
CLOCK = {"invalid": "时间应写成 17:00 的样式。"}


class ReplyCallMixin(forms.Form):
    """Nothing typed asks for nothing; the day alone is enough to ask."""

    reply_due_on = DayField(
        required=False, label="回执截止日期", widget=DateInput, error_messages=LATER,
        help_text="填写即要求各收文单位填报回执，不要求的不填；只用于通知、函、便函",
    )  # fmt: skip
    reply_due_clock = forms.TimeField(
        required=False, label="回执截止时间", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="不填为 17:00", error_messages=CLOCK,
    )  # fmt: skip
    reply_most = forms.IntegerField(
        min_value=1, max_value=MOST, required=False, label="每单位名额", help_text="不限的不填",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"名额应为 1 至 {MOST} 的整数。"),
    )  # fmt: skip
    reply_note = PrintedLine(max_length=200, required=False, label="回执要求", help_text="如：请分管领导参加")

    def clean(self):
        data = super().clean()
        if "reply_due_on" in self.errors or "reply_due_on" not in self.fields:
            return data
        if data.get("reply_due_on") is None:
            if data.get("reply_most") or data.get("reply_note"):
                self.add_error("reply_due_on", "要求回执的，请填写截止日期；不要求的，请清空名额和要求。")
        elif data.get("doc_type") not in ASKED_OF:
            self.add_error("reply_due_on", "只有通知、函和便函可以要求回执。")
        elif self._due() <= timezone.now():
            self.add_error("reply_due_on", "回执截止时间应晚于现在。")
        return data

    def _due(self) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["reply_due_on"], data.get("reply_due_clock") or time(17, 0)))

    def reply_call(self) -> tuple[AskInput, str] | None:
        """What is asked and in which words; None when nothing is."""
        data = self.cleaned_data
        return (AskInput(self._due(), data["reply_most"]), data["reply_note"]) if data.get("reply_due_on") else None

    @property
    def has_replies(self) -> bool:
        """Whether something stands, or is wrong, in the folded part."""
        return any(self[name].value() or self[name].errors for name in NAMES)


def initial_of(document: Document) -> dict:
    """What the draft's form shows of what is asked."""
    if (call := call_of(document)) is None:
        return {}
    due = timezone.localtime(call.due_at)
    return dict(zip(NAMES, (due.date(), due.time(), call.most, call.note), strict=True))

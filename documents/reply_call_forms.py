"""会议回执 asked while the notice is drafted: a folded part of the draft's form, saved with it."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from units.typed_days import DayField

from . import reply_questions as asking
from .fields import PrintedLine
from .limit_fields import LATER, DateInput
from .models import Document
from .reply_calls import ASKED_OF, MOST, call_of
from .reply_inputs import AskInput
from .states import AnswerKind

NAMES = ("reply_due_on", "reply_due_clock", "reply_most", "reply_note")
PLACES = range(1, asking.MOST + 1)
PARTS = (
    "question",
    "question_kind",
    "question_must",
)  # of one question: its words, states.AnswerKind, must be answered
QUESTIONS = tuple(f"{part}_{place}" for place in PLACES for part in PARTS)
CHOICE = {"invalid_choice": "请选择怎样回答。"}
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for place in PLACES:
            self.fields |= dict(zip((f"{part}_{place}" for part in PARTS), _fields_of_question(place), strict=True))

    @cached_property
    def changed_data(self) -> list[str]:
        """A question without words asks nothing, however it would be answered."""
        places = [place for place in PLACES if f"question_{place}" in self.fields]
        blank = {f"{part}_{place}" for place in places if not self[f"question_{place}"].value() for part in PARTS[1:]}
        return [name for name in super().changed_data if name not in blank]

    def clean(self):
        data = super().clean()
        if "reply_due_on" not in self.fields:
            return data
        self._check_questions()
        if "reply_due_on" in self.errors:
            return data
        if data.get("reply_due_on") is None:
            if data.get("reply_most") or data.get("reply_note") or self._questions():
                self.add_error("reply_due_on", "要求回执的，请填写截止日期；不要求的，请清空名额、要求和所问事项。")
        elif data.get("doc_type") not in ASKED_OF:
            self.add_error("reply_due_on", "只有通知、函和便函可以要求回执。")
        elif self._due() <= timezone.now():
            self.add_error("reply_due_on", "回执截止时间应晚于现在。")
        return data

    def _questions(self) -> tuple[asking.Question, ...]:
        rows = [[self.cleaned_data.get(f"{part}_{place}") for part in PARTS] for place in PLACES]
        return tuple(asking.Question(label, kind or AnswerKind.YES_NO, must) for label, kind, must in rows if label)

    def _check_questions(self) -> None:
        """A repeated question is told at its second place."""
        said: set[str] = set()
        for place in PLACES:
            label = self.cleaned_data.get(f"question_{place}")
            if label and label in said:
                self.add_error(f"question_{place}", f"“{label}”问了两次，请删去一项。")
            said.add(label)

    def _due(self) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["reply_due_on"], data.get("reply_due_clock") or time(17, 0)))

    def reply_call(self) -> tuple[AskInput, str] | None:
        """What is asked and in which words; None when nothing is."""
        data = self.cleaned_data
        if not data.get("reply_due_on"):
            return None
        return AskInput(self._due(), data["reply_most"], self._questions()), data["reply_note"]

    @property
    def has_replies(self) -> bool:
        """Whether something stands, or is wrong, in the folded part."""
        return any(self[name].value() or self[name].errors for name in NAMES) or self.has_questions

    @property
    def has_questions(self) -> bool:
        return any(row[0].value() or any(cell.errors for cell in row) for row in self.questions)

    @property
    def questions(self) -> list[list]:
        """Bound fields of each question: its words, how it is answered, whether it must be."""
        return [[self[f"{part}_{place}"] for part in PARTS] for place in PLACES]


def _fields_of_question(place: int) -> tuple[forms.Field, ...]:
    label = PrintedLine(max_length=asking.LABEL, required=False, label=f"事项{place}")
    label.depends = True  # "选填" on each row would say nothing
    kind = forms.ChoiceField(
        choices=AnswerKind,
        required=False,
        initial=AnswerKind.YES_NO,
        label=f"事项{place}怎样回答",
        error_messages=CHOICE,
    )
    kind.depends = True
    return label, kind, forms.BooleanField(required=False, initial=True, label="必填")


def initial_of(document: Document) -> dict:
    """What the draft's form shows of what is asked."""
    if (call := call_of(document)) is None:
        return {}
    due = timezone.localtime(call.due_at)
    found = dict(zip(NAMES, (due.date(), due.time(), call.most, call.note), strict=True))
    rows = [*call.questions, *[["", AnswerKind.YES_NO, True]] * asking.MOST]  # of those not asked what a new form shows
    return found | {name: cell for name, cell in zip(QUESTIONS, (cell for row in rows for cell in row), strict=False)}

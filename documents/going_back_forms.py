"""Forms of 退回, 会签, 协调 and 改正文字差错; what is chosen is judged under the lock, with the sentence of the act."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from units.tidying import as_attribute

from . import conclusions, hanging
from .after_seal import GOES_TO
from .agreements import Way, who
from .fields import UnmarkedLine, UnmarkedText
from .forms import CHOICE, SIDE_FORMS, STEP_FORMS, NoteForm, SideForm
from .states import COUNTERSIGNED, StepKind, StepResult

DRAFTER = "drafter"
COORDINATED = (StepResult.COORDINATED, StepResult.DECIDED)


class StepField(forms.CharField):
    """An earlier step of the run by its uid; the drafter, or nothing said, is None."""

    widget = forms.RadioSelect

    def clean(self, value):
        if value in (None, "", DRAFTER):
            return None
        try:
            return UUID(value)
        except (ValueError, AttributeError, TypeError) as error:
            raise ValidationError("请从列出的环节中选择。") from error


class SendBackForm(NoteForm):
    to = StepField(label="退回至")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        drafter = [] if self.document.is_incoming else [(DRAFTER, f"拟稿人 {self.document.in_hands_of}")]
        others = [step for step in Way.of(self.document).earlier if step.done_by_id != self.by.pk]
        earlier = [(str(step.uid), _shown(step)) for step in reversed(others)]
        self.fields["to"].widget.choices = choices = [*drafter, *earlier]
        self.fields["to"].initial = choices[0][0] if choices else None


def _shown(step) -> str:
    at = timezone.localtime(step.closed_at) if step.closed_at else None
    return f"{who(step)} {at:%m-%d %H:%M}" if at else who(step)


class ConcludingForm(NoteForm):
    """With a `result`: what was chosen, and not sent, before it was asked for this time is chosen anew."""

    def asked_at(self) -> Iterable[datetime | None]:
        return ()

    def concluded_anew(self, typed, saved_at) -> tuple[str, ...]:
        return ("result",) if any(at is not None and at > saved_at for at in self.asked_at()) else ()


class CountersignForm(ConcludingForm):
    result = forms.ChoiceField(
        choices=[(one.value, one.label) for one in COUNTERSIGNED],
        label="会签结论",
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = "附修改意见或不同意的，须写明修改意见、分歧所在和理由"
        self.fields["note"].depends = True  # asked for with some results: neither 选填 nor always 必填

    @property
    def agrees(self) -> bool:
        return self.cleaned_data.get("result") in conclusions.AGREEING

    def asked_at(self):
        own = hanging.own_items(self.document, self.by) or ()
        return [task.opened_at for task in own if task.kind == StepKind.COUNTERSIGN]


class CoordinateForm(ConcludingForm):
    result = forms.ChoiceField(
        choices=[(one.value, one.label) for one in COORDINATED],
        label="协调结果",
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )

    def asked_at(self):
        return [step.closed_at for step in Way.of(self.document).unresolved]


class CorrectForm(NoteForm):
    title = UnmarkedLine(max_length=300, is_name=True, label="标题")
    body = UnmarkedText(
        max_length=200_000,
        label="正文",
        help_text="只改错别字、漏字和版面；涉及数字、日期、收文单位或内容的，请退原签批人复审",
        widget=forms.Textarea(attrs={"rows": 14, "data-tidy": as_attribute()}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].initial, self.fields["body"].initial = self.document.title, self.document.body
        self.fields["note"].help_text = "哪里、原文、改为；告知签发人"


class ReturnUnsealedForm(NoteForm):
    to = forms.ChoiceField(
        choices=list(GOES_TO.items()), label="退回至", widget=forms.RadioSelect, error_messages=CHOICE
    )


class NotedForm(SideForm):
    """阅知: what the person was told stands on top of the page, one notice at a time; the form says which."""

    task = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = [one for one in hanging.open_items(self.document) if one.kind == StepKind.NOTICE and _is_own(one)]
        self.fields["task"].initial = told[0].pk if told else None

    def values(self) -> dict:
        return {"task": self.cleaned_data.get("task") or 0}


def _is_own(task) -> bool:
    """As the page has judged it for its visitor."""
    return getattr(task, "may_view", False)


STEP_FORMS |= {
    "send_back": SendBackForm,
    "countersign": CountersignForm,
    "coordinate": CoordinateForm,
    "correct": CorrectForm,
    "return_unsealed": ReturnUnsealedForm,
}
SIDE_FORMS |= {"take_note": NotedForm}

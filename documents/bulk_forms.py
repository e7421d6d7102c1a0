"""What an act on many documents is given, once for all of them."""

import uuid
from collections.abc import Callable

from django import forms

from units.choosing import PeopleField, people_in
from units.models import Department, Post, Task, User
from units.texts import some_of

from . import own_answers
from .asking_twice import AsksTwice
from .bulk import Given, successors, units_of_successors, units_to_circulate_in
from .co_handling import LONGEST_REASON
from .conditions import those_unreplied, those_unsigned
from .desk_forms import NEAR_LIMIT, URGE_PHRASES, choose_readers, refuse_nobody
from .fields import PrintedLine, PrintedText, UnmarkedLine
from .forms import CHOICE
from .inputs import ASKED, EXPLAINED, CirculateInput, CompleteInput, UrgeInput
from .models import Document
from .pages import usual_phrases
from .shared_out import those_unassisted
from .states import BESIDE, NotToFile
from .urging import LONGEST

NAMED = 3  # titles of those that a reason is asked for


class BulkForm(forms.Form):
    """`phrases` are put into the box by a button."""

    phrases: tuple[str, ...] = ()
    note = PrintedText(max_length=2000, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, by, documents, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.documents = by, documents

    def given(self) -> Given:
        return Given(self.cleaned_data["note"])


class ApproveForm(AsksTwice, BulkForm):
    """As a single 签发: the box is empty, and words of a refusal are asked about."""

    phrases = usual_phrases("approve")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_be_asked("签发")

    def clean(self):
        data = super().clean()
        self.ask_if_it_refuses(True)
        return data


class ReadForm(BulkForm):
    note = PrintedText(max_length=2000, required=False, label="传阅意见", widget=forms.Textarea(attrs={"rows": 2}))


class UrgeForm(BulkForm):
    phrases = URGE_PHRASES

    note = UnmarkedLine(max_length=LONGEST, required=False, label="催办内容", initial=URGE_PHRASES[0])
    note.depends = True
    run = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["run"].initial = uuid.uuid4()
        uids = [one.uid for one in self.documents]
        limited = Task.objects.open().filter(subject_uid__in=uids, due_at__isnull=False).exclude(kind__in=BESIDE)
        if limited.order_by().values("subject_uid").distinct().count() == len(uids):
            self.phrases = (*URGE_PHRASES, NEAR_LIMIT)

    def given(self) -> Given:
        return Given(self.cleaned_data["note"] or URGE_PHRASES[0], UrgeInput(run=self.cleaned_data["run"]))


class CirculateForm(BulkForm):
    readers = PeopleField(required=False, label="人员")
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(), required=False, label="处室（全体人员）", widget=forms.CheckboxSelectMultiple
    )
    posts = forms.ModelMultipleChoiceField(
        Post.objects.none(), required=False, label="岗位（由任职人员阅）", widget=forms.CheckboxSelectMultiple
    )
    readers.depends = departments.depends = posts.depends = True  # one of the three
    note = UnmarkedLine(max_length=200, required=False, label="传阅说明")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose_readers(self, *units_to_circulate_in(self.by))

    def clean(self):
        return refuse_nobody(self, super().clean())

    def given(self) -> Given:
        chosen = self.cleaned_data
        names = ("readers", "posts", "departments")
        return Given(chosen["note"], CirculateInput(*(tuple(chosen.get(name) or ()) for name in names)))


class HandOverForm(BulkForm):
    person = forms.ModelChoiceField(User.objects.none(), label="转给", empty_label="请选择", error_messages=CHOICE)
    note = UnmarkedLine(max_length=200, required=False, label="转办原因")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {one.key: one.named for one in people_in(*units_of_successors(self.by)).candidates}
        self.fields["person"].queryset = successors(self.by)
        self.fields["person"].label_from_instance = lambda person: names.get(person.pk, person.name)

    def given(self) -> Given:
        return Given(self.cleaned_data["note"], person=self.cleaned_data["person"])


class CompleteForm(BulkForm):
    """办结 of many: what is not chosen follows the proposal of each."""

    retention_code = forms.ChoiceField(
        required=False, label="保管期限", choices=[("", "按各件建议"), ("Y", "永久"), ("D30", "30年"), ("D10", "10年")],
        error_messages=CHOICE,
    )  # fmt: skip
    not_to_file = forms.ChoiceField(
        required=False, label="是否归档",
        choices=[("", "归档"), *((code, f"不归档：{reason}") for code, reason in NotToFile.choices)],
        error_messages=CHOICE,
    )  # fmt: skip
    reply_waived = PrintedLine(max_length=200, required=False, label=ASKED["reply_waived"])
    unsigned_reason = PrintedLine(max_length=200, required=False, label=ASKED["unsigned_reason"])
    unanswered_reason = PrintedLine(max_length=200, required=False, label=ASKED["unanswered_reason"])
    unassisted_reason = PrintedLine(max_length=LONGEST_REASON, required=False, label=ASKED["unassisted_reason"])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in EXPLAINED:
            what, of = ENDED_EARLY[name]
            self.fields[name].depends = True
            if asked := of(self.documents):
                self.fields[name].help_text = f"{_named(asked)}{what}：不填理由的不办结，理由只记在这{len(asked)}件上"
            else:
                del self.fields[name]

    def given(self) -> Given:
        chosen = self.cleaned_data
        names = ("retention_code", "not_to_file", *EXPLAINED)
        return Given(chosen["note"], CompleteInput(**{name: chosen.get(name, "") for name in names}))


# a reason → what is missing, and of which of many documents
ENDED_EARLY: dict[str, tuple[str, Callable[[list[Document]], list[Document]]]] = {
    "reply_waived": ("尚未收到批复", those_unreplied),
    "unsigned_reason": ("尚有单位未签收、未寄送", those_unsigned),
    "unanswered_reason": ("复文尚未分发", own_answers.those_unanswered),
    "unassisted_reason": ("协办尚未反馈", those_unassisted),
}


def _named(documents: list[Document]) -> str:
    return some_of([f"“{one.title}”" for one in documents], NAMED, "件")


FORMS: dict[str, type[BulkForm]] = {
    "approve": ApproveForm,
    "read": ReadForm,
    "urge": UrgeForm,
    "circulate": CirculateForm,
    "hand_over": HandOverForm,
    "complete": CompleteForm,
}  # 签收 asks nothing

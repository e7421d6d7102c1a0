"""Forms of 催办 and 传阅: whom, and in which words. And which form every side act has."""

import json
import uuid

from django import forms

from units.choosing import Offer, PeopleField, people_in
from units.models import Department, Post
from units.roles import ADMINISTRATORS

from . import hanging
from .circulation import readers_open
from .departments import of_units
from .fields import UnmarkedLine
from .forms import SIDE_FORMS, SideForm, SideNoteForm
from .urging import LONGEST, Scope, not_own, targets

URGE_PHRASES = ("请尽快办理。", "请今日办结。")
# what is asked of each group, the first stands in the box; of all who handle it URGE_PHRASES
TO_SIGN, TO_ANSWER, TO_READ = ("请尽快签收。",), ("请尽快填报回执。",), ("请尽快阅看。",)
PHRASES_OF = {
    Scope.UNSIGNED: TO_SIGN, Scope.NO_REPLY: TO_ANSWER, Scope.READERS: TO_READ,
    Scope.STEP: URGE_PHRASES, Scope.UNANSWERED: URGE_PHRASES,
}  # fmt: skip
NEAR_LIMIT = "已临近时限，请抓紧办理。"  # only where there is a limit


class UrgeForm(SideForm):
    """All of a group, or only those who are ticked; with one item there is nothing to choose."""

    about = "note"
    phrases = URGE_PHRASES

    scope = forms.ChoiceField(required=False, label="催办对象")
    tasks = forms.TypedMultipleChoiceField(
        required=False, coerce=int, label="只催其中几个", widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "所选事项已经办理，请重新选择。"},
    )  # fmt: skip
    note = UnmarkedLine(max_length=LONGEST, required=False, label="催办内容")
    note.depends = True  # left empty it says what the chosen group is usually asked
    run = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found, visitor = targets(self.document), hanging.visitor(self.document)
        self.found = found = found if visitor is None else not_own(found, visitor)
        groups = [(scope, [one for one in found if one.scope == scope]) for scope in Scope]
        self.fields["run"].initial = uuid.uuid4()
        self.fields["scope"].choices = scopes = _scopes([(scope, rows) for scope, rows in groups if rows])
        if Scope.UNSIGNED.value in dict(scopes):  # the first thing a sender waits for
            self.fields["scope"].initial = Scope.UNSIGNED.value
        handling = {one.scope for one in found} - {Scope.READERS}
        self.usual = {value: _usual(value or (min(handling) if len(handling) == 1 else "")) for value, _ in scopes}
        chosen = self.fields["scope"].initial or (scopes[0][0] if scopes else "")
        self.fields["note"].initial = self.usual.get(chosen, _usual(""))
        self.fields["scope"].widget.attrs["data-usual"] = json.dumps(self.usual)
        several = [phrase for scope in dict.fromkeys(one.scope for one in found) for phrase in PHRASES_OF[scope]]
        self.phrases = tuple(dict.fromkeys(several))
        if any(one.task.due_at for one in found):
            self.phrases += (NEAR_LIMIT,)
        self.fields["tasks"].choices = [(one.task.pk, str(one)) for one in found]
        if not scopes or (len(scopes) == 1 and not scopes[0][0]):
            del self.fields["scope"]
        if len(found) < 2:
            del self.fields["tasks"]

    def clean(self):
        data = super().clean()
        if not data.get("note") and "note" not in self.errors:
            data["note"] = self.usual.get(data.get("scope", ""), self.fields["note"].initial)
        return data

    def values(self) -> dict:
        return {**super().values(), "tasks": tuple(self.cleaned_data.get("tasks") or ())}


def _usual(scope: str) -> str:
    """What one asks of a group of Scope, or of all who handle the paper."""
    return (PHRASES_OF[Scope(scope)] if scope else URGE_PHRASES)[0]


def _scopes(groups: list) -> list[tuple[str, str]]:
    """The first is what is urged unless another is chosen: all who handle it; readers only where they are chosen."""
    handling = [(scope, rows) for scope, rows in groups if scope != Scope.READERS]
    label = handling[0][0].label if len(handling) == 1 else "全部办理人和单位"
    first = [("", f"{label}（{_many([one for _, rows in handling for one in rows])}）")] if handling else []
    apart = groups if len(handling) > 1 else [one for one in groups if one[0] == Scope.READERS]
    return first + [(scope.value, f"{scope.label}（{_many(rows)}）") for scope, rows in apart]


def _many(rows: list) -> int:
    """Whom it is asked of, a unit that owes several things once."""
    return len({one.who for one in rows})


class CirculateForm(SideForm):
    about = "readers"

    readers = PeopleField(required=False, label="人员")
    departments = forms.ModelMultipleChoiceField(
        Department.objects.none(), required=False, label="处室（全体人员）", widget=forms.CheckboxSelectMultiple
    )
    posts = forms.ModelMultipleChoiceField(
        Post.objects.none(), required=False, label="岗位（由任职人员阅）", widget=forms.CheckboxSelectMultiple
    )
    readers.depends = departments.depends = posts.depends = True  # one of the three
    note = UnmarkedLine(max_length=200, required=False, label="传阅说明", help_text="如：请分管领导阅示")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choose_readers(self, self.document.unit, people=hanging.people(self.document))

    def clean(self):
        return refuse_nobody(self, super().clean())

    def values(self) -> dict:
        return {name: tuple(self.cleaned_data.get(name) or ()) for name in ("readers", "departments", "posts")}


def choose_readers(form, *units, people: Offer | None = None) -> None:
    """The people, departments and posts of `units` as the form's choices; departments of nobody are a sentence."""
    departments = of_units(units)
    form.fields["readers"].offer = people or people_in(*units)
    keys = [one.pk for one in departments.staffed]
    form.fields["departments"].queryset = Department.objects.filter(pk__in=keys)
    form.fields["departments"].choices = [(one.pk, str(one)) for one in departments.staffed]  # read once
    form.fields["departments"].help_text = departments.told
    if not departments.staffed:
        del form.fields["departments"]
        form.fields["readers"].help_text = departments.told
    posts = Post.objects.filter(unit__in=units).exclude(kind__in=ADMINISTRATORS).select_related("unit")
    form.fields["posts"].queryset = posts = posts.order_by("unit__code", "kind")
    form.fields["posts"].choices = [(one.pk, str(one)) for one in posts]


def refuse_nobody(form, data):
    names = ("readers", "departments", "posts")
    if not any(data.get(name) for name in names) and not any(form.errors.get(name) for name in names):
        form.add_error("readers", "请至少选择一人、一个处室或一个岗位。")
    return data


class RecallForm(SideForm):
    """撤销传阅: those ticked, or everybody who has not read it yet."""

    about = "tasks"

    tasks = forms.TypedMultipleChoiceField(
        required=False, coerce=int, label="撤销哪些人的传阅", widget=forms.CheckboxSelectMultiple,
        help_text="已阅毕的不受影响", error_messages={"invalid_choice": "所选传阅已经阅毕或已撤销，请重新选择。"},
    )  # fmt: skip
    everybody = forms.BooleanField(required=False, label="全部撤销")
    tasks.depends = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tasks"].choices = [
            (task.pk, str(task.assignee or task.post)) for task in readers_open(self.document)
        ]

    def clean(self):
        data = super().clean()
        if not data.get("tasks") and not data.get("everybody") and "tasks" not in self.errors:
            self.add_error("tasks", "请选择要撤销的人，或者选“全部撤销”。")
        return data

    def values(self) -> dict:
        chosen = self.cleaned_data
        return {"tasks": () if chosen.get("everybody") else tuple(chosen.get("tasks") or ())}


SIDE_FORMS |= {"urge": UrgeForm, "circulate": CirculateForm, "recall_circulation": RecallForm}


def side_form(act, document, data=None, files=None) -> SideForm:
    """The form of one side act; field names carry the act's name."""
    return SIDE_FORMS.get(act.name, SideNoteForm)(data, files, act=act, document=document)

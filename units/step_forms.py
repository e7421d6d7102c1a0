"""The form of a step of a workflow: a note where the step asks for one, under the step's own word for it."""

from django import forms

from .texts import TextField
from .workflow import Transition


def posted_version(request) -> int | None:
    """Of the row, as the page showed it that the step was sent from; None where it says none."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None


class StepForm(forms.Form):
    """A step with a reason where one is asked for."""

    note = TextField(max_length=500, required=False, label="意见", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, step: Transition, **kwargs):
        super().__init__(*args, prefix=step.name, **kwargs)
        self.step = step
        if step.needs_note:
            self.fields["note"].required, self.fields["note"].label = True, step.note_name
        else:
            del self.fields["note"]

    def noted(self) -> str:
        return self.cleaned_data.get("note", "")

    def given(self):
        return self.step.input()

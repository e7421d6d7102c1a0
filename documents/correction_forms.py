"""Forms of 更正重发: why, and who gets the 更正件 though its original was 收回 from him."""

from django import forms

from . import exchange
from . import forms as base
from .fields import PrintedText


class CorrectForm(base.SideForm):
    note = PrintedText(
        max_length=500, label="更正理由", widget=forms.Textarea(attrs={"rows": 2}),
        help_text="收文单位、审核人和签发人都会看到", error_messages={"required": "请填写更正理由。"},
    )  # fmt: skip


class DispatchForm(base.NoteForm):
    """分发; of a 更正件 the units from which its original was recalled are named, left out unless they are ticked."""

    again = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="原件已从下列单位收回，更正件不再发给；仍要发给的请勾选",
        help_text="不勾选的单位收不到更正件", widget=forms.CheckboxSelectMultiple, error_messages=base.CHOICE,
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = exchange.withdrawn_from(self.document)
        self.fields["again"].choices = [(unit.pk, unit.short_name) for unit in found]
        if not found:
            del self.fields["again"]

    def values(self) -> dict:
        return {"again": tuple(self.cleaned_data.get("again", ()))}

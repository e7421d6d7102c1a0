"""送审 of a draft that came back: unchanged it is asked about once."""

from django import forms

from .models import RouteRun
from .revisions import content_digest
from .states import RunOutcome

ASKED = "退回后文稿没有修改，与被退回的相同。仍要送审的，请勾选“文稿未修改，仍要送审”，并在送审说明中写明原因。"


def is_unchanged(document) -> bool:
    """It was returned, and its text, addressees and files are those that came back; what was sent since and taken back
    unopened nobody has judged."""
    if not document.was_returned:
        return False
    runs = RouteRun.objects.filter(document=document, outcome=RunOutcome.RETURNED).order_by("-pk")
    last = runs.values_list("content_digest", flat=True).first()
    return bool(last) and last == content_digest(document)


class UnchangedMixin(forms.Form):
    """Of the form of 送审: the tick stands there only where nothing was changed."""

    unchanged = forms.BooleanField(required=False, label="文稿未修改，仍要送审")

    def ask_of_unchanged(self) -> None:
        if not is_unchanged(self.document):
            del self.fields["unchanged"]
            return
        self.fields["note"].required = True  # ASKED wants the reason

    def clean(self):
        data = super().clean()
        if "unchanged" in self.fields and not data.get("unchanged"):
            self.add_error("unchanged", ASKED)
        return data

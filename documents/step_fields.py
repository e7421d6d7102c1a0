"""What every form of a step or a side act has: the document it is about, and what was typed as values of its input."""

from django import forms

from .models import Document


class StepFields(forms.Form):
    """Base of the forms and of their mixins: each adds to what `values` of the next gives."""

    document: Document

    def values(self) -> dict:
        return dict(self.cleaned_data)

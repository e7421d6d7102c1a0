"""A question before words and button contradict each other: an opinion that refuses, and a step that agrees."""

from django import forms

from . import conclusions

ASKED = "意见写的是不同意，是否改为退回？要退回的请用“退回”；仍要{act}的，请勾选“仍要{act}”。"


class AsksTwice(forms.Form):
    """Of every form that has an opinion and a step that agrees; the tick is there only when it is asked for."""

    def may_be_asked(self, act: str) -> None:
        """`act`: what the step does, as its button says it."""
        self._agreeing = act
        if self.is_bound and conclusions.refuses(self.data.get(self.add_prefix("note"), "")):
            self.fields["despite"] = forms.BooleanField(required=False, label=f"仍要{act}")
            self.order_fields(["despite"])  # the question stands before the words that it is about

    def ask_if_it_refuses(self, agrees: bool) -> None:
        if "despite" in self.fields and agrees and not self.cleaned_data.get("despite"):
            self.add_error("despite", ASKED.format(act=self._agreeing))

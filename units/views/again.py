"""A refused form as it is shown again: after 409 on the state that is now there, with who changed what since."""

from collections.abc import Iterable

from django import forms

from ..behind import changed_since
from ..form_drafts import VERSION
from ..texts import some_of
from ..workflow import Refused, Stale

NAMED = 5  # fields that differ, in one sentence


def refused(form: forms.Form, refusal: Refused, obj, overwrites: Iterable[str] = ()) -> int:
    """Puts the reasons into the bound `form`; the status of the answer. After 409 `obj` is read anew and the form
    carries its present version, so that the next press is on what the page now shows; of the fields that it
    `overwrites` the present content is told."""
    if not isinstance(refusal, Stale):
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return 422
    told = changed_since(obj, form.cleaned_data.get(VERSION) or 0)
    obj.refresh_from_db()
    differing = _differing(form, obj, overwrites)
    if VERSION in form.fields:
        form.data = form.data.copy()
        form.data[form.add_prefix(VERSION)] = str(obj.version)
    for reason in refusal.reasons:
        form.add_error(None, f"{reason.removesuffix('。')}{told}。{differing}您填写的仍在下面，核对后可再次提交。")
    return 409


def _differing(form: forms.Form, obj, names: Iterable[str]) -> str:
    """What is stored now, where the form says something else."""
    said = []
    for name, field in form.fields.items():
        if name not in names or not hasattr(obj, name):
            continue
        stored, typed = getattr(obj, name), form.cleaned_data[name]
        if str(stored or "") != str(typed or ""):
            shown = getattr(obj, f"get_{name}_display", lambda stored=stored: stored)()
            said.append(f"{field.label}“{shown or '空'}”")
    return f"现在的内容：{some_of(said, NAMED, '项')}。" if said else ""

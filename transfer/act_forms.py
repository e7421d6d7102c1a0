"""Which form a side act of a batch is asked with."""

from dataclasses import replace

from django import forms

from units.workflow import SideAct

from .delivery import GROUPS
from .forms import ActForm, AddForm, MarkManyForm, NoteForm
from .handover_papers import states, unchecked_of
from .peer_forms import SendForm
from .plan_forms import PLAN_FORMS
from .signing import SIGNERS
from .states import Side

SIDE_FORMS: dict[str, type[ActForm]] = {"add": AddForm, "send": SendForm, **PLAN_FORMS}
UNMARK = "unmark_many"
SIGNING = frozenset(name for _, name in SIGNERS.values())


class SignForm(ActForm):
    """A name under the register; where its checks leave something 未检, or pieces nobody opened, checked or numbered,
    that is said and is signed for knowingly."""

    knows = forms.BooleanField(label="知悉登记表所列未检、未打开、未核对、未定号的各项，仍签署")

    def __init__(self, *args, of, **kwargs):
        super().__init__(*args, **kwargs)
        told = [
            f"{side.label}{group}：{unchecked}"
            for side in Side
            for group, unchecked in zip(GROUPS, unchecked_of(of, side), strict=True)
            if unchecked
        ]
        told += [one.rstrip("。") for one in states(of)]
        if not told:
            del self.fields["knows"]
            return
        self.fields["knows"].help_text = "；".join(told)
        self.fields["knows"].error_messages["required"] = f"登记表载明：{'；'.join(told)}。确认仍签署的，请勾选。"


def side_form(act: SideAct, data=None, of=None) -> ActForm:
    """`of` is the batch, whose findings can be chosen from."""
    if act.name in ("mark_many", UNMARK):  # one form with two buttons: what was ticked is meant by either
        return MarkManyForm(data, act=replace(act, name="mark_many"), of=of)
    if act.name in SIGNING:
        return SignForm(data, act=act, of=of)
    return SIDE_FORMS.get(act.name, NoteForm)(data, act=act)

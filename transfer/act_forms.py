"""Which form a side act of a batch is asked with."""

from units.workflow import SideAct

from .forms import ActForm, AddForm, MarkManyForm, NoteForm
from .peer_forms import SendForm
from .plan_forms import PLAN_FORMS

SIDE_FORMS: dict[str, type[ActForm]] = {"add": AddForm, "send": SendForm, **PLAN_FORMS}


def side_form(act: SideAct, data=None, of=None) -> ActForm:
    """`of` is the batch, whose findings can be chosen from."""
    if act.name == "mark_many":
        return MarkManyForm(data, act=act, of=of)
    return SIDE_FORMS.get(act.name, NoteForm)(data, act=act)

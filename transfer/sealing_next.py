"""After the last name on a register: who seals it, and where a keeper who follows the batch's link finds his register."""

from functools import wraps

from django.shortcuts import redirect

from units.access import NotGiven
from units.models import Task

from .models import Batch, RegisterSeal
from .signing import SEAL


def seals_told(batch: Batch) -> str:
    """Whose seal is waited for, as a page says it after a step; "" when nobody's."""
    asked = RegisterSeal.objects.unguarded("which unit's seal is missing is on the register").filter(
        batch=batch, at=None, void_at=None
    )
    items = Task.objects.open().filter(kind=SEAL, subject_uid__in=asked.values("uid"))
    names = [
        one.assignee.name if one.assignee else f"{one.post}" for one in items.select_related("assignee", "post__unit")
    ]
    return f"下一步：登记表用印，由{'、'.join(names)}办理。" if names else ""


def sends_keepers_on(view):
    """A 监印人 has no right on the batch, only on its register: the batch's link leads him there, and nobody else."""

    @wraps(view)
    def inner(request, uid, **kwargs):
        try:
            return view(request, uid, **kwargs)
        except NotGiven:
            rows = RegisterSeal.objects.allowing("view", request.user).filter(batch__uid=uid, void_at=None)
            if (row := rows.first()) is None:
                raise
            return redirect(row)

    return inner

"""A batch locked for an act that is no transition: right and moment are asked once nobody else can change it."""

from collections.abc import Callable

from units.access import may
from units.workflow import Refused

from .models import Batch


def locked(key: int, *, by, permission: str, moment: Callable[[Batch], str]) -> Batch:
    """The row with unit and archive, locked for the caller's transaction.

    `moment` is one of transfer.conditions: "" or the reason why not now. An empty `permission` is the schedule's, which
    acts for nobody. Raises Refused.
    """
    row = (
        Batch.objects.unguarded("the act asks its own rule under this lock")
        .select_for_update(of=("self",))
        .select_related("unit", "archive")
        .get(pk=key)
    )
    if permission and not may(by, permission, row):
        raise Refused("您没有在此时办理这个批次的权限。")
    if reason := moment(row):
        raise Refused(reason)
    return row

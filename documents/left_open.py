"""What still waits for the document's own people when it is to end: nothing that is open ends in silence.

A 补发 that the 原签批人 was asked for, and a 退文 that came back, are answered first. What is only dropped with the end
(a step that never came to its turn, 协办 not waited for) is told to whoever had opened it (`effects.complete`).
"""

from units.models import Task
from units.rules import own_tasks

from . import hanging
from .states import BESIDE, StepKind

OUTLIVES_NOTHING = (StepKind.CONSENT, StepKind.TAKE_BACK)


def _waiting(document) -> list[Task]:
    return [task for task in hanging.open_items(document) if task.kind in OUTLIVES_NOTHING]


def _who(task: Task) -> str:
    return str(task.assignee or task.post)


def nothing_waits(document, act) -> list[str]:
    """办结: no 补发 waits for its consent, no 退文 for the clerk."""
    found = []
    for task in _waiting(document):
        if task.kind == StepKind.CONSENT:
            found.append(f"尚有补发待{_who(task)}同意，请待其答复后再办结。")
        else:
            found.append(f"尚有退文待{_who(task)}处理，请先处理退文再办结。")
    return list(dict.fromkeys(found))


def original_is_settled(document, act) -> list[str]:
    """分发 of a 更正件: what was asked about the original that it replaces has its answer."""
    if not document.corrects_id:
        return []
    waiting = [task for task in _waiting(document.corrects) if task.kind == StepKind.CONSENT]
    return [f"原件尚有补发待{_who(task)}同意，请待其答复后再分发更正件。" for task in waiting[:1]]


def of_others(document, by) -> list[Task]:
    """Open items that 办结 will drop and that are not those of `by`; readers go on, the clerk's 办结 is done."""
    return _not_of(by, Task.objects.of(document).open().exclude(kind__in=(*BESIDE, StepKind.COMPLETE)))


def readers_and_others(document, by) -> list[Task]:
    """The same for 退文, with which a circulation ends too."""
    return _not_of(by, Task.objects.of(document).open().exclude(kind__in=(StepKind.NOTICE, StepKind.COMPLETE)))


def _not_of(by, rows) -> list[Task]:
    own = rows.filter(own_tasks(by)).values("pk")
    return list(rows.exclude(pk__in=own).select_related("post__unit", "assignee", "unit").order_by("pk"))

"""登记寄送: what has to go to bodies outside by hand waits at the clerk's until it is noted how it went."""

from units.models import Task
from units.tasks import close_tasks, shortened
from units.texts import some_of

from . import hanging, routing
from .models import OutsideDelivery
from .states import Direction, StepKind

LONGEST_REMARK = 300
NAMED = 5


def unsent(document) -> list[str]:
    """Bodies outside to which it has not gone yet."""
    if document.direction != Direction.OUTGOING:
        return []
    return [one.name for one in hanging.outside(document) if one.sent_on is None]


def named(names: list[str]) -> str:
    return some_of(names, NAMED, "个单位")


def follow(document, *, by) -> None:
    """The open item names whom it still waits for; without any it is done, by `by`."""
    rows = OutsideDelivery.objects.filter(document=document, sent_on=None).order_by("kind", "pk")
    left = list(rows.values_list("name", flat=True))
    if not left:
        close_tasks(document, by=by, kinds=(StepKind.SEND_OUT,))
        return
    remark = shortened(f"待寄送：{named(left)}", LONGEST_REMARK)
    items = Task.objects.of(document).open().filter(kind=StepKind.SEND_OUT)
    if not items.update(remark=remark):
        routing.assign(document, StepKind.SEND_OUT, post="clerk", remark=remark)

"""提出异议 of the signer to a correction that was made as 文字差错 after he had signed."""

from django.db import transaction

from units import audit
from units.models import Task
from units.rules import own_tasks
from units.tasks import close_tasks, shortened
from units.texts import too_long
from units.workflow import Refused

from . import routing, slips
from .actions import locked, still_open
from .models import Document, Opinion
from .states import StepKind


@transaction.atomic
def object_to_slip(document: Document, *, by, note: str, given=None) -> str:
    """校对, 用印 and 分发 stand still until he has decided (退原签批人复审); the clerk is told."""
    row = locked(document)
    still_open("object_to_slip", slips.may_be_objected_to(row), row, by)
    if refused := too_long(note, 500, "异议"):
        raise Refused(refused)
    act = routing.acting(row, by, "object_to_slip", note)
    Opinion.objects.create(
        document=row, kind=StepKind.NOTICE, label=slips.OBJECTED, by=by, name=by.name, post=act.seat_name[:60],
        text=note,
    )  # fmt: skip
    own = Task.objects.of(row).open().filter(own_tasks(by), kind=StepKind.NOTICE, remark__startswith=slips.TOLD)
    close_tasks(row, by=by, only=list(own.values_list("pk", flat=True)))
    routing.assign(
        row, StepKind.NOTICE, post="clerk", remark=shortened(f"{by.name}对签发后的文字改正提出异议：{note}", 300)
    )
    audit.record(
        "object_to_slip",
        "对文字改正提出异议",
        row,
        by=by,
        seat=act.seat,
        before=row.state,
        after=row.state,
        opinion=note,
    )
    return "异议已记录，并告知文书；未退您复审并作出决定前，不能校对、用印、分发"

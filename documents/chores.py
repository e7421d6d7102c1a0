"""What documents do by themselves: what is ready is completed and filed (design section 4)."""

import logging
from datetime import timedelta

from django.db import Error, transaction

from units import audit
from units.actions import system_user
from units.chores import Chore
from units.models import Task
from units.texts import some_of
from units.workflow import Refused, Stale

from . import reminders, routing
from .filing_port import propose
from .inputs import CompleteInput
from .models import Document
from .states import BESIDE, State, StepKind
from .workflow import workflow_of

AT_ONCE = 100  # documents of one run: other chores wait their turn
UNDECIDED = "各收文单位均已签收，按归档范围可能不需归档，请确定是否归档后办结。"
logger = logging.getLogger(__name__)


def complete_ready() -> str:
    """Complete and file what every receiver has signed for, as the system; the rest becomes its clerk's task.

    A document that cannot be filed is not tried again: its open task takes it off the list. What fails for a reason
    that nobody expected stops no other document, and is told at the end.
    """
    done, left, broken = 0, 0, []
    for document in (
        Document.objects.unguarded("the system completes what is ready")
        .ready_to_complete()
        .select_related("unit")
        .order_by("pk")[:AT_ONCE]
    ):
        try:
            if complete(document):
                done += 1
            else:
                left += 1
        except Error:
            raise  # the database's own trouble is everybody's
        except Exception as error:
            logger.exception("Document %s could not be completed", document.uid)
            broken.append(f"{document.uid}（{type(error).__name__}：{error}）")
    if broken:
        raise RuntimeError(f"已办结归档 {done} 件；未能办结 {len(broken)} 件：{some_of(broken, 10, between='；')}")
    return f"办结归档 {done} 件，转文书办理 {left} 件" if done or left else "没有待办结的公文"


def complete(document: Document) -> bool:
    """True when it was completed and filed; False when it is left to its clerk, or somebody was quicker."""
    if propose(document).not_to_file:
        _leave(document, [UNDECIDED])  # not to file is a person's decision
        return False
    try:
        workflow_of(document).perform("complete", document, by=system_user(), given=CompleteInput())
    except Stale:
        return False  # a person is at it: the next run looks again
    except Refused as refusal:
        _leave(document, refusal.reasons)
        return False
    return True


@transaction.atomic
def _leave(document: Document, reasons: list[str]) -> None:
    """A task of the unit's clerk that says why, unless the document has moved on meanwhile."""
    row = (
        Document.objects.unguarded("the system completes what is ready")
        .select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=document.pk)
    )
    if row.state != State.DISPATCHED or Task.objects.of(row).open().exclude(kind__in=BESIDE).exists():
        return
    routing.open_completion(row)
    Task.objects.of(row).open().filter(kind=StepKind.COMPLETE).update(detail="".join(reasons)[:300])
    audit.record(
        "not_completed",
        "自动办结未成",
        row,
        by=system_user(),
        before=row.state,
        after=row.state,
        opinion="".join(reasons),
    )


CHORES = (
    Chore("complete_ready", "已全部签收的公文办结归档", timedelta(minutes=1), complete_ready),
    Chore("remind_of_limits", "办理时限到期提醒", timedelta(minutes=10), reminders.remind),
)

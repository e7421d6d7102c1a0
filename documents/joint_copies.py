"""联合发文: what each co-issuing unit has of the paper (practice 2.1 item 8).

The hosting unit numbers it and files original and 定稿; each other issuer gets a row of its own at dispatch, 联合发文（协办）,
under the host's number. It stands in that unit's 发文登记簿 and not in 收文登记簿, is neither signed for nor handled, and is
completed by filing its page (`Record.copy_only`).
"""

from django.utils import timezone

from units import audit
from units.workflow import Act

from . import issuers, routing
from .exchange_workflow import EXCHANGE
from .models import Dispatch, Document
from .states import Direction, State, StepKind

NAME = "联合发文（协办）"
REMARK = f"{NAME}：请留存归档"


def of(document) -> "Document":
    """Rows of the co-issuers of an issued document, whatever became of them."""
    return document.deliveries.unguarded("the host's act makes and replaces them").filter(joint_copy=True)


def hand_out(document, sending: Dispatch, act: Act, receivers: set[int]) -> list[Document]:
    """A row to each co-issuer that is no receiver anyway (`receivers`: keys of units); an event on each."""
    made = [
        _handed_out(document, sending, one.unit, act)
        for one in issuers.others(document)
        if one.unit_id not in receivers
    ]
    audit.record_many(
        "hand_out", "联合发文分存", made, by=act.by, seat=act.seat, after=State.IN_HANDLING, issued=str(document.uid)
    )
    return made


def _handed_out(document, sending: Dispatch, unit, act: Act) -> Document:
    copy = Document(
        direction=Direction.INCOMING, state=State.IN_HANDLING, joint_copy=True, unit=unit, issued=document,
        dispatch=sending, title=document.title, doc_type=document.doc_type, urgency=document.urgency,
        routing_direction=document.routing_direction, security_class=document.security_class,
        disclosure_attr=document.disclosure_attr, sender_unit=document.unit, sender_name=document.unit.name,
        sender_number=document.doc_number, sender_date=document.document_date, created_at=sending.at,
        dispatched_at=document.dispatched_at or timezone.now(),
    )  # fmt: skip
    copy._history_user = act.by
    copy.save()
    routing.assign(copy, StepKind.COMPLETE, post="clerk", remark=REMARK)
    return copy


def replace(original, act: Act, why: str) -> None:
    """更正重发: what a co-issuer has not filed yet gives way to the row of the correction."""
    for copy in of(original).filter(state=State.IN_HANDLING).order_by("unit__code"):
        EXCHANGE.perform("replace_copy", copy, by=act.by, note=why)

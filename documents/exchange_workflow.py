"""What the issuer does to what it has sent: recalled from a receiver, or replaced by a 更正件 (design section 4)."""

from collections.abc import Iterable

from django.utils import timezone

from units.models import Task
from units.roles import PostKind
from units.workflow import Act, Transition, Workflow

from . import conditions as when
from . import routing
from .set_back import told
from .states import ENDED, RunOutcome, State, StepKind

S = State


def recall(delivery, act: Act) -> None:
    """收回: the receiver keeps a line that says so, with the reason; its open items end."""
    _end(delivery, act)


def replace(delivery, act: Act) -> None:
    """替换: the 更正件 comes in its place."""
    _end(delivery, act)


def _end(delivery, act: Act) -> None:
    routing.end(delivery, RunOutcome.DROPPED, by=act.by)
    delivery.ended_at, delivery.ended_by, delivery.ended_note = timezone.now(), act.by, act.note


def is_a_joint_copy(delivery, act: Act) -> str:
    """What a receiver handles is not replaced; a co-issuer's copy is handled by nobody"""
    return "" if delivery.joint_copy else "收文单位已在办理，不能替换。"


def supersede(document, act: Act) -> None:
    """The issued original: nothing more is expected of it, the 更正件 is followed up in its place."""
    _end(document, act)


EXCHANGE = Workflow(
    Transition(
        "recall",
        "收回",
        frozenset({S.DELIVERED}),
        S.RECALLED,
        "recall",
        (when.reason_is_short,),
        recall,
        needs_note=True,
    ),
    Transition(
        "replace",
        "替换",
        frozenset({S.DELIVERED, S.SIGNED_FOR, S.REGISTERED, S.PROPOSED, S.INSTRUCTED}),
        S.REPLACED,
        "recall",
        (),
        replace,
        needs_note=True,
    ),
    Transition(
        "replace_copy",
        "替换",
        frozenset({S.IN_HANDLING}),
        S.REPLACED,
        "recall",
        (is_a_joint_copy,),
        replace,
        needs_note=True,
    ),
    Transition("supersede", "替换", frozenset({S.DISPATCHED}), S.REPLACED, "exchange", (), supersede, needs_note=True),
    ended=ENDED,
)


def ask_about_original(delivery) -> None:
    """原件退回/销毁确认 of a receiver who had signed for it or opened it; after the end of all its other items."""
    remark = told("原件作废", _who(delivery), "请退回或销毁原件，再确认")
    routing.assign(delivery, StepKind.DISPOSE, post="clerk", remark=remark)


def tell_readers(delivery, opened: Iterable[Task]) -> None:
    """原件处理 of whoever else of the unit had opened it; its clerk has the item of `ask_about_original`."""
    remark = told("原件作废，已由更正件替换", _who(delivery), "请勿再使用原件，以更正件为准")
    asked = {
        (one.assignee_id, one.post_id): one for one in opened if one.post is None or one.post.kind != PostKind.CLERK
    }
    for one in asked.values():
        routing.assign(
            delivery, StepKind.NOTICE, unit=one.unit, post=one.post.kind if one.post else None, person=one.assignee,
            remark=remark,
        )  # fmt: skip


def _who(delivery) -> str:
    return f"{delivery.sender_unit.short_name} {delivery.ended_by.name}" if delivery.ended_by else ""

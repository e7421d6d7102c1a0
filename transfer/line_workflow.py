"""The transition tables of packages on the line, moved by the worker and the door; people ask, cancel and resume."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from units.workflow import Act, Transition, Workflow

from .models import Arrival, Batch, Consignment
from .states import ArrivalState, ConsignmentState

A, C = ArrivalState, ConsignmentState


@dataclass(frozen=True)
class Said:
    """What became of it: a sentence, the findings, the receipts, the batch it has become."""

    cause: str = ""
    findings: list[dict[str, str]] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    batch: Batch | None = None


def _told(row: Arrival | Consignment, act: Act[Said]) -> None:
    row.cause = act.given.cause[:500]


def _ended(row: Arrival | Consignment, act: Act[Said]) -> None:
    row.cause, row.findings, row.ended_at = act.given.cause[:500], act.given.findings, timezone.now()
    if isinstance(row, Arrival):
        row.batch = act.given.batch
    else:
        row.receipts = act.given.receipts


def _resumed(row: Consignment, act: Act) -> None:
    row.cause, row.stop_asked_at = "", None


CONSIGNMENT = Workflow(
    Transition(
        "wait", "传完", frozenset({C.SENDING, C.WAITING}), C.WAITING, "run", effect=_told, input=Said
    ),
    Transition("go_on", "补传", frozenset({C.WAITING}), C.SENDING, "run", effect=_told, input=Said),
    Transition(
        "receive", "对方签收", frozenset({C.SENDING, C.WAITING, C.RECEIVED}), C.RECEIVED, "run", effect=_ended, input=Said
    ),
    Transition("refuse", "对方不予接收", frozenset({C.SENDING, C.WAITING}), C.REFUSED, "run", effect=_ended, input=Said),
    Transition("fail", "传送中断", frozenset({C.SENDING, C.WAITING}), C.FAILED, "run", effect=_told, input=Said),
    Transition("cancel", "取消传送", frozenset({C.SENDING, C.FAILED}), C.CANCELLED, "run", effect=_ended, input=Said),
    Transition("resume", "继续传送", frozenset({C.FAILED}), C.SENDING, "run", effect=_resumed),
    audited=False,
)  # fmt: skip
ARRIVAL = Workflow(
    Transition("complete", "传完", frozenset({A.OPEN}), A.CHECKING, "run", effect=_told, input=Said),
    Transition("reopen", "待补传", frozenset({A.CHECKING}), A.OPEN, "run", effect=_told, input=Said),
    Transition("receive", "签收", frozenset({A.CHECKING}), A.RECEIVED, "run", effect=_ended, input=Said),
    Transition("refuse", "不予接收", frozenset({A.CHECKING}), A.REFUSED, "run", effect=_ended, input=Said),
    Transition("expire", "过期", frozenset({A.OPEN}), A.EXPIRED, "run", effect=_ended, input=Said),
    audited=False,
)  # fmt: skip

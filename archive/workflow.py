"""The transition table of records (design section 4): filing makes one, transfer moves it, nothing else does."""

from django.utils import timezone

from units.workflow import Act, Transition, Workflow

from .inputs import CustodyInput
from .states import State

S = State


def _offered(act: Act[CustodyInput]) -> dict:
    return {"offered_to": act.given.archive}


def _accessioned(act: Act[CustodyInput]) -> dict:
    return {"custodian": act.given.archive, "offered_to": None, "accessioned_on": timezone.localdate()}


def _released(act: Act) -> dict:
    return {"offered_to": None}


RECORD = Workflow(
    Transition("enter_batch", "纳入移交批次", frozenset({S.FILED}), S.IN_TRANSFER, "offer"),
    Transition(
        "offer", "提交移交", frozenset({S.IN_TRANSFER}), S.IN_TRANSFER, "offer", input=CustodyInput, sets=_offered
    ),
    Transition(
        "accession",
        "接收进馆",
        frozenset({S.IN_TRANSFER}),
        S.ACCESSIONED,
        "accession",
        input=CustodyInput,
        sets=_accessioned,
    ),
    Transition("leave_batch", "退出移交批次", frozenset({S.IN_TRANSFER}), S.FILED, "release", sets=_released),
)

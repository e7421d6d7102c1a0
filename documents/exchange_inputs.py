"""What the acts of the exchange are given: built by exchange_forms, read by checks, effects and actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from units.models import Unit


@dataclass(frozen=True)
class ReturnInput:
    """退文; `way` is how a paper from outside went back."""

    way: str = ""


@dataclass(frozen=True)
class RecallDeliveriesInput:
    """`deliveries` are keys of deliveries; empty means all that nobody has signed for."""

    deliveries: tuple[int, ...] = ()


@dataclass(frozen=True)
class SendInput:
    """Units of the district and names of bodies outside."""

    units: tuple[Unit, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class CopiesInput(SendInput):
    """增加抄送; `consented` says who agreed, and how."""

    consented: str = ""


@dataclass(frozen=True)
class DropInput:
    """Keys of addressees that are taken off."""

    addressees: tuple[int, ...] = ()


@dataclass(frozen=True)
class DispatchInput:
    """分发; `again` are keys of units from which the original of a 更正件 was recalled and that get it nevertheless."""

    again: tuple[int, ...] = ()


@dataclass(frozen=True)
class TasksInput:
    """Keys of the returns (tasks) that are settled; empty means all of the person's."""

    tasks: tuple[int, ...] = ()


@dataclass(frozen=True)
class WithdrawRequestInput:
    """Keys of the asker's own open requests; none means all of them."""

    requests: tuple[int, ...] = ()


@dataclass(frozen=True)
class NoteSendingInput:
    """Keys of deliveries to bodies outside, and how they went."""

    deliveries: tuple[int, ...] = ()
    sent_on: date | None = None
    way: str = ""
    carrier: str = ""


@dataclass(frozen=True)
class DisposeInput:
    how: str = ""


@dataclass(frozen=True)
class AmendInput:
    """What is right in a registration; None leaves a field as it is. `repeat_reason` as at registration.

    detail  field of ReceivedDetail → what is right: caller, number, received_at (aware), taken_by, grade, meeting …
    """

    sender_name: str | None = None
    sender_number: str | None = None
    sender_date: date | None = None
    title: str | None = None
    doc_type: str | None = None
    urgency: str | None = None
    handling_kind: str | None = None
    due_at: datetime | None = None
    has_date: bool = False
    has_limit: bool = False
    repeat_reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

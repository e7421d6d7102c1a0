"""What the transitions of schedules and requests are given."""

from dataclasses import dataclass
from datetime import date

from units.models import Unit

from .models import Record


@dataclass(frozen=True)
class ProposeInput:
    """From which day the version is to hold; no day: from the day of its approval."""

    valid_from: date | None = None


@dataclass(frozen=True)
class ApproveInput:
    """`approval` is the number of 区档案局's paper; the day from which it holds, and the last day where one is set."""

    approval: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class GrantInput:
    """The record that is given, found by the decider among those he may read, and the last day."""

    record: Record | None = None
    until: date | None = None


@dataclass(frozen=True)
class PassInput:
    """Who has what is asked for, and decides in the place of whom the request came to."""

    keeper: Unit | None = None

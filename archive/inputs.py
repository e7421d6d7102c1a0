"""What the transitions of records are given."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from units.models import Unit


@dataclass(frozen=True)
class CustodyInput:
    archive: Unit | None = None


@dataclass(frozen=True)
class ComingInput:
    """A record (archive.models.Record, unsaved) as its own installation says it now."""

    fresh: Any = None


@dataclass(frozen=True)
class JoinInput:
    """The record (archive.models.Record) of the 复文."""

    reply: Any = None


@dataclass(frozen=True)
class OpeningInput:
    """`told` is what the public reads when an open record is closed; the reason itself is the act's note."""

    told: str = ""


@dataclass(frozen=True)
class ReviewedInput:
    """Which round decided, and why before the 25 years where it is an early opening; both go into the event."""

    round: str = ""
    early: str = ""


@dataclass(frozen=True)
class PostponeInput(OpeningInput):
    """Until which day, on which statutory ground (states.Ground), with whose consent; 国家档案馆档案开放办法."""

    until: date | None = None
    ground: str = ""
    round: str = ""
    consent: str = ""

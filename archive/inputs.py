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
class OpeningInput:
    """`told` is what the public reads when an open record is closed; the reason itself is the act's note."""

    told: str = ""


@dataclass(frozen=True)
class PostponeInput(OpeningInput):
    """Until which day and on which statutory ground (states.Ground); 国家档案馆档案开放办法."""

    until: date | None = None
    ground: str = ""

"""What the transitions of records are given."""

from dataclasses import dataclass

from units.models import Unit


@dataclass(frozen=True)
class CustodyInput:
    archive: Unit | None = None

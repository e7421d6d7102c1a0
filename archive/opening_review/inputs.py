"""What judging, asking and the steps of a round are given."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Verdict:
    """What is proposed of some records: `ground` (states.Ground) and `until` of a postponement, `early_ground`
    (states.EarlyGround) of an opening before its time; values of another proposal are faults."""

    proposal: str = ""
    until: date | None = None
    ground: str = ""
    early_ground: str = ""
    note: str = ""


@dataclass(frozen=True)
class ConsentInput:
    """区档案局's consent to the postponements of a round (实施条例 31)."""

    number: str = ""
    on: date | None = None


@dataclass(frozen=True)
class PassInput:
    """How many records of the round whoever passes it on has not opened; of them, at 审定, nobody at all (`unseen`)."""

    unopened: int = 0
    unseen: int = 0


@dataclass(frozen=True)
class Done:
    """An act on many: how many it was done to, and a sentence for each that it was not done to."""

    count: int
    skipped: tuple[str, ...] = ()

"""Awkward inputs as rows: what was given, what must come of it. `python -m tests.draw_cases` draws tests/cases.md."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """One input: `kind` groups the table, `given` and `expected` are for readers, `value` and `wanted` for the test."""

    kind: str
    given: str
    expected: str
    why: str = ""
    value: Any = None
    wanted: Any = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.given}"

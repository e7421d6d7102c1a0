"""One shape for what a check finds, in files, packages, inspection, the audit chain and imports (design section 12)."""

from dataclasses import dataclass

REFUSE, WARN = "refuse", "warn"


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing.

    code      stable and English, or an item of a standard, e.g. "1-11"
    severity  REFUSE: it stands in the way; WARN: it is told and goes on
    target    what it is about: a file, a path in a package, an event, a field's name; "" when that is plain
    message   Chinese: what is wrong, and what would be right
    field     identifier of the field to mend, "" when none
    line      of a list, as the spreadsheet counts it; 0 when there is none
    column    of a list, 1 for A; 0 when it is the whole line, or there is none
    """

    code: str
    severity: str
    target: str
    message: str
    field: str = ""
    line: int = 0
    column: int = 0

    @property
    def is_refusal(self) -> bool:
        return self.severity == REFUSE

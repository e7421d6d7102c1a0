"""What one run has checked so far, and what it found."""

from collections.abc import Iterable

from units.findings import Finding

from ..plan import ITEMS, code_of

CONSISTENCY = "1-14"


class Sheet:
    """`tally` is item → [checked, failed, warned]; `found` are (record or None, finding), a finding's code an item.

    An item that the stage does not have cannot be noted.
    """

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.tally: dict[str, list[int]] = {}
        self.found: list[tuple[object | None, Finding]] = []

    def note(self, serial: str, findings: Iterable[Finding] = (), record=None) -> list[Finding]:
        """One subject was checked for one item."""
        findings = list(findings)
        failed = any(one.is_refusal for one in findings)
        self.count(serial, 1, int(failed), int(bool(findings) and not failed))
        self.found += [(record, one) for one in findings]
        return findings

    def count(self, serial: str, checked: int, failed: int = 0, warned: int = 0) -> None:
        """Many subjects at once; LookupError for an item of another stage."""
        code_of(self.stage, serial)
        have = self.tally.setdefault(serial, [0, 0, 0])
        self.tally[serial] = [old + new for old, new in zip(have, (checked, failed, warned), strict=True)]

    def add(self, other: "Sheet") -> None:
        """What stands on another sheet of the same stage."""
        for serial, counts in other.tally.items():
            self.count(serial, *counts)
        self.found += other.found

    def take_package(self, findings: Iterable[Finding], checked: dict[str, int]) -> None:
        """What the reading of a package found, and how many subjects it checked of each item.

        Long-term keeping has fewer items: what it has no item of its own for is a change of the package.
        """
        for serial, subjects in checked.items():
            if self.stage in ITEMS[serial].stages:
                self.count(serial, subjects)
        for one in findings:
            serial = one.code if self.stage in ITEMS[one.code].stages else CONSISTENCY
            checked_one = 0 if serial in self.tally else 1
            self.count(serial, checked_one, int(one.is_refusal), int(not one.is_refusal))
            self.found.append((None, Finding(serial, one.severity, one.target, one.message, one.field)))

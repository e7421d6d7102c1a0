"""docs/conformance.md: every rule id of the rooms of archive and transfer, and the tests that show it.

Tests say so in a docstring line `Shows: E-04, M22–M39, 8.2`; they are read as syntax, never imported. What no test
shows stands in docs/rules/not_yet.tsv with its reason. Ids and titles are docs/rules/ids.tsv.
"""

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "conformance.md"
IDS, NOT_YET, TESTS = ROOT / "docs" / "rules" / "ids.tsv", ROOT / "docs" / "rules" / "not_yet.tsv", ROOT / "tests"
TAG = re.compile(r"^\s*Shows:\s*(.+?)\s*$", re.MULTILINE)
RANGE = re.compile(r"^(\S+?)[–—](\S+)$")
SECTIONS = {
    "3": "Arrangement (DA/T 22—2015)", "4": "Periods (Order 8 of 2006)", "5.2": "Order 6 of 2003, amended 2018",
    "5.3": "The provisional rule of 2001", "5.4": "Basic functions (2017)", "6": "Metadata (DA/T 46—2009)",
    "8": "Four-property inspection (DA/T 70—2018)", "9": "Filing register (GB/T 18894—2016 A.1), transfer",
    "10": "Opening (Archives Law 2020, its regulation of 2024, Order 19 of 2022)",
    "16": "Single-set keeping (DA/T 92—2022)", "19": "GB/T 18894—2016",
}  # fmt: skip


class Wrong(Exception):
    """The tags or the tables do not fit: one sentence each in `args`."""


@dataclass(frozen=True)
class Line:
    """One id: what it is about, the tests that show it, else why not yet."""

    id: str
    section: str
    title: str
    tests: tuple[str, ...]
    reason: str
    waits_for: str = ""  # "no code", "issue 14" …: what has to be built first; "untested": only the test is missing

    @property
    def is_shown(self) -> bool:
        return bool(self.tests)

    @property
    def is_built(self) -> bool:
        return self.is_shown or self.waits_for == "untested"


def _table(place: Path) -> list[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def tagged(folder: Path = TESTS) -> Iterator[tuple[str, str]]:
    """(test as file::name, what stands behind `Shows:`) of every test function below `folder`."""
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for found in TAG.finditer(ast.get_docstring(node) or ""):
                    yield f"{path.relative_to(folder.parent).as_posix()}::{node.name}", found[1]


def ids_of(told: str, known: list[str]) -> list[str]:
    """The ids that a tag names, ranges spread out in the order of the table; LookupError names one that is none."""
    found = []
    for one in re.split(r"[,，]\s*", told):
        ends = RANGE.match(one)
        first, last = (ends[1], ends[2]) if ends else (one, one)
        if first not in known or last not in known:
            raise LookupError(first if first not in known else last)
        found += known[known.index(first) : known.index(last) + 1]
    return found


def lines(folder: Path = TESTS) -> list[Line]:
    """Every id in the order of the table. Raises Wrong with all that does not fit."""
    rows = _table(IDS)
    known = [row["id"] for row in rows]
    reasons = {row["id"]: row for row in _table(NOT_YET)}
    shown: dict[str, list[str]] = {}
    wrong = [f"{one} in docs/rules/not_yet.tsv is no id of docs/rules/ids.tsv." for one in reasons if one not in known]
    for test, told in tagged(folder):
        try:
            for one in ids_of(told, known):
                shown.setdefault(one, []).append(test)
        except LookupError as unknown:
            wrong.append(f"{test} shows {unknown}, which is no id of docs/rules/ids.tsv.")
    wrong += [f"{one} has neither a test nor a reason." for one in known if one not in shown and one not in reasons]
    wrong += [f"{one} is shown by a test and still called not yet." for one in reasons if one in shown]
    if wrong:
        raise Wrong(*wrong)
    return [
        Line(
            row["id"], row["section"], row["title"], tuple(shown.get(row["id"], ())),
            reasons.get(row["id"], {}).get("reason", ""), reasons.get(row["id"], {}).get("waits_for", ""),
        )
        for row in rows
    ]  # fmt: skip


def drawn(found: list[Line]) -> str:
    """The document as text."""
    count = sum(one.is_shown for one in found)
    built = sum(one.is_built for one in found)
    text = [
        "# Conformance",
        "",
        "Made by `manage.py conformance`; do not edit. Every id of the rules that concern archive and transfer, and",
        "the test that shows it. Ids are listed in [rules/ids.tsv](rules/ids.tsv), what is open in",
        "[rules/not_yet.tsv](rules/not_yet.tsv).",
        "",
        f"{count} of {len(found)} shown ({count * 100 / len(found):.1f} %); of the {built} for which the code exists "
        f"{count * 100 / built:.1f} %.",
    ]
    for section, name in SECTIONS.items():
        rows = [one for one in found if one.section == section]
        text += ["", f"## {section} {name}", "", "| Id | About | Shown by |", "| --- | --- | --- |"]
        text += [f"| {one.id} | {one.title} | {_cell(one)} |" for one in rows]
    return "\n".join(text) + "\n"


def _cell(one: Line) -> str:
    if not one.is_shown:
        return f"not yet ({one.waits_for}): {one.reason}"
    first, *others = one.tests
    more = f" and {len(others)} more" if others else ""
    return f"`{first.removeprefix('tests/')}`{more}"

"""`python -m tests.draw_cases`: tests/cases.md, the table of all awkward inputs, from the tests themselves."""

import importlib
import os
from itertools import groupby
from pathlib import Path

from tests.cases import Case

TESTS = Path(__file__).resolve().parent
TABLE = TESTS / "cases.md"


def all_cases() -> list[tuple[str, Case]]:
    """(test file, case) of every module-level list of cases under tests/."""
    found = []
    for path in sorted(TESTS.rglob("test_*.py")):
        if "Case(" not in path.read_text():
            continue
        name = ".".join(path.relative_to(TESTS.parent).with_suffix("").parts)
        module = importlib.import_module(name)
        lists = [rows for rows in vars(module).values() if isinstance(rows, list) and rows]
        place = str(path.relative_to(TESTS.parent))
        found += [(place, one) for rows in lists for one in rows if isinstance(one, Case)]
    return list({(place, case.kind, case.given): (place, case) for place, case in found}.values())


def drawn(cases: list[tuple[str, Case]]) -> str:
    lines = [
        "# Awkward inputs",
        "",
        f"{len(cases)} inputs of the project's own making, drawn from the tests by `python -m tests.draw_cases`.",
    ]
    for place, rows in groupby(cases, key=lambda one: one[0]):
        lines += ["", f"## {place}", "", "| kind | given | expected |", "|---|---|---|"]
        lines += [
            f"| {cell(one.kind)} | {cell(one.given)} | {cell(one.expected + (f' ({one.why})' if one.why else ''))} |"
            for _, one in rows
        ]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """As it can stand in a table: what cannot be seen is written as its code point."""
    shown = "".join(one if one.isprintable() else f"⟨U+{ord(one):04X}⟩" for one in text)
    return shown.replace("|", "\\|")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
    importlib.import_module("django").setup()
    cases = all_cases()
    TABLE.write_text(drawn(cases))
    print(f"{len(cases)} inputs in {TABLE.name}")


if __name__ == "__main__":
    main()

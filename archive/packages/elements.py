"""The 88 elements of DA/T 46—2009, from data/dat46_elements.tsv: number, names, kind, obligation, place and values.

Names and numbers of a standard are facts. Obligation is that of the DA/T 48—2009 schema: M 必选, C 条件选, O 可选.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent.parent / "data" / "dat46_elements.tsv"


@dataclass(frozen=True)
class Element:
    """One element; `parent` is the number of its container, "" at the top; `values` its closed domain, () when free."""

    number: str
    name: str
    english: str
    kind: str
    obligation: str
    is_repeatable: bool
    parent: str
    values: tuple[str, ...]


def _load() -> dict[str, Element]:
    with TABLE.open(encoding="utf-8", newline="") as source:
        return {
            row["number"]: Element(
                row["number"],
                row["name"],
                row["english"],
                row["kind"],
                row["obligation"],
                row["repeat"] == "1",
                row["parent"],
                tuple(row["values"].split()),
            )
            for row in csv.DictReader(source, delimiter="\t")
        }


ELEMENTS = _load()

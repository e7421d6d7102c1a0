"""The items of the four-property inspection: DA/T 70—2018 table A.1, loaded from data/dat70_items.tsv (domain 8).

A code is stage-property-serial: GD 归档, YJ 移交与接收, BC 长期保存. 45 items, 36 + 35 + 32 = 103 checks.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .states import Stage

VERSION = "DA/T 70—2018 A.1"
TABLE = Path(__file__).parent / "data" / "dat70_items.tsv"


class By(StrEnum):
    """Who decides: ours, except that the standard itself says "by hand" for 2-7, 2-8, 3-4, 4-5 and 4-9."""

    SOFTWARE = "A"
    PERSON = "M"
    ENVIRONMENT = "E"


PERSON = frozenset({"2-7", "2-8", "3-4", "4-5", "4-7", "4-9"})
ENVIRONMENT = frozenset({"3-7", "3-9", "4-1", "4-4", "4-6", "4-8"})
OF_FILES = frozenset({"2-7", "3-4"})  # what a person opens: without a file there is nothing to open
# no medium changes hands online, and our packages are bags, not EEP: these items have no object
WITHOUT_OBJECT = {
    Stage.FILING: frozenset({"4-4", "4-5", "4-6"}),
    Stage.TRANSFER: frozenset({"4-4", "4-5"}),
    Stage.KEEPING: frozenset({"1-15", "1-16"}),
}

CARRIER = "4-5"  # has an object in a transfer after all where the package came on a medium: whoever receives it looks

# what needs no conversion for long-term keeping (3-5): GB/T 18894—2016, GB/T 33190—2016 and the own policy
LASTING = frozenset(
    {
        "application/pdf", "application/ofd", "text/plain", "text/csv", "text/xml", "application/xml",
        "image/tiff", "image/jpeg", "image/png",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One item: `serial` as in "1-5", the standard's name, the stages it belongs to, and who decides."""

    serial: str
    group: str
    name: str
    stages: frozenset[str]
    by: By


def _load() -> dict[str, Item]:
    with TABLE.open(encoding="utf-8", newline="") as source:
        return {
            row["serial"]: Item(
                row["serial"],
                row["property"],
                row["item"],
                frozenset(stage for stage in Stage.values if row[stage] == "1"),
                By.PERSON
                if row["serial"] in PERSON
                else By.ENVIRONMENT
                if row["serial"] in ENVIRONMENT
                else By.SOFTWARE,
            )
            for row in csv.DictReader(source, delimiter="\t")
        }


ITEMS = _load()
CODES = sorted(f"{stage}-{item.serial}" for item in ITEMS.values() for stage in item.stages)


def items_of(stage: str) -> list[Item]:
    """The stage's own items, in the standard's order."""
    return [item for item in ITEMS.values() if stage in item.stages]


def code_of(stage: str, serial: str) -> str:
    """E.g. "GD-1-5"; LookupError for an item that the stage does not have."""
    if stage not in ITEMS[serial].stages:
        raise LookupError(f"{serial} is no item of {stage}.")
    return f"{stage}-{serial}"

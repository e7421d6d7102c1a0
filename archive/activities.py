"""业务行为 (M81) of every act on a document or record: the term of the controlled list (domain 6.4) for its verb.

The list is the closed domain of M81 in data/dat46_elements.tsv, the terms of the acts are data/activities.tsv. Several
acts share a term; what each is called here travels beside it (具体行为).
"""

import csv
from functools import cache
from pathlib import Path

from .packages.elements import ELEMENTS

TABLE = Path(__file__).parent / "data" / "activities.tsv"
LIST = ELEMENTS["M81"].values


@cache
def activities() -> dict[tuple[str, str], str]:
    """(type of the object, verb) → term."""
    with TABLE.open(encoding="utf-8", newline="") as source:
        return {(row["object"], row["verb"]): row["activity"] for row in csv.DictReader(source, delimiter="\t")}


def activity_of(object_type: str, verb: str) -> str:
    """KeyError for an act without a term: metadata that say something outside the list are not written at all."""
    return activities()[object_type, verb]

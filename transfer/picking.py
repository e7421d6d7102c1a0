"""选入档案: what can go into a list that is put together, and why the rest of the unit's records cannot.

Count, list and reasons come from the one set of conditions by which records are taken (`plans.kinds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.models import Record
from units.access import on_units
from units.folding import Fold

from . import plans

SHOWN = 50  # rows of the pick list
TOLD = 20  # codes that one refusal names


@dataclass(frozen=True)
class Picks:
    """`rows` are the first SHOWN of the `count` records that can be taken."""

    count: int
    rows: list[Record]
    left_out: tuple[plans.LeftOut, ...]


def _own(unit, user):
    return Record.objects.filter(on_units("unit", "make_batches", user), unit=unit).unguarded(
        "the condition before is the rule of offering"
    )


def picks(unit, user, plan) -> Picks:
    """Of a batch by `plan`, or by none; two queries."""
    found = plans.proposal(plan, unit, user)
    rows = _own(unit, user).filter(plans.kinds(plan, unit)["fit"])
    ordered = rows.order_by("year", "retention_code", "class_code", "item_no", "pk")
    return Picks(found.count, list(ordered[:SHOWN]), found.left_out)


def why_not(unit, user, plan, codes: Mapping[str, str]) -> list[str]:
    """A sentence for each of `codes` (as lists find it → as written) that cannot be taken."""
    rows = _own(unit, user).annotate(code_n=Fold("archival_code")).filter(code_n__in=codes)
    why: dict[str, str] = {}
    for name, condition in plans.kinds(plan, unit).items():
        if name in plans.LEFT_OUT or name == "done":
            told = plans.LEFT_OUT.get(name, "已经移交进馆")
            why |= {code: told for code in rows.filter(condition).values_list("code_n", flat=True)}
    there = set(rows.values_list("code_n", flat=True))
    usual = {True: "不在本次接收范围内", False: "本单位没有这个档号的档案"}
    return [f"{code}不能选入：{why.get(line, usual[line in there])}。" for line, code in list(codes.items())[:TOLD]]

"""选入档案: what can go into a list that is put together, and why the rest of the unit's records cannot.

Count, list and reasons come from the one set of conditions by which records are taken (`plans.kinds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from archive.effective import with_period
from archive.models import CodeAssignment, Record
from units.access import on_units
from units.folding import Fold

from . import plans
from .models import Batch, BatchItem

SHOWN = 50  # rows of the pick list
TOLD = 20  # codes that one refusal names


@dataclass(frozen=True)
class Picks:
    """`rows` are the first SHOWN of the `count` records that can be taken."""

    count: int
    rows: list[Record]
    left_out: tuple[plans.LeftOut, ...]
    told: plans.Proposal  # what is said of those that can be taken


def _own(unit, user):
    return Record.objects.filter(on_units("unit", "make_batches", user), unit=unit).unguarded(
        "the condition before is the rule of offering"
    )


def picks(unit, user, plan, batch: Batch | None = None) -> Picks:
    """Of `batch`, by `plan` or by none; two queries. What is in it already is not spoken of: it is in no other one."""
    here = BatchItem.objects.filter(record=OuterRef("pk"), batch=batch.pk if batch else None, is_open=True)
    found = plans.proposals([plan], unit, user, within=~Q(Exists(here)))[0]
    rows = _own(unit, user).filter(plans.kinds(plan, unit)["fit"])
    returned = BatchItem.objects.filter(record=OuterRef("pk")).sent_back()
    rows = rows.annotate(was_returned=Exists(returned))  # what was mended comes first: it is what one looks for
    rows = with_period(rows)
    ordered = rows.order_by("-was_returned", "year", "retention_code", "class_code", "item_no", "pk")
    return Picks(found.count, list(ordered[:SHOWN]), found.left_out, found)


def nothing_fits(unit, user, plan, within: Q) -> list[str]:
    """Why nothing of what was asked for (`within` narrows it) goes into a list: one sentence, with each reason."""
    found = plans.proposals([plan], unit, user, within)[0]
    reasons = [f"{one.count} 件{one.reason}（{one.codes}）" for one in found.left_out]
    reasons += [f"{found.done} 件已移交进馆"] if found.done else []
    usual = "没有符合条件的档案：须为已归档、保管期限永久或30年、尚未移交的文件"
    return [f"没有符合条件的档案：{'，'.join(reasons)}。" if reasons else f"{usual}。"]


def why_not(unit, user, plan, codes: Mapping[str, str]) -> list[str]:
    """A sentence for each of `codes` (as lists find it → as written) that cannot be taken."""
    rows = _own(unit, user).annotate(code_n=Fold("archival_code")).filter(code_n__in=codes)
    why: dict[str, str] = {}
    for name, condition in plans.kinds(plan, unit).items():
        if name in plans.LEFT_OUT or name == "done":
            told = plans.LEFT_OUT.get(name, "已经移交进馆")
            why |= {code: told for code in rows.filter(condition).values_list("code_n", flat=True)}
    there = set(rows.values_list("code_n", flat=True))
    why |= _successors(unit, [line for line in codes if line not in there])
    usual = {True: "不在本次接收范围内", False: "本单位没有这个档号的档案"}
    told = [f"{code}不能选入：{why.get(line, usual[line in there])}。" for line, code in list(codes.items())[:TOLD]]
    return told + ([f"另有 {len(codes) - TOLD} 个档号也不能选入，选入其余各件后再查。"] if len(codes) > TOLD else [])


def _successors(unit, lines: list[str]) -> dict[str, str]:
    """Void codes of the unit's records (as lists find them) → what is said of each, with the code that holds now."""
    void = CodeAssignment.objects.filter(record__unit=unit).exclude(voided_at=None)
    found = void.annotate(code_n=Fold("code")).filter(code_n__in=lines)
    return {
        line: f"该档号已作废，现为 {code}，请改填"
        for line, code in found.values_list("code_n", "record__archival_code")
    }

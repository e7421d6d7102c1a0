"""定号: in a year whose numbers are fixed no code changes; what is filed into it later is 补充归档 (practice 1, 2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import timezone

from units.models import Unit
from units.statements import KEY, OTHER_KEY, Statement
from units.workflow import Refused

from .models import Record, YearFixed
from .named_approvers import named_fault

COMPLETED_LATE = "年度定号后办结归档"  # 补充归档理由 of what filed itself into a fixed year
MOVED_LATE = "年度定号后更正转入"  # of what a correction moved into one


def is_fixed(fonds_id: int, year: int) -> bool:
    return YearFixed.objects.filter(fonds_id=fonds_id, year=year, reopened_at=None).exists()


def fixed_among(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those (fonds key, year) whose numbers are fixed; one query."""
    wanted = set(pairs)
    if not wanted:
        return wanted
    fonds, years = {one for one, _ in wanted}, {year for _, year in wanted}
    return wanted.intersection(_fixed().ask(fonds=list(fonds), years=list(years)))


@cache
def _fixed() -> Statement:
    rows = YearFixed.objects.filter(fonds__among=[KEY], year__among=[OTHER_KEY], reopened_at=None)
    return Statement(rows.values_list("fonds_id", "year"), fonds=[KEY], years=[OTHER_KEY])


def newest_of(unit: Unit) -> int | None:
    """The newest year of `unit` that is fixed: where a late paper most often belongs; None where there is none."""
    rows = YearFixed.objects.filter(unit=unit, reopened_at=None).order_by("-year")
    return rows.values_list("year", flat=True).first()


CODED = "年度、保管期限、机构（问题）"  # what stands in a 档号: none of them changes without it


def way_of(year: int) -> str:
    """How what stands in the 档号 of a fixed year is put right all the same."""
    return (
        f"请在“年度整理”的{year}年度页填写理由，报请重新编号，单位领导批准后再更正，改完重新定号；"
        "只为延长保管的，到期鉴定时可改定期限，档号不变。"
    )


def bars_new_code(record: Record) -> str:
    """Why `record` cannot get another code now, "" when it can."""
    if not is_fixed(record.fonds_id, record.year):
        return ""
    return f"{record.year}年度已整理完毕并定号，“{record}”的{CODED}不能直接改；{way_of(record.year)}"


def mark_late(records: Iterable[Record], reason: str = COMPLETED_LATE) -> None:
    """Records about to be filed into a fixed year say so; a reason that somebody gave stays."""
    rows = list(records)
    fixed = fixed_among((one.fonds_id, one.year) for one in rows)
    for row in rows:
        if (row.fonds_id, row.year) in fixed and not row.late_reason:
            row.late_reason, row.late_found_on = reason, timezone.localdate()


@dataclass(frozen=True)
class Late:
    """Why an item comes after its year was fixed, when it was found, and who approved (补充归档)."""

    reason: str = ""
    found_on: date | None = None
    approved_by: str = ""


NOT_LATE = Late()


def says_why(fonds_id: int, year: int, late: Late, *, unit: Unit, by) -> None:
    """Refused when the year is fixed and `late` does not say everything that a late paper needs, or says something of
    an open year."""
    if not is_fixed(fonds_id, year):
        if late != NOT_LATE:
            raise Refused(f"{year}年度尚未定号，此件照常归档，不是补充归档；请核对年度，或删去补充归档各项。")
        return
    asked = (("补充归档理由", late.reason), ("发现日期", late.found_on), ("批准人", late.approved_by))
    if missing := [label for label, given in asked if not given]:
        raise Refused(f"{year}年度已定号，此件作为补充归档，须填写{'、'.join(missing)}。")
    if fault := named_fault(late.approved_by, unit, by):
        raise Refused(fault)

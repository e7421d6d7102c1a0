"""档号: how a fonds writes it, by DA/T 22—2015 or by DA/T 13—2022, from a class year on (domain 3.6).

The parts are kept, the string is rendered. A code that was given is never written anew.
"""

from collections.abc import Iterable
from functools import cache

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Unit
from units.statements import KEY, Statement
from units.texts import too_long
from units.workflow import Refused, patiently

from .models import CodeAssignment, CodeScheme, Fonds
from .states import CodePattern

Years = Iterable[tuple[int, int]]  # (fonds key, class year)


def render_code(
    fonds: str, year: int, retention: str, klass: str, item_no: int, category: str = "WS",
    pattern: str = CodePattern.DAT22,
) -> str:  # fmt: skip
    """档号 of its parts, domain 3.6 (a) and (b); without a class that part falls away.

    >>> render_code("Z109", 2011, "Y", "BGS", 1)
    'Z109-WS·2011-Y-BGS-0001'
    >>> render_code("Z109", 2011, "Y", "BGS", 1, pattern="DAT13-2022")
    'Z109-WS·2011·Y·BGS-0001'
    """
    within = "·" if pattern == CodePattern.DAT13 else "-"
    named = within.join([f"{category}·{year}", retention, *([klass] if klass else [])])
    return f"{fonds}-{named}-{item_no:04d}"


@cache
def _schemes() -> Statement:
    rows = CodeScheme.objects.filter(fonds__among=[KEY]).order_by("from_year")
    return Statement(rows.values_list("fonds_id", "from_year", "pattern"), fonds=[KEY])


def patterns_of(years: Years) -> dict[tuple[int, int], str]:
    """The pattern that holds for each (fonds key, year); one query for all of them."""
    wanted = set(years)
    known = _schemes().ask(fonds=list({fonds for fonds, _ in wanted}))
    return {
        (fonds, year): next(
            (pattern for key, begins, pattern in reversed(known) if key == fonds and begins <= year), CodePattern.DAT22
        )
        for fonds, year in wanted
    }


def pattern_of(fonds_id: int, year: int) -> str:
    return patterns_of([(fonds_id, year)])[fonds_id, year]


def set_pattern(unit: Unit, fonds: Fonds, *, pattern: str, from_year: int, reason: str, by) -> CodeScheme:
    """From `from_year` on the fonds writes its codes so. Refused once a code of that year or a later one was given."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        locked = Fonds.objects.select_for_update().get(pk=fonds.pk)
        given = CodeAssignment.objects.filter(fonds=locked, year__gte=from_year).order_by("-year").first()
        before = pattern_of(locked.pk, from_year)
        found = [
            "" if may(by, "arrange_years", unit) else "只有本单位档案员可以设定档号构成。",
            "" if pattern in CodePattern.values else "请从列表中选择档号构成。",
            "" if reason else "请填写依据，如区档案馆的文件。",
            too_long(reason, 200, "依据"),
            f"{given.year}年度已编档号，一个年度内不能有两种构成；请自尚未编号的年度起。" if given else "",
            f"自{from_year}年度起已是这种构成，不必再设。" if pattern == before else "",
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        row, _ = CodeScheme.objects.update_or_create(
            fonds=locked, from_year=from_year,
            defaults={"pattern": pattern, "reason": reason, "set_by": by, "set_at": timezone.now()},
        )  # fmt: skip
        audit.record(
            "set_code_pattern", "设定档号构成", unit, by=by, through="arrange_years", before=before, after=pattern,
            opinion=reason, from_year=from_year,
        )  # fmt: skip
    return row

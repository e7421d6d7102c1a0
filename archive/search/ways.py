"""By which index a search comes at what a person may see: the rule's own ways (archive/rules.py), no other rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import BooleanField, Func, QuerySet, Value

from units.access import units_with
from units.prepared import daily
from units.statements import Slotted, gathered

from ..models import RecordText
from ..rules import OWN_SCOPE, WIDE_SCOPE, staff_units, ways_to_text
from .words import PART

FEW = 4  # units whose texts are asked for by their signs; whoever sees more is quicker with all texts
PLACE = "'condition of a way' = %(expressions)s"
HERE = PLACE % {"expressions": "%s"}  # in a statement, and its parameter: what stands there differs from way to way
Way = tuple[str, tuple, tuple[str, ...]]
"""(condition on archive_recordtext, its parameters, signs of which its texts have one, () where none is in common)"""
NO_UNIT = 0  # its sign stands with the texts that all staff may consult, behind the sign of their unit


def texts() -> QuerySet:
    """Texts of a way, whose condition is put in later (InWay)."""
    return RecordText.objects.filter(Func(Value(HERE), template=PLACE, output_field=BooleanField()))


class InWay(Slotted):
    """A statement over `texts()`: the condition of a way is put in as text, and the slots are filled."""

    def __init__(self, rows: QuerySet, **slots: Any) -> None:
        super().__init__(*rows.query.sql_with_params(), **slots)
        self.here = self.params.index(HERE)

    def of(self, condition: str, params: tuple, given: Mapping[str, Any]) -> tuple[str, list]:
        values = self.filled(given)
        return self.sql.replace(HERE, f"({condition})"), [*values[: self.here], *params, *values[self.here + 1 :]]


def sign_of(unit: int) -> str:
    """Twin of archive_unit_sign: the pair of characters with which the words of each text of the unit end."""
    return f"{PART}{chr(0xF0000 + unit % 65_000)}"


def signs_of(user) -> list[str]:
    """Of the units all whose records are open to the person, unless they are none or many."""
    units = sorted(units_with("view_records", user))
    return [sign_of(unit) for unit in units] if len(units) <= FEW else []


def each(user, newest: int | None = None) -> Iterator[Way]:
    """The rule's ways, disjoint, for a walk along an index each.

    `newest`: for a walk of so many texts only so many documents in which the person took part last are gathered.
    """
    staff = sorted(staff_units(user))
    signs = {
        0: signs_of(user),
        OWN_SCOPE: [sign_of(unit) for unit in staff] if len(staff) <= FEW else [],
        WIDE_SCOPE: [sign_of(NO_UNIT)],
    }
    parts = daily(("texts", newest), user, lambda: RecordText.objects.conditions_each_way("view", user, newest=newest))
    for place, part in enumerate(parts):
        if part is not None:
            yield *part, tuple(signs.get(place, ()))


def both(user) -> Iterator[Way]:
    """The same in two: what a text says itself, and the texts that reach the person one by one (archive/rules.py).

    For what is found by words: the database needs longer to plan one part for each way than to find what they hold.
    """
    said, *listed = daily("texts in two", user, lambda: _both(user))
    if said is not None:
        yield *said, signs_in_common(user)
    for part in listed:
        yield *part, ()


def _both(user) -> list:
    said, *listed = RecordText.objects.conditions_each_way("view", user, is_in_two=True) or [None]
    return [said, *(gathered(*part) for part in listed if part is not None)]


def signs_in_common(user) -> tuple[str, ...]:
    """One of these is borne by each text that the person may see by what it says itself; () where they are many."""
    units = units_with("view_records", user) | staff_units(user)
    if not 0 < len(units) <= FEW or units_with("view_holdings", user):
        return ()
    return (*map(sign_of, sorted(units)), sign_of(NO_UNIT))


def union(found: Iterable[Way], wanted: Callable[[tuple[str, ...]], InWay], given: Mapping) -> tuple[str, list]:
    """SQL and parameters of what is `wanted(signs)` of the texts in each way, one way after the other.

    What differs is put in as text: ten querysets of the same columns cost more than the database needs for all ten.
    """
    parts: list[str] = []
    values: list = []
    for condition, params, signs in [*found] or [("false", (), ())]:
        sql, filled = wanted(signs).of(condition, params, {**given, "signs": list(signs)})
        parts.append(f"({sql})")
        values += filled
    return " UNION ALL ".join(parts), values


def signed_only(user) -> bool:
    """Nearly all that the person may see bears the signs: he has no right to what the archive has custody of."""
    return bool(signs_of(user)) and not units_with("view_holdings", user)


def all_signs_of(user) -> list[str]:
    return [*signs_of(user), sign_of(NO_UNIT)]


def unsigned(user) -> tuple[str, tuple]:
    """SQL of the keys of what the person may see beside texts that bear `all_signs_of`; few, where `signed_only`."""
    return daily("unsigned texts", user, lambda: _unsigned(user))


def _unsigned(user) -> tuple[str, tuple]:
    ways = ways_to_text(user)
    own, wide = ways[0], ways[WIDE_SCOPE]
    others = [way for place, way in enumerate(ways) if place not in (0, WIDE_SCOPE)]
    first, *rest = (RecordText.objects.filter(way, ~own, ~wide).order_by().values("record_id") for way in others)
    return first.union(*rest, all=True).query.sql_with_params()

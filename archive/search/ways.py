"""By which index a search comes at what a person may see: the rule's own ways (archive/rules.py), no other rule."""

from collections.abc import Callable, Iterator

from django.db.models import BooleanField, Func, QuerySet, Value

from units.access import units_with
from units.prepared import daily

from ..models import RecordText
from ..rules import OWN_SCOPE, WIDE_SCOPE, staff_units, ways_to_text
from .words import PART

FEW = 4  # units whose texts are asked for by their signs; whoever sees more is quicker with all texts
PLACE = "'condition of a way' = %(expressions)s"
HERE = PLACE % {"expressions": "%s"}  # in a statement, and its parameter: what stands there differs from way to way
NO_UNIT = 0  # its sign stands with the texts that all staff may consult, behind the sign of their unit


def sign_of(unit: int) -> str:
    """Twin of archive_unit_sign: the pair of characters with which the words of each text of the unit end."""
    return f"{PART}{chr(0xF0000 + unit % 65_000)}"


def signs_of(user) -> list[str]:
    """Of the units all whose records are open to the person, unless they are none or many."""
    units = sorted(units_with("view_records", user))
    return [sign_of(unit) for unit in units] if len(units) <= FEW else []


def each(user, newest: int | None = None) -> Iterator[tuple[str, tuple, tuple[str, ...]]]:
    """(condition on archive_recordtext, its parameters, the signs of which its texts have one, () where they have none
    in common), disjoint.

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


def union(user, wanted: Callable[[QuerySet, tuple[str, ...]], QuerySet], newest: int | None = None) -> tuple[str, list]:
    """SQL and parameters of what is `wanted(rows, signs)` of the texts in each way, one way after the other.

    What differs is put in as text: ten querysets of the same columns cost more than the database needs for all ten.
    """
    texts = RecordText.objects.filter(Func(Value(HERE), template=PLACE, output_field=BooleanField()))
    made: dict[tuple[str, ...], tuple[str, tuple]] = {}
    parts: list[str] = []
    values: list = []
    for condition, params, signs in [*each(user, newest)] or [("false", (), ())]:
        if signs not in made:
            made[signs] = wanted(texts, signs).query.sql_with_params()
        sql, others = made[signs]
        place = others.index(HERE)
        parts.append(f"({sql.replace(HERE, f'({condition})')})")
        values += [*others[:place], *params, *others[place + 1 :]]
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

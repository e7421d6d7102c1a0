"""By which index a search comes at what a person may see: the rule's own ways (archive/rules.py), no other rule."""

from collections.abc import Iterator

from units.access import units_with

from ..models import RecordText
from ..rules import OWN_SCOPE, WIDE_SCOPE, staff_units, ways_to_text
from .words import PART

FEW = 4  # units whose texts are asked for by their signs; whoever sees more is quicker with all texts
NO_UNIT = 0  # its sign stands with the texts that all staff may consult, behind the sign of their unit


def sign_of(unit: int) -> str:
    """Twin of archive_unit_sign: the pair of characters with which the words of each text of the unit end."""
    return f"{PART}{chr(0xF0000 + unit % 65_000)}"


def signs_of(user) -> list[str]:
    """Of the units all whose records are open to the person, unless they are none or many."""
    units = sorted(units_with("view_records", user))
    return [sign_of(unit) for unit in units] if len(units) <= FEW else []


def each(user, newest: int | None = None) -> Iterator[tuple]:
    """(rows of RecordText, the signs of which their texts have one, [] where they have none in common), disjoint.

    `newest`: for a walk of so many texts only so many documents in which the person took part last are gathered.
    """
    staff = sorted(staff_units(user))
    signs = {
        0: signs_of(user),
        OWN_SCOPE: [sign_of(unit) for unit in staff] if len(staff) <= FEW else [],
        WIDE_SCOPE: [sign_of(NO_UNIT)],
    }
    for place, rows in enumerate(RecordText.objects.allowing_each_way("view", user, newest=newest)):
        yield rows, signs.get(place, [])


def signed_only(user) -> bool:
    """Nearly all that the person may see bears the signs: he has no right to what the archive has custody of."""
    return bool(signs_of(user)) and not units_with("view_holdings", user)


def all_signs_of(user) -> list[str]:
    return [*signs_of(user), sign_of(NO_UNIT)]


def unsigned(user):
    """Keys of what the person may see beside texts that bear `all_signs_of`; few, where `signed_only`."""
    ways = ways_to_text(user)
    own, wide = ways[0], ways[WIDE_SCOPE]
    others = [way for place, way in enumerate(ways) if place not in (0, WIDE_SCOPE)]
    first, *rest = (RecordText.objects.filter(way, ~own, ~wide).order_by().values("record_id") for way in others)
    return first.union(*rest, all=True)

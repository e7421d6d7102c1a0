"""By which index a search comes at what a person may see: the rule's own ways (archive/rules.py), never another rule."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from units.access import units_with

from ..models import RecordText
from ..rules import ways_to_text
from .words import PART

FEW = 4  # units whose texts are asked for by their signs; whoever sees more is quicker with all texts


def sign_of(unit: int) -> str:
    """Twin of archive_unit_sign: the pair of characters with which the words of each text of the unit end."""
    return f"{PART}{chr(0xF0000 + unit % 65_000)}"


def signs_of(user) -> list[str]:
    """Of the units all whose records are open to the person, unless they are none or many."""
    units = sorted(units_with("view_records", user))
    return [sign_of(unit) for unit in units] if len(units) <= FEW else []


def each(user) -> Iterator[tuple]:
    """(rows of RecordText, the signs of which their texts have one, [] where they have none in common), disjoint."""
    signs = signs_of(user)
    for place, rows in enumerate(RecordText.objects.allowing_each_way("view", user)):
        yield rows, signs if place == 0 else []


def signed_only(user) -> bool:
    """Nearly all that the person may see bears the signs: he has no right to what the archive has custody of."""
    return bool(signs_of(user)) and not units_with("view_holdings", user)


def unsigned(user):
    """Keys of what the person may see beside his units' own texts; few, where `signed_only`."""
    own, *others = ways_to_text(user)
    return RecordText.objects.filter(reduce(or_, others), ~own).order_by().values("record_id")

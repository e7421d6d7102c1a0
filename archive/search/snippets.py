"""Pieces of the text as written around what was found: folded places are led back character by character."""

from functools import cache

from django.db.models import F, IntegerField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, Length, NullIf, StrIndex, Substr

from units.folding import alternatives, folded, folded_with_places
from units.statements import KEY, WORDS, Statement

from ..models import RecordWords

AROUND = 36  # characters before and after the word
STRIDE = 32  # characters that are folded at a time to come at a place
SLACK = 200  # by how many characters folding may lengthen a text (㈱ becomes three) before the place


def around_words(keys: list[int], words: list[str]) -> dict[int, str]:
    """Key → the text as written around the longest word, or its beginning where the word stands in the head."""
    forms = alternatives(max(words, key=len)) if words else []
    if not keys or not forms:
        return {}
    found = _around_one_of(len(forms)).ask(keys=keys, **_slots(forms))
    return {key: cut(piece, forms) for key, piece in found}


@cache
def _around_one_of(count: int) -> Statement:
    """(key, piece) around the first of so many forms that is found."""
    forms = [f"{WORDS}{place}" for place in range(count)]
    rest = Substr(F("text_n"), Length("head_n") + 1)
    at = Coalesce(*(NullIf(StrIndex(rest, Value(form)), Value(0)) for form in forms), Value(1))
    rows = RecordWords.objects.filter(record__among=[KEY]).annotate(piece=_piece(at))
    return Statement(rows.values_list("record_id", "piece"), keys=[KEY], **_slots(forms))


def _slots(forms: list[str]) -> dict[str, str]:
    return {f"form{place}": form for place, form in enumerate(forms)}


def around_places(places: dict[int, int], words: list[str], keys: list[int]) -> dict[int, str]:
    """Key → the text as written where the most of `words` stand close together, from a place in the folded text on."""
    if not keys:
        return {}
    begins = [places[key] + 1 for key in keys]
    at = RawSQL("(%s::int[])[array_position(%s::bigint[], record_id)]", (begins, keys), output_field=IntegerField())
    rows = RecordWords.objects.filter(record__in=keys).annotate(piece=_piece(at))
    return {key: cut_densest(piece, words) for key, piece in rows.values_list("record_id", "piece")}


def _piece(at):
    """As much of the body as written as surely holds the folded place `at` (from 1) and a window behind it."""
    lost = Greatest(Length("body") - (Length("text_n") - Length("head_n")), Value(0), output_field=IntegerField())
    return Substr(F("body"), Greatest(at - SLACK, Value(1)), lost + 2 * SLACK + 600)


def cut(piece: str, forms: list[str]) -> str:
    """`piece` around the first of `forms` that it holds; its beginning when it holds none."""
    line = folded(piece)
    met = next((form for form in forms if form in line), None)
    return piece[: 2 * AROUND] if met is None else _around(piece, line.find(met), len(met))


def cut_densest(piece: str, words: list[str]) -> str:
    """`piece` where the most different `words` stand within one snippet."""
    line = folded(piece)
    found = [at for word in words if (at := line.find(word)) >= 0]
    if not found:
        return piece[: 2 * AROUND]
    at = max(sorted(found), key=lambda one: sum(one <= other < one + 2 * AROUND for other in found))
    return _around(piece, at, AROUND)


def _around(piece: str, at: int, length: int) -> str:
    """`piece` as written from AROUND before the folded place `at` to AROUND behind its `length`."""
    begin = max(_written_place(piece, at) - 3 * AROUND, 0)
    at -= len(folded(piece[:begin]))
    near = piece[begin : begin + STRIDE + 6 * AROUND + 2 * length]
    _, places = folded_with_places(near)
    first, last = max(at - AROUND, 0), at + length + AROUND
    return near[places[first] : places[last] if last < len(places) else len(near)].strip()


def _written_place(piece: str, at: int) -> int:
    """Where in `piece` the sign stands that the folded place `at` comes from, or shortly before it."""
    begin = 0
    while begin < len(piece) and (made := len(folded(piece[begin : begin + STRIDE]))) <= at:
        at -= made
        begin += STRIDE
    return min(begin, len(piece) - 1)

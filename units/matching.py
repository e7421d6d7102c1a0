"""Conditions on folded columns (units/folding.py): lists, filters and searches ask through them, never the raw text.

So 长民[2003]5号 finds 长民〔2003〕5号 wherever it is typed. Folded columns end in `_n`; triggers write those of tasks and
documents (units/sql/words.sql, documents/sql/words.sql), so that no writer can forget.
"""

from functools import reduce
from itertools import count
from operator import and_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Func, Lookup, Q, TextField

from .doc_numbers import other_reading
from .folding import alternatives, folded, spans

AROUND = 36  # characters of an excerpt before and after the word
LOOKED_AT = 20_000  # characters of a text in which an excerpt is looked for


class Bigrams(Func):
    """The pairs of neighbouring characters of a folded text; null for one character."""

    function = "cjk_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


class OfArray(Lookup):
    """As `contains` and `overlap` of a text array, the values in one parameter."""

    prepare_rhs = False
    operator = ""

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} {self.operator} %s::text[]", [*params, list(self.rhs)]


@ArrayField.register_lookup
class HasAll(OfArray):
    lookup_name, operator = "has_all", "@>"


@ArrayField.register_lookup
class HasAny(OfArray):
    lookup_name, operator = "has_any", "&&"


def forms_of(text: str) -> list[list[str]]:
    """For each word of `text` that folding leaves something of: what it may stand for, itself first."""
    words = (folded(word) for word in text.replace("\x00", " ").split())
    return [alternatives(word) for word in dict.fromkeys(words) if word]


class Asked:
    """The forms of each word of a question, as values of slots (units/statements.py) and as what stands for them.

    `shape` is all that a statement's text follows from: how many words and forms there are, and which have one
    character, two or more.
    """

    def __init__(self, forms: list[list[str]]) -> None:
        self.forms = forms
        self.shape = tuple(tuple(min(len(one), 3) for one in some) for some in forms)

    def stand_ins(self) -> list[list[str]]:
        """Forms of the same lengths that no text holds, each another one: of characters of private use."""
        numbers = count(0xE000)
        return [["".join(chr(next(numbers)) for _ in range(length)) for length in some] for some in self.shape]

    @staticmethod
    def slots(forms: list[list[str]]) -> dict[str, Any]:
        """Name → value, of stand-ins or of what was asked: what LIKE compares with, and the pairs for the index."""
        found: dict[str, Any] = {}
        for place, one in enumerate(one for some in forms for one in some):
            found[f"like{place}"] = f"%{connection.ops.prep_for_like_query(one)}%"
            if len(one) > 1:
                found[f"pairs{place}"] = [one[at : at + 2] for at in range(len(one) - 1)]
        return found


def holds(column: str, text: str) -> Q:
    """The folded `column` holds `text` as a whole, or every word of it, or the number that it reads as.

    Blanks alone are held by everything.
    """
    text = text.replace("\x00", " ")  # no column can hold it
    whole = _any(column, [*alternatives(folded(text)), *filter(None, [other_reading(text)])])
    return whole | reduce(and_, (_any(column, one) for one in forms_of(text)), Q())


def holds_indexed(column: str, pairs: str, forms: list[str]) -> Q:
    """`column` holds one of `forms`; its Bigrams, aliased as `pairs`, find two characters and more by the index."""
    met = Q()
    for one in forms:
        grams = Q(**{f"{pairs}__has_all": [one[at : at + 2] for at in range(len(one) - 1)]}) if len(one) > 1 else Q()
        met |= grams & Q(**{f"{column}__contains": one})
    return met


def _any(column: str, forms: list[str]) -> Q:
    return Q(*((f"{column}__contains", one) for one in forms), _connector=Q.OR)


def excerpt(text: str, words: list[str]) -> str:
    """The surroundings of the first folded word in `text` as written, on one line; "" without one."""
    found = spans(text[:LOOKED_AT], [one for word in words for one in alternatives(word)])
    if not found:
        return ""
    start, end = found[0]
    return " ".join(text[max(0, start - AROUND) : end + AROUND].split())

"""Conditions on folded columns (units/folding.py): lists, filters and searches ask through them, never the raw text.

So 长民[2003]5号 finds 长民〔2003〕5号 wherever it is typed. Folded columns end in `_n`; triggers write those of tasks and
documents (units/sql/words.sql, documents/sql/words.sql), so that no writer can forget.
"""

from functools import reduce
from operator import and_

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, TextField

from .doc_numbers import other_reading
from .folding import alternatives, folded, spans

AROUND = 36  # characters of an excerpt before and after the word
LOOKED_AT = 20_000  # characters of a text in which an excerpt is looked for


class Bigrams(Func):
    """The pairs of neighbouring characters of a folded text; null for one character."""

    function = "cjk_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


def forms_of(text: str) -> list[list[str]]:
    """For each word of `text` that folding leaves something of: what it may stand for, itself first."""
    words = (folded(word) for word in text.replace("\x00", " ").split())
    return [alternatives(word) for word in dict.fromkeys(words) if word]


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
        grams = Q(**{f"{pairs}__contains": [one[at : at + 2] for at in range(len(one) - 1)]}) if len(one) > 1 else Q()
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

"""Conditions on folded columns, as the database folds (units/folding.py): lists, filters, searches ask through them.

So 长民[2003]5号 finds 长民〔2003〕5号 wherever it is typed. Folded columns end in `_n`; a trigger writes those of tasks and
documents, so that no writer can forget.
"""

from functools import reduce
from operator import and_

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, TextField, Value

from .folding import Fold, spans

AROUND = 36  # characters of an excerpt before and after the word
LOOKED_AT = 20_000  # characters of a text in which an excerpt is looked for


class Bigrams(Func):
    """The pairs of neighbouring characters of a folded text; null for one character."""

    function = "cjk_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


def typed(text: str) -> Fold:
    """What was typed, folded in the statement that asks; a NUL, which no column can hold, is a blank."""
    return Fold(Value(text.replace("\x00", " ")))


def holds(column: str, text: str) -> Q:
    """The folded `column` holds `text` as a whole, or every word of it; blanks alone are held by everything."""
    words = text.replace("\x00", " ").split()
    whole = Q(**{f"{column}__contains": typed(text)})
    if len(words) < 2:
        return whole
    return whole | reduce(and_, (Q(**{f"{column}__contains": typed(word)}) for word in words))


def excerpt(text: str, words: list[str]) -> str:
    """The surroundings of the first folded word in `text`, as written, on one line; "" without one."""
    found = spans(text[:LOOKED_AT], words)
    if not found:
        return ""
    start, end = found[0]
    return " ".join(text[max(0, start - AROUND) : end + AROUND].split())

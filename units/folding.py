"""The folding of texts for search, as the database does it."""

import re

from django.db.models import Func, TextField

from .texts import normalised


class Fold(Func):
    """The folded form of a text in a query; null for null."""

    function = "egov_normalise"
    output_field = TextField()


def spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where folded `words` stand in `text` as written: (start, end) in order, without overlaps, the longest first."""
    wanted = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True) if word)
    if not wanted:
        return []
    places = [place for place, sign in enumerate(text) for _ in normalised(sign)]
    line = "".join(normalised(sign) for sign in text)
    return [(places[hit.start()], places[hit.end() - 1] + 1) for hit in re.finditer(wanted, line)]

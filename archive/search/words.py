"""The question: its words folded, what each may stand for, and the condition that they mean."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from django.db.models import Q

from units.folding import folded
from units.matching import Bigrams
from units.models import Unit
from units.statements import Statement

MAX_WORDS, MAX_LENGTH = 10, 200
PART = "\x1f"  # stands before, between and after the pieces of a head (archive/sql/search.sql)
SENTENCE = 12  # ideographs in one run: nobody searches for that many as they stand
_SENTENCE = re.compile(f"[\u3400-\u9fff〇，、]{{{SENTENCE},}}")
_QUESTION = re.compile("[?？]|[吗呢么]$|^(怎|如何|是否|为什么|什么|请问|谁|哪)")
GENERIC = ("人民政府", "人民代表大会", "人民政治协商会议")  # of other governments than ours


class BadSearch(ValueError):
    """A sentence for the person who searched."""


def words_of(text: str) -> list[str]:
    """The words as the columns hold them; BadSearch for what cannot be searched."""
    parts = text.replace("\x00", " ").encode("utf-8", "replace").decode().split()
    if not parts:
        raise BadSearch("请输入要检索的字词。")
    if len(parts) > MAX_WORDS:
        raise BadSearch(f"一次最多检索 {MAX_WORDS} 个词，请减少。")
    if any(len(part) > MAX_LENGTH for part in parts):
        raise BadSearch(f"每个检索词不超过 {MAX_LENGTH} 个字，请缩短。")
    words = [word for part in parts if (word := folded(part))]
    if not words:
        raise BadSearch("请输入要检索的字词。")
    return list(dict.fromkeys(words))


def is_sentence(text: str) -> bool:
    """A question in whole words, which no text holds as it stands."""
    return bool(_SENTENCE.search(text) or _QUESTION.search(text.strip()))


def names_around(words: list[str]) -> list[str]:
    """Folded names of units of which a word is a part only: 民政 stands in 人民政府, and is not what it is about."""
    return around(_folded(tuple(_names().ask())), words)


@cache
def _names() -> Statement:
    return Statement(Unit.objects.order_by("code").values_list("name", "short_name"))


@lru_cache(maxsize=4)
def _folded(names: tuple[tuple[str, str], ...]) -> set[str]:
    return {*(folded(name) for both in names for name in both if name), *GENERIC}


def around(names: set[str], words: list[str]) -> list[str]:
    """Of folded `names` those that hold a word and are more, the shortest first; a name within a name once."""
    made: list[str] = []
    for name in sorted(names, key=lambda one: (len(one), one)):
        if any(word in name and word != name for word in words) and not any(one in name for one in made):
            made.append(name)
    return [name for name in made if name not in words]


def pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]


def is_prefix(forms: list[list[str]]) -> bool:
    """One character alone is in nearly every text: what begins with it is meant."""
    return all(len(some[0]) == 1 for some in forms)


def containing(rows, forms: list[list[str]], signs: Sequence[str] = ()):
    """Of text rows those that contain every word in one of its `forms`: the index narrows, LIKE decides.

    `signs` (archive/search/ways.py): all `rows` have one of these, so the index need not look at others.
    """
    rows = rows.alias(grams=Bigrams("words__text_n"))
    if signs:
        rows = rows.filter(grams__has_any=signs)
    if is_prefix(forms):
        rows = rows.filter(grams__has_all=[PART + forms[0][0]], words__head_n__contains=PART + forms[0][0])
    for some in forms:
        met = Q()
        for one in some:
            met |= Q(grams__has_all=pairs(one)) if len(one) == 2 else _longer(one)
        rows = rows.filter(met)
    return rows


def _longer(word: str) -> Q:
    held = Q(words__text_n__contains=word)
    return held & Q(grams__has_all=pairs(word)) if len(word) > 2 else held  # one character has no pair

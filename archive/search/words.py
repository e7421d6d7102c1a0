"""The question: its words folded, what each may stand for, and the condition that they mean."""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q

from units.folding import alternatives

MAX_WORDS, MAX_LENGTH = 10, 100


class BadSearch(ValueError):
    """A sentence for the person who searched."""


class Bigrams(models.Func):
    function = "cjk_bigrams"
    output_field = ArrayField(models.TextField())


def words_of(text: str) -> list[str]:
    """The words as the database folds them; BadSearch for what cannot be searched."""
    parts = text.replace("\x00", " ").encode("utf-8", "replace").decode().split()
    if not parts:
        raise BadSearch("请输入要检索的字词。")
    if len(parts) > MAX_WORDS:
        raise BadSearch(f"一次最多检索 {MAX_WORDS} 个词，请减少。")
    if any(len(part) > MAX_LENGTH for part in parts):
        raise BadSearch(f"每个检索词不超过 {MAX_LENGTH} 个字，请缩短。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT egov_fold_v1(w) FROM unnest(%s::text[]) WITH ORDINALITY AS x(w, n) ORDER BY n", [parts])
        words = [row[0] for row in cursor.fetchall() if row[0]]
    if not words:
        raise BadSearch("请输入要检索的字词。")
    return list(dict.fromkeys(words))


def pairs(word: str) -> list[str]:
    return [word[place : place + 2] for place in range(len(word) - 1)]


def containing(rows, words: list[str]):
    """Of text rows those that contain every word, or what it stands for: the index narrows, LIKE decides."""
    rows = rows.alias(grams=Bigrams("words__text_n"))
    for word in words:
        met = Q()
        for one in alternatives(word):
            met |= Q(grams__contains=pairs(one)) if len(one) == 2 else _longer(one)
        rows = rows.filter(met)
    return rows


def _longer(word: str) -> Q:
    held = Q(words__text_n__contains=word)
    return held & Q(grams__contains=pairs(word)) if len(word) > 2 else held  # one character has no pair

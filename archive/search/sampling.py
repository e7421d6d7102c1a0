"""How many texts hold a pair of characters: estimated from a sample by a chore, never counted while somebody files."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from units.folding import alternatives

from .words import pairs

SAMPLE = 2_000  # texts


@dataclass(frozen=True)
class Share:
    texts: int
    share: float


def take() -> str:
    """Count the pairs of a sample anew (0.8 to 15 s); what the sample does not have any more counts nothing."""
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT archive_sample_bigrams(%s, %s)", [SAMPLE, now])
        kept = cursor.fetchone()[0]
    return f"抽样统计 {kept} 个字对"


def is_taken() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM archive_bigramcount WHERE bigram = '' AND texts > 0)")
        return cursor.fetchone()[0]


def counts(bigrams: list[str]) -> tuple[int, dict[str, int]]:
    """(texts in all, texts that hold each of `bigrams`, at least 1)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bigram, texts FROM archive_bigram_counts(%s)", [bigrams])
        found = dict(cursor.fetchall())
    return found.pop("", 0), found


def greatest_share(words: list[str]) -> Share | None:
    """How many texts may hold all `words` at most, by the rarest of their pairs; None where nothing was sampled."""
    asked = [pairs(min(alternatives(word), key=len)) for word in words if len(word) > 1]
    bigrams = list(dict.fromkeys(pair for some in asked for pair in some))
    if not bigrams:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT bigram, texts FROM archive_bigramcount WHERE bigram = ANY(%s)", [[*bigrams, ""]])
        found = dict(cursor.fetchall())
    total = found.pop("", 0)
    least = min((found.get(bigram, 0) for bigram in bigrams), default=0)
    return Share(least, least / total) if total and least else None

"""The nearest texts to a question that no text contains whole (docs/design.md 8; nDCG@10 about 0.65 on lay questions).

Candidates by the rarest pairs of characters of the question, under the same visibility rule; then every pair counts
over windows of 600 characters. Called "the nearest", and never mixed with what contains the words.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from units.folding import folded

from ..models import RecordText
from . import sampling, ways
from .likeness import Likeness
from .narrowing import Narrow

WINDOW, BEST = 600, 8
SATURATION = 1.2
BUDGET = 30_000  # texts that the candidates' pairs may hold together
CANDIDATES, KEPT = 400, 100
AT_ONCE = 100  # texts in memory
LONGEST = 100_000  # characters of a text that are weighed
QUESTION = 300

_RUN = re.compile("[\u3400-\u9fff〇]+|[0-9a-z]+")
_ASKING = set("的了吗呢吧么啊哪谁怎")
_STOP = set(
    re.findall(
        "..",
        "什么怎样如何是否可以能否应当应该请问为什多少需要能不不能是不不是没有因为所以如果但是或者以及我们他们有没会不不会还是还有就是这个那个"
        "一个这种这样进行可否是什何种有何有什咋办",
    )
)


@dataclass(frozen=True)
class Hit:
    """`place`: the offset in the folded body where the best window begins."""

    key: int
    score: float
    place: int


@dataclass
class Nearest:
    """`is_far`: the hits have single words of the question only, which whoever shows them says."""

    words: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    is_far: bool = False


def bigrams_of(text: str) -> list[str]:
    """Pairs inside runs of ideographs or of letters and digits, without those of asking; all when none is left."""
    runs = _RUN.findall(folded(text[:QUESTION].replace("\x00", "")))
    made = list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
    return [pair for pair in made if pair not in _STOP and not _ASKING & set(pair)] or made


def weights_of(bigrams: list[str], total: int, counts: dict[str, int]) -> dict[str, float]:
    """ln(1 + (N − d + ½) / (d + ½)) of those that occur at all."""
    return {
        pair: math.log(1 + (max(total - counts[pair], 0) + 0.5) / (counts[pair] + 0.5))
        for pair in bigrams
        if counts.get(pair)
    }


def rarest(counts: dict[str, int], wanted) -> list[str]:
    """The rarest of `wanted` while their texts together stay within the budget; one at least."""
    chosen, spent = [], 0
    for pair in sorted(wanted, key=lambda one: counts[one]):
        spent += counts[pair]
        if chosen and spent > BUDGET:
            break
        chosen.append(pair)
    return chosen


def among_records(user, text: str, narrow: Narrow) -> Nearest:
    """The records that come nearest to `text` among those that `user` may see, the best first, at most 100."""
    asked = bigrams_of(text)
    total, counts = sampling.counts(asked)
    weights = weights_of(asked, total, counts)
    if not weights:
        return Nearest()
    chosen = rarest(counts, weights)
    keys = _candidates(user, narrow, chosen, [weights[pair] for pair in chosen])
    return weighed(_texts(keys), asked, weights, total)


def weighed(texts, asked: list[str], weights: dict[str, float], total: int) -> Nearest:
    """The best of `texts` (key, folded head, folded rest), none where they share nothing but common pairs."""
    like = Likeness(asked, weights, total)
    hits = best(like.passing(texts), weights)
    return Nearest(list(weights), hits if like.is_any else [], is_far=like.is_any and not like.is_near)


def _candidates(user, narrow: Narrow, pairs: list[str], weights: list[float]) -> list[int]:
    """Texts by the weight of `pairs`, and of these in their order the first that `user` may see.

    Each step is closed (LIMIT, OFFSET 0): joined into one, the planner makes the pairs of every visible text anew.
    """
    rows = narrow.apply(RecordText.objects.allowing("view", user))
    allowed = rows.order_by().extra(where=["archive_recordtext.record_id = m.record_id"]).values("record_id")
    sql, params = allowed.query.sql_with_params()
    unsigned, keys, holding, signs = _holding(user)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH {unsigned} m AS MATERIALIZED (
              SELECT h.record_id, sum(g.weight * h.times) AS weight
              FROM unnest(%s::text[], %s::float8[]) AS g(pair, weight) CROSS JOIN LATERAL ({holding}) h
              GROUP BY 1)
            SELECT m.record_id FROM (SELECT * FROM m ORDER BY weight DESC, record_id DESC OFFSET 0) m
            CROSS JOIN LATERAL ({sql} OFFSET 0) visible LIMIT {CANDIDATES}""",
            [*keys, pairs, weights, *signs, *params],
        )
        return [key for (key,) in cursor.fetchall()]


def _holding(user) -> tuple[str, tuple, str, list]:
    """SQL of the texts that hold g.pair, with what must stand before it, and the parameters of both.

    Of a person of few units only his units' own texts and those for all staff are read, by their signs, and the few
    others that he may see.
    """
    held = f"""(SELECT w.record_id, CASE WHEN strpos(w.head_n, g.pair) > 0 THEN 2 ELSE 1 END AS times
                FROM archive_recordwords w WHERE cjk_bigrams(w.text_n) @> ARRAY[g.pair] %s LIMIT {BUDGET})"""
    if not ways.signed_only(user):
        return "", (), held % "", []
    sql, params = ways.unsigned(user)
    among = "AND (SELECT cardinality(keys) > 0 FROM u) AND w.record_id = ANY ((SELECT keys FROM u)::bigint[])"
    holding = f"{held % 'AND cjk_bigrams(w.text_n) && %s::text[]'} UNION ALL {held % among}"
    return f"u AS MATERIALIZED (SELECT ARRAY({sql}) AS keys),", params, holding, [ways.all_signs_of(user)]


def _texts(keys: list[int]) -> Iterator[tuple[int, str, str]]:
    """(key, folded head, folded rest) of candidates; some at a time, so that long texts are not all in memory."""
    for start in range(0, len(keys), AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT record_id, head_n, substr(text_n, length(head_n) + 1, %s) FROM archive_recordwords"
                " WHERE record_id = ANY (%s)",
                [LONGEST, keys[start : start + AT_ONCE]],
            )
            yield from cursor.fetchall()


def best(texts, weights: dict[str, float]) -> list[Hit]:
    """`texts`: (key, folded head, folded rest). The highest scores first."""
    hits = [Hit(key, *score(head, rest, weights)) for key, head, rest in texts]
    hits.sort(key=lambda one: one.key, reverse=True)  # of equals the newest
    return sorted(hits, key=lambda one: one.score, reverse=True)[:KEPT]


def score(head: str, rest: str, weights: dict[str, float]) -> tuple[float, int]:
    """(score, where the best window begins): the best eight windows by 1/√rank; a pair in the head counts again."""
    windows: dict[int, float] = {}
    for pair, weight in weights.items():
        at = rest.find(pair)
        found: dict[int, int] = {}
        while at >= 0:
            found[at // WINDOW] = found.get(at // WINDOW, 0) + 1
            at = rest.find(pair, at + 1)
        for window, times in found.items():
            windows[window] = windows.get(window, 0.0) + weight * times * (SATURATION + 1) / (times + SATURATION)
    ranked = sorted(windows.items(), key=lambda one: (-one[1], one[0]))[:BEST]
    total = sum(value / math.sqrt(rank) for rank, (_, value) in enumerate(ranked, start=1))
    total += sum(weight for pair, weight in weights.items() if pair in head)
    return total, ranked[0][0] * WINDOW if ranked else 0

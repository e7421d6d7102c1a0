"""How much of a question a text answers to at least: what shares a common pair or two with it is no near result."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

SHORT = 6  # pairs: of a short question half has to be there, of a whole one a fifth
LEAST_OF_SHORT, LEAST = 0.5, 0.2
RARE = 0.6  # of the weight of what stands nowhere: one text of a few dozen, one of a hundred of a million


def least(asked: Sequence[str]) -> float:
    return LEAST_OF_SHORT if len(asked) <= SHORT else LEAST


def like_enough(
    texts: Iterable[tuple], asked: Sequence[str], weights: Mapping[str, float], total: int
) -> Iterator[tuple]:
    """Of `texts` (key, folded head, folded rest) those that hold enough of the weight of all that was `asked`.

    A pair that stands in none of the `total` texts weighs most of all: nobody wrote of a 鸭嘴兽. A rare pair in the
    title is enough: 台湾办搬到哪里去了 asks after the 台湾事务办公室 though nothing else of it was ever written.
    """
    absent = math.log(1 + (total + 0.5) / 0.5)
    wanted = sum(weights.get(pair, absent) for pair in asked) * least(asked)
    rare = [pair for pair, weight in weights.items() if weight >= RARE * absent]
    for key, head, rest in texts:
        held = sum(weight for pair, weight in weights.items() if pair in head or pair in rest)
        if held >= wanted or any(pair in head for pair in rare):
            yield key, head, rest

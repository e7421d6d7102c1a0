"""How much of a question the texts answer: nothing near, only single words the same, or near results.

A cut-off of single texts cost a seventh of what answers lay questions (recall@50 0.94 → 0.81): such a text seldom
shares more than a pair or two with its question. So the best text decides for all, and what it does not answer is said.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

SHORT = 6  # pairs: of a short question half has to be there, of a whole one a fifth
LEAST_OF_SHORT, LEAST = 0.5, 0.2
ANY_OF_SHORT, ANY = 0.25, 0.12  # below it, and with common pairs alone, nothing is near
RARE = 0.6  # of the weight of what stands nowhere: one text of a few dozen, one of a hundred of a million
COMMON = 0.45  # of the same: of a few thousand texts one in fifty holds such a pair


def least(asked: Sequence[str]) -> float:
    return LEAST_OF_SHORT if len(asked) <= SHORT else LEAST


class Likeness:
    """What is learnt of all the texts while they pass by one after the other."""

    def __init__(self, asked: Sequence[str], weights: Mapping[str, float], total: int) -> None:
        """A pair that stands in none of the `total` texts weighs most of all: nobody wrote of a 鸭嘴兽."""
        self.weights, self.absent = weights, math.log(1 + (total + 0.5) / 0.5)
        self.whole = sum(weights.get(pair, self.absent) for pair in asked)
        self.wanted = self.whole * least(asked)
        self.any = self.whole * (ANY_OF_SHORT if len(asked) <= SHORT else ANY)
        self.is_near = self.is_any = False

    def passing(self, texts: Iterable[tuple]) -> Iterator[tuple]:
        """`texts` (key, folded head, folded rest) as they are."""
        for text in texts:
            self._weigh(*text[1:])
            yield text

    def _weigh(self, head: str, rest: str) -> bool:
        """Whether one text is like enough: by weight, or for a rare pair in the title, as 台湾办搬到哪里去了 asks after
        the 台湾事务办公室 though nothing else of it was ever written."""
        held = [weight for pair, weight in self.weights.items() if pair in head or pair in rest]
        is_rare = any(weight >= RARE * self.absent and pair in head for pair, weight in self.weights.items())
        is_like = sum(held) >= self.wanted or is_rare
        self.is_near = self.is_near or is_like
        self.is_any = self.is_any or is_like or sum(held) >= self.any or max(held, default=0) >= COMMON * self.absent
        return is_like

    def like_enough(self, texts: Iterable[tuple]) -> Iterator[tuple]:
        """Only those that answer enough of it by themselves."""
        return (text for text in texts if self._weigh(*text[1:]))

"""Documents in progress that come nearest to a whole question: as the nearest records (nearest.py), by the same rule.

The candidates are the open texts that hold one of the question's rarest pairs, found by the index of open texts and cut
by who may see the document; of these the heaviest are weighed as records are.
"""

import math
from collections.abc import Iterator
from functools import cache

from django.db.models import F, FloatField, Func, TextField
from django.db.models.functions import Coalesce, Substr

from documents.models import Document, DocumentWords
from documents.replaced import replaced
from documents.search import narrowed, of_texts
from documents.set_back import last_move
from units.matching import Bigrams
from units.prepared import lasting
from units.statements import KEY, WORDS, Statement

from . import nearest, sampling
from .likeness import Likeness
from .narrowing import Narrow

RAREST, CANDIDATES, SHOWN = 12, 100, 5
WEIGHTS = [-7.31e15]  # stands for the weights where the statement is written


def near_documents(user, text: str, narrow: Narrow, *, but: frozenset[int] = frozenset()) -> list[Document]:
    """At most SHOWN open documents that `user` may see and that answer enough of `text`, the nearest first.

    `but` are keys of what was found as it stands. Three statements at most: what is shown is read by its keys.
    """
    asked = nearest.bigrams_of(text)
    if not asked or narrow.retention or narrow.opening:
        return []
    total, counts = sampling.counts(asked)
    absent = math.log(1 + (total + 0.5) / 0.5)  # what no record holds a document in progress may be all about
    weights = {**dict.fromkeys(asked, absent), **nearest.weights_of(asked, total, counts)}
    pairs = sorted(weights, key=lambda pair: -weights[pair])[:RAREST]
    rows = lasting(("near documents", narrow), user, lambda: _candidates(user, narrow))
    texts = rows.ask(pairs=pairs, weights=[float(weights[pair]) for pair in pairs], but=list(but))
    hits = nearest.best(Likeness(asked, weights, total).like_enough(_parted(texts)), weights)
    keys = [one.key for one in hits[:SHOWN]]
    known = {row.pk: row for row in _shown().ask(keys=keys)} if keys else {}
    return [known[key] for key in keys if key in known]


class Weighed(Func):
    """The weights of the pairs that a text holds, together."""

    output_field = FloatField()
    arity = 1

    def as_sql(self, compiler, connection, **_):
        text, params = compiler.compile(self.source_expressions[0])
        pairs = "unnest(%s::text[], %s::float8[]) AS g(pair, weight)"
        sql = f"(SELECT coalesce(sum(g.weight), 0) FROM {pairs} WHERE strpos({text}, g.pair) > 0)"
        return sql, [[WORDS], WEIGHTS, *params]


def _candidates(user, narrow: Narrow) -> Statement:
    """(key, folded head, folded text) by the weight of `pairs` that the text holds; a delivery is read in the text it
    was issued as.
    """
    texts = DocumentWords.objects.filter(is_open=True).alias(grams=Bigrams("text_n"))
    found = texts.filter(grams__has_any=[WORDS]).values("document")
    rows = narrow.of_documents(Document.objects.allowing("view", user).open().filter(of_texts(found)))
    rows = rows.exclude(pk__among=[KEY]).annotate(
        near_head=Coalesce("issued__words__head_n", "words__head_n", output_field=TextField()),
        near_text=Coalesce("issued__words__text_n", "words__text_n", output_field=TextField()),
    )
    rows = rows.annotate(near_weight=Weighed("near_text")).order_by(F("near_weight").desc(), "-pk")
    found = rows.values_list("pk", "near_head", Substr("near_text", 1, nearest.LONGEST))[:CANDIDATES]
    return Statement(found, are_lists_gathered=True, pairs=[WORDS], weights=WEIGHTS, but=[KEY])


@cache
def _shown() -> Statement:
    rows = Document.objects.unguarded("the keys come from an allowed statement").filter(pk__among=[KEY])
    rows = narrowed(rows).annotate(last_move=last_move(), replaced=replaced())
    return Statement(rows.select_related("unit", "sender_unit", "issued"), keys=[KEY])


def _parted(texts: list[tuple]) -> Iterator[tuple[int, str, str]]:
    """(key, head, what follows it)."""
    for key, head, text in texts:
        yield key, head or "", (text or "")[len(head or "") :]

"""The statement of what contains every word, and how well it fits: written once for a question's shape, then filled."""

from functools import cached_property, reduce
from operator import and_
from typing import Any

from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace

from units.doc_numbers import called
from units.folding import alternatives, plain_number
from units.matching import Asked
from units.memory import Memory

from .narrowing import HELD, Narrow
from .ways import InWay, texts
from .words import PART, containing, is_prefix, names_around

FACETS = ("unit_id", "year", "retention_code", "kind", "access_status")
SPREAD = ("record_id", *FACETS, "sorted_on", "held")  # of each hit, whatever way it is found
HELD_OR_NOT = models.ExpressionWrapper(HELD, models.BooleanField())
SIGN, NAME, CALLED = ("\ue900\ue901", "\ue902\ue903", "\ue904\ue905")  # stand for values where a statement is written


class Question(Asked):
    """What is asked of records: the words, what they are called by, and names of units of which they are a part."""

    def __init__(self, words: list[str]) -> None:
        super().__init__([alternatives(word) for word in words])
        self.words = words
        whole = called(words)
        self.called = [named(one) for one in dict.fromkeys((whole, plain_number(whole)))]
        self.is_said = whole == words[0]  # what is called so says the word

    @cached_property
    def names(self) -> list[str]:
        return names_around(self.words)

    def given(self) -> dict[str, Any]:
        """For the slots of `hits_of`, but for the signs, which differ from way to way."""
        return _slots(self.forms, self.names, self.called)


def _slots(forms: list[list[str]], names: list[str], called: list[str]) -> dict[str, Any]:
    """Name → value of all that differs between questions of one shape."""
    made = Asked.slots(forms)
    made |= {f"name{place}": name for place, name in enumerate(names)}
    made |= {f"called{place}": f"%{connection.ops.prep_for_like_query(one)}%" for place, one in enumerate(called)}
    if is_prefix(forms):
        first = PART + forms[0][0]
        made |= {"begins": [first], "beginning": f"%{connection.ops.prep_for_like_query(first)}%"}
    return made


def named(name: str) -> str:
    """How a head says that the record is called so; of a number without its beginning the end will do."""
    return ("" if name.startswith("〔") else PART) + name + PART


WRITTEN: Memory[InWay] = Memory(300)  # shapes of questions and their narrowings, some 5 kB each


def hits_of(question: Question, within: Narrow, signs: tuple[str, ...]) -> InWay:
    """What of `within` contains every word, with its fit; of texts that have one of `signs`, if there are any."""
    shape = (question.shape, len(question.names), len(question.called), question.is_said, bool(signs), within)

    def write() -> InWay:
        forms = question.stand_ins()
        names = [f"{NAME}{place}" for place in range(len(question.names))]
        called = [f"{CALLED}{place}" for place in range(len(question.called))]
        head, fit = _fit(forms, names, called, question.is_said)
        rows = containing(within.apply(texts().alias(head_alone=head)), forms, [SIGN] if signs else ())
        rows = rows.annotate(fit=fit, held=HELD_OR_NOT).order_by().values(*SPREAD, "fit")
        return InWay(rows, signs=[SIGN], **_slots(forms, names, called))

    return WRITTEN.kept(shape, write)


def _fit(forms: list[list[str]], names: list[str], called: list[str], is_said: bool) -> tuple[models.Expression, Case]:
    """The head without names of units, and the fit read from it.

    3: called exactly so; 2: every word in title or number, and not as a part of a unit's name; 1: elsewhere. Most heads
    do not have the words: where a name `is_said` by the one word, such a head is looked through once.
    """
    head = F("words__head_n")
    for name in names:
        head = Replace(head, Value(name), Value("\x1e"), output_field=models.TextField())
    in_head = reduce(and_, (_has_one("head_alone", some) for some in forms))
    cases = [When(_has_one("words__head_n", called), then=3), When(in_head, then=2)]
    if is_said:
        cases.insert(0, When(~_has_one("words__head_n", forms[0]), then=1))
    return head, Case(*cases, default=1, output_field=models.SmallIntegerField())


def _has_one(column: str, texts: list[str]) -> Q:
    return Q(*((f"{column}__contains", one) for one in texts), _connector=Q.OR)

"""What a version would change: last year's papers met by the rows in force and by the version, one after the other.

Nothing is changed by trying: what is filed keeps the period that it was filed with.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.models import Document
from units.models import Unit

from ..models import Record, RetentionRule
from ..querysets import period_given
from ..states import Retention
from .matching import Asked, Considered, asked_of, asked_of_record, best

MOST_LISTED = 500  # changes shown by name; all are counted
NO_RULE = "未命中条款，按10年暂定"


@dataclass(frozen=True)
class Outcome:
    """What a set of rows says: the row met, and its period or 不归档."""

    rule: RetentionRule | None

    @property
    def key(self) -> str:
        """Y, D30, D10, or the NF code."""
        if self.rule is None:
            return Retention.TEN
        return self.rule.not_to_file or self.rule.retention_code

    @property
    def shown(self) -> str:
        return self.rule.period if self.rule else Retention.TEN.label

    @property
    def basis(self) -> str:
        return str(self.rule) if self.rule else NO_RULE


@dataclass(frozen=True)
class Change:
    """One paper that would be filed otherwise; `subject` is what was asked about, `present` the period it has."""

    subject: Any
    asked: Asked
    before: Outcome
    after: Outcome
    present: str
    is_lower: bool = False  # kept for less than now, or not filed at all

    @property
    def is_fallback(self) -> bool:
        return _is_fallback(self.after, self.asked)


@dataclass
class Trial:
    """`tried` papers; `changed` of them by this version, of which `listed` are the first MOST_LISTED.

    `lowered` of the changed ones would be kept for less than now, and stand first. `differs` have another period than
    the version says, but the rows in force say the same as it does: somebody
    decided, or an older version did, and this one changes nothing about them (`listed_differs`). `moves` counts
    (period now, period then); `other_row` met another row of the same period; `unmet` meet no row, and `fallback` none
    but the 兜底条款.
    """

    tried: int = 0
    changed: int = 0
    lowered: int = 0
    differs: int = 0
    other_row: int = 0
    unmet: int = 0
    fallback: int = 0
    moves: Counter = field(default_factory=Counter)
    lowering: list[Change] = field(default_factory=list)
    raising: list[Change] = field(default_factory=list)
    listed_differs: list[Change] = field(default_factory=list)

    @property
    def listed(self) -> list[Change]:
        """The changed ones, those that would be kept for less first."""
        return [*self.lowering, *self.raising][:MOST_LISTED]

    @property
    def apart(self) -> int:
        """All whose present period is not what the version says: by this change, or already."""
        return self.changed + self.differs

    @property
    def unlisted(self) -> int:
        return self.changed - len(self.listed)

    @property
    def unlisted_differs(self) -> int:
        return self.differs - len(self.listed_differs)

    def moves_shown(self) -> list[tuple[str, str, int]]:
        """(now, then, how many): what is lowered first, then the most."""
        found = sorted(self.moves.items(), key=lambda one: (not is_lower(*one[0]), -one[1]))
        return [(before, after, count) for (before, after), count in found]


def tried(papers: Iterable[tuple[Any, Asked]], old: Sequence[RetentionRule], new: Sequence[RetentionRule]) -> Trial:
    """`papers` (subject, what to ask) are read one by one; memory is bounded by MOST_LISTED."""
    trial = Trial()
    for subject, asked in papers:
        before, after = Outcome(best(old, asked)), Outcome(best(new, asked))
        trial.tried += 1
        trial.unmet += after.rule is None
        trial.fallback += _is_fallback(after, asked)
        own = _own(subject)
        if (own or before.key) == after.key:
            trial.other_row += (before.rule and before.rule.code) != (after.rule and after.rule.code)
            continue
        present = _shown(own) if own else before.shown
        change = Change(subject, asked, before, after, present, is_lower(present, after.shown))
        if before.key == after.key:
            trial.differs += 1
            trial.listed_differs += [change][: MOST_LISTED - len(trial.listed_differs)]
            continue
        trial.changed += 1
        trial.moves[present, after.shown] += 1
        trial.lowered += change.is_lower
        kept = trial.lowering if change.is_lower else trial.raising
        kept += [change][: MOST_LISTED - len(kept)]
    return trial


def _is_fallback(outcome: Outcome, asked: Asked) -> bool:
    return outcome.rule is not None and Considered(outcome.rule, asked).is_fallback


def is_lower(present: str, then: str) -> bool:
    """Periods as they are shown; what is not filed is kept for nothing."""
    return _rank(then) > _rank(present)


def _rank(shown: str) -> int:
    labels = [str(label) for label in Retention.labels]  # 永久, 30年, 10年
    return labels.index(shown) if shown in labels else len(labels)


def _own(subject: Any) -> str:
    """What the paper itself has, whoever decided it: its period, or the NF code; "" for what is no paper."""
    if isinstance(subject, Record):
        return subject.period_code
    return subject.not_to_file if isinstance(subject, Document) else ""


def _shown(own: str) -> str:
    return Retention(own).label if own in Retention.values else f"不归档（{own}）"


def papers_of(unit: Unit, year: int) -> Iterator[tuple[Any, Asked]]:
    """What the unit filed of the class year `year`, and what it did not file and completed then."""
    records = (
        Record.objects.unguarded("a trial counts; what it lists is asked for by the visitor's own rule")
        .items()
        .filter(unit=unit, year=year)
        .annotate(kept_as=period_given())
        .select_related("document", "document__sender_unit", "document__unit")
        .order_by("filed_at", "pk")
    )
    for record in records.iterator(chunk_size=1000):
        yield record, asked_of_record(record)
    documents = (
        Document.objects.unguarded("a trial counts; what it lists is asked for by the visitor's own rule")
        .filter(unit=unit, completed_at__year=year)
        .exclude(not_to_file="")
        .select_related("sender_unit", "unit")
        .order_by("completed_at", "pk")
    )
    for document in documents.iterator(chunk_size=1000):
        yield document, asked_of(document)

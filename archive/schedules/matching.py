"""Which row of a schedule meets a document, what nearly did, and why any other did not.

One function decides and explains: `best` is the first of `judged`. The longest words found in the title win, then the
文种, then the row that is kept for whatever has no word (domain 4.4); of equals, the row that stands first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from documents.states import Direction, DocType

from ..models import RetentionRule
from .phrases import is_excepted, matter_of, says, shown, wanted_of

SOURCE_WORDS = {
    RetentionRule.Source.OWN: "本机关形成",
    RetentionRule.Source.SUPERIOR: "上级来文",
    RetentionRule.Source.PEER: "同级来文",
    RetentionRule.Source.LOWER: "下级来文",
}
OUTSIDE = {  # a sender without rank: 函 goes between bodies that are not above one another, 请示 and 报告 go upward
    DocType.LETTER: RetentionRule.Source.PEER, DocType.INFORMAL_LETTER: RetentionRule.Source.PEER,
    DocType.REQUEST: RetentionRule.Source.LOWER, DocType.REPORT: RetentionRule.Source.LOWER,
}  # fmt: skip
NEAR = 5  # rows that are told as nearly fitting
NOT_MET = "没有条款命中，按兜底条款建议"  # by a row that takes whatever no other meets


@dataclass(frozen=True)
class Asked:
    """What a schedule is asked about; `source` is a RetentionRule.Source, `doc_type` a DocType or ""."""

    title: str
    doc_type: str
    source: str

    @cached_property
    def matter(self) -> str:
        return matter_of(self.title)


@dataclass(frozen=True)
class Considered:
    """One row as it stands to one document."""

    rule: RetentionRule
    asked: Asked

    @cached_property
    def fits_source(self) -> bool:
        return self.asked.source in self.rule.sources

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of the title by which keywords of the row are met, each once."""
        met = [word for word in self.rule.keywords if says(word, self.asked.matter)]
        return tuple(dict.fromkeys(part for word in met for part in wanted_of(word)))

    @cached_property
    def excepted(self) -> tuple[str, ...]:
        """Keywords that the title would meet but for what they leave out."""
        return tuple(word for word in self.rule.keywords if is_excepted(word, self.asked.matter))

    @cached_property
    def fits_type(self) -> bool:
        return self.asked.doc_type in self.rule.doc_types

    @cached_property
    def score(self) -> tuple[int, int, int]:
        return sum(map(len, self.words)), int(self.fits_type), int(self.rule.is_default)

    @property
    def speaks(self) -> bool:
        """It says something of this document: a word, its 文种, or it takes whatever has none."""
        return self.fits_source and any(self.score)

    @property
    def is_fallback(self) -> bool:
        """Nothing of the title or its 文种 meets the row: it takes what is left, and somebody should look."""
        return self.rule.is_default and not self.words and not self.fits_type

    @property
    def because(self) -> str:
        """Why it fits, as people read it; "" when nothing of it does."""
        said = []
        if self.words:
            said.append(f"题名含{_quoted(self.words)}")
        if self.fits_type:
            said.append(f"文种为{_type(self.asked.doc_type)}")
        if self.rule.is_default and not said:
            said.append(f"为{SOURCE_WORDS[self.asked.source]}无其他条款命中时采用的条款")
        return "，".join(said)

    def why_not(self, chosen: "Considered | None") -> str:
        """Why this row was not taken and `chosen` was; "" for the chosen one."""
        if chosen is not None and chosen.rule.pk == self.rule.pk and chosen.rule.code == self.rule.code:
            return ""
        if not self.fits_source:
            kinds = "、".join(SOURCE_WORDS[RetentionRule.Source(one)] for one in self.rule.sources)
            return f"用于{kinds}，本件是{SOURCE_WORDS[self.asked.source]}"
        if not self.speaks or chosen is None:
            return self._says_nothing()
        return self._beaten_by(chosen)

    def _says_nothing(self) -> str:
        lacks = []
        if self.excepted:
            lacks.append(f"题名属于除外的情形：{'、'.join(shown(word) for word in self.excepted)}")
        elif self.rule.keywords:
            lacks.append(f"题名没有{'或'.join(shown(word) for word in self.rule.keywords)}")
        if self.rule.doc_types:
            types = "、".join(_type(one) for one in self.rule.doc_types)
            lacks.append(f"文种不是{types}")
        return "，".join(lacks) or "没有写明关键词和文种，不能自动命中"

    def _beaten_by(self, chosen: "Considered") -> str:
        own, other = self.score, chosen.score
        code = chosen.rule.code
        if own[0] != other[0]:
            if not self.words:
                return f"{self.because}，但题名没有本条的关键词；{code}命中{_quoted(chosen.words)}，关键词优先"
            return f"命中{_quoted(self.words)}共{own[0]}字，少于{code}命中的{other[0]}字（{_quoted(chosen.words)}）"
        if own[1] != other[1]:
            alike = f"与{code}在题名中命中的字数一样多（{own[0]}字）" if own[0] else f"题名没有本条和{code}的关键词"
            return f"{alike}；{code}写明适用于{_type(self.asked.doc_type)}，本条没有写明，所以采用{code}"
        if own[2] != other[2]:
            return f"与{code}同样命中，{code}为无关键词时采用的条款"
        return f"与{code}同样命中，{code}排在前面"


@dataclass(frozen=True)
class Judged:
    """All rows of a schedule as they stand to one document; `chosen` None: no row meets it."""

    asked: Asked
    chosen: Considered | None
    near: tuple[Considered, ...]
    others: tuple[Considered, ...]

    @property
    def rule(self) -> RetentionRule | None:
        return self.chosen.rule if self.chosen else None

    def reasons(self) -> list[tuple[RetentionRule, str]]:
        """(row, why not) of every row but the chosen one, in the order of the table."""
        rows = sorted((*self.near, *self.others), key=lambda one: one.rule.code)
        return [(one.rule, one.why_not(self.chosen)) for one in rows]

    def near_reasons(self) -> list[tuple[RetentionRule, str]]:
        return [(one.rule, one.why_not(self.chosen)) for one in self.near]


def judged(rules: Sequence[RetentionRule], asked: Asked) -> Judged:
    """`rules` of one schedule, in its order, struck ones left out."""
    rows = [Considered(rule, asked) for rule in rules]
    speaking = [row for row in rows if row.speaks]
    chosen = max(speaking, key=lambda row: row.score, default=None)
    near = sorted((row for row in speaking if row is not chosen), key=lambda row: row.score, reverse=True)[:NEAR]
    kept = {id(row) for row in near} | {id(chosen)}
    return Judged(asked, chosen, tuple(near), tuple(row for row in rows if id(row) not in kept))


def best(rules: Sequence[RetentionRule], asked: Asked) -> RetentionRule | None:
    """The row that meets `asked`, or None."""
    chosen = max((Considered(rule, asked) for rule in rules if asked.source in rule.sources),
                 key=lambda row: row.score, default=None)  # fmt: skip
    return chosen.rule if chosen is not None and any(chosen.score) else None


def source_of(document) -> str:
    """主 for what the unit made, else 上, 同 or 下 by the sender's rank against the receiver's."""
    if document.direction != Direction.INCOMING or document.joint_copy:
        return RetentionRule.Source.OWN
    sender, unit = document.sender_unit, document.unit
    if sender is None:
        return OUTSIDE.get(document.doc_type, RetentionRule.Source.SUPERIOR)
    if sender.rank < unit.rank:
        return RetentionRule.Source.SUPERIOR
    return RetentionRule.Source.PEER if sender.rank == unit.rank else RetentionRule.Source.LOWER


def asked_of(document) -> Asked:
    return Asked(document.title, document.doc_type, source_of(document))


def asked_of_record(record) -> Asked:
    """A record as it is described now; one that no document stands behind is of the unit's own making."""
    if record.document is not None:
        return Asked(record.title, record.document.doc_type, source_of(record.document))
    incoming = record.direction == Direction.INCOMING
    return Asked(record.title, record.doc_type, RetentionRule.Source.SUPERIOR if incoming else RetentionRule.Source.OWN)


def _quoted(words: Sequence[str]) -> str:
    return "".join(f"“{word}”" for word in words)


def _type(value: str) -> str:
    return dict(DocType.choices).get(value, value or "（未填）")

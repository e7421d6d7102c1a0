"""格式要求 of a plan held against the originals: which formats its words name, and which files are of another.

The words are the archive's own; what they do not name is not asked for, and a plan that names none asks for nothing.
A remark, never a refusal: told when a list is put together by the plan and on its page, before its catalogue is sent;
the archive decides at its look through the catalogue or at the inspection.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q

from archive.models import Component
from archive.states import Role
from files.examination.pdf import PDFA
from units.findings import WARN, Finding

from .models import Batch
from .places import READ, named

ITEM = "3-8"  # 内容数据格式合规性检测


@dataclass(frozen=True)
class Wanted:
    """One format that the words may name: files of `mime`, and of these only `ids` where it is a special one."""

    words: re.Pattern
    mime: tuple[str, ...]
    ids: frozenset[str] = frozenset()

    def has(self, file) -> bool:
        return file.mime in self.mime and (not self.ids or file.format_id in self.ids)

    @property
    def condition(self) -> Q:
        """The same of a component's file, for the database."""
        found = Q(stored_file__mime__in=self.mime)
        return found & Q(stored_file__format_id__in=self.ids) if self.ids else found


def _named(words: str, *mime: str, ids: frozenset[str] = frozenset()) -> Wanted:
    return Wanted(re.compile(words, re.IGNORECASE), mime, ids)


KNOWN = (
    _named(r"PDF\s*[/／-]?\s*A", "application/pdf", ids=frozenset(PDFA.values())),
    _named(r"PDF(?!\s*[/／-]?\s*A)", "application/pdf"),
    _named(r"OFD", "application/ofd"),
    _named(r"TIFF?", "image/tiff"),
    _named(r"JPE?G(?!\s*2000)", "image/jpeg"),
    _named(r"PNG", "image/png"),
    _named(r"TXT|纯文本", "text/plain"),
    _named(r"DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)


@lru_cache(256)
def wanted_by(words: str) -> tuple[Wanted, ...]:
    """Asked of each record of a batch, which all have the words of one plan."""
    return tuple(one for one in KNOWN if one.words.search(words))


def findings(words: str, components: Iterable[Component]) -> list[Finding]:
    """A remark for each original (its file loaded) that is in none of the formats that `words` name."""
    wanted = wanted_by(words)
    if not wanted:
        return []
    return [
        Finding(ITEM, WARN, one.filename, f"正本“{one.filename}”不是接收计划要求的格式（{words}）。", "components")
        for one in components
        if one.role == Role.ORIGINAL and not any(kind.has(one.stored_file) for kind in wanted)
    ]


def is_other(words: str, record: str) -> Q | None:
    """Of rows whose `record` is one: an original is in none of the formats in `words`; None where there is none."""
    wanted = wanted_by(words)
    if not wanted:
        return None
    fitting = Q()
    for kind in wanted:
        fitting |= kind.condition
    return Q(Exists(Component.objects.filter(record=OuterRef(record), role=Role.ORIGINAL).exclude(fitting)))


def told_of(batch: Batch) -> str:
    """Of a list by a plan the pieces that are in another format, with how many and which; "" when all fit."""
    other = is_other(batch.plan.formats, "record") if batch.plan is not None and not batch.is_foreign else None
    if other is None:
        return ""
    rows = batch.items.listed().filter(other)
    first = list(rows.order_by("position").values_list("position", flat=True)[:READ])
    if not first:
        return ""
    count = rows.count() if len(first) == READ else len(first)
    return (
        f"正本不是接收计划要求的格式（{batch.plan.formats}）的 {count} 件（{named(first, count)}）："
        "不影响送审和提交，由区档案馆预审、检测时决定；要更换文件的，请先移出，在该件的页面更换后再选入。"
    )


def mark_others(batch: Batch, items: Iterable) -> None:
    """`other_format` on the rows of one page of a list by a plan: what the plan asks for, "" where the piece fits."""
    other = is_other(batch.plan.formats, "record") if batch.plan is not None and not batch.is_foreign else None
    keys = [one.pk for one in items]
    found = set(batch.items.filter(other, pk__in=keys).values_list("pk", flat=True)) if other is not None else set()
    for one in items:
        one.other_format = batch.plan.formats if one.pk in found else ""

"""格式要求 of a plan held against the originals: which formats its words name, and which files are of another.

The words are the archive's own; what they do not name is not asked for, and a plan that names none asks for nothing.
A remark, never a refusal: the archive decides at its look through the catalogue or at the inspection.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Component
from archive.states import Role
from files.examination.pdf import PDFA
from units.findings import WARN, Finding

ITEM = "3-8"  # 内容数据格式合规性检测


@dataclass(frozen=True)
class Wanted:
    """One format that the words may name: files of `mime`, and of these only `ids` where it is a special one."""

    words: re.Pattern
    mime: tuple[str, ...]
    ids: frozenset[str] = frozenset()

    def has(self, file) -> bool:
        return file.mime in self.mime and (not self.ids or file.format_id in self.ids)


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
        Finding(ITEM, WARN, one.filename, f"正本“{one.filename}”不是接收计划要求的格式（{words}）。")
        for one in components
        if one.role == Role.ORIGINAL and not any(kind.has(one.stored_file) for kind in wanted)
    ]

"""Titles and bodies of the bench, recombined from the sentences that were written for the demo."""

import re
from random import Random

from changning_egov.demo.texts import documents, sentences
from documents.states import DocType

# Words that no written sentence contains; each is put into the same 40 documents whatever the size
PLANTED = ("青藤书屋", "望湖石桥", "百草园圃", "听雨茶亭")
FREQUENT = "工作要求"
PLANTED_HITS = 40
MATTER = re.compile(r"关于(.+?)的(?:通知|报告|请示|函|复函|通报|意见|实施意见|指导意见|决定|通告|公告)$")
TYPES = (*[DocType.NOTICE] * 3, DocType.REPORT, DocType.LETTER, DocType.CIRCULAR, DocType.OPINION)


def matters() -> list[str]:
    """What the demo's titles are about, without year and unit."""
    found = [MATTER.search(one.title) for one in documents()]
    return sorted({re.sub(r"\{[^{}]*\}(年度?)?", "", match[1]) for match in found if match})


class Writer:
    """A stream of titles and bodies that depends on the seed alone."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.sentences, self.matters = sentences(), matters()

    def title(self, unit_name: str, year: int, doc_type: str) -> str:
        matter = self.random.choice(self.matters)
        return f"{unit_name}关于{year}年{matter}的{DocType(doc_type).label}"

    def doc_type(self) -> str:
        return self.random.choice(TYPES)

    def body(self, words: tuple[str, ...] = ()) -> str:
        """Four to six sentences under headings; six bodies of ten hold the frequent term; `words` are planted."""
        chosen = self.random.sample(self.sentences, self.random.randint(3, 5))
        lines = [f"{number}、{line}" for number, line in zip("一二三四五", chosen, strict=False)]
        if self.random.random() < 0.6:
            lines.insert(0, f"现将有关{FREQUENT}明确如下：")
        lines += [f"有关情况可向{word}联络点咨询。" for word in words]
        return "\n".join(lines)


def planted_in(index: int) -> tuple[str, ...]:
    """The first two words go together, so that a search for both finds 40 as well."""
    if index < PLANTED_HITS:
        return PLANTED[:2]
    place = index // PLANTED_HITS + 1
    return PLANTED[place : place + 1] if place < len(PLANTED) else ()

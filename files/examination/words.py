"""What the words of a document say: marks of secrets, and what stands in the file but not on the page."""

from files.text import Reading
from units.texts import some_of

from .secrecy import FIRST_PAGE_CHARACTERS, secret_marks

_PAGED = ("pdf", "ofd")  # their form feeds are real pages; other first pages are as long as the standard's grid
_SHEETS = ("xlsx", "xls", "ods")  # each sheet is printed by itself
_PAGE_CHARACTERS = 5000  # of a real page, whatever it holds
_WIDEST_MARK = 32
KEPT_CHARACTERS = 50_000
NAMED = 5  # in one sentence: more do not help the reader

# what the probe says of the text → the policy's word for it
_FACTS = (
    ("dde", "dde"), ("fetches", "remote-content"), ("chunks", "alt-chunk"),
    ("revisions", "revisions"), ("comments", "comments"), ("hidden", "hidden-text"),
    ("hidden_sheets", "hidden-sheets"), ("links", "external-links"), ("drawn_only", "no-text"),
)  # fmt: skip


class Watch:
    """Looks for marks on first pages and behind them while the text passes."""

    def __init__(self, kind):
        self.room = _PAGE_CHARACTERS if kind in _PAGED else FIRST_PAGE_CHARACTERS
        self.every_page = kind in _SHEETS
        self.head, self.tail, self.is_first, self.has_words = "", "", True, False
        self.first, self.later = [], []
        self.kept, self.left = [], KEPT_CHARACTERS

    def take(self, text):
        self.has_words = self.has_words or bool(text.strip())
        self.left -= len(text)
        if self.left >= 0:
            self.kept.append(text)
        for number, part in enumerate(text.split("\f")):
            if number:
                self.end_page()
            self._take_part(part)

    def _take_part(self, part):
        if self.is_first:
            taken = part[: self.room - len(self.head)]
            self.head, part = self.head + taken, part[len(taken) :]
            if not part:
                return
            self._close()
        window = self.tail + part
        self.later += secret_marks(window)
        self.tail = window[-_WIDEST_MARK:]

    def _close(self):
        self.first += secret_marks(self.head)
        self.head, self.tail, self.is_first = "", self.head[-_WIDEST_MARK:], False

    def end_page(self):
        if self.is_first and self.head.strip():
            self._close()
        if self.every_page:
            self.is_first, self.tail = True, ""

    def tell(self, seen):
        if self.left >= 0:
            seen.words = "".join(self.kept)  # whoever wants them for search need not read them out again
        if self.is_first:
            self._close()
        if self.first:
            seen.tell("secret-mark", marks="、".join(dict.fromkeys(self.first)))
        elif self.later:
            seen.tell("secret-mention", marks="、".join(dict.fromkeys(self.later)))


def look_at_words(path, kind, seen, raw=None):
    """Tell into `seen` what the text of the document at `path` holds; `kind` is the key of a Kind that has a reader.

    `raw` is the text as a probe writes it, where one was begun already.
    """
    watch, reading = Watch(kind), Reading(path, kind, raw)
    for text in reading.blocks():
        watch.take(text)
    watch.tell(seen)
    if reading.facts is None:
        seen.tell("text-unread")
        return
    _tell_facts(reading.facts, seen)


def _tell_facts(facts, seen):
    if facts.get("broken"):
        seen.tell("package-part", what="文件内部的数据已损坏，读不出来")
    if marks := secret_marks(facts["concealed"]):
        seen.tell("secret-concealed", marks="、".join(marks))
    for fact, code in _FACTS:
        value = facts.get(fact)
        if isinstance(value, list):
            seen.tell(code, names=some_of(value, NAMED))
        elif value:
            seen.tell(code, count=value, what="图片或文字")

"""The paragraphs and tables of a Word document in the order in which they are read; inside the program `word` only.

A table becomes consecutive lines with tabs, which is the form of tables in a draft's text (paper/tables.py).
"""

import re

from files.probing.word_package import child, is_on, kind, value
from files.probing.word_runs import GAP, Runs
from files.probing.word_tables import rows_of

BLANKS = " 　\t\u00a0"
_INSIDE = frozenset(["w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag"])
_NO_BLANK_AFTER = re.compile(r"[、，。．.）)〕】》：:]$")
MOST_CHARACTERS = 400_000
DEEPEST = 40


class TooLongError(Exception):
    """More text than any draft may hold."""


class Notes:
    """Foot- and endnotes: marked in the text, given at its end."""

    def __init__(self, package):
        self.texts, self.used = {}, []
        for role, name in (("footnotes", "w:footnote"), ("endnotes", "w:endnote")):
            for root in package.of_role(role):
                for one in root:
                    if kind(one) == name and value(one, "type") in ("", "normal"):
                        self.texts[role, value(one, "id")] = one

    def refer(self, name: str, key: str) -> str:
        role = "footnotes" if name == "w:footnoteReference" else "endnotes"
        if (role, key) not in self.texts:
            return ""
        self.used.append(self.texts[role, key])
        return f"（注{len(self.used)}）"


class Story:
    """Reads a body into `lines`; `is_table` says of each whether it is a row of a table."""

    def __init__(self, styles, numbering, told, notes):
        self.styles, self.numbering, self.told, self.notes = styles, numbering, told, notes
        self.runs = Runs(styles, told, notes)
        self.lines: list[str] = []
        self.is_table: list[bool] = []
        self.carried, self.size = "", 0

    def read(self, node, depth: int = 0) -> None:
        if depth > DEEPEST:
            self.told.count("too_deep")
            return
        for one in node:
            name = kind(one)
            if name == "w:p":
                self._paragraph(one, depth)
            elif name == "w:tbl":
                self._table(one, depth)
            elif name in ("w:del", "w:moveFrom"):
                self.told.count("revisions")
            elif name in _INSIDE:
                self._inside(one, name, depth)
            elif name == "mc:AlternateContent":
                self.read(self._branch(one), depth + 1)
            elif name == "m:oMathPara":
                self.told.count("equations")
                self.add(GAP)
            elif name in ("w:altChunk", "w:subDoc"):
                self.told.count("sub_documents")

    def _branch(self, node):
        choice = child(node, "mc:Choice")
        return choice if choice is not None else next((one for one in node if kind(one) == "mc:Fallback"), ())

    def _inside(self, node, name: str, depth: int) -> None:
        if name == "w:sdt":
            properties = child(node, "w:sdtPr")
            if value(child(child(properties, "w:docPartObj"), "w:docPartGallery")) == "Table of Contents":
                self.told.count("contents")
                return
            if is_on(child(properties, "w:showingPlcHdr")):
                self.told.count("placeholders")
                return
        elif name in ("w:ins", "w:moveTo"):
            self.told.count("revisions")
        self.read(node, depth + 1)

    def _paragraph(self, node, depth: int) -> None:
        properties = child(node, "w:pPr")
        style = value(child(properties, "w:pStyle")) or self.styles.default
        was_contents = self.runs.fields.is_contents
        text = self.runs.text(node)
        boxes, self.runs.boxes = self.runs.boxes, []
        is_contents = (was_contents or self.runs.fields.is_contents) and not text.strip()
        if is_contents or self.styles.name(style).startswith("toc "):
            self.told.count("contents")
        elif self._is_joined(properties, text):
            self.carried += text
        else:
            self._finish(node, properties, style, self.carried + text)
            self.carried = ""
        for box in boxes:
            self.told.count("boxes")
            self.read(box, depth + 1)

    def _is_joined(self, properties, text: str) -> bool:
        """Its mark is deleted or hidden: what follows stands in one paragraph with it."""
        mark = child(properties, "w:rPr")
        if any(child(mark, name) is not None for name in ("w:del", "w:moveFrom")):
            return True
        return is_on(child(mark, "w:vanish")) and child(properties, "w:sectPr") is None

    def _finish(self, node, properties, style: str, text: str) -> None:
        for name in ("w:pPrChange", "w:numberingChange"):
            if child(properties, name) is not None:
                self.told.count("revisions")
        if child(child(properties, "w:rPr"), "w:ins") is not None:
            self.told.count("revisions")
        place = self.numbering.place(properties, style)
        if place is not None and not self._is_cell_filler(node, text):
            number, suffix = self.numbering.next(place)
            text = _numbered(number, suffix, text)
        for line in text.split("\n"):
            self.add(line.strip(BLANKS))

    def _is_cell_filler(self, node, text: str) -> bool:
        """The empty paragraph that a cell has to have shows no number."""
        parent = node.getparent()
        return not text.strip() and parent is not None and kind(parent) == "w:tc" and len(parent) <= 2

    def add(self, line: str, *, is_table: bool = False) -> None:
        self.size += len(line) + 1
        if self.size > MOST_CHARACTERS:
            raise TooLongError
        if line or is_table:
            self.lines.append(line)
            self.is_table.append(is_table)

    def flush(self) -> None:
        """The end of a body: what a deleted mark has joined to nothing stands alone."""
        if self.carried.strip():
            for line in self.carried.split("\n"):
                self.add(line.strip(BLANKS))
        self.carried = ""

    def _table(self, node, depth: int) -> None:
        self.flush()
        rows = rows_of(node, self, depth)
        if len(rows) == 1 or (rows and max(map(len, rows)) == 1):  # a frame around text is no table
            self.told.count("frames")
            for cell in (cell for row in rows for cell in row):
                self.add(cell)
            return
        if rows and self.is_table and self.is_table[-1]:
            self.add("", is_table=True)  # two tables, one after the other
        for row in rows:
            self.add("\t".join(row), is_table=True)

    def inner(self) -> "Story":
        """A story of a cell: counts on in the same lists, its lines apart."""
        found = Story(self.styles, self.numbering, self.told, self.notes)
        found.runs.fields = self.runs.fields
        return found


def _numbered(number: str, suffix: str, text: str) -> str:
    """`一、` and the text close up, as the page sets them; a figure is kept from a figure."""
    text = text.lstrip(BLANKS)
    if not number or not text:
        return number + text
    if suffix == "nothing":
        return number + text
    if suffix == "space":
        return f"{number} {text}"
    touches = number[-1:] == "." and text[:1].isdigit()
    return number + text if _NO_BLANK_AFTER.search(number) and not touches else f"{number} {text}"

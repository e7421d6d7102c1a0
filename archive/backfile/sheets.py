"""Lines of an Excel workbook (ECMA-376, .xlsx and .xlsm) with the type of each cell, read as a stream.

A library for values alone is not enough here: what decides is whether a number has a date format, a formula a result,
a row is hidden, a cell covered by a merged one. Memory: the shared strings and one row.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from files.zips import Archive, Entry, Policy, ZipFaultError

from . import formats
from .cells import BadCatalogue, Cell, Kind, Line, day_of_serial
from .merges import Merges

POLICY = Policy(max_unpacked_bytes=2**30, max_ratio=400, takes_inner_ends=True)  # blank rows pack without bound
LARGEST_PART = 128 * 2**20  # bytes of each part but the sheets
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_OFFICE = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
HOLDING = ("{*}v", "{*}is", "{*}f")  # a cell without any of these is empty
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Sheet:
    """One worksheet of the workbook."""

    name: str
    part: str
    is_hidden: bool = False


class Workbook:
    """An open workbook: its `sheets`, and `lines(sheet)`. Raises BadCatalogue."""

    def __init__(self, path: Path) -> None:
        self.title = path.name
        try:
            self.archive = Archive(path, POLICY)
        except (ZipFaultError, OSError) as error:
            raise self._damaged() from error
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.archive.__exit__()

    def _damaged(self, why: str = "") -> BadCatalogue:
        told = f"（{why.rstrip('。')}）" if why else ""
        return BadCatalogue(f"目录文件“{self.title}”已损坏，不是可读取的 Excel 文件{told}，请用模板另存后再导入。")

    def _open(self) -> None:
        if self.archive.faults:
            raise self._damaged(self.archive.faults[0].what)
        self.parts: dict[str, Entry] = {entry.name.casefold(): entry for entry in self.archive.entries}
        book = self._xml("xl/workbook.xml")
        kinds = {one.get("Id"): one for one in self._xml("xl/_rels/workbook.xml.rels")}
        marked = book.find("{*}workbookPr")
        self.is_1904 = marked is not None and marked.get("date1904", "0") in ("1", "true", "on")
        self.sheets: list[Sheet] = []
        for one in book.iterfind("{*}sheets/{*}sheet"):
            relation = kinds.get(one.get(_OFFICE) or one.get(_STRICT_OFFICE))
            if relation is None or not relation.get("Type", "").endswith("/worksheet"):
                continue
            part = posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
            self.sheets.append(Sheet(one.get("name", ""), part, one.get("state", "visible") != "visible"))
        self.forms = self._number_formats()

    def _blocks(self, part: str) -> Iterator[bytes]:
        entry = self.parts.get(part.casefold())
        if entry is None:
            raise self._damaged(f"缺少 {part}")
        try:
            for at, block in enumerate(self.archive.blocks(entry)):
                if at == 0 and b"<!DOCTYPE" in block:  # entities would hide text
                    raise self._damaged(f"{part} 带有文档类型声明")
                yield block
        except ZipFaultError as error:
            raise self._damaged(error.fault.what) from error

    def _elements(self, part: str, *tags: str) -> Iterator[etree._Element]:
        """Every element of these tags at its end; the caller has it until the next."""
        parser = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )
        try:
            for block in self._blocks(part):
                parser.feed(block)
                for _, element in parser.read_events():
                    yield element
                    _forget(element)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"{part} 不是完整的 XML") from error

    def _xml(self, part: str) -> etree._Element:
        entry = self.parts.get(part.casefold())
        if entry is not None and entry.unpacked > LARGEST_PART:
            raise self._damaged(f"{part} 过大")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(b"".join(self._blocks(part)), parser)
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"{part} 不是完整的 XML") from error

    def _number_formats(self) -> list[str]:
        """The format code of each cell style; "" for General."""
        if "xl/styles.xml" not in self.parts:
            return []
        styles = self._xml("xl/styles.xml")
        own = {
            int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        used = [int(one.get("numFmtId", 0)) for one in styles.iterfind("{*}cellXfs/{*}xf")]
        return [own.get(number, formats.BUILT_IN.get(number, "")) for number in used]

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, read when the first cell asks for one."""
        entry = self.parts.get("xl/sharedstrings.xml")
        if entry is None:
            return []
        if entry.unpacked > LARGEST_PART:
            raise BadCatalogue(f"目录文件“{self.title}”的文字超过 {LARGEST_PART >> 20} MB，请分成几个文件导入。")
        return [_rich_text(one) for one in self._elements("xl/sharedStrings.xml", "si")]

    def lines(self, sheet: Sheet, limit: int | None = None) -> Iterator[Line]:
        """Lines that hold something, in order, merged cells filled down; `limit` is the last line wanted."""
        merges = Merges(self._blocks(sheet.part))
        number = 0
        for element in self._elements(sheet.part, "row"):
            try:
                number = int(element.get("r", number + 1))
                if next(element.iter(*HOLDING), None) is None:  # a million formatted blank rows are nothing
                    continue
                line = Line(number, is_hidden=element.get("hidden") in ("1", "true"))
                self._fill(line, element)
            except ValueError as error:
                raise self._damaged(f"工作表“{sheet.name}”第 {number} 行的内容不能识别") from error
            if limit is not None and number > limit:
                return
            merges.lay_on(line)
            if line.cells:
                yield line

    def hidden_columns(self, sheet: Sheet) -> set[int]:
        """Columns that the sheet does not show."""
        found: set[int] = set()
        for element in self._elements(sheet.part, "cols", "row"):
            for one in element.iterfind("{*}col"):
                if one.get("hidden") in ("1", "true"):
                    found |= set(range(int(one.get("min", 0)), min(int(one.get("max", 0)), 512) + 1))
            break
        return found

    def _fill(self, line: Line, element: etree._Element) -> None:
        column = 0
        for one in element:
            if not isinstance(one.tag, str) or not one.tag.endswith("}c"):
                continue
            reference = one.get("r")
            column = _column(reference) if reference else column + 1
            cell = self._cell(one, line.number, column) if len(one) else None
            if cell is not None:
                line.cells[column] = cell

    def _cell(self, one: etree._Element, line: int, column: int) -> Cell | None:
        """None for an empty cell. Types: ECMA-376-1 18.18.11."""
        kind, parts = one.get("t", "n"), {etree.QName(child).localname: child for child in one.iterchildren("{*}*")}
        value, is_formula = parts["v"].text or "" if "v" in parts else "", "f" in parts
        if is_formula and not value and (kind != "str" or "v" not in parts):
            return Cell(line, column, Kind.UNCALCULATED, "公式", is_formula=True)
        if kind == "inlineStr":
            value = _rich_text(parts["is"]) if "is" in parts else ""
        elif kind == "s" and value:
            value = self._shared(int(value))
        elif kind == "str":
            value = _unescaped(value)
        if not value:
            return None
        if kind in ("s", "str", "inlineStr", "d"):  # "d": a day as text, written by few programs, read as a text is
            return Cell(line, column, Kind.TEXT, value, is_formula=is_formula)
        if kind in ("e", "b"):
            text = value if kind == "e" else {"1": "TRUE", "0": "FALSE"}.get(value, value)
            return Cell(line, column, Kind.ERROR if kind == "e" else Kind.BOOLEAN, text, is_formula=is_formula)
        return self._numeric(one, value, line, column, is_formula)

    def _shared(self, place: int) -> str:
        if not 0 <= place < len(self.strings):
            raise ValueError(place)
        return self.strings[place]

    def _numeric(self, one: etree._Element, value: str, line: int, column: int, is_formula: bool) -> Cell:
        number, style = float(value), int(one.get("s", 0))
        if number != number or number in (float("inf"), float("-inf")):
            return Cell(line, column, Kind.ERROR, value, is_formula=is_formula)
        form = self.forms[style] if 0 <= style < len(self.forms) else ""
        if not formats.is_date(form):
            return Cell(line, column, Kind.NUMBER, value, number, form, self.is_1904, is_formula)
        day = day_of_serial(number, is_1904=self.is_1904)
        return Cell(line, column, Kind.DATE, day.isoformat() if day else value, number, form, self.is_1904, is_formula)


def _forget(element: etree._Element) -> None:
    """Free what was read; without it the whole sheet stays in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _column(reference: str) -> int:
    column = 0
    for char in reference:
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - 64
    return column


def _rich_text(element: etree._Element) -> str:
    """The text of its runs; what is said about pronunciation (rPh) is none of it."""
    parts = []
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [one.text or "" for one in child.iterfind("{*}t")]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """_x000D_ is how the format writes a character that XML cannot hold (ECMA-376-1 22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text

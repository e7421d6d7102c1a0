"""Lines of a text file with separators (comma, semicolon, tab, bar) in UTF-8, UTF-16 or GB18030, marked or not."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from files.text import Misreading

from .cells import BadCatalogue, Cell, Kind, Line

SEPARATORS = (",", "\t", ";", "|", "，", "；")
LONGEST_CELL = 100_000
HEAD_BYTES = 65_536
_SEP_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_WIDE = re.compile("[\u2010-\u203f\u3000-\u9fff\uff01-\uff5e]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how people keep Excel from reading 00123 as a number
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _candidates(head: bytes) -> tuple[str, ...]:
    """The encodings to try, in order. UTF-16 without its mark shows by NULs in every other place only."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return (encoding,)
    nulls = [at % 2 for at, byte in enumerate(head) if byte == 0]
    if nulls and len(set(nulls)) == 1:
        return ("utf-16-le",) if nulls[0] else ("utf-16-be",)
    return () if nulls else ("utf-8", "gb18030")


def encoding_of(path: Path) -> str:
    """The first encoding that reads the whole file; it is read once for that, block by block. Raises BadCatalogue."""
    with path.open("rb") as file:
        candidates = _candidates(file.read(HEAD_BYTES))
    for encoding in candidates:
        if encoding == "gb18030" and (line := _bad_byte(path)):
            raise BadCatalogue(f"目录文件“{path.name}”是 UTF-8 编码，但第 {line} 行有损坏的字节，请修正后重新保存。")
        watched = Misreading()
        try:
            with path.open("r", encoding=encoding, newline="") as file:
                while block := file.read(1 << 20):
                    watched.watch(block)
        except UnicodeError:
            continue
        if encoding == "utf-8" and watched.is_likely:
            continue
        return encoding
    raise BadCatalogue(f"目录文件“{path.name}”的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或用 Excel 模板。")


def _bad_byte(path: Path) -> int:
    """The line (of the file) of the first broken byte in what else is UTF-8; 0 when it is another encoding altogether.

    GB18030 reads almost any bytes: without this, one broken byte would turn the whole table into other characters.
    """
    first, lines, whole, broken = 0, 1, 0, 0
    with path.open("r", encoding="utf-8", errors="replace", newline="") as file:
        while block := file.read(1 << 20):
            found = block.count("\ufffd")
            if found and not first:
                first = lines + block[: block.index("\ufffd")].count("\n")
            lines += block.count("\n")
            broken += found
            whole += len(_WIDE.findall(block))
    return first if whole > 4 * broken else 0


def declared_separator(path: Path, encoding: str) -> str:
    """What a first line `sep=;` says; "" without one."""
    with path.open("r", encoding=encoding, newline="") as file:
        first = file.readline(200).lstrip("\ufeff")
    match = _SEP_LINE.fullmatch(first.rstrip("\r\n"))
    return match[1] if match else ""


def lines(path: Path, encoding: str, separator: str) -> Iterator[Line]:
    """Lines as a spreadsheet counts them: a cell with line breaks is one line of the sheet, `sep=` is none.

    Raises BadCatalogue for quotes that do not pair: what follows them cannot be told apart.
    """
    csv.field_size_limit(LONGEST_CELL)
    declared = bool(declared_separator(path, encoding))
    with path.open("r", encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        number = -1 if declared else 0
        while True:
            began = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadCatalogue(_broken(began, error)) from error
            number += 1
            if number:
                yield _line(number, fields)


def _broken(began: int, error: csv.Error) -> str:
    if "field limit" in str(error) or "field larger" in str(error):
        return f"文件第 {began} 行起有单元格超过 {LONGEST_CELL} 个字，多半是引号不成对，请检查。"
    return f"文件第 {began} 行起引号不成对，后面的行不能分开；请检查引号（单元格内的引号要写两个），或改用 Excel 模板。"


def _line(number: int, fields: list[str]) -> Line:
    line = Line(number, width=len(fields))
    for column, text in enumerate(fields, start=1):
        text = text.lstrip("\ufeff") if number == 1 and column == 1 else text
        if match := _AS_TEXT.fullmatch(text.strip()):
            line.cells[column] = Cell(number, column, Kind.TEXT, match[1])
        elif text.strip():
            line.cells[column] = Cell(number, column, Kind.LOOSE, text)
    return line

"""Rows of a catalogue, one after the other: CSV in UTF-8, UTF-16 or GB18030, or the first sheet of an Excel file."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import python_calamine

from files.text import encodings_for

from .columns import columns_of

MARK = b"PK\3\4"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
LONGEST_CELL = 100_000


class BadCatalogue(ValueError):
    """The catalogue as a whole cannot be read; `faults` are sentences."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(faults))


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line as the spreadsheet counts it, identifier → text) of every row that is not empty. Raises BadCatalogue."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise BadCatalogue(f"目录文件“{path.name}”不能读取（{error.strerror}）。") from error
    if not head:
        raise BadCatalogue(f"目录文件“{path.name}”是空的。")
    lines = _sheet(path) if head in (MARK, OLD_EXCEL) else _csv(path)
    names: dict[int, str] | None = None
    for number, cells in lines:
        if names is None:
            names, faults = columns_of(cells)
            if faults:
                raise BadCatalogue(*faults)
        elif any(cell.strip() for cell in cells):
            yield number, {name: cells[place] for place, name in names.items() if place < len(cells)}
    if names is None:
        raise BadCatalogue(f"目录文件“{path.name}”没有列名，请用模板。")


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open("r", encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadCatalogue(f"第 {reader.line_num} 行不能读取（{error}），请检查引号和单元格长度。") from error
            except UnicodeDecodeError as error:
                raise BadCatalogue(
                    f"第 {reader.line_num + 1} 行之后文字编码无法识别，请另存为 UTF-8 编码的 CSV。"
                ) from error
            yield reader.line_num, cells


def _encoding(path: Path) -> str:
    """The first encoding that reads the whole file; it is read once for that, block by block."""
    with path.open("rb") as file:
        candidates = encodings_for(file.read(3))
    for encoding in candidates:
        try:
            with path.open("r", encoding=encoding, newline="") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeError:
            continue
        return "utf-8-sig" if encoding == "utf-8" else encoding
    raise BadCatalogue(f"目录文件“{path.name}”的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或用 Excel 模板。")


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1 + (sheet.start[0] if sheet.start else 0)):
            yield number, [_shown(cell) for cell in cells]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        if isinstance(error, BadCatalogue):
            raise
        raise BadCatalogue(f"目录文件“{path.name}”不是可读取的 Excel 文件，请用模板另存后再导入。") from error


def _shown(cell) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y%m%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)

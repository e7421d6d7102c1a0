"""The catalogue back as a workbook: each faulty cell coloured, with a note in it, and a sheet of all findings.

An .xlsx comes back as itself, with its other sheets, widths and formulas; what is none, or is too large to be held in
memory, is written anew row by row. Mended in place, it can be uploaded again.
"""

import logging
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .cells import Kind, Line
from .columns import COLUMNS
from .natures import WORKBOOK, nature_of
from .reading import Catalogue, read

SHEET, OWN = "检查结果", "归档文件目录"
HEAD = ("行", "列", "单元格", "程度", "问题")
WIDTHS = (8, 14, 10, 10, 100)
REFUSED, REMARKED = "不能归档", "提示"
RED, YELLOW = "F8CBAD", "FFF2CC"
LONGEST_CELL, LONGEST_NOTE = 32_767, 30_000  # characters; Excel's limits
LARGEST_HELD = 32 * 2**20  # bytes of all parts of an .xlsx, unpacked, that may be held in memory (ten times that)
AUTHOR = "归档检查"
DAYS_OF_1904 = 1462  # between the two calendars of Excel
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mark:
    """One finding: `line` as the sheet counts it (0: the whole), `column` as in COLUMNS ("": the row).

    `is_quiet`: it stands in the list of findings, and colours no cell.
    """

    line: int
    column: str
    is_refusal: bool
    message: str
    is_quiet: bool = False

    @property
    def severity(self) -> str:
        return REFUSED if self.is_refusal else REMARKED


def write(catalogue: Path, target: Path, marks: Callable[[], Iterable[Mark]]) -> None:
    """Write the workbook for `catalogue`; `marks` gives findings in the order of their lines. Raises BadCatalogue."""
    read_again = read(catalogue)
    places = {name: column for column, name in read_again.heading.names.items()}
    if _can_be_held(catalogue):
        try:
            book = openpyxl.load_workbook(catalogue, rich_text=True)
            return _mark_in_place(book, book[read_again.sheet], places, target, marks())
        except Exception as error:  # what Excel opens and openpyxl does not: written anew, never without a report
            logger.warning("A catalogue is not marked in place: %s", type(error).__name__)
    return _write_anew(read_again, places, target, marks())


def _can_be_held(catalogue: Path) -> bool:
    if nature_of(catalogue) != WORKBOOK:
        return False
    with zipfile.ZipFile(catalogue) as parts:
        return sum(one.file_size for one in parts.infolist()) <= LARGEST_HELD


def _note(marks: list[Mark]) -> str:
    return "\n".join(f"{one.severity}：{one.message}" for one in marks)[:LONGEST_NOTE]


def _by_line(marks: Iterable[Mark]) -> Iterator[tuple[int, list[Mark]]]:
    line, found = -1, []
    for mark in marks:
        if mark.line != line:
            if found:
                yield line, found
            line, found = mark.line, []
        found.append(mark)
    if found:
        yield line, found


def _cells(marks: list[Mark], places: dict[str, int]) -> dict[int, list[Mark]]:
    """Column of the sheet (1 = A) → what is said of it; what is said of the row as a whole stands at its first cell."""
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        if not mark.is_quiet:
            found.setdefault(places.get(mark.column, 1), []).append(mark)
    return found


def _listed(mark: Mark, places: dict[str, int]) -> tuple[object, ...]:
    label = COLUMNS[mark.column][0] if mark.column else ""
    place = places.get(mark.column)
    cell = f"{get_column_letter(place)}{mark.line}" if mark.line and place else ""
    return mark.line or "", label, cell, mark.severity, mark.message


# ---------------------------------------------------------------- in place


def _mark_in_place(book, sheet: Worksheet, places: dict[str, int], target: Path, marks: Iterable[Mark]) -> None:
    findings = _new_sheet(book, _name_beside(sheet.title))
    for line, said in _by_line(marks):
        for mark in said:
            findings.append([_safe(value) for value in _listed(mark, places)])
        for column, own in _cells(said, places).items() if line else ():
            _mark_cell(sheet, line, column, own)
    findings.auto_filter.ref = findings.dimensions
    book.save(target)


def _name_beside(catalogue: str) -> str:
    """The name of the sheet of findings; a catalogue may bear it itself."""
    return SHEET if catalogue != SHEET else f"{SHEET}2"


def _new_sheet(book, name: str) -> Worksheet:
    """The sheet of findings, last; that of an earlier round goes."""
    if name in book.sheetnames:
        book.remove(book[name])
    sheet = book.create_sheet(name)
    sheet.append(list(HEAD))
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    return sheet


def _mark_cell(sheet: Worksheet, line: int, column: int, own: list[Mark]) -> None:
    cell = sheet.cell(line, column)
    for merged in sheet.merged_cells.ranges:
        if cell.coordinate in merged:
            cell = sheet.cell(merged.min_row, merged.min_col)
            break
    colour = RED if any(one.is_refusal for one in own) else YELLOW
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    before = f"{cell.comment.text}\n" if cell.comment and cell.comment.author != AUTHOR else ""
    cell.comment = Comment((before + _note(own))[:LONGEST_NOTE], AUTHOR, height=40 + 30 * len(own), width=320)


def _safe(value: object) -> object:
    """A sentence never becomes a formula, nor breaks the file."""
    if not isinstance(value, str):
        return value
    plain = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "？", value)[:LONGEST_CELL]
    return f"'{plain}" if plain.startswith("=") else plain


# -------------------------------------------------------------------- anew


def _write_anew(catalogue: Catalogue, places: dict[str, int], target: Path, marks: Iterable[Mark]) -> None:
    """Row by row, lines and marks side by side; memory is one row and the notes."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": target.parent}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet(catalogue.sheet or OWN)
    findings = book.add_worksheet(_name_beside(catalogue.sheet))
    painted = Painted(book)
    findings.write_row(0, 0, HEAD)
    for number, width in enumerate(WIDTHS):
        findings.set_column(number, number, width)
    for name, place in places.items():
        sheet.set_column(place - 1, place - 1, 40 if name in ("title", "file") else 16)
    sheet.freeze_panes(catalogue.heading.last, 0)
    said, row = _by_line(marks), 1
    current = next(said, None)
    for line in catalogue.lines():
        while current is not None and current[0] < line.number:
            row, current = _list_all(findings, row, current, places), next(said, None)
        own = current[1] if current is not None and current[0] == line.number else []
        _write_line(sheet, line, _cells(own, places), painted)
        if own:
            row, current = _list_all(findings, row, current, places), next(said, None)
    while current is not None:
        row, current = _list_all(findings, row, current, places), next(said, None)
    findings.autofilter(0, 0, max(row - 1, 1), len(HEAD) - 1)
    book.close()


class Painted:
    """The formats of a workbook by colour and number format, each made once."""

    def __init__(self, book) -> None:
        self.book, self.made = book, {}

    def __call__(self, colour: str, form: str = "@"):
        if (colour, form) not in self.made:
            look = {"num_format": form} | ({"bg_color": f"#{colour}"} if colour else {})
            self.made[colour, form] = self.book.add_format(look)
        return self.made[colour, form]


def _list_all(findings, row: int, said: tuple[int, list[Mark]], places: dict[str, int]) -> int:
    for mark in said[1]:
        for column, value in enumerate(_listed(mark, places)):
            findings.write(row, column, _safe(value))
        row += 1
    return row


def _write_line(sheet, line: Line, own: dict[int, list[Mark]], painted: Painted) -> None:
    """Texts as texts, so that no leading zero and no long number is lost on the way back; numbers and days as such."""
    for column in sorted({*line.cells, *own}):
        cell, said = line.cells.get(column), own.get(column, [])
        colour = "" if not said else RED if any(one.is_refusal for one in said) else YELLOW
        if cell is not None and cell.number is not None:
            serial = cell.number + (DAYS_OF_1904 if cell.is_1904 and cell.kind is Kind.DATE else 0)
            sheet.write_number(line.number - 1, column - 1, serial, painted(colour, cell.form or "General"))
        else:
            sheet.write_string(line.number - 1, column - 1, _plain(cell.text if cell else ""), painted(colour))
        if said:
            sheet.write_comment(line.number - 1, column - 1, _note(said), {"author": AUTHOR, "x_scale": 2.5})


def _plain(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "？", text)[:LONGEST_CELL]

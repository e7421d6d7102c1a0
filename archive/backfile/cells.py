"""A cell as the spreadsheet has it: its kind, its place, what it shows; nothing of what its column means."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

LONGEST_SERIAL = 2_958_465  # 9999-12-31, the last day Excel shows
EXACT_DIGITS = 15  # a number keeps no more


class BadCatalogue(ValueError):
    """The catalogue as a whole cannot be read; `faults` are sentences."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(faults))


class Kind(Enum):
    TEXT = "文字"
    LOOSE = "无类型"  # a field of a text file: whoever saved it may have changed it before
    NUMBER = "数字"
    DATE = "日期"
    BOOLEAN = "逻辑值"
    ERROR = "错误值"
    UNCALCULATED = "公式没有结果"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty.

    text       as given: the characters, the number as the file writes it, the error's name
    number     of NUMBER and DATE (there the serial, in days); None otherwise
    form       the number format's code, "" for General
    is_1904    serials count from 1904-01-01, not from 1900
    span       "B3:B7" of a cell in a merged range; `is_filled` when it is not the first and has the first one's value
    """

    line: int
    column: int
    kind: Kind
    text: str
    number: float | None = None
    form: str = ""
    is_1904: bool = False
    is_formula: bool = False
    span: str = ""
    is_filled: bool = False

    @property
    def is_whole(self) -> bool:
        return self.number is not None and float(self.number).is_integer()

    @property
    def digits(self) -> str:
        """The whole number in full, never as a power of ten."""
        return str(int(self.number)) if self.is_whole else self.text


@dataclass
class Line:
    """One line of a sheet: its cells by column (1 = A)."""

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)
    is_hidden: bool = False
    width: int | None = None  # of a text file: fields on the line


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_of(reference: str) -> tuple[int, int]:
    """ "C7" → (7, 3); raises ValueError for anything else."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def target(line: int, column: int = 0, label: str = "") -> str:
    """What a finding is about, for people: 第7行 C列（日期）."""
    place = f"第{line}行"
    if column:
        place += f" {letters(column)}列"
    return f"{place}（{label}）" if label else place


def day_of_serial(serial: float, *, is_1904: bool) -> date | None:
    """The day a serial stands for; None outside Excel's range and for its 29 February 1900, which never was.

    ECMA-376-1 18.17.4.1: serial 1 is 1900-01-01 and 1900 counts as a leap year; in 1904 books 0 is 1904-01-01.
    """
    whole = int(serial // 1)
    if is_1904:
        return date(1904, 1, 1) + timedelta(whole) if 0 <= whole <= LONGEST_SERIAL - 1462 else None
    if not 1 <= whole <= LONGEST_SERIAL or whole == 60:
        return None
    return date(1899, 12, 31 if whole < 60 else 30) + timedelta(whole)

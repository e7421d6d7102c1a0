"""A day out of a cell. One function for every column of days; a wrong reading is worse than a refusal.

How exact a day is stays as given (年, 月, 日; domain 3.8). What can be read in two ways is refused, or told with both.
"""

import re
from dataclasses import dataclass
from datetime import date

from ..states import Precision
from . import formats
from .cells import Cell, Kind, day_of_serial

EARLIEST_YEAR = 1900
FIRST_OF_REPUBLIC = 1912  # 民国元年
UNKNOWN_WORDS = {"不详", "无", "未知", "不明", "无日期", "日期不详", "[不详]", "缺"}
RIGHT = "应写成 20110105 的样式，只知年份可写 2011，不详请留空"

_FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CLOCK = re.compile(r"(?<=[0-9日号])(?:T| +)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.0+)?)?$", re.ASCII)
_SEPARATED = re.compile(r"(\d{4}) ?([-./ ]) ?(\d{1,2})(?: ?\2 ?(\d{1,2}))?", re.ASCII)
_WORDED = re.compile(r"([^年月日号]+)年(?:([^年月日号]+)月(?:([^年月日号]+)[日号])?)?")
_REPUBLIC = re.compile(r"(?:中华|中華)?民[国國] ?(元|[^年月日号]{1,4}?) ?年(.*)")
_DIGIT = {
    **{char: str(at) for at, char in enumerate("零一二三四五六七八九")},
    **{char: str(at) for at, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **dict.fromkeys("〇○◯ＯOoΟ", "0"),
    **{"貳": "2", "參": "3", "陸": "6"},
}
_TENS = str.maketrans({"拾": "十", "廿": "二十", "卅": "三十"})


@dataclass(frozen=True)
class Reading:
    """`day` is the first of what is known; `fault` a sentence when nothing may be filed, `remarks` beside it."""

    day: date | None = None
    precision: Precision = Precision.UNKNOWN
    remarks: tuple[str, ...] = ()
    fault: str = ""


class _Unreadable(ValueError):
    """Why; a clause for the sentence."""


def read_date(cell: Cell | None, *, today: date) -> Reading:
    """The day in `cell`; no cell, and the words for unknown, are unknown. Days after `today` are faults."""
    if cell is None or (cell.number is None and _folded(cell.text) in UNKNOWN_WORDS | {""}):
        return Reading()
    try:
        if cell.kind is Kind.DATE:
            return _of_date(cell, today)
        if cell.kind is Kind.NUMBER:
            return _of_number(cell, today)
        return _of_text(cell, today)
    except _Unreadable as why:
        return Reading(fault=f"日期“{cell.text[:30]}”{why}；{RIGHT}。")


def read_year(cell: Cell, *, today: date) -> tuple[int | None, str]:
    """(a class year, fault): four digits, with or without 年 or 年度, in Chinese numerals too."""
    right = f"应为 {EARLIEST_YEAR} 年至今的四位数字"
    text = cell.digits if cell.kind is Kind.NUMBER else re.sub(r" ?年度?$|\.0$", "", _folded(cell.text))
    if cell.kind is Kind.DATE:
        day, shown = day_of_serial(cell.number, is_1904=cell.is_1904), formats.shown_parts(cell.form)
        if day is None or shown is not Precision.YEAR or _is_year(cell, today):
            told = f"（{_spoken(day, Precision.DAY)}）" if day else ""
            return None, f"年度是日期单元格“{cell.text[:20]}”{told}，{right}，请将单元格设为文本后重填。"
        text = str(day.year)
    try:
        year = int(_year_digits(text))
    except _Unreadable:
        year = 0
    if EARLIEST_YEAR <= year <= today.year:
        return year, ""
    return None, f"年度“{cell.text[:20]}”不对，{right}。"


def _folded(text: str) -> str:
    text = re.sub(r"\s+", " ", _INVISIBLE.sub("", text.translate(_FULL).translate(_DASHES)))
    return text.strip().removeprefix("'")


def _spoken(day: date, precision: Precision) -> str:
    parts = {Precision.YEAR: "", Precision.MONTH: f"{day.month}月"}.get(precision, f"{day.month}月{day.day}日")
    return f"{day.year}年{parts}"


def _made(year: int, month: int | None, day: int | None, today: date, remarks: tuple[str, ...] = ()) -> Reading:
    if month == 0 or day == 0:
        raise _Unreadable("的月或日是 0，不能当作月份或日期；只知年份请只写四位年份")
    if year < EARLIEST_YEAR:
        raise _Unreadable(f"的年份是 {year}，早于 {EARLIEST_YEAR} 年，请核对")
    if month is not None and month > 12:
        raise _Unreadable(f"的月份是 {month}")
    try:
        made = date(year, month or 1, day or 1)
    except ValueError:
        raise _Unreadable(f"：{year}年{month}月没有{day}日") from None
    if made > today:
        raise _Unreadable("在今天之后，请核对")
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return Reading(made, precision, remarks)


def _of_text(cell: Cell, today: date) -> Reading:
    text, remarks = _CLOCK.sub("", _folded(cell.text).removeprefix("公元").strip()), ()
    if match := _REPUBLIC.fullmatch(text):
        year = FIRST_OF_REPUBLIC - 1 + (1 if match[1] == "元" else _small(match[1]))
        text = f"{year}年{match[2]}"
        remarks = (f"民国纪年“{cell.text[:20]}”已换算为公元 {year} 年，请核对。",)
    if match := _SEPARATED.fullmatch(text):
        year, mark, month, day = match.groups()
        if cell.kind is Kind.LOOSE and mark == "." and month == "1" and day is None:
            remarks += (f"“{text}”按 {year}年1月著录；若原为 {year}.10，是另存时丢了末尾的 0，请核对。",)
        return _made(int(year), int(month), int(day) if day else None, today, remarks)
    if match := _WORDED.fullmatch(text):
        year, month, day = (part and part.strip() for part in match.groups())
        return _made(
            int(_year_digits(year)), _small(month) if month else None, _small(day) if day else None, today, remarks
        )
    return _of_run(text, today)


def _of_run(text: str, today: date) -> Reading:
    """Digits without separators: 8, 6 or 4 of them, nothing else."""
    if not re.fullmatch(r"[0-9]+", text):
        raise _Unreadable("不能识别")
    if len(text) == 8:
        return _made(int(text[:4]), int(text[4:6]), int(text[6:]), today)
    if len(text) == 4:
        return _made(int(text), None, None, today)
    if len(text) != 6:
        raise _Unreadable(f"是 {len(text)} 位数字，年月日不能确定")
    reading = _made(int(text[:4]), int(text[4:]), None, today)
    try:
        other = date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return reading
    if other > today:
        return reading
    told = f"六位数字“{text}”按{_spoken(reading.day, Precision.MONTH)}著录；也可能是{_spoken(other, Precision.DAY)}，请核对。"
    return Reading(reading.day, reading.precision, (told,))


def _of_number(cell: Cell, today: date) -> Reading:
    """A number that no date format is laid on: digits of a day, or a serial when it can be nothing else."""
    serial = _serial(cell, today)
    if serial is not None:
        told = f"数字“{cell.text[:20]}”不是日期单元格，按 Excel 日期序号读作{_spoken(serial, Precision.DAY)}；若本意不是这一天，请更正。"
        return Reading(serial, Precision.DAY, (told,))
    if not cell.is_whole:
        raise _Unreadable("是带小数的数字：Excel 会去掉末尾的 0，2003.10 与 2003.1 不能区分，请设为文本后重填")
    return _of_run(cell.digits, today)


def _serial(cell: Cell, today: date) -> date | None:
    """The day when five digits are plausible as a serial: not after today, and not year and month (20034) as well."""
    if not 10_000 <= cell.number < 100_000:
        return None
    digits = str(int(cell.number))
    if digits[4] != "0" and EARLIEST_YEAR <= int(digits[:4]) <= today.year:
        raise _Unreadable(f"可能是{digits[:4]}年{digits[4]}月，也可能是 Excel 日期序号，不能确定")
    day = day_of_serial(cell.number, is_1904=cell.is_1904)
    return day if day and day <= today else None


def _is_year(cell: Cell, today: date) -> bool:
    """Whether somebody typed a year into a cell with a date format: it then shows a day of 1905."""
    return cell.is_whole and EARLIEST_YEAR <= cell.number <= today.year


def _of_date(cell: Cell, today: date) -> Reading:
    day, shown = day_of_serial(cell.number, is_1904=cell.is_1904), formats.shown_parts(cell.form)
    if day is None:
        reading = _of_run(cell.digits, today)
        told = f"单元格设为日期格式，但数值是 {cell.digits}，按{_spoken(reading.day, reading.precision)}著录，请核对。"
        return Reading(reading.day, reading.precision, (*reading.remarks, told))
    if shown is None:
        raise _Unreadable(f"的单元格不显示年份，{day.year}年是 Excel 自动补上的，请写明年份")
    if _is_year(cell, today):
        raise _Unreadable(f"的单元格显示{_spoken(day, Precision.DAY)}，而数值 {cell.digits} 更像年份，不能确定")
    is_first = day.day == 1 and (shown is Precision.MONTH or day.month == 1)
    if shown is Precision.DAY:
        return _made(day.year, day.month, day.day, today)
    whole, told = _spoken(day, Precision.DAY), f"单元格只显示{'年份' if shown is Precision.YEAR else '年月'}"
    if not is_first:
        return _made(day.year, day.month, day.day, today, (f"{told}，其中的日期是{whole}，按后者著录，请核对。",))
    part = _spoken(day, shown)
    remarks = (f"{told}，按“{part}”著录（其中的日期是{whole}），请核对。",)
    return _made(day.year, day.month if shown is Precision.MONTH else None, None, today, remarks)


def _year_digits(text: str) -> str:
    digits = "".join(_DIGIT.get(char, char) for char in text)
    has_letters = bool(re.search("[A-Za-zΟ]", text))
    if not re.fullmatch(r"[0-9]{4}", digits) or (has_letters and re.search("[0-9]", text)):
        raise _Unreadable("的年份不是四位数字")
    return digits


def _small(text: str) -> int:
    """A month, day or year of the Republic: one or two digits, or Chinese up to ninety-nine."""
    text = text.strip().translate(_TENS)
    if text == "元":
        return 1
    if re.fullmatch(r"[0-9]{1,2}", text):
        return int(text)
    if match := re.fullmatch(r"(.?)十(.?)", text):
        tens, ones = match[1] or "一", match[2] or "零"
    else:
        tens, ones = text if len(text) == 2 else f"零{text[:1] if len(text) == 1 else ' '}"
    digits = _DIGIT.get(tens, "") + _DIGIT.get(ones, "")
    if len(digits) != 2 or re.search("[A-Za-z]", text):
        raise _Unreadable(f"中的“{text[:6]}”不能识别")
    return int(digits)

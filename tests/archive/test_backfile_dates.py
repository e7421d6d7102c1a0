"""Days and class years out of cells: read rightly, told with both readings, or refused."""

from datetime import date

import pytest

from archive.backfile.cells import Cell, Kind, day_of_serial, letters, place_of
from archive.backfile.dates import read_date, read_year
from archive.backfile.formats import is_date, is_plain, shown_parts, zeros
from archive.states import Precision
from tests.cases import Case

TODAY = date(2026, 11, 25)
DAY, MONTH, YEAR = Precision.DAY, Precision.MONTH, Precision.YEAR
REFUSED = "refused"


def _case(given: str, wanted, why: str = "", kind: str = "日期：文字") -> Case:
    told = "拒收" if wanted == REFUSED else " ".join(str(one) for one in wanted)
    return Case(kind, given, told, why, value=given, wanted=wanted)


# (day, precision) or (day, precision, words of the remark)
WRITTEN: list[Case] = [
    _case("20030405", ("2003-04-05", DAY)),
    _case("2003-04-05", ("2003-04-05", DAY)),
    _case("2003/4/5", ("2003-04-05", DAY)),
    _case("2003.4.5", ("2003-04-05", DAY)),
    _case("2003 4 5", ("2003-04-05", DAY), "blanks removed it would be month 45"),
    _case("2003 1 2", ("2003-01-02", DAY), "blanks removed it would be December"),
    _case("2003. 4. 5", ("2003-04-05", DAY)),
    _case("２００３．４．５", ("2003-04-05", DAY), "full width"),
    _case("２００３年４月５日", ("2003-04-05", DAY), "full width"),
    _case("2003 年 4 月 5 日", ("2003-04-05", DAY), "blanks: the year alone was read"),
    _case("2003年4月5号", ("2003-04-05", DAY)),
    _case("公元2003年4月5日", ("2003-04-05", DAY)),
    _case("二〇〇三年四月五日", ("2003-04-05", DAY)),
    _case("二○○三年四月五日", ("2003-04-05", DAY), "U+25CB for 〇"),
    _case("二零零三年十二月三十一日", ("2003-12-31", DAY)),
    _case("二OO三年元月十日", ("2003-01-10", DAY), "letter O for 〇"),
    _case("一九九八年十月廿三日", ("1998-10-23", DAY)),
    _case("贰零零叁年肆月伍日", ("2003-04-05", DAY)),
    _case("二〇〇三年", ("2003-01-01", YEAR)),
    _case("二〇〇三年十一月", ("2003-11-01", MONTH)),
    _case("2003年四月5日", ("2003-04-05", DAY)),
    _case("2003‐04‐05", ("2003-04-05", DAY), "another hyphen"),
    _case("\u200e2003/4/5", ("2003-04-05", DAY), "a direction mark, as copied from Windows"),
    _case("2003-04-05 00:00:00", ("2003-04-05", DAY), "a database's export"),
    _case("2003-04-05T13:20", ("2003-04-05", DAY)),
    _case("2000-02-29", ("2000-02-29", DAY)),
    _case("2003", ("2003-01-01", YEAR)),
    _case("2003年", ("2003-01-01", YEAR)),
    _case("2003年4月", ("2003-04-01", MONTH)),
    _case("2003-04", ("2003-04-01", MONTH)),
    _case("199804", ("1998-04-01", MONTH)),
    _case("200304", ("2003-04-01", MONTH, "2020年3月4日"), "may be a day of 2020"),
    _case("2003.1", ("2003-01-01", MONTH, "2003.10"), "Excel drops the zero of 2003.10"),
    _case("民国三十八年五月四日", ("1949-05-04", DAY, "1949")),
    _case("民国元年", ("1912-01-01", YEAR, "1912")),
    _case("中華民國38年5月", ("1949-05-01", MONTH, "1949")),
    _case("不详", (None, Precision.UNKNOWN)),
    _case("", (None, Precision.UNKNOWN)),
    _case("40548", REFUSED, "was 4054-08"),
    _case("38092", REFUSED, "was 3809-02"),
    _case("2003115", REFUSED, "was 2003-11-05"),
    _case("20030015", REFUSED, "was 2003-01-15"),
    _case("2006-006", REFUSED, "was 2006-01-06"),
    _case("20991231", REFUSED, "future"),
    _case("2026-11-26", REFUSED, "tomorrow"),
    _case("2027", REFUSED, "future"),
    _case("20030400", REFUSED, "day 0"),
    _case("20030000", REFUSED, "month 0"),
    _case("00000000", REFUSED, "month 0"),
    _case("0", REFUSED),
    _case("200300", REFUSED, "month 0"),
    _case("2003-13", REFUSED, "month 13"),
    _case("20030230", REFUSED, "no such day"),
    _case("20030229", REFUSED, "no leap year"),
    _case("19000229", REFUSED, "Excel's day that never was"),
    _case("二〇〇三年四月三十一日", REFUSED, "no such day"),
    _case("200345", REFUSED, "month 45"),
    _case("2003 04 05 06", REFUSED),
    _case("2 003年", REFUSED, "OCR's blank"),
    _case("2003年4月1 5日", REFUSED, "OCR's blank: 1, 5 or 15"),
    _case("2003年4月5", REFUSED, "cut off"),
    _case("5/4/2003", REFUSED, "May or April"),
    _case("Apr-03", REFUSED),
    _case("98.5.12", REFUSED, "two digits of a year"),
    _case("九八年五月", REFUSED, "two digits of a year"),
    _case("2003-2004", REFUSED, "a span"),
    _case("2003年4月上旬", REFUSED),
    _case("农历二〇〇三年四月五日", REFUSED),
    _case("二〇〇三年腊月廿三日", REFUSED),
    _case("光绪二十九年", REFUSED),
    _case("2003-04-05T16:00:00Z", REFUSED, "the next day here"),
    _case("2OO3-04-05", REFUSED, "letter O among digits"),
    _case("٢٠٠٣", REFUSED, "digits of another script"),
    _case("2003⁵", REFUSED),
    _case("18980405", REFUSED, "before 1900"),
]

NUMBERS: list[Case] = [
    _case(given, wanted, why, "日期：数字单元格")
    for given, wanted, why in (
        ("20030405", ("2003-04-05", DAY), ""),
        ("200304", ("2003-04-01", MONTH, "2020年3月4日"), ""),
        ("2003", ("2003-01-01", YEAR), "as a serial a day of 1905"),
        ("40548", ("2011-01-05", DAY, "40548"), "a serial, told with both"),
        ("38092", ("2004-04-15", DAY, "38092"), "a serial, told with both"),
        ("40548.5", ("2011-01-05", DAY, "40548.5"), "a serial with a clock time"),
        ("46500", REFUSED, "a serial after today"),
        ("99999", REFUSED, ""),
        ("20034", REFUSED, "2003-4 or a day of 1954"),
        ("2003115", REFUSED, ""),
        ("20030015", REFUSED, ""),
        ("20991231", REFUSED, ""),
        ("2003.1", REFUSED, "January or October"),
        ("0", REFUSED, "a formula on an empty cell"),
        ("-37712", REFUSED, ""),
    )
]

# format; number → …
FORMATTED: list[Case] = [
    Case("日期：日期单元格", f"{number} [{form}]", str(wanted), why, value=(number, form), wanted=wanted)
    for number, form, wanted, why in (
        (37716, "yyyy-mm-dd", ("2003-04-05", DAY), ""),
        (37716, 'yyyy"年"m"月"d"日"', ("2003-04-05", DAY), ""),
        (37716.55, "yyyy-m-d h:mm", ("2003-04-05", DAY), "with a clock time"),
        (37712, 'yyyy"年"m"月"', ("2003-04-01", MONTH, "2003年4月"), "typed as 2003年4月: the day is Excel's"),
        (37712, "mmm-yy", ("2003-04-01", MONTH, "2003年4月"), "typed as 2003-4"),
        (37622, "yyyy", ("2003-01-01", YEAR, "2003年"), ""),
        (37716, "yyyy年m月", ("2003-04-05", DAY, "4月5日"), "the day was typed and is hidden"),
        (37716, 'm"月"d"日"', REFUSED, "the year is Excel's"),
        (2003, "yyyy-mm-dd", REFUSED, "a year typed into a date cell shows 1905-06-25"),
        (20030405, "yyyy-mm-dd", ("2003-04-05", DAY, "20030405"), "shows ########"),
        (20030015, "yyyy-mm-dd", REFUSED, ""),
        (99999, "yyyy-mm-dd", REFUSED, "2173"),
        (60, "yyyy-mm-dd", REFUSED, "29 February 1900"),
        (0, "yyyy-mm-dd", REFUSED, ""),
        (0.5, "h:mm", REFUSED, "a time"),
    )
]


def _check(reading, wanted):
    if wanted == REFUSED:
        assert reading.day is None and reading.fault.startswith("日期") and "应写成" in reading.fault
        return
    day, precision, *remark = wanted
    assert (str(reading.day) if day else reading.day, reading.precision, reading.fault) == (day, precision, "")
    assert len(reading.remarks) == len(remark) and all(word in reading.remarks[0] for word in remark)


@pytest.mark.parametrize("case", WRITTEN, ids=str)
def test_a_day_written_as_text(case):
    _check(read_date(Cell(2, 1, Kind.LOOSE, case.value), today=TODAY), case.wanted)


@pytest.mark.parametrize("case", NUMBERS, ids=str)
def test_a_number_in_the_date_column(case):
    _check(read_date(Cell(2, 1, Kind.NUMBER, case.value, float(case.value)), today=TODAY), case.wanted)


@pytest.mark.parametrize("case", FORMATTED, ids=str)
def test_a_date_cell(case):
    number, form = case.value
    _check(read_date(Cell(2, 1, Kind.DATE, str(number), float(number), form), today=TODAY), case.wanted)


def test_a_text_cell_of_a_workbook_was_not_shortened_by_excel():
    assert read_date(Cell(2, 1, Kind.TEXT, "2003.1"), today=TODAY).remarks == ()


def test_a_serial_in_a_1904_workbook():
    cell = Cell(2, 1, Kind.DATE, "36254", 36254.0, "yyyy-mm-dd", is_1904=True)
    assert read_date(cell, today=TODAY).day == date(2003, 4, 5)
    assert day_of_serial(0, is_1904=True) == date(1904, 1, 1)
    assert [day_of_serial(one, is_1904=False) for one in (1, 59, 60, 61)] == [
        date(1900, 1, 1), date(1900, 2, 28), None, date(1900, 3, 1),
    ]  # fmt: skip


YEARS: list[Case] = [
    Case("年度", given, str(wanted or "拒收"), why, value=given, wanted=wanted)
    for given, wanted, why in (
        ("2003", 2003, ""),
        ("2003年", 2003, ""),
        ("2003年度", 2003, ""),
        ("２００３", 2003, "full width"),
        ("二〇〇三年度", 2003, ""),
        ("1899", None, "before 1900"),
        ("2027", None, "future"),
        ("98", None, "two digits"),
        ("2003.0", 2003, "a program's export"),
        ("2003-2004", None, "a span"),
        ("37716", None, "a serial"),
        ("٢٠٠٣", None, "digits of another script"),
    )
]


@pytest.mark.parametrize("case", YEARS, ids=str)
def test_a_class_year(case):
    """Shows: 3.4"""
    year, fault = read_year(Cell(2, 1, Kind.TEXT, case.value), today=TODAY)
    assert (year, bool(fault)) == (case.wanted, case.wanted is None)


CASES: list[Case] = [*WRITTEN, *NUMBERS, *FORMATTED, *YEARS]  # for tests/cases.md


def test_a_class_year_in_number_and_date_cells():
    assert read_year(Cell(2, 1, Kind.NUMBER, "2003", 2003.0), today=TODAY) == (2003, "")
    assert read_year(Cell(2, 1, Kind.NUMBER, "2003.5", 2003.5), today=TODAY)[1]
    assert read_year(Cell(2, 1, Kind.DATE, "2003-01-01", 37622.0, "yyyy"), today=TODAY) == (2003, "")
    for serial, form in ((2003.0, "yyyy-mm-dd"), (37716.0, "yyyy-mm-dd"), (2003.0, "yyyy")):
        assert read_year(Cell(2, 1, Kind.DATE, "x", serial, form), today=TODAY)[0] is None


def test_number_formats():
    assert all(map(is_date, ("yyyy/m/d", "m/d/yyyy;@", "[$-804]yyyy年m月", "h:mm", "[h]:mm", "ggge年", "mmm-yy")))
    assert not any(
        map(is_date, ("", "General", "0.00", '0"days"', "#,##0", "[Red]0", "0.00E+00", "@", "G/通用格式", "0年"))
    )
    assert [shown_parts(one) for one in ("yyyy/m/d", "yyyy-mm", "yyyy", "m/d", "h:mm")] == [
        DAY,
        MONTH,
        YEAR,
        None,
        None,
    ]
    assert [zeros(one) for one in ("0000", "00000_ ", "0", "0.00", "")] == [4, 5, 0, 0, 0]
    assert is_plain("0_ ") and is_plain("") and not is_plain("0%") and not is_plain('0"年"')


def test_places():
    assert [letters(one) for one in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]
    assert place_of("AA10") == (10, 27)
    with pytest.raises(ValueError, match="1A"):
        place_of("1A")

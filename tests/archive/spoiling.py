"""A seeded generator of faults: good catalogue rows in, half of them spoiled as people and Excel spoil them.

`python -m tests.archive.spoiling --rows 2851 --seed 1` spoils the real documents, imports them in the test database and
compares every filed record with its source, field by field (it runs test_backfile_spoiled.py with these numbers).
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

NAMES = (
    "seq", "archival_code", "doc_number", "author", "title", "date", "security_class", "page_count", "remark",
    "retention", "year", "file",
)  # fmt: skip
LABELS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注", "保管期限", "年度", "文件")
READ, TOLD, REFUSED = "read", "told", "refused"  # the record as the source; the same but for what is told; no record


@dataclass(frozen=True)
class Number:
    """A cell that holds a number, with its format; `is_day`: a serial, which a 1904 workbook writes otherwise."""

    value: float
    form: str = ""
    is_day: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula with the result that the file has for it: "" none, a text, a number or an error's name."""

    result: object = ""


@dataclass
class Fault:
    """What is done to a row. `changes` are cells; `wanted` is what a record must have where it is not the source's."""

    changes: dict = field(default_factory=dict)
    expected: str = REFUSED
    column: str = ""
    wanted: dict = field(default_factory=dict)
    layout: str = ""  # what happens to the row as a whole: hidden, merged-…, unquoted, cut


@dataclass
class Given:
    """A row as it stands in a catalogue. `lines` are its lines there, `kind` "" of one that is left as it was."""

    index: int
    source: dict
    cells: dict
    kind: str = ""
    fault: Fault = field(default_factory=lambda: Fault(expected=READ))
    lines: list[int] = field(default_factory=list)


def good_rows(source: Path, limit: int | None = None) -> Iterator[tuple[dict, str]]:
    """(a row as it ought to be, the document's text) of every real document."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for index, line in enumerate(lines):
            if limit is not None and index >= limit:
                return
            one = json.loads(line)
            day, retention = (one["date"] or "").replace("-", ""), "永久" if index % 3 else "30年"
            code = f"{'Y' if index % 3 else 'D30'}-BGS-{index + 1:04d}"
            yield {
                "seq": str(index + 1),
                "archival_code": f"Z407-WS·{day[:4]}-{code}" if day and index % 2 else f"旧{index + 1:05d}",
                "doc_number": one["number"] or "", "author": one["issuer"] or "", "title": one["title"], "date": day,
                "security_class": "", "page_count": str(index % 30 + 1), "remark": one["topic"] or "",
                "retention": retention, "year": day[:4], "file": f"{index:05d}.txt",
            }, one["body"] or one["title"]  # fmt: skip


def _text(column: str, value: str, expected: str = REFUSED, wanted: str | None = None) -> Callable:
    """A fault that puts `value` into `column`; {v} is what stood there, {i} the row's number."""

    def made(row: dict) -> Fault:
        given = value.format(v=row[column], i=row["seq"])
        right = {column: wanted.format(v=row[column], i=row["seq"])} if wanted is not None else {}
        return Fault({column: given}, expected, column, right)

    return made


def _day(write: Callable[[date], object], expected: str = READ) -> Callable:
    """The row's own day written in another way; None for a row without a day, or when it cannot be written so."""

    def made(row: dict) -> Fault | None:
        if len(row["date"]) != 8:
            return None
        value = write(date(int(row["date"][:4]), int(row["date"][4:6]), int(row["date"][6:])))
        return None if value is None else Fault({"date": value}, expected, "date")

    return made


_NUMERALS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")


def _in_numerals(day: date) -> str:
    year = "".join(_NUMERALS[int(one)] for one in str(day.year))
    return f"{year}年{_chinese(day.month)}月{_chinese(day.day)}日"


def _serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def _merged(column: str, expected: str) -> Callable:
    """A range over this row and the next; None where there is nothing to merge."""

    def made(row: dict) -> Fault | None:
        return Fault({}, expected, column, layout=f"merged-{column}") if row[column] else None

    return made


def _plausible(day: date) -> Number | None:
    """As a bare serial; those that look like year and month too are another kind."""
    serial = _serial(day)
    return Number(serial, is_day=True) if serial % 10 == 0 or not 1900 <= serial // 10 <= date.today().year else None


def _year_of(shift: int, expected: str) -> Callable:
    def made(row: dict) -> Fault | None:
        is_possible = row["date"] and int(row["year"]) + shift <= date.today().year
        return Fault({"year": str(int(row["year"]) + shift)}, expected, "year") if is_possible else None

    return made


TEXTS: dict[str, Callable] = {
    "日期五位": _text("date", "40548"),
    "日期七位": _text("date", "2003115"),
    "日期日为零": _text("date", "20030400"),
    "日期月为零": _text("date", "20030015"),
    "日期三位月": _text("date", "2006-006"),
    "日期不存在": _text("date", "20030230"),
    "日期在将来": _text("date", "20991231"),
    "日期两位年": _text("date", "98.5.12"),
    "日期日在前": _text("date", "5/4/2003"),
    "日期起止": _text("date", "2003-2004"),
    "日期十三月": _text("date", "2003年13月1日"),
    "日期识别空格": _text("date", "2003年4月1 5日"),
    "日期是话": _text("date", "大约春天"),
    "日期错误值": _text("date", "#VALUE!"),
    "日期汉字": _day(_in_numerals),
    "日期圆圈零": _day(lambda day: _in_numerals(day).replace("〇", "○")),
    "日期全角": _day(lambda day: f"{day:%Y%m%d}".translate({48 + at: 0xFF10 + at for at in range(10)})),
    "日期空格": _day(lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日"),
    "日期带点": _day(lambda day: f"{day.year}.{day.month}.{day.day}"),
    "日期带时刻": _day(lambda day: f"{day} 00:00:00"),
    "日期民国": _day(lambda day: f"民国{day.year - 1911}年{day.month}月{day.day}日", TOLD),
    "年度较晚": _year_of(1, TOLD),
    "年度更晚": _year_of(4, TOLD),
    "年度较早": _year_of(-1, TOLD),
    "年度更早": _year_of(-4, REFUSED),
    "年度将来": _text("year", "2099"),
    "年度两位": _text("year", "98"),
    "期限不对": _text("retention", "五年"),
    "期限错误值": _text("retention", "#REF!"),
    "期限空格": lambda row: Fault({"retention": " ".join(row["retention"])}, READ, "retention"),
    "题名为空": _text("title", ""),
    "题名空白": _text("title", "　 "),
    "题名错误值": _text("title", "#N/A"),
    "题名空值": _text("title", "nan"),
    "题名替代符": _text("title", "{v}\ufffd"),
    "题名乱码": _text("title", "关于印发通知".encode().decode("gb18030")),
    "题名西文乱码": _text("title", "关于印发".encode().decode("cp1252", "ignore") + "å…³äºŽ"),
    "题名锟斤拷": _text("title", "{v}锟斤拷"),
    "题名控制符": _text("title", "{v}\x07"),
    "题名过长": _text("title", "长" * 501),
    "题名换行": _text("title", "{v}\n（续）", READ, "{v} （续）"),
    "题名软换行": _text("title", "{v}\x0b（续）", READ, "{v} （续）"),
    "题名零宽": _text("title", "\u200b{v}\ufeff", READ, "{v}"),
    "题名罕见字": _text("title", "{v}𲎯𰻝", READ, "{v}𲎯𰻝"),
    "题名异体选择": _text("title", "{v}葛\U000e0100", READ, "{v}葛\U000e0100"),
    "责任者自造字": _text("author", "张\ue123", TOLD),
    "责任者错误值": _text("author", "#NAME?"),
    "责任者空值": _text("author", "NULL"),
    "密级机密": _text("security_class", "机密"),
    "密级带年限": _text("security_class", "秘密★10年"),
    "备注密级": _text("remark", "绝密★"),
    "页数文字": _text("page_count", "十二页"),
    "页数小数": _text("page_count", "1.5"),
    "档号前导零": _text("archival_code", "00{i}00123", READ, "00{i}00123"),
    "档号十九位": _text("archival_code", "3101041998051200123{i}", READ, "3101041998051200123{i}"),
    "档号科学计数": _text("archival_code", "3.10104E+18"),
    "文号公式": _text("doc_number", "=A1&B1"),
}

XLSX: dict[str, Callable] = {
    "日期单元格": _day(lambda day: Number(_serial(day), is_day=True, form="yyyy-mm-dd")),
    "日期中文格式": _day(lambda day: Number(_serial(day), is_day=True, form='yyyy"年"m"月"d"日"')),
    "日期只显示年月": _day(lambda day: Number(_serial(day), is_day=True, form='yyyy"年"m"月"'), TOLD),
    "日期不显示年": _day(lambda day: Number(_serial(day), is_day=True, form='m"月"d"日"'), REFUSED),
    "日期八位数字": _day(lambda day: Number(int(f"{day:%Y%m%d}"))),
    "日期格式里八位": _day(lambda day: Number(int(f"{day:%Y%m%d}"), "yyyy-mm-dd"), TOLD),
    "日期序号": _day(_plausible, TOLD),
    "日期序号在将来": lambda row: Fault({"date": Number(99999)}, REFUSED, "date"),
    "日期序号像年月": lambda row: Fault({"date": Number(20034)}, REFUSED, "date"),
    "日期数字月为零": lambda row: Fault({"date": Number(20030015)}, REFUSED, "date"),
    "日期数字七位": lambda row: Fault({"date": Number(2003115)}, REFUSED, "date"),
    "日期数字小数": lambda row: Fault({"date": Number(2003.1)}, REFUSED, "date"),
    "日期格式里年份": lambda row: Fault({"date": Number(2003, "yyyy-mm-dd")}, REFUSED, "date"),
    "年度格式成日期": lambda row: Fault({"year": Number(2003, "yyyy-mm-dd")}, REFUSED, "year"),
    "期限错误单元格": lambda row: Fault({"retention": Formula("#REF!")}, REFUSED, "retention"),
    "题名错误单元格": lambda row: Fault({"title": Formula("#N/A")}, REFUSED, "title"),
    "期限公式无值": lambda row: Fault({"retention": Formula()}, REFUSED, "retention"),
    "题名公式无值": lambda row: Fault({"title": Formula()}, REFUSED, "title"),
    "日期公式无值": lambda row: Fault({"date": Formula()}, REFUSED, "date"),
    "责任者公式为零": lambda row: Fault({"author": Formula(0)}, REFUSED, "author"),
    "题名公式有值": lambda row: Fault({"title": Formula(row["title"])}, READ, "title"),
    "责任者逻辑值": lambda row: Fault({"author": True}, REFUSED, "author"),
    "档号十九位数字": lambda row: Fault({"archival_code": Number(3101041998051200123)}, REFUSED, "archival_code"),
    "档号补零格式": lambda row: Fault(
        {"archival_code": Number(int(row["seq"]), "000000")}, READ, "archival_code",
        {"archival_code": row["seq"].zfill(6)},
    ),
    "档号是数字": lambda row: Fault({"archival_code": Number(900_000 + int(row["seq"]))}, TOLD, "archival_code"),
    "文号成了日期": lambda row: Fault({"doc_number": Number(37716, "yyyy-mm-dd")}, REFUSED, "doc_number"),
    "文号小数": lambda row: Fault({"doc_number": Number(2003.1)}, REFUSED, "doc_number"),
    "备注百分数": lambda row: Fault({"remark": Number(0.12, "0%")}, REFUSED, "remark"),
    "隐藏行": lambda row: Fault({}, TOLD, "", layout="hidden"),
    "合并责任者": _merged("author", TOLD),
    "合并题名": _merged("title", REFUSED),
    "合并期限": _merged("retention", TOLD),
    "横向合并": lambda row: Fault({}, REFUSED, "date", layout="merged-across"),
}  # fmt: skip

CSV: dict[str, Callable] = {
    "题名带分隔符": lambda row: Fault({}, REFUSED, "", layout="unquoted"),
    "题名断行": lambda row: Fault({}, REFUSED, "", layout="cut"),
    "题名问号": _text("title", "任命王??为处长的通知", TOLD),
    "档号等号引号": _text("archival_code", '="00{i}0012"', READ, "00{i}0012"),
    "档号末位成零": _text("archival_code", "310104199805120000000"),
}


def spoil(rows: list[dict], chance: random.Random, kinds: dict[str, Callable]) -> list[Given]:
    """Every row, one of each two neighbours spoiled (both by what covers two); the kinds come round in turn."""
    given = [Given(int(row["seq"]) - 1, row, dict(row)) for row in rows]
    names: list[str] = []
    at = 0
    while at + 1 < len(given):
        names = names or chance.sample(list(kinds), len(kinds))
        fault = None
        while fault is None:
            kind = names.pop()
            names = names or chance.sample(list(kinds), len(kinds))
            is_wide = kind.startswith("合并")
            one = at if is_wide else at + chance.randrange(2)
            fault = kinds[kind](given[one].source)
        for row in given[at : at + 2] if is_wide else [given[one]]:
            row.kind, row.fault = kind, fault
            row.cells |= fault.changes
        if is_wide and fault.expected == TOLD:  # the first cell of the range has its own value
            given[at].fault = Fault(expected=READ, layout=fault.layout)
        at += 4 if is_wide else 2
    return given


def write_workbook(path: Path, given: list[Given], *, is_1904: bool = False) -> None:
    """With a title line above the heading and a blank line after every tenth row."""
    book = xlsxwriter.Workbook(path, {"in_memory": True, "date_1904": is_1904, "strings_to_formulas": False})
    sheet = book.add_worksheet("目录")
    sheet.write_string(0, 0, "归档文件目录")
    for column, label in enumerate(LABELS):
        sheet.write_string(2, column, label)
    forms: dict[str, xlsxwriter.format.Format] = {}
    line = 3
    for at, row in enumerate(given):
        line += 1 if at % 10 else 2
        row.lines = [line]
        for column, name in enumerate(NAMES):
            _write_cell(book, sheet, line - 1, column, row.cells[name], forms, is_1904)
        if row.fault.layout == "hidden":
            sheet.set_row(line - 1, None, None, {"hidden": True})
        elif row.fault.layout == "merged-across":
            sheet.merge_range(line - 1, 4, line - 1, 5, row.cells["title"])
    _merge_down(sheet, given)
    book.close()


def _merge_down(sheet, given: list[Given]) -> None:
    waiting = None
    for row in given:
        if not row.kind.startswith("合并"):
            continue
        if waiting is None:
            waiting = row
            continue
        name = row.fault.layout.removeprefix("merged-")
        sheet.merge_range(
            waiting.lines[0] - 1, NAMES.index(name), row.lines[0] - 1, NAMES.index(name), waiting.cells[name]
        )
        waiting = None


def _write_cell(book, sheet, line: int, column: int, value, forms: dict, is_1904: bool) -> None:
    if isinstance(value, Number):
        if value.form and value.form not in forms:
            forms[value.form] = book.add_format({"num_format": value.form})
        shift = 1462 if is_1904 and value.is_day else 0
        sheet.write_number(line, column, value.value - shift, forms.get(value.form))
    elif isinstance(value, Formula):
        sheet.write_formula(line, column, "=Z99", None, value.result)
    elif isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif value:
        sheet.write_string(line, column, value)


def write_text(path: Path, given: list[Given], *, encoding: str, separator: str) -> None:
    """With a first line `sep=` for anything but a comma."""
    lines = [] if separator == "," else [f"sep={separator}"]
    lines.append(separator.join(NAMES))
    line = 1
    for row in given:
        line += 1
        row.lines, cells = [line], [row.cells[name] for name in NAMES]
        if row.fault.layout == "unquoted":
            title = f"{row.source['title']}{separator}附件{separator}"
            lines.append(separator.join([*cells[:4], title, *cells[5:]]))
        elif row.fault.layout == "cut":
            line += 1
            row.lines.append(line)
            lines += [separator.join([*cells[:4], cells[4][:3]]), separator.join([cells[4][3:], *cells[5:]])]
        else:
            out = io.StringIO()
            csv.writer(out, delimiter=separator).writerow(cells)
            lines.append(out.getvalue().removesuffix("\r\n"))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))


MEDIA = (
    ("a.xlsx", 0.5, lambda path, given: write_workbook(path, given), TEXTS | XLSX),
    ("b.xlsx", 0.1, lambda path, given: write_workbook(path, given, is_1904=True), TEXTS | XLSX),
    ("c.csv", 0.2, lambda path, given: write_text(path, given, encoding="gb18030", separator=","), TEXTS | CSV),
    ("d.csv", 0.1, lambda path, given: write_text(path, given, encoding="utf-16", separator="\t"), TEXTS | CSV),
    ("e.csv", 0.1, lambda path, given: write_text(path, given, encoding="utf-8-sig", separator=";"), TEXTS | CSV),
)


def spoiled_catalogues(source: Path, folder: Path, *, rows: int, seed: int) -> dict[Path, list[Given]]:
    """Catalogues and files of the first `rows` real documents in `folder`; what stands in each."""
    chance, good = random.Random(seed), []
    for row, body in good_rows(source, rows):
        (folder / row["file"]).write_text(body, encoding="utf-8")
        good.append(row)
    made, begin = {}, 0
    for at, (name, share, write, kinds) in enumerate(MEDIA):
        end = len(good) if at == len(MEDIA) - 1 else begin + round(len(good) * share)
        made[folder / name] = spoil(good[begin:end], chance, kinds)
        write(folder / name, made[folder / name])
        begin = end
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2851)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ |= {"EGOV_SPOILED_ROWS": str(options.rows), "EGOV_SPOILED_SEED": str(options.seed)}
    return pytest.main(["-s", "-q", str(Path(__file__).with_name("test_backfile_spoiled.py"))])


if __name__ == "__main__":
    sys.exit(main())

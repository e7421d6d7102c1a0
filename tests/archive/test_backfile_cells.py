"""Cells and rows of a back-file catalogue in a workbook: read rightly, told, or refused with the cell's place."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from archive.backfile.cells import BadCatalogue
from archive.backfile.columns import Item
from archive.backfile.reading import read, rows
from tests.archive.workbooks import GOOD, KEPT, LABELS, PLACES, REFUSED, TOLD, Formula, Number, items, write_rows
from tests.cases import Case


def one_cell(tmp_path, label: str, value) -> Item:
    (item,) = items(write_rows(tmp_path / "c.xlsx", [GOOD | {label: value}]))
    return item


def _cell(label: str, value, expected: str, wanted=None, why: str = "", given: str = "") -> Case:
    return Case(
        f"单元格：{label}", given or str(value), f"{expected} {wanted or ''}".strip(), why, (label, value), wanted
    )


# In an Excel workbook. wanted: what is filed
CASES: list[Case] = [
    _cell("保管期限", Formula("#REF!"), REFUSED, given="错误值 #REF!", why="became 10年"),
    _cell("题名", Formula("#N/A"), REFUSED, given="错误值 #N/A"),
    _cell("年度", Formula("#VALUE!"), REFUSED, given="错误值 #VALUE!"),
    _cell("保管期限", Formula(""), REFUSED, given="公式没有结果"),
    _cell("责任者", Formula(0), REFUSED, given="公式结果 0", why="a reference to an empty cell, or never calculated"),
    _cell("题名", Formula("关于算出来的通知"), KEPT, "关于算出来的通知", given="公式有结果"),
    _cell("责任者", True, REFUSED, given="逻辑值"),
    _cell("档号", Number(3101041998051200123), REFUSED, given="19 位数字", why="was filed altered"),
    _cell("档号", Number(1234567890123456), REFUSED, given="16 位数字"),
    _cell("档号", Number(123456789012345), TOLD, "123456789012345", given="15 位数字"),
    _cell("档号", "3101041998051200123", KEPT, "3101041998051200123", given="19 位文本"),
    _cell("档号", "00123", KEPT, "00123", given="文本 00123"),
    _cell("档号", "'00123", KEPT, "00123", given="文本 '00123"),
    _cell("档号", Number(123, "00000"), KEPT, "00123", given="数字 123 格式 00000"),
    _cell("档号", Number(123), TOLD, "123", given="数字 123", why="zeros in front may be lost"),
    _cell("档号", "3.10104E+18", REFUSED, given="文本 3.10104E+18"),
    _cell("文号", Number(37716, "yyyy-mm-dd"), REFUSED, given="日期单元格", why="2003-4 became a day"),
    _cell("文号", Number(2003.1), REFUSED, given="数字 2003.1", why="2003.10"),
    _cell("备注", Number(0.12, "0%"), REFUSED, given="12%", why="the cell shows another thing than it holds"),
    _cell("备注", Number(1234, "#,##0"), REFUSED, given="1,234"),
    _cell("备注", Number(12), KEPT, "12", given="数字 12"),
    _cell(
        "题名", "关于开展\n检查的\r\n通知", KEPT, "关于开展 检查的 通知", given="换行", why="line breaks become blanks"
    ),
    _cell("题名", "关于\x0b检查", KEPT, "关于 检查", given="软换行 U+000B"),
    _cell("题名", "关于_x000D_的通知", KEPT, "关于_x000D_的通知", given="_x000D_ 四字照写"),
    _cell("题名", "关于王𲎯同志任职的通知", KEPT, "关于王𲎯同志任职的通知", given="U+3238F", why="was deleted"),
    _cell("题名", "关于𰻝面的通知", KEPT, "关于𰻝面的通知", given="U+30EDD"),
    _cell("责任者", "葛\U000e0100", KEPT, "葛\U000e0100", given="异体字选择符"),
    _cell("责任者", "張\ue123", TOLD, "張\ue123", given="自造字 U+E123"),
    _cell("题名", "关于王\ufffd同志", REFUSED, given="替代符 U+FFFD", why="a character is lost"),
    _cell("题名", "任命王?为处长", TOLD, "任命王?为处长", given="王?为", why="saved in a code without the character"),
    _cell("题名", "我们怎么办?", KEPT, "我们怎么办?", given="句末问号"),
    _cell("题名", "鍏充簬鍗板彂", REFUSED, given="UTF-8 读成 GBK"),
    _cell("题名", "å…³äºŽå�°å�‘", REFUSED, given="UTF-8 读成西文"),
    _cell("题名", "关于\x07检查", REFUSED, given="控制符 U+0007"),
    _cell("题名", "关于\u202e检查", REFUSED, given="方向控制符 U+202E"),
    _cell("题名", "\u200b关于检查\ufeff", KEPT, "关于检查", given="零宽字符", why="as the web form"),
    _cell("题名", "　", REFUSED, given="只有空白"),
    _cell("题名", "NULL", REFUSED, given="NULL"),
    _cell("责任者", "nan", REFUSED, given="nan"),
    _cell("责任者", "TRUE", REFUSED, given="文本 TRUE"),
    _cell("题名", "#N/A", REFUSED, given="文本 #N/A"),
    _cell("题名", "########", REFUSED, given="########"),
    _cell("题名", "=A1&B1", REFUSED, given="文本 =A1&B1"),
    _cell("题名", "'=关于", KEPT, "=关于", given="'=关于", why="the guard of our own export"),
    _cell("题名", "长" * 501, REFUSED, given="501 字"),
    _cell("题名", "机密★关于", REFUSED, given="机密★"),
    _cell("密级", "秘 密", REFUSED, given="秘 密"),
    _cell("密级", "机密★10年", REFUSED, given="机密★10年"),
    _cell("保管期限", "３０ 年", KEPT, "D30", given="全角 ３０ 年"),
    _cell("保管期限", Number(30, '0"年"'), REFUSED, given="数字 30 显示 30年"),
    _cell("页数", Number(12), KEPT, 12, given="数字 12"),
    _cell("页数", "１２", KEPT, 12, given="全角 １２"),
    _cell("页数", Number(12.5), REFUSED, given="数字 12.5"),
    _cell("页数", Number(37633, "m-d"), REFUSED, given="日期单元格", why="1-12 became a day"),
    _cell("页数", "٣", REFUSED, given="他种数字"),
    _cell("年度", "1998", REFUSED, given="1998 对 2003 年的日期", why="was filed"),
    _cell("年度", "2002", TOLD, 2002, given="2002 对 2003 年的日期"),
    _cell("年度", "2005", TOLD, 2005, given="2005 对 2003 年的日期", why="completed later, domain 3.4"),
    _cell("年度", Number(2003), KEPT, 2003, given="数字 2003"),
    _cell("年度", Number(2003, "yyyy-mm-dd"), REFUSED, given="日期格式里的 2003"),
    _cell("日期", Number(40548), TOLD, "2011-01-05", given="数字 40548", why="was 4054-08"),
    _cell("日期", Number(38092), TOLD, "2004-04-15", given="数字 38092", why="was 3809-02"),
    _cell("日期", Number(37716, "yyyy/m/d"), KEPT, "2003-04-05", given="日期单元格"),
    _cell("日期", "二〇〇三年四月五日", KEPT, "2003-04-05", why="the year alone was read"),
]
VALUES = {
    "档号": "archival_code", "文号": "doc_number", "责任者": "author", "题名": "title", "日期": "date", "备注": "remark",
    "页数": "page_count", "保管期限": "retention", "年度": "year", "密级": "security_class",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cell_of_a_workbook(case, tmp_path):
    label, value = case.value
    item = one_cell(tmp_path, label, value)
    own = [one for one in item.findings if one.field == VALUES[label]]
    assert item.is_refused == case.expected.startswith(REFUSED), item.findings
    assert bool(own) != case.expected.startswith(KEPT)
    place = f"第2行 {'ABCDEFGHIJKL'[PLACES[label]]}列（{label}）"
    assert all((one.target, one.line, one.column) == (place, 2, PLACES[label] + 1) for one in own)
    if not item.is_refused:
        got = item.values[VALUES[label]]
        assert (str(got) if label == "日期" else got) == case.wanted


def test_a_row_of_a_workbook_is_read_as_it_stands(tmp_path):
    (item,) = items(write_rows(tmp_path / "c.xlsx", [GOOD]))
    assert item.findings == [] and item.values["title"] == "关于年报的通知" and item.files == ("a.txt",)


def test_text_columns_between_a_checker_and_the_importer_are_trimmed_once(tmp_path):
    item = one_cell(tmp_path, "文号", "  长信〔2003〕1号　")
    assert item.values["doc_number"] == "长信〔2003〕1号"


# ------------------------------------------------------------------ rows


def merged(first_row: int, first: str, last_row: int, last: str, text: str):
    def layout(book, sheet):
        sheet.merge_range(first_row - 1, LABELS.index(first), last_row - 1, LABELS.index(last), text)

    return layout


def test_merged_cells_are_filled_down_and_told(tmp_path):
    lines = [{**GOOD, "题名": f"第{at}件"} for at in range(3)]
    for label, word, name, value in (
        ("保管期限", "永久", "retention", "Y"), ("责任者", "区府办", "author", "区府办"), ("年度", "2003", "year", 2003),
    ):  # fmt: skip
        given = [{key: text for key, text in line.items() if key != label} for line in lines]
        path = write_rows(tmp_path / "c.xlsx", given, layout=merged(2, label, 4, label, word))
        found = items(path)
        assert [one.values[name] for one in found] == [value] * 3, label
        column = "ABCDEFGHIJKL"[PLACES[label]]
        assert [[one.code for one in item.findings] for item in found] == [[], ["merged"], ["merged"]]
        assert f"{column}2:{column}4" in found[1].findings[0].message


@pytest.mark.parametrize("label", ["题名", "档号", "文号", "页数", "文件", "备注"])
def test_merged_cells_of_what_belongs_to_one_row_are_refused(tmp_path, label):
    lines = [{key: text for key, text in GOOD.items() if key != label} for _ in range(2)]
    found = items(write_rows(tmp_path / "c.xlsx", lines, layout=merged(2, label, 3, label, "12")))
    assert [item.is_refused for item in found] == [True, True]
    assert all(
        one.field == VALUES.get(label, "file") for item in found for one in item.findings if one.code == "merged"
    )


def test_cells_merged_across_columns_are_refused_and_blank_rows_below_a_merge_are_blank(tmp_path):
    lines = [{"保管期限": "永久", "文件": "a.txt"}]
    (item,) = items(write_rows(tmp_path / "c.xlsx", lines, layout=merged(2, "题名", 2, "日期", "关于年报的通知")))
    assert [(one.code, one.field) for one in item.findings if one.is_refusal] == [("merged", "date")]
    path = write_rows(tmp_path / "d.xlsx", [GOOD], layout=merged(2, "年度", 500, "年度", "2003"))
    assert [line for line, _ in rows(path)] == [2]


def test_hidden_rows_and_columns_are_named(tmp_path):
    def layout(book, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(7, 7, None, None, {"hidden": True})

    found = items(write_rows(tmp_path / "c.xlsx", [GOOD, GOOD, GOOD], layout=layout))
    told = [(one.code, one.target) for item in found for one in item.findings]
    assert told == [("hidden-column", "第1行 H列（保管期限）"), ("hidden-row", "第3行")]


def test_the_heading_is_looked_for_in_the_first_ten_rows_and_lines_are_those_of_the_sheet(tmp_path):
    for above in ([], [["归档文件目录"]], [["归档文件目录"], [], ["全宗号：Z407"]], [[""]] * 9):
        path = write_rows(tmp_path / "c.xlsx", [GOOD, {}, {"题名": ""}, GOOD], above=above)
        assert [line for line, _ in rows(path)] == [len(above) + 2, len(above) + 5]
        assert read(path).heading.first == len(above) + 1
    path = write_rows(tmp_path / "c.xlsx", [GOOD], above=[["说明"]] * 10)
    with pytest.raises(BadCatalogue, match="前 10 行中没有找到列名"):
        read(path)


def test_a_heading_over_two_rows(tmp_path):
    def layout(book, sheet):
        for column, label in ((0, "档号"), (3, "日期"), (4, "文件")):
            sheet.merge_range(0, column, 1, column, label)
        sheet.merge_range(0, 1, 0, 2, "归档文件")
        sheet.write_row(1, 1, ["文号", "题名"])
        sheet.write_row(2, 0, ["A-1", "长信〔2003〕1号", "关于年报的通知", "2003", "a.txt"])

    (item,) = items(write_rows(tmp_path / "c.xlsx", [], labels=[], layout=layout))
    assert (item.line, item.values["title"], item.values["archival_code"]) == (3, "关于年报的通知", "A-1")
    assert item.values["doc_number"] == "长信〔2003〕1号" and item.files == ("a.txt",)


def test_what_is_not_read_is_told(tmp_path):
    path = write_rows(tmp_path / "c.xlsx", [GOOD | {"盒号": "3"}], labels=[*LABELS, "盒号"], layout=lambda _, sheet:
                      sheet.write_string(1, 14, "边上的话"))  # fmt: skip
    (item,) = items(path)
    assert [(one.code, one.target) for one in item.findings] == [
        ("unknown-column", "第1行 M列（盒号）"), ("no-heading", "第2行 O列"),
    ]  # fmt: skip
    with pytest.raises(BadCatalogue, match="可能是密级"):
        read(write_rows(tmp_path / "c.xlsx", [], labels=["题名", "涉密情况"]))
    with pytest.raises(BadCatalogue, match="第2行有两个“日期”列"):
        read(write_rows(tmp_path / "c.xlsx", [], labels=["题名", "日期", "成文日期"], above=[["目录"]]))


def test_a_heading_repeated_between_the_rows_is_no_record(tmp_path):
    found = items(write_rows(tmp_path / "c.xlsx", [GOOD, {label: label for label in LABELS}, GOOD]))
    assert [item.is_refused for item in found] == [False, True, False]
    assert found[1].findings[0].code == "heading-again"


def test_rows_with_a_running_number_only_are_blank(tmp_path):
    path = write_rows(tmp_path / "c.xlsx", [{"序号": "1", "题名": "一"}, {"序号": "2"}], labels=["序号", "题名"])
    assert [line for line, _ in rows(path)] == [2]


def test_other_sheets_are_told(tmp_path):
    def layout(book, sheet):
        for name in ("2004年", "填写示例", "备查"):
            other = book.add_worksheet(name)
            other.write_row(0, 0, ["随便"] if name == "备查" else LABELS)

    (item,) = items(write_rows(tmp_path / "c.xlsx", [GOOD], layout=layout))
    told = [one.message for one in item.findings if one.code == "other-sheet"]
    assert ["2004年" in told[0], "备查" in told[1], len(told)] == [True, True, 2]


def test_workbooks_of_1904_go_on_working(tmp_path):
    lines = [GOOD | {"日期": Number(37716 - 1462, "yyyy-mm-dd")}, GOOD | {"日期": Number(40548)}]
    found = items(write_rows(tmp_path / "c.xlsx", lines, date_1904=True))
    assert [str(item.values["date"]) for item in found] == ["2003-04-05", "2015-01-06"]
    assert [len(item.findings) for item in found] == [0, 1]


def test_a_hundred_thousand_blank_rows_are_nothing(tmp_path):
    def layout(book, sheet):
        yellow = book.add_format({"bg_color": "yellow"})
        for line in range(2, 100_000):
            sheet.write_blank(line, 0, None, yellow)
        sheet.write_string(1_048_575, 3, "最后一行")

    assert [line for line, _ in rows(write_rows(tmp_path / "c.xlsx", [GOOD], layout=layout))] == [2, 1_048_576]


def test_rich_text_is_read_without_its_pronunciation(tmp_path):
    path = write_rows(tmp_path / "c.xlsx", [GOOD])
    patched(path, "xl/sharedStrings.xml", r"<si><t>关于年报的通知</t></si>",
            "<si><r><t>关于</t></r><r><t>年报</t></r><rPh sb='0' eb='2'><t>guanyu</t></rPh></si>")  # fmt: skip
    assert items(path)[0].values["title"] == "关于年报"


def patched(path: Path, part: str, old: str, new: str) -> None:
    """One part of a workbook rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            data = given.read(name).decode("utf-8", "surrogateescape")
            if name == part:
                data, count = re.subn(old, new, data)
                assert count
            made.writestr(name, data.encode("utf-8", "surrogateescape"))
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize(
    "part, old, new",
    [
        ("xl/worksheets/sheet1.xml", "</sheetData>.*", ""),
        ("xl/worksheets/sheet1.xml", r't="s"><v>\d+', 't="s"><v>99999'),
        ("xl/worksheets/sheet1.xml", r'<row r="2"', '<row r="x"'),
        ("xl/workbook.xml", "<workbook", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/none.xml"),
        ("xl/styles.xml", "</styleSheet>", ""),
    ],
)
def test_broken_workbooks_are_refused_as_a_whole(tmp_path, part, old, new):
    path = write_rows(tmp_path / "c.xlsx", [GOOD])
    patched(path, part, old, new)
    with pytest.raises(BadCatalogue, match="已损坏"):
        items(path)

"""A back-file catalogue as a file: its heading, separators and encodings, and what is no table at all."""

import io
import zipfile

import pytest

from archive.backfile.cells import BadCatalogue
from archive.backfile.headings import name_of
from archive.backfile.natures import nature_of
from archive.backfile.reading import read, rows
from archive.backfile.wording import misread
from tests.archive.workbooks import GOOD, KEPT, REFUSED, items, write_rows
from tests.cases import Case

HEADINGS: list[Case] = [
    Case("列名", given, wanted or "不认", value=given, wanted=wanted)
    for given, wanted in (
        ("题 名", "title"), ("*题名", "title"), ("题名（必填）", "title"), ("文件题名", "title"), ("TITLE", "title"),
        ("成文日期", "date"), ("日期(年月日)", "date"), ("发文字号", "doc_number"), ("机构(问题)", "class_code"),
        ("归档\n年度", "year"), ("电子文件名", "file"), ("题名：", "title"), ("题名和日期", ""), ("盒号", ""),
    )
]  # fmt: skip


@pytest.mark.parametrize("case", HEADINGS, ids=str)
def test_headings(case):
    assert name_of(case.value) == case.wanted


ROW = "题名,日期,保管期限,文件\n关于年报的通知,20030405,永久,a.txt\n"


def _text(given: str, raw: bytes, expected: str = KEPT, why: str = "") -> Case:
    return Case("目录文件：文字", given, expected, why, value=raw)


TEXTS: list[Case] = [
    _text("逗号 UTF-8", ROW.encode()),
    _text("逗号 UTF-8 BOM", ROW.encode("utf-8-sig")),
    _text("UTF-16 BOM", ROW.encode("utf-16")),
    _text("UTF-16 BE BOM", b"\xfe\xff" + ROW.encode("utf-16-be")),
    _text("UTF-16 LE 无 BOM", ROW.encode("utf-16-le")),
    _text("UTF-16 BE 无 BOM", ROW.encode("utf-16-be")),
    _text("GB18030", ROW.encode("gb18030")),
    _text("分号", ROW.replace(",", ";").encode()),
    _text("制表符", ROW.replace(",", "\t").encode("utf-16")),
    _text("竖线", ROW.replace(",", "|").encode()),
    _text("全角逗号", ROW.replace(",", "，").encode()),
    _text("sep=; 首行", ("sep=;\n" + ROW.replace(",", ";")).encode("utf-8-sig")),
    _text('"sep=," 首行', ('"sep=,"\r\n' + ROW).encode("gb18030")),
    _text("CRLF", ROW.replace("\n", "\r\n").encode()),
    _text("CR", ROW.replace("\n", "\r").encode()),
    _text("无末尾换行", ROW.rstrip("\n").encode()),
    _text("前有空行", ("\n\n" + ROW).encode()),
]


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_separators_and_encodings(case, tmp_path):
    path = tmp_path / "c.csv"
    path.write_bytes(case.value)
    (item,) = items(path)
    assert item.findings == [one for one in item.findings if one.field == "author"]
    assert (item.values["title"], str(item.values["date"])) == ("关于年报的通知", "2003-04-05")
    assert item.values["retention"] == "Y" and item.files == ("a.txt",)


def test_a_line_is_counted_as_the_spreadsheet_counts_it(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text('sep=,\n题名,文件\n"一\n二\n三",a.txt\n\n四,b.txt\n', encoding="utf-8", newline="")
    assert [(line, row.text("title")) for line, row in rows(path)] == [(2, "一\n二\n三"), (4, "四")]
    assert items(path)[0].values["title"] == "一 二 三"
    last = list(read(path).lines())[-1]
    assert (last.number, [cell.text for _, cell in sorted(last.cells.items())]) == (4, ["四", "b.txt"])


LINES: list[Case] = [
    Case("目录文件：行", given, expected, why, value=line, wanted=code)
    for given, line, expected, code, why in (
        ("多出一格", "关于A,B的通知,2003,永久,a.txt", REFUSED, "too-many-fields", "the columns are shifted"),
        ("行被切断", "关于", REFUSED, "too-few-fields", "a line break without quotes"),
        ("少末尾备注", "关于,2003,永久,a.txt", KEPT, "", ""),
        ("多余空格", "关于,2003,永久,a.txt,,,", KEPT, "", "Excel writes them"),
        ('="00123"', '关于,2003,永久,"=""00123"""', KEPT, "", "keeps zeros in Excel"),
        ("科学计数", "6.93217E+12,2003,永久,a.txt", REFUSED, "number-too-long", "06932169358293"),
        ("末位成零", "310104199805120000,2003,永久,a.txt", REFUSED, "number-too-long", "19 digits, cut by Excel"),
    )
]


@pytest.mark.parametrize("case", LINES, ids=str)
def test_lines_of_text(case, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(f"题名,日期,保管期限,文件\n{case.value}\n", encoding="utf-8")
    (item,) = items(path)
    assert item.is_refused == (case.expected == REFUSED)
    assert not case.wanted or case.wanted in {one.code for one in item.findings}


def test_a_short_line_without_its_last_remark_is_told(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("题名,日期,文件,备注\n关于,2003,a.txt\n", encoding="utf-8")
    (item,) = items(path)
    assert not item.is_refused and "too-few-fields" in {one.code for one in item.findings}


@pytest.mark.parametrize(
    "text", ['题名,文件\n"开口,a.txt\n乙,b.txt\n', '题名,文件\n"三农"工作,a.txt\n', "题名\n" + "长" * 100_001]
)
def test_quotes_that_do_not_pair_refuse_the_whole_before_a_row_is_filed(tmp_path, text):
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCatalogue, match="引号"):
        read(path)


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def _ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + name.encode("utf-16-le") + b"\0" * 64


NONE_AT_ALL: list[Case] = [
    Case("目录文件：不是表格", given, f"说明是{words}", why, value=raw, wanted=words)
    for given, raw, words, why in (
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF", ""),
        ("docx", _zip("[Content_Types].xml", "word/document.xml"), "Word", ""),
        ("pptx", _zip("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿", ""),
        ("xlsb", _zip("[Content_Types].xml", "xl/workbook.bin"), "xlsb", ""),
        ("ods", _zip("mimetype", "content.xml"), "OpenDocument", ""),
        ("OFD", _zip("OFD.xml", "Doc_0/Document.xml"), "OFD", ""),
        ("ZIP", _zip("a.txt", "b.pdf"), "压缩包", ""),
        ("坏 ZIP", b"PK\x03\x04broken", "已损坏", ""),
        ("旧版 xls", _ole("Workbook"), "旧版 Excel", "dates and formulas cannot be told apart"),
        ("doc", _ole("WordDocument"), "Word", ""),
        ("加密 xlsx", _ole("EncryptedPackage"), "密码", ""),
        ("坏 OLE", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "旧版 Office", ""),
        ("HTML 存为 .xls", "<html><body><table><tr><td>题名</td></tr></table>".encode(), "HTML", ""),
        ("HTML 表格片段", "\ufeff<table border=1><tr><td>题名,日期</td></tr>".encode(), "HTML", ""),
        ("Excel 2003 XML", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
         "2003", ""),
        ("MHT", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHT", ""),
        ("JSON", '[{"题名": "一"}]'.encode(), "JSON", ""),
        ("XML", b"<?xml version='1.0'?><rows><row/></rows>", "XML", ""),
        ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG", ""),
        ("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG", ""),
        ("GIF", b"GIF89a\x01\0\x01\0\0\0\0", "GIF", ""),
        ("RAR", b"Rar!\x1a\x07\x00", "压缩文件", ""),
        ("gzip", b"\x1f\x8b\x08\x00\0\0\0\0", "压缩文件", ""),
        ("RTF", rb"{\rtf1\ansi", "RTF", ""),
        ("程序", b"MZ\x90\0\x03\0\0\0", "程序", ""),
        ("空", b"", "空的", ""),
        ("只有 BOM", b"\xef\xbb\xbf\r\n", "空的", ""),
        ("乱字节", b"\x00\x01\x02\x00\xff\xfe\x00\x00", "编码无法识别", ""),
        ("UTF-8 有坏字节", ROW.encode() + "关于年".encode()[:-1] + b",2003,a.txt\n" + ROW.encode(), "第 3 行有损坏的字节",
         "GB18030 would read it as other characters"),
        ("一篇文章", "各单位：\n请按时报送年报。\n".encode(), "没有找到列名", ""),
        ("缺题名", "档号,日期,文件\nA-1,2003,a.txt\n".encode(), "缺少“题名”", ""),
    )
]  # fmt: skip


@pytest.mark.parametrize("case", NONE_AT_ALL, ids=str)
def test_what_is_no_table_is_told_as_what_it_is(case, tmp_path):
    path = tmp_path / "c.xls"
    path.write_bytes(case.value)
    with pytest.raises(BadCatalogue) as told:
        read(path)
    assert case.wanted in str(told.value) and all(fault.endswith(("。", "列。")) for fault in told.value.faults)


CASES: list[Case] = [*HEADINGS, *TEXTS, *LINES, *NONE_AT_ALL]  # for tests/cases.md


def test_a_table_is_known_by_its_bytes_not_by_its_name(tmp_path):
    write_rows(tmp_path / "c.csv", [GOOD])
    (tmp_path / "c.xlsx").write_text(ROW, encoding="utf-8")
    assert (nature_of(tmp_path / "c.csv"), nature_of(tmp_path / "c.xlsx")) == ("workbook", "text")
    assert len(items(tmp_path / "c.csv")) == len(items(tmp_path / "c.xlsx")) == 1


@pytest.mark.parametrize(
    "text", ["关于印发通知", "任职通知", "王𲎯", "Lán 会议", "é", "《中华人民共和国档案法》", "关于“三农”工作"]
)
def test_plain_texts_are_not_taken_for_misread_ones(text):
    assert misread(text) == ""
    assert misread(text.encode().decode("gb18030", "ignore") if text == "关于印发通知" else "") in ("", text)

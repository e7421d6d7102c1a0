"""The catalogue and the papers of a part (domain 9.5, 9.13): spooled while records pass, written once at the end."""

import csv
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO
from xml.sax.saxutils import escape

import xlsxwriter

from .contents import PackageInfo, PackedRecord
from .metadata import XML_ILLEGAL

COLUMNS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注", "电子文件号")  # domain 3.8
_WIDTHS = (6, 30, 24, 28, 60, 10, 8, 6, 20, 38)
_XML_COLUMNS = ("顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级", "备注")  # DA/T 93—2022; domain 9.11
GIGABYTE = 1_000_000_000
READERS = {
    "TXT": "文本编辑器", "CSV": "文本编辑器", "XML": "文本编辑器", "PDF": "PDF阅读软件", "OFD": "OFD阅读软件",
    "JPG": "看图软件", "JPEG": "看图软件", "PNG": "看图软件", "TIF": "看图软件", "TIFF": "看图软件",
    "DOC": "文字处理软件", "DOCX": "文字处理软件", "WPS": "文字处理软件", "XLS": "表格软件", "XLSX": "表格软件",
    "ET": "表格软件", "PPT": "演示软件", "PPTX": "演示软件", "MP3": "音频播放软件", "WAV": "音频播放软件",
    "MP4": "视频播放软件",
}  # fmt: skip


@dataclass(frozen=True)
class CatalogueRow:
    """One line of the catalogue; `folder` is the record's path in the package, `digest` that of its digest list."""

    seq: int
    record_uid: str
    archival_code: str
    doc_number: str
    author: str
    title: str
    date: str
    security_class: str
    page_count: str
    remark: str
    folder: str
    digest: str
    bytes: int
    retention: str = ""

    def cells(self) -> tuple[str, ...]:
        """The columns of COLUMNS as text."""
        return (
            str(self.seq), self.archival_code, self.doc_number, self.author, self.title,
            self.date, self.security_class, self.page_count, self.remark, self.record_uid,
        )  # fmt: skip


class Catalogue:
    """The rows of one part, on disk: memory stays flat. Iterating gives them again, any number of times."""

    def __init__(self, folder) -> None:
        self._spool = tempfile.SpooledTemporaryFile(1 << 20, dir=folder)
        self.count = 0
        self.ends = ("", "")  # the first and the last 档号
        self.formats: Counter[str] = Counter()  # endings of the files' names

    def add(self, record: PackedRecord, folder: str, digest: str, size: int) -> None:
        self.count += 1
        self.ends = (self.ends[0] or record.archival_code, record.archival_code)
        self.formats.update(ending(file.filename) for file in record.files)
        row = (
            self.count, record.record_uid, record.archival_code, record.doc_number, record.author, record.title,
            record.date, "" if record.security_class == "公开" else record.security_class,
            "" if record.page_count is None else str(record.page_count), record.remark, folder, digest, size,
            record.retention,
        )  # fmt: skip
        self._spool.seek(0, io.SEEK_END)
        self._spool.write(json.dumps(row).encode() + b"\n")

    def __iter__(self) -> Iterator[CatalogueRow]:
        self._spool.seek(0)
        for line in self._spool:
            yield CatalogueRow(*json.loads(line))

    def close(self) -> None:
        self._spool.close()


def _xml(text: str) -> str:
    return escape(XML_ILLEGAL.sub("", text))


def write_catalogue_xml(rows: Iterable[CatalogueRow], out: IO[bytes]) -> None:
    """目录文件.XML with exactly the elements that DA/T 93—2022 names (domain 9.11)."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<文件目录>\n'.encode())
    for row in rows:
        values = (
            str(row.seq),
            row.archival_code,
            row.author,
            row.title,
            row.date,
            row.retention,
            row.security_class,
            row.remark,
        )
        cells = "".join(f"<{tag}>{_xml(value)}</{tag}>" for tag, value in zip(_XML_COLUMNS, values, strict=True))
        out.write(f"  <文件>{cells}</文件>\n".encode())
    out.write("</文件目录>\n".encode())


def csv_cell(value: str) -> str:
    """A reading copy is opened in spreadsheets: what they would run as a formula gets a quote in front."""
    text = value.encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_csv(out: IO[bytes], header: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([csv_cell(value) for value in line] for line in lines)
    text.detach()


def write_catalogue_csv(rows: Catalogue, out: IO[bytes]) -> None:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    _write_csv(out, COLUMNS, (row.cells() for row in rows))


def write_catalogue_xlsx(rows: Catalogue, out: IO[bytes], made_at: datetime) -> None:
    """The same rows as a workbook, A4 landscape; text cells only, so nothing in them is a formula."""
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    book.set_properties({"title": "归档文件目录", "created": made_at.replace(tzinfo=None)})
    sheet = catalogue_sheet(book, COLUMNS, _WIDTHS)
    for row in rows:
        write_line(sheet, row.seq, row.cells())
    book.close()


def catalogue_sheet(
    book: xlsxwriter.Workbook, columns: Sequence[str], widths: Sequence[int], name: str = "归档文件目录"
):
    """The sheet of a catalogue in `book`: A4 landscape, its heading bold and repeated on each page."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    bold = book.add_format({"bold": True})
    for column, name in enumerate(columns):
        sheet.write_string(0, column, name, bold)
    return sheet


def write_line(sheet, line: int, cells: Iterable[str]) -> None:
    """One line of text cells, within what a cell may hold."""
    for column, value in enumerate(cells):
        sheet.write_string(line, column, XML_ILLEGAL.sub("", value)[:32_767])


def write_digest_list(rows: Catalogue, out: IO[bytes]) -> None:
    """The attachment of the 登记表 (domain 9.13): for each record the digest of its own digest list, and its size."""
    header = ("载体(包)编号", "内容说明", "数字摘要(SHA-256)", "实际容量(GB)")
    lines = (
        (row.folder.removeprefix("data/"), f"{row.archival_code} {row.title}", row.digest, gigabytes(row.bytes, 6))
        for row in rows
    )
    _write_csv(out, header, lines)


def gigabytes(size: int, decimals: int = 3) -> str:
    """Bytes as GB with at least `decimals`, and as many more as it takes that something does not read as nothing."""
    while size and decimals < 9 and round(size / GIGABYTE, decimals) == 0:
        decimals += 1
    return f"{size / GIGABYTE:.{decimals}f}"


def part_name(info: PackageInfo) -> str:
    """How a part is called on paper: batch number and three digits."""
    return f"{info.batch_no}-{info.part:03d}"


def ending(filename: str) -> str:
    return PurePath(filename).suffix[1:].upper() or "无扩展名"


def capacity(medium_type: str) -> str:
    """载体容量 belongs to whoever made the medium; what goes through the network has none."""
    return "在线移交，不适用" if medium_type.startswith("在线") else "见载体标签"


def environment(formats: Mapping[str, int]) -> str:
    """软硬件环境: what opens the package, and what the files in it, by the endings that there are and how often."""
    many = sorted(formats.items(), key=lambda one: (-one[1], one[0]))
    files = "、".join(f"{name} {count}个（{READERS.get(name, '按该格式阅读')}）" for name, count in many)
    whole = "任何计算机；ZIP（存储方式，不压缩）；目录与校验清单可用文本编辑器阅读"
    return f"{whole}；档案文件：{files}" if files else whole


def readme(info: PackageInfo, rows: Catalogue) -> str:
    """说明文件.TXT: the eleven lines of DA/T 93—2022 (annex B; domain 9.10); `rows` give 档号 and formats."""
    part = f"{info.batch_no}第{info.part}部分，共{info.parts}部分"
    lines = (
        ("载体容量", capacity(info.medium_type)),
        ("载体类型", info.medium_type),
        ("载体编号", part_name(info)),
        ("载体制作单位", f"{info.unit_name}，制作人{info.made_by}"),
        ("载体检查单位", info.archives_name),
        ("移交单位", f"{info.unit_name}，全宗号{info.fonds_code}"),
        ("内容描述", f"{info.content_description or '文书类电子档案'}；移交批次{part}"),
        ("起止档号", " 至 ".join(dict.fromkeys(filter(None, rows.ends)))),
        ("档案数量", f"{info.record_count}件"),
        ("软硬件环境", environment(rows.formats)),
        ("其他", f"按BagIt 1.0（RFC 8493）封装，可用bagit.py --validate独立校验；{info.software}"
                 f"{info.made_at.isoformat(timespec='seconds')}制作"),
    )  # fmt: skip
    return "".join(f"{name}：{' '.join(value.split())}\r\n" for name, value in lines)


def scheme() -> str:
    """其他/元数据与命名说明.TXT: the rules by which a stranger reads the package without our software."""
    return (
        "元数据方案：DA/T 46—2009《文书类电子文件元数据方案》。每件文件夹内metadata.xml以中文元素名记载，"
        "属性“编号”为该标准元素编号（M1—M88）；没有编号的元素为本系统扩展元素。\r\n"
        "档号：依DA/T 22—2015或移交单位编号规则，各组成部分见metadata.xml“档号”元素。\r\n"
        "目录结构：电子档案/年度/类别号/电子文件号/。以电子文件号命名，档号更正后文件夹名称不变。\r\n"
        "文件命名：保留原文件名；各操作系统不能使用的字符改为“_”，百分号改为“％”，过长者截短并加摘要，"
        "同名者加“~2”。原名记于metadata.xml“计算机文件名”，包内名称记于“包内文件名”。\r\n"
        "数字摘要：每件sha256.txt记本件各文件摘要（sha256sum格式）；manifest-sha256.txt记全包摘要。\r\n"
    )


def register_xml(info: PackageInfo, record_count: int, payload_bytes: int) -> str:
    """The data of the 《电子档案移交接收登记表》 (C.1) of this part: the sending side filled, the receiving side empty."""
    name = info.handover_name or f"{info.fonds_code} {info.unit_name}文书电子档案{info.batch_no}批"
    content = info.content_description or "文书类电子档案，原格式文件与XML元数据，BagIt信息包"
    rows = (
        ("移交接收事项", name),
        ("内容描述", content),
        ("移交电子档案件数", str(record_count)),
        ("移交电子档案卷数", "0"),
        ("移交数据量GB", gigabytes(payload_bytes)),
        ("移交数据量字节", str(payload_bytes)),
        ("载体起始顺序号", f"{info.part:03d}"),
        ("载体终止顺序号", f"{info.part:03d}"),
        ("移交载体类型规格", info.medium_type),
    )
    sent = (
        ("真实性检测", info.accuracy_check),
        ("完整性检测", info.integrity_check),
        ("可用性检测", info.usability_check),
        ("安全性检测", info.security_check),
        ("填表人", info.made_by),
        ("填表日期", info.made_at.date().isoformat()),
        ("审核人", info.checked_by),
        ("单位", info.unit_name),
    )
    received = tuple((tag, "") for tag, _ in sent[:-1]) + (("单位", info.archives_name),)
    blocks = (f"  <移交单位>{_fields(sent)}</移交单位>\n", f"  <接收单位>{_fields(received)}</接收单位>\n")
    head = "".join(f"  <{tag}>{_xml(value)}</{tag}>\n" for tag, value in rows)
    body = f'<电子档案移交接收登记表 批次="{_attribute(info.batch_no)}">\n{head}{"".join(blocks)}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}</电子档案移交接收登记表>\n'


def _fields(pairs: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"<{tag}>{_xml(value)}</{tag}>" for tag, value in pairs)


def _attribute(text: str) -> str:
    return _xml(text).replace('"', "&quot;")

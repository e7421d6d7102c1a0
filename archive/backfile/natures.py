"""What the uploaded catalogue is: a workbook, a text file, or no table at all; then it is told as what it is."""

import re
from pathlib import Path

from files.examination.formats import KINDS, sniff
from files.zips import Archive, ZipFaultError

from .cells import BadCatalogue
from .sheets import POLICY

WORKBOOK, TEXT = "workbook", "text"
HEAD_BYTES = 65_536
OLE_BYTES = 64 * 2**20  # of an old file that are searched for the names of its streams
RIGHT = "请用模板，或另存为 Excel 工作簿（.xlsx）或 CSV 后再导入"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "加了密码的 Office 文件，请取消密码后再导入"),
    ("WordDocument", f"Word 或 WPS 文档（.doc），不是表格，{RIGHT}"),
    ("PowerPoint Document", f"演示文稿（.ppt），不是表格，{RIGHT}"),
    ("Workbook", "旧版 Excel 或 ET 表格（.xls），其中的日期和公式不能可靠读取，请另存为 Excel 工作簿（.xlsx）后再导入"),
    ("Book", "旧版 Excel 表格（.xls），请另存为 Excel 工作簿（.xlsx）后再导入"),
)
_PARTS = (
    ("xl/workbook.bin", "二进制工作簿（.xlsb），请另存为 Excel 工作簿（.xlsx）后再导入"),
    ("word/", f"Word 文档（.docx），不是表格，{RIGHT}"),
    ("ppt/", f"演示文稿（.pptx），不是表格，{RIGHT}"),
    ("ofd.xml", f"OFD 版式文件，不是表格，{RIGHT}"),
    ("content.xml", "OpenDocument 文件（.ods、.odt），请另存为 Excel 工作簿（.xlsx）后再导入"),
)
_WRITTEN = (
    (rb"<\?xml[^>]*>.{0,2000}?urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 的 XML 表格"),
    (
        rb"(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|meta|body|table|div|style)\b",
        "网页（HTML 表格）",
    ),
    (rb"mime-version:|content-type:\s*multipart", "单个文件网页（MHT）"),
    (rb"<\?xml|<[a-z]", "XML 数据"),
    (rb"[\[{]\s*[\[{\"\]}]", "JSON 数据"),
    (rb"id;p", "SYLK 表格（.slk）"),
    (rb"%!ps", "PostScript 文件"),
    (rb"\x1f\x8b|rar!|7z\xbc\xaf", "压缩文件"),
)
_PICTURES = ((b"GIF8", "GIF 图像"), (b"BM", "BMP 图像"), (b"RIFF", "WebP 图像或音视频"))


def nature_of(path: Path) -> str:
    """WORKBOOK or TEXT; raises BadCatalogue that says what the file is."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise BadCatalogue(f"目录文件“{path.name}”不能读取（{error.strerror}）。") from error
    if not head.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise BadCatalogue(f"目录文件“{path.name}”是空的。")
    if head.startswith(b"PK"):
        return _in_zip(path) if head[2:4] in (b"\3\4", b"\5\6", b"\6\6", b"00") else TEXT
    if told := _in_ole(path) if head.startswith(_OLE) else _told(head):
        raise BadCatalogue(f"目录文件“{path.name}”是{told}。")
    return TEXT


def _told(head: bytes) -> str:
    plain = head.replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    plain = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    for pattern, name in _WRITTEN:
        if re.match(pattern, plain, re.IGNORECASE | re.DOTALL):
            return f"{name}，改了扩展名也不是 Excel 或 CSV，{RIGHT}"
    key = sniff(head)
    if key in KINDS and key not in ("txt", "csv", "xml"):
        return f"{KINDS[key].label}，不是表格，{RIGHT}"
    binary = next((name for start, name in _PICTURES if head.startswith(start) and b"\0" in head[:64]), "")
    if binary or key in ("executable", "archive"):
        return f"{binary or {'executable': '程序', 'archive': '压缩文件'}[key]}，不是表格，{RIGHT}"
    return ""


def _in_ole(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(OLE_BYTES)
    for name, told in _STREAMS:
        if name.encode("utf-16-le") + b"\0\0" in data:
            return told
    return f"旧版 Office 格式的文件，已损坏或不是表格，{RIGHT}"


def _in_zip(path: Path) -> str:
    try:
        with Archive(path, POLICY) as archive:
            names = [entry.name.casefold() for entry in archive.entries]
            fault = archive.faults[0].what if archive.faults else ""
    except (ZipFaultError, OSError):
        names, fault = [], "内部结构不完整"
    if "xl/workbook.xml" in names:
        return WORKBOOK
    if not names:
        told = f"（{fault}）" if fault else ""
        raise BadCatalogue(f"目录文件“{path.name}”已损坏，不是可读取的 Excel 文件{told}，请用模板另存后再导入。")
    told = next((told for start, told in _PARTS if any(name.startswith(start) for name in names)), "")
    if not told:
        told = "压缩包（ZIP），不是目录；目录请单独上传，电子文件的压缩包放在“电子文件”一栏"
    raise BadCatalogue(f"目录文件“{path.name}”是{told}。")

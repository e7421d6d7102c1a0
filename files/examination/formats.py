"""Which kinds of files are taken, and how the first bytes tell them apart.

Formats: GB/T 18894—2016 and DA/T 47—2009 (domain 12.5). `format_id` is PRONOM's where the kind alone decides it; where
it depends on a version, the part that reads the version sets it, and it stays "" where nothing was identified.
Compressed archives are not taken: inspection item 3-8 内容数据格式合规性检测 forbids compression of content.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Kind:
    """One kind of file: `label` is what people call it, `extensions` what its name may end with."""

    key: str
    label: str
    format_id: str
    mime: str
    extensions: tuple[str, ...]
    is_old: bool = False  # binary formats of the nineties: readable today, a fixed-layout copy should stand beside them


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF 文件", "", "application/pdf", (".pdf",)),
        Kind("ofd", "OFD 版式文件", "ofd", "application/ofd", (".ofd",)),
        Kind("docx", "Word 文档", "fmt/412", _OPEN_XML + "wordprocessingml.document", (".docx",)),
        Kind("xlsx", "Excel 工作簿", "fmt/214", _OPEN_XML + "spreadsheetml.sheet", (".xlsx",)),
        Kind("pptx", "PowerPoint 演示文稿", "fmt/215", _OPEN_XML + "presentationml.presentation", (".pptx",)),
        Kind("odt", "OpenDocument 文本", "", _OPEN_DOCUMENT + "text", (".odt",)),
        Kind("ods", "OpenDocument 表格", "", _OPEN_DOCUMENT + "spreadsheet", (".ods",)),
        Kind("odp", "OpenDocument 演示", "", _OPEN_DOCUMENT + "presentation", (".odp",)),
        Kind("doc", "旧版 Word 或 WPS 文档", "", "application/msword", (".doc", ".wps"), is_old=True),
        Kind("xls", "旧版 Excel 或 ET 表格", "", "application/vnd.ms-excel", (".xls", ".et"), is_old=True),
        Kind("ppt", "旧版演示文稿", "fmt/126", "application/vnd.ms-powerpoint", (".ppt", ".dps"), is_old=True),
        Kind("rtf", "RTF 文本", "rtf", "application/rtf", (".rtf",), is_old=True),
        Kind("txt", "纯文本", "x-fmt/111", "text/plain", (".txt",)),
        Kind("csv", "CSV 表格", "x-fmt/18", "text/csv", (".csv",)),
        Kind("xml", "XML 数据", "fmt/101", "application/xml", (".xml",)),
        Kind("jpg", "JPEG 图像", "", "image/jpeg", (".jpg", ".jpeg")),
        Kind("png", "PNG 图像", "", "image/png", (".png",)),
        Kind("tif", "TIFF 图像", "fmt/353", "image/tiff", (".tif", ".tiff")),
        Kind("jp2", "JPEG 2000 图像", "", "image/jp2", (".jp2",)),
        Kind("wav", "WAV 音频", "fmt/6", "audio/x-wav", (".wav",)),
        Kind("mp3", "MP3 音频", "", "audio/mpeg", (".mp3",)),
        Kind("mp4", "MP4 视频", "fmt/199", "video/mp4", (".mp4",)),
        Kind("avi", "AVI 视频", "fmt/5", "video/x-msvideo", (".avi",)),
        Kind("mpg", "MPEG 视频", "", "video/mpeg", (".mpg", ".mpeg")),
    )
}
ALLOWED_EXTENSIONS = tuple(extension for kind in KINDS.values() for extension in kind.extensions)

# Not kinds that are taken, but answers of `sniff` that decide what is said about a file.
ZIP, OLE, EXECUTABLE, ARCHIVE, MARKUP, SCRIPT, TEXT, UNKNOWN = (
    "zip", "ole", "executable", "archive", "markup", "script", "text", "unknown",
)  # fmt: skip

_STARTS = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"PK\x06\x06", ZIP),
    (b"PK00PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x7fELF", EXECUTABLE),
    (b"\xca\xfe\xba\xbe", EXECUTABLE),  # Java class, Mach-O of several architectures
    (b"\xce\xfa\xed\xfe", EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", EXECUTABLE),
    (b"\xfe\xed\xfa\xce", EXECUTABLE),
    (b"\xfe\xed\xfa\xcf", EXECUTABLE),
    (b"dex\n", EXECUTABLE),
    (b"\x00asm", EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", EXECUTABLE),  # Windows shortcut
    (b"#!", SCRIPT),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"\x60\xea", ARCHIVE),  # ARJ
    (b"MSCF", ARCHIVE),
    (b"ITSF", ARCHIVE),  # CHM
    (rb"{\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "jp2"),
    (b"\x00\x00\x01\xba", "mpg"),
    (b"\x00\x00\x01\xb3", "mpg"),
)
_MARKUP = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|\?php|%@|\w+:script|meta\s|img\s|object\s|embed\s)",
    re.IGNORECASE,
)
_MP3_SYNC = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")
_PDF_WINDOW = 1024  # readers look for %PDF- this far; so must we, or a PDF would pass as something else


def _starts_as_markup(head):
    """HTML, SVG or a server page: what a browser would run. Looks past blanks, marks, comments and declarations."""
    text = head[:8192].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    text = re.sub(
        rb"^(\s*<\?xml[^>]*>|\s*<!--.*?-->|\s*<!doctype\s+svg[^>]*>)+", b"", text, flags=re.DOTALL | re.IGNORECASE
    )
    return bool(_MARKUP.match(text.lstrip()))


def _boxed(head):
    """The container formats whose name stands after a length: RIFF, ISO media, ID3, tar, LHA."""
    if head[:4] == b"RIFF":
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    if head[4:8] == b"ftyp" and head[:1] < b"\x09":  # a length stands before it, not a word
        return "mp4"
    if (head[:3] == b"ID3" and head[3:4] < b"\x10") or head[:2] in _MP3_SYNC:
        return "mp3"
    if head[257:262] == b"ustar" or (head[2:5] == b"-lh" and head[6:7] == b"-"):
        return ARCHIVE
    return None


def sniff(head: bytes) -> str:
    """The key of a Kind, or one of ZIP … UNKNOWN, from the first bytes (HEAD_BYTES of them) of a file."""
    if head[:2] in (b"MZ", b"ZM") and b"\x00" in head[:256]:  # without a NUL it is a text that begins so
        return EXECUTABLE
    for start, answer in _STARTS:
        if head.startswith(start):
            return answer
    if b"%PDF-" in head[:_PDF_WINDOW]:
        return "pdf"
    return _boxed(head) or (MARKUP if _starts_as_markup(head) else _text_or_not(head))


def _text_or_not(head):
    """TEXT without a NUL, or with the byte order mark of UTF-16, whose every other byte may be one."""
    return TEXT if b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")) else UNKNOWN

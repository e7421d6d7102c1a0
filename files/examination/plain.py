"""Text, CSV, XML and RTF, read block by block."""

import codecs
import re
from xml.parsers import expat  # entity declarations are refused before anything is expanded

from files.text import NOT_TEXT, Misreading, encodings_for

from .formats import KINDS
from .secrecy import first_page, secret_marks

_BLOCK = 65_536
# What text files legitimately hold beside characters: tab, line breaks, form feed, and the end mark of DOS.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ACTIVE_XML = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/XSL/Transform")
MARKUP = "内容是网页、SVG 或脚本（可执行内容），不能接收。请导出为 PDF/A 后再提交。"
_RTF_OBJECT = re.compile(rb"\\obj(data|autlink|update|html|ocx)\b")
_RTF_REMOTE = re.compile(rb"\\\*\\template\s*(https?:|\\\\\\\\|file:)", re.IGNORECASE)


class _UnsafeXmlError(Exception):
    """Raised inside the parser's handlers; the message is the sentence."""


def _decoded_blocks(path, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def _encoding_of(path):
    """The encoding in which the whole file decodes without a NUL, or None."""
    with path.open("rb") as file:
        head = file.read(4)
    fallback = None
    for encoding in encodings_for(head):
        misreading = Misreading()
        try:
            for text in _decoded_blocks(path, encoding):
                if "\0" in text:
                    return None
                misreading.watch(text)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" or not misreading.is_likely:
            return encoding
        fallback = encoding  # valid UTF-8 by accident, perhaps: GB18030 has the word, if it can read it
    return fallback


def look(path, extension, seen):
    """Fill `seen` (findings.Seen) from a file without a signature; `extension` says which text it claims to be."""
    encoding = _encoding_of(path)
    if encoding is None:
        seen.refuse("text-encoding", NOT_TEXT)
        return
    seen.is_kind(KINDS[{".csv": "csv", ".xml": "xml"}.get(extension, "txt")])
    seen.text_encoding = encoding
    head, controls = "", set()
    for text in _decoded_blocks(path, encoding):
        head += text[: max(0, 4096 - len(head))]
        controls.update(_CONTROLS.findall(text))
    if controls:
        codes = "、".join(f"U+{ord(character):04X}" for character in sorted(controls)[:5])
        seen.warn("text-control", f"文本含有控制字符（{codes}），可能显示异常；建议删去后重新提交。")
    if not head.strip():
        seen.warn("text-blank", "文本中只有空白。请核对是否提交了正确的文件。")
    if marks := secret_marks(first_page(head)):
        seen.refuse("secret-mark", f"文件标有密级（{'、'.join(marks)}）。本系统是非涉密系统，禁止存储、处理涉密文件。")
    if extension == ".xml":
        _look_at_xml(path, encoding, seen)


def _look_at_xml(path, encoding, seen):
    parser = expat.ParserCreate("utf-8", "}")
    parser.StartElementHandler = _refuse_active_element
    parser.EntityDeclHandler = _refuse_entity
    parser.ProcessingInstructionHandler = _refuse_stylesheet
    try:
        for text in _decoded_blocks(path, encoding):
            parser.Parse(text.encode(), False)
        parser.Parse(b"", True)
    except _UnsafeXmlError as unsafe:
        seen.refuse("xml-active", str(unsafe))
    except expat.ExpatError as error:
        seen.refuse("xml-broken", f"XML 第 {error.lineno} 行有语法错误，读不出来。请改正后重新提交。")


def _refuse_active_element(name, _attributes):
    if name.rpartition("}")[0] in _ACTIVE_XML or name.rpartition("}")[2].lower() == "script":
        raise _UnsafeXmlError(MARKUP)


def _refuse_entity(*_declaration):
    raise _UnsafeXmlError("XML 自行定义了实体，展开后可能极大或引用外部文件，不能接收。请删去实体定义后再提交。")


def _refuse_stylesheet(target, _data):
    if target.lower() == "xml-stylesheet":
        raise _UnsafeXmlError("XML 引用了样式表（打开时会执行），不能接收。请删去 xml-stylesheet 声明后再提交。")


def look_at_rtf(path, seen):
    """RTF: embedded objects and remote templates run code when opened; markup in it harms HTML previews."""
    seen.is_kind(KINDS["rtf"])
    before, found = b"", set()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            window = before + block
            found |= {b"object" for _ in _RTF_OBJECT.finditer(window)} | {
                b"remote" for _ in _RTF_REMOTE.finditer(window)
            }
            if re.search(rb"<\s*(script|iframe|svg|object)\b", window, re.IGNORECASE):
                found.add(b"markup")
            before = window[-64:]
        file.seek(max(0, file.tell() - 1024))
        is_whole = b"}" in file.read()
    if b"object" in found:
        seen.refuse("active-content", "RTF 内嵌有对象（可执行内容），不能接收。请删去对象或导出为 PDF/A 后再提交。")
    if b"remote" in found:
        seen.refuse("remote-content", "RTF 打开时会从别处取用模板，不能接收。请另存为不带模板的文件后再提交。")
    if not is_whole:
        seen.refuse("truncated", "RTF 不完整（传输中断或已损坏）。请核对原文件后重新提交。")
    if b"markup" in found:
        seen.warn("rtf-markup", "RTF 中夹带网页标记，预览时只作文字显示；请核对内容。")
    seen.warn("old-format", "RTF 不宜长期保存；建议另附 PDF/A 或 OFD 版式文件。")

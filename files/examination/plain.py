"""Text, CSV, XML and RTF, read block by block."""

import re
from xml.parsers import expat  # entity declarations are refused before anything is expanded

from files.text import decoded_blocks, encoding_of
from units.texts import some_of

from .formats import KINDS
from .words import NAMED, Watch, look_at_words

_BLOCK = 65_536
# What text files legitimately hold beside characters: tab, line breaks, form feed, and the end mark of DOS.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ACTIVE_XML = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1999/XSL/Transform")
_RTF_OBJECT = re.compile(rb"\\obj(data|autlink|update|html|ocx|emb|link|sub|pub|icemb|class)\b")
_RTF_REMOTE = re.compile(rb"\\\*\\template\s*(https?:|\\\\\\\\|file:)", re.IGNORECASE)
_RTF_FIELD = re.compile(rb"\\fldinst(.{0,400})", re.DOTALL)
_RTF_NOISE = re.compile(rb"[{}\s]|\\[a-z]+-?\d* ?|\\\*|\\'[0-9a-f]{2}", re.IGNORECASE)
_RTF_BRACES = re.compile(rb"[{}]|\\[a-z]+-?\d* ?|\\\*", re.IGNORECASE)
_RTF_FETCHES = re.compile(rb"^(INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK).{0,40}?(https?:|\\\\\\\\|file:)", re.IGNORECASE)
_RTF_MARKUP = re.compile(rb"<\s*(script|iframe|svg|object)\b", re.IGNORECASE)
# =cmd|' /C calc'!A0 in a cell: program, topic, item; a spreadsheet program would offer to start it
_DDE_CELL = re.compile(r"""(?m)(?:^|[,;\t"'])\s*[=+\-@][^,;\t\r\n"]{0,80}?\w+\|[^\r\n]{0,200}?!""")


class _UnsafeXmlError(Exception):
    """Raised inside the parser's handlers; the message is what the file does."""


def look(path, extension, seen):
    """Fill `seen` (findings.Seen) from a file without a signature; `extension` says which text it claims to be."""
    encoding = encoding_of(path)
    if encoding is None:
        seen.tell("text-encoding")
        return
    seen.is_kind(KINDS[{".csv": "csv", ".xml": "xml"}.get(extension, "txt")])
    seen.text_encoding = encoding
    watch, controls, before, has_dde = Watch("txt"), set(), "", False
    for text in decoded_blocks(path, encoding):
        watch.take(text)
        controls.update(_CONTROLS.findall(text))
        has_dde = has_dde or (extension == ".csv" and bool(_DDE_CELL.search(before + text)))
        before = text[-300:]
    if controls:
        names = some_of([f"U+{ord(character):04X}" for character in sorted(controls)], NAMED, "个")
        seen.tell("text-control", names=names)
    if not watch.has_words:
        seen.tell("text-blank")
    if has_dde:
        seen.tell("dde")
    watch.tell(seen)
    if extension == ".xml":
        _look_at_xml(path, encoding, seen)


def _look_at_xml(path, encoding, seen):
    parser = expat.ParserCreate("utf-8", "}")
    parser.StartElementHandler = _refuse_active_element
    parser.EntityDeclHandler = _refuse_entity
    parser.ProcessingInstructionHandler = _refuse_stylesheet
    try:
        for text in decoded_blocks(path, encoding):
            parser.Parse(text.encode(), False)
        parser.Parse(b"", True)
    except _UnsafeXmlError as unsafe:
        seen.tell("xml-active", what=str(unsafe))
    except expat.ExpatError as error:
        seen.tell("xml-broken", line=error.lineno)


def _refuse_active_element(name, _attributes):
    if name.rpartition("}")[0] in _ACTIVE_XML or name.rpartition("}")[2].lower() == "script":
        raise _UnsafeXmlError("带有网页、SVG 或脚本（可执行内容）")


def _refuse_entity(*_declaration):
    raise _UnsafeXmlError("自行定义了实体，展开后可能极大或引用外部文件")


def _refuse_stylesheet(target, _data):
    if target.lower() == "xml-stylesheet":
        raise _UnsafeXmlError("引用了样式表（xml-stylesheet，打开时会执行）")


def look_at_rtf(path, seen):
    """RTF: objects, DDE and remote templates run code when opened; markup in it harms HTML previews."""
    seen.is_kind(KINDS["rtf"])
    before, found = b"", set()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            window = before + block
            found |= _rtf_faults(window)
            before = window[-512:]
        file.seek(max(0, file.tell() - 1024))
        is_whole = b"}" in file.read()
    if "object" in found:
        seen.tell("rtf-object")
    if "remote" in found:
        seen.tell("remote-content", what="模板或内容")
    if "dde" in found:
        seen.tell("dde")
    if not is_whole:
        seen.tell("truncated", label=KINDS["rtf"].label)
    if "markup" in found:
        seen.tell("rtf-markup")
    look_at_words(path, "rtf", seen)
    seen.tell("old-format", label=KINDS["rtf"].label)


def _rtf_faults(window):
    found = set()
    if _RTF_OBJECT.search(window):
        found.add("object")
    if _RTF_REMOTE.search(window):
        found.add("remote")
    if _RTF_MARKUP.search(window):
        found.add("markup")
    for field in _RTF_FIELD.finditer(window):
        instruction = _RTF_NOISE.sub(b"", field[1])  # its letters may stand in groups of their own
        if instruction[:3].upper() == b"DDE":
            found.add("dde")
        elif _RTF_FETCHES.match(_RTF_BRACES.sub(b"", field[1]).strip()):
            found.add("remote")
    return found

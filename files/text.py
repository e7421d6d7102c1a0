"""Text out of files: which encoding, the characters as they stand, and the words of documents (files/probing)."""

import codecs
import json
import re
from collections.abc import Generator, Iterator
from pathlib import Path

from files import probing

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT = "文字编码无法识别，内容不是文本或已经损坏；请用记事本另存为 UTF-8 编码后重新提交。"


# Short GBK texts can be valid UTF-8 by accident (通知 is the pair U+05AA U+0368): letters of Hebrew and the like,
# and nothing that UTF-8 writes in three bytes. In this office that is GBK, not Hebrew.
_NEVER_HERE = re.compile("[\u0250-\u036f\u0530-\u07ff]")
_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")


class Misreading:
    """Watches decoded UTF-8 block by block; `is_likely` says that it was GBK all the time."""

    def __init__(self, text=""):
        self.has_odd = self.has_wide = False
        self.watch(text)

    def watch(self, text: str) -> None:
        if not text.isascii():
            self.has_odd = self.has_odd or bool(_NEVER_HERE.search(text))
            self.has_wide = self.has_wide or bool(_THREE_BYTES.search(text))

    @property
    def is_likely(self) -> bool:
        return self.has_odd and not self.has_wide


def encodings_for(head: bytes) -> tuple[str, ...]:
    """The encodings to try, in order, for a text that begins with `head` (three bytes are enough)."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return (encoding,)
    return ("utf-8", "gb18030")


BLOCK = 65_536
PLAIN = frozenset({"text/plain", "text/csv", "application/xml"})
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCUMENTS = {
    "application/pdf": "pdf",
    "application/ofd": "ofd",
    _OPEN_XML + "wordprocessingml.document": "docx",
    _OPEN_XML + "spreadsheetml.sheet": "xlsx",
    _OPEN_XML + "presentationml.presentation": "pptx",
    _OPEN_DOCUMENT + "text": "odt",
    _OPEN_DOCUMENT + "spreadsheet": "ods",
    _OPEN_DOCUMENT + "presentation": "odp",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/rtf": "rtf",
}  # MIME type → reader of the probe


class Reading:
    """The text of one document, block by block; `facts` is what the probe says at its end, None when it did not live.

    Memory is one block and the facts (up to a million concealed characters), whatever the document holds. `raw` is what a
    probe writes that was begun already.
    """

    def __init__(self, path: Path, kind: str, raw: Iterator[bytes] | None = None) -> None:
        self.raw = probing.stream("text", path, kind) if raw is None else raw
        self.facts: dict | None = None

    def blocks(self) -> Iterator[str]:
        decoder, tail = codecs.getincrementaldecoder("utf-8")(), None
        try:
            for raw in self.raw:
                text = decoder.decode(raw)
                if tail is None:
                    body, mark, rest = text.partition(probing.FACTS)
                    if body:
                        yield body
                    tail = rest if mark else None
                else:
                    tail += text
            self.facts = json.loads(tail or "")
        except (probing.ProbeError, ValueError):
            self.facts = None


def has_text(mime: str) -> bool:
    """Whether words are taken from files of this type."""
    return mime in PLAIN or mime in DOCUMENTS


def text_blocks(path: Path, mime: str) -> Generator[str, None, None]:
    """The text of the file at `path` as search takes it, whole, block by block; nothing for pictures, sound and film.

    What cannot be read ends early: the examination has told it (`text-unread`).
    """
    if mime in DOCUMENTS:
        yield from Reading(path, DOCUMENTS[mime]).blocks()
    elif mime in PLAIN and (encoding := encoding_of(path)):
        yield from decoded_blocks(path, encoding)


def text_of(path: Path, mime: str) -> str:
    """`text_blocks` in one string; form feeds end pages, sheets and slides."""
    return "".join(text_blocks(path, mime))


def decoded_blocks(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def encoding_of(path: Path) -> str | None:
    """The encoding in which the whole file decodes without a NUL, or None."""
    with path.open("rb") as file:
        head = file.read(4)
    fallback = None
    for encoding in encodings_for(head):
        misreading = Misreading()
        try:
            for text in decoded_blocks(path, encoding):
                if "\0" in text:
                    return None
                misreading.watch(text)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8" or not misreading.is_likely:
            return encoding
        fallback = encoding  # valid UTF-8 by accident, perhaps: GB18030 has the word, if it can read it
    return fallback


def beginning_of(path, characters: int) -> str:
    """The first `characters` of a text file, for reading on a page; the whole file is a click away."""
    with open(path, "rb") as source:
        raw = source.read(4 * characters)
    try:
        return decode_text(raw)[0][:characters]
    except ValueError:  # the cut may have gone through a character
        return raw.decode("utf-8", "ignore")[:characters]


def decode_text(raw: bytes) -> tuple[str, str]:
    """(text, encoding) of a whole text file: byte order mark first, then UTF-8, then GB18030.

    Raises ValueError with a Chinese sentence for anything else. A NUL means binary, or UTF-16 without its mark.
    """
    for encoding in encodings_for(raw[:3]):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "utf-8" and Misreading(text).is_likely and _decodes(raw, "gb18030"):
            continue
        return text, encoding
    raise ValueError(NOT_TEXT)


def _decodes(raw, encoding):
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True

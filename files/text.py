"""Text out of text files: which encoding, and the characters as they stand."""

import codecs
import re

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

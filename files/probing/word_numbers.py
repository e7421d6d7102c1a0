"""Word's automatic numbers as text: 一、 （一） 1.1 ① and what else ISO/IEC 29500-1, 17.9 and 17.18.59 know.

Counters belong to the abstract list: two lists made from one go on counting, unless a list says where it starts. Runs
inside the program `word` only.
"""

import re

from files.probing.word_package import child, is_on, kind, value

FIGURES = "零一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
LEVELS = 9
# what the symbol faces draw in place of a character of their own (Wingdings, Symbol)
SYMBOLS = {
    ("wingdings", 0x6C): "●", ("wingdings", 0x6E): "■", ("wingdings", 0x6F): "□", ("wingdings", 0x71): "□",
    ("wingdings", 0x75): "◆", ("wingdings", 0x76): "◆", ("wingdings", 0x9F): "•", ("wingdings", 0xA7): "▪",
    ("wingdings", 0xA8): "□", ("wingdings", 0xD8): "➢", ("wingdings", 0xE0): "→", ("wingdings", 0xE8): "→",
    ("wingdings", 0xF0): "→", ("wingdings", 0xFB): "×", ("wingdings", 0xFC): "√", ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑", ("wingdings 2", 0x52): "☑", ("wingdings 2", 0xA3): "□", ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0x51): "☒", ("wingdings 2", 0x4F): "×", ("symbol", 0xB7): "•", ("symbol", 0xB0): "°",
    ("symbol", 0xB1): "±", ("symbol", 0xB4): "×", ("symbol", 0xB8): "÷", ("symbol", 0xA3): "≤", ("symbol", 0xB3): "≥",
    ("symbol", 0xB9): "≠", ("symbol", 0xAE): "→",
}  # fmt: skip


def symbol(font: str, code: str) -> str:
    """The character that `font` draws for a code given in hexadecimal; "" when it is not known."""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    known = SYMBOLS.get((font.casefold(), point & 0xFF if 0xF000 <= point <= 0xF0FF else point))
    if known is None and not (0xE000 <= point <= 0xF8FF) and font.casefold() not in ("wingdings", "symbol", "webdings"):
        return chr(point) if 0x20 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else ""
    return known or ""


def chinese(number: int, figures: str = FIGURES, units: tuple[str, ...] = ("", "十", "百", "千")) -> str:
    """十一, 二十, 一百零三; up to 9999."""
    if not 0 < number < 10_000:
        return str(number)
    found, is_gap = "", False
    for place, figure in enumerate(reversed(str(number))):
        if figure == "0":
            is_gap = bool(found)
            continue
        found = figures[int(figure)] + units[place] + (figures[0] if is_gap else "") + found
        is_gap = False
    return found[1:] if found.startswith("一十") else found


def letters(number: int) -> str:
    """a … z, aa, bb …: Word repeats the letter."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def roman(number: int) -> str:
    found = ""
    for step, sign in ROMAN:
        while number >= step:
            found, number = found + sign, number - step
    return found


def _from(first: int, most: int, shift: int = 0):
    """A row of single characters from `first` on; what is beyond stands in plain figures."""
    return lambda n: chr(first + n - 1 + shift) if 0 < n <= most else str(n)


def circled(number: int) -> str:
    for low, high, first in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if low <= number <= high:
            return chr(first + number - low)
    return str(number)


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(one)] for one in str(number))


def _turn(signs: str):
    return lambda n: signs[(n - 1) % len(signs)] if n > 0 else str(n)


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if 10 <= number % 100 <= 20 else ends.get(number % 10, 'th')}"


_COUNTING = dict.fromkeys(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
     "koreanCounting", "koreanDigital2"), chinese,
)  # fmt: skip
FORMATS = {
    **_COUNTING,
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalFullWidth2": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "lowerLetter": letters,
    "upperLetter": lambda n: letters(n).upper(),
    "lowerRoman": lambda n: roman(n).lower(),
    "upperRoman": roman,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "chineseLegalSimplified": lambda n: chinese(n, LEGAL, ("", "拾", "佰", "仟")),
    "ideographLegalTraditional": lambda n: chinese(n, "零壹貳參肆伍陸柒捌玖", ("", "拾", "佰", "仟")),
    "ideographTraditional": _turn(STEMS),
    "ideographZodiac": _turn(BRANCHES),
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedParen": _from(0x2474, 20),
    "decimalEnclosedFullstop": _from(0x2488, 20),
    "ideographEnclosedCircle": _from(0x3280, 10),
    "numberInDash": lambda n: f"- {n} -",
    "ordinal": _ordinal,
    "none": lambda n: "",
}  # fmt: skip


class Level:
    """One level of a list: how it counts and what is written."""

    def __init__(self, node, number: int):
        self.number = number
        formatted = child(node, "w:numFmt")
        if formatted is None:  # Word 2010 writes newer formats beside a fallback
            choices = [one for other in node if kind(other) == "mc:AlternateContent" for one in other]
            formatted = next((found for one in choices if (found := child(one, "w:numFmt")) is not None), None)
        self.format = value(formatted, default="decimal")
        self.pattern = value(formatted, "format")
        self.text = value(child(node, "w:lvlText"))
        self.start = _number(value(child(node, "w:start")), 1 if child(node, "w:start") is not None else 0)
        self.suffix = value(child(node, "w:suff"), default="tab")
        self.style = value(child(node, "w:pStyle"))
        self.is_legal = is_on(child(node, "w:isLgl"))
        restart = child(node, "w:lvlRestart")
        self.restart = None if restart is None else _number(value(restart), 0)
        faces = child(child(node, "w:rPr"), "w:rFonts")
        self.font = value(faces, "ascii") or value(faces, "hAnsi")
        self.is_hidden = is_on(child(child(node, "w:rPr"), "w:vanish"))

    def shown(self, count: int, is_legal: bool) -> str:
        if is_legal and self.format not in ("decimal", "decimalZero"):
            return str(count)
        if self.format == "custom":
            width = len(self.pattern.partition(",")[0].strip())
            return f"{count:0{width}d}" if self.pattern[:1] == "0" else str(count)
        return FORMATS.get(self.format, str)(count)


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


class Numbering:
    """The lists of one document and how far each has counted."""

    def __init__(self, package, styles):
        self.abstract, self.lists, self.styles = {}, {}, styles
        self.counts: dict[str, dict[int, int]] = {}
        self.started: set[tuple[str, int]] = set()
        self.unknown: set[str] = set()
        self._known: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = {}
        for root in package.of_role("numbering"):
            for one in root:
                if kind(one) == "w:abstractNum":
                    self.abstract[value(one, "abstractNumId")] = one
                elif kind(one) == "w:num":
                    self.lists[value(one, "numId")] = one

    def levels(self, number: str) -> tuple[str, dict[int, Level], dict[int, int]]:
        """(key of the counters, levels, starts of its own) of the list `number`; without levels when there is none."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: str) -> tuple[str, dict[int, Level], dict[int, int]]:
        one, seen = self.lists.get(number), set()
        if one is None:
            return "", {}, {}
        key = value(child(one, "w:abstractNumId"))
        while (link := value(child(self.abstract.get(key), "w:numStyleLink"))) and key not in seen:
            seen.add(key)
            numbered = self.styles.numbering(link)
            linked = self.lists.get(numbered[0]) if numbered else None
            key = value(child(linked, "w:abstractNumId"), default=key)
        found = _levels_of(self.abstract.get(key))
        starts = {}
        for other in one:
            if kind(other) != "w:lvlOverride":
                continue
            level = _number(value(other, "ilvl"), 0)
            if (own := child(other, "w:lvl")) is not None:
                found[level] = Level(own, level)
            if (start := child(other, "w:startOverride")) is not None:
                starts[level] = _number(value(start), 0)
            elif own is not None and level in found:
                starts[level] = found[level].start
        return key, found, starts

    def place(self, properties, style_id: str) -> tuple[str, int] | None:
        """(numId, level) of a paragraph with these w:pPr; None when it has no number."""
        own = child(properties, "w:numPr")
        number, level = value(child(own, "w:numId")), value(child(own, "w:ilvl"))
        inherited = self.styles.numbering(style_id)
        if not number and inherited:
            number, level = inherited[0], level or inherited[1] or self._level_of_style(*inherited)
        if not number or number == "0":
            return None
        return number, min(_number(level, 0), LEVELS - 1)

    def _level_of_style(self, number: str, _: str, style_id: str) -> str:
        """A style stands in the level that names it."""
        levels = self.levels(number)[1]
        return next((str(n) for n, one in levels.items() if one.style == style_id), "0")

    def next(self, place: tuple[str, int]) -> tuple[str, str]:
        """(number as it is shown, what follows it: "tab", "space", "nothing") of the next paragraph there."""
        number, level = place
        key, levels, starts = self.levels(number)
        one = levels.get(level)
        if one is None:
            return "", "nothing"
        counts = self.counts.setdefault(key, {})
        if level in starts and (number, level) not in self.started:
            self.started.add((number, level))
            counts.pop(level, None)
            one.start = starts[level]
        counts[level] = counts[level] + 1 if level in counts else one.start
        self._restart(counts, levels, level)
        if one.is_hidden:
            return "", "nothing"
        if one.format == "bullet":
            return self._bullet(one), one.suffix
        if one.format not in FORMATS and one.format != "custom":
            self.unknown.add(one.format)
        return re.sub(r"%([1-9])", lambda found: self._part(found, counts, levels, one), one.text), one.suffix

    def _restart(self, counts, levels, level: int) -> None:
        """Deeper levels begin again, each after the level it says (17.9.10); 0 never does."""
        for deeper in [n for n in counts if n > level]:
            after = levels[deeper].restart if deeper in levels else None
            if after is None or (after and level < after):
                del counts[deeper]

    def _part(self, found, counts, levels, one: Level) -> str:
        n = int(found.group(1)) - 1
        if n not in levels:
            return ""
        return levels[n].shown(counts.get(n, levels[n].start), one.is_legal and n <= one.number)

    def _bullet(self, one: Level) -> str:
        text = one.text
        if len(text) == 1 and (
            0xE000 <= ord(text) <= 0xF8FF or one.font.casefold().startswith(("wingdings", "symbol"))
        ):
            return symbol(one.font, f"{ord(text):X}") or "•"
        return text


def _levels_of(abstract) -> dict[int, Level]:
    found = {}
    for one in abstract if abstract is not None else ():
        if kind(one) == "w:lvl":
            number = _number(value(one, "ilvl"), 0)
            found[number] = Level(one, number)
    return found

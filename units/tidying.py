"""整理文字: what a paste from Word, a web page or OCR brings along is put right, and each place is counted.

One table of rules for two engines: `re` here, and the browser's RegExp in static/js/paste.js, which reads the table
from the field (`as_attribute`). So patterns keep to what both know: look-behind of fixed width, `$1` in replacements,
characters themselves above U+FFFF. What may be meant is left alone: blanks between names and after 第一章, figures,
cells of tables. Forms: GB/T 15834—2011 (marks), GB/T 9704—2012, 7.2.5 (brackets of a document number).
"""

import json
import re

HAN = "[\u3400-\u9fff\uf900-\ufaff\u3007\U00020000-\U000323af]"
AFTER = f"(?:{HAN}|[”’）》〉」』】〕])"
MARK = "[，。、；：？！）》〉」』】〕”’（《〈「『【〔“‘…—]"
UNIT = "[年月日时分秒号件个项条款章节次人户名届期份页元万亿倍天周]"
BLANK = "[ \u00a0\u2002-\u200a\u202f\u3000]"
JOINED = "\u2060"  # stands where a blank stood until the end; the first rule has removed all that were there
NUMERAL = "[一二三四五六七八九十]"

RULES: tuple[tuple[str, str], ...] = (
    ("[\u00ad\u200b-\u200f\u2060\ufeff]", ""),
    # a list number and its tab
    (rf"(^|\n){BLANK}*((?:[（(]?(?:[0-9]{{1,3}}|{NUMERAL}{{1,4}})[）)、.．]|第{NUMERAL}{{1,4}}[章节条])) *\t+"
     r"(?=[^\t\n]*(?:\n|$))",
     "$1$2"),
    # indents, blanks at line ends, empty lines: the layout indents, and every line is a paragraph
    (rf"(^|\n)(?:{BLANK}|\t)+(?=[^\s][^\t\n]*(?:\n|$))", "$1"),
    (rf"(?:{BLANK}|\t)+(?=\n|$)", ""),
    (r"\n\n+", "\n"),
    (r"^\n+", ""),
    (r"\n+$", ""),
    # numerals of headings, then marks between Chinese
    (rf"(^|\n)({NUMERAL}{{1,3}})[.．,，](?={HAN})", "$1$2、"),
    (rf"(^|\n)\(([0-9]{{1,2}})\)(?={HAN})", "$1（$2）"),
    (rf"({AFTER}),(?![0-9])", "$1，"),
    (rf"({AFTER});", "$1；"),
    (rf"({AFTER}):(?!//)", "$1："),
    (rf"({AFTER})\?", "$1？"),
    (rf"({AFTER})!", "$1！"),
    (rf"({HAN})(?:\.{{3,}}|。{{3,}}|·{{3,}})", "$1……"),
    (rf"({AFTER})\.(?=\n|$|{HAN}|{BLANK}+{HAN})", "$1。"),
    (rf"([0-9A-Za-z%]),(?={HAN})", "$1，"),
    (rf"([0-9A-Za-z%]);(?={HAN})", "$1；"),
    (rf"({HAN})--+(?={HAN})", "$1——"),
    (rf"\(([^()\n]*{HAN}[^()\n]*)\)", "（$1）"),
    (rf"\(([^()\n]*{HAN}[^()\n]*)\)", "（$1）"),  # one within another
    (rf'"([^"\n]*{HAN}[^"\n]*)"', "“$1”"),
    (rf"({HAN})[\[(（［【﹝]((?:19|20)[0-9]{{2}})[\])）］】﹞](?=第?[0-9]+号)", "$1〔$2〕"),
    # stray blanks: beside marks, within dates and counts, and between four or more single characters (OCR: 关 于 印 发)
    (rf"({MARK}){BLANK}+(?=[^\s])", "$1"),
    (rf"([^\s]){BLANK}+(?={MARK})", "$1"),
    (rf"([0-9]){BLANK}+(?={UNIT})", "$1"),
    (rf"([年月第共约]){BLANK}+(?=[0-9])", "$1"),
    (rf"(?<={HAN}{BLANK}{HAN}{BLANK}{HAN}){BLANK}(?={HAN}(?!{HAN}))", JOINED),
    (rf"(?<={HAN}){BLANK}(?={HAN}{JOINED})", JOINED),
    (rf"(?<={HAN}){BLANK}(?={HAN}{JOINED})", JOINED),
)  # fmt: skip
BREAKS = re.compile("\r\n?|[\u2028\u2029\u000b]")
_COMPILED = [(re.compile(pattern), re.sub(r"\$([0-9])", r"\\\1", into)) for pattern, into in RULES]


def tidy(text: str) -> tuple[str, int]:
    """(`text` put right, how many places were changed); a tidy text comes back as it is, with 0.

    Line breaks become `\\n` without being counted: every form sends its own.
    """
    text, places = BREAKS.sub("\n", text), 0
    for pattern, into in _COMPILED:
        text, count = pattern.subn(into, text)
        places += count
    return text.replace(JOINED, ""), places


def as_attribute() -> str:
    """The table as paste.js reads it from a field's `data-tidy`."""
    return json.dumps(RULES, ensure_ascii=True)

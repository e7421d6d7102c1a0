"""A document number as people type it, without its brackets: 长民2026年4号, 长民2026-4, 长民 2026 4 (GB/T 9704 7.2.5).

One rule for the search of the staff, the portal's and the filters of lists.
"""

import re

from .folding import folded

_YEAR, _SERIAL = r"(?P<year>(?:19|20)\d{2})", r"第?0*(?P<serial>[1-9]\d{0,4})"
_GAP = r"(?P<gap> ?年 ?| ?[-/_] ?| ?)"
_TYPED = re.compile(rf"(?P<head>(?:[\u3400-\u9fff] ?){{1,12}}?)〔? ?{_YEAR}(?P<close> ?〕)?{_GAP}{_SERIAL} ?号?")
_BARE = re.compile(rf"〔? ?{_YEAR}(?P<close> ?〕)?(?P<gap> ?[-/_] ?| ?){_SERIAL} ?(?P<end>号?)")


def as_number(text: str) -> str:
    """长民〔2026〕4号 for what reads as that number; without the name before it 〔2026〕4号; "" for anything else.

    Year and serial have to be parted: 长民20264号 may be two numbers. Without a name the 号 or the bracket must be there,
    for 2026-4 is a month, and 2026年4号 a day.
    """
    line = " ".join("".join(sign if sign.isspace() else folded(sign) for sign in text.replace("\x00", " ")).split())
    found = _TYPED.fullmatch(line)
    if found is not None and (found["gap"] or found["close"]):
        return f"{found['head'].replace(' ', '')}〔{found['year']}〕{found['serial']}号"
    found = _BARE.fullmatch(line)
    if found is not None and (found["close"] or (found["gap"] and found["end"])):
        return f"〔{found['year']}〕{found['serial']}号"
    return ""


def other_reading(text: str) -> str:
    """The number that `text` reads as, where the text as it stands would not find it; else ""."""
    number = as_number(text)
    return "" if number.startswith(folded(text)) else number


def called(words: list[str]) -> str:
    """What a record that the folded `words` name is called: its number, written whole, or the words as they stand."""
    return as_number(" ".join(words)) or "".join(words)

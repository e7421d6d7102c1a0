"""A 档号 as it is typed: half width, capitals, one kind of middle dot; nobody's keyboard has the one of DA/T 13."""

import re
import unicodedata

DOTS = re.compile(r"[.．。｡•‧∙⋅・･·]")


YEAR_OF_NUMBER = re.compile(r"[\[(（［【﹝{<〈《]((?:[1１][9９]|[2２][0０])\d\d)[\])）］】﹞}>〉》]")
SERIAL_OF_NUMBER = re.compile(r"(?<=〕)\s*第?\s*[0０]*([1-9１-９]\d*)\s*号$")


def numbered(text: str) -> str:
    """A 文号 with its year in 〔〕 and its serial without 第 and zeros (GB/T 9704 7.2.5), whatever the keyboard gave.

    长信[2003]2号, 长信（２００３）第０２号 → 长信〔2003〕2号. What has no year in brackets stays as it is: 2003-2 may be a month.
    """
    year = YEAR_OF_NUMBER.sub(lambda found: f"〔{int(found[1])}〕", text)
    return SERIAL_OF_NUMBER.sub(lambda found: f"{int(found[1])}号", year)


def folded(code: str) -> str:
    """The code as it is kept and compared."""
    return DOTS.sub("·", unicodedata.normalize("NFKC", DOTS.sub("·", code.strip()))).upper()

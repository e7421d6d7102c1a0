"""A 档号 as it is typed: half width, capitals, one kind of middle dot; nobody's keyboard has the one of DA/T 13."""

import re
import unicodedata

DOTS = re.compile(r"[.．。｡•‧∙⋅・･·]")


YEAR_OF_NUMBER = re.compile(r"[\[(（［【﹝{<〈《]((?:19|20)\d\d)[\])）］】﹞}>〉》]")


def numbered(text: str) -> str:
    """A 文号 with its year in 〔〕 (GB/T 9704), whatever brackets the keyboard gave."""
    return YEAR_OF_NUMBER.sub(r"〔\1〕", text)


def folded(code: str) -> str:
    """The code as it is kept and compared."""
    return DOTS.sub("·", unicodedata.normalize("NFKC", DOTS.sub("·", code.strip()))).upper()

"""Marks of state secrets. On this non-secret network a file that bears one is not taken (domain 12.1, SC-01, SC-03)."""

import re

# 密级 and ★ as GB/T 9704—2012, 7.2.2 prints them at the top left of the first page; blanks may stand between.
_MARK = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*★")
FIRST_PAGE_CHARACTERS = 28 * 22  # the grid of GB/T 9704—2012: characters a line × lines a page


def first_page(text: str) -> str:
    """The part of `text` that a first page can hold: up to a form feed, at most 28 × 22 characters."""
    return text.split("\f", 1)[0][:FIRST_PAGE_CHARACTERS]


def secret_marks(text: str) -> list[str]:
    """The marks found, each class once, without blanks: ["秘密★"]. Empty when there is none."""
    return list(dict.fromkeys(re.sub(r"\s", "", mark) + "★" for mark in _MARK.findall(text)))

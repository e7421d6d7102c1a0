"""Marks of state secrets. On this non-secret network a file that bears one is not taken (domain 12.1, SC-01, SC-03)."""

from units.secrecy import starred

FIRST_PAGE_CHARACTERS = 28 * 22  # the grid of GB/T 9704—2012: characters a line × lines a page


def first_page(text: str) -> str:
    """The part of `text` that a first page can hold: up to a form feed, at most 28 × 22 characters."""
    return text.split("\f", 1)[0][:FIRST_PAGE_CHARACTERS]


def secret_marks(text: str) -> list[str]:
    """The marks found, each class once, without blanks: ["秘密★"]. Empty when there is none."""
    return starred(text)

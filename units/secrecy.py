"""Marks of state secrets in texts: titles, bodies, names and texts of files, opinions (domain 12.1, SC-01, SC-03).

A mark is what says that *this* paper is secret. Words about secrets (保守国家秘密, 商业秘密, 密级变更) are none.
"""

import re
import unicodedata

from .texts import some_of

NAMED = 3  # marks that a sentence quotes

_TYPED_AS = str.maketrans(
    {"祕": "秘", "機": "机", "絕": "绝", "級": "级", "☆": "★", "⭐": "★", "✩": "★", "✪": "★", "✫": "★", "✬": "★", "✭": "★",
     "✮": "★", "✯": "★", "✰": "★", "⋆": "★", "🌟": "★"}
)  # fmt: skip
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
_CLASS = r"(?:绝\s*密|机\s*密|秘\s*密)"
_PERIOD = r"(?:[0-9一二三四五六七八九十]+\s*(?:年|个月)|长\s*期)"
# 密级 and ★ as GB/T 9704—2012, 7.2.2 prints them at the top left of the first page; blanks may stand between.
_STARRED = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*★")
_FORMS = (
    re.compile(rf"{_CLASS}\s*\*\s*{_PERIOD}"),  # a star that a keyboard has
    re.compile(rf"(?:密\s*级|保密等级)\s*:\s*{_CLASS}(?!\s*[、,/或和及与])"),  # declared; a list of classes is none
    re.compile(rf"^\W*(?:密\s*级\W*)?{_CLASS}(?:\s*级)?\W*{_PERIOD}?\W*$", re.M),  # alone on its line
)
_IN_NAMES = (
    re.compile(rf"[(\[【〔]\s*{_CLASS}(?:\s*[级件])?\W*{_PERIOD}?\s*[)\]】〕]"),
    re.compile(rf"(?:^|[_—-])\s*{_CLASS}(?:\s*[级件])?\s*(?:$|[_—.:-])"),
)


def _folded(text: str) -> str:
    """Blanks, full-width and traditional forms, other stars and invisible characters do not hide a mark."""
    if "密" not in text:
        return ""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_TYPED_AS)


def starred(text: str) -> list[str]:
    """The printed marks in `text`, each class once, without blanks: ["秘密★"]. [] when there is none."""
    return list(dict.fromkeys(re.sub(r"\s", "", mark) + "★" for mark in _STARRED.findall(_folded(text))))


def marks_in(text: str, *, is_name: bool = False) -> list[str]:
    """Marks in what was typed, each once, [] is good: printed ones, a class declared or alone on its line.

    `is_name`: a title or a file's name, where a class in brackets or set off by dashes is a mark too.
    """
    folded = _folded(text)
    if not folded:
        return []
    found = starred(folded)
    for form in (*_FORMS, *(_IN_NAMES if is_name else ())):
        for match in form.finditer(folded):
            mark = re.sub(r"\s", "", match.group()).strip("_—-.:")
            if not any(known in mark for known in found):
                found.append(mark)
    return found


def sentence(label: str, marks: list[str]) -> str:
    return (
        f"“{label}”带有密级标志（{some_of(marks, NAMED, '处')}）。本系统为非涉密网络，不得拟制、存储国家秘密，"
        "请立即停止录入，改用机要渠道办理；没有保存任何内容。如非涉密，请删去该标志。"
    )

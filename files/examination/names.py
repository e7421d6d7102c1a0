"""File names as people send them, made safe to store, to show and to send back."""

import re
import unicodedata
from functools import lru_cache

NAME_BYTES = 200  # file systems take 255; what is left is for a prefix or a counter
_STEM_LEFT = 1
# Controls, DEL, C1, invisible and direction characters, surrogates, non-characters, and what Windows forbids.
_DROPPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff\U000e0000-\U000e007f]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")
_EXTENSION = re.compile(r"\.[0-9A-Za-z]{1,10}$")


def extension_of(filename: str) -> str:
    """ ".pdf" of "通知.PDF"; "" when the name has none."""
    match = _EXTENSION.search(safe_filename(filename))
    return match.group().lower() if match else ""


def _cut(stem, room):
    """`stem` in at most `room` bytes of UTF-8, never through a character."""
    return stem.encode()[: max(room, _STEM_LEFT)].decode(errors="ignore")


@lru_cache(maxsize=256)  # one file's name is asked for by all who look at it
def safe_filename(name: str) -> str:
    """`name` without path, control and direction characters, at most 200 bytes of UTF-8, extension kept, never empty.

    Chinese stays as it is. A name of which nothing is left becomes 未命名.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = _FORBIDDEN.sub("_", _DROPPED.sub("", last))
    kept = re.sub(r"\s+", " ", kept).strip(" .\u3000")
    if last.strip().startswith(".") and _EXTENSION.fullmatch("." + kept):
        kept = "." + kept  # ".pdf" is a name that lost its stem
    match = _EXTENSION.search(kept)
    extension = match.group() if match else ""
    stem = kept[: len(kept) - len(extension)].rstrip(" .")
    if not stem or not any(unicodedata.category(character)[0] in "LNPSC" for character in stem):
        stem = "未命名"
    if _RESERVED.match(stem.split(".")[0]):
        stem = "_" + stem
    return _cut(stem, NAME_BYTES - len(extension.encode())) + extension

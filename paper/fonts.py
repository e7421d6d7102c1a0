"""Which installed font plays which role of the standard (GB/T 9704—2012, 5.2.2), with fallbacks for rare characters."""

import functools
import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import typst
from django.conf import settings
from fontTools.ttLib import TTFont

from .errors import FontsMissing

# role -> families in order of preference; the first ones are the official faces a site may have bought
ROLES = {
    "body": ("FangSong_GB2312", "FangSong", "FandolFang R"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "Noto Serif CJK SC", "FandolSong"),
    "kai": ("KaiTi_GB2312", "KaiTi", "FandolKai"),
    "hei": ("SimHei", "FandolHei", "Noto Sans CJK SC"),
    "song": ("SimSun", "FandolSong", "Noto Serif CJK SC"),
}
RARE = ("LXGW WenKai", "Noto Serif CJK SC", "Noto Sans CJK SC")
REGULAR = 400
SET = frozenset("\n\t ")  # what a layout turns into places, not into glyphs


@dataclass(frozen=True)
class FontSet:
    """Families per role, a compiler that holds them, and what is written into the record's metadata."""

    families: dict[str, tuple[str, ...]]
    compiler: typst.Compiler
    used: dict[str, str]
    faces: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)  # role -> (file, index in it)


@functools.cache
def resolve(folder: str) -> FontSet:
    """Read the fonts of `folder` once per process; FontsMissing without any face for the body."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    # of a family's weights the one that is set, the regular, comes last and wins
    have = {font.family: font for font in sorted(found.fonts(), key=lambda font: -abs(font.weight - REGULAR))}
    rare = [name for name in RARE if name in have]
    families = {}
    for role, wanted in ROLES.items():
        first = next((name for name in wanted if name in have), None) or next(iter(rare), None)
        if first is None:
            raise FontsMissing
        families[role] = tuple(dict.fromkeys([first, *rare]))
    used = {role: f"{names[0]} sha256:{_digest(have[names[0]].path)}" for role, names in families.items()}
    faces = {role: tuple((have[name].path, have[name].index) for name in names) for role, names in families.items()}
    return FontSet(families, typst.Compiler(font_paths=found, ignore_system_fonts=True), used, faces)


@functools.cache
def _characters(path: str, index: int) -> frozenset[int]:
    """Code points one face has a glyph for; read once per process (10,000 to 30,000 of them, some 30 ms)."""
    with TTFont(path, lazy=True, fontNumber=index) as face:
        return frozenset(face.getBestCmap())


# What a shaper draws without a glyph: blanks, and characters that are not to be seen (variation selectors, joiners)
UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cf"})


def missing_glyphs(text: str, role: str = "body") -> str:
    """Characters of `text` that no face of `role` can show, each once, in order of their first place; "" is good.

    The same answer as the painter's: a composed character may be drawn from its parts. Raises FontsMissing.
    """
    faces = resolve(str(settings.EGOV_FONTS_DIR)).faces[role]
    tables = [_characters(*face) for face in faces]
    lost = {char for char in set(text) - SET if not _is_shown(char, tables)}
    return "".join(dict.fromkeys(char for char in text if char in lost)) if lost else ""


def _is_shown(char: str, tables: list[frozenset[int]]) -> bool:
    if any(ord(char) in table for table in tables):
        return True
    if unicodedata.category(char) in UNSEEN or char == "\u034f" or 0xFE00 <= ord(char) <= 0xFE0F:
        return True
    if 0xE0100 <= ord(char) <= 0xE01EF:
        return True
    parts = unicodedata.normalize("NFD", char)
    return parts != char and any(all(ord(part) in table for part in parts) for table in tables)


@functools.cache
def _digest(path: str | None) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16] if path else ""

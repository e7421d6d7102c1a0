"""Which installed font plays which role of the standard (GB/T 9704—2012, 5.2.2), with fallbacks for rare characters."""

import functools
import hashlib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from fontTools.pens.boundsPen import BoundsPen
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
WEIGHTS = {"title": 700}  # 小标宋 is a heavy Song; a free family has it as its bold
REGULAR = 400
# Ink of 小标宋's and 宋体's glyphs in ems over the base line, where no font is installed to be asked
USUAL_INK = {"title": (0.76, -0.16), "song": (0.311, 0.289)}
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
    families, used, faces = {}, {}, {}
    for role, wanted in ROLES.items():
        weight = WEIGHTS.get(role, REGULAR)
        # of a family's weights the one that is set comes last and wins
        have = {font.family: font for font in sorted(found.fonts(), key=lambda font: -abs(font.weight - weight))}
        rare = [name for name in RARE if name in have]
        first = next((name for name in wanted if name in have), None) or next(iter(rare), None)
        if first is None:
            raise FontsMissing
        families[role] = tuple(dict.fromkeys([first, *rare]))
        used[role] = f"{first} sha256:{_digest(have[first].path)}"
        faces[role] = tuple((have[name].path, have[name].index) for name in families[role])
    return FontSet(families, typst.Compiler(font_paths=found, ignore_system_fonts=True), used, faces)


class Face:
    """One face's widths and ink in ems, read when asked; a glyph is drawn once per process."""

    def __init__(self, path: str, index: int) -> None:
        self.font = TTFont(path, lazy=True, fontNumber=index)
        self.cmap = self.font.getBestCmap()
        self.em = self.font["head"].unitsPerEm
        self.glyphs = self.font.getGlyphSet()
        self.ink, self.width = functools.cache(self._ink), functools.cache(self._width)

    def _ink(self, char: str) -> tuple[float, float]:
        pen = BoundsPen(self.glyphs)
        self.glyphs[self.cmap[ord(char)]].draw(pen)
        return (pen.bounds[3] / self.em, pen.bounds[1] / self.em) if pen.bounds else (0.0, 0.0)

    def _width(self, char: str) -> float:
        return self.font["hmtx"][self.cmap[ord(char)]][0] / self.em


@functools.cache
def _face(path: str, index: int) -> Face:
    return Face(path, index)


def _face_of(char: str, role: str) -> Face | None:
    faces = (_face(*one) for one in resolve(str(settings.EGOV_FONTS_DIR)).faces[role])
    return next((face for face in faces if ord(char) in face.cmap), None)


def ink(text: str, role: str) -> tuple[float, float]:
    """(highest, lowest) ink of the glyphs of `text` in ems over the base line; a usual value without fonts."""
    try:
        faces = [(face, char) for char in text if (face := _face_of(char, role))]
    except FontsMissing:
        faces = []
    found = [face.ink(char) for face, char in faces]
    return (max(top for top, _ in found), min(low for _, low in found)) if found else USUAL_INK[role]


def natural_width(text: str, role: str) -> float:
    """Ems that the glyphs of `text` take as the face has them. Raises FontsMissing."""
    return sum(face.width(char) for char in text if (face := _face_of(char, role)))


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


def marked(data: Any, role: str = "body") -> Any:
    """`data` of a form with 〓 and the code point for each character that no face shows; its `fonts` as they are.

    〓 stands for a missing type in print. A form that follows a record must not bar its filing because of a rare name:
    the name itself is kept whole in the metadata. The issued page is no such form: what it cannot show is refused.
    """
    if isinstance(data, str):
        lost = missing_glyphs(data, role)
        return "".join(f"〓（U+{ord(char):X}）" if char in lost else char for char in data) if lost else data
    if isinstance(data, dict):
        return {key: value if key == "fonts" else marked(value, role) for key, value in data.items()}
    return [marked(one, role) for one in data] if isinstance(data, (list, tuple)) else data


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

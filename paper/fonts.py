"""Which installed font plays which role of the standard (GB/T 9704—2012, 5.2.2), with fallbacks for rare characters."""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

import typst

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


@dataclass(frozen=True)
class FontSet:
    """Families per role, a compiler that holds them, and what is written into the record's metadata."""

    families: dict[str, tuple[str, ...]]
    compiler: typst.Compiler
    used: dict[str, str]


@functools.cache
def resolve(folder: str) -> FontSet:
    """Read the fonts of `folder` once per process; FontsMissing without any face for the body."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    have = {font.family: font for font in found.fonts()}
    rare = [name for name in RARE if name in have]
    families = {}
    for role, wanted in ROLES.items():
        first = next((name for name in wanted if name in have), None) or next(iter(rare), None)
        if first is None:
            raise FontsMissing
        families[role] = tuple(dict.fromkeys([first, *rare]))
    used = {role: f"{names[0]} sha256:{_digest(have[names[0]].path)}" for role, names in families.items()}
    return FontSet(families, typst.Compiler(font_paths=found, ignore_system_fonts=True), used)


@functools.cache
def _digest(path: str | None) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16] if path else ""

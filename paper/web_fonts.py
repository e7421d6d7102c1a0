"""The page's faces for the screen, made from the same files that set the PDF: preview and PDF then look alike.

Nothing of a third party is committed: `manage.py web_fonts` writes WOFF files and faces.css into the data folder. Of
each face the characters of every day (GB 2312, level 1, with marks and figures) are a file of their own; the whole
face is only fetched where another character is met.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from .fonts import resolve

MARKS = frozenset(
    [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2040), *range(0x2160, 0x2170), *range(0x2460, 0x2474),
     *range(0x3000, 0x3020), *range(0xFF00, 0xFFE6)]
)  # fmt: skip
FIRST_ROW, LAST_ROW, LAST_CELL = 16, 55, 89  # level 1 of GB 2312—80
NAME = "页面"


def everyday() -> frozenset[int]:
    """Code points of GB 2312's first level: 3,755 characters."""
    cells = (
        bytes([0xA0 + row, 0xA0 + cell])
        for row in range(FIRST_ROW, LAST_ROW + 1)
        for cell in range(1, 95)
        if row < LAST_ROW or cell <= LAST_CELL
    )
    return frozenset(ord(cell.decode("gb2312")) for cell in cells)


def make(folder: str, target: Path, say: Callable[[str], None]) -> list[str]:
    """Write the files into `target`, which is replaced as a whole; their names. Raises FontsMissing."""
    fonts = resolve(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent))
    names = {face: f"face-{number}" for number, face in enumerate(dict.fromkeys(
        face for faces in fonts.faces.values() for face in faces))}  # fmt: skip
    jobs = [job for face, name in names.items() for job in _jobs(face, name, fonts.faces)]
    say(f"Faces for the screen: {len(jobs)} files …")
    with ProcessPoolExecutor(max_workers=2) as pool:
        for one in [pool.submit(_write, *job[:3], work / job[3]) for job in jobs]:
            one.result()
    (work / "faces.css").write_text(_css(jobs, fonts.faces), encoding="utf-8")
    work.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    work.rename(target)
    return sorted(path.name for path in target.iterdir())


def _jobs(face: tuple[str, int], name: str, roles: dict) -> Iterator[tuple]:
    """(path, index, code points or None for the whole face, file)."""
    first = [role for role, faces in roles.items() if faces[0] == face]
    with TTFont(face[0], lazy=True, fontNumber=face[1]) as font:
        have = frozenset(font.getBestCmap())
    if first == ["song"]:  # page numbers only
        yield (*face, have & MARKS, f"{name}-1.woff")
        return
    if first:
        yield (*face, have & (everyday() | MARKS), f"{name}-1.woff")
    yield (*face, None, f"{name}-2.woff")


def _write(path: str, index: int, code_points: frozenset[int] | None, target: Path) -> None:
    with TTFont(path, lazy=True, fontNumber=index) as font:
        if code_points is not None:
            options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 13])
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=code_points)
            subsetter.subset(font)
        font.flavor = "woff"
        font.save(target)
    target.chmod(0o644)


def _css(jobs: list[tuple], roles: dict) -> str:
    """A family a file; behind one another in a chain: the next is only fetched for a character the first lacks."""
    lines, files = [], {}
    for path, index, _, file in jobs:
        family = f"{NAME}{file.removesuffix('.woff')}"
        files.setdefault((path, index), []).append(family)
        lines.append(
            f'@font-face {{ font-family: "{family}"; src: url("{file}") format("woff"); font-display: swap; }}'
        )
    for role, faces in roles.items():
        chain = ", ".join(f'"{family}"' for face in faces for family in files[face])
        # the face is as heavy as it is; the browser must not thicken it
        lines.append(f".face-{role} {{ font-family: {chain}, serif; font-weight: 400; font-synthesis: none; }}")
    return "\n".join(lines) + "\n"

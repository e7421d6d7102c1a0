"""A file as a page of ours shows it: its pages as pictures, its text as text, never the file itself.

Pictures are drawn by a probe with limits, two at a time on the whole site, and kept under the file's digest: they
can be drawn again whenever they are missing. Nobody asks here who may see the file: the view has asked.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from django.conf import settings

from . import probing
from .models import StoredFile
from .store import path_of, write_durably
from .text import beginning_of, has_text, text_blocks

DRAWN = {
    "application/pdf": "pdf", "image/jpeg": "image", "image/png": "image", "image/tiff": "image", "image/jp2": "image",
}  # fmt: skip
WIDTH = 1240  # pixels: A4 at 150 dpi, legible when a phone enlarges it
CHARACTERS = 20_000  # of a text on the page; the whole file is a click away
SLOTS = 2  # pictures drawn at once
WAIT_SECONDS = 20
USED_AGAIN = 24 * 3600  # seconds after which a look at a picture counts as its being used
UNUSED = 30 * 24 * 3600


class NotShownError(Exception):
    """The message is the sentence for the person."""


def page_count(stored: StoredFile) -> int:
    """How many pictures the file makes; 0 for what is not drawn."""
    return (stored.pages or 1) if stored.mime in DRAWN else 0


def is_read(stored: StoredFile) -> bool:
    """Whether the file is shown as text."""
    return stored.mime not in DRAWN and has_text(stored.mime)


def words(stored: StoredFile) -> str:
    """The beginning of the text, at most CHARACTERS of it; "" where none can be taken."""
    if stored.mime == "text/plain":
        return beginning_of(path_of(stored), CHARACTERS)
    kept = _place(stored, "txt")
    if not kept.exists():
        with closing(text_blocks(path_of(stored), stored.mime)) as blocks:
            text = "".join(islice(blocks, 4 * CHARACTERS // probing.BLOCK + 2))[:CHARACTERS]
        _keep(kept, text.encode())
    return kept.read_text(encoding="utf-8")


def picture(stored: StoredFile, page: int) -> Path:
    """The JPEG of one page, WIDTH pixels wide at most. Raises NotShownError for a page that cannot be drawn."""
    if not 1 <= page <= page_count(stored):
        raise NotShownError("没有这一页。")
    kept = _place(stored, f"{page}.jpg")
    if kept.exists():
        if time.time() - kept.stat().st_mtime > USED_AGAIN:
            os.utime(kept)
        return kept
    with _slot():
        try:
            drawn = probing.run("picture", path_of(stored), DRAWN[stored.mime], str(page), str(WIDTH))
        except probing.ProbeError:
            raise NotShownError("这一页不能在页面上显示，请下载原件阅看。") from None
    _keep(kept, drawn)
    return kept


def _place(stored: StoredFile, ending: str) -> Path:
    return Path(settings.EGOV_PICTURES_DIR) / stored.sha256[:2] / f"{stored.sha256}-{ending}"


def _keep(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    write_durably(place, [content])


@contextmanager
def _slot() -> Iterator[None]:
    """One of SLOTS on this machine, whichever process asks; NotShownError when none is free in time."""
    folder = Path(settings.EGOV_PICTURES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    begun, number = time.monotonic(), 0
    while True:
        handle = os.open(folder / f".slot-{number % SLOTS}", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            break
        if time.monotonic() - begun > WAIT_SECONDS:
            raise NotShownError("正在生成页面图像的人较多，请稍后再看这一页。")
        number += 1
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(handle)

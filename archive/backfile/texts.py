"""What full-text search finds in the files of a row, piece by piece: whole, and never in memory at once."""

from collections.abc import Callable, Iterator

from files.models import StoredFile
from files.store import Landed, path_of
from files.text import has_text, text_blocks

PIECE = 500_000  # characters
LONGEST_TEXT = 32_000_000  # characters of one record that are searched; the file itself is kept whole
BYTES_TOLD = 64 * 1024 * 1024  # a text file above this may reach further than that


def pieces_of(landed: list[Landed]) -> Callable[[], Iterator[str]]:
    """The texts of landed files one after the other, as filing takes them (files/text.py)."""

    def pieces() -> Iterator[str]:
        left = LONGEST_TEXT
        for number, one in enumerate(landed):
            if not has_text(one.examination.mime):
                continue
            if number:
                yield "\n"
            for piece in _read(one):
                yield piece[:left]
                left -= len(piece)
                if left <= 0:
                    return

    return pieces


def _read(one: Landed) -> Iterator[str]:
    if one.examination.words is not None:
        yield one.examination.words
        return
    path, mime = path_of(StoredFile(sha256=one.sha256)), one.examination.mime
    if mime != "text/plain":
        yield from text_blocks(path, mime)
        return
    encoding = one.examination.text_encoding or "utf-8"
    with path.open("r", encoding=encoding, errors="replace", newline="") as file:
        while piece := file.read(PIECE):
            yield piece

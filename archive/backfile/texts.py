"""What full-text search finds in the text files of a row, piece by piece: whole, and never in memory at once."""

from collections.abc import Callable, Iterator

from files.models import StoredFile
from files.store import Landed, path_of

PIECE = 500_000  # characters
LONGEST_TEXT = 32_000_000  # characters of one record that are searched; the file itself is kept whole
BYTES_TOLD = 64 * 1024 * 1024  # a text file above this may reach further than that


def pieces_of(landed: list[Landed]) -> Callable[[], Iterator[str]]:
    """The texts of landed files one after the other; other formats are found by their catalogue."""

    def pieces() -> Iterator[str]:
        left = LONGEST_TEXT
        for number, one in enumerate(landed):
            if one.examination.mime != "text/plain":
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
    encoding = one.examination.text_encoding or "utf-8"
    path = path_of(StoredFile(sha256=one.sha256))
    with path.open("r", encoding=encoding, errors="replace", newline="") as file:
        while piece := file.read(PIECE):
            yield piece

"""A row with a text of any length, streamed to PostgreSQL: no statement is built of it, memory is one piece."""

from collections.abc import Iterable, Iterator

ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x00": None})


class CopyLine:
    """One line of the text format of COPY as a file to read from: `columns` in front, then the text of `pieces`."""

    def __init__(self, columns: Iterable[str], pieces: Iterable[str]) -> None:
        self._parts, self._left = self._encoded(columns, pieces), b""

    @staticmethod
    def _encoded(columns: Iterable[str], pieces: Iterable[str]) -> Iterator[bytes]:
        for column in columns:
            yield column.translate(ESCAPES).encode() + b"\t"
        for piece in pieces:
            yield piece.translate(ESCAPES).encode()
        yield b"\n"

    def read(self, size: int) -> bytes:
        while len(self._left) < size and (part := next(self._parts, None)) is not None:
            self._left += part
        given, self._left = self._left[:size], self._left[size:]
        return given

"""What the database is not told row by row: a text of any length streamed to it, and the first history of many rows."""

from collections.abc import Iterable, Iterator
from functools import cache

from django.db import connection
from django.utils import timezone

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


def first_history(model, keys: list[int], by) -> None:
    """The history of rows just inserted, copied by the database: what simple-history's bulk_history_create would write.

    The columns of a record are then sent once; half of what an import sends would be its history.
    """
    with connection.cursor() as cursor:
        cursor.execute(_first_history(model), [timezone.now(), by.pk, keys])


@cache
def _first_history(model) -> str:
    history, quoted = model.history.model, connection.ops.quote_name
    kept = [quoted(field.column) for field in history.tracked_fields]
    own = ["history_date", "history_type", "history_change_reason", "history_user_id"]
    values = ["%s", "'+'", "''", "%s"]
    if hasattr(history, "history_relation"):
        own.append("history_relation_id")
        values.append("id")
    return (
        f"INSERT INTO {quoted(history._meta.db_table)} ({', '.join([*kept, *map(quoted, own)])})"
        f" SELECT {', '.join([*kept, *values])} FROM {quoted(model._meta.db_table)} WHERE id = ANY(%s) ORDER BY id"
    )

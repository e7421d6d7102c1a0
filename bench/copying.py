"""Many rows at once: a COPY stream, or one INSERT … SELECT; what neither names gets the model's own default."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection
from django.db.models import NOT_PROVIDED, AutoField
from django.utils import timezone

LINES = 500  # written at once: the memory of a stream


def reserve(model, count: int) -> range:
    """`count` keys of the model's own sequence, one after the other; RuntimeError when somebody else drew between."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(key), max(key) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS key "
            "FROM generate_series(1, %s)) AS drawn",
            [model._meta.db_table, count],
        )
        first, last = cursor.fetchone()
    if last - first + 1 != count:
        raise RuntimeError(f"Somebody else writes {model._meta.db_table} at the same time.")
    return range(first, last + 1)


def copy(model, rows: Iterable[dict]) -> None:
    """Insert rows, dicts by attribute name ("unit_id"), in one stream; memory is one buffer, not the rows."""
    fields = [field for field in model._meta.concrete_fields if not _is_the_databases(field)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        sql = f"COPY \"{model._meta.db_table}\" ({columns}) FROM STDIN WITH CSV NULL '\\N'"
        cursor.copy_expert(sql, _Stream(_lines(fields, rows)))


def insert(model, source: str, parameters: dict | None = None, **columns: str) -> int:
    """INSERT … SELECT `columns` (SQL by attribute name) FROM `source`; returns how many rows."""
    chosen, values, given = [], [], dict(parameters or {})
    for field in model._meta.concrete_fields:
        if field.attname in columns:
            sql = columns.pop(field.attname)
        elif _is_the_databases(field) or isinstance(field, AutoField):
            continue
        else:
            sql, given[f"default_{field.attname}"] = f"%(default_{field.attname})s", _prepared(field)
        chosen.append(f'"{field.column}"')
        values.append(sql)
    if columns:
        raise LookupError(f"{model.__name__} has no {', '.join(columns)}.")
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(chosen)}) SELECT {", ".join(values)} FROM {source}',
            given,
        )
        return cursor.rowcount


def _is_the_databases(field) -> bool:
    return field.generated or field.db_default is not NOT_PROVIDED


def _default(field):
    return timezone.now() if getattr(field, "auto_now", False) else field.get_default()


def _prepared(field):
    return field.get_db_prep_save(_default(field), connection)


def _lines(fields, rows: Iterable[dict]) -> Iterator[bytes]:
    """CSV lines, made as they are asked for."""
    template = [_as_text(field, _default(field)) for field in fields]
    place = {field.attname: (number, field) for number, field in enumerate(fields)}
    rows = iter(rows)
    while chunk := list(islice(rows, LINES)):
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        for row in chunk:
            line = template.copy()
            for name, value in row.items():
                number, field = place[name]
                line[number] = _as_text(field, value)
            writer.writerow(line)
        yield buffer.getvalue().encode()


def _as_text(field, value) -> object:
    if value is None:
        return "\\N"
    return json.dumps(value) if isinstance(value, dict | list) else value


class _Stream(io.RawIOBase):
    """What psycopg2 reads from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.left = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size and (chunk := next(self.chunks, b"")):
            self.left += chunk
        given, self.left = self.left[:size], self.left[size:]
        return given

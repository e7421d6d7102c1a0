"""Rows by COPY: model instances in, with every default that the model gives, as fast as the database takes them."""

import csv
import io
from collections.abc import Iterable

from django.db import connection


def reserve(model, count: int) -> list[int]:
    """`count` keys of the model's own sequence."""
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def copy(model, rows: Iterable) -> None:
    """Insert instances of `model` (keys set) in one stream; memory is one buffer, not the number of rows."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        sql = f"COPY \"{model._meta.db_table}\" ({columns}) FROM STDIN WITH CSV NULL '\\N'"
        cursor.copy_expert(sql, _Lines(fields, rows))


class _Lines(io.RawIOBase):
    """What psycopg2 reads from: CSV lines made as they are asked for."""

    def __init__(self, fields, rows: Iterable) -> None:
        self.fields, self.rows, self.left = fields, iter(rows), b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size:
            chunk = self._more(200)
            if not chunk:
                break
            self.left += chunk
        given, self.left = self.left[:size], self.left[size:]
        return given

    def _more(self, count: int) -> bytes:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        for _, row in zip(range(count), self.rows, strict=False):
            writer.writerow([self._value(field, row) for field in self.fields])
        return buffer.getvalue().encode()

    @staticmethod
    def _value(field, row) -> object:
        value = field.pre_save(row, add=True)
        if value is None:
            return "\\N"
        if field.get_internal_type() == "JSONField":
            return field.get_prep_value(value) if isinstance(value, str) else "[]" if value == [] else "{}"
        return value

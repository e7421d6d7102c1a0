"""INSERT of a model's rows, its text written once a process as those of units/statements.py are."""

from collections.abc import Iterable
from typing import Any

from django.db import connections, router
from django.db.models import AutoField, Model


class Insertion:
    """What `bulk_create` writes of rows whose related rows have their keys; no signal is sent for either.

    `or_nothing`: a row that is there already stays as it is, and ours gets no key. Not for models to whose rows the
    database adds something beside the key.
    """

    def __init__(self, model: type[Model], *, or_nothing: bool = False) -> None:
        fields: list[Any] = list(model._meta.local_concrete_fields)
        if model._meta.parents or any(one.generated or one.has_db_default() for one in fields):
            raise ValueError(f"The database adds to the rows of {model.__name__}.")
        self.model, self.or_nothing, self.key = model, or_nothing, fields[fields.index(model._meta.pk)]
        self.gives_key = isinstance(self.key, AutoField)
        self.rest = [one for one in fields if one is not self.key]

    def write(self, rows: Iterable[Any]) -> None:
        """All of them in one statement. Either each has its key, or each is given one."""
        given = list(rows)
        if not given:
            return
        alias = router.db_for_write(self.model)
        has_key = not self.gives_key or given[0].pk is not None
        fields = [self.key, *self.rest] if has_key else self.rest
        with connections[alias].cursor() as cursor:
            values = [one.get_db_prep_save(one.pre_save(row, True), cursor.db) for row in given for one in fields]
            cursor.execute(self._text(fields, len(given), cursor.db, wants_key=not has_key), values)
            keys = [] if has_key else [key for (key,) in cursor.fetchall()]
        for row in given:
            row._state.adding, row._state.db = False, alias
        if len(keys) == len(given):
            for row, key in zip(given, keys, strict=True):
                row.pk = key

    def _text(self, fields: list[Any], count: int, connection: Any, *, wants_key: bool) -> str:
        quoted = connection.ops.quote_name
        places = ", ".join(
            one.get_placeholder(None, None, connection) if hasattr(one, "get_placeholder") else "%s" for one in fields
        )
        return "".join(
            (
                f"INSERT INTO {quoted(self.model._meta.db_table)} ({', '.join(quoted(one.column) for one in fields)})",
                f" VALUES {', '.join([f'({places})'] * count)}",
                " ON CONFLICT DO NOTHING" if self.or_nothing else "",
                f" RETURNING {quoted(self.key.column)}" if wants_key else "",
            )
        )

"""Querysets written once a process, not once a page: only the values of their slots differ from call to call.

Django writes a statement anew at every question; of a page's processor time that is more than a half
(docs/performance.md). What is kept here is the text, its columns and relations, never what the database answers.
"""

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable, get_related_populators

# stand for a value where a statement is written; no column holds them
KEY, OTHER_KEY = -7_310_000_000_000_001, -7_310_000_000_000_002
UID = UUID("00000000-feed-0000-0000-000000000001")
DAY = date(1, 2, 3)
WORDS = "\x1fslot\x1f"


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`column = ANY (array)`: one text however many values, where IN writes one for each number of them."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY (%s::{self.lhs.output_field.db_type(connection)}[])", [*params, list(self.rhs)]


class Statement:
    """`rows` as they would be read, with what is given for the slots.

    `slots`: name → the value that stands for it in `rows`, as a parameter of its own and nowhere else. Model instances
    come with what `select_related`, `annotate`, `only` and `prefetch_related` say; of `values_list` tuples come.
    """

    def __init__(self, rows: QuerySet, **slots: Any) -> None:
        if (is_sealed := getattr(rows, "_ask", None)) is not None:
            is_sealed()  # rows with titles: allowing or unguarded comes first here as well (units/guarded.py)
        self.alias, self.lookups = rows.db, rows._prefetch_related_lookups
        self.makes_models = rows._iterable_class is ModelIterable
        self.compiler = rows.query.get_compiler(self.alias)
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, params = "", ()
        stands_for = {(type(value), _hashed(value)): name for name, value in slots.items()}
        found = [stands_for.get((type(one), _hashed(one))) for one in params]
        if self.sql and set(slots) - set(found):
            raise ValueError(f"Not in the statement: {', '.join(sorted(set(slots) - set(found)))}")
        self.params, self.places = list(params), [(at, name) for at, name in enumerate(found) if name is not None]
        if self.sql:
            self._look_at_columns()

    def _look_at_columns(self) -> None:
        select, count = self.compiler.select, self.compiler.col_count
        self.converters = self.compiler.get_converters([one[0] for one in select[:count]])
        if not self.makes_models:
            return
        info = self.compiler.klass_info
        self.model, fields = info["model"], info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [one[0].target.attname for one in select[self.start : self.end]]
        self.related = get_related_populators(info, select, self.alias)
        self.annotations = list((self.compiler.annotation_col_map or {}).items())

    def ask(self, **given: Any) -> list:
        """The rows; every slot is given a value."""
        if not self.sql:
            return []
        params = self.params.copy()
        for at, name in self.places:
            params[at] = given[name]
        with connections[self.alias].cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Iterable = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        if not self.makes_models:
            return [tuple(row) for row in rows]
        found = [self._made(row) for row in rows]
        if self.lookups and found:
            prefetch_related_objects(found, *self.lookups)
        return found

    def first(self, **given: Any) -> Any:
        return next(iter(self.ask(**given)), None)

    def flat(self, **given: Any) -> list:
        """The one column of `values_list`."""
        return list(chain.from_iterable(self.ask(**given)))

    def _made(self, row):
        made = self.model.from_db(self.alias, self.names, row[self.start : self.end])
        for one in self.related:
            one.populate(row, made)
        for name, at in self.annotations:
            setattr(made, name, row[at])
        return made


def _hashed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

"""Querysets written once a process, not once a page: only the values of their slots differ from call to call.

Django writes a statement anew at every question; of a page's processor time that is more than a half
(docs/performance.md). What is kept here is the text, its columns and relations, never what the database answers.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
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


MANY = 5  # keys
_KEYS = re.compile(rf" IN \(%s(?:, %s){{{MANY - 1},}}\)")


def gathered(sql: str, params: Sequence) -> tuple[str, list]:
    """`sql` in which a list of many keys is one array that the planner does not open.

    It tries every key of a list it knows against the predicate of every partial index: the counters of a person of 57
    units took it 6 to 9 ms to plan, and take 1. For counts and what is found by words: it takes such an array for ten
    keys, so what is read in order by a unit's index stays as it is.
    """
    pieces: list[str] = []
    values: list = []
    begin = at = 0  # in the text, and among its parameters
    for found in _KEYS.finditer(sql):
        first = at + sql.count("%s", begin, found.start())
        last = first + sql.count("%s", found.start(), found.end())
        values += params[at:first]
        pieces.append(sql[begin : found.start()])
        if all(type(one) is int for one in params[first:last]):
            pieces.append(" = ANY ((SELECT %s::bigint[])::bigint[])")
            values.append(list(params[first:last]))
        else:
            pieces.append(found.group())
            values += params[first:last]
        begin, at = found.end(), last
    return "".join(pieces) + sql[begin:], [*values, *params[at:]]


class Slotted:
    """SQL whose parameters are kept but for those of its slots: name → the value that stands for it where it was made.

    Such a value is a parameter of its own, and nothing else in the statement equals it.
    """

    def __init__(self, sql: str, params: Iterable, **slots: Any) -> None:
        stands_for = {(type(value), _hashed(value)): name for name, value in slots.items()}
        self.sql, self.params = sql, list(params)
        found = [stands_for.get((type(one), _hashed(one))) for one in self.params]
        self.places = [(at, name) for at, name in enumerate(found) if name is not None]
        self.missing = set(slots) - set(found)

    def filled(self, given: Mapping[str, Any]) -> list:
        """The parameters with what is given for the slots."""
        params = self.params.copy()
        for at, name in self.places:
            params[at] = given[name]
        return params


class Statement:
    """`rows` as they would be read, with what is given for the slots.

    `slots`: name → the value that stands for it in `rows`, as a parameter of its own and nowhere else. Model instances
    come with what `select_related`, `annotate`, `only` and `prefetch_related` say; of `values_list` tuples come.
    `are_lists_gathered`: see `gathered`.
    """

    def __init__(self, rows: QuerySet, *, are_lists_gathered: bool = False, **slots: Any) -> None:
        if (is_sealed := getattr(rows, "_ask", None)) is not None:
            is_sealed()  # rows with titles: allowing or unguarded comes first here as well (units/guarded.py)
        self.alias, self.lookups = rows.db, rows._prefetch_related_lookups
        self.makes_models = rows._iterable_class is ModelIterable
        compiler = rows.query.get_compiler(self.alias)
        try:
            written = compiler.as_sql()
            self.text = Slotted(*(gathered(*written) if are_lists_gathered else written), **slots)
        except EmptyResultSet:
            self.text = Slotted("", ())
        if self.text.missing:
            raise ValueError(f"Not in the statement: {', '.join(sorted(self.text.missing))}")
        self.sql = self.text.sql
        if self.sql:
            self._look_at_columns(compiler)

    def _look_at_columns(self, compiler: Any) -> None:
        """What is wanted of the compiler: it is not kept, its connection is that of the thread that wrote."""
        select, self.width = compiler.select, compiler.col_count
        self.converters = list(compiler.get_converters([one[0] for one in select[: self.width]]).items())
        if not self.makes_models:
            return
        info = compiler.klass_info
        self.model, fields = info["model"], info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [one[0].target.attname for one in select[self.start : self.end]]
        self.related = get_related_populators(info, select, self.alias)
        self.annotations = list((compiler.annotation_col_map or {}).items())

    def ask(self, **given: Any) -> list:
        """The rows; every slot is given a value."""
        if not self.sql:
            return []
        with connections[self.alias].cursor() as cursor:
            cursor.execute(self.sql, self.text.filled(given))
            rows: Iterable = cursor.fetchall()
        if self.converters:
            rows = self._converted(rows)
        if not self.makes_models:
            return [tuple(row[: self.width]) for row in rows]
        found = [self._made(row) for row in rows]
        if self.lookups and found:
            prefetch_related_objects(found, *self.lookups)
        return found

    def first(self, **given: Any) -> Any:
        return next(iter(self.ask(**given)), None)

    def count(self, **given: Any) -> int:
        """How many rows there are."""
        if not self.sql:
            return 0
        with connections[self.alias].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql}) AS counted", self.text.filled(given))
            return cursor.fetchone()[0]

    def flat(self, **given: Any) -> list:
        """The one column of `values_list`."""
        return list(chain.from_iterable(self.ask(**given)))

    def _converted(self, rows: Iterable) -> Iterable[list]:
        connection = connections[self.alias]
        for row in map(list, rows):
            for at, (converters, expression) in self.converters:
                for convert in converters:
                    row[at] = convert(row[at], expression, connection)
            yield row

    def _made(self, row):
        made = self.model.from_db(self.alias, self.names, row[self.start : self.end])
        for one in self.related:
            one.populate(row, made)
        for name, at in self.annotations:
            setattr(made, name, row[at])
        return made


def _hashed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

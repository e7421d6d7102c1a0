"""Keyset pages: as quick at the millionth row as at the first (design section 12)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.core.signing import BadSignature, Signer
from django.db import connection
from django.db.models import Q, QuerySet

from .statements import KEY, Statement, gathered

SIZE = 20
CAP = 10_000
SIGNER = Signer(salt="units.paging")


@dataclass(frozen=True)
class Slice:
    """One page of a list: its rows, the addresses of its neighbours ("" at an end) and a capped count."""

    items: list = field(default_factory=list)
    next_url: str = ""
    previous_url: str = ""
    count_label: str = ""

    def __iter__(self):
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class CountOf:
    """How many `rows` there are, `cap` + 1 for more; for `counting`."""

    before, after = "(SELECT count(*) FROM (", ") AS counted)"
    columns: tuple[str, ...] = ("pk",)

    def __init__(self, rows: QuerySet, cap: int = CAP) -> None:
        self.rows = rows.order_by().values(*self.columns)[: cap + 1]

    def statement(self) -> tuple[str, tuple]:
        """SQL of one column, and its parameters."""
        try:
            sql, params = self.rows.query.sql_with_params()
        except EmptyResultSet:
            return "NULL", ()
        return f"{self.before}{sql}{self.after}", params

    @staticmethod
    def read(answer: Any) -> Any:
        return answer or 0


class CountOfKinds(CountOf):
    """Of rows with `kind` and `is_urged`: [[kind, is_urged, how many], …]."""

    before = "(SELECT jsonb_agg(jsonb_build_array(kind, is_urged, n)) FROM (SELECT kind, is_urged, count(*) AS n FROM ("
    after = ") AS counted GROUP BY kind, is_urged) AS grouped)"
    columns = ("kind", "is_urged")

    @staticmethod
    def read(answer: Any) -> list:
        return json.loads(answer) if answer else []


@dataclass(frozen=True)
class Counting:
    """One statement that answers all of several counts."""

    sql: str
    params: tuple
    readers: dict[str, Callable[[Any], Any]]

    def ask(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            answers = cursor.fetchone()
        return {name: read(answer) for (name, read), answer in zip(self.readers.items(), answers, strict=True)}


def counting(counts: Mapping[str, CountOf]) -> Counting:
    parts = [one.statement() for one in counts.values()]
    sql, params = gathered(f"SELECT {', '.join(sql for sql, _ in parts)}", [one for _, given in parts for one in given])
    return Counting(sql, tuple(params), {name: one.read for name, one in counts.items()})


def capped(rows: QuerySet, cap: int = CAP) -> str:
    """“1,234”, or “10,000+” without counting further."""
    return capped_number(rows.order_by()[: cap + 1].count(), cap)


def capped_of_ways(rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...], cap: int) -> str:
    """As `capped`, of rows that are reached in several `ways` (see `cut`)."""
    return CountOfWays(rows, ways, order, cap).ask()


class CountOfWays:
    """The statement of `capped_of_ways`, written once and asked again."""

    def __init__(self, rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...], cap: int) -> None:
        self.cap = cap
        self.sql, self.params = _in_ways(rows, ways, order, cap + 1)

    def statement(self) -> tuple[str, tuple]:
        """As that of CountOf."""
        return f"(SELECT count(*) FROM ({self.sql}) AS counted)", tuple(self.params)

    def ask(self) -> str:
        sql, params = self.statement()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {sql}", params)
            return capped_number(cursor.fetchone()[0], self.cap)


class CountOfParts(CountOf):
    """How many each of several lists holds, as one answer: [n, …], each up to its cap + 1."""

    def __init__(self, *parts: CountOf | CountOfWays) -> None:
        self.parts = parts

    def statement(self) -> tuple[str, tuple]:
        found = [one.statement() for one in self.parts]
        return f"jsonb_build_array({', '.join(sql for sql, _ in found)})", tuple(one for _, of in found for one in of)

    @staticmethod
    def read(answer: Any) -> list[int]:
        return [one or 0 for one in json.loads(answer)]


def capped_number(count: int, cap: int = CAP) -> str:
    """In words, of what was counted up to `cap` + 1."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def cut(
    rows: QuerySet,
    request,
    *,
    order: tuple[str, ...],
    size: int = SIZE,
    count: bool = True,
    label: str = "",
    ways: tuple[Q, ...] = (),
) -> Slice:
    """The page that `request` asks for by `after` or `before`; `order` ends with a unique column, no column is null.

    `label` is the count where it is known already. `ways` cut `rows` into parts (they may overlap), of which each finds
    its first rows by an index in the list's order: an OR of all would gather everything first. A cursor that was not
    made here is ignored: the first page is shown.
    """
    backwards = "before" in request.GET
    cursor = _read(request.GET.get("before" if backwards else "after", ""), order)
    wanted = tuple(_turn(name) for name in order) if backwards else order
    page = rows.filter(_beyond(wanted, cursor)) if cursor else rows
    if ways:
        page = rows.filter(pk__in=_keys(page, ways, wanted, size + 1))
    found = list(page.order_by(*wanted)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, True) if backwards and cursor else (bool(cursor), more)
    return Slice(
        found,
        _url(request, "after", order, found[-1]) if found and has_next else "",
        _url(request, "before", order, found[0]) if found and has_previous else "",
        label or (_counted(rows, ways, order) if count else ""),
    )


class FirstPage:
    """The statements of the first `size` rows of a list as it stands unfiltered, written once and asked again."""

    def __init__(self, rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...], size: int) -> None:
        self.order, self.size = order, size
        self.ways = _in_ways(rows, ways, order, size + 1) if ways else None
        if self.ways:
            self.rows = Statement(rows.filter(pk__among=[KEY]).order_by(*order)[: size + 1], keys=[KEY])
        else:
            self.rows = Statement(rows.order_by(*order)[: size + 1])

    def ask(self, request, label: str) -> Slice:
        """As `cut` answers a request without a cursor; `label` is the count."""
        found = self._found()
        more, found = len(found) > self.size, found[: self.size]
        return Slice(found, _url(request, "after", self.order, found[-1]) if more else "", "", label)

    def _found(self) -> list:
        if self.ways is None:
            return self.rows.ask()
        with connection.cursor() as cursor:
            cursor.execute(*self.ways)
            keys = [key for key, *_ in cursor.fetchall()]
        return self.rows.ask(keys=keys) if keys else []


def _counted(rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...]) -> str:
    return capped_of_ways(rows, ways, order, CAP) if ways else capped(rows)


def _keys(rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...], size: int) -> list:
    sql, params = _in_ways(rows, ways, order, size)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [key for key, *_ in cursor.fetchall()]


def _in_ways(rows: QuerySet, ways: tuple[Q, ...], order: tuple[str, ...], size: int) -> tuple[str, list]:
    """SQL of (key, columns of the order) of the first `size` rows that any way reaches, with its parameters; each way
    looks at as many of its own. Written here: a union of 57 querysets is copied whole at every step.
    """
    names = [name.lstrip("-") for name in order]
    columns = ("pk", *(name for name in names if name != "pk"))
    base = rows.select_related(None).order_by(*order).values_list(*columns).distinct()
    parts = [part for part in (_part(base.filter(way)[:size]) for way in ways) if part]
    if not parts:
        return "SELECT NULL WHERE false", []
    places = (f"{columns.index(name.lstrip('-')) + 1}{' DESC' if name[0] == '-' else ''}" for name in order)
    union = " UNION ".join(f"({sql})" for sql, _ in parts)
    return f"{union} ORDER BY {', '.join(places)} LIMIT {size:d}", [one for _, params in parts for one in params]


def _part(rows: QuerySet) -> tuple[str, tuple] | None:
    """SQL and parameters, None where nothing can be found."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _turn(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], values: list) -> Q:
    """Rows after `values` in `order`; the outer bound lets the index start at the right place."""
    condition = Q()
    for place, name in enumerate(order):
        equal = Q(**{column.lstrip("-"): value for column, value in zip(order[:place], values, strict=False)})
        condition |= equal & Q(**{f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}": values[place]})
    first = order[0]
    return Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": values[0]}) & condition


def _value(row, name: str):
    for part in name.lstrip("-").split("__"):
        row = getattr(row, part)
    return row


def _plain(value):
    """As JSON holds it; a moment with its microseconds, so that no row falls between two pages."""
    return (
        value
        if isinstance(value, str | int | float | bool | None)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else str(value)
    )


def _url(request, name: str, order: tuple[str, ...], row) -> str:
    cursor = SIGNER.sign_object([list(order), [_plain(_value(row, one)) for one in order]])
    kept = [(key, value) for key, value in request.GET.items() if key not in ("after", "before")]
    return f"?{urlencode([*kept, (name, cursor)])}"


def _read(text: str, order: tuple[str, ...]) -> list | None:
    """Values of a cursor, or None when it was made for another order or not here."""
    if not text:
        return None
    try:
        made_for, values = SIGNER.unsign_object(text)
    except (BadSignature, ValueError, UnicodeError):
        return None
    return values if made_for == list(order) else None

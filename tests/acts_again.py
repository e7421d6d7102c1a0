"""What a test's first acts left in the database, kept and put back when the next test begins with the same acts.

Most of the suite's time went into bringing documents to a state by the product's own acts. The first test that takes an
act takes it for real; what it wrote is read back by PostgreSQL itself (rows whose xmin is of that act). A test that
comes the same way gets these rows by one statement, triggers off. "The same way" is meant strictly: the cast, then the
same acts with the same words and nothing else written between (PostgreSQL counts every row that a transaction touches),
the same clock and settings, nothing patched. Everything else, and every test that commits, acts for real.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import UserSettingsHolder, settings
from django.db import connection, models, transaction
from django.utils import timezone

from changning_egov.embedded_pg import SUPERUSER
from files.models import StoredFile
from files.store import path_of

Way = tuple[tuple, ...]
REAL_NOW = timezone.now
OUR_PATCHES = 1  # conftest's just_started
BEGAN = time.time() - time.monotonic()
FUNCTIONS = """
CREATE SCHEMA acts;
CREATE FUNCTION acts.keep(mark bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE name text; rows jsonb; kept jsonb := '{}';
BEGIN
    FOR name IN SELECT relname FROM pg_stat_xact_user_tables
        WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd > 0 ORDER BY relid
    LOOP
        EXECUTE format('SELECT jsonb_agg(to_jsonb(t)) FROM public.%I t WHERE xmin::text::bigint >= $1', name)
            INTO rows USING mark;
        IF rows IS NOT NULL THEN kept := kept || jsonb_build_object(name, rows); END IF;
    END LOOP;
    RETURN kept;
END $$;
CREATE TABLE acts.statements AS  -- told once by the catalogue: asked again for each act they cost as much as the rows
    SELECT relname AS name, format(
        'INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE'
        ' SELECT %2$s FROM jsonb_populate_recordset(NULL::public.%1$I, $1)'
        ' ON CONFLICT (%3$s) DO UPDATE SET %4$s', relname, columns, key, changes) AS statement
    FROM pg_class t
    CROSS JOIN LATERAL (
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
               string_agg(format('%1$I = excluded.%1$I', attname), ', ' ORDER BY attnum)
        FROM pg_attribute
        WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') every (columns, changes)
    CROSS JOIN LATERAL (
        SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = t.oid AND i.indisprimary) keys (key)
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;
CREATE FUNCTION acts.put_back(kept jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET session_replication_role = replica AS $$
DECLARE name text; rows jsonb; statement text;
BEGIN
    FOR name, rows, statement IN
        SELECT key, value, s.statement FROM jsonb_each(kept) LEFT JOIN acts.statements s ON s.name = key
    LOOP
        IF name = 'units_auditevent' THEN  -- an event speaks for the changes of its own transaction
            SELECT jsonb_agg(event || jsonb_build_object('txid', pg_current_xact_id())) INTO rows
                FROM jsonb_array_elements(rows) event;
        END IF;
        EXECUTE statement USING rows;
    END LOOP;
END $$;
CREATE FUNCTION acts.empty(names text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET session_replication_role = replica AS $$
DECLARE name text; is_filled boolean;
BEGIN
    EXECUTE 'LOCK TABLE ' || (SELECT string_agg(format('public.%I', one), ', ') FROM unnest(names) one)
        || ' IN EXCLUSIVE MODE';  -- what a server is still writing is waited for
    FOREACH name IN ARRAY names
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
        IF is_filled THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA acts TO egov_app;
"""


@dataclass
class Kept:
    rows: str  # {table: [row, …]} as PostgreSQL wrote it
    files: list[tuple[Path, str]]  # where the bytes lie, and their SHA-256
    calls: list[tuple[Callable, bool]]  # what waits for the commit
    value: tuple[type, Any] | None  # the row that the act gave back


@dataclass
class Test:
    """The way that the running test has come so far; None: none that another can come."""

    way: Way | None = None
    written: int = 0
    patches: Any = None
    acting: bool = field(default=False)


KEPT: dict[Way, Kept | None] = {}
TEST = Test()
WRITTEN = (  # as pg_stat_xact_user_tables counts, without the indexes and schemas that it joins to every table
    "SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
    " + pg_stat_get_xact_tuples_deleted(oid)), 0)::bigint,"
    " coalesce(sum(pg_stat_get_xact_tuples_deleted(oid)), 0)::bigint,"
    " pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def make_functions(database: dict, name: str) -> None:
    """In the tests' own database, as the server's superuser; a server of somebody else's keeps nothing."""
    if settings.EMBEDDED is None:
        return
    own = psycopg2.connect(host=database["HOST"], port=database["PORT"] or None, user=SUPERUSER, dbname=name)
    with own, own.cursor() as cursor:
        cursor.execute(FUNCTIONS)
    own.close()


def begin(patches, transactional: bool) -> None:
    """A test with the cast alone; `patches` is its monkeypatch, so far used by the autouse fixtures."""
    TEST.way, TEST.patches, TEST.acting = None, patches, False
    if settings.EMBEDDED is not None and not transactional and _is_unchanged():
        TEST.way, TEST.written = (), _counted()[0]


def again(act: Callable, *given, **named) -> Any:
    """`act(*given, **named)`, or what it left when an earlier test came the same way."""
    key = _key(act, given, named)
    way = None if key is None or not _is_clean() else (*TEST.way, key)
    if way is None:
        return act(*given, **named)
    if (kept := KEPT.get(way)) is not None and all(_is_whole(*one) for one in kept.files):
        return _put_back(way, kept)
    return _act_and_keep(way, act, given, named)


def _is_clean() -> bool:
    """Nothing written, patched, set or timed otherwise than by the way that is known."""
    if TEST.way is None or TEST.acting or connection.force_debug_cursor:
        return False
    if not _is_unchanged() or _counted()[0] != TEST.written:
        TEST.way = None
    return TEST.way is not None


def _is_unchanged() -> bool:
    same_clock = timezone.now is REAL_NOW and abs(time.time() - time.monotonic() - BEGAN) < 60
    unpatched = len(TEST.patches._setattr) == OUR_PATCHES and not TEST.patches._setitem
    return same_clock and unpatched and not isinstance(settings._wrapped, UserSettingsHolder)


def _counted() -> tuple[int, int, int]:
    """Rows that this transaction wrote, rows that it deleted, and the next transaction's number."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return cursor.fetchone()


def _key(act: Callable, given: tuple, named: dict) -> tuple | None:
    """Hashable words for the call; None where a value says not plainly what it is."""
    try:
        return act.__module__, act.__qualname__, date.today(), _plain(given), _plain(sorted(named.items()))
    except TypeError:
        return None


def _plain(value):
    match value:
        case None | bool() | int() | str() | date():
            return type(value).__name__, value
        case Enum():
            return type(value).__name__, value.value
        case models.Model():
            return value._meta.label, value.pk
        case list() | tuple():
            return type(value).__name__, tuple(_plain(one) for one in value)
        case dict():
            return "dict", tuple((str(name), _plain(one)) for name, one in sorted(value.items()))
    raise TypeError(value)


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _put_back(way: Way, kept: Kept):
    with connection.cursor() as cursor:
        cursor.execute("SELECT acts.put_back(%s)", [kept.rows])
    for call, robust in kept.calls:
        transaction.on_commit(call, robust=robust)
    TEST.way, TEST.written = way, _counted()[0]
    return kept.value and kept.value[0]._base_manager.get(pk=kept.value[1])


def _act_and_keep(way: Way, act: Callable, given: tuple, named: dict):
    _, deleted, mark = _counted()
    waiting, public = len(connection.run_on_commit), _published()
    TEST.acting = True
    try:
        value = act(*given, **named)
    finally:
        TEST.acting = False
    TEST.written, deleted_now, _ = _counted()
    TEST.way = way
    if deleted_now != deleted or _published() != public or not isinstance(value, models.Model | None):
        TEST.way = None
        return value
    KEPT[way] = _kept(mark, value, connection.run_on_commit[waiting:])
    return value


def _kept(mark: int, value: models.Model | None, calls: list) -> Kept:
    with connection.cursor() as cursor:
        cursor.execute("SELECT acts.keep(%s)::text", [mark])
        rows = cursor.fetchone()[0]
    landed = [(path_of(one), one.sha256) for one in StoredFile.objects.all()]
    row = value and (type(value), value.pk)
    return Kept(rows, landed, [(call, robust) for _, call, robust in calls], row)


def _published() -> set[Path]:
    """What lies outside the store of uploads, which never loses a file."""
    roots = (settings.EGOV_PUBLIC_DIR, settings.EGOV_HOLDINGS_DIR, settings.EGOV_PACKAGES_DIR)
    return {path for root in roots for path in root.rglob("*")}

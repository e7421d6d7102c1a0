"""What a file's own fixtures made, kept and put back for the next test that takes them.

A world that stands for a whole file (tests/standing.py) is for tests that only look; most change what they were given,
so each made its world anew: half of what such tests cost. Here the first test makes it, and the others get its rows,
files and values, on the terms of tests/acts_again.py: the cast, the same way, nothing patched, nothing written between.
A fixture that takes what words do not tell (a browser, a patch) is made each time.
"""

import inspect
import io
import itertools
import pickle
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models, transaction

from tests import acts_again
from tests.acts_again import TEST, Way

CAST = {"people", "units", "db"}
FOLDER = "tmp_path"  # of each test its own: what the fixture laid into it is laid into the next test's
OUTSIDE = ("HOLDINGS", "SECOND", "PUBLIC", "PACKAGES", "ARRIVALS", "EXCHANGE")  # the store of uploads: `landed`
NUMBERS = itertools.count(1)
Place = tuple  # of an object in what the fixture took: the name, then keys


@dataclass
class Kept:
    """One making of a fixture; what comes after it is known by its number, for another making has other keys."""

    number: int
    rows: str
    landed: list[tuple[Path, str]]
    laid: dict[Path, Path]  # what it laid elsewhere, and a copy; a relative path lies in the test's folder
    there: set[Path]  # all that lay outside the store then: what later tests left there goes
    calls: list[tuple[Callable, bool]]
    value: bytes  # what it changed of the objects that it took, and what it gave


KEPT: dict[tuple[Way, tuple], Kept] = {}
ASKED: Counter = Counter()  # how many tests of a file take a fixture


def pytest_collection_finish(session) -> None:
    for item in session.items:
        ASKED.update((item.module.__name__, name) for name in item.fixturenames)


def pytest_runtest_teardown(item, nextitem) -> None:
    """A file's own fixtures are of no use to the next file."""
    if nextitem is not None and nextitem.module is item.module:
        return
    ended = {KEPT.pop(place).number for place in list(KEPT) if place[1][0] == item.module.__name__}
    for number in ended:
        shutil.rmtree(_copies(number), ignore_errors=True)
    for way in [way for way in acts_again.KEPT if any(word[-1] in ended for word in way if isinstance(word[-1], int))]:
        del acts_again.KEPT[way]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    make = fixturedef.func
    if not _is_kept(make, fixturedef, request):
        return (yield)
    fixturedef.func = partial(_again, make)
    try:
        return (yield)
    finally:
        fixturedef.func = make


def _is_kept(make: Callable, fixturedef, request) -> bool:
    """One of ours that more than one test of the file takes, whole by itself, after the cast of this test."""
    return (
        fixturedef.scope == "function"
        and fixturedef.params is None
        and "request" not in fixturedef.argnames
        and getattr(make, "__module__", "").startswith("tests.")
        and not inspect.isgeneratorfunction(make)
        and ASKED[request.node.module.__name__, fixturedef.argname] > 1
        and TEST.patches is request.getfixturevalue("monkeypatch")
    )


def _again(make: Callable, **given) -> Any:
    try:
        words = acts_again.plain({name: one for name, one in given.items() if name not in {*CAST, FOLDER}})
    except TypeError:
        return make(**given)
    if not acts_again.is_clean() or (FOLDER in given and any(given[FOLDER].iterdir())):
        return make(**given)
    place = TEST.way, acts_again.of_today(make, words)
    if (kept := KEPT.get(place)) is None:
        return _make_and_keep(place, make, given)
    if not all(acts_again.is_whole(*one) for one in kept.landed):
        return make(**given)
    return _put_back(place, kept, given)


def _make_and_keep(place: tuple[Way, tuple], make: Callable, given: dict) -> Any:
    written, deleted, mark = acts_again.counted()
    waiting, lying, before = len(connection.run_on_commit), _lying(), _states(given)
    with transaction.atomic():  # what it writes is of a savepoint of its own
        value = make(**given)
    written_now, deleted_now, _ = acts_again.counted()
    if written_now == written or _is_one_act(place[0], written_now):
        return value
    TEST.way, TEST.written = None, written_now
    if deleted_now != deleted or not acts_again.is_unchanged():
        return value
    number = next(NUMBERS)
    try:
        after = _states(given)
        changed = [(one, _at(given, one).__dict__) for one in after if after[one] != before.get(one)]
        pickled, rows = _packed((changed, value), given), acts_again.rows_since(mark)
    except (pickle.PicklingError, TypeError, AttributeError):  # a value that lives in this test alone
        return value
    if after.keys() == before.keys() and not _names(given.get(FOLDER), rows, pickled):
        there, calls = _lying(), [(call, robust) for _, call, robust in connection.run_on_commit[waiting:]]
        laid = _laid(number, there - lying, given.get(FOLDER))
        KEPT[place] = Kept(number, rows, acts_again.landed(), laid, there, calls, pickled)
        TEST.way = _gone(place, number)
    return value


def _is_one_act(way: Way, written: int) -> bool:
    """An act that is kept for all files, or a sign-in, and nothing beside it."""
    return TEST.way is not None and TEST.written == written and len(TEST.way) == len(way) + 1


def _names(folder: Path | None, rows: str, pickled: bytes) -> bool:
    return folder is not None and (str(folder) in rows or str(folder).encode() in pickled)


def _gone(place: tuple[Way, tuple], number: int) -> Way:
    return *place[0], (*place[1], number)


def _put_back(place: tuple[Way, tuple], kept: Kept, given: dict) -> Any:
    acts_again.put_rows(kept.rows)
    for path in _lying() - kept.there:
        path.unlink()
    for path, copy in kept.laid.items():
        path = path if path.is_absolute() else given[FOLDER] / path
        if not path.exists() or path.read_bytes() != copy.read_bytes():
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(copy, path)
    for call, robust in kept.calls:
        transaction.on_commit(call, robust=robust)
    unpacked = pickle.Unpickler(io.BytesIO(kept.value))
    unpacked.persistent_load = partial(_at, given)
    changed, value = unpacked.load()
    for one, state in changed:
        _at(given, one).__dict__.clear()
        _at(given, one).__dict__.update(state)
    TEST.way, TEST.written = _gone(place, kept.number), acts_again.counted()[0]
    return value


def _copies(number: int) -> Path:
    return settings.EGOV_FILES_DIR.parent / "kept_copies" / str(number)


def _lying() -> set[Path]:
    roots = [getattr(settings, f"EGOV_{name}_DIR") for name in OUTSIDE]
    return {path for root in roots for path in root.rglob("*") if path.is_file()}


def _laid(number: int, paths: set[Path], folder: Path | None) -> dict[Path, Path]:
    """A copy of each; what lies in the test's own folder is known by its relative path."""
    found = {path: path for path in paths}
    if folder is not None:
        found |= {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    _copies(number).mkdir(parents=True)
    return {path: Path(shutil.copy2(one, _copies(number) / str(at))) for at, (path, one) in enumerate(found.items())}


def _places(given: dict) -> dict[Place, models.Model]:
    """Every row that the fixture took, by where it stands."""
    found = {}

    def walk(value, place: Place) -> None:
        if isinstance(value, models.Model):
            found[place] = value
        elif isinstance(value, dict | list | tuple):
            for key, one in value.items() if isinstance(value, dict) else enumerate(value):
                walk(one, (*place, key))

    walk(given, ())
    return found


def _at(given: dict, place: Place) -> models.Model:
    return reduce(getitem, place, given)


def _states(given: dict) -> dict[Place, bytes]:
    return {place: _packed(one.__dict__, given) for place, one in _places(given).items()}


def _packed(value, given: dict) -> bytes:
    """Rows that the fixture took are named by their place: what it gave may be one of them."""
    out = io.BytesIO()
    places = {id(one): place for place, one in _places(given).items()}
    pickler = pickle.Pickler(out)
    pickler.persistent_id = lambda one: places.get(id(one))
    pickler.dump(value)
    return out.getvalue()

"""What is public is a fact with a time: one open row an object, in an order without late comers, bytes that follow."""

import os
import threading
import time
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.utils import timezone

from files import publication
from files.models import Publication
from files.publication import Shown, open_on, public_path, publish, retire, sweep_public
from files.store import keep, land_bytes

pytestmark = pytest.mark.django_db


class Thing:
    """Anything with a uid and a unit."""

    def __init__(self, unit) -> None:
        self.uid, self.unit = uuid.uuid4(), unit


@pytest.fixture
def thing(units) -> Thing:
    return Thing(units["D07"])


def shown(text: str = "") -> Shown:
    return Shown(keep(land_bytes((text or uuid.uuid4().hex).encode(), "甲.txt")), "甲.txt", "original")


def opened(thing: Thing, *files: Shown) -> Publication:
    with transaction.atomic():
        return publish(Publication.Kind.RECORD, thing, files, reason="同意开放")


def ended(thing: Thing) -> Publication:
    with transaction.atomic():
        return retire(thing, reason="暂停开放")


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except ProgrammingError as error:
        return "permission denied" in str(error) or "closed once" in str(error) or "begins open" in str(error)
    return False


def test_bytes_are_copied_at_once_and_removed_after_the_commit(thing, django_capture_on_commit_callbacks):
    one = shown()
    path = public_path(one.stored_file.sha256)
    opened(thing, one)
    assert path.is_file()
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        ended(thing)
    assert path.is_file() and len(waiting) == 1  # a transaction rolled back has taken nothing away
    waiting[0]()
    assert not path.exists()


def test_an_object_is_public_once_at_a_time(thing):
    opened(thing)
    with pytest.raises(IntegrityError, match="publication_open_once"):
        opened(thing)
    ended(thing)
    opened(thing)
    assert [row.closed_at is None for row in Publication.objects.of(thing.uid)] == [True, False]


def test_nothing_ends_without_a_reason_or_twice(thing):
    opened(thing)
    with pytest.raises(ValueError, match="why"), transaction.atomic():
        retire(thing, reason=" ")
    ended(thing)
    with pytest.raises(Publication.DoesNotExist):
        ended(thing)


@pytest.mark.django_db(transaction=True)
def test_a_publication_belongs_to_an_act(thing):
    with pytest.raises(RuntimeError):
        publish(Publication.Kind.RECORD, thing, [], reason="试")


def test_rows_are_never_deleted_reopened_or_rewritten(thing):
    row = opened(thing, shown())
    table = Publication.objects.filter(pk=row.pk)
    assert refused(lambda: table.update(reason="别的理由"))
    assert refused(lambda: table.update(opened_at=timezone.now() - timedelta(days=900)))
    assert refused(lambda: table.update(seq=1))
    assert refused(lambda: row.files.update(name="乙.txt"))
    ended(thing)
    assert refused(lambda: table.update(closed_at=None, withdrawal_reason=""))
    assert refused(lambda: table.update(withdrawal_reason="别的说明"))
    assert refused(lambda: Publication.objects.create(kind="record", object_uid=uuid.uuid4(), unit=thing.unit, seq=9))
    for name in ("files_publicationfile", "files_publication"):
        with connection.cursor() as cursor:
            assert refused(lambda name=name, cursor=cursor: cursor.execute(f"DELETE FROM {name}"))


def test_was_this_public_on_that_day(thing):
    """The day is Shanghai's: opened at 17:00 UTC of the 1st is the 2nd here."""
    row = Publication.objects.create(
        kind="record",
        object_uid=thing.uid,
        unit=thing.unit,
        reason="试",
        opened_at=datetime(2026, 3, 1, 17, tzinfo=UTC),
    )
    row.closed_at, row.withdrawal_reason = datetime(2026, 3, 5, 15, 59, tzinfo=UTC), "试"
    row.save()
    answers = [bool(open_on(thing.uid, date(2026, 3, day))) for day in range(1, 8)]
    assert answers == [False, True, True, True, True, False, False]
    assert open_on(uuid.uuid4(), date(2026, 3, 3)) is None


def test_bytes_shared_with_an_open_publication_stay(thing, units, django_capture_on_commit_callbacks):
    one, other = shown("同样的内容"), Thing(units["D09"])
    opened(thing, one)
    opened(other, one)
    with django_capture_on_commit_callbacks(execute=True):
        ended(thing)
    assert public_path(one.stored_file.sha256).is_file()
    with django_capture_on_commit_callbacks(execute=True):
        ended(other)
    assert not public_path(one.stored_file.sha256).exists()


def test_a_crash_between_commit_and_removal_is_healed_by_the_sweep(thing, units):
    gone, kept, missing = shown(), shown(), shown()
    opened(thing, gone)
    ended(thing)  # the callbacks of this test's transaction never run: as after a crash
    opened(Thing(units["D09"]), kept, missing)
    public_path(missing.stored_file.sha256).unlink()
    part = public_path(gone.stored_file.sha256).with_name("a.part")
    part.write_bytes(b"half")
    os.utime(part, (0, time.time() - 2 * publication.STALE_SECONDS))
    fresh = part.with_name("b.part")
    fresh.write_bytes(b"half")
    swept = sweep_public()
    assert swept.copied == 1 and swept.removed >= 2 and swept.lost == ()
    assert not public_path(gone.stored_file.sha256).exists() and not part.exists() and fresh.exists()
    assert public_path(kept.stored_file.sha256).is_file()
    assert public_path(missing.stored_file.sha256).read_bytes() == kept_bytes(missing)
    assert sweep_public() == publication.Swept()
    fresh.unlink()


def kept_bytes(one: Shown) -> bytes:
    return publication.path_of(one.stored_file).read_bytes()


def test_the_sweep_names_open_files_whose_bytes_are_lost(thing):
    one = shown()
    opened(thing, one)
    digest = one.stored_file.sha256
    public_path(digest).unlink()
    publication.path_of(one.stored_file).unlink()
    assert sweep_public().lost == (digest,)


@pytest.mark.django_db(transaction=True)
def test_a_harvester_never_misses_a_late_commit(units):
    """The one who inserts first and commits last gets the greater number."""
    first, second = Thing(units["D07"]), Thing(units["D09"])
    inserted, committed = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                publish(Publication.Kind.RECORD, first, [], reason="试")
                inserted.set()
                assert committed.wait(20)
        finally:
            connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    assert inserted.wait(20)
    opened(second)
    committed.set()
    worker.join(20)
    order = dict(Publication.objects.values_list("object_uid", "seq"))
    assert order[second.uid] < order[first.uid]
    ended(second)
    closed = Publication.objects.get(object_uid=second.uid)
    assert closed.seq > order[first.uid]  # its end is a change that a harvester sees too


@pytest.mark.django_db(transaction=True)
def test_bytes_that_are_just_being_published_are_not_taken_away(units):
    """Withdrawing one object while another with the same bytes is being published leaves the bytes."""
    one = shown("并发的内容")
    leaving, coming = Thing(units["D07"]), Thing(units["D09"])
    opened(leaving, one)
    copied, removed = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                publish(Publication.Kind.RECORD, coming, [one], reason="试")
                copied.set()
                assert removed.wait(20)
        finally:
            connections.close_all()

    worker = threading.Thread(target=slow)
    worker.start()
    assert copied.wait(20)
    ended(leaving)  # its row commits and its removal runs while the other is not committed
    sweep_public()
    removed.set()
    worker.join(20)
    assert Publication.objects.open().get().object_uid == coming.uid
    assert public_path(one.stored_file.sha256).is_file()

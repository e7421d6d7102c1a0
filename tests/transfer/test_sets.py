"""Many at once without holding them all: moves of a whole batch, fixity of files that no record has any more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive import custody, inspection
from archive.models import Component, Record
from files.models import Erasure
from files.store import path_of
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from transfer import fixity_run
from transfer.holding import calendar
from transfer.models import FileReading
from units import workflow
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def test_a_set_moves_slice_by_slice_and_each_row_has_its_event(people, monkeypatch):
    """Memory is a slice, whatever the batch; the outcome is one act's."""
    monkeypatch.setattr(workflow, "AT_ONCE", 2)
    records = stocked(people, 5)
    keys = [one.pk for one in records]
    assert custody.freeze(keys[::-1], by=people["D07:archivist"]) == 5
    rows = Record.objects.unguarded("a test looks").filter(pk__in=keys)
    assert {(one.state, one.version) for one in rows} == {("in_transfer", 2)}
    events = AuditEvent.objects.filter(verb="enter_batch", object_uid__in=[one.uid for one in records])
    assert sorted(events.values_list("object_uid", flat=True)) == sorted(one.uid for one in records)
    assert set(events.values_list("before", "after")) == {("filed", "in_transfer")}
    assert Record.history.filter(id__in=keys, state="in_transfer").count() == 5


def test_one_that_may_not_move_keeps_all_where_they_are(people, monkeypatch):
    """The last of the set is refused: the first slice has not moved either, although nobody rolled it back."""
    monkeypatch.setattr(workflow, "AT_ONCE", 2)
    keys = [one.pk for one in stocked(people, 5)]
    custody.freeze(keys[-1:], by=people["D07:archivist"])
    with pytest.raises(Refused, match="当前状态"):
        custody.freeze(keys, by=people["D07:archivist"])
    rows = Record.objects.unguarded("a test looks").filter(pk__in=keys, state="filed")
    assert rows.count() == 4
    with pytest.raises(Refused, match="1项已不存在"):
        custody.freeze([*keys[:2], 10**9], by=people["D07:archivist"])
    with pytest.raises(Refused, match="没有对其中2件"):
        custody.freeze(keys[:2], by=people["D09:archivist"])
    assert rows.count() == 4


def read(queries) -> int:
    return sum('FROM "files_storedfile"' in one["sql"] and "archive_component" not in one["sql"] for one in queries)


def test_files_that_are_due_are_fetched_in_one_query(people, monkeypatch):
    stocked(people, 4)
    monkeypatch.setattr(calendar, "PER_DAY", 1)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert calendar.read_due() == (4, 0)
    assert read(asked.captured_queries) == 1
    assert FileReading.objects.filter(state="sound").count() == 4


def spoiled(component: Component) -> None:
    path_of(component.stored_file).write_bytes(b"another")


def test_a_damaged_file_that_was_replaced_meanwhile_is_told_of_its_record(people):
    """Chosen while it was current, replaced before it was read: nobody's bytes break the run off."""
    (record,) = stocked(people, 1)
    component = Component.objects.get(record=record)
    spoiled(component)
    with unwatched():
        Component.versions.filter(pk=component.pk).update(superseded_at=timezone.now(), superseded_reason="换件")
    told = fixity_run.read_file(component.stored_file)
    assert record.archival_code in told.message and not told.healed_from
    event = AuditEvent.objects.get(verb="damage_found")
    assert event.object_uid == record.uid and event.detail["file"] == component.stored_file.sha256
    assert FileReading.objects.get(stored_file=component.stored_file).state == "damaged"


def test_a_damaged_file_that_no_record_ever_had_is_told(people):
    (record,) = stocked(people, 1)
    component = Component.objects.get(record=record)
    stored = component.stored_file
    spoiled(component)
    with unwatched():
        Component.versions.filter(pk=component.pk).delete()
    assert fixity_run.read_file(stored).message.startswith("SHA-256")


def test_what_was_destroyed_lawfully_is_neither_missed_nor_brought_back(people):
    """Erased with its record, also between its choice and its reading."""
    first, second = stocked(people, 2)
    gone = Component.objects.get(record=first).stored_file
    path_of(gone).unlink()
    Erasure.objects.create(stored_file=gone, bytes=gone.bytes)
    assert fixity_run.read_file(gone) is None
    found = fixity_run.run(None)
    assert (found.files, found.damaged) == (1, [])
    assert not path_of(gone).exists() and not FileReading.objects.filter(stored_file=gone).exists()
    assert FileReading.objects.get().stored_file == Component.objects.get(record=second).stored_file


def rows_read(table: str) -> int:
    """In this transaction so far, by whatever way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = %s", [table]
        )
        return cursor.fetchone()[0]


def test_a_look_for_doubles_reads_no_more_of_a_record_in_a_larger_unit(people):
    """Fault: each slice of an inspection read every record of the unit for the sake of those with the same number."""
    count, asked = 1000, 50
    stocked(people, count)
    rows = list(Record.objects.unguarded("a test looks").order_by("pk")[:asked])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE archive_record")
        cursor.execute("SET LOCAL enable_seqscan = off")  # so small a table is read whole at the planner's pleasure
    before = rows_read("archive_record")
    inspection.twins_of(rows)
    assert (rows_read("archive_record") - before) / asked <= 8  # its number: 1; 20 where all are read

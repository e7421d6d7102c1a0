"""A batch of another installation that is returned leaves nothing filed here, and may come again mended."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

from archive.models import Record
from archive.search import search
from oversight import others
from tests.transfer.stock import made, run_queued
from tests.transfer.test_foreign import Elsewhere, rows, written_elsewhere
from transfer import actions, export, receive
from transfer.background import package_batch
from transfer.models import Batch
from transfer.workflow import BATCH
from units.models import Job, Task

pytestmark = pytest.mark.django_db
WORDS = "D072016Y第2号事项"  # stands in the file of the second record alone


def records():
    return Record.objects.unguarded("a test looks").order_by("pk")


def states() -> set[str]:
    return set(records().values_list("state", flat=True))


def found(person) -> list[str]:
    return [record.archival_code for record in search(person, WORDS).records]


def mended_elsewhere(people, place: Path) -> Path:
    """The same records in a further package, as their own installation would write it after mending the titles."""
    with pytest.raises(Elsewhere), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE archive_record SET state = 'filed', title = '补正后的题名'")
            cursor.execute("UPDATE archive_component SET superseded_at = NULL, superseded_reason = ''")
            cursor.execute("UPDATE transfer_batch SET batch_no = batch_no || 'x'")
        batch = made(people, medium="disk")
        package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
        Job._base_manager.update(state="done")
        batch.refresh_from_db()
        BATCH.perform("approve", batch, by=people["D07:leader"])
        BATCH.perform("submit", batch, by=people["D07:archivist"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE transfer_batch SET batch_no = 'other' WHERE id <> %s", [batch.pk])
        folder = export.export_package(batch, place)
        raise Elsewhere
    return folder


def test_the_words_in_its_files_are_found(people, tmp_path):
    folder, told = written_elsewhere(people, tmp_path)
    batch = receive.receive_package(folder).batch
    assert found(people["D30:accessioner"]) == []
    run_queued(batch)
    assert found(people["D30:accessioner"]) == [told[1]["archival_code"]]


def test_returned_whole_it_leaves_no_filed_record_and_comes_again_as_the_same(people, tmp_path):
    folder, _ = written_elsewhere(people, tmp_path)
    first = receive.receive_package(folder).batch
    run_queued(first)
    before = list(records().values_list("pk", "uid"))
    BATCH.perform("return_batch", first, by=people["D30:accessioner"], note="题名不规范。")
    assert states() == {"sent_home"} and rows()[0]["files"] == []
    assert not Task.objects.open().filter(kind="mend").exists()
    assert found(people["D07:archivist"]) == []
    for year in {row.year for row in records()}:  # fault: the unit's sheet called due what lies in another installation
        day, unit = date(year + 20, 1, 1), first.unit_id
        assert others.by_unit(day.year, day, [unit])[unit].due_for_transfer == 0
    Batch._base_manager.filter(pk=first.pk).update(
        batch_no="先前"
    )  # the other installation numbers on, this test cannot
    outcome = receive.receive_package(mended_elsewhere(people, tmp_path / "again"))
    assert outcome.refusals == []
    run_queued(outcome.batch)
    assert states() == {"in_transfer"} and list(records().values_list("pk", "uid")) == before
    assert {one["title"] for one in rows()} == {"补正后的题名"} and all(len(one["files"]) == 1 for one in rows())
    assert set(outcome.batch.items.values_list("attempt", flat=True)) == {2}
    assert len(found(people["D07:archivist"])) == 1

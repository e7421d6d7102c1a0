"""A package that another installation of this product wrote, taken in where nobody knows its batch."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from archive.models import Record
from archive.packages.metadata_reading import RecordMetadata
from tests.transfer.test_disk import submitted
from transfer import building, export, foreign, receive, receive_checks
from transfer.models import Batch

pytestmark = pytest.mark.django_db
FIELDS = (
    "uid", "archival_code", "title", "author", "doc_number", "date", "date_precision", "year", "retention_code",
    "retention_as_filed", "class_code", "item_no", "page_count", "component_count", "carrier_mode", "security_class",
)  # fmt: skip


class Elsewhere(Exception):
    """What was done before it was done in another database."""


def rows() -> list[dict]:
    found = Record.objects.unguarded("a test looks").order_by("archival_code")
    return [
        {name: getattr(one, name) for name in FIELDS}
        | {"files": [(file.role, file.filename, file.stored_file.sha256) for file in one.components.order_by("seq")]}
        for one in found
    ]


def written_elsewhere(people, place: Path) -> tuple[Path, list[dict]]:
    """The package of a batch, and what its records were there; here nothing of it is left but the package."""
    with pytest.raises(Elsewhere), transaction.atomic():
        batch = submitted(people)
        folder, told = export.export_package(batch, place), rows()
        raise Elsewhere
    assert rows() == []
    return folder, told


def test_its_records_enter_as_they_were_and_wait_for_inspection(people, tmp_path):
    folder, told = written_elsewhere(people, tmp_path)
    outcome = receive.receive_package(folder)
    assert outcome.refusals == [] and outcome.is_received
    assert rows() == told
    batch = Batch.objects.unguarded("a test looks").get()
    assert (batch.state, batch.medium, batch.record_count) == ("inspecting", "disk", len(told))
    assert set(Record.objects.unguarded("a test looks").values_list("state", flat=True)) == {"in_transfer"}


def test_taken_in_twice_it_is_there_already(people, tmp_path):
    folder, _ = written_elsewhere(people, tmp_path)
    receive.receive_package(folder)
    before = rows()
    again = receive.receive_package(folder)
    assert again.was_there and rows() == before


def test_more_than_nine_parts_come_in_by_their_numbers(people, tmp_path, monkeypatch):
    """Fault: sorted as text the tenth part came behind the first, was held against the second, and nothing came in."""
    monkeypatch.setattr(building, "RECORDS_PER_PART", 1)
    with pytest.raises(Elsewhere), transaction.atomic():
        batch = submitted(people, 11)
        folder, told = export.export_package(batch, tmp_path), rows()
        raise Elsewhere
    outcome = receive.receive_package(folder)
    assert outcome.refusals == [] and outcome.batch.state == "inspecting" and rows() == told
    parts = list(outcome.batch.parts.order_by("number").values_list("number", "first_position", "filename"))
    assert [number for number, _, _ in parts] == [place for _, place, _ in parts] == list(range(1, 12))
    assert [name for _, _, name in parts] == sorted(name for _, _, name in parts)
    codes = [code for _, code in outcome.batch.items.order_by("position").values_list("position", "archival_code")]
    assert codes == [row["archival_code"] for row in told]


def stated(people, place: Path, **changed: str) -> RecordMetadata:
    """What the metadata of a record of another installation say, with some of it `changed`."""
    folder, _ = written_elsewhere(people, place)
    part = receive_checks.read(folder).parts[0]
    with receive_checks.opened(part.place) as source:
        told = next(metadata for _, metadata in receive_checks.metadata_of(source))
    return replace(told, fields={**told.fields, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": "题" * 501}, "题名不合要求"),
        ({"item_no": "99999999999"}, "件号不合要求"),
        ({"item_no": "²"}, "件号“²”不是数字"),
        ({"page_count": "三"}, "页数“三”不是数字"),
        ({"year": "16"}, "应为四位数字"),
        ({"record_uid": "件-1"}, "电子文件号“件-1”不是"),
        ({"class_code": "办公室一二"}, "机构（问题）代码不合要求"),
    ],
)
def test_a_value_without_a_place_here_is_a_sentence_and_no_fault_of_the_database(
    people, units, tmp_path, changed, told
):
    with pytest.raises(ValueError, match=told):
        foreign.record_of(stated(people, tmp_path, **changed), units["D07"])


def test_one_number_for_two_records_of_a_package_is_told_before_anything_is_written(people, units, tmp_path):
    same = stated(people, tmp_path)
    records = [foreign.record_of(same, units["D07"]) for _ in range(2)]
    found = foreign._taken(records)
    assert len(found) == 1 and "不止一件" in found[0].message
    assert foreign._taken(records[:1]) == []

"""A package that another installation of this product wrote, taken in where nobody knows its batch."""

from pathlib import Path

import pytest
from django.db import transaction

from archive.models import Record
from tests.transfer.test_disk import submitted
from transfer import export, receive
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

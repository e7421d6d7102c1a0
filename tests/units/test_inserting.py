"""A row written by an Insertion is the row that bulk_create writes."""

import pytest
from django.contrib.postgres.fields import ArrayField

from archive.models import InspectionResult, InspectionRun, RetentionRule
from archive.retention import load_sample_schedule
from archive.states import Stage, Verdict
from files.models import StoredFile
from units.inserting import Insertion
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def _columns(row, *but: str) -> dict:
    """As the database has it."""
    found = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in ("id", *but)}


def stored(digit: str) -> StoredFile:
    found = [{"code": "pdf-syntax", "severity": "warn", "message": "有 1 处“错误”"}]
    return StoredFile(sha256=digit * 64, crc32=1, bytes=2, findings=found, created_at="2026-03-02T09:00:00+08:00")


def test_a_row_is_as_bulk_create_writes_it(people):
    one, other = stored("a"), stored("b")
    Insertion(StoredFile).write([one])
    StoredFile.objects.bulk_create([other])
    assert one.pk is not None and not one._state.adding and one._state.db == "default"
    assert _columns(one, "sha256") == _columns(other, "sha256")
    run = InspectionRun(stage=Stage.FILING, operator=people["D07:clerk"], tally={"1-1": [1, 0, 0]}, plan_version="x")
    Insertion(InspectionRun).write([run])
    kept = InspectionRun.objects.get(pk=run.pk)
    assert (kept.tally, kept.operator, kept.started_at) == (run.tally, run.operator, run.started_at)


def test_a_row_with_a_list_is_as_bulk_create_writes_it():
    load_sample_schedule()
    assert any(isinstance(one, ArrayField) for one in RetentionRule._meta.fields) or RetentionRule.objects.exists()
    rule = RetentionRule.objects.exclude(keywords=[]).first()
    before, rule.pk, rule.code = _columns(rule, "code"), None, "ZZ-9"
    Insertion(RetentionRule).write([rule])
    assert _columns(rule, "code") == before


def test_many_rows_get_their_keys_in_order(people):
    run = InspectionRun.objects.create(stage=Stage.FILING, operator=people["D07:clerk"], plan_version="x")
    rows = [InspectionResult(run=run, item_code=f"GD-1-{n}", verdict=Verdict.WARN, message="%s") for n in range(1, 6)]
    Insertion(InspectionResult).write(rows)
    Insertion(InspectionResult).write([])
    assert dict(run.results.values_list("pk", "item_code")) == {one.pk: one.item_code for one in rows}
    rows[0].pk, rows[0].item_code = rows[-1].pk + 1000, "GD-2-4"
    Insertion(InspectionResult).write([rows[0]])  # a row with a key keeps it
    assert InspectionResult.objects.get(item_code="GD-2-4").pk == rows[0].pk


def test_a_row_that_is_there_stays():
    first, second = stored("c"), stored("c")
    new = Insertion(StoredFile, or_nothing=True)
    new.write([first])
    new.write([second])
    assert first.pk is not None and second.pk is None
    assert StoredFile.objects.get(sha256="c" * 64).pk == first.pk


def test_a_model_to_whose_rows_the_database_adds_is_refused():
    with pytest.raises(ValueError, match="AuditEvent"):
        Insertion(AuditEvent)

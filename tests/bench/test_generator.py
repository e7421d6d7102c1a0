"""The generator at a small size: counts, planted words, lists, and that the product goes on from there."""

import re
from types import GeneratorType

import pytest
from django.db import connection

from archive.models import Record, RecordText
from archive.retention import render_code
from archive.words import head_of
from bench import desk, generator
from bench.words import PLANTED_HITS, Writer
from documents.inputs import CompleteInput
from documents.lists import handled_by, overdue_of
from documents.models import Document
from documents.workflow import workflow_of
from units.models import Counter, Task, User

SIZE, OPEN = 200, 8


@pytest.fixture
def generated(db):
    assert generator.generate(SIZE, open_per_unit=OPEN)
    assert not generator.generate(SIZE, open_per_unit=OPEN)  # it is there already


@pytest.fixture
def structure(db) -> list[tuple]:
    return [*_rows(INDEXES), *_rows(CONSTRAINTS), *_rows(TRIGGERS)]


def _rows(sql: str) -> list[tuple]:
    """Sorted; without casts and brackets, which PostgreSQL writes otherwise each time it reads its own words."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(
            tuple(re.sub(r"::(character varying|text)(\[\])?|[()]", "", one) for one in row) for row in cursor
        )


INDEXES = "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname::text || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
TRIGGERS = "SELECT tgrelid::regclass::text, tgname::text || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"


def test_indexes_constraints_and_triggers_are_as_they_were(structure, generated):
    assert [*_rows(INDEXES), *_rows(CONSTRAINTS), *_rows(TRIGGERS)] == structure
    assert _rows("SELECT current_user::text") == [("egov_app",)]


def test_the_databases_records_are_what_the_product_would_write(generated):
    for record in Record.objects.unguarded("a test looks").select_related("fonds", "document", "unit", "text__words"):
        parts = (record.fonds.code, record.year, record.retention_code, record.class_code, record.item_no)
        assert record.archival_code == render_code(*parts)
        assert record.retention_as_filed == record.get_retention_code_display()
        assert record.doc_number == record.document.number_shown
        assert record.year == record.date.year
        assert record.text.words.head_n == _rows_of("SELECT egov_head(%s)", head_of(record))
    classes = Record.objects.unguarded("a test looks").values_list("fonds__code", "year", "retention_code")
    for fonds, year, code in set(classes):
        taken = Record.objects.unguarded("a test looks").filter(fonds__code=fonds, year=year, retention_code=code)
        assert sorted(taken.values_list("item_no", flat=True)) == list(range(1, taken.count() + 1))
        assert Counter.objects.get(series=f"item:{fonds}:WS:{year}:{code}:BGS").last == taken.count()


def _rows_of(sql: str, value: list[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        return cursor.fetchone()[0]


def test_what_is_done_and_ended_stands_on_no_index_of_open_ones(generated):
    ended = Task.objects.filter(subject_ended=True)
    assert ended.count() == SIZE
    assert not Task.objects.filter(closed_at=None, subject_ended=True).exists()
    clerk, _ = generator.people()
    assert handled_by(clerk).count() == OPEN // 4  # registered and proposed ones


def test_the_same_seed_gives_the_same_documents_one_after_the_other(generated):
    """A stream: nothing is kept, the millionth row needs no more memory than the first."""

    def rows(seed: int):
        made = generator.Documents(SIZE, seed, OPEN)
        made.keys = range(1, SIZE + 57 * OPEN + 1)
        return made.rows()

    first, second, other = rows(1), rows(1), rows(2)
    assert isinstance(first, GeneratorType)
    assert list(first) == list(second) != list(other)


def test_counts_words_lists_and_a_completion(generated):
    assert Document.objects.unguarded("a test looks").count() == SIZE + 57 * OPEN
    assert (
        Record.objects.unguarded("a test looks").count() == RecordText.objects.unguarded("a test looks").count() == SIZE
    )
    assert User.objects.filter(username__startswith="bench-").count() == generator.PEOPLE
    clerk, everybody = generator.people()
    for person in (clerk, everybody):
        for word in generator.PLANTED:
            assert (
                RecordText.objects.allowing("view", person).filter(words__text_n__contains=word).count() == PLANTED_HITS
            )
    assert (
        RecordText.objects.unguarded("a test looks").filter(words__text_n__contains=generator.FREQUENT).count()
        > SIZE / 3
    )
    assert Record.objects.allowing("view", everybody).count() == SIZE
    assert Task.objects.waiting_for(clerk).count() == OPEN // 2
    one, other = generator.completable(clerk), generator.completable(clerk)
    assert one.pk != other.pk
    workflow_of(one).perform("complete", one, by=clerk, given=CompleteInput(retention_code="D10"))
    assert one.record.archival_code.startswith("Z407-WS·")
    assert Task.objects.waiting_for(clerk).count() == OPEN // 2


def test_the_same_seed_writes_the_same_words():
    first, second, other = Writer(1), Writer(1), Writer(2)
    assert [first.body() for _ in range(5)] == [second.body() for _ in range(5)]
    assert first.body() != other.body()


def test_a_unit_of_very_many_documents_has_a_fifth_that_is_its_clerks(generated):
    clerk = generator.people()[0]
    before, waited = Document._base_manager.filter(unit__code=generator.HOME).count(), Task.objects.waiting_for(clerk)
    at_first, handled = waited.count(), handled_by(clerk).count()
    assert desk.fill(1000, clerk) == "filled" and desk.fill(1000, clerk) == "there"
    assert Document._base_manager.filter(unit__code=generator.HOME).count() == before + 1000
    assert waited.count() == at_first + 20
    assert handled_by(clerk).count() == handled + 20
    assert overdue_of(clerk).exists()

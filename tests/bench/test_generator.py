"""The generator at a small size: counts, planted words, lists, and that the product goes on from there."""

import pytest

from archive.models import Record, RecordText
from bench import generator
from bench.words import PLANTED_HITS, Writer
from documents.inputs import CompleteInput
from documents.models import Document
from documents.workflow import workflow_of
from units.models import Task, User

SIZE, OPEN = 200, 8


@pytest.fixture
def generated(db):
    assert generator.generate(SIZE, open_per_unit=OPEN)
    assert not generator.generate(SIZE, open_per_unit=OPEN)  # it is there already


def test_counts_words_lists_and_a_completion(generated):
    assert Document.objects.count() == SIZE + 57 * OPEN
    assert Record.objects.count() == RecordText.objects.count() == SIZE
    assert User.objects.filter(username__startswith="bench-").count() == generator.PEOPLE
    clerk, everybody = generator.people()
    for person in (clerk, everybody):
        for word in generator.PLANTED:
            assert (
                RecordText.objects.allowing("view", person).filter(words__text_n__contains=word).count() == PLANTED_HITS
            )
    assert RecordText.objects.filter(words__text_n__contains=generator.FREQUENT).count() > SIZE / 3
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

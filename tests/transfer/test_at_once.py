"""Two people at the same batch or the same records at the same moment: one wins, the other reads why not."""

import pytest

from archive.models import Record
from tests.scenarios.test_concurrency import at_once
from tests.transfer.stock import handing_over, inspecting, made, signed, stocked
from transfer.models import Batch, BatchItem
from transfer.workflow import BATCH
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def sorted_out(answers: list) -> tuple[list, list]:
    lost = [one for one in answers if isinstance(one, Refused)]
    return [one for one in answers if not isinstance(one, Refused)], lost


def test_two_batches_of_the_same_records(people):
    stocked(people, 30)
    won, lost = sorted_out(at_once(2, lambda number: made(people)))
    assert [batch.record_count for batch in won] == [30]
    assert "没有符合条件的档案" in str(lost[0])
    assert (Batch.objects.unguarded("a test looks").count(), BatchItem.objects.count()) == (1, 30)


def test_accepting_and_returning_the_same_batch(people):
    batch = signed(handing_over(inspecting(people, 3), people), people)
    by = people["D30:accessioner"]

    def decide(number: int):
        mine = Batch.objects.unguarded("a test looks").get(pk=batch.pk)
        step = ("accept", "return_batch")[number]
        return BATCH.perform(step, mine, by=type(by).objects.get(pk=by.pk), note="同意。")

    won, lost = sorted_out(at_once(2, decide))
    assert (len(won), len(lost)) == (1, 1)
    states = set(Record.objects.unguarded("a test looks").values_list("state", flat=True))
    assert states == ({"accessioned"} if won[0].verb == "accept" else {"filed"})
    assert AuditEvent.objects.of(batch).filter(verb__in=("accept", "return_batch")).count() == 1

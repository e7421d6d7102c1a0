"""Eight people complete at the same time: every document is filed once, codes without gap or double (issue 14).

EGOV_COMPLETIONS=1000 does as many as the issue asks for; the suite does enough for the threads to meet.
"""

import os

import pytest

from archive.models import CodeAssignment, Record
from documents.models import Document
from documents.states import Direction, HandlingKind, State
from documents.workflow import workflow_of
from tests.scenarios.owner import unwatched
from tests.scenarios.test_concurrency import at_once
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8
COUNT = int(os.environ.get("EGOV_COMPLETIONS", "24"))


@unwatched()
def handled(unit, count: int) -> list[Document]:
    """Received papers of `unit` that only wait to be completed."""
    rows = [
        Document(
            unit=unit, direction=Direction.INCOMING, state=State.IN_HANDLING, title=f"关于第{number}号事项的函",
            doc_type="letter", sender_name="上海市档案局", handling_kind=HandlingKind.FOR_ACTION,
        )
        for number in range(count)
    ]  # fmt: skip
    return Document.objects.bulk_create(rows)


def test_many_complete_at_once_and_the_codes_have_no_gap(people, units):
    documents, by = handled(units["D09"], COUNT), people["D09:clerk"]

    def complete(number: int) -> int:
        person = type(by).objects.get(pk=by.pk)
        for document in documents[number::THREADS]:
            mine = Document.objects.unguarded("a test looks").get(pk=document.pk)
            workflow = workflow_of(mine)
            given = workflow.steps["complete"].input(retention_code="D30")
            workflow.perform("complete", mine, by=person, note="已办结。", given=given)
        return len(documents[number::THREADS])

    answers = at_once(THREADS, complete)
    assert not [one for one in answers if isinstance(one, Refused)] and sum(answers) == COUNT
    records = Record.objects.unguarded("a test looks").filter(document__in=documents)
    assert records.count() == COUNT
    assert sorted(records.values_list("item_no", flat=True)) == list(range(1, COUNT + 1))
    assert CodeAssignment.objects.filter(record__in=records, voided_at=None).count() == COUNT

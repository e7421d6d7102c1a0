"""One's own step stands first and dark; 阅毕 of the same person below it and plain (docs/look.md)."""

import pytest

from documents.inputs import CirculateInput
from documents.side_acts import SIDE_ACTS
from documents.states import HandlingKind
from tests.documents.exchanged import page
from tests.made import registered, take

pytestmark = pytest.mark.django_db


def _circulated(document, people, *readers) -> None:
    given = CirculateInput(readers=tuple(people[one] for one in readers))
    SIDE_ACTS.perform("circulate", document, by=people["D09:clerk"], given=given)


def test_who_handles_and_reads_meets_his_own_task_first(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    take(delivery, "propose", people["D09:clerk"], "请办理。", lead_officer=people["D09:officer"])
    take(delivery, "instruct", people["D09:leader"], "同意。", lead_officer=people["D09:officer"])
    _circulated(delivery, people, "D09:officer", "D09:reviewer")
    shown = page(people, "D09:officer", delivery)
    text = shown.content.decode()
    own, read = text.index('id="act-handle"'), text.index('id="act-read"')
    assert own < read
    assert '<button class="main">接办</button>' in text and '<button class="">阅毕</button>' in text
    assert next(one["label"] for one in shown.context["bar"]) == "去接办"
    only_reader = page(people, "D09:reviewer", delivery).content.decode()
    assert '<button class="main">阅毕</button>' in only_reader

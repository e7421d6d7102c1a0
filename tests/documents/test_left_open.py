"""Nothing that is open on a document ends in silence with it (docs/rules/exchange.md, going_back)."""

import pytest

from documents import exchange_actions
from documents.exchange_inputs import TasksInput
from documents.inputs import CirculateInput
from documents.side_acts import SIDE_ACTS
from documents.states import HandlingKind
from tests.documents.exchanged import at, correction, more, tasks
from tests.made import brought_to, registered, take
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def test_办结_waits_for_the_consent_to_a_补发(people, units):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    more(sent, units, people, "D30")
    with pytest.raises(Refused, match=r"尚有补发待.*同意"):
        take(sent, "complete", people["D07:clerk"], retention_code="Y")
    (waiting,) = tasks(sent, "consent")
    assert waiting.is_open and sent.state == "dispatched"
    exchange_actions.decline(sent, by=people["D07:leader"], note="不属其职责。")
    assert take(sent, "complete", people["D07:clerk"], retention_code="Y").state == "completed"


def test_a_correction_does_not_replace_an_original_whose_补发_waits(people, units):
    original = brought_to("dispatch", people, to=("D09",))
    draft = correction(original, by=people["D07:clerk"], note="附件有误。")
    more(original, units, people, "D30")
    for step, post in (
        ("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
        ("proofread", "clerk"), ("seal", "seal_keeper"),
    ):  # fmt: skip
        take(draft, step, people["D07:clerk" if step == "submit" else f"D07:{post}"], note="同意。")
    with pytest.raises(Refused, match=r"原件尚有补发待.*同意"):
        take(draft, "dispatch", people["D07:clerk"])
    assert tasks(original, "consent")


def test_办结_waits_for_a_退文_that_is_not_settled(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(at(sent, "D09"), "return_to_sender", people["D09:clerk"], "不属本单位职责。")
    with pytest.raises(Refused, match=r"尚有退文待.*处理"):
        take(sent, "complete", people["D07:clerk"], retention_code="Y")
    exchange_actions.take_back(sent, by=people["D07:clerk"], given=TasksInput())
    assert take(sent, "complete", people["D07:clerk"], retention_code="Y").state == "completed"


def test_who_had_opened_a_step_that_ends_with_办结_is_told(people):
    """A 阅件 may be completed while its 批示 waits: the leader does not only see his item vanish."""
    delivery = registered(people, kind=HandlingKind.FOR_READING)
    take(delivery, "propose", people["D09:clerk"], "请领导阅示。")
    waiting = tasks(delivery, "instruct")
    Task.objects.filter(pk__in=[one.pk for one in waiting]).update(seen_at=delivery.created_at)
    assert waiting
    take(delivery, "complete", people["D09:clerk"], not_to_file="NF-3")
    (told,) = tasks(delivery, "notice")
    assert "办结而终止" in told.remark and (told.post, told.assignee) == (waiting[0].post, waiting[0].assignee)


def test_退文_tells_who_had_opened_the_circulation(people):
    delivery = registered(people, kind=HandlingKind.FOR_READING)
    given = CirculateInput(readers=(people["D09:officer"],))
    SIDE_ACTS.perform("circulate", delivery, by=people["D09:clerk"], given=given)
    Task.objects.of(delivery).filter(kind="read").update(seen_at=delivery.created_at)
    take(delivery, "return_to_sender", people["D09:clerk"], "不属本单位职责。")
    (told,) = tasks(delivery, "notice")
    assert told.assignee == people["D09:officer"] and "退文而终止" in told.remark

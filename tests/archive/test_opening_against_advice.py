"""What a forming unit advises is not passed over without a word, whenever its advice comes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.opening_review import actions, consulting, papers
from archive.opening_review.inputs import Verdict
from archive.opening_workflow import CONSULTATION, ROUND
from tests.archive.test_opening_rounds import browser, changed
from tests.opened import OPEN, POSTPONE, brought, enlisted, heard, held, judged, opening_round, second_appraiser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db
EXPLAINED = Verdict("open", note="住址已在公开件中隐去")
MARK = "须在说明中写明理由，或改为延期开放"


def codes(row, *places: int) -> list[str]:
    return list(row.items.filter(position__in=places).values_list("record__archival_code", flat=True))


def speaks(row, people, *against: int) -> None:
    """The unit that was asked answers now, its leader signs."""
    asked = row.consultations.get()
    own = set(asked.items.values_list("position", flat=True))
    if rest := own - set(against):
        consulting.say(asked, rest, by=people["D07:archivist"], opinion="open")
    consulting.say(asked, against, by=people["D07:archivist"], opinion="postpone", ground="private_rights")
    CONSULTATION.perform("answer", asked, by=people["D07:archivist"])
    CONSULTATION.perform("sign", asked, by=people["D07:leader"])


def asks(row, people) -> None:
    consulting.ask(row, by=people["D30:appraiser"], due_on=timezone.localdate() + timedelta(20))


def test_advice_that_comes_after_the_first_review_stops_it_until_a_word_is_said(people):
    """Fault: 初审 said 开放, the unit answered 建议延期 afterwards, and the file went public without a word."""
    row = judged(enlisted(people, held(people, 4)), people)
    heard(row, people, against=(3, 4))
    with pytest.raises(Refused, match="形成单位建议延期开放而审核意见为开放") as refusal:
        brought(row, people, "pass_first")
    told = "".join(refusal.value.reasons)
    assert all(code in told for code in codes(row, 3, 4)) and not any(code in told for code in codes(row, 1, 2))
    page = browser(people["D30:appraiser"]).get(row.get_absolute_url()).content.decode()
    assert page.count(MARK) == 2
    actions.judge(row, [3, 4], by=people["D30:appraiser"], given=EXPLAINED)
    assert MARK not in browser(people["D30:appraiser"]).get(row.get_absolute_url()).content.decode()
    assert brought(row, people).state == "published"


def test_a_note_written_before_the_advice_is_no_answer_to_it_at_any_step(people):
    row = judged(enlisted(people, held(people, 2)), people, given=EXPLAINED)
    asks(row, people)
    brought(row, people, "pass_first")
    speaks(row, people, 2)
    with pytest.raises(Refused, match="请在本环节写明说明") as refusal:
        brought(row, people, "pass_second")
    assert codes(row, 2)[0] in "".join(refusal.value.reasons)
    actions.judge(row, [2], by=second_appraiser(people), given=EXPLAINED)
    assert brought(row, people, "pass_second").state == "final"


@pytest.mark.parametrize(("before", "step", "by"), [
    ("pass_second", "approve", "D30:leader"), ("approve", "publish", "D30:appraiser"),
])  # fmt: skip
def test_an_answer_after_its_limit_still_holds_the_round_back(people, before, step, by):
    row = judged(enlisted(people, held(people, 2)), people)
    asks(row, people)
    row.consultations.update(due_on=timezone.localdate() - timedelta(1))
    brought(row, people, before)
    speaks(row, people, 1)
    row.refresh_from_db()
    with pytest.raises(Refused, match="形成单位建议延期开放而审核意见为开放"):
        ROUND.perform(step, row, by=people[by])


def test_advice_of_a_round_that_published_nothing_stands_in_the_next(people):
    records = held(people, 1)
    first = heard(enlisted(people, records), people, against=(1,))
    ROUND.perform("dissolve", first, by=people["D30:appraiser"], note="另行编批")
    row = enlisted(people, records)
    with pytest.raises(Refused, match="同意开放须填写说明"):
        actions.judge(row, [1], by=people["D30:appraiser"], given=OPEN)
    actions.judge(row, [1], by=people["D30:appraiser"], given=EXPLAINED)
    assert brought(row, people, "pass_first").state == "second"


def test_whose_signature_is_missing_is_said(people):
    """Fault: 尚未答复, when the archivist had answered and only the leader's 审签 was missing."""
    row = judged(enlisted(people, held(people, 1)), people)
    consulting.ask(row, by=people["D30:appraiser"], due_on=timezone.localdate() + timedelta(20), needs_leader=True)
    brought(row, people, "pass_first")
    asked = row.consultations.get()
    consulting.say(asked, [1], by=people["D07:archivist"], opinion="open")
    CONSULTATION.perform("answer", asked, by=people["D07:archivist"])
    with pytest.raises(Refused, match="区信息委已填写意见，待其领导审签后报送"):
        brought(row, people, "pass_second")


def test_the_leader_ticks_how_many_nobody_has_opened(people):
    row = judged(heard(enlisted(people, held(people, 3)), people), people)
    browser(people["D30:appraiser"]).get(row.items.get(position=1).record.get_absolute_url())
    browser(people["D07:archivist"]).get(row.items.get(position=2).record.get_absolute_url())
    brought(row, people, "pass_second")
    client, address = browser(people["D30:leader"]), reverse("archive:opening_round_act", args=[row.uid, "approve"])
    answer = client.post(address)
    form = next(one["form"] for one in answer.context["acts"] if one["step"].name == "approve")
    assert answer.status_code == 422 and form.fields["is_unopened"].label == (
        f"3 件（{'、'.join(codes(row, 1, 2, 3))}；其中 1 件初审、复审和形成单位也都没有人打开过）没有打开过，仍审定"
    )
    assert client.post(address, {"approve-is_unopened": "on"}).status_code == 302
    event = AuditEvent.objects.of(row).get(verb="approve")
    assert event.detail["unopened"] == 3 and event.detail["unseen"] == 1
    assert "其中 1 件初审、复审和形成单位也都没有人打开过" in event.opinion
    row.refresh_from_db()
    assert "（3 件未打开）" in papers.ledger_of(row, "review").made


def test_what_was_published_when_it_was_made_is_not_postponed(people):
    """Fault: a transfer refused it and a round took it."""
    row = enlisted(people, held(people, 2))
    changed(row.items.get(position=1).record, disclosure_attr="proactive")
    done = actions.judge(row, [1, 2], by=people["D30:appraiser"], given=POSTPONE)
    assert done.count == 1 and "第 1 件" in done.skipped[0] and "已主动公开，不能延期开放" in done.skipped[0]


def test_what_is_published_after_its_postponement_was_proposed_is_told_before_it_is_done(people):
    row = opening_round(people, 2, postpone=1, last="consent")
    changed(row.items.get(position=2).record, disclosure_attr="proactive")
    with pytest.raises(Refused, match=r"第 2 件.*已主动公开，不能延期开放"):
        ROUND.perform("publish", row, by=people["D30:appraiser"])

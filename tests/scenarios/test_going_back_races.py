"""Two persons race on each act by which a document goes back: one wins, the other gets 409 and a sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.documents.test_routing import waiting
from tests.documents.test_whose_act import also
from tests.made import BODY, brought_to, draft, take
from tests.scenarios.test_lock_order import browser, posted_at_once, side_act, transition
from units.models import AuditEvent, Task

pytestmark = pytest.mark.django_db(transaction=True)


def countersigning(people, units):
    document = draft(people)
    for code in ("D09", "D15"):
        document.countersigners.create(unit=units[code])
    take(document, "submit", people["D07:officer"])
    return take(document, "check", people["D07:reviewer"])


def disagreeing(people, units):
    document = countersigning(people, units)
    return take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")


def numbered(people, units):
    return brought_to("number", people)


def referred(people, units):
    return take(numbered(people, units), "refer_back", people["D07:clerk"], note="主送有误。")


CORRECT = {"title": "关于做好电子公文归档工作的通知", "body": BODY.replace("事项", "事宜"), "note": "改字"}
# moment, then (who, act, what he sends) twice; "x:" is a second holder of that post
PAIRS = (
    (countersigning, ("D09:leader", "send_back", {"note": "请改。"}), ("D15:leader", "send_back", {"note": "请改。"})),
    (
        countersigning,
        ("D09:leader", "countersign", {"result": "agreed", "note": "同意。"}),
        ("x:D09:leader", "countersign", {"result": "disagreed", "note": "职责不清。"}),
    ),
    (countersigning, ("D07:reviewer", "retrieve", {}), ("D15:leader", "countersign", {"result": "agreed"})),
    (
        countersigning,
        ("D07:officer", "withdraw", {"note": "再核。"}),
        ("D09:leader", "countersign", {"result": "agreed"}),
    ),
    (
        disagreeing,
        ("D07:leader", "coordinate", {"result": "decided", "note": "按现稿。"}),
        ("x:D07:leader", "coordinate", {"result": "coordinated", "note": "已一致。"}),
    ),
    (numbered, ("D07:clerk", "correct", CORRECT), ("x:D07:clerk", "refer_back", {"note": "主送有误。"})),
    (numbered, ("D07:clerk", "correct", CORRECT), ("x:D07:clerk", "correct", CORRECT)),
    (referred, ("D07:leader", "agree_to_change", {}), ("D07:clerk", "void", {"note": "不再发。"})),
    (referred, ("D07:leader", "keep_text", {"note": "无误。"}), ("D07:leader", "agree_to_change", {})),
)


def test_one_of_two_wins_each_act(people, units):
    people |= {f"x:{who}": people[f"D30:{who[4:]}"] for who in ("D09:leader", "D07:leader", "D07:clerk")}
    for who in ("D09:leader", "D07:leader", "D07:clerk"):
        also(people[f"x:{who}"], units[who[:3]], who[4:])
    for made, *racers in PAIRS:
        document = made(people, units)
        before = AuditEvent.objects.of(document).count()
        posts = [(browser(people[who]), *transition(document, act, **data)) for who, act, data in racers]
        acts = [act for _, act, _ in racers]
        assert sorted(posted_at_once(*posts)) == [302, 409], acts
        assert AuditEvent.objects.of(document).count() == before + 1, acts


def test_one_of_two_holders_of_a_post_takes_note(people, units):
    also(people["D30:leader"], units["D09"], "leader")
    document = countersigning(people, units)
    browser(people["D09:leader"]).get(document.get_absolute_url())
    take(document, "send_back", people["D15:leader"], note="请改。")
    posts = [(browser(people[who]), *side_act(document, "take_note")) for who in ("D09:leader", "D30:leader")]
    won, lost = sorted(posted_at_once(*posts))
    assert won == 302 and lost in (409, 422)  # 422: it was over before the right was asked for
    assert AuditEvent.objects.of(document).filter(verb="take_note").count() == 1


def test_opening_and_taking_back_race_to_one_winner(people):
    """取回 is `UPDATE … WHERE seen_at IS NULL`, an opening the same the other way round (design 13)."""
    officer, reviewer = browser(people["D07:officer"]), browser(people["D07:reviewer"])
    for number in range(10):
        document = brought_to("submit", people, title=f"关于第{number}项工作的通知")
        address, data = transition(document, "retrieve")
        barrier, answers = threading.Barrier(2), {}

        def both(which, barrier=barrier, answers=answers, document=document, address=address, data=data):
            barrier.wait(20)
            if which == "open":
                answers[which] = reviewer.get(document.get_absolute_url()).status_code
            else:
                answers[which] = officer.post(address, data)
            connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(both, ("open", "take")))
        document.refresh_from_db()
        task = Task.objects.of(document).get(kind="check")
        assert answers["open"] == 200
        if answers["take"].status_code == 302:
            assert (document.state, task.outcome, task.seen_at) == ("drafting", "taken_back", None)
            assert waiting(document) == {("redraft", "D07", "person")}
        else:
            assert answers["take"].status_code in (409, 422) and "不能取回" in answers["take"].content.decode()
            assert (document.state, task.closed_at) == ("in_review", None) and task.seen_at is not None

"""督办 of a received document with a feedback date (issue 13 point 5)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import pages
from documents.lists import overdue_of
from documents.models import Document, Supervision
from documents.reminders import remind
from documents.reply_inputs import FeedBackInput, SuperviseInput
from documents.side_acts import SIDE_ACTS
from documents.supervised import supervised_of
from tests.made import registered, take
from tests.matrix import VISITORS
from tests.transfer.stock import browser
from units.calendar import WorkingCalendar
from units.context import counted
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def supervise(document, by, *, days=5, note="请于月底前报送整改情况。"):
    given = SuperviseInput(timezone.now() + timedelta(days=days))
    return SIDE_ACTS.perform("supervise", document, by=by, note=note, given=given)


def feed_back(document, by, note, is_last=False):
    document.refresh_from_db()
    return SIDE_ACTS.perform("feed_back", document, by=by, note=note, given=FeedBackInput(is_last))


@pytest.fixture
def delivery(people):
    """At D09, handled by its officer."""
    document = registered(people, kind="for_action")
    take(document, "propose", people["D09:clerk"], note="拟请领导阅示。", lead_officer=people["D09:officer"])
    return take(document, "instruct", people["D09:leader"], note="请抓紧。")


def test_a_leader_sets_it_the_handler_has_it_with_its_limit_and_feeds_back(delivery, people):
    officer = people["D09:officer"]
    assert supervise(delivery, people["D09:leader"]) == "已列入督办"
    item = Task.objects.of(delivery).open().get(kind="feed_back")
    assert item.assignee == officer and item.due_at == Supervision.objects.get().due_at
    assert feed_back(delivery, officer, "已完成一半。") == "反馈已记录"
    assert Task.objects.of(delivery).open().filter(kind="feed_back").exists()
    assert feed_back(delivery, officer, "已全部整改。", is_last=True) == "督办已办结"
    one = Supervision.objects.get()
    assert one.ended_by == officer and not Task.objects.of(delivery).open().filter(kind="feed_back").exists()
    told = Task.objects.of(delivery).open().get(kind="notice")
    assert told.assignee == people["D09:leader"] and "已全部整改。" in told.remark
    labels = list(delivery.opinions.filter(kind="feed_back").values_list("label", flat=True))
    assert labels == ["督办", "督办反馈", "办结反馈"]
    assert "办结反馈：已全部整改。" in pages.handling_sheet(delivery, moment=timezone.now()).text
    verbs = AuditEvent.objects.of(delivery).filter(verb__in=("supervise", "feed_back")).order_by("pk")
    assert [event.label for event in verbs] == labels
    with pytest.raises(Refused, match="本件不在督办"):
        feed_back(delivery, officer, "再报")


def test_it_is_listed_with_its_due_date_and_the_counter_is_the_list(delivery, people):
    supervise(delivery, people["D09:clerk"])
    for who in ("D09:clerk", "D09:leader"):
        assert [one.pk for one in supervised_of(people[who])] == [delivery.pk]
        assert str(counted("documents:supervised", people[who])) == "1"
    client = Client()
    client.force_login(people["D09:clerk"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("documents:supervised")).content.decode()
    assert delivery.title in page and "请于月底前报送整改情况。" in page and "剩 " in page
    assert not supervised_of(people["D07:clerk"]).exists() and not supervised_of(people["D09:officer"]).exists()


def test_overdue_feedback_is_shown_in_the_lists_and_reminded_before(delivery, people):
    supervise(delivery, people["D09:leader"])
    Task.objects.of(delivery).filter(kind="feed_back").update(
        opened_at=timezone.now() - timedelta(days=9), due_at=timezone.now() + timedelta(hours=1)
    )
    assert remind().startswith("提醒 ")
    assert Task.objects.get(kind="feed_back").urgings.filter(kind="reminder").count() == 1
    late = timezone.now() - timedelta(hours=1)
    Task.objects.of(delivery).filter(kind="feed_back").update(due_at=late)
    Supervision.objects.update(due_at=late)
    assert delivery.pk in [one.pk for one in overdue_of(people["D09:clerk"])]
    client = Client()
    client.force_login(people["D09:leader"], backend="django.contrib.auth.backends.ModelBackend")
    assert "逾期" in client.get(reverse("documents:supervised")).content.decode()


def test_set_anew_it_is_changed_and_not_doubled(delivery, people):
    supervise(delivery, people["D09:leader"])
    same = SuperviseInput(Supervision.objects.get().due_at)
    told = SIDE_ACTS.perform(
        "supervise", delivery, by=people["D09:leader"], note=Supervision.objects.get().demand, given=same
    )
    assert told == "督办事项没有变化"
    assert supervise(delivery, people["D09:clerk"], days=9, note="延至下月。") == "督办事项已调整"
    one = Supervision.objects.get()
    item = Task.objects.of(delivery).open().get(kind="feed_back")
    assert one.demand == "延至下月。" and item.due_at == one.due_at and "延至下月" in item.remark
    with pytest.raises(Refused, match="晚于现在"):
        supervise(delivery, people["D09:leader"], days=-1)


def test_a_document_under_supervision_is_not_completed_before_its_last_feedback(delivery, people):
    supervise(delivery, people["D09:leader"])
    take(delivery, "handle", people["D09:officer"])
    take(delivery, "report", people["D09:officer"], note="已办。")
    with pytest.raises(Refused, match="请先填写“办结反馈”"):
        take(delivery, "complete", people["D09:clerk"], not_to_file="NF-1")
    feed_back(delivery, people["D09:clerk"], "已办结。", is_last=True)
    take(delivery, "complete", people["D09:clerk"], not_to_file="NF-1")
    with pytest.raises(Refused, match="正在办理的收文"):
        supervise(delivery, people["D09:leader"])


MAY = {  # in the order of VISITORS; the delivery is D09's
    "supervise": "......y.........",
    "feed_back": "......y.........",
}


@pytest.mark.parametrize("name", MAY)
def test_who_may(name, delivery, people):
    """VISITORS has only D09's clerk; its other posts are asked below."""
    supervise(delivery, people["D09:leader"])
    row = Document.objects.unguarded("a test looks").get(pk=delivery.pk)

    def held(who):
        return name in {act.name for act in SIDE_ACTS.open_to(people[who], row)}

    assert "".join("y" if held(who) else "." for who in VISITORS[:-1]) == MAY[name]
    own = {post: held(f"D09:{post}") for post in ("officer", "reviewer", "leader", "seal_keeper", "archivist")}
    assert own == {
        "officer": name == "feed_back", "reviewer": False, "leader": True, "seal_keeper": False, "archivist": False,
    }  # fmt: skip


def test_it_is_set_on_the_page_and_a_day_off_is_asked_about(people):
    delivery = registered(people, kind="for_action")
    place = reverse("documents:side_act", args=[delivery.uid, "supervise"])
    calendar, day = WorkingCalendar(), timezone.localdate() + timedelta(days=2)
    off, on = (next(one for one in (day + timedelta(days=n) for n in range(30)) if calendar.is_working(one) is wanted)
               for wanted in (False, True))  # fmt: skip
    clerk = browser(people["D09:clerk"])
    asked = clerk.post(place, {"supervise-note": "请按时报送。", "supervise-due_on": off.isoformat()})
    assert asked.status_code == 422 and "休息日" in asked.text
    assert clerk.post(place, {"supervise-note": "请按时报送。", "supervise-due_on": on.isoformat()}).status_code == 302
    assert timezone.localdate(delivery.supervisions.get().due_at) == on
    off_again = {"supervise-note": "请补报数据。", "supervise-due_on": off.isoformat(), "supervise-day_off": "keep"}
    assert clerk.post(place, off_again).status_code == 302
    again = {"supervise-note": "请补报全部数据。", "supervise-due_on": off.isoformat()}  # it was kept once
    assert clerk.post(place, again).status_code == 302 and timezone.localdate(delivery.supervisions.get().due_at) == off

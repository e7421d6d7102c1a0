"""催办, 到期提醒, limits in words, 领导批示, and why a document is completed before everybody has signed for it."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import alerts, reminders, urging
from documents.bulk_forms import UrgeForm
from documents.circulation import circulate
from documents.deadlines import told
from documents.desk_forms import NEAR_LIMIT, side_form
from documents.inputs import CirculateInput, UrgeInput
from documents.models import Alert, Urging
from documents.side_acts import SIDE_ACTS
from tests.cases import Case
from tests.made import brought_to, draft, registered, take
from units.calendar import WorkingCalendar
from units.models import AuditEvent, Task
from units.templatetags.egov import dated
from units.templatetags.egov import due as due_shown
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def urge(document, by, note="请今日办结。", **given):
    return SIDE_ACTS.perform("urge", document, by=by, note=note, given=UrgeInput(**given))


@pytest.mark.parametrize("who", ["D07:officer", "D07:clerk", "D07:leader", "D07:reviewer"])
def test_drafter_clerk_reviewer_and_leader_urge_a_step_and_it_is_one_event(people, who):
    document = brought_to("submit", people)
    assert urge(document, people[who]) == "已催办：区信息委 核稿人（待核稿）"
    row = Urging.objects.get()
    assert (row.task.kind, row.by, row.text) == ("check", people[who], "请今日办结。")
    event = AuditEvent.objects.of(document).get(verb="urge")
    assert event.detail["asked"] == ["区信息委 核稿人（待核稿）"] and event.opinion == "请今日办结。"


@pytest.mark.parametrize("who", ["D07:seal_keeper", "D07:archivist", "D09:clerk", "D15:leader"])
def test_nobody_else_urges(people, who):
    with pytest.raises(Refused):
        urge(brought_to("submit", people), people[who])
    assert not Urging.objects.exists()


def test_the_urged_see_it_on_the_row_on_the_page_and_beside_the_counter(people):
    document = brought_to("submit", people)
    for _ in range(2):
        urge(document, people["D07:clerk"])
    client = browser(people["D07:reviewer"])
    page = client.get(reverse("documents:waiting")).content.decode()
    assert "催办 2 次\u00a0· 最近" in page and f"{people['D07:clerk'].name}：请今日办结。" in page
    assert '<span class="urged">催 1</span>' in page  # one item of his is urged, however often
    shown = client.get(document.get_absolute_url()).content.decode()
    assert "催办：请今日办结。" in shown
    assert "催办 2 次" in browser(people["D07:clerk"]).get(reverse("documents:under_way")).content.decode()


def test_units_that_have_not_signed_for_it_are_urged_and_nobody_else(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(sent.deliveries.unguarded("a test looks").get(unit__code="D15"), "sign_for", people["D15:clerk"])
    scopes = {(one.who, one.scope.value) for one in urging.targets(sent)}
    assert scopes == {("区民政局", "unsigned"), ("区卫生局", "unanswered")}
    assert urge(sent, people["D07:clerk"], scope="unsigned") == "已催办：区民政局（待签收）"
    assert Urging.objects.get().task.unit.code == "D09"
    page = browser(people["D09:clerk"]).get(reverse("documents:waiting")).content.decode()
    assert "催办 1 次" in page and '<span class="urged">催 1</span>' in page
    assert "催办 1 次" not in browser(people["D15:clerk"]).get(reverse("documents:waiting")).content.decode()


def test_the_receiver_reads_who_of_the_issuer_urged_where_to_call_and_that_it_is_done(people):
    clerk = people["D07:clerk"]
    type(clerk).objects.filter(pk=clerk.pk).update(phone="62510000")
    sent = brought_to("dispatch", people)
    urge(sent, clerk)
    delivery = sent.deliveries.unguarded("a test looks").get()
    client = browser(people["D09:clerk"])
    shown = client.get(delivery.get_absolute_url()).content.decode()
    assert f"长宁区信息化委员会 {clerk.name} 电话 62510000" in shown
    assert '<span class="urged">催办：请今日办结。</span>' in shown
    take(delivery, "sign_for", people["D09:clerk"])
    shown = client.get(delivery.get_absolute_url()).content.decode()
    assert '<span class="soft">催办：请今日办结。（已办）</span>' in shown
    own = browser(clerk).get(sent.get_absolute_url()).content.decode()
    assert "62510000 →" not in own  # the issuer knows who its clerk is


def test_readers_are_urged_apart_and_several_are_chosen(people):
    delivery = registered(people)
    readers = (people["D09:officer"], people["D09:leader"])
    circulate(delivery, by=people["D09:clerk"], given=CirculateInput(readers))
    first = Task.objects.get(kind="read", assignee=readers[0])
    assert urge(delivery, people["D09:clerk"], scope="readers").count("传阅") == 2
    assert urge(delivery, people["D09:clerk"], tasks=(first.pk,)).count("传阅") == 1
    assert Urging.objects.filter(task=first).count() == 2


def test_whoever_handles_it_is_urged_and_its_readers_only_when_chosen(people):
    delivery, reader = registered(people), people["D09:officer"]
    circulate(delivery, by=people["D09:clerk"], given=CirculateInput((reader,)))
    form = side_form(SIDE_ACTS.get("urge"), delivery)
    assert [value for value, _ in form.fields["scope"].choices] == ["", "readers"]
    address = reverse("documents:side_act", args=[delivery.uid, "urge"])
    clerk = browser(people["D09:leader"])
    told = clerk.post(address, {"urge-note": "请抓紧。", "urge-scope": ""}, follow=True).content.decode()
    assert "已催办：区民政局 核稿人（待拟办）。" in told
    assert not Urging.objects.filter(task__kind="read").exists()


def test_that_the_limit_is_near_is_said_only_where_there_is_one(people):
    document = brought_to("submit", people)
    Task.objects.of(document).update(due_at=None)
    assert NEAR_LIMIT not in side_form(SIDE_ACTS.get("urge"), document).phrases
    assert NEAR_LIMIT not in UrgeForm(by=people["D07:clerk"], documents=[document]).phrases
    due(document, opened=-1, limit=5)
    assert NEAR_LIMIT in side_form(SIDE_ACTS.get("urge"), document).phrases
    assert NEAR_LIMIT in UrgeForm(by=people["D07:clerk"], documents=[document]).phrases


def test_what_is_closed_or_ones_own_is_not_urged(people):
    document = draft(people)
    with pytest.raises(Refused, match="本人手上"):
        urge(document, people["D07:officer"])
    take(document, "submit", people["D07:officer"])
    closed = Task.objects.of(document).get(kind="draft")
    with pytest.raises(Refused, match="已经办理"):
        urge(document, people["D07:clerk"], tasks=(closed.pk,))
    with pytest.raises(Refused, match="最多 200"):
        urge(document, people["D07:clerk"], note="急" * 201)


def test_a_form_sent_twice_urges_once(people):
    document, run = brought_to("submit", people), uuid.uuid4()
    data = {"urge-note": "请抓紧。", "urge-run": str(run)}
    for _ in range(2):
        answer = browser(people["D07:clerk"]).post(reverse("documents:side_act", args=[document.uid, "urge"]), data)
        assert answer.status_code == 302
    assert Urging.objects.filter(run=run).count() == 1 and AuditEvent.objects.filter(verb="urge").count() == 1


# limits in words; Tuesday 24 November 2026 is a working day, the 28th and 29th are a weekend


def at(day: int, hour: int = 23, minute: int = 59) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour, minute))


NOW = at(24, 10, 0)
LIMITS = [
    Case("limit", "three working days ago, over a weekend", "逾期 3 个工作日", value=at(19)),
    Case("limit", "yesterday", "逾期 1 个工作日", value=at(23)),
    Case("limit", "two hours ago", "逾期 2 小时", "an hour of the clock", value=at(24, 8, 0)),
    Case("limit", "today", "今日到期", value=at(24)),
    Case("limit", "today at four", "今日 16:00 到期", value=at(24, 16, 0)),
    Case("limit", "two working days ahead", "剩 2 个工作日", value=at(26)),
    Case("limit", "Monday", "剩 4 个工作日", "the weekend does not count", value=at(30)),
    Case("limit", "years ago", "逾期 1 年以上", value=at(24) - timedelta(days=800)),
    Case("limit", "years ahead", "剩 1 年以上", value=at(24) + timedelta(days=800)),
]


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_a_limit_is_told_in_working_days(case):
    found = told(case.value, WorkingCalendar(), NOW)
    assert found.words == case.expected
    assert (found.tone == "overdue") == case.expected.startswith("逾期")


def test_no_limit_says_nothing():
    assert told(None, WorkingCalendar(), NOW) is None
    assert (due_shown(at(30)), due_shown(at(30, 16, 0))) == ("11-30", "11-30 16:00")  # no hour for a limit in days
    saturday = told(at(29), WorkingCalendar(), at(28, 10, 0))
    assert saturday.words == "剩 37 小时"  # an hour of the clock on days off


# the reminder


def due(document, *, opened: int, limit: int) -> Task:
    """The open item, opened and due so many hours from now."""
    now = timezone.now()
    rows = Task.objects.of(document).open()
    rows.update(opened_at=now + timedelta(hours=opened), due_at=now + timedelta(hours=limit))
    return rows.get()


def test_a_reminder_comes_once_by_itself_before_the_limit(people):
    document = brought_to("submit", people)
    task = due(document, opened=-100, limit=5)
    assert reminders.remind() == "提醒 1 项"
    assert reminders.remind() == "没有临期事项"
    row = Urging.objects.get(task=task)
    assert (row.kind, row.by.is_system) == ("reminder", True)
    assert AuditEvent.objects.of(document).filter(verb="remind").count() == 1
    page = browser(people["D07:reviewer"]).get(document.get_absolute_url()).content.decode()
    assert "到期提醒" in page


@pytest.mark.parametrize(("opened", "limit"), [(-1, 24), (-100, 24 * 20), (-100, -1)])
def test_no_reminder_in_the_first_half_nor_far_ahead_nor_afterwards(people, opened, limit):
    due(brought_to("submit", people), opened=opened, limit=limit)
    reminders.remind()
    assert not Urging.objects.exists()


def test_a_reminder_killed_half_way_is_given_by_the_next_run(people, monkeypatch):
    task = due(brought_to("submit", people), opened=-100, limit=5)
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(reminders.audit, "record_many", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("killed")))
        with transaction.atomic():
            reminders.remind()
    assert not Urging.objects.exists()
    reminders.remind(), reminders.remind()
    assert Urging.objects.filter(task=task).count() == 1


# 领导批示


def test_the_clerk_is_told_when_a_leader_has_written_until_he_opens_it(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="拟请领导阅示。")
    take(delivery, "instruct", people["D09:leader"], note="请本周内落实。")
    clerk = browser(people["D09:clerk"])
    page = clerk.get(reverse("documents:leaders_words"))
    assert [one.document for one in page.context["page"]] == [delivery] and "请本周内落实。" in page.content.decode()
    counts = {item["label"]: item["count"] for group in page.context["nav"] for item in group["items"]}
    assert counts["领导批示"] == "1"
    assert not alerts.unseen_by(people["D09:officer"]).exists()
    clerk.get(delivery.get_absolute_url())
    assert Alert.objects.get().seen_by == people["D09:clerk"]
    assert not clerk.get(reverse("documents:leaders_words")).context["page"].items


def test_an_empty_opinion_and_one_of_nobody_who_leads_tells_nothing(people):
    delivery = registered(people)
    readers = (people["D09:leader"], people["D09:officer"])
    circulate(delivery, by=people["D09:clerk"], given=CirculateInput(readers))
    SIDE_ACTS.perform("read", delivery, by=people["D09:officer"], note="已阅。")
    SIDE_ACTS.perform("read", delivery, by=people["D09:leader"])
    assert not Alert.objects.exists()


# 办结 before all have signed for it


def test_completion_before_all_have_signed_asks_why_and_keeps_the_answer(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    clerk = browser(people["D07:clerk"])
    address = reverse("documents:act", args=[sent.uid, "complete"])
    refused = clerk.post(address, {"complete-retention_code": "Y"})
    assert refused.status_code == 422 and "区民政局、区卫生局尚未签收" in refused.content.decode()
    done = clerk.post(address, {"complete-retention_code": "Y", "complete-unsigned_reason": "两单位已电话确认。"})
    assert done.status_code == 302
    event = AuditEvent.objects.of(sent).get(verb="complete")
    assert event.detail["unsigned_reason"] == "两单位已电话确认。"
    assert "两单位已电话确认。" in clerk.get(sent.get_absolute_url()).content.decode()


def test_a_reason_is_not_asked_when_all_have_signed(people):
    sent = brought_to("dispatch", people)
    take(sent.deliveries.unguarded("a test looks").get(), "sign_for", people["D09:clerk"])
    page = browser(people["D07:clerk"]).get(sent.get_absolute_url()).content.decode()
    assert "complete-unsigned_reason" not in page
    assert take(sent, "complete", people["D07:clerk"], retention_code="Y").unsigned_reason == ""


def test_dates_are_not_broken_and_no_line_begins_with_a_dot():
    assert dated("区<局> · 2026-11-26 09:30 起") == (
        '区&lt;局&gt;\u00a0· <span class="when">2026-11-26 09:30</span> 起'
    )

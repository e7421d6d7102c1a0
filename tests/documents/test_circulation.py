"""传阅: to persons, posts and departments; opened and 阅毕 with times; cancelled one or all; it holds nothing up."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.chores import complete_ready
from documents.circulation import circulate, readers_of
from documents.inputs import CirculateInput, RecallInput
from documents.models import Document
from documents.side_acts import SIDE_ACTS
from documents.states import State
from tests.made import brought_to, registered, take
from units.models import Appointment, AuditEvent, Department, Post, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(document) -> dict[str, str]:
    return {str(one.who): one.words for one in readers_of(document)}


def send(document, by, *, note="", **given) -> str:
    return SIDE_ACTS.perform("circulate", document, by=by, note=note, given=CirculateInput(**given))


def test_persons_posts_and_departments_are_asked_each_once(people, units):
    delivery, clerk = registered(people), people["D09:clerk"]
    office = Department.objects.get(unit=units["D09"])
    Appointment.objects.filter(user__in=(people["D09:officer"], people["D09:seal_keeper"])).update(department=office)
    leader = Post.objects.get(unit=units["D09"], kind="leader")
    asked = {"readers": (people["D09:officer"],), "posts": (leader,), "departments": (office,)}
    names = [people[f"D09:{kind}"].name for kind in ("officer", "seal_keeper")]
    assert send(delivery, clerk, note="请阅。", **asked) == f"已送{'、'.join(names)}、区民政局 领导传阅"
    assert send(delivery, clerk, **asked) == ""
    assert set(words(delivery)) == {people["D09:officer"].name, people["D09:seal_keeper"].name, "区民政局 领导"}
    assert AuditEvent.objects.of(delivery).filter(verb="circulate").count() == 1
    reading = browser(people["D09:leader"]).get(reverse("documents:reading"))
    assert [task.title for task in reading.context["page"]] == [delivery.title]
    assert "请阅。" in reading.content.decode()


def test_opened_is_seen_as_opened_and_read_as_read(people):
    delivery = registered(people)
    officer, reviewer, leader = (people[f"D09:{kind}"] for kind in ("officer", "reviewer", "leader"))
    send(delivery, people["D09:clerk"], readers=(officer, reviewer, leader))
    browser(officer).get(delivery.get_absolute_url())
    SIDE_ACTS.perform("read", delivery, by=reviewer, note="已阅。")
    assert words(delivery) == {officer.name: "已打开", reviewer.name: "阅毕", leader.name: "未打开"}
    page = browser(people["D09:clerk"]).get(delivery.get_absolute_url()).content.decode()
    assert "1/3 已阅 · 传阅中" in page and "已打开" in page
    row = browser(people["D09:clerk"]).get(reverse("documents:under_way")).content.decode()
    assert "传阅中（2 人未阅）" in row
    read = browser(reviewer).get(reverse("documents:reading"), {"done": "1"})
    assert [task.title for task in read.context["page"]] == [delivery.title]


def test_one_or_all_are_cancelled_and_may_be_asked_again(people):
    delivery, clerk = registered(people), people["D09:clerk"]
    officer, reviewer, leader = (people[f"D09:{kind}"] for kind in ("officer", "reviewer", "leader"))
    send(delivery, clerk, readers=(officer, reviewer, leader))
    SIDE_ACTS.perform("read", delivery, by=leader)
    task = Task.objects.get(kind="read", assignee=officer)
    given = RecallInput((task.pk,))
    assert SIDE_ACTS.perform("recall_circulation", delivery, by=clerk, given=given) == 1
    assert words(delivery) == {officer.name: "已撤销", reviewer.name: "未打开", leader.name: "阅毕"}
    with pytest.raises(Refused, match="已经阅毕或已撤销"):
        SIDE_ACTS.perform("recall_circulation", delivery, by=clerk, given=given)
    assert SIDE_ACTS.perform("recall_circulation", delivery, by=clerk, given=RecallInput()) == 1
    with pytest.raises(Refused, match="没有尚未阅毕的传阅"):
        SIDE_ACTS.perform("recall_circulation", delivery, by=clerk, given=RecallInput())
    page = browser(clerk).get(delivery.get_absolute_url()).content.decode()
    assert "1/1 已阅" in page and "/3 已阅" not in page  # who is cancelled does not count
    assert send(delivery, clerk, readers=(officer, leader)) == f"已送{officer.name}传阅"
    with pytest.raises(Refused, match="没有撤销传阅的权限"):
        SIDE_ACTS.perform("recall_circulation", delivery, by=officer, given=RecallInput())


def test_a_form_that_names_nobody_is_told_and_nothing_is_cancelled_by_mistake(people):
    delivery = registered(people)
    clerk = browser(people["D09:clerk"])
    nobody = clerk.post(reverse("documents:side_act", args=[delivery.uid, "circulate"]), {})
    assert nobody.status_code == 422 and "请至少选择一人" in nobody.content.decode()
    send(delivery, people["D09:clerk"], readers=(people["D09:officer"],))
    address = reverse("documents:side_act", args=[delivery.uid, "recall_circulation"])
    unchosen = clerk.post(address, {})
    assert unchosen.status_code == 422 and "请选择要撤销的人" in unchosen.content.decode()
    assert clerk.post(address, {"recall_circulation-everybody": "on"}).status_code == 302
    assert set(words(delivery).values()) == {"已撤销"}


def test_circulation_holds_no_completion_up_and_goes_on_after_it(people):
    delivery, officer = registered(people), people["D09:officer"]
    send(delivery, people["D09:clerk"], readers=(officer, people["D09:leader"]))
    take(delivery, "complete", people["D09:clerk"], retention_code="D10")
    assert delivery.state == State.COMPLETED
    assert [one.title for one in browser(officer).get(reverse("documents:reading")).context["page"]] == [delivery.title]
    SIDE_ACTS.perform("read", delivery, by=officer, note="已阅。")
    assert words(delivery) == {officer.name: "阅毕", people["D09:leader"].name: "未打开"}
    page = browser(people["D09:clerk"]).get(delivery.get_absolute_url()).content.decode()
    assert "1/2 已阅 · 传阅中" in page


def test_an_issued_document_with_an_open_circulation_completes_by_itself(people):
    """The chore waits for what moves the document, not for readers."""
    sent = brought_to("dispatch", people)
    take(sent.deliveries.unguarded("a test looks").get(), "sign_for", people["D09:clerk"])
    Task.objects.create(
        kind="read", label="传阅", subject_type="document", subject_uid=sent.uid, title=sent.title, unit=sent.unit,
        assignee=people["D07:leader"],
    )  # fmt: skip
    assert Document.objects.unguarded("a test looks").ready_to_complete().filter(pk=sent.pk).exists()
    complete_ready()
    sent.refresh_from_db()
    assert sent.state in (State.COMPLETED, State.DISPATCHED)
    assert Task.objects.of(sent).open().filter(kind="read").exists()


def test_what_ends_otherwise_ends_its_circulation(people):
    delivery = registered(people)
    circulate(delivery, by=people["D09:clerk"], given=CirculateInput((people["D09:officer"],)))
    take(delivery, "return_to_sender", people["D09:clerk"], note="误送本单位。")
    assert set(words(delivery).values()) == {"未阅终止"}
    assert not Task.objects.of(delivery).open().exists()


def test_the_message_names_whom_it_went_to_and_says_when_it_went_to_nobody(people):
    delivery, officer = registered(people), people["D09:officer"]
    address, data = reverse("documents:side_act", args=[delivery.uid, "circulate"]), {"circulate-readers": officer.pk}
    for said in (f"已送{officer.name}传阅。", "所选人员都已在传阅，没有重复传阅。"):
        page = browser(people["D09:clerk"]).post(address, data, follow=True)
        assert page.status_code == 200 and said in page.content.decode()


def test_办结_says_beside_its_button_who_has_not_read(people):
    delivery, clerk = registered(people), people["D09:clerk"]
    officer, reviewer = (people[f"D09:{kind}"] for kind in ("officer", "reviewer"))
    send(delivery, clerk, readers=(officer, reviewer))
    text = browser(clerk).get(delivery.get_absolute_url()).content.decode()
    assert f"传阅 0/2 已阅，传阅尚未阅毕：{officer.name}、{reviewer.name}。" in text
    for reader in (officer, reviewer):
        SIDE_ACTS.perform("read", delivery, by=reader)
    assert "传阅尚未阅毕" not in browser(clerk).get(delivery.get_absolute_url()).content.decode()


def test_全体人员_leaves_out_whoever_circulates(people, units):
    delivery, clerk = registered(people), people["D09:clerk"]
    office = Department.objects.get(unit=units["D09"])
    Appointment.objects.filter(user__in=(clerk, people["D09:officer"])).update(department=office)
    send(delivery, clerk, departments=(office,))
    assert clerk.name not in words(delivery) and people["D09:officer"].name in words(delivery)
    send(delivery, clerk, readers=(clerk,))
    assert clerk.name in words(delivery)

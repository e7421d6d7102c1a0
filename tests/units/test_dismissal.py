"""Rights end with the appointment; what is open is handed over in the act of dismissal, or by 转办 (issue 10, B2)."""

from datetime import date

import pytest
from django.urls import reverse

from documents.models import Document
from documents.states import HandlingKind
from documents.workflow import workflow_of
from tests.made import brought_to, draft, registered, take
from tests.transfer.stock import browser
from units import handover
from units import people as actions
from units.access import forget_standing, may
from units.handover import Choice, items_of
from units.models import Appointment, AuditEvent, Post, Task, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:secadmin"]


@pytest.fixture
def second_officer(units, by):
    person = User.objects.create(username="second-officer", name="第二承办人", joined_on=date(2020, 1, 1))
    actions.appoint(person, Post.objects.get(unit=units["D07"], kind="officer"), by=by)
    return person


def same(person: User) -> User:
    return User.objects.get(pk=person.pk)


def appointment_of(person) -> Appointment:
    return Appointment.objects.select_related("user", "post__unit").get(user=person)


def end_without_handing_over(person) -> None:
    """An appointment that ran out: nobody was asked for a successor."""
    Appointment.objects.filter(user=person).update(ends_on="2020-12-31")
    forget_standing(person)


def test_a_dismissed_drafter_sees_edits_and_submits_nothing(people):
    document, officer = draft(people), people["D07:officer"]
    end_without_handing_over(officer)
    pages = browser(same(officer))
    for route in ("detail", "edit", "page_pdf", "sheet_pdf", "trail"):
        assert pages.get(reverse(f"documents:{route}", args=[document.uid])).status_code == 404, route
    act = reverse("documents:act", args=[document.uid, "submit"])
    before = AuditEvent.objects.count()
    assert pages.post(act, {"submit-note": "同意"}).status_code == 404
    with pytest.raises(Refused):
        workflow_of(document).perform("submit", document, by=same(officer))
    assert not any(may(same(officer), name, document) for name in ("view", "edit", "submit", "withdraw"))
    assert AuditEvent.objects.count() == before
    assert list(Task.objects.waiting_for(same(officer))) == []


def test_a_dismissed_handler_handles_nothing(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    take(delivery, "propose", people["D09:clerk"], note="请承办", lead_officer=people["D09:officer"])
    take(delivery, "instruct", people["D09:leader"], note="同意", lead_officer=people["D09:officer"])
    officer = people["D09:officer"]
    assert may(officer, "handle", delivery)
    end_without_handing_over(officer)
    assert not may(same(officer), "handle", delivery) and not may(same(officer), "view", delivery)
    assert browser(same(officer)).get(delivery.get_absolute_url()).status_code == 404
    assert browser(same(officer)).get("/waiting/").context["page"].items == []


def test_no_event_of_a_person_has_an_empty_post(people):
    brought_to("dispatch", people)
    draft(people, title="关于另一事项的通知")
    handed = AuditEvent.objects.filter(actor__is_system=False, object_type__in=("document", "record", "batch"))
    assert handed.exists() and not handed.filter(post="").exists()


def test_dismissal_without_a_successor_is_refused_while_something_is_open(people, by):
    document = draft(people)
    appointment = appointment_of(people["D07:officer"])
    with pytest.raises(Refused, match=r"拟稿（1 项）.*请逐类选择"):
        actions.dismiss(appointment, by=by, reason="轮岗")
    assert Appointment.objects.get(pk=appointment.pk).dismissed_at is None
    assert Task.objects.of(document).open().get().assignee == people["D07:officer"]


def test_dismissal_hands_over_tasks_and_drafts_in_the_same_act(people, by, second_officer):
    document = draft(people)
    reviewed = take(draft(people, title="关于在审事项的通知"), "submit", people["D07:officer"], note="请审")
    appointment = appointment_of(people["D07:officer"])
    assert {group.kind for group in items_of(appointment)} == {"draft", "drafted"}
    choice = Choice(person=second_officer)
    actions.dismiss(appointment, by=by, reason="轮岗", choices={"draft": choice, "drafted": choice})
    for one in (document, reviewed):
        one.refresh_from_db()
        assert (one.drafted_by, one.held_by) == (people["D07:officer"], second_officer)
        event = AuditEvent.objects.get(object_uid=one.uid, verb="hand_over")
        assert (event.detail["given_by"], event.detail["given_to"]) == (people["D07:officer"].name, "第二承办人")
        assert (event.post, event.opinion) == ("安全保密管理员", "轮岗")
        assert one.changes.latest("history_date", "history_id").held_by == second_officer
    assert may(second_officer, "edit", document) and may(second_officer, "withdraw", reviewed)
    assert not may(same(people["D07:officer"]), "edit", document)
    assert Task.objects.waiting_for(second_officer).count() == 1
    take(document, "submit", same(second_officer), note="请审")  # and the line goes on
    assert document.state == "in_review"


def test_dismissal_page_shows_what_is_open_but_no_titles_to_the_administrator(people, by, second_officer):
    draft(people, title="关于不给管理员看的事项的通知")
    page = reverse("units:dismiss", args=[appointment_of(people["D07:officer"]).pk])
    shown = browser(by).get(page).content.decode()
    assert "拟稿（1 项）转给" in shown and "第二承办人" in shown and "不给管理员看" not in shown
    unchosen = browser(by).post(page, {"reason": "轮岗"})
    assert unchosen.status_code == 422 and "请选择拟稿转办给谁" in unchosen.content.decode()
    data = {"reason": "轮岗", "to-draft": f"person:{second_officer.pk}"}
    assert browser(by).post(page, data).status_code == 302
    assert Document.objects.unguarded("a test looks").get().held_by == second_officer


def test_a_successor_needs_a_fitting_post(people, by):
    draft(people)
    appointment = appointment_of(people["D07:officer"])
    with pytest.raises(Refused, match="没有能办理"):
        choice = Choice(person=people["D07:seal_keeper"])
        actions.dismiss(appointment, by=by, reason="轮岗", choices={"draft": choice})
    with pytest.raises(Refused, match="没有能办理"):
        choice = Choice(person=people["D09:officer"])
        actions.dismiss(appointment, by=by, reason="轮岗", choices={"draft": choice})
    with pytest.raises(Refused, match="不能交回"):
        choice = Choice(post=Post.objects.get(unit__code="D07", kind="officer"))
        actions.dismiss(appointment, by=by, reason="轮岗", choices={"draft": choice})


def test_what_another_post_of_his_can_do_stays_with_him(people, by, units):
    draft(people)
    actions.appoint(people["D07:officer"], Post.objects.get(unit=units["D07"], kind="clerk"), by=by)
    officer = Appointment.objects.get(user=people["D07:officer"], post__kind="officer")
    assert items_of(officer) == []
    actions.dismiss(officer, by=by, reason="不再兼任")
    assert Document.objects.unguarded("a test looks").get().held_by is None


def test_handling_goes_back_to_the_post(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    take(delivery, "propose", people["D09:clerk"], note="请承办", lead_officer=people["D09:officer"])
    take(delivery, "instruct", people["D09:leader"], note="同意", lead_officer=people["D09:officer"])
    post = Post.objects.select_related("unit").get(unit__code="D09", kind="officer")
    appointment = appointment_of(people["D09:officer"])
    actions.dismiss(appointment, by=people["D07:secadmin"], reason="调离", choices={"handle": Choice(post=post)})
    task = Task.objects.of(delivery).open().get(kind="handle")
    assert (task.assignee, task.post) == (None, post)


def test_the_clerk_hands_over_one_or_many(people, second_officer):
    documents = [draft(people, title=f"关于第{number}件事的通知") for number in range(3)]
    pages = browser(people["D07:clerk"])
    address = reverse("units:hand_over") + f"?unit=D07&from=person:{people['D07:officer'].pk}"
    shown = pages.get(address)
    assert [task.title for task in shown.context["tasks"]] == [one.title for one in documents]
    picked = [task.pk for task in shown.context["tasks"]][:2]
    data = {"tasks": picked, "to": second_officer.pk, "reason": "请假"}
    assert pages.post(address, data).status_code == 302
    assert Task.objects.waiting_for(second_officer).count() == 2
    events = AuditEvent.objects.filter(verb="hand_over")
    assert {one.object_uid for one in events} == {one.uid for one in documents[:2]}
    assert {(one.post, one.opinion) for one in events} == {("文书", "请假")}
    assert may(second_officer, "edit", documents[0]) and not may(second_officer, "edit", documents[2])


def test_a_posts_task_is_handed_to_a_person(people):
    document = brought_to("submit", people)
    task = Task.objects.of(document).open().get(kind="check")
    handover.hand_over([task], people["D07:leader"], unit=document.unit, by=people["D07:clerk"])
    task.refresh_from_db()
    assert (task.assignee, task.post) == (people["D07:leader"], None)
    assert not may(people["D07:reviewer"], "check", document) and may(people["D07:leader"], "check", document)


@pytest.mark.parametrize("who", ["D07:officer", "D09:clerk", "D07:secadmin"])
def test_nobody_else_hands_over(people, second_officer, who):
    task = Task.objects.of(draft(people)).open().get()
    with pytest.raises(Refused, match="转办的权限"):
        handover.hand_over([task], second_officer, unit=task.unit, by=people[who])


def test_a_task_of_another_unit_or_done_is_not_handed_over(people, second_officer, units):
    task = Task.objects.of(draft(people)).open().get()
    foreign = Task.objects.of(draft(people, unit="D09", to=("D07",))).open().get()
    for wrong in (foreign, task):
        Task.objects.filter(pk=task.pk).update(closed_at="2026-01-01T00:00:00Z")
        with pytest.raises(Refused, match="不能转办"):
            handover.hand_over([wrong], second_officer, unit=units["D07"], by=people["D07:clerk"])


def test_a_hand_over_of_many_is_all_or_nothing(people, second_officer, units):
    good = Task.objects.of(draft(people)).open().get()
    bad = Task.objects.of(brought_to("submit", people, title="关于待核事项的通知")).open().get(kind="check")
    with pytest.raises(Refused, match="没有能办理"):
        handover.hand_over([good, bad], second_officer, unit=units["D07"], by=people["D07:clerk"])
    good.refresh_from_db()
    assert good.assignee == people["D07:officer"]

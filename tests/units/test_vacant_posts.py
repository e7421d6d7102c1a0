"""What waits at a post that nobody will hold is told, and a hand-over says from whom to whom.

Issue 10, a newcomer's trial: A3, B1, B2, B3, B4.
"""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from documents.models import Document
from documents.states import HandlingKind
from tests.made import brought_to, draft, registered, take
from tests.transfer.stock import browser
from tests.units.test_delegations import given, same
from tests.units.test_dismissal import appointment_of
from units import handover
from units import people as actions
from units.handover import Choice
from units.models import Post, Task, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:secadmin"]


@pytest.fixture
def second(people, by):
    """A second officer and leader of D09."""
    person = User.objects.create(username="second", name="第二承办人", joined_on=date(2020, 1, 1))
    actions.appoint(person, Post.objects.get(unit__code="D09", kind="officer"), by=by)
    return person


def in_handling(people, **fields) -> Document:
    delivery = registered(people, kind=HandlingKind.FOR_ACTION, **fields)
    take(delivery, "propose", people["D09:clerk"], note="请承办", lead_officer=people["D09:officer"])
    return take(delivery, "instruct", people["D09:leader"], note="同意", lead_officer=people["D09:officer"])


def dismissal(person) -> str:
    return reverse("units:dismiss", args=[appointment_of(person).pk])


def test_the_dismissal_of_the_only_holder_lists_what_waits_at_the_post(people, by):
    """It said that nothing was open."""
    brought_to("check", people, title="关于不给管理员看的事项的通知")
    shown = browser(by).get(dismissal(people["D07:leader"])).content.decode()
    assert "该岗位将空缺" in shown and "签发 1 项" in shown and "任命继任者" in shown
    assert "没有未办事项" not in shown and "不给管理员看" not in shown
    done = browser(by).post(dismissal(people["D07:leader"]), {"reason": "调离"}, follow=True)
    assert "现在无人担任，请任命继任者" in done.content.decode()


def test_no_vacancy_is_told_while_another_holds_the_post(people, by):
    brought_to("check", people)
    actions.appoint(people["D07:archivist"], Post.objects.get(unit__code="D07", kind="leader"), by=by)
    assert "该岗位将空缺" not in browser(by).get(dismissal(people["D07:leader"])).content.decode()


def test_groups_of_the_same_label_are_told_apart_and_the_decisions_stand_above(people, by):
    """承办 3 项 stood there twice."""
    waiting, reporting = in_handling(people), in_handling(people, title="关于第二项的通知")
    take(reporting, "handle", people["D09:officer"])
    shown = browser(by).get(dismissal(people["D09:officer"])).content.decode()
    assert "接办（1 项）转给" in shown and "填报办理结果（1 项）转给" in shown
    assert shown.index('name="reason"') < shown.index("<caption>接办") and "到达" in shown
    assert waiting.title not in shown and "区民政局" in shown


def test_the_second_tab_after_a_dismissal_says_so(people, by):
    page = dismissal(people["D07:archivist"])
    assert browser(by).post(page, {"reason": "轮岗"}).status_code == 302
    for answer in (browser(by).get(page), browser(by).post(page, {"reason": "轮岗"})):
        assert answer.status_code == 409 and "免去，不必再办" in answer.content.decode()


def test_a_dismissed_person_is_told_that_he_holds_no_post(people, by):
    assert "没有担任任何岗位" not in browser(people["D07:archivist"]).get("/waiting/").content.decode()
    actions.dismiss(appointment_of(people["D07:archivist"]), by=by, reason="轮岗")
    assert "没有担任任何岗位" in browser(same(people["D07:archivist"])).get("/waiting/").content.decode()


def test_the_sender_is_told_at_submission_that_nobody_holds_the_post(people, by):
    actions.dismiss(appointment_of(people["D07:leader"]), by=by, reason="调离")
    document = draft(people)
    address = reverse("documents:act", args=[document.uid, "submit"])
    told = browser(people["D07:officer"]).post(address, {"submit-note": ""}, follow=True).content.decode()
    assert "区信息委 领导岗位目前无人" in told and "区信息委 核稿人岗位" not in told


def test_when_nobody_can_do_it_the_page_says_what_must_happen_first(people, by, units):
    document = brought_to("check", people)
    actions.dismiss(appointment_of(people["D07:leader"]), by=by, reason="调离")
    task = Task.objects.of(document).open().get(kind="approve")
    with pytest.raises(Refused, match=r"“签发.*须由区信息委的领导办理.*任命继任者.*安排代理"):
        handover.hand_over([task], people["D07:officer"], unit=units["D07"], by=people["D07:clerk"])
    address = reverse("units:hand_over") + f"?unit=D07&from=post:{task.post_id}"
    assert "请先由安全保密管理员任命继任者" in browser(people["D07:clerk"]).get(address).content.decode()


def test_the_counts_of_hand_over_equal_its_rows(people, units):
    """2 项 were counted and one shown: 批准移交 was missing."""
    brought_to("check", people)
    leader = Post.objects.get(unit=units["D07"], kind="leader")
    Task.objects.create(
        kind="approve", label="批准移交", subject_type="batch", subject_uid=uuid.uuid4(), title="不给文书看的批次",
        unit=units["D07"], post=leader,
    )  # fmt: skip
    page = browser(people["D07:clerk"]).get(reverse("units:hand_over") + f"?unit=D07&from=post:{leader.pk}")
    count = next(count for key, _, count in page.context["sources"] if key == f"post:{leader.pk}")
    assert count == len(page.context["tasks"]) + len(page.context["unseen"]) == 2
    assert "批准移交" in page.content.decode() and "不给文书看" not in page.content.decode()
    assert "区信息委 领导的未办事项" in page.content.decode()


def test_a_hand_over_names_both_and_the_lead_officer_changes(people, second, units):
    document = in_handling(people)
    task = Task.objects.of(document).open().get(kind="handle")
    handover.hand_over([task], second, unit=units["D09"], by=people["D09:clerk"], reason="出差")
    document.refresh_from_db()
    assert document.lead_officer == second
    trail = browser(people["D09:clerk"]).get(reverse("documents:trail", args=[document.uid])).content.decode()
    assert f"由{people['D09:officer'].name}转给第二承办人" in trail
    said = f"转自{people['D09:officer'].name}：出差"
    pages = browser(second)
    assert (
        said in pages.get("/waiting/").content.decode()
        and said in pages.get(document.get_absolute_url()).content.decode()
    )


def test_a_lead_officers_task_back_at_the_post_leaves_no_lead_officer(people, by):
    document = in_handling(people)
    post = Post.objects.select_related("unit").get(unit__code="D09", kind="officer")
    choices = {"handle": Choice(post=post)}
    actions.dismiss(appointment_of(people["D09:officer"]), by=by, reason="调离", choices=choices)
    document.refresh_from_db()
    assert document.lead_officer is None


def test_receivers_are_those_who_can_do_it_with_their_posts(people, second, units):
    draft(people)
    page = browser(people["D07:clerk"]).get(
        reverse("units:hand_over") + f"?unit=D07&from=person:{people['D07:officer'].pk}"
    )
    offered = [str(label) for _, label in page.context["form"].fields["to"].choices][1:]
    assert set(offered) == {f"{people['D07:clerk'].name}（文书）", f"{people['D07:reviewer'].name}（核稿人）"}


def test_everything_is_handed_over_by_one_box(people, units):
    documents = [draft(people, title=f"关于第{number}件事的通知") for number in range(3)]
    pages = browser(people["D07:clerk"])
    address = reverse("units:hand_over") + f"?unit=D07&from=person:{people['D07:officer'].pk}"
    assert "全选" in pages.get(address).content.decode()
    nothing = pages.post(address, {"to": people["D07:reviewer"].pk})
    assert nothing.status_code == 422 and "请先勾选要转办的事项" in nothing.content.decode()
    assert pages.post(address, {"to": people["D07:reviewer"].pk, "everything": "on"}).status_code == 302
    moved = Task.objects.filter(assignee=people["D07:reviewer"], subject_uid__in=[one.uid for one in documents])
    assert moved.count() == 3


def test_the_way_the_facts_and_the_sheets_say_for_whom_a_deputy_acted(people):
    document, row = brought_to("check", people), given(people, by="D07:clerk")
    take(document, "approve", same(row.deputy), note="同意。")
    said = f"{row.deputy.name}（代{row.principal.name}）"
    shown = browser(people["D07:clerk"]).get(document.get_absolute_url()).content.decode()
    assert shown.count(said) >= 2  # the way, and 签发人 among the facts
    assert document.signed_by == said and document.head_signatory == f"{row.principal.name}（{row.deputy.name}代）"
    handled = browser(row.principal).get("/handled/")
    assert document.title in handled.content.decode()  # the principal's 已办 has what his deputy did
    assert document.title in browser(same(row.deputy)).get("/handled/").content.decode()

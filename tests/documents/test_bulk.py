"""Many at once: a result for each, nobody is stopped by another; sent twice, nothing happens twice."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from documents import bulk, routing
from documents.actions import save_draft
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.models import Document, Urging
from documents.states import State
from tests.made import brought_to, draft, registered, take
from tests.scenarios.owner import unwatched
from units.access import forget_standing
from units.models import AuditEvent, Task

pytestmark = pytest.mark.django_db
BULK = "documents:many"


def browser(person) -> Client:
    forget_standing(person)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def many(by, act: str, documents, **given):
    """The act done from the list: its form is sent filled."""
    data = {"act": act, "document": [str(one.uid) for one in documents], "given": "1", **given}
    return browser(by).post(reverse(BULK), data)


def titles(answer, name: str) -> list[str]:
    return [one.obj.title for one in answer.context[name]]


def rows():
    return Document.objects.unguarded("a test looks")


def delivered(units, count: int) -> list[Document]:
    """`count` deliveries that wait at D09; what they deliver does not matter to whoever signs for them."""
    made = [
        Document(
            direction="incoming", state=State.DELIVERED, unit=units["D09"], title=f"关于第{number}件事的通知",
            sender_unit=units["D07"], sender_name=units["D07"].name,
        )
        for number in range(count)
    ]  # fmt: skip
    with unwatched():
        Document._base_manager.bulk_create(made)
    for one in made:
        routing.arrive(one)
    return made


def test_two_hundred_with_three_impossible_ones_are_197_done_and_3_named(people, units):
    """签收: two were signed for already, one was sent back; pressed again, nothing is done twice."""
    documents, clerk = delivered(units, 200), people["D09:clerk"]
    for one in documents[:2]:
        take(one, "sign_for", clerk)
    take(documents[2], "return_to_sender", clerk, note="误送本单位。", way="机要交换退回")
    answer = many(clerk, "sign_for", documents)
    assert "共 200 件：已办 197 件，未办 3 件" in answer.content.decode()
    assert titles(answer, "left") == [one.title for one in documents[:3]]
    reasons = [one.reasons[0] for one in answer.context["left"]]
    assert "不能签收" in reasons[0] and "已退文" in reasons[2]
    assert AuditEvent.objects.filter(verb="sign_for").count() == 199
    again = many(clerk, "sign_for", documents)
    assert len(again.context["left"]) == 200 and not again.context["done"]
    assert AuditEvent.objects.filter(verb="sign_for").count() == 199


def test_readings_are_finished_together_and_only_once(people):
    officer = people["D09:officer"]
    documents = [registered(people, title=f"关于第{number}项工作的通知") for number in range(2)]
    for one in documents:
        circulate(one, by=people["D09:clerk"], given=CirculateInput((officer,)))
    answer = many(officer, "read", documents, note="已阅。")
    assert len(answer.context["done"]) == 2
    assert not Task.objects.filter(kind="read", closed_at=None).exists()
    again = many(officer, "read", documents, note="已阅。")
    assert [one.reasons for one in again.context["left"]] == [("没有待您传阅的事项，或者已经阅毕。",)] * 2
    assert documents[0].opinions.filter(kind="read").count() == 1


def test_many_are_urged_and_a_form_sent_twice_urges_once(people):
    documents = [brought_to("submit", people, title=f"关于第{number}项工作的通知") for number in range(2)]
    run = str(uuid.uuid4())
    assert len(many(people["D07:leader"], "urge", documents, note="请抓紧。", run=run).context["done"]) == 2
    again = many(people["D07:leader"], "urge", documents, note="请抓紧。", run=run)
    assert [one.reasons for one in again.context["left"]] == [("刚才已经催办，没有重复催办。",)] * 2
    assert Urging.objects.count() == 2
    without_words = many(people["D07:leader"], "urge", documents)
    assert len(without_words.context["done"]) == 2 and set(Urging.objects.values_list("text", flat=True)) == {
        "请抓紧。", "请尽快办理。"
    }  # fmt: skip


def test_many_are_circulated_to_people_of_their_own_unit(people):
    delivery, own = registered(people), brought_to("submit", people, unit="D09", to=("D07",))
    clerk, reader = people["D09:clerk"], people["D09:officer"]
    shown = browser(clerk).post(reverse(BULK), {"act": "circulate", "document": [str(delivery.uid)]})
    assert shown.status_code == 200 and "所选公文" in shown.content.decode()  # the form first
    data = {"act": "circulate", "document": [str(delivery.uid), str(own.uid)]}
    warned = browser(clerk).post(reverse(BULK), data)
    assert titles(warned, "barred") == [own.title] and f"{own.title}</a>：传阅只用于收文。" in warned.content.decode()
    assert "departments" not in warned.context["form"].fields
    hopeless = browser(clerk).post(reverse(BULK), {"act": "circulate", "document": [str(own.uid)]}).content.decode()
    assert 'name="readers"' not in hopeless and "返回列表" in hopeless
    answer = many(clerk, "circulate", [delivery, own], readers=[reader.pk])
    assert titles(answer, "done") == [delivery.title]
    assert answer.context["left"][0].reasons == ("传阅只用于收文。",)
    again = many(clerk, "circulate", [delivery], readers=[reader.pk])
    assert again.context["left"][0].reasons == ("所选人员都已在传阅，没有重复传阅。",)
    assert many(clerk, "circulate", [delivery]).status_code == 422


def test_many_are_handed_over_to_who_can_do_them(people, units):
    one, drafted = brought_to("submit", people), draft(people, title="关于草稿的通知")
    leader = people["D07:leader"]  # a leader may check as well
    answer = many(people["D07:clerk"], "hand_over", [one, drafted], person=leader.pk, note="核稿人外出。")
    assert titles(answer, "done") == [one.title]
    assert "没有能办理" in answer.context["left"][0].reasons[0]
    assert Task.objects.of(one).open().get().assignee == leader
    assert many(people["D07:officer"], "hand_over", [one], person=leader.pk).status_code == 404


def test_many_are_completed_with_a_line_for_each_that_is_not(people):
    """Shows: E-04"""
    clerk = people["D09:clerk"]
    reading, acting = registered(people), registered(people, title="关于办件的通知", kind="for_action")
    answer = many(clerk, "complete", [reading, acting], retention_code="D10")
    assert titles(answer, "done") == [reading.title]
    assert answer.context["left"][0].reasons == ("办件须经承办后才能办结；阅件可直接办结。",)
    assert rows().get(pk=reading.pk).state == State.COMPLETED


def test_only_what_the_signer_has_opened_as_it_is_now_is_signed_together(people):
    """Design section 13: the others are named and offered one after another."""
    leader = people["D07:leader"]
    opened, unread, stale = (brought_to("check", people, title=f"关于第{number}项工作的通知") for number in range(3))
    client = browser(leader)
    for one in (opened, stale):
        client.get(one.get_absolute_url())
    browser(people["D07:clerk"]).get(unread.get_absolute_url())  # somebody else's look is not his
    take(stale, "send_back", leader, note="请修改标题。")
    save_draft(stale, {"title": "关于新标题的通知"}, by=people["D07:officer"], version=stale.version)
    take(stale, "submit", people["D07:officer"])
    take(stale, "check", people["D07:reviewer"])
    answer = many(leader, "approve", [opened, unread, stale], note="同意发文。")
    assert titles(answer, "done") == [opened.title]
    assert [one.reasons for one in answer.context["left"]] == [(bulk.UNREAD,)] * 2
    assert f'{unread.get_absolute_url()}?from=%2Fwaiting%2F">逐件阅签' in answer.content.decode()
    assert rows().get(pk=opened.pk).state == State.APPROVED
    assert opened.opinions.get(kind="approve").text == "同意发文。"
    client.get(unread.get_absolute_url())
    assert titles(many(leader, "approve", [unread], note="同意发文。"), "done") == [unread.title]


def test_what_may_not_be_seen_is_not_named_and_what_is_unknown_is_refused(people):
    hidden = draft(people, unit="D15", to=("D07",), title="关于他人草稿的通知")
    seen = brought_to("submit", people)
    answer = many(people["D07:clerk"], "urge", [seen, hidden], note="请抓紧。")
    assert "另有 1 件您无权查看" in answer.content.decode() and hidden.title not in answer.content.decode()
    client = browser(people["D07:clerk"])
    for data in ({}, {"act": "urge"}, {"act": "burn", "document": [str(seen.uid)]}, {"act": "urge", "document": "x"}):
        assert client.post(reverse(BULK), data).status_code == 422
    assert client.get(reverse(BULK))["Location"] == "/"  # its address is no page


def test_boxes_stand_only_where_many_was_asked_for(people):
    brought_to("submit", people)
    client = browser(people["D07:clerk"])
    address = reverse("documents:under_way")
    assert 'name="document"' not in client.get(address).content.decode()
    page = client.get(address, {"select": "1"}).content.decode()
    assert page.count('name="document"') == 1 and 'value="urge"' in page
    assert 'value="sign_for"' not in page
    officer = browser(people["D07:officer"]).get(reverse("documents:drafts"), {"select": "1"}).content.decode()
    assert 'name="document"' not in officer  # nothing that many of them could be given


def test_too_many_are_refused_before_anything_is_done(people, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    documents = [brought_to("submit", people, title=f"关于第{number}项工作的通知") for number in range(2)]
    answer = many(people["D07:clerk"], "urge", documents, note="请抓紧。")
    assert answer.status_code == 422 and "一次最多办理 1 件" in answer.content.decode()
    assert not Urging.objects.exists()

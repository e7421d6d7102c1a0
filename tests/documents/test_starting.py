"""以此为底稿新建 and 单位范本: what a draft begins with, for whom, and what never comes along (issue 13, point 1)."""

import pytest
from django.test import Client
from django.urls import reverse

from documents import patterns, starting
from documents.models import Document, Pattern
from documents.states import AddresseeKind
from tests.forms import send_form
from tests.made import brought_to, draft
from units.models import AuditEvent
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": "会议通知", "doc_type": "notice", "routing_direction": "down", "title": "关于召开××会议的通知", "body": "定于××月××日召开。",
}  # fmt: skip


@pytest.fixture
def at(people):
    def enter(who: str) -> Client:
        client = Client()
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def begun(client, **query):
    return client.get(reverse("documents:draft"), query)


def initial(client, **query) -> dict:
    return begun(client, **query).context["form"].initial


def test_kind_title_and_text_come_along_and_what_belongs_to_the_former_document_does_not(at, people, units):
    sent = brought_to(
        "dispatch", people, doc_type="circular", title="关于表扬先进的通报", contact="某 62520000", note="内部使用"
    )
    client = at("D07:officer")
    assert initial(client, base=sent.uid) == {
        "doc_type": "circular", "routing_direction": "down", "title": sent.title, "body": sent.body,
    }  # fmt: skip
    page = begun(client, base=sent.uid).content.decode()
    assert sent.doc_number and sent.doc_number not in page and "62520000" not in page and "同意。" not in page
    assert f"?base={sent.uid}" in client.get(sent.get_absolute_url()).content.decode()


def test_each_part_comes_by_choice(at, people, units):
    document = draft(people, to=("D09", "D15"))
    document.addressees.create(kind=AddresseeKind.CC, name="上海市档案局", position=3)
    found = initial(at("D07:officer"), base=document.uid, take=["addressees"])
    assert found == {
        "main": [units["D09"].pk, units["D15"].pk], "main_outside": "", "cc": [], "cc_outside": "上海市档案局",
        "cc_bodies": [],
    }  # fmt: skip
    assert set(initial(at("D07:officer"), base=document.uid, take=["title"])) == {"title"}


def test_a_received_document_is_a_base_for_its_receiver_and_no_other(at, people, units):
    sent = brought_to("dispatch", people, to=("D09",))
    delivery = sent.deliveries.unguarded("a test looks").get()
    assert initial(at("D09:clerk"), base=delivery.uid)["body"] == sent.body
    assert begun(at("D09:clerk"), base=sent.uid).status_code == 404  # the issuer's own row
    assert begun(at("D15:clerk"), base=delivery.uid).status_code == 404
    for other in ("D07:leader", "D07:seal_keeper"):  # who reads but does not draft
        assert begun(at(other), base=sent.uid).status_code == 404
        assert "base=" not in at(other).get(sent.get_absolute_url()).content.decode()
    assert begun(at("D07:officer"), base="nothing").status_code == 404


def test_what_is_withheld_or_came_on_paper_is_no_base(people):
    sent = brought_to("dispatch", people)
    delivery = sent.deliveries.unguarded("a test looks").get()
    assert starting.may_be_base(sent) and starting.may_be_base(delivery)
    delivery.__dict__["state"] = "recalled"
    assert not starting.may_be_base(delivery)
    assert not starting.may_be_base(Document(direction="incoming"))


def test_a_unit_keeps_patterns_and_its_drafters_begin_with_them(at, people, units):
    clerk = at("D07:clerk")
    address = reverse("documents:patterns")
    assert send_form(clerk, address, {**FIELDS, "unit": units["D07"].pk}).status_code == 302
    made = Pattern.objects.get()
    assert (made.title, made.changed_by) == (FIELDS["title"], people["D07:clerk"])
    assert "会议通知" in clerk.get(address).content.decode()
    page = begun(at("D07:officer")).content.decode()
    assert f"?pattern={made.uid}" in page and f"?pattern={made.uid}" not in begun(at("D09:clerk")).content.decode()
    found = initial(at("D07:officer"), pattern=made.uid)
    assert (found["title"], found["body"], found["unit"]) == (FIELDS["title"], FIELDS["body"], units["D07"].pk)
    assert begun(at("D09:clerk"), pattern=made.uid).status_code == 404
    assert send_form(clerk, reverse("documents:retire_pattern", args=[made.uid]), {}).status_code == 302
    assert begun(at("D07:officer"), pattern=made.uid).status_code == 404
    assert clerk.get(made.get_absolute_url()).status_code == 404
    assert [one.verb for one in AuditEvent.objects.filter(object_type="pattern").order_by("pk")] == [
        "create_pattern", "retire_pattern",
    ]  # fmt: skip


def test_a_pattern_is_changed_once_and_only_by_its_clerk(people, units):
    by = people["D07:clerk"]
    made = patterns.create(FIELDS, unit=units["D07"], by=by)
    patterns.change(made, {**FIELDS, "body": "甲"}, by=by, version=1)
    with pytest.raises(Stale, match="已被他人修改"):
        patterns.change(made, {**FIELDS, "body": "乙"}, by=by, version=1)
    with pytest.raises(Refused, match="没有维护"):
        patterns.change(made, FIELDS, by=people["D07:officer"], version=2)
    with pytest.raises(Refused, match="没有为"):
        patterns.create(FIELDS, unit=units["D09"], by=by)
    with pytest.raises(Refused, match="同名"):
        patterns.create(FIELDS, unit=units["D07"], by=by)
    patterns.retire(made, by=by)
    with pytest.raises(Refused, match="已经停用"):
        patterns.retire(made, by=by)
    assert patterns.create(FIELDS, unit=units["D07"], by=by).pk != made.pk  # the name is free again
    assert Pattern.objects.get(pk=made.pk).body == "甲"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "", "body": ""}, "至少填写一项"),
        ({"name": ""}, "不能为空"),
        ({"body": "秘密★1年"}, "密级"),
        ({"doc_type": "x"}, "重新选择"),
    ],
)
def test_a_wrong_pattern_gets_a_sentence_and_keeps_what_was_typed(at, units, fields, words):
    answer = send_form(at("D07:clerk"), reverse("documents:patterns"), {**FIELDS, "unit": units["D07"].pk, **fields})
    assert answer.status_code == 422 and words in answer.content.decode() and not Pattern.objects.exists()


def test_a_stale_pattern_shows_the_typed_text_again(at, people, units):
    made = patterns.create(FIELDS, unit=units["D07"], by=people["D07:clerk"])
    address = made.get_absolute_url()
    assert send_form(at("D07:clerk"), address, {**FIELDS, "body": "先存的。", "version": 1}).status_code == 302
    answer = send_form(at("D07:clerk"), address, {**FIELDS, "body": "后写的。", "version": 1})
    assert answer.status_code == 409 and "后写的。" in answer.content.decode()


# 存为范本


def keep_as_pattern(client, document, **typed):
    address = f"{reverse('documents:patterns')}?from={document.uid}"
    page = client.get(address)
    initial = page.context["form"].initial
    return page, send_form(client, address, {**initial, "name": "归档通知", **typed})


def test_an_existing_document_becomes_a_pattern_of_the_unit(at, people, units):
    document = brought_to("dispatch", people, title="关于做好2026年归档工作的通知", note="内部使用")
    clerk = at("D07:clerk")
    assert f"?from={document.uid}" in clerk.get(document.get_absolute_url()).content.decode()
    page, answer = keep_as_pattern(clerk, document, title="关于做好××年归档工作的通知")
    text = page.content.decode()
    assert "存为范本" in text and document.title in text and document.doc_number not in text
    assert answer.status_code == 302
    kept = Pattern.objects.get(name="归档通知")
    assert (kept.unit, kept.doc_type, kept.title, kept.body) == (
        units["D07"], document.doc_type, "关于做好××年归档工作的通知", document.body
    )  # fmt: skip
    assert AuditEvent.objects.of(kept).get().verb == "create_pattern"
    assert initial(at("D07:officer"), pattern=kept.uid)["body"] == document.body


def test_a_received_paper_with_a_text_may_become_one_of_the_receivers_unit(at, people, units):
    delivery = brought_to("dispatch", people).deliveries.unguarded("a test looks").get(unit__code="D09")
    _, answer = keep_as_pattern(at("D09:clerk"), delivery)
    assert answer.status_code == 302 and Pattern.objects.get(name="归档通知").unit == units["D09"]


def test_who_keeps_no_patterns_or_may_not_read_it_is_offered_none(at, people):
    document = brought_to("dispatch", people)
    address = f"{reverse('documents:patterns')}?from={document.uid}"
    assert "存为范本" not in at("D07:officer").get(document.get_absolute_url()).content.decode()
    assert at("D07:officer").get(address).status_code == 404
    assert at("D15:clerk").get(address).status_code == 404
    for odd in ("x", "00000000-0000-0000-0000-000000000000"):
        assert at("D07:clerk").get(f"{reverse('documents:patterns')}?from={odd}").status_code == 404

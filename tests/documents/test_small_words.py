"""Smaller faults of the desk, each as one of its kind: names, numbers and days where they are looked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.desk_forms import side_form
from documents.exchange_inputs import RecallDeliveriesInput, SendInput
from documents.exchange_trail import sendings_of
from documents.side_acts import SIDE_ACTS
from tests.made import BODY, brought_to, draft, take
from tests.transfer.stock import browser
from units.models import Task

pytestmark = pytest.mark.django_db


def attached(client, document, title="参会名单"):
    address = reverse("documents:side_act", args=[document.uid, "attach"])
    data = {"attach-file": SimpleUploadedFile("a1.txt", "内容".encode()), "attach-title": title}
    return client.post(address, data, follow=True).content.decode()


def test_what_was_attached_is_named_and_its_given_name_stands_in_the_list(people):
    document, client = draft(people), browser(people["D07:officer"])
    page = attached(client, document)
    assert "已添加附件“参会名单”" in page
    files = page[page.index('id="files"') :]
    assert "参会名单" in files and "a1.txt" in files


def test_the_row_of_校对_bears_the_number(people):
    document = brought_to("number", people)
    assert document.doc_number in Task.objects.of(document).open().get(kind="proofread").detail


def test_two_送审稿_are_compared_unless_others_are_chosen(people):
    document, officer = draft(people), people["D07:officer"]
    take(document, "submit", officer)
    take(document, "withdraw", officer, note="改")
    client = browser(officer)
    type(document)._base_manager.filter(pk=document.pk).update(body=BODY + "改。")
    attached(client, document)
    take(document, "submit", officer)
    sent = [one.number for one in document.revisions.order_by("number") if one.renditions.exists()]
    answer = client.get(reverse("documents:compare", args=[document.uid]))
    assert [one.number for one in answer.context["pair"]] == sent[-2:]
    chosen = client.get(reverse("documents:revisions", args=[document.uid])).context["pair"]
    assert chosen == sent[:-3:-1]


def test_a_file_alone_is_no_other_稿_to_compare_with(people):
    document, officer = draft(people), people["D07:officer"]
    take(document, "submit", officer)
    take(document, "withdraw", officer, note="改")
    client = browser(officer)
    attached(client, document, "甲")
    attached(client, document, "乙")
    pair = client.get(reverse("documents:compare", args=[document.uid])).context["pair"]
    assert [one.number for one in pair] == [1, 3]


def test_收回_stands_in_分发经过_with_the_unit(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    delivery = sent.deliveries.unguarded("a test looks").get(unit__code="D15")
    SIDE_ACTS.perform(
        "recall", sent, by=people["D07:clerk"], note="附件有误", given=RecallDeliveriesInput((delivery.pk,))
    )
    assert ("收回", "长宁区卫生局") in [(one.label, one.names) for one in sendings_of(sent)]


def test_the_register_s_主送_names_who_got_it_later(people, units):
    sent = brought_to("dispatch", people, to=("D09",))
    SIDE_ACTS.perform(
        "send_more", sent, by=people["D07:clerk"], note="补发", given=SendInput(units=(units["D15"],), names=())
    )
    leader = people["D07:leader"]
    if "consent" in {act.name for act in SIDE_ACTS.open_to(leader, sent)}:
        SIDE_ACTS.perform("consent", sent, by=leader)
    page = browser(people["D07:clerk"]).get(reverse("documents:register", args=["issued"])).content.decode()
    assert "区民政局；补发：区卫生局" in page


def test_too_early_a_day_of_补录_is_told_at_the_day(people):
    document = brought_to("submit", people)
    clerk = browser(people["D07:clerk"])
    address = reverse("documents:side_act", args=[document.uid, "enter_opinion"])
    made = side_form(SIDE_ACTS.get("enter_opinion"), document)
    data = {
        "enter_opinion-whose": made.fields["whose"].choices[-1][0], "enter_opinion-way": "paper",
        "enter_opinion-given_on": "2020-01-02", "enter_opinion-given_clock": "10:00", "enter_opinion-note": "同意。",
        "enter_opinion-proof": SimpleUploadedFile("s.png", b"x"),
    }  # fmt: skip
    answer = clerk.post(address, data)
    errors = answer.context["failed"].errors
    assert answer.status_code == 422 and "given_on" in errors and "proof" not in errors
    assert timezone.localdate().year > 2020


@pytest.mark.parametrize("route", ["documents:under_way", "documents:waiting"])
def test_a_printed_list_names_unit_day_and_person_and_has_its_button(people, route):
    brought_to("submit", people)
    who = "D07:clerk" if route == "documents:under_way" else "D07:reviewer"
    page = browser(people[who]).get(reverse(route)).content.decode()
    assert 'id="print-list"' in page
    line = page[page.index('class="printed-only"') :]
    line = line[: line.index("</p>")]
    assert "长宁区信息化委员会" in line and f"{timezone.localdate()}" in line and people[who].name in line

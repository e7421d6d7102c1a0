"""Bodies outside, the issuer's table, and what 56 receivers cost (issue 12, point 8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import exchange, exchange_actions, outside_bodies
from documents.conditions import content_digest
from documents.exchange_inputs import NoteSendingInput
from documents.models import Document
from documents.states import AddresseeKind, State
from files.models import StoredFile
from tests.documents.exchanged import at, browser, page
from tests.forms import send_form
from tests.made import STEPS, brought_to, draft, take
from units.actions import ensure_posts
from units.models import Unit
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, to=("D09", "D15"))


def test_what_goes_outside_is_noted_by_hand_and_counted(people, units):
    body = outside_bodies.create(
        {"name": "上海市民政局", "short_name": "市民政局", "way": "courier", "address": "某路1号", "contact": "", "note": ""},
        unit=units["D07"], by=people["D07:clerk"],
    )  # fmt: skip
    document = draft(people)
    document.addressees.create(kind=AddresseeKind.CC, name="市民政局", position=2)
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    line = document.outside_deliveries.get()
    assert (line.body, line.way, line.sent_on) == (body, "courier", None)
    today = timezone.localdate()
    given = NoteSendingInput((line.pk,), today, "courier", "交接单12号")
    assert exchange_actions.note_sending(document, by=people["D07:clerk"], given=given) == "已登记寄送：市民政局"
    with pytest.raises(Refused, match="不能晚于今天"):
        late = NoteSendingInput((line.pk,), today + timedelta(1), "post")
        exchange_actions.note_sending(document, by=people["D07:clerk"], given=late)
    answer = page(people, "D07:clerk", document).content.decode()
    assert "交接单12号" in answer and "区外已寄 1/1" in answer
    assert exchange.receivers(document).counts["outside"] == 1
    with pytest.raises(Refused, match="已有同名"):
        outside_bodies.create(
            {"name": "上海市民政局", "short_name": "", "way": "post", "address": "", "contact": "", "note": ""},
            unit=units["D07"], by=people["D07:clerk"],
        )  # fmt: skip


def test_kept_bodies_are_chosen_beside_units_and_stay_chosen(people, units):
    fields = {"short_name": "", "way": "post", "address": "", "contact": "", "note": ""}
    body = outside_bodies.create({"name": "上海市档案局", **fields}, unit=units["D07"], by=people["D07:clerk"])
    client = browser(people, "D07:officer")
    data = {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于某事的通知", "routing_direction": "down",
        "security_class": "public", "main": [units["D09"].pk], "cc_bodies": [body.pk], "cc_outside": "市某局",
        "body": "正文。", "disclosure_attr": "on_request", "print_copies": "1",
    }  # fmt: skip
    assert send_form(client, reverse("documents:draft"), data).status_code == 302
    made = Document.objects.unguarded("a test looks").get()
    assert [(one.kind, one.name) for one in made.addressees.all()] == [
        ("cc", "市某局"), ("cc", "上海市档案局"), ("main", "长宁区民政局"),
    ]  # fmt: skip
    form = client.get(reverse("documents:edit", args=[made.uid])).context["form"]
    assert (form["cc_bodies"].value(), form["cc_outside"].value()) == ([body.pk], "市某局")
    outside_bodies.retire(body, by=people["D07:clerk"])
    assert not client.get(reverse("documents:draft")).context["form"].has_bodies


def test_the_table_shows_each_receivers_moments_and_whom_to_call(sent, people):
    people["D09:clerk"].phone = "62520909"
    people["D09:clerk"].save()
    delivery = at(sent, "D09")
    page(people, "D09:clerk", delivery)
    take(delivery, "sign_for", people["D09:clerk"])
    take(delivery, "register", people["D09:clerk"], handling_kind="for_reading")
    first, second = exchange.receivers(sent).rows
    assert first.opened_at and first.opened_at <= first.delivery.signed_for_at <= first.delivery.registered_at
    assert (first.kind, first.signer, first.call) == (
        "主送",
        people["D09:clerk"].name,
        f"{people['D09:clerk'].name} 62520909",
    )
    assert second.is_waiting and second.call == people["D15:clerk"].name
    counts = exchange.receivers(sent).counts
    assert (counts["signed"], counts["all"], counts["registered"]) == (1, 2, 1)
    shown = page(people, "D07:clerk", sent, "?receivers=waiting")
    assert "已签收 1/2" in shown.content.decode()
    (below,) = shown.context["below"]
    assert [row.unit.code for row in below.context["deliveries"]] == ["D15", "D09"]


def test_receivers_do_not_see_each_other(sent, people):
    assert "receivers" not in page(people, "D09:clerk", at(sent, "D09")).content.decode().split("exchange.css")[1]


def test_statements_are_linear_in_receivers_and_bytes_are_stored_once(people, units):
    many = _streets(56)
    costs, reads = {}, {}
    for count in (7, 28, 56):
        document = brought_to("seal", people, title=f"关于第{count}件事的通知")
        document.addressees.all().delete()
        for number, unit in enumerate(many[:count], start=1):
            document.addressees.create(kind=AddresseeKind.MAIN, unit=unit, name=unit.name, position=number)
        Document._base_manager.filter(pk=document.pk).update(content_digest=content_digest(document))
        files = StoredFile.objects.count()
        with CaptureQueriesContext(connection) as captured:
            take(document, "dispatch", people["D07:clerk"])
        costs[count] = len(captured)
        with CaptureQueriesContext(connection) as captured:
            exchange.receivers(document)
        reads[count] = len(captured)
        assert StoredFile.objects.count() == files and state_count(document) == count
    assert (costs[56] - costs[28]) / 28 == (costs[28] - costs[7]) / 21 <= 20
    assert len(set(reads.values())) == 1


def state_count(document) -> int:
    return document.deliveries.unguarded("a test looks").filter(state=State.DELIVERED).count()


def _streets(count: int) -> list[Unit]:
    rows = [
        Unit(code=f"T{number:02}", name=f"长宁区测试街道{number}", short_name=f"测试街道{number}",
             document_prefix=f"测{number}", category="subdistrict")
        for number in range(count)
    ]  # fmt: skip
    made = Unit.objects.bulk_create(rows)
    ensure_posts(made)
    return made

"""办结 of many: each reason is asked once, for those that it is missing of, and is kept on none of the others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import conditions, linking, own_answers, shared_out
from documents.actions import create_draft
from documents.bulk_forms import ENDED_EARLY
from documents.inputs import CoHandler
from documents.models import Document
from documents.states import AddresseeKind
from tests.documents.test_bulk import browser, many, rows, titles
from tests.made import BODY, brought_to, registered, take

REQUEST = {"doc_type": "request_for_instruction", "routing_direction": "up", "contact": "人员甲 62345678"}
pytestmark = pytest.mark.django_db


def answered(people, title: str) -> Document:
    """What D09 has received and writes an answer to."""
    by, letter = people["D09:clerk"], registered(people, title=title)
    document = create_draft(
        {"title": f"关于{title}的复函", "body": BODY, "doc_type": "letter"}, unit=letter.unit, by=by,
        addressees=[(AddresseeKind.MAIN, letter.sender_unit, letter.sender_unit.name)],
    )  # fmt: skip
    linking.link(document, letter, "replies", by=by)
    return letter


def opened(by, documents):
    """The form, before anything is given."""
    data = {"act": "complete", "document": [str(one.uid) for one in documents]}
    return browser(by).post(reverse("documents:many"), data).context["form"]


def asked(form) -> set[str]:
    return set(form.fields) & set(ENDED_EARLY)


def test_the_reason_of_an_unsent_answer_is_asked_once_for_those_that_need_it(people):
    clerk, plain = people["D09:clerk"], registered(people, title="关于别的事的通知")
    waiting = [answered(people, f"第{number}件来函") for number in range(2)]
    form = opened(clerk, [*waiting, plain])
    assert asked(form) == {"unanswered_reason"} and asked(opened(clerk, [plain])) == set()
    assert form.fields["unanswered_reason"].help_text.startswith("“第0件来函”、“第1件来函”复文尚未分发")
    refused = many(clerk, "complete", waiting, retention_code="D10")
    assert titles(refused, "left") == [one.title for one in waiting]
    assert "请填写“复文未发出即办结的理由”" in refused.content.decode()
    answer = many(clerk, "complete", [*waiting, plain], retention_code="D10", unanswered_reason="已电话答复。")
    told = {one.obj.title: one.event for one in answer.context["done"]}
    assert told == {one.title: "复文未发出即办结：已电话答复。" for one in waiting} | {plain.title: ""}
    assert answer.content.decode().count("：复文未发出即办结：已电话答复。") == 2
    kept = rows().filter(pk__in=[one.pk for one in (*waiting, plain)]).order_by("pk")
    assert sorted(kept.values_list("unanswered_reason", flat=True)) == ["", "已电话答复。", "已电话答复。"]


def test_so_are_those_of_the_sender(people):
    clerk = people["D07:clerk"]
    silent = brought_to("dispatch", people, to=("D09",), title="关于未签收的通知")
    signed = brought_to("dispatch", people, to=("D09",), title="关于已签收的通知")
    asking = brought_to("dispatch", people, to=("D01",), title="关于经费的请示", **REQUEST)
    for one in (signed, asking):
        delivery = one.deliveries.unguarded("a test looks").get()
        take(delivery, "sign_for", people[f"{delivery.unit.code}:clerk"])
    assert asked(opened(clerk, [signed])) == set() and asked(opened(clerk, [silent])) == {"unsigned_reason"}
    assert asked(opened(clerk, [silent, signed, asking])) == {"unsigned_reason", "reply_waived"}
    reasons = {"unsigned_reason": "已电话告知。", "reply_waived": "已口头同意。"}
    answer = many(clerk, "complete", [silent, signed, asking], retention_code="D10", **reasons)
    told = {one.obj.title: one.event for one in answer.context["done"]}
    assert told == {
        silent.title: "未全部签收即办结：已电话告知。", asking.title: "免予批复：已口头同意。", signed.title: ""
    }  # fmt: skip
    assert list(rows().exclude(reply_waived="").values_list("title", flat=True)) == [asking.title]


def test_what_is_asked_costs_the_same_for_any_number(people):
    clerk, data = people["D09:clerk"], []

    def statements() -> int:
        data.append(answered(people, f"第{len(data)}件来函"))
        with CaptureQueriesContext(connection) as found:
            form = opened(clerk, data)
        assert asked(form) == {"unanswered_reason"}
        return len(found)

    statements()
    assert statements() == statements()


def test_many_say_of_each_what_its_own_page_says(people):
    """One rule: which of many a reason is asked for is what `asks_why` of each says alone."""
    made = [answered(people, "来函"), registered(people), brought_to("dispatch", people), brought_to("seal", people)]
    helped = registered(people, title="关于协办的通知")
    helpers = (CoHandler(person=people["D09:archivist"]),)
    take(
        helped,
        "propose",
        people["D09:reviewer"],
        note="请阅办。",
        lead_officer=people["D09:officer"],
        co_handlers=helpers,
    )
    take(helped, "instruct", people["D09:leader"], note="同意。")
    made.append(helped)
    assert own_answers.those_unanswered(made) == [one for one in made if own_answers.asks_why(one)] == made[:1]
    assert conditions.those_unsigned(made) == [one for one in made if conditions.told_unsigned(one)] == made[2:3]
    assert shared_out.those_unassisted(made) == [one for one in made if shared_out.still_open(one)] == made[4:]

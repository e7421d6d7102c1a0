"""A draft that came back: the reviewer sees at once what was changed, nobody agrees by habit, hints stay."""

import pytest
from django.urls import reverse

from documents.models import Document
from tests.documents.exchanged import browser, page
from tests.forms import send_form
from tests.made import BODY, brought_to, draft, take

pytestmark = pytest.mark.django_db
WHY = "依据不足，请补充。"


def words(shown) -> str:
    return " ".join(shown.content.decode().split())


def returned(people) -> Document:
    return take(brought_to("submit", people), "send_back", people["D07:reviewer"], WHY)


def changed(document) -> None:
    document.body = BODY.replace("提高认识", "提高认知")
    document.save()


def submit(document, people, **more):
    address = reverse("documents:act", args=[document.uid, "submit"])
    return send_form(browser(people, "D07:officer"), address, {"submit-note": "", **more})


def test_the_reviewer_finds_the_places_beside_his_reason_or_reads_that_there_are_none(people):
    document = returned(people)
    take(document, "submit", people["D07:officer"])
    text = words(page(people, "D07:reviewer", document))
    assert f"您上次退回的意见：{WHY}" in text and "送审稿与您上次看到的相同。" in text and "看修改处" not in text


def test_sent_again_unchanged_the_drafter_is_asked_once(people):
    document = returned(people)
    answer = submit(document, people)
    assert answer.status_code == 422 and "退回后文稿没有修改" in answer.content.decode()
    assert submit(document, people, **{"submit-unchanged": "on"}).status_code == 422  # and why
    assert submit(document, people, **{"submit-unchanged": "on", "submit-note": "已当面说明。"}).status_code == 302
    document.refresh_from_db()
    assert document.state == "in_review"


def test_what_was_changed_sent_and_taken_back_unopened_is_changed_all_the_same(people):
    document = returned(people)
    changed(document)
    take(document, "submit", people["D07:officer"])
    take(document, "retrieve", people["D07:officer"])
    document.refresh_from_db()
    assert 'name="submit-unchanged"' not in page(people, "D07:officer", document).content.decode()
    assert submit(document, people).status_code == 302


def test_a_changed_or_a_first_draft_is_asked_nothing(people):
    assert "submit-unchanged" not in page(people, "D07:officer", draft(people)).content.decode()
    document = returned(people)
    assert 'name="submit-unchanged"' in page(people, "D07:officer", document).content.decode()
    changed(document)
    assert 'name="submit-unchanged"' not in page(people, "D07:officer", document).content.decode()


def test_no_agreement_stands_ready_in_any_box(people):
    def box(kind, who, document) -> str:
        rows = page(people, who, document).context["panels"]
        acts = next(one.context["acts"] for one in rows if one.template == "documents/_acts.html")
        row = next(one for one in acts if one["step"].name == kind)
        assert row["phrases"]  # a click away
        return row["form"]["note"].value() or ""

    assert box("check", "D07:reviewer", brought_to("submit", people)) == ""
    document = take(returned(people), "submit", people["D07:officer"])
    assert box("check", "D07:reviewer", document) == ""
    take(document, "check", people["D07:reviewer"], note="已补充，拟同意。")
    assert box("approve", "D07:leader", document) == ""


def test_what_the_drafter_was_advised_of_is_told_to_reviewer_and_leader(people):
    document = brought_to("submit", people, to=("D01",))  # a unit above, and a 下行文
    told = "下行文主送了上级机关"
    for step, who in (("check", "D07:reviewer"), ("approve", "D07:leader")):
        text = words(page(people, who, document))
        assert text.count(told) == 1 and "（条例第十四条）" in text, who
        take(document, step, people[who], note="同意。")
    assert told not in words(page(people, "D07:leader", document))  # signed: nothing to heed any more


def test_the_page_of_a_draft_that_was_returned_twice_says_each_reason_once_above_the_paper(people):
    document = take(returned(people), "submit", people["D07:officer"])
    take(document, "send_back", people["D07:reviewer"], "格式仍不符合规定。")
    text = words(page(people, "D07:officer", document))
    top = text[: text.index('id="layout"')]
    assert top.count("格式仍不符合规定。") == 1 and WHY not in top
    assert text.count(WHY) == 1  # among the opinions

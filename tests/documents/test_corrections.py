"""更正重发 as everybody who meets it reads it: why, what was changed, what it replaces, who is left out."""

import pypdfium2
import pytest
from django.urls import reverse

from documents import actions, exchange_actions, pages
from documents.models import Document
from tests.documents.exchanged import at, browser, correction, page, recall, state_at, tasks
from tests.made import STEPS, brought_to, take
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WHY = "第二条日期有误"


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, to=("D09", "D15"))


def begun(original, people) -> Document:
    made = correction(original, by=people["D07:clerk"], note=WHY)
    take(made, "submit", people["D07:clerk"])
    return made


def sent_again(original, people, **given) -> Document:
    made = begun(original, people)
    for step, post in STEPS[1:]:
        more = given if step == "dispatch" else {}
        take(made, step, people[f"D07:{post}"], note="同意。", **more)
        if step == "dispatch":
            return made
    raise LookupError


def shown(people, who: str, document) -> str:
    return page(people, who, document).content.decode()


def against(document) -> str:
    return f"{reverse('documents:compare', args=[document.uid])}?original=1"


def test_whoever_reviews_a_correction_reads_why_and_what_was_changed(sent, people):
    made = begun(sent, people)
    for who in ("D07:clerk", "D07:reviewer"):
        html = shown(people, who, made)
        assert WHY in html and "更正件（替换" in html and against(made) in html and "看修改对照" in html
    assert WHY in shown(people, "D07:clerk", sent) and against(made) in shown(people, "D07:clerk", sent)
    assert WHY in pages.filled_sheet(made).correction and not pages.filled_sheet(sent).correction
    compared = browser(people, "D07:reviewer").get(against(made)).content.decode()
    assert "更正件与原件对照" in compared and "请于12月1日前报送" in compared and "共 1 处改动" in compared
    (task,) = tasks(made, "check")
    assert task.detail.startswith("更正件（替换")


def test_a_correction_that_corrects_nothing_is_not_sent_for_review(sent, people):
    """Not a letter was changed: neither the text nor any other element; a changed element alone is enough."""
    exchange_actions.correct(sent, by=people["D07:clerk"], note=WHY)
    made = sent.corrections.unguarded("a test looks").get()
    assert "与原件没有任何不同" in shown(people, "D07:clerk", made)
    with pytest.raises(Refused, match=r"都相同，没有更正任何内容：.*“修改草稿”.*“补发”"):
        take(made, "submit", people["D07:clerk"])
    edited = {name: getattr(made, name) for name in actions.DRAFT_FIELDS} | {"contact": "王文 12345678"}
    rows = [(one.kind, one.unit, one.name) for one in made.addressees.select_related("unit")]
    actions.save_draft(made, edited, by=people["D07:clerk"], version=made.version, addressees=rows)
    take(made, "submit", people["D07:clerk"])
    assert "与原件相比共 1 处改动。" in shown(people, "D07:reviewer", made)


def test_a_receiver_reads_why_and_compares_with_what_he_signed_for(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    made = sent_again(sent, people)
    new = at(made, "D09")
    (task,) = tasks(new, "sign_for")
    assert task.detail.startswith("更正件（替换")
    assert "更正件（替换" in browser(people, "D09:clerk").get(reverse("documents:waiting")).content.decode()
    for row in (new, at(sent, "D09")):
        assert WHY in shown(people, "D09:clerk", row) and against(new) in shown(people, "D09:clerk", row)
    answer = browser(people, "D09:clerk").get(against(new))
    assert answer.status_code == 200 and people["D07:officer"].name not in answer.content.decode().split("<main")[1]
    other = at(made, "D15")  # it never signed: what it may read no more is not shown by way of the comparison
    assert WHY in shown(people, "D15:clerk", other) and against(other) not in shown(people, "D15:clerk", other)
    assert browser(people, "D15:clerk").get(against(other)).status_code == 404
    assert browser(people, "D07:clerk").get(against(sent)).status_code == 404


def test_what_was_replaced_is_printed_as_void_and_begins_no_draft(sent, people):
    """At the issuer and at who signed for it; the sealed bytes stay as they are for whoever checks the seal."""
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    sent_again(sent, people)
    for who, row in (("D07:clerk", sent), ("D09:clerk", at(sent, "D09"))):
        html, address = shown(people, who, row), reverse("documents:page_pdf", args=[row.uid])
        assert "版式文件（作废）" in html and f"{address}?copy=void" in html
        client = browser(people, who)
        void, kept = client.get(address, {"copy": "void"}).content, b"".join(client.get(address).streaming_content)
        with pypdfium2.PdfDocument(void) as marked, pypdfium2.PdfDocument(kept) as plain:
            assert len(marked) == len(plain)
            assert all("作废" in page.get_textpage().get_text_range() for page in marked)
            assert "作废" not in plain[0].get_textpage().get_text_range()
    assert "以此为底稿新建" not in shown(people, "D09:clerk", at(sent, "D09"))
    valid = at(sent_again_of(sent), "D09")
    assert "版式文件（作废）" not in shown(people, "D09:clerk", valid)


def test_what_was_voided_before_it_was_sealed_has_no_clean_page(people):
    """Fault: its page, made when it is asked for, looked like a valid one."""
    document = take(brought_to("number", people), "void", people["D07:clerk"], note="不再印发。")
    address = reverse("documents:page_pdf", args=[document.uid])
    html = shown(people, "D07:clerk", document)
    assert "版式文件（作废）" in html and "copy=void" not in html
    with pypdfium2.PdfDocument(browser(people, "D07:clerk").get(address).content) as marked:
        assert all("作废" in page.get_textpage().get_text_range() for page in marked)


def sent_again_of(original) -> Document:
    return Document.objects.unguarded("a test looks").get(corrects=original)


def test_who_opened_the_original_unsigned_is_asked_what_became_of_it(sent, people):
    shown(people, "D15:clerk", at(sent, "D15"))  # opened, not signed for
    sent_again(sent, people)
    assert len(tasks(at(sent, "D15"), "dispose")) == 1 and not tasks(at(sent, "D09"), "dispose")


def test_who_else_opened_it_is_told_too(sent, people):
    received = at(sent, "D09")
    take(received, "sign_for", people["D09:clerk"])
    take(received, "register", people["D09:clerk"], handling_kind="for_action")
    shown(people, "D09:reviewer", received)
    sent_again(sent, people)
    (told,) = tasks(received, "notice")
    assert told.post.kind == "reviewer" and "原件作废，已由更正件替换" in told.remark


def test_units_from_which_the_original_was_recalled_are_left_out_unless_ticked(sent, people, units):
    recall(sent, people, at(sent, "D15"))
    made = begun(sent, people)
    for step, post in STEPS[1:]:
        if step == "dispatch":
            break
        take(made, step, people[f"D07:{post}"], note="同意。")
    html = shown(people, "D07:clerk", made)
    assert "原件已从下列单位收回" in html and f'value="{units["D15"].pk}"' in html
    client, address = browser(people, "D07:clerk"), reverse("documents:act", args=[made.uid, "dispatch"])
    made.refresh_from_db()
    client.post(address, {"version": made.version})
    assert (state_at(made, "D09"), state_at(made, "D15")) == (["delivered"], [])
    assert units["D15"].short_name in made.dispatches.get().reason


def test_a_ticked_one_gets_it_again(sent, people, units):
    recall(sent, people, at(sent, "D15"))
    made = sent_again(sent, people, again=(units["D15"].pk,))
    assert state_at(made, "D15") == ["delivered"]


def test_one_lands_on_the_new_draft(sent, people):
    address = reverse("documents:side_act", args=[sent.uid, "correct"])
    answer = browser(people, "D07:clerk").post(address, {"correct-note": WHY})
    made = sent.corrections.unguarded("a test looks").get()
    assert answer.status_code == 302 and answer["Location"] == reverse("documents:edit", args=[made.uid])
    draft = browser(people, "D07:clerk").get(answer["Location"]).content.decode()
    assert "与原件没有任何不同：请先修改草稿" in draft and WHY in draft
    told = Task.objects.of(sent).open().filter(kind="notice", assignee=sent.drafted_by)
    assert WHY in told.get().remark

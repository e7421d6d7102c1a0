"""更正重发 and 抄送调整 (docs/rules/exchange.md; issue 12, point 8)."""

import pytest
from django.utils import timezone

from documents import current, exchange_actions, pages
from documents.exchange_inputs import DisposeInput
from documents.models import Document
from paper import set_document
from tests.documents.exchanged import at, correction, page, state_at, tasks
from tests.made import STEPS, brought_to, take
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, to=("D09", "D15"))


def corrected(original, people, *, upto="dispatch") -> Document:
    made = correction(original, by=people["D07:clerk"], note="第二条日期有误")
    for step, post in STEPS:
        who = people["D07:clerk"] if step == "submit" else people[f"D07:{post}"]
        take(made, step, who, note="同意。")
        if step == upto:
            return made
    raise LookupError(upto)


def test_a_correction_keeps_number_and_date_and_says_that_the_original_is_void(sent, people):
    made = corrected(sent, people, upto="number")
    assert (made.doc_number, made.document_date) == (sent.doc_number, sent.document_date)
    given = pages.page_input(made)
    assert given.note == "此件为更正件，原件作废" and given.printing_date == timezone.localdate(made.numbered_at)
    printed = "".join(run.text for one in set_document(given) for run in one.runs)
    assert "（此件为更正件，原件作废）" in printed


def test_it_comes_in_the_place_of_the_original_and_both_are_kept(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    old_page = pages.page_of(sent)
    made = corrected(sent, people)
    sent.refresh_from_db()
    assert sent.state == "replaced" and pages.page_of(sent) == old_page and pages.page_of(made) != old_page
    assert made.dispatches.get().kind == "replacement"
    assert state_at(sent, "D09") == state_at(sent, "D15") == ["replaced"]
    assert state_at(made, "D09") == state_at(made, "D15") == ["delivered"]
    (task,) = tasks(at(sent, "D09"), "dispose")
    assert task.unit.code == "D09" and not tasks(at(sent, "D15"), "dispose")  # who never had it has nothing to destroy
    assert at(sent, "D15").is_withheld and not at(sent, "D09").is_withheld
    assert exchange_actions.dispose(
        at(sent, "D09"), by=people["D09:clerk"], note="碎纸", given=DisposeInput("destroyed")
    ) == "已确认已销毁原件"  # fmt: skip
    assert "已销毁原件" in page(people, "D07:clerk", sent).content.decode()
    for document, other in ((sent, made), (made, sent)):
        assert other.get_absolute_url() in page(people, "D07:clerk", document).content.decode()
    assert at(made, "D09").get_absolute_url() in page(people, "D09:clerk", at(sent, "D09")).content.decode()


def test_after_answer_or_handling_a_sentence_says_what_to_do_instead(sent, people):
    made = correction(sent, by=people["D07:clerk"])
    delivery = at(sent, "D09")
    take(delivery, "sign_for", people["D09:clerk"])
    take(delivery, "register", people["D09:clerk"], handling_kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="请领导批示。")
    take(delivery, "instruct", people["D09:leader"], note="办。")
    take(delivery, "handle", people["D09:officer"])
    for step, post in STEPS[:-1]:
        who = people["D07:clerk"] if step == "submit" else people[f"D07:{post}"]
        take(made, step, who, note="同意。")
    with pytest.raises(Refused, match="区民政局承办中，不能再更正重发；请另发更正通知，或者行文废止原件。"):
        take(made, "dispatch", people["D07:clerk"])
    assert state_at(sent, "D09") == ["in_handling"] and state_at(sent, "D15") == ["delivered"]
    other = brought_to("dispatch", people, title="关于另一事项的通知")
    received = at(other, "D09")
    take(received, "sign_for", people["D09:clerk"])
    take(received, "register", people["D09:clerk"], handling_kind="for_reading")
    take(received, "complete", people["D09:clerk"], not_to_file="NF-3")
    with pytest.raises(Refused, match="更正通知"):
        exchange_actions.correct(other, by=people["D07:clerk"], note="有误")


def test_the_correction_is_filed_with_the_page_that_it_replaced(sent, people):
    """Shows: 19.1-1"""
    old = pages.page_of(sent).stored_file
    made = take(corrected(sent, people), "complete", people["D07:clerk"], note="已更正。", retention_code="Y")
    kept = made.record.components.get(filename="更正前原件（作废）.pdf")
    assert (kept.stored_file, kept.role) == (old, "attachment")


def test_what_is_before_the_public_is_taken_down_first(people):
    original = brought_to("dispatch", people, disclosure_attr="proactive")
    current.publish(original, by=people["D07:clerk"], topic="综合", summary="试")
    with pytest.raises(Refused, match="请先撤下"):
        exchange_actions.correct(original, by=people["D07:clerk"], note="有误")


def test_one_correction_at_a_time_and_a_given_up_one_makes_room(sent, people):
    exchange_actions.correct(sent, by=people["D07:clerk"], note="有误")
    with pytest.raises(Refused, match="不要重复更正"):
        exchange_actions.correct(sent, by=people["D07:clerk"], note="有误")
    take(sent.corrections.unguarded("a test looks").get(), "delete", people["D07:clerk"])
    exchange_actions.correct(sent, by=people["D07:clerk"], note="有误")


@pytest.mark.parametrize(("last", "step"), [("approve", "add_copies"), ("seal", "add_copies_anew")])
def test_a_copy_more_before_dispatch_is_rechecked_with_consent_noted(people, units, last, step):
    document = brought_to(last, people)
    digest = document.content_digest
    with pytest.raises(Refused, match="请写明经谁同意"):
        take(document, step, people["D07:clerk"], units=(units["D15"],))
    take(document, step, people["D07:clerk"], units=(units["D15"],), names=("市民政局",), consented="经签发人电话同意")
    assert document.content_digest != digest
    assert document.opinions.get(label="复核（增加抄送）").text == "增加抄送长宁区卫生局、市民政局，经签发人电话同意"
    for following, post in STEPS[3 if last == "approve" else 4 :]:
        take(document, following, people[f"D07:{post}"])
    assert document.state == "dispatched" and state_at(document, "D15") == ["delivered"]
    assert "长宁区卫生局、市民政局" in pages.page_input(document).cc_recipients
    assert [one.name for one in document.outside_deliveries.all()] == ["市民政局"]
    seals = Task.objects.of(document).filter(kind="seal", outcome="done")
    assert [task.done_by for task in seals] == [people["D07:seal_keeper"]] * (1 if last == "approve" else 2)


def test_a_main_receiver_less_is_signed_again_by_the_same_leader(people, units):
    document = brought_to("proofread", people, to=("D09", "D15"))
    number, row = document.doc_number, document.addressees.get(unit=units["D15"])
    take(document, "drop_addressees", people["D07:clerk"], note="不涉及卫生局。", addressees=(row.pk,))
    assert (document.state, document.approved_at, document.signatory) == ("in_review", None, None)
    (task,) = tasks(document, "approve")
    assert task.assignee == people["D07:leader"] and "不涉及卫生局。" in task.remark
    for step, post in STEPS[2:]:
        take(document, step, people[f"D07:{post}"], note="同意。")
    assert (document.doc_number, state_at(document, "D15"), state_at(document, "D09")) == (number, [], ["delivered"])
    last = brought_to("number", people)
    only = last.addressees.get()
    with pytest.raises(Refused, match="至少保留一个主送机关"):
        take(last, "drop_addressees", people["D07:clerk"], note="误。", addressees=(only.pk,))

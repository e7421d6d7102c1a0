"""Issue 12, point 1: a fault found after signing is a slip, corrected with trace, or the signer's to decide."""

import pytest

from documents import pages
from documents.correcting import MOST_LETTERS, letters_changed
from documents.models import Document
from documents.side_acts import SIDE_ACTS
from documents.states import State
from tests.documents.test_countersigning import changed
from tests.documents.test_going_back import head_of, list_of, offered
from tests.documents.test_routing import steps_of, waiting
from tests.documents.test_whose_act import events
from tests.made import BODY, brought_to, take
from tests.scenarios.owner import unwatched
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def corrected(body: str) -> dict:
    return {"title": "关于做好电子公文归档工作的通知", "body": body}


@pytest.mark.parametrize(
    ("last", "state"), [("approve", "approved"), ("number", "numbered"), ("proofread", "numbered")]
)
def test_a_slip_is_corrected_with_trace_under_the_same_approval(people, last, state):
    document = brought_to(last, people)
    number, signed, digest = document.doc_number, document.approved_at, document.content_digest
    note = "第一段“事项”，误作“事宜”，改为“事宜”。"
    take(document, "correct", people["D07:clerk"], note=note, **corrected(BODY.replace("有关事项", "有关事宜")))
    assert (document.state, document.doc_number, document.approved_at) == (state, number, signed)
    assert "有关事宜" in document.body and document.revisions.count() == 2
    detail = events(document, "correct").get().detail
    assert (detail["digest_before"], detail["content_digest"]) == (digest, document.content_digest)
    assert document.content_digest != digest and document.signatory == people["D07:leader"]
    assert "定稿文字差错已改正：“现就有关事项通知如下”改为“现就有关事宜通知如下”" in list_of(people["D07:leader"])
    SIDE_ACTS.perform("take_note", document, by=people["D07:leader"])
    assert "定稿文字差错已改正" in list_of(people["D07:officer"])  # the drafter is told too
    SIDE_ACTS.perform("take_note", document, by=people["D07:officer"])
    assert not Task.objects.of(document).open().filter(kind="notice").exists()
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        if step == "number" and state != "approved":
            continue
        take(document, step, people[f"D07:{post}"])
    assert document.state == State.DISPATCHED
    assert "有关事宜" in document.deliveries.unguarded("a test looks").get().content.body


def test_a_page_proofread_before_the_correction_is_neither_shown_nor_sealed(people):
    document = brought_to("proofread", people)
    take(document, "correct", people["D07:clerk"], note="改字", **corrected(BODY.replace("事项", "事宜")))
    assert document.page_digest == "" and pages.page_of(document) is None
    assert waiting(document) == {("proofread", "D07", "clerk"), ("notice", "D07", "person")}
    with pytest.raises(Refused):
        take(document, "seal", people["D07:seal_keeper"])
    assert steps_of(document).count(("proofread", "open")) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (BODY, "没有改动"),
        (BODY + "另" * (MOST_LETTERS + 1), f"合计不超过 {MOST_LETTERS} 个字"),
        (BODY + "\n绝密", "密级标志"),
        ("", "正文为空"),
    ],
)
def test_what_is_no_slip_is_refused_with_all_reasons(people, body, sentence):
    document = brought_to("number", people)
    digest = document.content_digest
    with pytest.raises(Refused) as refusal:
        take(document, "correct", people["D07:clerk"], note="改字", **corrected(body))
    assert sentence in str(refusal.value)
    document.refresh_from_db()
    assert document.content_digest == digest and document.body == BODY


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("甲乙丙", "甲丁丙", 1), ("甲乙\n丙", "甲乙丙", 0), ("甲　乙", "甲乙", 0), ("甲", "甲乙丙", 2),
        ("一。\n二。\n三。", "一。\n四。\n三五。", 2), ("甲" * 9000, "乙" * 9000, 4000),
    ],
)  # fmt: skip
def test_layout_counts_as_nothing_and_letters_one_by_one(before, after, count):
    assert letters_changed(before, after) == count


def test_a_substantive_change_is_the_signers_to_decide_and_nothing_goes_on_meanwhile(people):
    document = brought_to("proofread", people)
    number = document.doc_number
    take(document, "refer_back", people["D07:clerk"], note="主送机关有误。")
    assert document.state == State.PROOFREAD and waiting(document) == {("reapprove", "D07", "person")}
    assert "请复审：主送机关有误。" in list_of(people["D07:leader"])
    assert "主送机关有误。" in head_of(people["D07:leader"], document)
    for step, post in (("seal", "seal_keeper"), ("dispatch", "clerk")):
        with pytest.raises(Refused, match="已退原签批人复审"):
            take(document, step, people[f"D07:{post}"])
    assert not {"correct", "refer_back"} & offered(people["D07:clerk"], document)
    assert not {"agree_to_change", "keep_text"} & offered(people["D07:officer"], document)
    take(document, "keep_text", people["D07:leader"], note="主送机关无误。")
    assert document.state == State.PROOFREAD and waiting(document) == {("seal", "D07", "seal_keeper")}
    for step, post in (("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    assert document.doc_number == number


@pytest.mark.parametrize("last", ["approve", "number", "proofread"])
def test_when_the_signer_agrees_the_drafter_changes_and_it_is_signed_again(people, last):
    document = brought_to(last, people)
    number = document.doc_number
    take(document, "refer_back", people["D07:clerk"], note="主送机关有误。")
    take(document, "agree_to_change", people["D07:leader"], note="请改。")
    assert document.state == State.DRAFTING and document.doc_number == number and document.signatory is None
    assert f"被退回：主送机关有误。；{people['D07:leader'].name}：请改。" in list_of(people["D07:officer"])
    changed(document, people, "抄送")
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"], note="同意。")
    assert number in ("", document.doc_number)


def test_the_signer_who_has_left_is_stood_in_for_by_the_post(people):
    document = brought_to("number", people)
    with unwatched():
        people["D07:leader"].appointments.update(ends_on="2020-12-31")
    take(document, "refer_back", people["D07:clerk"], note="主送机关有误。")
    assert waiting(document) == {("reapprove", "D07", "leader")}


def test_what_is_only_told_does_not_hold_back_the_completion_of_an_issued_document(people):
    document = brought_to("number", people)
    take(document, "correct", people["D07:clerk"], note="改字", **corrected(BODY.replace("事项", "事宜")))
    for step, post in (("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    take(document.deliveries.unguarded("a test looks").get(), "sign_for", people["D09:clerk"])
    assert document in Document.objects.unguarded("a test looks").ready_to_complete()

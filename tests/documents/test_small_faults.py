"""Small faults that a newcomer met on the screen, each as he met it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import bulk
from documents.models import Document
from documents.states import HandlingKind, State, StepKind
from documents.workflow import OUTGOING
from tests.documents.exchanged import browser, page, tasks
from tests.made import brought_to, draft, registered, take
from tests.units.test_form_drafts import autosave, filled
from units.models import Task

pytestmark = pytest.mark.django_db


def test_分发_is_one_word_for_the_act_its_item_and_its_state():
    assert OUTGOING.get("dispatch").label == StepKind.DISPATCH.label == "分发"
    assert State.DISPATCHED.label == "已分发"


def test_the_岗位_of_an_item_by_name_is_the_post_held_there(people):
    delivery = registered(people, kind=HandlingKind.FOR_ACTION)
    take(delivery, "propose", people["D09:clerk"], "请办理。", lead_officer=people["D09:officer"])
    take(delivery, "instruct", people["D09:leader"], "同意。", lead_officer=people["D09:officer"])
    text = browser(people, "D09:officer").get(reverse("documents:waiting")).content.decode()
    post = people["D09:officer"].appointments.get().post
    assert f'<td data-label="岗位">{post}</td>' in text


def test_what_told_of_an_ended_step_goes_when_the_step_came_again_and_was_done(people):
    document = brought_to("submit", people)
    page(people, "D07:reviewer", document)
    take(document, "withdraw", people["D07:officer"], "改稿。")
    assert tasks(document, "notice")
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"], "同意。")
    assert not tasks(document, "notice")


def test_who_reviews_again_reads_on_top_what_he_returned_it_for(people):
    document = brought_to("submit", people)
    take(document, "send_back", people["D07:reviewer"], "请补充依据。")
    take(document, "submit", people["D07:officer"])
    shown = page(people, "D07:reviewer", document).content.decode()
    assert "您上次退回的意见：请补充依据。" in " ".join(shown.split())
    assert "您上次退回的意见" not in page(people, "D07:officer", document).content.decode()


def test_验章_keeps_nothing_and_does_not_say_that_it_has(people):
    visitor, address = browser(people, "D07:clerk"), reverse("documents:check_seal")
    for name, data in (("图.jpg", b"\xff\xd8\xff"), ("改过.pdf", b"%PDF-1.7\n%%EOF")):
        text = visitor.post(address, {"file": SimpleUploadedFile(name, data)}).content.decode()
        assert "已上传" not in text and "不必重新选择" not in text


def test_a_letter_without_text_and_scan_does_not_speak_of_an_attachment(people, units):
    clerk = browser(people, "D07:clerk")
    given = {"unit": units["D07"].pk, "sender_name": "市政府", "doc_type": "notice", "is_open": "on"}
    clerk.post(reverse("documents:register_outside"), given | {"title": "关于防汛工作的通知"})
    document = Document.objects.unguarded("a test looks").get()
    text = clerk.get(document.get_absolute_url()).content.decode()
    assert "正文见附件" not in text and "没有录入正文，也没有上传扫描件" in text


def test_many_at_once_offers_only_what_a_row_can_be_asked_for(people):
    clerk = people["D09:clerk"]
    draft(people)
    acts = bulk.acts_for(clerk, "documents:waiting")
    rows = [Task(kind=StepKind.SIGN_FOR), Task(kind=StepKind.REGISTER)]
    assert "complete" not in {one.name for one in bulk.fitting(acts, rows)}
    assert "sign_for" in {one.name for one in bulk.fitting(acts, rows)}
    assert {"complete", "circulate"} <= {one.name for one in bulk.fitting(acts, [Task(kind=StepKind.PROPOSE)])}


def test_a_new_draft_that_was_typed_and_never_saved_is_told_of_in_待发(people, units):
    officer = browser(people, "D07:officer")
    assert "份新稿" not in officer.get(reverse("documents:drafts")).content.decode()
    autosave(officer, filled(officer, units))
    assert "另有 1 份发文新稿填写后没有保存" in officer.get(reverse("documents:drafts")).content.decode()

"""One document through everybody's hands by the pages alone: draft to dispatch, receipt to completion."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from tests.made import BODY
from units.models import FormDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(people):
    """`at("D07:clerk")` is a browser of that person."""
    made: dict[str, Client] = {}

    def browser(key: str) -> Client:
        if key not in made:
            made[key] = Client()
            made[key].force_login(people[key], backend="django.contrib.auth.backends.ModelBackend")
        return made[key]

    return browser


def draft(at, units, **fields) -> Document:
    data = {
        "unit": units["D07"].pk,
        "doc_type": "notice",
        "title": "关于做好电子公文归档工作的通知",
        "routing_direction": "down",
        "security_class": "public",
        "main": [units["D09"].pk],
        "body": BODY,
        "disclosure_attr": "proactive",
        "print_copies": "5",
        **fields,
    }
    answer = at("D07:officer").post(reverse("documents:draft"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Document.objects.unguarded("a test looks").get(direction="outgoing")


def act(browser: Client, document: Document, step: str, **fields):
    document.refresh_from_db()
    page = browser.get(document.get_absolute_url())
    assert page.status_code == 200
    assert step in [one["step"].name for one in page.context["acts"]], f"{step} is not offered"
    data = {"version": document.version, **{f"{step}-{name}": value for name, value in fields.items()}}
    answer = browser.post(reverse("documents:act", args=[document.uid, step]), data)
    assert answer.status_code == 302, answer.context["refused"] or answer.context["acts"]
    document.refresh_from_db()
    return answer


def test_from_draft_to_filing_in_two_units(at, units, people):
    """Shows: E-01, E-04, 3.2-1, 16-5, 16-6"""
    sent = draft(at, units)
    act(at("D07:officer"), sent, "submit")
    act(at("D07:reviewer"), sent, "check", note="拟同意送签。")
    act(at("D07:leader"), sent, "approve", note="同意发文。")
    act(at("D07:clerk"), sent, "number")
    act(at("D07:clerk"), sent, "proofread")
    act(at("D07:seal_keeper"), sent, "seal")
    act(at("D07:clerk"), sent, "dispatch")
    assert (sent.state, sent.doc_number) == ("dispatched", f"长信〔{sent.number_year}〕1号")
    page = at("D07:clerk").get(reverse("documents:page_pdf", args=[sent.uid]))
    assert b"".join(page.streaming_content).startswith(b"%PDF-1.7")

    received = sent.deliveries.unguarded("a test looks").get()
    act(at("D09:clerk"), received, "sign_for")
    act(at("D09:clerk"), received, "register", handling_kind="for_action")
    act(at("D09:reviewer"), received, "propose", note="拟请领导阅示。", lead_officer=people["D09:officer"].pk)
    act(at("D09:leader"), received, "instruct", note="请抓好落实。", lead_officer=people["D09:officer"].pk)
    act(at("D09:officer"), received, "handle")
    act(at("D09:officer"), received, "report", note="已按要求办理完毕。")
    act(at("D09:clerk"), received, "complete", retention_code="D30")
    assert received.state == "completed"
    assert received.record.archival_code == f"Z409-WS·{received.record.year}-D30-BGS-0001"

    act(at("D07:clerk"), sent, "complete")
    record = sent.record
    assert [one.role for one in record.components.all()] == ["original", "draft_sheet", "final_draft"]
    page = at("D07:clerk").get(reverse("archive:record", args=[record.uid]))
    assert page.status_code == 200
    found = at("D07:archivist").get(reverse("archive:search"), {"q": "规范电子公文办理"})
    # all staff may consult what each unit filed of it
    assert {one.uid for one in found.context["found"].records} == {record.uid, received.record.uid}
    assert "<mark>规范电子公文办理</mark>" in found.content.decode()


def test_a_step_out_of_turn_is_refused_on_the_page_and_leaves_no_trace(at, units, people):
    sent = draft(at, units)
    events = sent.version, Document.history.filter(id=sent.pk).count()
    answer = at("D07:officer").post(reverse("documents:act", args=[sent.uid, "approve"]), {})
    assert answer.status_code == 422
    assert "不能签发" in answer.content.decode()
    sent.refresh_from_db()
    assert (sent.version, Document.history.filter(id=sent.pk).count(), sent.state) == (*events, "drafting")


def test_strangers_find_nothing(at, units, people):
    sent = draft(at, units)
    for name in ("detail", "edit", "page_pdf", "sheet_pdf", "trail"):
        assert at("D15:clerk").get(reverse(f"documents:{name}", args=[sent.uid])).status_code == 404


def test_an_older_version_is_shown_beside_the_saved_one(at, units, people):
    sent = draft(at, units)
    url = reverse("documents:edit", args=[sent.uid])
    data = {
        "unit": units["D07"].pk,
        "doc_type": "notice",
        "title": "另一个标题",
        "routing_direction": "down",
        "security_class": "public",
        "main": [units["D09"].pk],
        "body": "另一份正文",
        "disclosure_attr": "proactive",
        "print_copies": "5",
        "version": sent.version,
    }
    assert at("D07:officer").post(url, data).status_code == 302
    answer = at("D07:officer").post(url, {**data, "title": "第三个标题"})
    assert answer.status_code == 409
    assert "第三个标题" in answer.content.decode() and "另一个标题" in answer.content.decode()


def test_a_secret_draft_is_never_stored(at, units, people):
    answer = at("D07:officer").post(
        reverse("documents:draft"), {"title": "某涉密事项", "security_class": "secret", "body": "内容"}
    )
    assert answer.status_code == 422
    assert "非涉密网络" in answer.content.decode()
    assert not FormDraft.objects.unguarded(
        "a test looks"
    ).exists()  # on the same screen every character stands, kept is none
    assert not Document.objects.unguarded("a test looks").exists()

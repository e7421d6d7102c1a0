"""补录 of opinions given on paper or by telephone (issue 13 point 5; practice 2.1 item 7)."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from documents import on_paper, pages
from documents.models import Document, Opinion, PaperOpinion
from documents.reply_inputs import EnterInput, ObjectInput
from documents.side_acts import SIDE_ACTS
from documents.workflow import workflow_of
from tests import awkward
from tests.made import brought_to, draft, registered, take
from tests.matrix import VISITORS
from units.actions import system_user
from units.models import AuditEvent, Post, Task
from units.people import appoint
from units.workflow import Refused

pytestmark = pytest.mark.django_db
LEADER, CLERK = "区信息委领导", "区信息委文书"


def paper(name="签批件.png"):
    return SimpleUploadedFile(name, awkward.png())


def enter(
    document, people, *, by="D07:clerk", leader="D07:leader", way="paper", note="同意。", at=None, upload=None,
    result="agreed",
):  # fmt: skip
    task = on_paper.items_of(document).first()
    given = EnterInput(
        task.pk if task else 0, people[leader], way, at or timezone.now(),
        upload or (paper() if way == "paper" else None), result,
    )  # fmt: skip
    return SIDE_ACTS.perform("enter_opinion", document, by=people[by], note=note, given=given)


@pytest.fixture
def to_sign(people):
    """Reviewed, waiting for the leader, a month old so that there is room for an earlier day."""
    document = brought_to("check", people)
    month = timezone.now() - timedelta(days=30)
    Document.objects.unguarded("a test dates it back").filter(pk=document.pk).update(created_at=month)
    return document


def test_a_signature_on_paper_signs_in_the_leaders_name_and_says_so_everywhere(to_sign, people):
    told = enter(to_sign, people, note="同意发文。")
    to_sign.refresh_from_db()
    assert told == f"已补录{LEADER}的签发意见，并告知本人"
    assert (to_sign.state, to_sign.signatory, to_sign.signed_by) == ("approved", people["D07:leader"], LEADER)
    opinion = to_sign.opinions.get(kind="approve")
    assert (opinion.by, opinion.name) == (people["D07:leader"], f"{LEADER}（纸质签批，{CLERK}补录）")
    sheet = pages.draft_sheet(to_sign, moment=timezone.now())
    assert f"{LEADER}（纸质签批，{CLERK}补录）" in sheet.text
    event = AuditEvent.objects.of(to_sign).get(verb="approve_on_paper")
    assert (event.actor, event.after) == (people["D07:clerk"], "approved")
    assert event.opinion == f"{LEADER}（纸质签批，{CLERK}补录）：同意发文。"
    assert event.detail["sha256"] == PaperOpinion.objects.get().proof.sha256 and event.detail["leader"] == LEADER
    assert Task.objects.of(to_sign).open().filter(kind="number").exists()
    take(to_sign, "number", people["D07:clerk"])  # the way goes on


def test_the_day_of_the_document_is_that_of_the_paper(people):
    """成文日期 = the paper's date; the digest freezes what was signed."""
    document = draft(people)
    moment = timezone.now() + timedelta(minutes=2)
    for step, post in (("submit", "officer"), ("check", "reviewer")):
        take(document, step, people[f"D07:{post}"], note="同意。")
    act_at = moment - timedelta(minutes=2)
    enter(document, people, at=act_at)
    document.refresh_from_db()
    assert document.document_date == timezone.localdate(act_at) and document.content_digest
    assert document.opinions.get(kind="approve").at == act_at == PaperOpinion.objects.get().given_at


def test_the_leader_is_told_and_his_objection_stops_the_way(to_sign, people):
    enter(to_sign, people, note="同意发文。")
    leader = people["D07:leader"]
    notice = Task.objects.of(to_sign).open().get(kind="notice")
    assert notice.assignee == leader and "补录了您的签发意见：同意发文。" in notice.remark
    page = client_of(leader).get(to_sign.get_absolute_url()).content.decode()
    assert "提出异议" in page and "查看扫描件" in page
    SIDE_ACTS.perform("object", to_sign, by=leader, note="我没有签过这一稿。")
    entry = PaperOpinion.objects.get()
    assert entry.objection == "我没有签过这一稿。" and entry.objected_at
    told = Task.objects.of(to_sign).open().get(kind="notice")
    assert told.post.kind == "clerk" and "提出异议" in told.remark
    with pytest.raises(Refused, match="对补录的签发提出异议"):
        take(to_sign, "number", people["D07:clerk"])
    assert "对补录的异议" in pages.draft_sheet(to_sign, moment=timezone.now()).text
    with pytest.raises(Refused, match="没有补录的意见"):
        SIDE_ACTS.perform("object", to_sign, by=leader, note="再说一次")
    take(to_sign, "refer_back", people["D07:clerk"], note="领导有异议")
    take(to_sign, "agree_to_change", leader, note="重新送签。")
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk")):
        if step == "check" and not Task.objects.of(to_sign).open().filter(kind="check").exists():
            continue  # what he agreed to has not changed
        take(to_sign, step, people[f"D07:{post}"], note="同意。")
    assert to_sign.state == "numbered"  # signed anew by himself: the old dispute bars nothing


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_telephone_call_is_kept_and_the_step_waits_for_the_leader(to_sign, people):
    told = enter(to_sign, people, way="telephone", note="原则同意。")
    to_sign.refresh_from_db()
    assert told == f"已记录{LEADER}的电话意见；签发仍待本人办理" and to_sign.state == "in_review"
    assert to_sign.opinions.get(kind="approve").name == f"{LEADER}（电话，{CLERK}补录）"
    assert Task.objects.of(to_sign).open().filter(kind="approve").exists()
    with pytest.raises(Refused, match="这条电话意见已经补录"):
        enter(to_sign, people, way="telephone", note="原则同意。", at=PaperOpinion.objects.get().given_at)
    assert AuditEvent.objects.of(to_sign).filter(verb="enter_opinion").count() == 1
    take(to_sign, "approve", people["D07:leader"], note="同意。")


def test_an_instruction_on_paper_moves_a_received_document_on(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:clerk"], note="拟请领导阅示。")
    enter(delivery, people, by="D09:clerk", leader="D09:leader", note="请承办人抓紧办理。")
    delivery.refresh_from_db()
    assert delivery.state == "instructed" and Task.objects.of(delivery).open().filter(kind="handle").exists()
    name = "区民政局领导（纸质批示，区民政局文书补录）"
    assert name in pages.handling_sheet(delivery, moment=timezone.now()).text


def test_its_scan_is_shown_to_who_sees_the_document_and_filed_with_it(people):
    document = brought_to("check", people)
    enter(document, people)
    entry = PaperOpinion.objects.get()
    address = reverse("documents:opinion_scan", args=[document.uid, entry.uid])
    answer = client_of(people["D07:leader"]).get(address)
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == entry.proof.sha256
    assert client_of(people["D15:clerk"]).get(address).status_code == 404
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    record = Record.objects.unguarded("a test looks").get(document=document)
    scan = record.components.get(filename=f"纸质批示1（{LEADER}）.png")
    assert scan.role == "draft_sheet"  # of the handling: 利用范围 and the public do not reach it


REFUSED = [
    ("no scan", {"upload": SimpleUploadedFile("签批件.txt", "同意".encode())}, "扫描件应为 PDF、JPG、PNG 或 TIFF"),
    ("his own", {"by": "D07:leader"}, "没有"),
    ("no way", {"way": "mail"}, "请选择方式"),
    ("in future", {"at": timezone.now() + timedelta(hours=2)}, "签批时间不能晚于现在"),
    ("before it was drafted", {"at": timezone.now() - timedelta(days=99)}, "早于本件的收到或拟稿日期"),
    ("before the text was changed", {"at": timezone.now() - timedelta(days=2)}, "纸质签批不是对现稿的"),
    ("not asked", {"leader": "D07:reviewer"}, "不待该领导办理"),
    ("too long", {"note": "同" * 2001}, "最多 2000 个字"),
]


@pytest.mark.parametrize(("what", "given", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_wrong_is_refused_with_a_sentence_and_nothing_is_kept(what, given, said, to_sign, people):
    with pytest.raises(Refused, match=said):
        enter(to_sign, people, **given)
    to_sign.refresh_from_db()
    assert to_sign.state == "in_review" and not PaperOpinion.objects.exists()
    assert not Opinion.objects.filter(kind="approve").exists()


def test_nobody_enters_a_signature_on_his_own_draft_or_of_himself(people, units):
    """条例 22 and practice 1: a clerk who drafted it does not enter its signing, nor a clerk who leads his own."""
    clerk = people["D07:clerk"]
    document = draft({**people, "D07:officer": clerk})
    for step, post in (("submit", "clerk"), ("check", "reviewer")):
        take(document, step, people[f"D07:{post}"], note="同意。")
    with pytest.raises(Refused, match="不得补录对本人拟制或修改的文稿的签批"):
        enter(document, people)
    leads = Post.objects.get(unit=units["D07"], kind="leader")
    appoint(clerk, leads, by=system_user())
    other = brought_to("check", people)
    with pytest.raises(Refused, match="本人的意见请由本人办理"):
        enter(other, people, leader="D07:clerk")


def test_the_rows_behind_it_are_never_taken_by_themselves(to_sign, people):
    """A hand-made request for the row itself names nobody and has no scan."""
    names = [step.name for step in workflow_of(to_sign).open_to(people["D07:clerk"], to_sign)]
    assert not [name for name in names if name.endswith("_on_paper")]
    address = reverse("documents:act", args=[to_sign.uid, "approve_on_paper"])
    answer = client_of(people["D07:clerk"]).post(address, {"approve_on_paper-note": "同意。"})
    to_sign.refresh_from_db()
    assert answer.status_code == 422 and to_sign.state == "in_review"


def test_the_form_names_the_step_and_the_leader_and_keeps_what_was_typed(to_sign, people):
    client = client_of(people["D07:clerk"])
    page = client.get(to_sign.get_absolute_url()).content.decode()
    assert f"{LEADER}（签发）" in page
    task = on_paper.items_of(to_sign).get()
    sent = {
        "enter_opinion-whose": f"{task.pk}:{people['D07:leader'].pk}", "enter_opinion-way": "paper",
        "enter_opinion-given_on": timezone.localdate().isoformat(), "enter_opinion-given_clock": "00:00",
        "enter_opinion-note": "同意发文。", "enter_opinion-result": "agreed",
    }  # fmt: skip
    address = reverse("documents:side_act", args=[to_sign.uid, "enter_opinion"])
    refused = client.post(address, sent)
    assert refused.status_code == 422 and "请上传签批件的扫描件。" in refused.content.decode()
    assert "同意发文。</textarea>" in refused.content.decode()
    now = timezone.localtime()
    done = client.post(address, {**sent, "enter_opinion-given_clock": f"{now:%H:%M}", "enter_opinion-proof": paper()})
    to_sign.refresh_from_db()
    assert done.status_code == 302 and to_sign.state == "approved"


def test_an_opinion_from_before_the_register_is_asked_about(people):
    """The clock of the paper is earlier than 登记: mostly a slip, and sometimes true; what was confirmed is kept."""
    document = registered(people, kind="for_action")
    take(document, "propose", people["D09:reviewer"], note="请领导批示。")
    rows = Document.objects.unguarded("a test dates it back").filter(pk=document.pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    rows.update(created_at=now - timedelta(days=9), signed_for_at=now - timedelta(days=9))
    document.refresh_from_db()
    asked = now - timedelta(days=1)
    with pytest.raises(Refused, match="早于本件收文登记"):
        enter(document, people, by="D09:clerk", leader="D09:leader", at=asked, result="agreed")
    task = on_paper.items_of(document).get()
    sent = {
        "enter_opinion-whose": f"{task.pk}:{people['D09:leader'].pk}", "enter_opinion-way": "paper",
        "enter_opinion-given_on": f"{asked:%Y-%m-%d}", "enter_opinion-given_clock": f"{asked:%H:%M}",
        "enter_opinion-note": "请办理。", "enter_opinion-result": "agreed",
    }  # fmt: skip
    client, address = (
        client_of(people["D09:clerk"]),
        reverse("documents:side_act", args=[document.uid, "enter_opinion"]),
    )
    assert "enter_opinion-early" not in client.get(document.get_absolute_url()).content.decode()
    refused = client.post(address, {**sent, "enter_opinion-proof": paper()})
    assert refused.status_code == 422 and "确系先签批、后收文登记的，请勾选确认" in refused.content.decode()
    assert 'name="enter_opinion-early"' in refused.content.decode()
    done = client.post(address, {**sent, "enter_opinion-early": "on", "enter_opinion-proof": paper()})
    document.refresh_from_db()
    assert done.status_code == 302 and document.state == "instructed"
    assert "早于本件收文登记" in AuditEvent.objects.of(document).get(verb="instruct_on_paper").detail["confirmed"]


MAY = {  # in the order of VISITORS; own unit D07, D09 receives nothing yet
    "enter_opinion": "y................",
    "object": "...y.............",
}


@pytest.mark.parametrize("name", MAY)
def test_who_may(name, to_sign, people):
    if name == "object":
        enter(to_sign, people)
    row = Document.objects.unguarded("a test looks").get(pk=to_sign.pk)
    found = "".join(
        "y" if name in {act.name for act in SIDE_ACTS.open_to(people[visitor], row)} else "."
        for visitor in VISITORS[:-1]
    )
    assert found == MAY[name][: len(VISITORS) - 1]


def test_only_the_one_in_whose_name_it_was_entered_objects(to_sign, people):
    enter(to_sign, people)
    with pytest.raises(Refused):
        SIDE_ACTS.perform("object", to_sign, by=people["D07:reviewer"], note="不对", given=ObjectInput())

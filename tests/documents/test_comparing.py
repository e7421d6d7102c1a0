"""Issue 13, point 1: versions that open, what was changed on the reviewer's page, the remark, 当时所见 (point 4)."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from documents.actions import attach, save_draft
from documents.comparing import compared
from documents.models import Document, Rendition, StepRun
from documents.states import AddresseeKind
from documents.views.drafts import initial_of
from files.store import land_bytes, path_of
from tests.made import BODY, brought_to, draft, referred_back, registered, take

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def get(person, document, name: str, query: str = "", **arguments):
    return browser(person).get(reverse(f"documents:{name}", kwargs={"uid": document.uid, **arguments}) + query)


def saved_anew(document, people, *, addressees=None, **fields) -> Document:
    """By its drafter, as the form saves it."""
    document.refresh_from_db()
    kept = {name: value for name, value in initial_of(document).items() if hasattr(document, name)}
    return save_draft(
        document, {**kept, **fields}, by=people["D07:officer"], version=document.version, addressees=addressees
    )


def to(units, *codes) -> list[tuple]:
    return [(AddresseeKind.MAIN, units[code], units[code].name) for code in codes]


CHANGED = BODY.replace("统一思想", "统筹部署").replace("抓好落实", "狠抓落实")


def returned_and_changed(people, units) -> Document:
    """核稿 agreed, the leader sent it back, the drafter changed two places and sent it off again."""
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请修改。")
    saved_anew(document, people, body=CHANGED)
    return take(document, "submit", people["D07:officer"], note="已按领导意见修改第一、二条。")


def test_every_saving_is_a_version_that_opens_as_text_and_as_page(people, units):
    """Shows: 16-11, 19.1-1"""
    document = draft(people)
    saved_anew(document, people, body=CHANGED, addressees=to(units, "D15"))
    client = people["D07:clerk"]
    listed = get(client, document, "revisions").content.decode()
    assert "第1稿" in listed and "第2稿" in listed and people["D07:officer"].name in listed
    first = get(client, document, "revision", number=1).content.decode()
    assert "统一思想" in first and "统筹部署" not in first and "长宁区民政局" in first and "长宁区卫生局" not in first
    assert "<svg" in get(client, document, "revision", "?page", number=1).content.decode()
    assert get(client, document, "revision", number=9).status_code == 404
    assert get(people["D09:clerk"], document, "revision", number=1).status_code == 404


def test_a_receiver_sees_none_of_the_issuers_drafts(people):
    delivery = registered(people)
    for name, arguments in (("revisions", {}), ("compare", {}), ("revision", {"number": 1})):
        assert get(people["D09:clerk"], delivery, name, **arguments).status_code == 404, name
    assert "历次稿本" not in page_of(people["D09:clerk"], delivery)


def test_title_receivers_attachments_and_other_elements_are_compared_too(people, units):
    document = draft(people, contact="甲 62510000")
    attach(document, land_bytes("第一份".encode(), "名单.txt"), by=people["D07:officer"], name="名单.txt")
    saved_anew(
        document, people, title="关于做好电子公文移交工作的通知", urgency="urgent", print_copies=30,
        addressees=to(units, "D09", "D15"),
    )  # fmt: skip
    first, second, third = document.revisions.all()
    by_file = compared(first, second)
    assert [one.label for one in by_file.fields] == ["附件"] and by_file.places == 1
    found = compared(second, third)
    assert {one.label for one in found.fields} == {"紧急程度", "主送", "印制份数"} and found.places == 4
    main = next(one for one in found.fields if one.label == "主送")
    assert [(one.op, one.text) for one in main.pieces] == [("equal", "长宁区民政局"), ("insert", "长宁区卫生局")]
    shown = get(people["D07:clerk"], document, "compare", "?old=2&new=3").content.decode()
    assert "共 4 处改动" in shown and 'id="c4"' in shown and 'id="c5"' not in shown
    assert "<del>" in shown and "<ins>" in shown


def test_a_file_of_the_same_name_with_other_bytes_is_told(people):
    document = draft(people)
    for words in ("第一份", "第二份"):
        document.attachments.update(removed_at=document.created_at)
        attach(document, land_bytes(words.encode(), "名单.txt"), by=people["D07:officer"], name="名单.txt")
    _, second, third = document.revisions.all()
    [files] = compared(second, third).fields
    assert "名单.txt（文件已更换）" in "".join(one.text for one in files.pieces)


def test_a_version_of_which_only_the_text_was_kept_says_so_and_invents_nothing(people):
    document = draft(people)
    saved_anew(document, people, body=CHANGED, urgency="urgent")
    bare = document.revisions.first()
    bare.fields = {}
    found = compared(bare, document.revisions.last())
    assert found.fields == () and found.unknown == (1,) and found.places == 2


@pytest.mark.parametrize(
    "query", ["?old=x&new=2", "?old=-1&new=99999999999", "?old=7&new=8", "?old=2&new=2", "?new=", ""]
)
def test_numbers_that_are_none_are_a_sentence_not_an_error(people, query):
    document = draft(people)
    saved_anew(document, people, body=CHANGED)
    assert get(people["D07:clerk"], document, "compare", query).status_code == 200


def test_the_order_in_which_two_are_named_does_not_matter(people):
    document = draft(people)
    saved_anew(document, people, body=CHANGED)
    texts = [
        get(people["D07:clerk"], document, "compare", query).content.decode().split("<article")[1]
        for query in ("?old=1&new=2", "?old=2&new=1")
    ]
    assert texts[0] == texts[1] and "<ins>" in texts[0]


def test_the_reviewer_is_told_what_was_changed_since_he_saw_it(people, units):
    document = returned_and_changed(people, units)
    page = page_of(people["D07:reviewer"], document)
    assert "本次修改了 2 处" in page and "与您" in page and "核稿时的稿相比" in page
    assert "compare/?old=1&amp;new=2" in page
    take(document, "check", people["D07:reviewer"], note="同意。")
    page = page_of(people["D07:leader"], document)
    assert "本次修改了 2 处" in page and "与您" in page and "签发时的稿相比" in page
    stranger = page_of(people["D07:clerk"], document)
    assert "本次修改了" not in stranger  # 核稿 has seen this very text, and the clerk none before


def test_nothing_is_told_where_nothing_was_changed_or_nobody_has_seen_it(people, units):
    assert "本次修改了" not in page_of(people["D07:reviewer"], brought_to("submit", people))
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请说明。")
    take(document, "submit", people["D07:officer"])
    assert "本次修改了" not in page_of(people["D07:leader"], document)


def test_the_remark_of_the_sender_is_shown_to_who_reviews_and_stands_on_no_sheet(people, units):
    document = returned_and_changed(people, units)
    for who in ("reviewer", "leader"):
        page = page_of(people[f"D07:{who}"], document)
        assert "送审说明" in page and "已按领导意见修改第一、二条。" in page
    assert not document.opinions.filter(text__contains="已按领导意见").exists()
    sheet = get(people["D07:leader"], document, "sheet").content.decode()
    assert "已按领导意见" not in sheet and "退回：请修改。" in sheet
    assert "已按领导意见修改第一、二条。" in get(people["D07:leader"], document, "trail").content.decode()


def seen_by(document, kind: str) -> Rendition | None:
    return document.opinions.filter(kind=kind).last().rendition


def test_what_a_reviewer_had_before_him_opens_as_the_very_bytes(people, units):
    document = returned_and_changed(people, units)
    first = seen_by(document, "check")
    take(document, "check", people["D07:reviewer"], note="同意。")
    take(document, "approve", people["D07:leader"], note="同意发文。")
    second = seen_by(document, "check")
    assert first != second and seen_by(document, "approve") == second
    assert [one.revision.number for one in (first, second)] == [1, 2]
    steps = StepRun.objects.filter(run__document=document, kind="check").order_by("pk")
    assert [one.rendition for one in steps if one.done_by] == [first, second]
    for one in (first, second):
        answer = get(people["D07:leader"], document, "seen", rendition=one.uid)
        given = b"".join(answer.streaming_content)
        assert hashlib.sha256(given).hexdigest() == one.stored_file.sha256
        assert given == path_of(one.stored_file).read_bytes() and given.startswith(b"%PDF")
    page = page_of(people["D07:clerk"], document)
    assert page.count("当时所见") == 4 and str(first.uid) in page


def test_only_who_may_see_the_document_opens_what_was_seen(people, units):
    document, other = brought_to("check", people), brought_to("check", people, title="关于另一事项的通知")
    kept = seen_by(document, "check")
    assert get(people["D15:clerk"], document, "seen", rendition=kept.uid).status_code == 404
    assert get(people["D07:leader"], other, "seen", rendition=kept.uid).status_code == 404
    proofread = brought_to("proofread", people, title="关于第三件事的通知")
    page = proofread.renditions.get(kind=Rendition.Kind.PAGE)
    assert get(people["D07:leader"], proofread, "seen", rendition=page.uid).status_code == 404


def test_one_file_a_wording_however_often_it_is_sent_and_looked_at(people, units):
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请说明。")
    take(document, "submit", people["D07:officer"])
    for _ in range(3):
        page_of(people["D07:leader"], document)
    take(document, "approve", people["D07:leader"])
    assert document.renditions.filter(kind=Rendition.Kind.SEEN).count() == 1


def test_fewer_receivers_under_review_are_a_wording_of_their_own(people, units):
    document = brought_to("approve", people, to=("D09", "D15"))
    gone = document.addressees.get(unit__code="D15")
    take(document, "drop_addressees", people["D07:clerk"], note="误列。", addressees=(gone.pk,))
    take(document, "approve", people["D07:leader"], note="同意。")
    last = document.opinions.filter(kind="approve").order_by("pk")
    assert [one.rendition.revision.number for one in last] == [1, 2]
    assert document.revisions.last().fields["main"] == ["长宁区民政局"]


def test_a_received_document_was_seen_as_it_was_sent(people, units):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:clerk"], note="拟请领导阅示。")
    take(delivery, "instruct", people["D09:leader"], note="请承办。")
    sent = delivery.issued.renditions.get(kind=Rendition.Kind.SEALED)
    assert {one.rendition for one in delivery.opinions.all()} == {sent}
    assert get(people["D09:clerk"], delivery, "seen", rendition=sent.uid).status_code == 200


def test_a_text_changed_after_signing_is_told_to_who_signs_again(people, units):
    document = referred_back(brought_to("number", people), people)
    saved_anew(document, people, body=CHANGED)
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"], note="同意。")
    assert "本次修改了 2 处" in page_of(people["D07:leader"], document)


def test_words_of_the_text_are_never_read_as_marks_of_a_page(people):
    document = draft(people)
    saved_anew(document, people, body=f"{BODY}\n<script>alert(1)</script>各有关单位")
    shown = get(people["D07:clerk"], document, "compare").content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;alert(1)" in shown


def test_who_took_no_part_before_is_told_since_the_last_step(people, units):
    """A new signer has seen nothing: what stands against the text that the last reviewer had."""
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请修改。")
    saved_anew(document, people, body=CHANGED)
    page = page_of(people["D07:officer"], document)
    assert "本次修改了 2 处" in page and people["D07:leader"].name in page

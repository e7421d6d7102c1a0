"""Attachments are chosen on the draft's own form, named without a number of their own; it is said which go beside."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import checks, pages
from documents.actions import register_outside
from documents.models import Attachment, Document
from files.models import StoredFile
from tests.documents.exchanged import browser
from tests.made import STEPS, draft, take
from tests.scenarios.owner import unwatched
from units.models import AuditEvent

pytestmark = pytest.mark.django_db


def fields(units, **more) -> dict:
    return {
        "unit": units["D07"].pk, "doc_type": "notice", "routing_direction": "down", "security_class": "public",
        "main": [units["D09"].pk], "disclosure_attr": "on_request", "print_copies": "1", "version": "",
        "title": "关于加强值班工作的通知", "body": "请遵照执行。", **more,
    }  # fmt: skip


def a_file(name: str, data: bytes = b"text"):
    return SimpleUploadedFile(name, data)


def test_several_files_are_chosen_on_the_draft_itself(people, units):
    officer = browser(people, "D07:officer")
    page = officer.get(reverse("documents:draft")).content.decode()
    assert 'enctype="multipart/form-data"' in page and "id_attached" in page
    files = [a_file("附件1 任务分解表.txt", "任务".encode()), a_file("附件2：联系人.txt", "名单".encode())]
    answer = officer.post(reverse("documents:draft"), fields(units, attached=files))
    assert answer.status_code == 302
    document = Document.objects.unguarded("a test looks").get()
    assert [one.name for one in document.attachments.order_by("position")] == [
        "附件1 任务分解表.txt", "附件2：联系人.txt",
    ]  # fmt: skip
    assert pages.page_input(document).attachments == ("任务分解表", "联系人")
    edit = reverse("documents:edit", args=[document.uid])
    more = fields(units, version=document.version, attached=[a_file("表.txt", "表".encode())])
    assert officer.post(edit, more).status_code == 302 and document.attachments.count() == 3


def test_a_file_that_cannot_be_kept_saves_nothing_and_the_others_stay(people, units):
    officer = browser(people, "D07:officer")
    files = [a_file("好.txt"), a_file("程序.exe", b"MZ" + b"\0" * 64)]
    answer = officer.post(reverse("documents:draft"), fields(units, attached=files))
    assert answer.status_code == 422 and "“程序.exe”不能作为附件" in answer.content.decode()
    answer = officer.post(reverse("documents:draft"), fields(units, title="", attached=[a_file("好.txt")]))
    assert answer.status_code == 422 and "已上传：好.txt" in answer.content.decode()
    answer = officer.post(reverse("documents:draft"), fields(units, attached=[a_file("绝密★方案.txt")]))
    assert answer.status_code == 422
    assert not Document.objects.unguarded("a test looks").exists()


def attach(officer, document, *files, **typed):
    address = reverse("documents:side_act", args=[document.uid, "attach"])
    return officer.post(
        address, {"attach-file": files, **{f"attach-{name}": value for name, value in typed.items()}}, follow=True
    )


def names_of(document) -> list[str]:
    return list(document.attachments.order_by("position").values_list("name", flat=True))


def test_several_files_are_added_at_once_on_the_documents_page_each_with_its_line(people):
    document, officer = draft(people), browser(people, "D07:officer")
    page = officer.get(document.get_absolute_url()).content.decode()
    assert re.search('<input type="file" name="attach-file"[^>]* multiple', page)
    answer = attach(officer, document, a_file("一.txt"), a_file("二.txt", b"2"), a_file("三.txt", b"3"))
    assert names_of(document) == ["一.txt", "二.txt", "三.txt"]
    said = [str(one) for one in answer.context["messages"]]
    assert said == [f"“{document.title}”已添加附件“{name}.txt”。" for name in "一二三"]
    events = AuditEvent.objects.filter(object_uid=document.uid, verb="attach")
    assert [one.detail["name"] for one in events.order_by("pk")] == ["一.txt", "二.txt", "三.txt"]


def test_of_several_files_each_that_cannot_be_kept_is_named_and_none_is(people):
    document, officer = draft(people), browser(people, "D07:officer")
    bad = [a_file("程序.exe", b"MZ" + b"\0" * 64), a_file("空.txt", b""), a_file("绝密★方案.txt")]
    answer = attach(officer, document, a_file("好.txt"), *bad)
    text = answer.content.decode()
    assert answer.status_code == 422 and names_of(document) == []
    for sentence in ("“程序.exe”不能作为附件", "“空.txt”是空的（0 字节）", "绝密"):
        assert sentence in text
    titled = attach(officer, document, a_file("一.txt"), a_file("二.txt"), title="任务分解表")
    assert titled.status_code == 422 and "不能共用一个附件名称" in titled.content.decode()
    kept = re.findall(r'name="kept_file"\s+value="([^"]+)"', titled.content.decode())
    assert len(kept) == 2  # they need not be chosen again
    again = officer.post(reverse("documents:side_act", args=[document.uid, "attach"]), {"kept_file": kept})
    assert again.status_code == 302 and names_of(document) == ["一.txt", "二.txt"]
    assert attach(officer, document, *(a_file(f"{n}.txt") for n in range(21))).status_code == 422
    assert attach(officer, document, a_file("表.txt"), title="任务分解表").status_code == 200
    assert names_of(document)[2:] == ["表.txt"] and document.attachments.get(name="表.txt").title == "任务分解表"


def test_scans_of_a_letter_are_added_at_once_and_all_are_its_text(people, units):
    letter = register_outside(
        {"title": "关于检查的函", "sender_name": "市民政局"}, unit=units["D07"], by=people["D07:clerk"]
    )
    clerk = browser(people, "D07:clerk")
    attach(clerk, letter, a_file("一.png", PNG), a_file("二.png", PNG + b"2"), is_main_text="on")
    assert names_of(letter) == ["一.png", "二.png"]
    assert letter.attachments.filter(is_main_text=True).count() == 2
    assert attach(clerk, letter, a_file("机密★件.png", PNG)).status_code == 422


def test_a_scan_with_a_mark_in_its_name_is_refused_at_registration_with_all_the_others(people, units):
    clerk = browser(people, "D07:clerk")
    data = {"unit": units["D07"].pk, "title": "关于检查的函", "sender_name": "市民政局", "doc_type": "letter"}
    files = [a_file("机密★一.txt"), a_file("程序.exe", b"MZ" + b"\0" * 64)]
    answer = clerk.post(reverse("documents:register_outside"), data | {"scans": files})
    assert answer.status_code == 422
    assert "“程序.exe”不能作为附件" in answer.content.decode() and "机密" in answer.content.decode()


@pytest.mark.parametrize(
    "name, printed",
    [
        ("附件1 任务分解表", "任务分解表"),
        ("附件1任务分解表", "任务分解表"),
        ("附件1.任务分解表", "任务分解表"),
        ("附件（一）任务分解表", "任务分解表"),
        ("附件一、任务分解表", "任务分解表"),
        ("附件：任务分解表", "任务分解表"),
        ("附件12_任务分解表", "任务分解表"),
        ("附件1", "附件1"),
        ("附件一览表", "附件一览表"),
        ("附件2024年预算表", "附件2024年预算表"),
        ("附件3个", "附件3个"),
        ("附件清单", "附件清单"),
        ("任务分解表附件1", "任务分解表附件1"),
    ],
)
def test_a_number_of_its_own_is_not_printed(name, printed):
    assert pages.bound_with([])["attachments"] == ()
    assert pages._named(Attachment(name=f"{name}.txt")) == printed
    assert pages._named(Attachment(name="a.txt", title=name)) == printed


def test_what_the_page_does_not_hold_is_said_beside_it(people, units):
    document, officer = draft(people), browser(people, "D07:officer")
    address = reverse("documents:side_act", args=[document.uid, "attach"])
    assert officer.post(address, {"attach-file": a_file("说明.txt", "说明".encode())})["Location"].endswith("#files")
    officer.post(address, {"attach-file": a_file("图.png", PNG)})
    text = officer.get(document.get_absolute_url()).content.decode()
    assert "附件2 另附" in text and "附件1 另附" not in text and "随文另发：不是 PDF 或纯文本" in text
    found = [one.message for one in checks.problems(checks.of(document)) if one.code == "beside-the-page"]
    assert len(found) == 1 and "附件2“图”不能排入版面" in found[0]


def test_what_the_sender_should_have_done_is_not_told_to_the_receiver(people):
    document = draft(people)
    address, officer = reverse("documents:side_act", args=[document.uid, "attach"]), browser(people, "D07:officer")
    officer.post(address, {"attach-file": a_file("图.png", PNG)})
    rows = StoredFile.objects.filter(pk=document.attachments.get().stored_file_id)
    with unwatched():
        rows.update(findings=[{"code": "pdf-not-pdfa", "severity": "warn", "message": "请另存后补交。"}])
    assert "请另存后补交" in officer.get(document.get_absolute_url()).content.decode()
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    (delivery,) = document.deliveries.unguarded("a test looks")
    take(delivery, "sign_for", people["D09:clerk"])
    shown = browser(people, "D09:clerk").get(delivery.get_absolute_url()).content.decode()
    assert "图.png" in shown and "请另存后补交" not in shown


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)

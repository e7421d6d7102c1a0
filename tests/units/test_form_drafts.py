"""Nothing typed is lost: tickets, savings, restoring, giving up; who may read it, and what is never kept."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from tests.cases import Case
from tests.forms import send_form
from tests.made import brought_to, draft
from units import form_drafts, upkeep
from units.middleware_keys import IDLE_KEY
from units.models import AuditEvent, FormDraft

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
BODY = "一、统一思想，提高认识。\n" * 150  # 1,950 characters and line breaks
LONG = "字" * 199_000


def inside(person, **kwargs) -> Client:
    client = Client(**kwargs)
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def officer(people):
    return inside(people["D07:officer"])


def rows():
    return FormDraft.objects.unguarded("a test looks")


def filled(client, units, address: str | None = None, **fields) -> dict:
    """The draft page's hidden fields, and what a person fills in."""
    page = client.get(address or reverse("documents:draft"))
    assert page.status_code == 200
    form = page.context["form"]
    return {
        "form_ticket": form.draft.signed, "unit": units["D07"].pk, "doc_type": "notice", "routing_direction": "down",
        "security_class": "public", "main": [units["D09"].pk], "disclosure_attr": "on_request", "print_copies": "1",
        "title": "关于加强值班工作的通知", "body": BODY, "version": form["version"].value() or "", **fields,
    }  # fmt: skip


def autosave(client, data: dict, *, tab: str = "a1", seq: int = 1):
    ticket = data["form_ticket"]
    typed = [
        [name, str(one)]
        for name, value in data.items() if name != "form_ticket"
        for one in (value if isinstance(value, list) else [value])
    ]  # fmt: skip
    sent = {"ticket": ticket, "tab": tab, "seq": seq, "typed": typed}
    return client.post(reverse("units:save_form_draft"), json.dumps(sent), content_type="application/json")


def shown(page) -> str:
    return page.content.decode()


def test_what_was_saved_by_itself_is_offered_on_coming_back_and_put_in_when_taken_up(officer, units):
    told = autosave(officer, filled(officer, units))
    assert told.json() == {"saved": f"{timezone.localtime():%H:%M}"}
    page = officer.get(reverse("documents:draft"))
    (offered,) = page.context["form"].draft.others
    assert BODY not in shown(page) and "继续填写" in shown(page)
    page = officer.get(offered["address"])
    assert page.context["form"]["body"].value() == BODY
    assert page.context["form"]["main"].value() == [str(units["D09"].pk)]
    assert "已恢复您" in shown(page) and "放弃" in shown(page)


def test_saving_writes_no_event_and_no_document(officer, units):
    before = AuditEvent.objects.count(), Document.objects.unguarded("a test looks").count()
    data = filled(officer, units)
    for seq in range(1, 4):
        autosave(officer, data | {"body": BODY * seq}, seq=seq)
    assert (AuditEvent.objects.count(), Document.objects.unguarded("a test looks").count()) == before
    assert rows().count() == 1 and form_drafts.content_of(rows().get())["body"] == BODY * 3


def test_a_saving_that_arrives_late_changes_nothing_and_two_windows_have_a_row_each(officer, units):
    data = filled(officer, units)
    autosave(officer, data | {"body": "新"}, seq=8)
    autosave(officer, data | {"body": "旧"}, seq=7)
    assert form_drafts.content_of(rows().get())["body"] == "新"
    autosave(officer, data | {"body": "另一窗口"}, tab="b2", seq=1)
    assert rows().count() == 2


def test_a_draft_is_read_and_given_up_by_its_person_only(officer, people, units):
    data = filled(officer, units)
    autosave(officer, data)
    row = rows().get()
    for post in ("D07:leader", "D07:clerk", "D07:sysadmin", "D07:auditor"):
        other = inside(people[post])
        page = other.get(f"{reverse('documents:draft')}?draft={row.uid}")
        assert page.status_code == 404 or BODY[:20] not in shown(page)
        assert send_form(other, reverse("units:discard_form_draft"), {"draft": data["form_ticket"]}).status_code == 404
        assert autosave(other, data).status_code == 409
        assert not FormDraft.objects.allowing("view", people[post]).exists()
    assert {form_drafts.content_of(one)["body"] for one in rows()} == {BODY}
    assert {one.person for one in rows()} == {people["D07:officer"]}


def test_giving_up_removes_the_row(officer, units):
    data = filled(officer, units)
    autosave(officer, data)
    answer = send_form(officer, reverse("units:discard_form_draft"), {"draft": data["form_ticket"]})
    assert answer["Location"] == reverse("documents:draft") and not rows().exists()


def test_what_was_sent_and_done_is_no_draft_any_more(officer, units):
    data = filled(officer, units)
    autosave(officer, data)
    assert send_form(officer, reverse("documents:draft"), data).status_code == 302
    assert not rows().exists()


def test_what_was_refused_is_kept_even_without_a_script(officer, units):
    data = filled(officer, units, title="")
    assert send_form(officer, reverse("documents:draft"), data).status_code == 422
    assert form_drafts.content_of(rows().get())["body"] == BODY


@pytest.mark.parametrize("secret", ["secret", "confidential", "top_secret"])
def test_choosing_a_secret_class_leaves_nothing(officer, units, secret):
    data = filled(officer, units)
    autosave(officer, data)
    answer = autosave(officer, data | {"security_class": secret}, seq=2)
    assert answer.status_code == 422 and "涉密" in answer.json()["message"] and not rows().exists()
    autosave(officer, data, seq=3)
    answer = send_form(officer, reverse("documents:draft"), data | {"security_class": secret})
    assert answer.status_code == 422 and not rows().exists()
    form = answer.context["form"]  # it comes back with every character, the option explained at its field
    assert (form["title"].value(), form["body"].value()) == (data["title"], BODY)
    assert "改选“公开”或“内部”" in form.errors["security_class"][0] and "id_security_class_error" in shown(answer)
    assert not Document.objects.unguarded("a test looks").exists()


SAVINGS = [
    Case("自动保存", "不是 JSON 的内容", "422，什么也不存", value=b"title=a"),
    Case("自动保存", "空内容", "422，什么也不存", value=b""),
    Case("自动保存", "JSON 数组", "422，什么也不存", value=b"[]"),
    Case("自动保存", "嵌套过深的 JSON", "422，什么也不存", value=b"[" * 100_000),
    Case("自动保存", "没有表单凭据", "422，什么也不存", value={"ticket": None}),
    Case("自动保存", "伪造的表单凭据", "422，什么也不存", value={"ticket": "x:y:z"}),
    Case("自动保存", "凭据含非 ASCII 字符", "422，什么也不存", value={"ticket": "凭据\ud800:a:b"}),
    Case("自动保存", "窗口号过长", "422，什么也不存", value={"tab": "a" * 33}),
    Case("自动保存", "窗口号含 NUL", "422，什么也不存", value={"tab": "a\x00"}),
    Case("自动保存", "序号为负", "422，什么也不存", value={"seq": -1}),
    Case("自动保存", "序号大过数据库的整数", "422，什么也不存", value={"seq": 2**63}),
    Case("自动保存", "字段不是成对的文字", "422，什么也不存", value={"typed": [["body", 3]]}),
    Case("自动保存", "字段不是列表", "422，什么也不存", value={"typed": "body"}),
]


@pytest.mark.parametrize("case", SAVINGS, ids=str)
def test_a_saving_that_is_none_is_a_sentence_and_stores_nothing(officer, units, case):
    sent = {"ticket": filled(officer, units)["form_ticket"], "tab": "a", "seq": 1, "typed": [["body", "字"]]}
    body = case.value if isinstance(case.value, bytes) else json.dumps(sent | case.value).encode()
    answer = officer.post(reverse("units:save_form_draft"), body, content_type="application/json")
    assert answer.status_code == 422 and answer.json()["message"] and not rows().exists()


def test_a_form_in_place_of_what_is_saved_by_itself_is_a_sentence(people):
    """What somebody before the view has read of a form cannot be read as JSON any more."""
    browser = Client(enforce_csrf_checks=False)
    browser.force_login(people["D07:officer"], backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(reverse("units:save_form_draft"), {"title": "关于工作的通知"})
    assert answer.status_code == 422 and answer.json()["message"]


TYPED = [
    Case("自动保存的文字", "二十万字以内的长文", "一字不差", value=LONG),
    Case("自动保存的文字", "NUL 字符", "一字不差（提交时再指出）", value="前\x00后"),
    Case("自动保存的文字", "单个代理码位", "一字不差（提交时再指出）", value="前\ud800后"),
    Case("自动保存的文字", "扩展区汉字、表情", "一字不差", value="𲎯𠮷😀"),
    Case("自动保存的文字", "首尾空白与空行", "一字不差", value="  \n\n　缩进\n "),
    Case(
        "自动保存的文字",
        "标签与引号",
        "一字不差，页面上不成为标签",
        value="</textarea><script>alert(1)</script>\"'&amp;",
    ),
]


@pytest.mark.parametrize("case", TYPED, ids=str)
def test_every_character_comes_back(officer, units, case):
    data = filled(officer, units, body=case.value)
    assert autosave(officer, data).status_code == 200
    row = rows().get()
    assert form_drafts.content_of(row)["body"] == case.value
    if "\ud800" not in case.value:
        page = officer.get(f"{reverse('documents:draft')}?draft={row.uid}")
        assert page.context["form"]["body"].value() == case.value
        assert "<script>alert" not in shown(page)


def test_a_body_beyond_the_limit_is_told(officer, units):
    answer = autosave(officer, filled(officer, units, body="字" * 600_000))
    assert answer.status_code == 413 and not rows().exists()


def test_passwords_and_tokens_are_never_kept(people):
    admin = inside(people["D07:sysadmin"])
    page = admin.get(reverse("units:create_person"))
    data = {
        "form_ticket": page.context["form"].draft.signed,
        "username": "wu",
        "name": "伍",
        "password": "geheim-geheim",
    }
    autosave(admin, data | {"csrfmiddlewaretoken": "t"})
    assert send_form(admin, reverse("units:create_person"), data | {"name": ""}).status_code == 422
    assert rows().count() == 2
    for row in rows():
        assert "geheim" not in row.data and "csrf" not in row.data


def form_on(page, name: str):
    """The form of one act on a document's or batch's page."""
    for one in page.context["panels"]:
        for key in ("acts", "side", "side_acts"):
            for row in one.context.get(key) or ():
                if row["form"].prefix == name:
                    return row["form"]
    raise LookupError(name)


def test_an_opinion_comes_back_on_its_page_though_something_else_was_done_there(people):
    document = brought_to("submit", people)
    reviewer = inside(people["D07:reviewer"])
    form = form_on(reviewer.get(document.get_absolute_url()), "check")
    autosave(reviewer, {"form_ticket": form.draft.signed, "check-note": "拟同意，附件二须换。"})
    page = reviewer.get(document.get_absolute_url())
    assert form_on(page, "check")["note"].value() == "拟同意，附件二须换。" and "已恢复您" in shown(page)
    assert form_on(page, "send_back")["note"].value() is None


def test_uploading_a_file_keeps_what_is_typed_beside_it(people):
    clerk = inside(people["D07:clerk"])
    given = {"unit": people["D07:clerk"].appointments.get().post.unit_id, "sender_name": "市政府", "doc_type": "notice"}
    answer = send_form(
        clerk, reverse("documents:register_outside"), given | {"is_open": "on", "title": "关于防汛工作的通知"}
    )
    page = clerk.get(answer["Location"])
    form = form_on(page, "register")
    day = (timezone.localdate() + timedelta(9)).isoformat()
    typed = {"register-due_on": day, "register-handling_kind": "for_reading", "register-note": "请速办。"}
    autosave(clerk, {"form_ticket": form.draft.signed, **typed})
    uid = Document.objects.unguarded("a test looks").get().uid
    address = reverse("documents:side_act", args=[uid, "attach"])
    assert clerk.post(address, {"attach-file": SimpleUploadedFile("a.txt", "扫描件".encode())}).status_code == 302
    form = form_on(clerk.get(answer["Location"]), "register")
    assert (form["due_on"].value(), form["handling_kind"].value(), form["note"].value()) == (
        day,
        "for_reading",
        "请速办。",
    )


def test_a_draft_on_an_older_version_is_offered_and_not_put_in(officer, people, units):
    document = draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    autosave(officer, filled(officer, units, edit, body="我在甲窗口写的"))
    assert officer.get(edit).context["form"]["body"].value() == "我在甲窗口写的"
    send_form(officer, edit, filled(officer, units, f"{edit}?draft=saved", body="我在乙窗口存的"))
    page = officer.get(edit)
    assert page.context["form"]["body"].value() == "我在乙窗口存的"
    assert [one["beginning"] for one in page.context["form"].draft.others] != []


def test_saving_by_itself_counts_as_activity_and_a_page_that_looks_again_does_not(officer, units):
    data = filled(officer, units)
    session = officer.session
    session[IDLE_KEY] = before = int(timezone.now().timestamp()) - 300
    session.save()
    officer.get(reverse("units:jobs"), headers={"X-Egov-Refresh": "1"})
    assert officer.session[IDLE_KEY] == before
    autosave(officer, data)
    assert officer.session[IDLE_KEY] > before


def test_after_thirty_days_it_goes_and_one_form_keeps_twenty_rows_at_most(officer, people, units):
    for number in range(25):
        autosave(officer, filled(officer, units, body=f"第{number}稿"))
    assert rows().count() == form_drafts.PER_FORM
    rows().update(saved_at=timezone.now() - timedelta(days=29))
    old = rows().first()
    rows().filter(pk=old.pk).update(saved_at=timezone.now() - timedelta(days=31))
    assert "1 份" in upkeep.clear_form_drafts() and rows().count() == form_drafts.PER_FORM - 1


def test_a_ticket_names_a_page_of_ours_and_is_bound_to_its_person(people, units):
    ticket = form_drafts.Ticket(
        people["D07:officer"].pk, "document:draft", "/documents/draft/?reply_to=1", uuid.uuid4(), 3
    )
    assert form_drafts.read(ticket.signed()) == ticket
    assert ticket.address == f"/documents/draft/?reply_to=1&draft={ticket.uid}"
    assert form_drafts.keep(ticket, form_drafts.typed_of([]), by=people["D07:clerk"]) is None


ADDRESSES = [
    Case("地址里的填写编号", "本人打开过的一张", "还是这一张", value="own", wanted=True),
    Case("地址里的填写编号", "他人打开过的一张", "另起一张", value="other", wanted=False),
    Case("地址里的填写编号", "随便一个编号", "另起一张", value=str(uuid.uuid4()), wanted=False),
    Case("地址里的填写编号", "不是编号的文字", "另起一张", value="x\x00y", wanted=False),
]


@pytest.mark.parametrize("case", ADDRESSES, ids=str)
def test_an_address_names_ones_own_form_only(officer, people, case):
    address = reverse("documents:draft")
    who = officer if case.value == "own" else inside(people["D15:officer"])
    given = str(who.get(address).context["form"].draft.ticket.uid)
    asked = given if case.value in ("own", "other") else case.value
    page = officer.get(address, {"draft": asked})
    assert (str(page.context["form"].draft.ticket.uid) == asked) == case.wanted
    assert "http-equiv" not in shown(page)


def test_without_a_script_the_address_names_the_form_at_once(officer):
    page = officer.get(reverse("documents:draft"))
    assert f'content="0; url={page.context["form"].draft.ticket.address}"' in shown(page)

"""Drafts in the browser's ways: Back after saving, two windows, a second click, deleting one's own draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Document
from documents.side_acts import SIDE_ACTS
from tests.cases import Case
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.units.test_form_drafts import BODY, filled, inside, rows, shown
from units import form_drafts
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def documents():
    return Document.objects.unguarded("a test looks")


@pytest.fixture
def officer(people):
    return inside(people["D07:officer"])


def saved(client, units, **fields) -> dict:
    """A form saved as a new draft: what was sent."""
    data = filled(client, units, **fields)
    assert send_form(client, reverse("documents:draft"), data).status_code == 302
    return data


def test_back_after_saving_and_saving_again_makes_no_second_draft(officer, units):
    data = saved(officer, units)
    answer = send_form(officer, reverse("documents:draft"), data)
    assert answer.status_code == 302 and documents().count() == 1
    assert "没有另建一份" in shown(officer.get(answer["Location"]))
    assert documents().get().revisions.count() == 1


def test_back_changed_and_saved_again_changes_the_one_draft(officer, units):
    data = saved(officer, units)
    assert send_form(officer, reverse("documents:draft"), data | {"body": "改过的正文"}).status_code == 302
    assert documents().get().body == "改过的正文"


def test_the_address_of_a_saved_form_leads_to_its_draft(officer, units):
    data = saved(officer, units)
    uid = form_drafts.read(data["form_ticket"]).uid
    answer = officer.get(f"{reverse('documents:draft')}?draft={uid}")
    assert answer["Location"] == reverse("documents:edit", args=[documents().get().uid])


def test_back_after_it_was_changed_elsewhere_shows_both_texts(officer, units):
    data = saved(officer, units)
    edit = reverse("documents:edit", args=[documents().get().uid])
    send_form(officer, edit, filled(officer, units, edit, body="另一窗口的正文"))
    answer = send_form(officer, reverse("documents:draft"), data | {"body": "后退再写的正文"})
    assert answer.status_code == 409
    assert "后退再写的正文" in shown(answer) and "另一窗口的正文" in shown(answer)
    assert documents().get().body == "另一窗口的正文"


def test_back_after_submitting_shows_the_text_and_changes_nothing(officer, people, units):
    data = saved(officer, units)
    take(documents().get(), "submit", people["D07:officer"])
    answer = send_form(officer, reverse("documents:draft"), data | {"body": "送审之后写的"})
    assert answer.status_code == 409 and "送审之后写的" in shown(answer)
    assert documents().count() == 1 and "送审之后写的" not in documents().get().body


def test_a_form_without_a_ticket_still_saves(officer, units):
    data = filled(officer, units)
    del data["form_ticket"]
    for _ in range(2):
        assert send_form(officer, reverse("documents:draft"), data).status_code == 302
    assert documents().count() == 2


def test_back_after_a_registration_makes_no_second_one(people, units):
    clerk = inside(people["D07:clerk"])
    page = clerk.get(reverse("documents:register_outside"))
    data = {
        "form_ticket": page.context["form"].draft.signed, "unit": units["D07"].pk, "sender_name": "市政府办公厅",
        "doc_type": "notice", "title": "关于做好防汛工作的通知", "body": "各区：请做好防汛。", "is_open": "on",
    }  # fmt: skip
    for _ in range(2):
        assert send_form(clerk, reverse("documents:register_outside"), data).status_code == 302
    answer = send_form(clerk, reverse("documents:register_outside"), data | {"title": "关于另一件事的通知"})
    assert answer.status_code == 409 and "关于另一件事的通知" in shown(answer)
    assert documents().count() == 1


WINDOWS = [
    Case("两个窗口", "本人在另一窗口先保存", "称“本人在另一窗口”，不称他人", value="D07:officer"),
    Case("两个窗口", "转办后由他人先保存", "称“他人”", value="D07:clerk"),
]


@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_who_saved_first_is_called_what_he_is(officer, people, units, case):
    document = draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    mine = filled(officer, units, edit, body="我的正文")
    if case.value == "D07:officer":
        send_form(officer, edit, filled(officer, units, edit, body="先存的正文"))
    else:
        documents().filter(pk=document.pk).update(held_by=people[case.value])
        other = inside(people[case.value])
        assert send_form(other, edit, filled(other, units, edit, body="先存的正文")).status_code == 302
        documents().filter(pk=document.pk).update(held_by=None)
    answer = send_form(officer, edit, mine)
    assert answer.status_code == 409 and "我的正文" in shown(answer) and "先存的正文" in shown(answer)
    assert ("本人在另一窗口" in shown(answer)) == (case.value == "D07:officer")
    assert ("他人" in shown(answer)) == (case.value != "D07:officer")
    assert "在您打开此页后有变动" in shown(answer)
    assert (f"{people['D07:clerk'].name} 修改" in shown(answer)) == (case.value != "D07:officer")


def test_after_a_conflict_one_goes_on_with_ones_own_text_and_may_save_it(officer, people, units):
    document = draft(people)
    edit = reverse("documents:edit", args=[document.uid])
    mine = filled(officer, units, edit, body="我的正文")
    send_form(officer, edit, filled(officer, units, edit, body="先存的正文"))
    answer = send_form(officer, edit, mine)
    address = answer.context["mine"]
    page = officer.get(address)
    assert page.context["form"]["body"].value() == "我的正文"
    again = filled(officer, units, address, body="我的正文和先存的正文")
    assert send_form(officer, edit, again).status_code == 302
    document.refresh_from_db()
    assert document.body == "我的正文和先存的正文" and not rows().exists()


def test_another_window_of_ones_own_is_called_so_at_a_step_too(people):
    document = draft(people)
    officer = inside(people["D07:officer"])
    old = str(document.version)
    officer.post(reverse("documents:side_act", args=[document.uid, "attach"]), {"attach-file": a_file()})
    address = reverse("documents:act", args=[document.uid, "submit"])
    answer = send_form(officer, address, {"version": old})
    assert answer.status_code == 409 and "本人在另一窗口" in shown(answer)


def a_file():
    return SimpleUploadedFile("附件.txt", "内容".encode())


def test_a_draft_of_ones_own_is_deleted_and_out_of_everybodys_sight(officer, people):
    document = draft(people)
    page = shown(officer.get(document.get_absolute_url()))
    assert "删除草稿" in page
    answer = send_form(officer, reverse("documents:act", args=[document.uid, "delete"]), {"version": "1"})
    assert answer.status_code == 302
    document.refresh_from_db()
    assert document.state == "voided" and document.hidden_at is not None
    assert not Task.objects.of(document).open().exists()
    for post in ("D07:officer", "D07:clerk", "D07:leader", "D07:archivist"):
        assert inside(people[post]).get(document.get_absolute_url()).status_code == 404
    assert AuditEvent.objects.of(document).filter(verb="delete", actor=people["D07:officer"]).exists()


DELETING = [
    Case("删除草稿", "送审后退回的草稿", "不能删除，只能作废并写明理由", value="send_back"),
    Case("删除草稿", "送审后自己撤回的草稿", "不能删除，只能作废并写明理由", value="withdraw"),
]


@pytest.mark.parametrize("case", DELETING, ids=str)
def test_what_was_ever_submitted_is_not_deleted(officer, people, case):
    document = brought_to("submit", people)
    by = people["D07:reviewer" if case.value == "send_back" else "D07:officer"]
    take(document, case.value, by, note="请补充附件。")
    page = shown(officer.get(document.get_absolute_url()))
    assert "删除草稿" not in page and "作废" in page
    with pytest.raises(Refused):
        take(document, "delete", people["D07:officer"])
    document.refresh_from_db()
    assert document.state == "drafting" and document.hidden_at is None


def test_nobody_deletes_the_draft_of_another(people):
    document = draft(people)
    for post in ("D07:clerk", "D07:leader", "D09:officer"):
        with pytest.raises(Refused):
            take(document, "delete", people[post])


ON_TOP = [
    Case(
        "错误在最上面", "退回未写意见", "页首列出，并得到焦点", value=("submit", "D07:reviewer", "act", "send_back", {})
    ),
    Case("错误在最上面", "附件未选文件", "页首列出，并得到焦点", value=("", "D07:officer", "side_act", "attach", {})),
    Case(
        "错误在最上面",
        "收回未写理由",
        "页首列出，并得到焦点",
        value=("dispatch", "D07:clerk", "side_act", "recall", {}),
    ),
    Case(
        "错误在最上面",
        "公开未填主题",
        "页首列出，并得到焦点",
        value=("dispatch", "D07:clerk", "side_act", "publish", {}),
    ),
    Case("错误在最上面", "无正文送审", "页首列出，并得到焦点", value=("", "D07:officer", "act", "submit", {})),
]


@pytest.mark.parametrize("case", ON_TOP, ids=str)
def test_errors_of_a_panel_stand_before_everything_else_and_have_the_focus(people, case):
    last, who, route, name, data = case.value
    document = brought_to(last, people) if last else draft(people, body="")
    if name == "publish":
        documents().filter(pk=document.pk).update(disclosure_attr="proactive")
    answer = send_form(inside(people[who]), reverse(f"documents:{route}", args=[document.uid, name]), data)
    page = shown(answer)
    assert answer.status_code == 422
    assert page.index('class="summary" role="alert" tabindex="-1" autofocus') < page.index('class="desk"')


ADDRESSES = [
    Case("过长的地址", "检索词一万字", "414，本系统的页面", value="/search/?q=" + "a" * 10_000),
    Case("过长的地址", "一千个以上参数", "4xx，本系统的页面", value="/waiting/?" + "a&" * 1200),
    Case("过长的地址", "路径一万字", "414，本系统的页面", value="/documents/" + "a" * 10_000),
    Case("过长的地址", "公众查询检索词一万字", "414，本系统的页面", value="/portal/search/?q=" + "%E5%AD%97" * 1200),
]


@pytest.mark.parametrize("case", ADDRESSES, ids=str)
def test_an_address_that_is_too_long_gets_our_page(officer, case):
    answer = officer.get(case.value)
    assert answer.status_code in (404, 414) and "返回首页" in shown(answer)


def test_a_registration_text_is_the_drafts_own_length(officer, units):
    data = saved(officer, units, body=BODY * 50)
    assert documents().get().body == data["body"].strip()


def test_the_page_of_a_form_needs_no_script(officer, units):
    page = shown(officer.get(reverse("documents:draft")))
    assert "onclick" not in page and "<script>" not in page and 'name="form_ticket"' in page
    assert Client().get("/static/js/drafts.js").status_code in (200, 404)


def test_a_conflict_names_what_was_done_since_by_whom_and_in_its_own_word(people):
    """Not what was done before the page was opened, and 撤回 is called 撤回."""
    document = brought_to("submit", people)
    document.refresh_from_db()
    act = SIDE_ACTS.get("urge")
    SIDE_ACTS.perform(act, document, by=people["D07:clerk"], note="请抓紧。", given=act.input())  # leaves the version
    old = str(document.version)
    take(document, "withdraw", people["D07:officer"], "改稿。")
    take(document, "submit", people["D07:officer"])
    reviewer = inside(people["D07:reviewer"])
    answer = send_form(reviewer, reverse("documents:act", args=[document.uid, "check"]), {"version": old})
    said = " ".join(shown(answer).split())
    assert answer.status_code == 409 and "修改，请核对" not in said and "催办；" not in said
    name = people["D07:officer"].name
    assert f"{name} 撤回；" in said and f"{name} 送审。请核对后再办理。" in said

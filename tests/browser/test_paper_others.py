"""The other papers of every day in a browser: 会议回执, 传真 with its scan, 补录, 函 纪要 命令, 更正重发, 值班, 督办."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from documents.models import Document, DutyDay, MeetingReply, PaperOpinion
from tests import awkward
from tests.browser.helpers import choose, enter, faults, send, tab_to
from tests.browser.test_one_document import press
from tests.documents.exchanged import at, mended
from tests.made import brought_to, registered, take
from units.calendar import WorkingCalendar
from units.models import Unit

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}


def rows():
    return Document.objects.unguarded("a test looks")


def unfold(page, label: str) -> None:
    page.locator("summary", has_text=re.compile(f"^\\s*{label}\\s*$")).first.click()


def is_sound(page) -> None:
    """axe finds nothing, and nothing is scrolled sideways, on a phone neither."""
    assert faults(page) == [] and page.evaluate(SIDEWAYS)
    page.set_viewport_size(PHONE)
    assert page.evaluate(SIDEWAYS)
    page.set_viewport_size(DESKTOP)


def day(number: int) -> str:
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def working_day(ahead: int) -> str:
    """The first day on which work is done, `ahead` days from now or later: a day off is asked about."""
    calendar = WorkingCalendar()
    later = (timezone.localdate() + timedelta(days=number) for number in range(ahead, ahead + 20))
    return next(one for one in later if calendar.is_working(one)).isoformat()


def answer_by_keyboard(page) -> None:
    tab_to(page, "answer-attends", tag="INPUT")
    page.keyboard.press("Space")
    for name, text in (("name_1", "甲"), ("post_1", "科长"), ("phone_1", "62510001")):
        tab_to(page, f"answer-{name}", tag="INPUT")
        page.keyboard.type(text)
    tab_to(page, "填报回执", tag="BUTTON")
    enter(page)


def test_a_meeting_notice_is_answered_by_each_unit_and_the_answers_are_counted(sign_in, people, picture):
    notice = brought_to("dispatch", people, to=("D09", "D15", "D30"), title="关于召开档案工作会议的通知")
    clerk = sign_in(people["D07:clerk"])
    clerk.goto(notice.get_absolute_url())
    unfold(clerk, "要求回执")
    clerk.locator("#id_ask_replies-due_on").fill(working_day(3))
    clerk.locator("#id_ask_replies-most").fill("2")
    send(clerk.get_by_role("button", name="要求回执"))
    for unit in ("D09", "D15"):
        take(at(notice, unit), "sign_for", people[f"{unit}:clerk"])
    receiver = sign_in(people["D09:clerk"])
    receiver.goto("/waiting/")
    assert "填报回执" in receiver.locator("main").inner_text()
    receiver.goto(at(notice, "D09").get_absolute_url())
    picture(receiver, "paper-reply-form")
    answer_by_keyboard(receiver)
    assert "参加：甲（科长，62510001）" in receiver.locator("#reply").inner_text()
    is_sound(receiver)
    other = sign_in(people["D15:clerk"])
    other.goto(at(notice, "D15").get_absolute_url())
    other.locator("#reply").get_by_label("不参加", exact=True).check()
    other.get_by_label("不参加的原因").fill("当日有执法检查")
    send(other.get_by_role("button", name="填报回执"))
    clerk.goto(f"{notice.get_absolute_url()}?replies=waiting")
    table = clerk.locator("#replies")
    assert "已报 2/3 · 未报 1 · 参加 1 个单位 1 人 · 请假 1 个单位" in " ".join(table.inner_text().split())
    assert "区档案局" in table.locator("tbody tr").first.inner_text()  # unanswered first
    with clerk.expect_download() as download:
        table.get_by_role("link", name="导出 Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert [row[2].value for row in book.iter_rows(min_row=3)] == ["参加", "请假", "未报"]
    is_sound(clerk)
    picture(clerk, "paper-replies")
    clerk.emulate_media(media="print")
    expect(clerk.locator("nav").first).not_to_be_visible()
    expect(clerk.locator("#replies")).to_be_visible()
    assert MeetingReply.objects.count() == 2


def test_a_fax_is_registered_with_its_scan_which_is_read_on_the_page(sign_in, people, picture, tmp_path):
    page = sign_in(people["D09:clerk"])
    page.goto("/documents/register/")
    page.get_by_role("navigation", name="来文种类").get_by_role("link", name="传真").click()
    page.get_by_label("标题", exact=True).fill("关于防汛值守的通知")
    page.get_by_label("来文单位", exact=True).fill("上海市某机关")
    page.get_by_label("对方传真号").fill("63210000")
    page.get_by_label("本件不涉密").check()
    is_sound(page)
    picture(page, "paper-fax")
    send(page.get_by_role("button", name="签收并保存"))
    (tmp_path / "来文.png").write_bytes(awkward.png())
    page.locator("#id_attach-file").set_input_files(tmp_path / "来文.png")
    page.get_by_label("这是来文正文").check()
    send(page.get_by_role("button", name="添加附件"))
    scan = page.locator("#layout img").first
    scan.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => { const one = document.querySelector('#layout img'); return one && one.naturalWidth; }"
    )
    page.get_by_label("阅件", exact=True).check()
    press(page, "登记")
    text = page.locator("main").inner_text()
    assert "来文种类" in text and "传真" in text and "63210000" in text
    picture(page, "paper-scan")
    page.goto("/documents/register/?as=telephone")
    is_sound(page)
    picture(page, "paper-telephone")


def test_an_opinion_given_on_paper_is_entered_and_the_leader_told(sign_in, people, picture, tmp_path):
    document = brought_to("check", people)
    page = sign_in(people["D07:clerk"])
    page.goto(document.get_absolute_url())
    unfold(page, "补录意见")
    box, now = page.locator("#act-enter_opinion"), timezone.localtime()
    box.get_by_label("纸质", exact=True).check()
    box.get_by_label("同意签发", exact=True).check()
    box.get_by_label("签批日期").fill(now.date().isoformat())
    box.get_by_label("签批时间").fill(f"{now:%H:%M}")
    box.get_by_label("意见", exact=True).fill("同意发文。")
    (tmp_path / "签批件.png").write_bytes(awkward.png())
    box.locator("input[type=file]").set_input_files(tmp_path / "签批件.png")
    is_sound(page)
    picture(page, "paper-enter")
    send(box.get_by_role("button", name="补录意见"))
    name = f"{people['D07:leader'].name}（纸质签批，{people['D07:clerk'].name}补录）"
    assert name in page.locator("main").inner_text() and "已签发" in page.locator("main").inner_text()
    page.get_by_role("link", name="办理记录").click()
    assert name in page.locator("main").inner_text()
    leader = sign_in(people["D07:leader"])
    leader.goto(document.get_absolute_url())
    assert "补录了您的签发意见" in leader.locator("main").inner_text()
    is_sound(leader)
    picture(leader, "paper-entered")
    assert PaperOpinion.objects.get().entered_by == people["D07:clerk"]


KINDS = (
    ("letter", "关于商请提供资料的函", "函", "长信函"),
    ("minutes", "区信息委主任办公会议纪要", "纪要", "长信纪要"),
    ("order", "长宁区信息化管理办法施行令", "命令", "长信令"),
)


def draft(page, units, kind: str, title: str) -> None:
    page.goto("/documents/draft/")
    page.get_by_label("标题", exact=True).fill(title)
    page.get_by_label("文种").select_option(kind)
    choose(page, "主送单位", units["D09"].short_name)
    page.get_by_label(re.compile(r"^\s*正文")).fill("现将有关事项予以明确。\n一、统一思想。\n二、抓好落实。")
    send(page.get_by_role("button", name="保存草稿"))
    press(page, "送审")


def test_letter_minutes_and_order_go_from_draft_to_dispatch_by_screen(sign_in, people, units, picture):
    Unit.objects.filter(code="D07").update(rank=1)  # only a government issues an order
    officer = sign_in(people["D07:officer"])
    for kind, title, _, _ in KINDS:
        draft(officer, units, kind, title)
    acts = (
        ("reviewer", ("核稿",)), ("leader", ("签发",)), ("clerk", ("编号", "校对")), ("seal_keeper", ("用印",)),
        ("clerk", ("分发",)),
    )  # fmt: skip
    for post, labels in acts:
        page = sign_in(people[f"D07:{post}"])
        for kind, title, _, _ in KINDS:
            page.goto(rows().get(title=title, direction="outgoing").get_absolute_url())
            for label in labels:
                if (kind, label) != ("minutes", "用印"):  # 纪要 bears no seal
                    press(page, label)
        sign_in.leave(page)
    for kind, title, _, prefix in KINDS:
        sent = rows().get(title=title, direction="outgoing")
        assert sent.state == "dispatched" and sent.doc_number.startswith(f"{prefix}〔")
        assert (sent.sealed_at is None) == (kind == "minutes") and at(sent, "D09").state == "delivered"
        officer.goto(sent.get_absolute_url())
        assert officer.locator(".layout svg").count()
        picture(officer, f"paper-{kind}", phone=False)


def test_a_faulty_document_is_replaced_and_the_receiver_confirms_what_became_of_the_original(sign_in, people, picture):
    wrong = brought_to("dispatch", people)
    take(at(wrong, "D09"), "sign_for", people["D09:clerk"])
    page = sign_in(people["D07:clerk"])
    page.goto(wrong.get_absolute_url())
    unfold(page, "更正重发")
    page.locator("#id_correct-note").fill("附件名称有误")
    send(page.get_by_role("button", name="更正重发", exact=True))
    right = mended(rows().get(corrects=wrong), by=people["D07:clerk"])
    page.goto(right.get_absolute_url())
    press(page, "送审")
    for step, post in (("check", "reviewer"), ("approve", "leader"), ("number", "clerk"), ("proofread", "clerk")):
        take(right, step, people[f"D07:{post}"], note="同意。")
    take(right, "seal", people["D07:seal_keeper"])
    page.reload()
    press(page, "分发")
    right.refresh_from_db()
    assert right.doc_number == rows().get(pk=wrong.pk).doc_number
    receiver = sign_in(people["D09:clerk"])
    receiver.goto(at(wrong, "D09").get_absolute_url())
    assert "更正件已到，原件作废" in receiver.locator("main").inner_text()
    receiver.get_by_label("已退回原件", exact=True).check()
    send(receiver.get_by_role("button", name="原件退回或销毁确认"))
    assert "已退回原件" in receiver.locator("main").inner_text()
    picture(receiver, "paper-corrected", phone=False)


def test_a_roster_is_kept_and_a_document_is_put_under_supervision(sign_in, people, picture):
    page = sign_in(people["D09:clerk"])
    page.get_by_role("link", name="值班", exact=True).click()
    unfold(page, "排班")
    page.locator("#id_day").fill(day(0))
    page.locator("#id_until").fill(day(2))
    page.locator("#id_person").select_option(label=people["D09:officer"].name)
    page.get_by_label("值班电话").fill("62510000")
    send(page.get_by_role("button", name="排班"))
    assert DutyDay.objects.count() == 3
    is_sound(page)
    picture(page, "paper-roster")
    delivery = registered(people, kind="for_action")
    page.goto(delivery.get_absolute_url())
    unfold(page, "督办")
    page.locator("#id_supervise-note").fill("请按时报送整改情况。")
    page.locator("#id_supervise-due_on").fill(working_day(9))
    send(page.get_by_role("button", name="督办", exact=True))
    page.goto("/documents/supervised/")
    assert "请按时报送整改情况。" in page.locator("main").inner_text()
    is_sound(page)
    picture(page, "paper-supervised")
    page.goto(delivery.get_absolute_url())
    is_sound(page)
    picture(page, "paper-supervised-document")

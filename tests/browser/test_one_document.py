"""Six people, one document, from draft to the citizen's search result, in a real browser; a picture at each step.

People: 承办人 and 领导 of D07 (with its 核稿人, 文书 and 监印人), 文书 of D09, 档案员 of D07, 接收 and 开放审核 of the archive.
"""

import re

import pytest
from playwright.sync_api import expect

from archive.models import Record
from documents.models import Document
from tests.browser.helpers import choose, send, work
from tests.opened import EARLY, brought, enlisted, heard, judged
from tests.transfer.stock import accompanied, looked_at, signed
from transfer.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
TITLE = "关于推进社区电子公文与档案一体化工作的通知"
SENTENCE = "推广应用电子公文交换平台，做到随办随归"
BODY = f"区民政局：\n为提高办文效率，现通知如下。\n一、{SENTENCE}。\n二、按期移交，确保安全。\n特此通知。"


def press(page, label: str) -> None:
    """The act `label`: unfolded first when it is not the one that waits."""
    folded = page.locator(".acts details:not([open]) > summary", has_text=label)
    if folded.count():
        folded.first.click()
    send(page.locator(".acts").get_by_role("button", name=label, exact=True).first)
    page.wait_for_load_state()


def open_task(page, title: str) -> None:
    page.goto("/waiting/")
    page.get_by_role("link", name=title).first.click()


def draft(page, units, picture) -> None:
    page.get_by_role("link", name="拟稿", exact=True).click()
    picture(page, "01-draft-form")
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.get_by_label("公开属性").select_option("proactive")
    choose(page, "主送单位", units["D09"].short_name)
    page.get_by_label(re.compile(r"^\s*正文")).fill(BODY)
    send(page.get_by_role("button", name="保存草稿"))
    picture(page, "02-draft-page")
    press(page, "送审")


def issue(sign_in, people, picture) -> None:
    for post, label, note in (
        ("reviewer", "核稿", "内容完整，拟同意送签。"),
        ("leader", "签发", "同意发文。"),
        ("clerk", "编号", ""),
        ("clerk", "校对", ""),
        ("seal_keeper", "用印", ""),
        ("clerk", "分发", ""),
    ):
        page = sign_in(people[f"D07:{post}"])
        picture(page, f"03-waiting-{post}")
        open_task(page, TITLE)
        if note:
            page.locator(".acts textarea").first.fill(note)
        press(page, label)
        picture(page, f"04-after-{label}")
        sign_in.leave(page)


def receive(sign_in, people, picture) -> None:
    page = sign_in(people["D09:clerk"])
    open_task(page, TITLE)
    press(page, "签收")
    page.get_by_label("阅件").check()
    press(page, "登记")
    picture(page, "05-registered")
    press(page, "办结")
    picture(page, "06-completed-at-receiver")
    sign_in.leave(page)


def transfer(sign_in, people, picture) -> None:
    page = sign_in(people["D07:archivist"])
    page.get_by_role("link", name="归档文件", exact=True).click()
    picture(page, "07-filed-list")
    page.get_by_role("link", name=TITLE).click()
    picture(page, "08-record")
    page.goto("/batches/new/")
    page.get_by_label("交接工作名称").fill("2026年度文书档案移交")
    send(page.get_by_role("button", name="编制移交清单"))
    accompanied(Batch.objects.unguarded("a test acts").get(), people["D07:archivist"])
    page.reload()
    press(page, "检测移交信息包")
    picture(page, "09-packaging")
    work()
    leader = sign_in(people["D07:leader"])
    open_task(leader, "2026年度文书档案移交")
    press(leader, "批准移交")
    page.reload()
    press(page, "提交区档案馆")
    work()
    archive = sign_in(people["D30:accessioner"])
    open_task(archive, "2026年度文书档案移交")
    picture(archive, "10-accession")
    looked_at(Batch.objects.unguarded("a test acts").get(), people)
    press(archive, "办理交接手续")
    signed(Batch.objects.unguarded("a test acts").for_detail().get(), people)
    archive.reload()
    press(archive, "接收")
    picture(archive, "11-accepted")


def test_one_document_from_draft_to_the_citizen(sign_in, people, units, picture, page, live_server):
    draft(sign_in(people["D07:officer"]), units, picture)
    issue(sign_in, people, picture)
    receive(sign_in, people, picture)
    clerk = sign_in(people["D07:clerk"])
    sent = Document.objects.unguarded("a test looks").get(direction="outgoing")
    clerk.goto(sent.get_absolute_url())
    picture(clerk, "06-dispatch-receipts")
    clerk.locator(".acts").get_by_label("保管期限").first.select_option("Y")
    press(clerk, "办结")
    transfer(sign_in, people, picture)
    assert Batch.objects.unguarded("a test looks").get().state == "accepted"

    record = Record.objects.unguarded("a test looks").get(document=sent)
    brought(judged(heard(enlisted(people, [record]), people), people, given=EARLY), people)
    record.refresh_from_db()
    assert record.access_status == "open"

    page.goto(f"{live_server.url}/portal/")
    picture(page, "14-portal-home")
    page.get_by_label("检索开放档案").fill("做到随办随归")
    send(page.get_by_role("button", name="检索"))
    picture(page, "15-portal-results")
    page.get_by_role("link", name=TITLE).click()
    picture(page, "16-portal-record")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_a_closed_record_is_not_found(page, live_server, people):
    page.goto(f"{live_server.url}/portal/search/?q=做到随办随归")
    expect(page.get_by_text("没有找到")).to_be_visible()

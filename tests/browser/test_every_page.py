"""Every page that the other browser tests do not pass: a picture at both widths, no fault for axe, nothing sideways."""

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from documents import current
from documents.models import Document
from documents.states import Disclosure
from tests.browser.helpers import faults, send
from tests.made import accessioned, brought_to, closed, decided, draft, registered, take
from tests.transfer.stock import inspecting, made, stocked, taken_over
from tests.transfer.test_page import failing
from transfer.actions import start_packaging
from transfer.background import package_batch
from transfer.models import Batch, Copy
from units.administrators import propose_dismissal
from units.delegations import delegate
from units.models import Appointment, Post, User
from units.people import appoint

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def look(picture):
    """`look(page, name, path)`: opened, pictured, and without fault at both widths."""

    def at(page, name: str, path: str = "", status: int = 200) -> None:
        if path:
            assert page.goto(path).status == status, path
        picture(page, name)
        assert faults(page) == [], name
        assert page.evaluate(NARROW), name

    return at


def test_pages_of_a_clerk(sign_in, people, look):
    brought_to("seal", people)
    brought_to("dispatch", people, title="关于报送年度统计数据的通知", to=("D09", "D15"))
    reading = registered(people, title="关于转发有关文件的通知")
    take(reading, "complete", people["D09:clerk"])
    page = sign_in(people["D07:clerk"])
    sent = Document.objects.unguarded("a test looks").filter(direction="outgoing").first()
    for name, path in (
        ("40-handled", "/handled/"),
        ("41-under-way", "/under-way/"),
        ("42-completed", "/completed/"),
        ("43-register", "/documents/register/"),
        ("44-current", "/documents/current/"),
        ("45-jobs", "/jobs/"),
        ("46-password", "/password/"),
        (
            "47-trail",
            f"{sent.get_absolute_url()}trail/",
        ),
    ):
        look(page, name, path)
    look(sign_in(people["D09:clerk"]), "48-incoming", reading.get_absolute_url())


def test_pages_of_a_transfer(sign_in, people, look):
    batch = inspecting(people, 30)
    stocked(people, 5, year=2017, first=100)
    archivist = sign_in(people["D07:archivist"])
    for name, path in (
        ("50-batches", "/batches/"), ("51-new-batch", "/batches/new/"), ("52-batch", batch.get_absolute_url()),
        ("53-import", "/records/import/"), ("54-filed", "/records/"), ("55-search", "/records/search/?q=号事项"),
    ):  # fmt: skip
        look(archivist, name, path)
    archive = sign_in(people["D30:accessioner"])
    look(archive, "56-accessions", "/accessions/")
    archive.goto(batch.get_absolute_url())
    archive.locator("td details summary").first.click()
    archive.get_by_label("理由").first.fill("题名与正文不符")
    send(archive.locator("td details[open] button").first)
    look(archive, "57-accession-with-a-return")
    look(sign_in(people["D30:appraiser"]), "58-opening", "/records/opening/")
    assert Batch.objects.unguarded("a test looks").get().items.filter(verdict="returned").count() == 1


def test_pages_of_a_transfer_at_its_moments(sign_in, people, look):
    """The batch page as the unit's archivist, its leader and the archive's accessioner meet it, with their acts."""
    batch = failing(people)
    accessioner = sign_in(people["D30:accessioner"])
    look(accessioner, "59-a-failing-record", batch.get_absolute_url())
    send(accessioner.get_by_role("button", name="不合格件标为退回"))
    expect(accessioner.get_by_text("不合格件已标为退回，共 1 件。")).to_be_visible()
    taken_over(Batch.objects.unguarded("a test acts").for_detail().get(), people)
    Copy.objects.of_holdings(batch).update(state="damaged", found="应为 1024 字节，实有 1000 字节。")
    accessioner.reload()
    accessioner.locator("summary", has_text="核销损坏包").click()
    look(accessioner, "59-a-damaged-package")

    stocked(people, 3, year=2017)
    making = made(people, first_year=2017)
    archivist = sign_in(people["D07:archivist"])
    look(archivist, "59-a-draft", making.get_absolute_url())
    archivist.locator("summary", has_text="选入档案").click()
    archivist.get_by_label("档号").fill("X043·WS·2017-Y-BGS-9999")
    send(archivist.get_by_role("button", name="选入档案"))
    look(archivist, "59-a-code-that-does-not-fit")
    assert archivist.get_by_label("档号").input_value() == "X043·WS·2017-Y-BGS-9999"
    package_batch(start_packaging(making, by=people["D07:archivist"]), str(making.uid))
    look(sign_in(people["D07:leader"]), "59-the-leaders-batch", making.get_absolute_url())


def test_pages_of_what_is_public(sign_in, people, look, page, live_server):
    """A current document, its acts with a refused one, a closed record, and what a citizen sees of each."""
    sent = brought_to("dispatch", people, title="关于规范公文办理的通知", disclosure_attr=Disclosure.PROACTIVE)
    offered = current.publish(sent, by=people["D07:clerk"], topic="综合政务", summary="规范电子公文办理")
    today = sent.document_date
    given = current.Abolition(today, "长信〔2026〕9号")
    current.VALIDITY.perform("abolish", offered, by=people["D07:clerk"], note="已有新规定", given=given)
    look(page, "80-portal-abolished", f"{live_server.url}/portal/current/{offered.uid}/")
    clerk = sign_in(people["D07:clerk"])
    look(clerk, "81-current-list", "/documents/current/")
    look(clerk, "82-current-page", f"{offered.get_absolute_url()}?on={today}")
    clerk.locator("summary", has_text="撤下").click()
    clerk.locator("details[open] form").evaluate("form => { form.noValidate = true; }")
    send(clerk.locator("details[open] button"))
    look(clerk, "83-current-reason-missing")
    expect(clerk.get_by_text("不能为空").first).to_be_visible()
    current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
    look(clerk, "84-current-withdrawn", offered.get_absolute_url())
    look(page, "85-portal-withdrawn", f"{live_server.url}/portal/current/{offered.uid}/", status=410)
    record = closed(decided(accessioned(people), "open", people), people)
    appraiser = sign_in(people["D30:appraiser"])
    look(appraiser, "86-record-opening", record.get_absolute_url())
    look(appraiser, "87-opening-list", "/records/opening/?list=postponed")
    expect(appraiser.get_by_role("link", name=record.title)).to_be_visible()


def test_pages_of_administrators(sign_in, people, look):
    look(sign_in(people["D07:sysadmin"]), "60-new-person", "/people/new/")
    look(sign_in(people["D07:secadmin"]), "61-appoint", "/people/?unit=D07")


def test_the_parts(sign_in, people, look, settings):
    settings.DEBUG = True
    look(sign_in(people["D07:clerk"]), "62-components", "/components/")


def test_pages_of_errors(sign_in, people, look, settings, page, live_server):
    page.goto(f"{live_server.url}/sign-in/")
    page.context.clear_cookies()
    page.get_by_label("用户名").fill("x")
    page.get_by_label("密码").fill("x")
    send(page.get_by_role("button", name="登录"))
    look(page, "70-403")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look(page, "71-404-portal", f"{live_server.url}/portal/nothing/", status=404)
    settings.ROOT_URLCONF = "tests.browser.failing_urls"
    look(page, "72-500", f"{live_server.url}/fails/", status=500)


def test_pages_of_refusals(sign_in, people, look, settings, tmp_path):
    document = draft(people)
    page, other = sign_in(people["D07:officer"]), sign_in(people["D07:officer"])
    for one, title in ((page, "关于甲事项的通知"), (other, "关于乙事项的通知")):
        one.goto(f"{document.get_absolute_url()}edit/")
        one.get_by_label("标题", exact=True).fill(title)
    for one in (page, other):
        send(one.get_by_role("button", name="保存草稿"))
    look(other, "73-409-two-versions")
    expect(other.get_by_text("关于甲事项的通知").first).to_be_visible()

    page.goto(f"{document.get_absolute_url()}edit/")
    with transaction.atomic():
        Document.objects.unguarded("a test looks").select_for_update().get(pk=document.pk)
        send(page.get_by_role("button", name="保存草稿"))
    look(page, "74-409-somebody-else")
    expect(page.get_by_text("另一人正在办理")).to_be_visible()

    settings.EGOV_UPLOAD_BYTES = 1000
    (tmp_path / "附件.txt").write_text("长" * 800_000, encoding="utf-8")
    page.goto(document.get_absolute_url())
    page.locator("input[type=file]").first.set_input_files(tmp_path / "附件.txt")
    send(page.locator("form:has(input[type=file]) button").first)
    look(page, "75-413")
    expect(page.get_by_text("文件过大").first).to_be_visible()


def test_pages_of_people_and_posts(sign_in, people, look):
    """人员, 免去 with what is open, 转办, 三员变更, 我的代理, and the initial password."""
    draft(people)
    brought_to("submit", people, title="关于待核事项的通知")
    today = timezone.localdate()
    leader = Post.objects.select_related("unit").get(unit__code="D07", kind="leader")
    delegate(
        people["D07:leader"], people["D07:archivist"], leader, by=people["D07:leader"], starts_on=today, ends_on=today,
        reason="出差",
    )  # fmt: skip
    successor = User.objects.create(username="successor", name="继任者")
    appoint(successor, Post.objects.get(kind="auditor"), by=people["D07:secadmin"])
    auditor = Appointment.objects.select_related("user", "post__unit").get(user=people["D07:auditor"])
    propose_dismissal(auditor, by=people["D07:sysadmin"], reason="轮岗")
    officer = Appointment.objects.get(user=people["D07:officer"])
    page = sign_in(people["D07:secadmin"])
    look(page, "80-people", "/people/?unit=D07")
    look(page, "81-dismiss", f"/people/dismiss/{officer.pk}/")
    page.get_by_label("理由").fill("轮岗")
    page.evaluate("document.querySelector('main form').noValidate = true")
    send(page.get_by_role("button", name="免去"))
    look(page, "82-dismiss-unchosen")
    look(page, "83-administrators", "/administrators/")
    page = sign_in(people["D07:clerk"])
    look(page, "84-hand-over", "/hand-over/")
    look(page, "85-hand-over-tasks", f"/hand-over/?unit=D07&from=person:{people['D07:officer'].pk}")
    look(page, "86-deputies", "/deputies/")
    User.objects.filter(pk=people["D15:clerk"].pk).update(must_change_password=True)
    page = sign_in(people["D15:clerk"])
    look(page, "87-initial-password")

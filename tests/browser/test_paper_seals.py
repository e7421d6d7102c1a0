"""Issue 13: sealed by keyboard with the sheet in sight, checked by a receiver; three units issue with three seals."""

import pytest

from documents import pages
from files.store import path_of
from tests.browser.helpers import choose, enter, faults, send, tab_to
from tests.documents.test_joint_issue import joint
from tests.made import brought_to, take

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def main_of(page) -> str:
    return page.locator("main").inner_text()


def sealed_by_keyboard(page) -> None:
    assert (
        "居中下压区信息委署名" in main_of(page)
        and page.locator("#seal-place svg image, #seal-place svg circle").count()
    )
    tab_to(page, "用印", tag="BUTTON")
    enter(page)
    assert "已用印" in main_of(page)


def checked_by_upload(page, data: bytes, picture) -> None:
    page.goto("/documents/seals/check/")
    page.get_by_label("PDF 文件").set_input_files({"name": "来件.pdf", "mimeType": "application/pdf", "buffer": data})
    send(page.get_by_role("button", name="验章"))
    assert "印章有效" in main_of(page) and "完全相同" in main_of(page) and faults(page) == []
    picture(page, "seals-checked")
    broken = {"name": "来件.pdf", "mimeType": "application/pdf", "buffer": data.replace(b"endobj", b"endobk", 1)}
    page.get_by_label("PDF 文件").set_input_files(broken)
    send(page.get_by_role("button", name="验章"))
    assert "文件在用印后被改动" in main_of(page)


def test_sealed_with_the_sheet_in_sight_and_checked_by_a_receiver(sign_in, people, picture):
    document = brought_to("proofread", people)
    keeper = sign_in(people["D07:seal_keeper"])
    keeper.goto(document.get_absolute_url())
    assert faults(keeper) == []
    picture(keeper, "seals-place")
    sealed_by_keyboard(keeper)
    keeper.goto("/documents/seals/")
    assert "样章" in main_of(keeper) and faults(keeper) == []
    picture(keeper, "seals-book")
    take(document, "dispatch", people["D07:clerk"])
    delivery = document.deliveries.unguarded("a test looks").get()
    receiver = sign_in(people["D09:clerk"])
    receiver.goto(delivery.get_absolute_url())
    assert "印章有效" in receiver.locator("#seals").inner_text() and faults(receiver) == []
    assert receiver.locator(".layout svg image").count()  # the seal is on the page that the receiver sees
    picture(receiver, "seals-received")
    checked_by_upload(receiver, path_of(pages.page_of(document).stored_file).read_bytes(), picture)


def test_three_units_issue_together_with_three_seals(sign_in, people, units, picture):
    drafter = sign_in(people["D07:officer"])
    drafter.goto("/documents/draft/")
    drafter.locator("summary", has_text="联合发文与代章").click()
    choose(drafter, "联合发文单位", "区民政局", "区卫生局")
    assert faults(drafter) == []
    picture(drafter, "seals-joint-draft")
    document = joint(people, units, "D09", "D15")
    for code in ("D07", "D09", "D15"):
        page = sign_in(people[f"{code}:seal_keeper"])
        page.goto("/waiting/")
        page.get_by_role("link", name=document.title).first.click()
        send(page.get_by_role("button", name="用印", exact=True))
        sign_in.leave(page)
    document.refresh_from_db()
    assert document.state == "sealed"
    clerk = sign_in(people["D07:clerk"])
    clerk.goto(document.get_absolute_url())
    assert "3 枚印章均有效" in clerk.locator("#seals").inner_text()
    assert clerk.locator(".layout svg image").count() == 3 and faults(clerk) == []
    picture(clerk, "seals-joint")

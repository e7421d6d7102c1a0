"""A hundred items, three faulty: 97 taken over, three mended through their tasks and accepted in the next batch.

The register of each batch bears four names and both units' seals. The world is made without the browser, the acts are
people's own pages."""

import pytest
from playwright.sync_api import expect

from archive.models import Record
from tests.browser.helpers import enter, faults, send, tab_to, work
from tests.transfer.stock import made, stocked
from transfer.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
FAULTY = (3, 17, 42)  # on the first page of the list
REASON = "责任者与原件不一致，请核对。"


def look(page, picture, name: str) -> None:
    picture(page, name)
    assert faults(page) == [], name
    assert page.evaluate(FITS), name


def press(page, label: str, path: str = "") -> None:
    if path:
        page.goto(path)
    summary = page.locator(".acts summary", has_text=label)
    if summary.count() and not summary.first.evaluate("one => one.parentElement.open"):
        summary.first.click()  # what is owed stands open
    knows = page.get_by_label("知悉登记表所列未检、未打开、未核对、未定号的各项，仍签署")
    if knows.count() and "签署" in label:
        knows.first.check()
    send(page.get_by_role("button", name=label, exact=True))


def newest() -> Batch:
    return Batch.objects.unguarded("a test looks").for_detail().latest("pk")


def delivered(batch: Batch, hands: dict) -> None:
    """Packaged, approved, submitted and inspected, by pages and the worker."""
    path = batch.get_absolute_url()
    press(hands["archivist"], "检测移交信息包", path)
    work()
    press(hands["leader"], "批准移交", path)
    press(hands["archivist"], "提交区档案馆", path)
    work()


def signed_by_both(batch: Batch, hands: dict, picture) -> None:
    """Two persons of each side, the unit's first; the archive's accessioner then takes over."""
    path = batch.get_absolute_url()
    for who, role in (("archivist", "填表人"), ("leader", "审核人"), ("accessioner", "填表人"), ("head", "审核人")):
        press(hands[who], f"签署登记表（{role}）", path)
        expect(hands[who].get_by_text("登记表已签署")).to_be_visible()
    for who in ("keeper", "archive_keeper"):
        page = hands[who]
        page.goto("/waiting/")
        page.get_by_role("link", name="登记表用印").first.click()
        look(page, picture, f"93-receiving-{who}")
        send(page.get_by_role("button", name="用印", exact=True))
        expect(page.get_by_text("已在登记表上用印")).to_be_visible()
    press(hands["accessioner"], "接收", path)
    work()


def looked_at(archive, path: str, picture) -> None:
    """Nothing goes on before the receiver has looked at the sample and said so."""
    archive.goto(path)
    archive.get_by_role("link", name="抽查并登记").first.click()
    for place in range(4):
        archive.get_by_role("radio", name="合格", exact=True).nth(place).check()
    archive.get_by_label("说明").fill("抽查各件均可打开，正文、附件齐全。")
    archive.get_by_label("没有打开过，仍登记合格").check()  # and so it stands in the note
    look(archive, picture, "94-receiving-sample")
    send(archive.get_by_role("button", name="登记检测结果"))
    expect(archive.get_by_text("已检 4/4 项")).to_be_visible()


def answered(unit) -> None:
    """The returned records' tasks, each answered by the unit's archivist."""
    records = list(Record.objects.unguarded("a test looks").filter(state="filed").order_by("item_no"))
    assert [one.item_no for one in records] == list(FAULTY)
    for record in records:
        unit.goto("/waiting/")
        unit.get_by_role("link", name=record.title).first.click()
        unit.get_by_role("link", name="答复补正").click()
        expect(unit.get_by_text(REASON).first).to_be_visible()
        unit.get_by_label("补正情况").fill("已与原件核对，责任者无误，附说明。")
        send(unit.get_by_role("button", name="答复"))


def returned(batch: Batch, hands: dict, picture) -> None:
    """The archive marks three of the hundred, the unit agrees by keyboard, the rest is packed anew."""
    unit, archive, path = hands["archivist"], hands["accessioner"], batch.get_absolute_url()
    looked_at(archive, path, picture)
    for number in FAULTY:
        archive.get_by_role("checkbox", name=str(number), exact=True).check()
    archive.locator("summary", has_text="成批标为退回").click()
    archive.locator("#mark_many-form").get_by_label("应改字段").select_option(label="责任者")
    archive.locator("#mark_many-form").get_by_label("退回理由").fill(REASON)
    look(archive, picture, "95-receiving-marking")
    send(archive.get_by_role("button", name="成批标为退回"))
    press(archive, "提请退回所标各件")
    unit.goto(path)
    tab_to(unit, "同意退回，其余重新形成信息包", tag="BUTTON")
    enter(unit)
    work()
    look(unit, picture, "96-receiving-agreed")


def batch_of_the_mended(unit, picture) -> Batch:
    unit.goto("/batches/new/")
    unit.get_by_label("交接工作名称").fill("2016年度补充移交")
    send(unit.get_by_role("button", name="编制移交清单"))
    expect(unit.get_by_text("第 2 次移交，补正情况：已与原件核对")).to_have_count(3)
    form = unit.locator("#accompany-form")
    form.get_by_label("到期开放意见").select_option(label="建议开放")
    form.get_by_label("政府信息公开情况").select_option(label="依申请公开")
    form.get_by_label("密级变更情况").select_option(label="未曾定密")
    look(unit, picture, "98-receiving-accompanying")
    send(unit.get_by_role("button", name="填写随附情况"))
    return newest()


def test_three_of_a_hundred_go_back_are_mended_and_come_again(sign_in, people, picture):
    stocked(people, 100)
    batch = made(people)
    names = {
        "archivist": "D07:archivist",
        "leader": "D07:leader",
        "accessioner": "D30:accessioner",
        "head": "D30:leader",
        "keeper": "D07:seal_keeper",
        "archive_keeper": "D30:seal_keeper",
    }
    hands = {name: sign_in(people[key]) for name, key in names.items()}
    unit, archive = hands["archivist"], hands["accessioner"]
    delivered(batch, hands)
    returned(batch, hands, picture)
    signed_by_both(batch, hands, picture)
    rows = Record.objects.unguarded("a test looks")
    assert rows.filter(state="accessioned", custodian__code="D30").count() == 97
    unit.goto(batch.get_absolute_url())
    expect(unit.get_by_text("此前不得处置")).to_be_visible()
    look(unit, picture, "97-receiving-stored")

    answered(unit)
    again = batch_of_the_mended(unit, picture)
    delivered(again, hands)
    looked_at(archive, again.get_absolute_url(), picture)
    press(archive, "办理交接手续")
    signed_by_both(again, hands, picture)
    assert set(rows.values_list("state", "custodian__code")) == {("accessioned", "D30")}
    archive.goto("/registers/accession/")
    expect(archive.get_by_text(f"{batch.batch_no}-v2", exact=False).first).to_be_visible()
    archive.goto("/plans/")
    look(archive, picture, "99-receiving-plans")

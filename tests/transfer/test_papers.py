"""Papers of a hand-over fit to be filed, and the register whose signing changes custody (domain 9.8–9.13)."""

import re

import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from lxml import etree

from archive.models import Record
from paper.pdfa_check import check_pdfa
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, handing_over, inspecting, run_queued, sealed, signed, taken_over
from transfer import handover_papers, storing
from transfer.models import Copy, Signature
from transfer.receipts import cells
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ELEVEN = [
    "载体容量", "载体类型", "载体编号", "载体制作单位", "载体检查单位", "移交单位", "内容描述", "起止档号", "档案数量", "软硬件环境", "其他",
]  # fmt: skip
SIGNING = (
    ("fill_over", "D07:archivist"), ("check_over", "D07:leader"),
    ("fill_in", "D30:accessioner"), ("check_in", "D30:leader"),
)  # fmt: skip


@pytest.fixture
def batch(people):
    """Two records, at the hand-over."""
    return handing_over(inspecting(people, 2), people)


def custodians(batch) -> set[str]:
    rows = Record.objects.unguarded("a test looks").filter(batch_items__batch=batch)
    return set(rows.values_list("custodian__code", flat=True))


def got(person, batch, which: str) -> bytes:
    answer = browser(person).get(reverse("transfer:paper", args=[batch.uid, which]))
    assert answer.status_code == 200
    return answer.content


def words_of(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as opened:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in opened)


def test_custody_changes_only_with_the_fourth_name_under_the_register(people, batch):
    """Shows: 16-16"""
    for name, key in SIGNING:
        with pytest.raises(Refused, match="登记表尚未签齐"):
            BATCH.perform("accept", batch, by=people["D30:accessioner"])
        assert custodians(batch) == {"D07"}
        BATCH_SIDE.perform(name, batch, by=people[key])
    with pytest.raises(Refused, match="登记表尚未用印，还缺：移交单位印章、接收单位印章"):
        BATCH.perform("accept", batch, by=people["D30:accessioner"])
    assert custodians(batch) == {"D07"}
    sealed(batch, people)
    assert Task.objects.of(batch).open().get().label == "登记表已签章齐全，办理接收"
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note="同意接收。")
    assert custodians(batch) == {"D30"}


@pytest.mark.parametrize(
    ("name", "key"),
    [("fill_over", "D07:leader"), ("fill_in", "D07:archivist"), ("fill_over", "D30:accessioner"),
     ("fill_over", "D09:archivist"), ("check_in", "D07:leader")],
)  # fmt: skip
def test_nobody_signs_in_another_column(people, batch, name, key):
    if name == "check_in":
        BATCH_SIDE.perform("fill_in", batch, by=people["D30:accessioner"])
    with pytest.raises(Refused):
        BATCH_SIDE.perform(name, batch, by=people[key])
    assert not Signature.objects.filter(batch=batch).exclude(role="filled", side="archive").exists()


def test_who_checks_signs_after_who_filled_in_and_nobody_twice(people, batch):
    with pytest.raises(Refused, match="请先由填表人签署"):
        BATCH_SIDE.perform("check_over", batch, by=people["D07:leader"])
    BATCH_SIDE.perform("fill_over", batch, by=people["D07:archivist"])
    with pytest.raises(Refused, match="已经签署"):
        BATCH_SIDE.perform("fill_over", batch, by=people["D07:archivist"])


def test_one_person_in_two_posts_does_not_sign_for_both(people, batch):
    with unwatched():
        people["D07:archivist"].appointments.create(
            post=people["D07:leader"].appointments.get().post, starts_on="2020-01-01"
        )
    BATCH_SIDE.perform("fill_over", batch, by=people["D07:archivist"])
    with pytest.raises(Refused, match="不能是同一人"):
        BATCH_SIDE.perform(
            "check_over", batch, by=type(people["D07:archivist"]).objects.get(username=people["D07:archivist"].username)
        )


def test_a_register_taken_back_is_signed_anew(people, batch):
    signed(batch, people)
    BATCH.perform("inspect_again", batch, by=people["D30:accessioner"], note="发现一件缺页。")
    assert handover_papers.standing_signatures(batch) == {} and batch.signatures.count() == 4
    BATCH.perform("settle", batch, by=people["D30:accessioner"])
    with pytest.raises(Refused, match="登记表尚未签齐"):
        BATCH.perform("accept", batch, by=people["D30:accessioner"])


def test_what_changed_after_signing_is_not_accepted(people, batch):
    signed(batch, people)
    with unwatched():
        type(batch).objects.unguarded("a test spoils").filter(pk=batch.pk).update(name="另一个名称")
    batch.refresh_from_db()
    with pytest.raises(Refused, match="签署后内容有变化"):
        BATCH.perform("accept", batch, by=people["D30:accessioner"])


def test_the_register_has_four_properties_both_sides_and_two_names_each(people, batch):
    before = words_of(got(people["D07:archivist"], batch, "register"))
    assert "尚未签署完毕（0/4），未生效" in before
    BATCH.perform("accept", signed(batch, people), by=people["D30:accessioner"], note="同意接收。")
    pdf = got(people["D07:archivist"], batch, "register")
    assert check_pdfa(pdf) == []
    told = words_of(pdf)
    for word in ("电子档案移交接收登记表", "真实性检测", "完整性检测", "可用性检测", "安全性检测", "双方已签署", "起止档号", "2件，0卷",
                 f"移交单位{batch.unit.name}", "填表人（签名）", "审核人（签名）", "单位（印章）", batch.manifest_digest):  # fmt: skip
        assert word in told, word
    for key in ("D07:archivist", "D07:leader", "D30:accessioner", "D30:leader"):
        assert people[key].name in told, key
    assert (
        len(re.findall("已检[0-9]+项合格", told)) >= 4 and told.count("检测号") >= 4 and "未检测" in told
    )  # nobody scanned for viruses
    assert told.count("电子印章，用印时间载于签章") == 2  # places of both seals
    assert "0.000" not in told and "KB（" in told
    kept = batch.receipts.get(kind="custody")
    printed = (
        browser(people["D30:accessioner"]).get(reverse("transfer:receipt_pdf", args=[batch.uid, kept.uid])).content
    )
    assert printed == pdf  # each side keeps the same


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 字节"), (812, "812 字节"), (61_000, "59.6 KB（61,000 字节）"), (64_173_056, "61.2 MB（64,173,056 字节）"),
     (5_000_000_000, "4.7 GB（5,000,000,000 字节）")],
)  # fmt: skip
def test_an_amount_is_never_nothing_point_nothing(size, told):
    assert handover_papers.readable(size) == told


def test_the_list_is_a_page_of_the_unit_with_the_columns_of_the_standard(people, batch):
    pdf = got(people["D07:archivist"], batch, "list")
    assert check_pdfa(pdf) == []
    told = words_of(pdf)
    for word in (
        "电子档案移交清单",
        "移交单位：",
        "移交时间：",
        "序号",
        "档号",
        "题名",
        "文件数量",
        "密级",
        "保管期限",
        "备注",
        "关于第2号事项的批复",
    ):
        assert word in told, word
    assert handover_papers.list_lines(batch)[0][0] == "1" and handover_papers.list_lines(batch)[1][3] == "1"


def test_the_readme_has_eleven_lines_and_the_catalogue_eight_elements(people, batch):
    text = got(people["D07:archivist"], batch, "readme").decode()
    assert [line.partition("：")[0] for line in text.splitlines()] == ELEVEN
    root = etree.fromstring(got(people["D07:archivist"], batch, "catalogue"))
    assert root.tag == "文件目录" and len(root) == 2
    assert [one.tag for one in root[0]] == ["顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级", "备注"]


def test_accepted_stored_and_disposable_are_three_things(people, batch):
    client = browser(people["D07:archivist"])
    signed(batch, people)
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note="同意接收。")
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "正在存入第二存放地" in page and "入库前不得处置" in page
    run_queued(batch)
    assert dict(Copy.objects.filter(part__batch=batch).values_list("place", "state")) == {
        "unit": "unread", "holdings": "sound", "second": "sound",
    }  # fmt: skip
    until = storing.own_copy_until(batch.accepted_at).isoformat()
    assert f"至少保存至 {until}，此前不得处置" in client.get(batch.get_absolute_url()).content.decode()
    notice = batch.receipts.get(kind="stored")
    told = {label: text for label, text, _ in cells(notice)}
    assert (told["存放位置"], told["移交单位副本"]) == ("馆藏、第二存放地", f"至少保存至 {until}")
    task = Task.objects.of(batch).open().get(unit__code="D07")  # one thing to look at is one item
    assert task.label == "确认接收结果" and "入库通知" in task.remark


def test_storing_twice_is_storing_once(people, batch):
    taken_over_batch = signed(batch, people)
    BATCH.perform("accept", taken_over_batch, by=people["D30:accessioner"])
    for _ in range(2):
        storing.store(type(batch).objects.unguarded("a test acts").for_detail().get(pk=batch.pk), lambda *_: None)
    assert batch.receipts.filter(kind="stored").count() == 1


def test_pages_of_the_whole_way_are_shown(people):
    batch = taken_over(inspecting(people, 1), people)
    for receipt in batch.receipts.all():
        for key in ("D07:archivist", "D30:accessioner"):
            answer = browser(people[key]).get(reverse("transfer:receipt", args=[batch.uid, receipt.uid]))
            assert answer.status_code == 200 and receipt.get_kind_display() in answer.content.decode()

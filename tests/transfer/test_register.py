"""接收登记簿 and 移交登记簿: a line a batch that changed hands, the same on the page, in Excel, on paper, by command."""

import json
import re
from io import BytesIO, StringIO

import pypdfium2 as pdfium
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from paper.pdfa_check import check_pdfa
from tests.transfer.stock import browser, inspecting, made, run_queued, stocked, taken_over
from transfer import actions, handover_papers
from transfer.actions import mark
from transfer.workflow import BATCH

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(people):
    """Five items offered, one returned, four taken over."""
    batch = inspecting(people, 5)
    accessioner = people["D30:accessioner"]
    mark(batch.items.get(position=2), by=accessioner, is_returned=True, reason="缺附件")
    taken_over(batch, people, "同意接收。")
    batch.refresh_from_db()
    return batch


def by_command(**options) -> list[dict]:
    out = StringIO()
    call_command("register", stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def test_a_batch_that_changed_hands_is_one_line_on_both_sides(batch):
    """Shows: F-08, F-19"""
    (received,), (sent,) = by_command(unit="D30", kind="accession"), by_command(unit="D07", kind="transfer")
    today = timezone.localdate().isoformat()
    items = batch.items.filter(verdict="accepted").order_by("record__archival_code")
    first, last = items.first().record.archival_code, items.last().record.archival_code
    assert received | {"unit": "", "archive": ""} == {
        "received_on": today, "batch_no": batch.batch_no, "unit": "", "archive": "", "fonds": batch.fonds.code,
        "years": "2016", "category": "文书", "retention": "永久", "count": 4,
        "gigabytes": round(batch.payload_bytes / 1e9, 6), "codes": f"{first} 至 {last}",
        "source": f"移交（{'提前保管' if timezone.localdate().year < 2027 else '到期移交'}）",
        "accepted_by": "区档案局接收", "stored_on": today, "place": "馆藏（已核验）；第二存放地，与馆藏同一磁盘（已核验）",
        "register_no": f"{batch.batch_no}-v2", "remark": "退回 1 件；未核对 4 件；未定号 4 件",
    }  # fmt: skip
    assert "archive" not in received and "unit" not in sent
    assert sent["accepted_by"] == "区信息委档案员"  # in its own book stands who handed over
    assert {key: value for key, value in sent.items() if key in received} | {"accepted_by": "区档案局接收"} == {
        key: value for key, value in received.items() if key in sent
    }


def test_page_workbook_and_print_say_the_same(people, batch):
    """Shows: F-19"""
    visitor, (line,) = browser(people["D30:accessioner"]), by_command(unit="D30", kind="accession")
    cells = {str(value) for name, value in line.items() if name not in ("gigabytes", "unit")} - {""}
    page = visitor.get(reverse("transfer:register", args=["accession"]))
    assert page.status_code == 200 and [text for text in cells if text not in page.text] == []
    book = load_workbook(BytesIO(visitor.get(reverse("transfer:register_workbook", args=["accession"])).getvalue()))
    heading, names, *rows = book.active.iter_rows(values_only=True)
    assert "接收登记簿" in heading[0] and len(rows) == 1 and len(names) == len(line)
    assert dict(zip(names, rows[0], strict=True))["件数"] == 4
    printed = visitor.get(reverse("transfer:register_pdf", args=["accession"])).content
    assert check_pdfa(printed) == []
    with pdfium.PdfDocument(printed) as opened:
        shown = _bare("".join(one.get_textpage().get_text_bounded() for one in opened))
    assert [text for text in cells if _bare(text) not in shown] == []


def _bare(text: str) -> str:
    """Without blanks and hyphens: the reader of a PDF gives back no hyphen at the end of a line."""
    return re.sub(r"[\s\x02\ufffe-]", "", text)


def test_the_choice_narrows_and_a_wrong_one_is_said(people, batch):
    visitor, year = browser(people["D30:accessioner"]), timezone.localdate().year
    place = reverse("transfer:register", args=["accession"])
    assert batch.batch_no in visitor.get(place, {"year": year, "unit": "D07"}).text
    for query in ({"year": year - 1}, {"unit": "D09"}):
        assert "没有登记" in visitor.get(place, query).text
    for query in ({"year": "abc"}, {"year": "99999"}, {"unit": "\x00"}, {"unit": "X"}):
        assert visitor.get(place, query).status_code == 422
        assert visitor.get(reverse("transfer:register_pdf", args=["accession"]), query).status_code == 422
    assert visitor.get(reverse("transfer:register", args=["nothing"])).status_code == 404


def test_each_unit_reads_its_own_lines_only(people, batch):
    assert batch.batch_no in browser(people["D07:archivist"]).get(reverse("transfer:register", args=["transfer"])).text
    for person, side in (("D09:archivist", "transfer"), ("D09:archivist", "accession"), ("D07:archivist", "accession")):
        assert batch.batch_no not in browser(people[person]).get(reverse("transfer:register", args=[side])).text


def test_what_was_not_taken_over_stands_in_no_register(people):
    inspecting(people, 2)
    assert by_command(unit="D30", kind="accession") == by_command(unit="D07", kind="transfer") == []
    with pytest.raises(CommandError, match="没有代码为“D99”的单位"):
        by_command(unit="D99", kind="transfer")


def test_what_the_unit_itself_moved_out_is_no_return(people):
    """备注 counts what the archive gave back, as 移交与开放 of the district does."""
    batch = inspecting(people, 3)
    with_draft = made_with_some_moved_out(people)
    taken_over(batch, people)
    taken_over(with_draft, people)
    remarks = {line["batch_no"]: line["remark"] for line in by_command(unit="D30", kind="accession")}
    unready = "未核对 {0} 件；未定号 {0} 件"
    assert remarks == {batch.batch_no: unready.format(3), with_draft.batch_no: unready.format(2)}


def made_with_some_moved_out(people):
    """Packed once, two taken out, packed anew and submitted."""
    by = people["D07:archivist"]
    stocked(people, 4, year=2017)
    batch = made(people)
    actions.take_out(batch.items.get(position=2), by=by, reason="另行移交")
    self_checked(batch, by)
    BATCH.perform("reopen", batch, by=by)
    actions.take_out(batch.items.get(position=3), by=by, reason="另行移交")
    self_checked(batch, by)
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=by)
    run_queued(batch)
    return batch


def self_checked(batch, by) -> None:
    batch.refresh_from_db()
    actions.start_packaging(batch, by=by)
    run_queued(batch)


def test_the_source_of_a_batch_is_judged_by_the_years_of_its_pieces(people):
    """档案法实施条例 art. 20 and 40: after ten whole years it is due, before that the archive keeps it early."""
    this_year = timezone.localdate().year
    found = {}
    for year, word in ((this_year - 11, "到期移交"), (this_year - 10, "提前保管")):
        batch = inspecting(people, 1, year=year)
        taken_over(batch, people)
        found[batch.batch_no] = f"移交（{word}）"
    assert {line["batch_no"]: line["source"] for line in by_command(unit="D30", kind="accession")} == found


def test_what_came_otherwise_stands_on_the_screen_too_and_its_years_run_forward(people, batch):
    client, given = browser(people["D30:accessioner"]), {
        "source": "donated", "received_on": f"{timezone.localdate():%Y-%m-%d}", "giver": "区文联", "title": "手稿",
        "count": 3, "category": "文书", "paper_no": "捐2026-1",
    }  # fmt: skip
    address = reverse("transfer:other_accessions")
    for years in ("1992—1986", "八六年", "1986—2999"):
        assert client.post(address, given | {"years": years}).status_code == 422
    assert client.post(address, given | {"years": "1986—1992"}).status_code == 302
    page = client.get(reverse("transfer:register", args=["accession"])).text
    assert "区文联" in page and batch.batch_no in page
    assert "区文联" not in client.get(reverse("transfer:register", args=["accession"]), {"unit": "D07"}).text


def test_the_notice_names_who_returned_and_who_stored(people, batch):
    """退回通知单: the receiver who proposed it, and beside him who agreed; 入库通知: who took the batch over."""
    returned, stored = (batch.receipts.get(kind=kind) for kind in ("return", "stored"))
    assert (returned.content["made_by"], returned.content["agreed_by"]) == ("区档案局接收", "区信息委档案员")
    assert stored.content["made_by"] == "区档案局接收"
    client = browser(people["D30:accessioner"])
    for one in (returned, stored):
        printed = client.get(reverse("transfer:receipt_pdf", args=[batch.uid, one.uid])).content
        assert check_pdfa(printed) == []
        with pdfium.PdfDocument(printed) as opened:
            text = _bare("".join(page.get_textpage().get_text_bounded() for page in opened))
        assert _bare(f"{batch.archive.name}（印章）") in text and f"{batch.unit.name}：" in text
        assert "经办：接收区档案局接收" in text or "经办：区档案局接收" in text
    gone = batch.items.get(verdict="returned").record
    assert "（区信息委档案员代表移交单位同意）" in client_of(people).get(gone.get_absolute_url()).text


def client_of(people):
    return browser(people["D07:archivist"])


def test_the_printed_list_bears_the_numbers_of_the_screen_beside_its_own(people):
    stocked(people, 3)
    batch = made(people)
    actions.take_out(batch.items.get(position=2), by=people["D07:archivist"], reason="另行移交")
    lines = handover_papers.list_lines(batch)
    assert [(line[0], line[6]) for line in lines] == [("1", ""), ("2", "批次页第 3 件")]
    assert {line[4] for line in lines} == {"公开"}

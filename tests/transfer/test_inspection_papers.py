"""四性检测报告 of a whole batch: the 45 items with their counts, every finding with its 档号, three forms of one source."""

import io
import json

import openpyxl
import pytest
from django.urls import reverse

from archive.models import InspectionResult
from archive.plan import ITEMS
from paper.pdfa_check import check_pdfa
from tests.transfer.stock import browser, inspecting, looked_at, made, stocked
from transfer import inspection_papers
from transfer.states import Side

pytestmark = pytest.mark.django_db


def got(person, batch, side: str, kind: str):
    return browser(person).get(reverse("transfer:batch_inspection", args=[batch.uid, side, kind]))


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("side", Side.values)
def test_both_sides_take_the_same_report_of_the_batch_in_three_forms(people, side):
    batch = inspecting(people, 2)
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    record = batch.items.get(position=2).record
    run = inspection_papers.inspected(batch, Side(side)).run
    InspectionResult.objects.create(
        run=run, record=record, item_code="YJ-1-7", verdict="fail", target="=档号", message="档号不合规则。"
    )
    for person in (unit, archive):
        page = browser(person).get(batch.get_absolute_url()).content.decode()
        for kind in ("pdf", "xlsx", "json"):
            assert reverse("transfer:batch_inspection", args=[batch.uid, side, kind]) in page
    data = json.loads(body(got(archive, batch, side, "json")))
    assert [one["item"] for one in data["items"]] == [one.name for one in ITEMS.values()] and len(data["items"]) == 45
    assert [one["archival_code"] for one in data["findings"]] == [record.archival_code]
    book = openpyxl.load_workbook(io.BytesIO(body(got(unit, batch, side, "xlsx"))))
    rows = [[cell.value or "" for cell in row] for row in book["四性检测"].iter_rows(min_row=3)]
    assert [tuple(map(int, row[4:9])) for row in rows] == [
        tuple(one[name] for name in ("checked", "failed", "warned", "unchecked", "not_applicable"))
        for one in data["items"]
    ]
    found = [cell.value for cell in book["检测发现"][3]]
    assert found[:2] == [record.archival_code, "YJ-1-7"] and found[4:] == ["=档号", "档号不合规则。"]
    pdf = got(archive, batch, side, "pdf").content
    assert check_pdfa(pdf) == []


def test_a_sample_is_not_told_as_the_whole_and_an_unchecked_item_is_no_pass(people):
    batch = inspecting(people, 3)
    lines = {one.item.serial: one for one in inspection_papers.inspected(batch, Side.ARCHIVE).lines}
    assert (lines["2-7"].verdict, lines["2-7"].checked, lines["2-7"].unchecked) == ("manual_pending", 0, 3)
    assert (lines["4-5"].verdict, lines["4-5"].without) == ("na", 3)
    assert "没有这一项" in lines["4-9"].told
    looked_at(batch, people)
    line = {one.item.serial: one for one in inspection_papers.inspected(batch, Side.ARCHIVE).lines}["2-7"]
    assert (line.verdict, line.checked + line.unchecked) == ("pass", 3) and "抽查" in line.told


def test_before_an_inspection_there_is_no_report(people):
    stocked(people, 1)
    batch = made(people)
    answer = got(people["D07:archivist"], batch, "unit", "pdf")
    assert answer.status_code == 422 and "还没有检测本批次" in answer.content.decode()
    assert got(people["D07:archivist"], batch, "nobody", "pdf").status_code == 404
    page = browser(people["D07:archivist"]).get(batch.get_absolute_url()).content.decode()
    assert "四性检测报告" not in page

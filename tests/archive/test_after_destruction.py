"""What is said of a record once it is listed to be destroyed, and once it is: year, box, 备考表, catalogue, labels."""

import io

import openpyxl
import pypdfium2 as pdfium
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import bulk_amend, catalogue, mending, search_export, year_end
from archive.appraisal import actions
from archive.appraisal.inputs import DestroyInput
from archive.appraisal_workflow import APPRAISAL
from archive.bulk_amend import FILL, Amendment
from archive.correction import NewVersion, correct
from archive.disposed import destroyed_told
from archive.models import Box
from archive.states import State
from archive.twins import boxes, lending, owing, papers, stock
from documents.models import Document
from files.store import land_bytes
from tests.archive import test_appraisal as shared
from tests.archive.test_appraisal import all_records, arranged, noted
from tests.transfer.stock import browser
from units.workflow import Refused

pytestmark = pytest.mark.django_db
by, appraisal = shared.by, shared.appraisal  # fixtures


def records_of(appraisal) -> list:
    return list(all_records().filter(appraised__appraisal=appraisal).select_related("unit").order_by("item_no", "pk"))


def words_of(pdf: bytes) -> str:
    with pdfium.PdfDocument(pdf) as opened:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in opened)


@pytest.fixture
def listed(appraisal, people, by):
    """Four items of 2012 in one box, three of them on an approved 销毁清册."""
    owing.register_paper([one.uid for one in records_of(appraisal)], by=by)
    boxes.pack(appraisal.unit, 2012, by=by, packing=boxes.Packing())
    return noted(appraisal, people)


@pytest.fixture
def destroyed(listed, people, by):
    arranged(listed, people, paper="化浆")
    for post in ("officer", "clerk"):
        actions.supervise(listed, by=people[f"D07:{post}"])
    now = timezone.now()
    APPRAISAL.perform("destroy", listed, by=by, given=DestroyInput(now, now))
    listed.refresh_from_db()
    return listed


def test_numbering_anew_is_not_barred_by_what_was_destroyed_which_keeps_its_code(destroyed, people, by):
    """The trial: "2012年度已有 3 件移交或正在移交", of what nobody had ever handed over."""
    row = year_end.fix(destroyed.unit, 2012, by=by)
    shown = browser(by).get(row.get_absolute_url()).content.decode()
    assert "已销毁的 3 件保留原档号，其余各件可以改号" in shown
    year_end.ask_to_renumber(row, by=by, reason="期限划错")
    year_end.decide(row, by=people["D07:leader"], agreed=True)
    gone, left = records_of(destroyed)[0], records_of(destroyed)[3]
    moved = correct(left, changes={"class_code": ""}, reason="不分机构", by=by, version=left.version)
    assert moved.archival_code != left.archival_code
    assert records_of(destroyed)[0].archival_code == gone.archival_code


def test_a_year_counts_what_is_there_and_names_what_was_destroyed(destroyed, by):
    state = year_end.preview(destroyed.unit, records_of(destroyed)[0].fonds, 2012, by)
    assert (state.count, state.destroyed) == (1, 3)
    assert [(one.count, one.longer, one.destroyed, one.last) for one in state.series] == [(0, 1, 3, 4)]
    assert state.textless == [] and state.doubles == []
    (line,) = [one for one in year_end.years_of(destroyed.unit, by) if one["year"] == 2012]
    assert (line["count"], line["destroyed"]) == (1, 3)
    client = browser(by)
    for address in (reverse("archive:years"), reverse("archive:year", args=[2012])):
        assert "已销毁 3" in client.get(address).content.decode()


def test_a_box_counts_what_lies_in_it_and_its_note_tells_of_the_rest(destroyed, by):
    """The trial: 本盒共 4 件, a 备考表 without a word of it, and 取出 beside what had been pulped."""
    box = boxes.boxes_of(destroyed.unit, 2012).get()
    assert (box.n_items, box.first_no, box.last_no) == (1, 4, 4) and "本盒共 1 件" in papers.contents_of(box)
    told = f"0001 {destroyed_told(records_of(destroyed)[0])}"
    assert f"{destroyed.number}号档案销毁清册，{timezone.localdate()}" in told
    page = browser(by).get(box.get_absolute_url()).content.decode()
    assert told in page and page.count("<summary>取出</summary>") == 1
    assert told.replace(" ", "") in words_of(papers.pdf_of("notes", [box], str))
    with pytest.raises(Refused, match=r"已销毁（.*清册.*），已不在盒中"):
        boxes.take_out(records_of(destroyed)[0], by=by, reason="移出")
    assert stock.check(destroyed.unit, records_of(destroyed)[0].archival_code, by=by, box=box).strange == [
        [records_of(destroyed)[0].archival_code, destroyed_told(records_of(destroyed)[0])]
    ]


def test_destroyed_items_that_were_scanned_cost_no_query_each(destroyed, by, django_assert_num_queries):
    codes = [one.archival_code for one in records_of(destroyed)[:3]]
    box = boxes.boxes_of(destroyed.unit, 2012).get()
    with CaptureQueriesContext(connection) as one:
        stock.check(destroyed.unit, codes[0], by=by, box=box)
    with django_assert_num_queries(len(one)):
        assert len(stock.check(destroyed.unit, " ".join(codes), by=by, box=box).strange) == 3


def test_a_box_of_which_everything_was_destroyed_is_empty_and_still_says_so(destroyed, by):
    boxes.take_out(records_of(destroyed)[3], by=by, reason="另装")
    box = boxes.boxes_of(destroyed.unit, 2012).get()
    assert box.n_items == 0 and papers.contents_of(box) == "本盒没有文件。"
    page = browser(by).get(box.get_absolute_url()).content.decode()
    assert "空盒" in page and page.count("已销毁（") == 3 and "取出</summary>" not in page
    assert "空盒" in words_of(papers.pdf_of("spines", [box], str))


def test_the_catalogue_keeps_the_line_and_says_when_it_was_destroyed_and_labels_leave_it_out(destroyed, by):
    told = destroyed_told(records_of(destroyed)[0])
    remarks = [cells[-1] for cells in catalogue.lines(catalogue.records_of(destroyed.unit, 2012))]
    assert remarks == [told, told, told, ""]
    client, address = browser(by), reverse("archive:paper_print")
    book = client.get(address, {"what": "catalogue", "year": 2012, "as": "xlsx"})
    made = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content)))
    lines = [row for one in made if "封面" not in one.title for row in one.iter_rows(min_row=2, values_only=True)]
    assert [row[8] for row in lines].count(told) == 3
    stamps = words_of(client.get(address, {"what": "stamps", "year": 2012, "as": "pdf"}).content)
    assert "BGS-0004" in stamps and "BGS-0001" not in stamps
    found = list(search_export._lines(Document._base_manager.none(), [records_of(destroyed)[0].uid]))
    assert told in found[0]
    page = client.get(records_of(destroyed)[0].get_absolute_url()).content.decode()
    assert told in page and "盒号" not in page


def test_what_is_listed_to_be_destroyed_says_so_and_takes_no_act_that_contradicts_it(listed, people, by):
    """An approved 销毁清册 is carried out as it was approved: the page leads to it, each act says why not."""
    record, free = records_of(listed)[0], records_of(listed)[3]
    page = browser(by).get(record.get_absolute_url()).content.decode()
    assert listed.get_absolute_url() in page and "拟销毁" in page
    for label in (">更正</a>", ">更换文件</a>", ">退档</a>", ">借出纸质件</a>"):
        assert label not in page
    other = browser(by).get(free.get_absolute_url()).content.decode()
    assert "拟销毁" not in other and ">更正</a>" in other
    told = rf"已列入经批准的销毁清册（{listed}），不能"
    with pytest.raises(Refused, match=told):
        correct(record, changes={"remark": "改"}, reason="改", by=by, version=record.version)
    with pytest.raises(Refused, match=told):
        mending.send_back(record, by=by, reason="有误", version=record.version)
    given = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    with pytest.raises(Refused, match=told):
        lending.lend(listed.unit, record.archival_code, given, by=by)
    for step in ("correct", "send_back"):
        assert (
            "已列入经批准的销毁清册" in browser(by).get(reverse(f"archive:{step}", args=[record.uid])).content.decode()
        )
    leader = browser(people["D07:leader"]).get(record.get_absolute_url()).content.decode()
    assert listed.get_absolute_url() in leader
    seen = bulk_amend.preview([record, free], Amendment("remark", FILL, "补记"))
    assert [bool(line.fault) for line in seen.lines] == [True, False]
    APPRAISAL.perform("dissolve", listed, by=by, note="重新鉴定")
    assert correct(record, changes={"remark": "改"}, reason="改", by=by, version=record.version).remark == "改"


def test_no_page_offers_what_the_approved_list_forbids(listed, people, by):
    record, free = records_of(listed)[0], records_of(listed)[3]
    for row, is_offered in ((record, False), (free, True)):
        page = browser(by).get(row.get_absolute_url()).content.decode()
        assert (reverse("archive:description", args=[row.uid]) in page) is is_offered
        page = browser(by).get(reverse("archive:inspection", args=[row.uid])).content.decode()
        assert (reverse("archive:correct", args=[row.uid]) in page) is is_offered


def test_an_answer_changes_nothing_of_what_the_approved_list_names(listed, people, by):
    record = records_of(listed)[0]
    mending.open_mend_task(record, "题名有误", people["D30:accessioner"], post="archivist")
    with pytest.raises(Refused, match="已列入经批准的销毁清册"):
        mending.answer_mend(record, by=by, answer="已改", changes={"title": "改过的题名"})
    new = NewVersion("b.txt", land_bytes("补的文件。".encode(), "b.txt"), "attachment")
    with pytest.raises(Refused, match="已列入经批准的销毁清册"):
        mending.answer_mend(record, by=by, answer="已改", files=(new,))
    assert mending.open_mend_of(mending.answer_mend(record, by=by, answer="已列入销毁清册，不再补正")) is None


def test_each_state_is_refused_by_its_own_name(destroyed, by):
    record = records_of(destroyed)[0]
    with pytest.raises(Refused, match="已依法销毁，只保留目录和元数据，不能更正"):
        correct(record, changes={"remark": "改"}, reason="改", by=by, version=record.version)
    with pytest.raises(Refused, match=r"已依法销毁.*不能退档"):
        mending.send_back(record, by=by, reason="有误", version=record.version)
    assert record.state == State.DESTROYED and Box.objects.count() == 1

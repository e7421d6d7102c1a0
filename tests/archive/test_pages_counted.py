"""页数 by one rule: catalogue, 归档章, box, 备考表 and lists agree, the record's page tells paper and files apart."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from archive import bulk_amend, catalogue, pages
from archive.appraisal import papers as appraisal_papers
from archive.backfile.importing import run
from archive.correction import NewVersion, correct
from archive.mending import answer_mend, send_back
from archive.models import AppraisalItem, Box, Component, Record
from archive.states import Carrier, Role
from archive.twins import boxes, owing, papers
from files.store import land_bytes
from tests.archive.paper_year import year_of
from tests.archive.test_backfile import catalogue as table
from tests.archive.test_backfile import text
from tests.made import brought_to, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db


def rows():
    return Record.objects.unguarded("a test looks")


def page(by, record: Record) -> str:
    return " ".join(browser(by).get(record.get_absolute_url()).content.decode().split())


def listed(unit, by) -> dict[str, list[int]]:
    """What each paper of the year says of its items' pages."""
    address, asked = reverse("archive:paper_print"), {"year": 2016, "as": "xlsx"}
    found = {}
    for what, column in (("catalogue", "页数"), ("stamps", "页数"), ("spines", "页数"), ("notes", "页数")):
        answer = browser(by).get(address, asked | {"what": what})
        head, *lines = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].values
        found[what] = sorted(int(line[head.index(column)]) for line in lines)
    return found


def test_catalogue_label_box_and_its_note_say_the_same_number(people, units, by):
    """Fault: the catalogue said 1, the box, its 备考表 and the 归档章 3."""
    first, second = stocked(people, 2)
    owing.register_paper([first.uid], by=by, pages=3)
    owing.register_paper([second.uid], by=by)
    boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    assert listed(units["D07"], by) == {"catalogue": [1, 3], "stamps": [1, 3], "spines": [4], "notes": [4]}
    (box,) = boxes.with_contents(Box.objects.all())
    assert "2 件、4 页" in papers.contents_of(box)
    item = AppraisalItem(record=rows().get(pk=first.pk), opinion="")
    assert next(iter(appraisal_papers.rows_of([item], first.date)))[8] == "3"
    assert "纸质件 3 页，电子文件 1 页" in page(by, first) and "电子文件 1 页" not in page(by, second)
    with unwatched():  # paper alone whose pages nobody noted beside those of the catalogue
        rows().filter(pk=second.pk).update(carrier_mode=Carrier.PAPER, paper_pages=None)
    assert listed(units["D07"], by) == {"catalogue": [1, 3], "stamps": [1, 3], "spines": [4], "notes": [4]}


def test_a_corrected_count_is_that_of_the_paper_too_where_they_were_the_same(people, by):
    same, other = stocked(people, 2)
    owing.register_paper([same.uid], by=by)
    owing.register_paper([other.uid], by=by, pages=3)
    for one in rows().order_by("item_no"):
        correct(one, changes={"page_count": 2}, reason="少数一页", by=by, version=one.version)
    assert [(one.page_count, one.paper_pages) for one in rows().order_by("item_no")] == [(2, 2), (2, 3)]


def test_an_undone_correction_of_many_gives_the_count_of_the_paper_back(people, units, by):
    """Fault: 5 sheets of paper beside 3 pages of files, both 5 by the act, were 3 after it was undone."""
    (one,) = stocked(people, 1)
    owing.register_paper([one.uid], by=by, pages=5)
    kept = rows().get(pk=one.pk)
    amendment = bulk_amend.Amendment("page_count", bulk_amend.FILL, "5")
    digest = bulk_amend.preview([kept], amendment).digest
    done = bulk_amend.apply([one.pk], amendment, unit=units["D07"], by=by, reason="统一", digest=digest)
    bulk_amend.undo(done, by=by)
    after = rows().get(pk=one.pk)
    assert (after.page_count, after.paper_pages) == (kept.page_count, 5)


def test_what_nobody_has_counted_is_blank(people, units):
    """Fault: 0 on the catalogue; an item of 0 pages does not exist."""
    (one,) = year_of(people, 1)
    with unwatched():
        rows().filter(pk=one.pk).update(page_count=0)
    (line,) = catalogue.lines(catalogue.records_of(units["D07"], 2016))
    assert line[7] == "" and pages.listed(rows().get(pk=one.pk)) == ""


def test_no_pages_and_no_file_is_refused_and_never_called_counted(units, by, tmp_path):
    """Fault: “已按电子文件的页数计”, where there was no file."""
    lines = [
        {"title": "只有纸", "date": "2003", "page_count": "0"},
        {"title": "不知几页", "date": "2003", "page_count": ""},
        {"title": "有电子文件", "date": "2003", "page_count": "0", "file": text(tmp_path, "a.txt")},
    ]
    outcome = run(table(tmp_path, lines), units["D07"], by=by)
    refused, counted = (one for one in outcome.findings if one.field == "page_count")
    assert (refused.is_refusal, refused.line) == (True, 2)
    assert "页数为 0，又没有列电子文件" in refused.message
    assert not counted.is_refusal and counted.line == 4 and "不能自动计页的留空" in counted.message
    assert set(rows().values_list("title", "page_count")) == {("不知几页", 0), ("有电子文件", 0)}


@pytest.fixture
def filed(people) -> Record:
    document = take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y")
    return rows().select_related("document", "unit").get(document=document)


def test_an_added_file_that_cannot_be_counted_is_told_before_it_is_checked(people, filed, by):
    """Fault: 核对无误 stood beside a count that the attachment, asked for and sent, had not changed."""
    assert "不能自动计页" not in page(by, filed)  # the 定稿 is a text that the platform writes
    send_back(filed, by=by, reason="缺附件", version=filed.version)
    new = NewVersion("附件.txt", land_bytes("补来的附件".encode(), "附件.txt"), "attachment")
    row = answer_mend(filed, by=people["D07:officer"], answer="附上", files=(new,))
    told = f"“附件.txt”不能自动计页，未计入页数（现为 {row.page_count} 页），请数过后更正。"
    assert told in page(by, filed) and "核对无误</button>" in page(by, filed)
    row = correct(row, changes={"page_count": row.page_count + 1}, reason="计入附件", by=by, version=row.version)
    assert "不能自动计页" not in page(by, row)


def test_a_count_that_its_files_do_not_bear_out_is_told_until_it_is_checked(people, by):
    (one,) = stocked(people, 1)
    assert "著录的页数是" not in page(by, one)
    Component.objects.filter(record=one, role=Role.ORIGINAL).update(pages=2)
    assert "著录的页数是 1，电子文件共 2 页，请核对，不对的请更正。" in page(by, one)
    browser(by).post(reverse("archive:check", args=[one.uid]))
    assert "著录的页数是" not in page(by, one)

"""Paper beside the files: what is owed, boxes, 备考表, stock checks, paper alone, and the stamped copy for printing."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pikepdf
import pypdfium2 as pdfium
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Box, Record
from archive.states import Carrier
from archive.twins import alone, boxes, owing, stock, whole_copy
from files.models import StoredFile
from files.store import keep, land_bytes, path_of
from paper.free_place import free_place
from tests.archive.paper_year import year_of
from tests.made import brought_to, take
from tests.transfer.stock import stocked
from units.models import AuditEvent
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def all_records():
    return Record.objects.unguarded("a test looks")


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def boxed(people, units, by) -> list[Record]:
    """Twelve items of 2016 with paper, all in boxes."""
    made = year_of(people, 12)
    owing.register_paper([one.uid for one in made], by=by)
    boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    return list(all_records().filter(pk__in=[one.pk for one in made]).order_by("pk"))


def test_permanent_and_30_years_owe_paper_until_it_is_registered_and_10_years_never(people, by):
    """Shows: E-06, 3.10"""
    made = year_of(people, 6)
    owed = owing.owed(all_records())
    assert {one.retention_code for one in owed} == {"Y", "D30"} and owed.count() == 4
    first = made[0]
    assert owing.owes_paper(first) and not owing.owes_paper(made[2])
    owing.register_paper([first.uid], by=by, pages=9)
    first.refresh_from_db()
    assert (first.carrier_mode, first.paper_exists, first.paper_pages) == (Carrier.DUAL, True, 9)
    assert first.get_carrier_mode_display() == "纸质和电子" and owing.owed(all_records()).count() == 3
    event = AuditEvent.objects.of(first).get()
    assert (event.verb, event.post, event.detail["pages"]) == ("register_paper", "档案员", 9)
    assert first.changes.first().history_user == by


def test_registering_is_all_or_nothing_and_only_for_whoever_arranges(people, by):
    made = year_of(people, 3)
    owing.register_paper([made[0].uid], by=by)
    events = AuditEvent.objects.count()
    for uids, person in (([made[0].uid, made[1].uid], by), ([made[1].uid], people["D09:archivist"]), ([], by)):
        with pytest.raises(Refused):
            owing.register_paper(uids, by=person)
    assert AuditEvent.objects.count() == events and not all_records().get(pk=made[1].pk).paper_exists


def test_late_items_go_behind_what_lies_in_the_last_box_and_a_thick_one_has_its_own(people, units, by):
    made = year_of(people, 3, periods=("Y",))
    owing.register_paper([one.uid for one in made[:2]], by=by)
    (first,) = boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    assert (first.number, first.spine_mm) == (1, 20)
    owing.register_paper([made[2].uid], by=by, pages=900)
    second = boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    assert [(one.number, one.spine_mm) for one in second] == [(2, 50)]  # 90 mm at 0.1: the thickest box, alone
    with pytest.raises(Refused, match="没有待装盒"):
        boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())


@pytest.mark.parametrize(("sides", "sheet", "mm"), [(1, "0.1", "1.10"), (2, "0.1", "0.60"), (2, "0.15", "0.90")])
def test_thickness_is_sheets_times_their_thickness(sides, sheet, mm):
    packing = boxes.Packing(Decimal(sheet), sides)
    assert packing.thickness(Record(paper_pages=11)) == Decimal(mm)


def test_an_item_taken_out_leaves_a_note_and_can_be_boxed_again(boxed, units, by):
    """Shows: 3.9"""
    record = boxed[0]
    box = record.boxed.box
    boxes.take_out(record, by=by, reason="送修裱")
    box.refresh_from_db(), record.refresh_from_db()
    assert box.note == f"件号 {record.item_no:04d} 取出：送修裱。" and record.box == ""
    (again,) = boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    record.refresh_from_db()
    assert record.box == str(again.number) and again == box
    with pytest.raises(Refused, match="理由"):
        boxes.take_out(record, by=by, reason=" ")


def test_the_note_of_a_box_is_edited_once_and_a_stale_page_is_told(boxed, by):
    box = Box.objects.first()
    given = {
        "note": "第 3 件缺附件。",
        "arranged_by": "甲",
        "arranged_on": date(2026, 3, 2),
        "checked_on": date(2026, 3, 3),
    }
    boxes.edit(box, changes=given, version=box.version, by=by)
    with pytest.raises(Stale):
        boxes.edit(box, changes={"shelf": "x"}, version=box.version, by=by)
    box.refresh_from_db()
    with pytest.raises(Refused, match="检查日期"):
        boxes.edit(box, changes=given | {"checked_on": date(2026, 3, 1)}, version=box.version, by=by)
    assert AuditEvent.objects.of(box).filter(verb="edit_box").get().detail["changes"]["arranged_by"] == ["", "甲"]
    later = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        boxes.edit(box, changes={"arranged_on": later, "checked_on": later}, version=box.version, by=by)
    assert refusal.value.reasons == ["整理日期不能晚于今天。", "检查日期不能晚于今天。"]


def test_one_name_as_who_arranged_and_who_checked_is_told(boxed, by):
    box = Box.objects.first()
    given = {"arranged_by": "甲", "checked_by": "甲", "version": box.version}
    page = browser(by).post(reverse("archive:edit_box", args=[box.uid]), given, follow=True)
    assert "整理人和检查人都是甲" in page.content.decode()
    box.refresh_from_db()
    boxes.edit(box, changes={"checked_by": "乙"}, version=box.version, by=by)
    assert boxes.told_same_person(Box.objects.get(pk=box.pk)) == ""


def test_what_owes_paper_is_ticked_all_at_once(people, by):
    year_of(people, 3)
    page = browser(by).get(reverse("archive:owed")).content.decode()
    assert 'id="tick-all"' in page and "js/lists" in page


def test_a_stock_check_tells_found_missing_strange_and_doubled_and_is_kept(boxed, people, units, by):
    here, gone = boxed[:9], boxed[9:]
    outside = year_of(people, 1, year=2015)[0]
    lines = [one.archival_code for one in here]
    lines[0] = lines[0].replace("·", "．").lower()  # as a keyboard gives it
    lines[3] = lines[3].replace("·", ".")  # an ordinary full stop
    lines[4] = lines[4].replace("·", "‧")
    lines[5] = lines[5].replace("·", "・")
    lines[1] = f"http://archives.example{here[1].get_absolute_url()}"  # as a label's QR code gives it
    text = "\r\n".join([*lines, lines[2], outside.archival_code, "Z999-WS·2016-Y-0001"])
    made = stock.check(units["D07"], text, by=by, year=2016)
    assert (made.expected, sorted(made.found)) == (12, sorted(one.archival_code for one in here))
    assert sorted(made.missing) == sorted(one.archival_code for one in gone)
    assert made.strange == [
        [outside.archival_code, "目录中没有登记纸质件"],
        ["Z999-WS·2016-Y-0001", "本单位目录中没有这个档号"],
    ]
    assert made.doubled == [here[2].archival_code] and not made.is_whole
    assert (made.checked_by, AuditEvent.objects.of(made).get().verb) == (by, "check_stock")
    box = boxed[0].boxed.box
    inside = [one.archival_code for one in boxed if one.boxed.box_id == box.pk]
    assert stock.check(units["D07"], " ".join(inside), by=by, box=box).is_whole
    elsewhere = next(one for one in boxed if one.boxed.box_id != box.pk)
    told = stock.check(units["D07"], elsewhere.archival_code, by=by, box=box).strange
    assert told == [[elsewhere.archival_code, f"应在{elsewhere.boxed.box}"]]
    with pytest.raises(Refused, match="每行一个"):
        stock.check(units["D07"], " \n", by=by)


def given(**more) -> dict:
    usual = {
        "title": "关于旧档整理的通知", "author": "长宁区信息化委员会", "doc_number": "", "date": None, "year": 1998,
        "retention_code": "Y", "class_code": "BGS", "pages": 4,
    }  # fmt: skip
    return usual | more


def test_paper_alone_is_a_record_with_its_number_and_without_files(units, people, by):
    record = alone.register(units["D07"], alone.PaperAlone(**given()), by=by)
    assert record.archival_code == "Z407-WS·1998-Y-BGS-0001" and record.date_shown == ""
    assert (record.carrier_mode, record.paper_exists, record.paper_pages) == (Carrier.PAPER, True, 4)
    assert not owing.owes_paper(record) and not record.components.exists()
    with pytest.raises(Refused, match="权限"):
        alone.register(units["D07"], alone.PaperAlone(**given(title="另件")), by=people["D09:archivist"])


def _pages(component) -> int:
    with pikepdf.open(path_of(component.stored_file)) as opened:
        return len(opened.pages)


def test_the_stamped_copy_has_six_cells_above_the_text_and_the_signed_file_is_untouched(people, by):
    """Shows: 3.7"""
    document = brought_to("dispatch", people)
    record = take(document, "complete", people["D07:clerk"], retention_code="D30").record
    original = record.components.filter(filename="正本.pdf").get().stored_file
    before = path_of(original).read_bytes()
    answer = browser(by).get(reverse("archive:stamped", args=[record.uid]))
    assert answer.status_code == 200 and path_of(original).read_bytes() == before
    files = record.components.filter(stored_file__mime="application/pdf").select_related("stored_file")
    with pikepdf.open(io.BytesIO(answer.content)) as made:
        count = len(made.pages)
    assert count >= sum(_pages(one) for one in files) > _pages(files.get(filename="正本.pdf"))
    with pdfium.PdfDocument(answer.content) as opened:
        page = opened[0]
        height = page.get_height()
        mm = 72 / 25.4
        inside = page.get_textpage().get_text_bounded(
            left=139 * mm, right=184 * mm, top=height - 10 * mm, bottom=height - 26 * mm
        )
    assert "".join(inside.split()) == f"Z407{record.year}{record.item_no:04d}BGS30年{count}"


def test_a_text_prints_with_all_its_pages_and_what_does_not_print_is_named_on_a_last_sheet(people, by):
    """3.7: the number on the stamp is that of the pages printed."""
    record = stocked(people, 1)[0]
    first = record.components.get()
    sheet = land_bytes(ruled(pages=1), "文件处理单.pdf")
    record.components.create(role="handling_sheet", seq=2, filename="文件处理单.pdf", stored_file=keep(sheet))
    word = StoredFile.objects.create(sha256="d" * 64, crc32=1, bytes=3, format_id="x", mime="application/msword")
    record.components.create(role="attachment", seq=3, filename="统计表.doc", stored_file=word)
    made = whole_copy.stamped_copy(record, "http://x{}".format)
    with pdfium.PdfDocument(made) as opened:
        texts = ["".join(page.get_textpage().get_text_bounded().split()) for page in opened]
    assert first.stored_file.mime == "text/plain" and "第1号事项" in texts[0] and "统计表.doc" in texts[-1]
    assert f"永久{len(texts) - 1}" in texts[0] and len(texts) >= 3


def test_the_stamp_keeps_off_what_is_written_on_the_first_page(people):
    """DA/T 22—2015, 5.6: on free space, not over the title."""
    assert free_place(ruled(black=(130, 0, 210, 60)), (45.0, 16.0), (139.0, 10.0)) == pytest.approx(
        (82.5, 10.0), abs=0.2
    )
    left, down = free_place(ruled(black=(0, 0, 210, 40)), (45.0, 16.0), (139.0, 10.0))
    assert (left, down) == (139.0, 42.0)
    full = free_place(ruled(black=(0, 0, 210, 297)), (45.0, 16.0), (139.0, 10.0))
    assert 0 <= full[0] <= 165 and full[1] >= 10


def ruled(pages: int = 1, black: tuple = ()) -> bytes:
    """A4 pages, the first with a black rectangle (mm from the upper left: left, top, right, bottom)."""
    out, mm = io.BytesIO(), 72 / 25.4
    with pikepdf.new() as new:
        for _ in range(pages):
            new.add_blank_page(page_size=(210 * mm, 297 * mm))
        if black:
            left, top, right, low = (one * mm for one in black)
            drawn = f"{left} {297 * mm - low} {right - left} {low - top} re f"
            new.pages[0].Contents = new.make_stream(drawn.encode())
        new.save(out)
    return out.getvalue()

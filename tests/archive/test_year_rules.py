"""Rules of the year: ticks before the register, dates in bulk, boxes left, paper alone in a fixed year."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import bulk_amend, class_notes, monthly, ticking
from archive.bulk_amend import FILL, REPLACE, Amendment
from archive.changes import changes_of
from archive.correct_forms import initial_of
from archive.correction import correct
from archive.entering import enter
from archive.fixed_years import MOVED_LATE, Late
from archive.models import Box, InspectionRun, Record, RecordText, YearFixed
from archive.retention import fonds_of
from archive.states import Carrier, Precision, Stage, Verdict
from archive.twins import alone, boxes, owing
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def read(record) -> Record:
    return Record.objects.unguarded("a test looks").select_related("fonds", "unit").get(pk=record.pk)


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def last_month(people, units) -> tuple[int, int]:
    """The month before this one, with two records of D07."""
    year, month = divmod(timezone.localdate().year * 12 + timezone.localdate().month - 2, 12)
    first, _ = monthly.period(year, month + 1)
    rows = stocked(people, 2, year=2011)
    with unwatched():  # filed by nobody's act, as `stocked` itself does it
        for one in rows:
            one.pk, one.uid, one.filed_at = None, uuid4(), first
            one.save(force_insert=True)
    return year, month + 1


def test_a_manual_item_without_a_tick_bars_the_months_register_and_says_where(people, units, by, last_month):
    year, month = last_month
    client, address = browser(by), reverse("archive:filing_register", args=[year, month])
    page = client.get(address)
    items = ticking.items_to_tick(Stage.FILING)
    assert page.context["bars"] == [
        f"本月抽样还有 {len(items)} 项人工检测未登记（{'、'.join(one.name for one in items)}），登记后再签字确认。"
    ]
    where = page.context["ticks_at"]
    assert where in page.content.decode() and client.get(where).status_code == 200
    assert browser(people["D07:clerk"]).get(address).context["ticks_at"] == ""  # told as well, and ticked by another
    with pytest.raises(Refused, match="人工检测未登记"):
        monthly.sign(units["D07"], year, month, side="archivist", by=by)
    scope = ticking.month_scope(units["D07"], Stage.FILING, date(year, month, 1))
    ticking.tick(scope, {one.serial: Verdict.PASS for one in items[1:]}, note="", by=by)
    with pytest.raises(Refused, match=f"还有 1 项人工检测未登记（{items[0].name}）"):
        monthly.sign(units["D07"], year, month, side="archivist", by=by)
    one = scope.sample[0]
    ticking.tick(scope, {items[0].serial: Verdict.FAIL}, note="一件附件打不开", by=by, failing=[one.uid])
    monthly.sign(units["D07"], year, month, side="archivist", by=by)
    row = monthly.row_of(units["D07"], year, month)
    told = dict(monthly.lines_of(row.content, row))["人工检测（抽样）"]
    failed = f"不合格 1 项（{items[0].name}：{one.archival_code}）"  # it bars nothing, and is never passed over
    assert told == f"抽查 2 件，合格 {len(items) - 1} 项，{failed}"


def amended(rows, amendment, by):
    keys = [row.pk for row in rows]
    now = Record.objects.unguarded("a test looks").filter(pk__in=keys).select_related("fonds", "unit").order_by("pk")
    shown = bulk_amend.preview(now, amendment)
    return bulk_amend.apply(keys, amendment, unit=rows[0].unit, by=by, reason="统一口径", digest=shown.digest)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("date", "2011年11月", {"date": date(2011, 11, 1), "date_precision": Precision.MONTH}),
        ("date", "", {"date": None, "date_precision": Precision.UNKNOWN}),
        ("page_count", "12", {"page_count": 12}),
        ("main_recipients", "各乡镇人民政府", {"main_recipients": "各乡镇人民政府"}),
        ("cc_recipients", "区档案局", {"cc_recipients": "区档案局"}),
    ],
)
def test_dates_pages_and_recipients_are_corrected_in_bulk_and_undone(people, by, field, value, kept):
    rows = stocked(people, 3, year=2011)
    before = {name: getattr(read(rows[0]), name) for name in kept}
    done = amended(rows, Amendment(field, FILL, value), by)
    now = [read(row) for row in rows]
    assert [{name: getattr(row, name) for name in kept} for row in now] == [kept] * 3
    (told,) = [one for one in changes_of(now[0]) if one.label == done.label]
    assert told.after == (value if field != "date" or not value else "2011-11")
    bulk_amend.undo(done, by=by)
    assert [{name: getattr(read(row), name) for name in kept} for row in rows] == [before] * 3


def test_search_follows_a_date_that_many_were_given(people, by):
    rows = [alone.register(people_unit(people), paper(title=f"关于第{n}件旧事的通知"), by=by) for n in range(2)]
    amended(rows, Amendment("date", FILL, "1998-05-06"), by)
    texts = RecordText.objects.unguarded("a test looks").filter(pk__in=[one.pk for one in rows])
    assert set(texts.values_list("sorted_on", flat=True)) == {date(1998, 5, 6)}


def people_unit(people):
    return people["D07:archivist"].appointments.get().post.unit


def paper(**more) -> alone.PaperAlone:
    usual = {
        "title": "关于旧档整理的通知", "author": "长宁区信息化委员会", "doc_number": "", "date": None, "year": 1998,
        "retention_code": "Y", "class_code": "BGS", "pages": 4,
    }  # fmt: skip
    return alone.PaperAlone(**(usual | more))


@pytest.mark.parametrize(
    ("field", "how", "value", "told"),
    [
        ("date", FILL, "2011-13-40", "应写成 2026-11-03"),
        ("date", FILL, "2999-01-01", "应写成 2026-11-03"),
        ("date", REPLACE, "2012", "只能统一填写"),
        ("page_count", FILL, "十二", "页数应为 0 至 100,000 的整数"),
        ("page_count", FILL, "-1", "页数应为"),
        ("page_count", FILL, "", "页数应为"),
    ],
)
def test_what_is_no_value_of_the_field_is_said_before_anything_is_shown(people, by, field, how, value, told):
    rows = stocked(people, 1, year=2011)
    given = {"keys": str(rows[0].uid), "field": field, "how": how, "value": value, "find": "2011", "reason": "改",
             "step": "preview"}  # fmt: skip
    page = send_form(browser(by), reverse("archive:bulk"), given)
    assert page.status_code == 422 and told in page.content.decode()


def test_who_decided_a_period_is_known_after_a_correction_of_many_and_as_before_when_it_is_undone(people, by):
    rows = stocked(people, 2, year=2011)
    correct(read(rows[0]), changes={"retention_code": "D30"}, reason="按新表", by=by, version=1)
    was = read(rows[0])
    done = amended([was], Amendment("retention_code", FILL, "D10"), by)
    assert read(rows[0]).retention_decided_by == by and "批量更正" in read(rows[0]).retention_basis
    bulk_amend.undo(done, by=by)
    assert (read(rows[0]).retention_basis, read(rows[0]).retention_decided_by) == (was.retention_basis, by)


@pytest.fixture
def boxed(people, units, by) -> list[Record]:
    made = stocked(people, 4, year=2016)
    owing.register_paper([one.uid for one in made], by=by)
    boxes.pack(units["D07"], 2016, by=by, packing=boxes.Packing())
    return [read(one) for one in made]


def test_a_boxed_record_of_another_class_leaves_its_box_and_everybody_is_told(people, by, boxed):
    one, box, client = boxed[0], Box.objects.get(), browser(by)
    address = reverse("archive:correct", args=[one.uid])
    assert "纸质件随即从“2016年 永久 第1盒”取出" in client.get(address).content.decode()
    correct(one, changes={"retention_code": "D30"}, reason="期限定错", by=by, version=one.version)
    now = read(one)
    assert now.box == "" and now.boxed.box is None and box.items.count() == 3
    box.refresh_from_db()
    assert box.note == f"件号 0001 改为 {now.archival_code}，已取出：期限定错。"
    assert AuditEvent.objects.of(box).last().detail["records"] == [now.archival_code]
    assert ("盒号", "1", "") in [(told.label, told.before, told.after) for told in changes_of(now)]
    assert list(boxes.waiting(now.unit, 2016)) == [now]  # to be packed with its own class
    kept = read(boxed[1])
    correct(kept, changes={"title": "关于改过题名的通知"}, reason="题名有误", by=by, version=kept.version)
    assert read(kept).box == "1"


def test_a_correction_of_many_takes_them_out_of_their_boxes_too(people, by, boxed):
    amended(boxed[:2], Amendment("class_code", FILL, "YWK"), by)
    box = Box.objects.get()
    assert [read(one).box for one in boxed] == ["", "", "1", "1"] and box.items.count() == 2
    assert box.note.count("改为") == 2 and box.note.endswith("已取出：统一口径。")


def test_the_page_says_that_the_paper_was_taken_out(by, boxed):
    one = boxed[0]
    sent = {**initial_of(one), "version": one.version, "reason": "年度有误", "year": "2015"}
    page = browser(by).post(reverse("archive:correct", args=[one.uid]), sent, follow=True)
    assert "从盒中取出并记入备考表，请重新装盒" in page.content.decode()


@pytest.fixture
def fixed(units, by) -> int:
    YearFixed.objects.create(unit=units["D07"], fonds=fonds_of(units["D07"]), year=1998, items=0, fixed_by=by)
    return 1998


def test_paper_alone_in_a_fixed_year_is_late_and_says_why(units, by, fixed):
    with pytest.raises(Refused, match="1998年度已定号，此件作为补充归档，须填写补充归档理由、发现日期、批准人"):
        alone.register(units["D07"], paper(), by=by)
    record = alone.register(units["D07"], paper(late=Late("夹在别卷中", date(2026, 3, 1), "李主任（纸质签字）")), by=by)
    assert (record.late_reason, record.late_approved_by) == ("夹在别卷中", "李主任（纸质签字）")
    assert AuditEvent.objects.of(record).get().label == "补充归档"
    assert any("夹在别卷中" in one for one in class_notes.notes_of(record.fonds, 1998, "Y", "BGS"))
    page = browser(by).post(
        reverse("archive:paper_alone"),
        {"title": "关于另件的通知", "author": "区信息委", "year": "1998", "retention_code": "Y", "pages": "2"},
    )
    assert page.status_code == 422 and "须填写补充归档理由" in page.content.decode()


def test_what_is_corrected_into_a_fixed_year_is_late_there(people, by, fixed):
    row = read(stocked(people, 1, year=2011)[0])
    correct(row, changes={"year": 1998}, reason="年度看错", by=by, version=row.version)
    assert read(row).late_reason == f"{MOVED_LATE}：年度看错"


def test_the_period_is_corrected_in_one_place_with_reason_and_person(people, by):
    """更正 is the one act; the record's page leads to its field, and says who decided."""
    row = read(stocked(people, 1, year=2011)[0])
    page = browser(by).get(row.get_absolute_url()).content.decode()
    assert f"{reverse('archive:correct', args=[row.uid])}?field=retention_code" in page and "调整保管期限" not in page
    correct(row, changes={"retention_code": "D30"}, reason="按新表", by=by, version=row.version)
    assert (read(row).retention_decided_by, read(row).retention_basis) == (by, f"{by.name}更正：按新表")


def test_the_pages_of_paper_alone_are_those_that_its_box_counts(people, units, by):
    """Entered at the desk or from its paper, corrected alone or with many: one number."""
    values = {
        "title": "关于迟到文件的函", "doc_number": "", "author": "长宁区信息化委员会", "date": date(2011, 5, 6),
        "date_precision": "day", "page_count": 3, "year": 2011, "retention_code": "Y", "class_code": "BGS",
        "doc_type": "", "use_scope": "unit", "security_class": "public",
    }  # fmt: skip
    row = enter(values, unit=units["D07"], by=by)
    assert (row.carrier_mode, row.paper_pages) == (Carrier.PAPER, 3)
    correct(row, changes={"page_count": 4}, reason="少数一页", by=by, version=row.version)
    assert read(row).paper_pages == 4
    amended([read(row)], Amendment("page_count", FILL, "5"), by)
    assert read(row).paper_pages == 5
    boxes.pack(units["D07"], 2011, by=by, packing=boxes.Packing())
    assert boxes.boxes_of(units["D07"], 2011).get().n_pages == 5


def test_a_record_that_the_register_calls_bad_is_named_and_linked(units, people, by, last_month):
    year, month = last_month
    (one, _) = monthly.records_of(units["D07"], year, month).order_by("archival_code")
    moment, _ = monthly.period(year, month)
    InspectionRun.objects.create(
        stage=Stage.FILING, subject_uid=one.uid, records=1, operator=by, started_at=moment, finished_at=moment,
        tally={"1-2": [1, 1, 0]}, tool_version="2.0",
    )  # fmt: skip
    content = monthly.filled(units["D07"], year, month)
    told = dict(monthly.lines_of(content, None))["真实性检验"]  # what the PDF and the workbook print
    assert told.startswith("不合格 1 件") and f"不合格的是：{one.archival_code}《{one.title}》" in told
    page = browser(by).get(reverse("archive:filing_register", args=[year, month])).content.decode()
    assert f'<a href="{reverse("archive:inspection", args=[one.uid])}">{one.title}</a>' in page


def test_a_running_month_invites_nobody_to_sign_and_says_who_will(people, by):
    stocked(people, 1, year=2011)
    today = timezone.localdate()
    client = browser(people["D07:clerk"])
    page = client.get(reverse("archive:filing_registers")).content.decode()
    assert "待签字" not in page
    page = client.get(reverse("archive:filing_register", args=[today.year, today.month])).content.decode()
    assert "文书或领导，档案部门由档案员，两方由不同的人签" in page


@pytest.mark.parametrize("who", ["D07:clerk", "D07:archivist"])
def test_a_running_month_says_from_which_day_and_by_whom_it_is_signed(people, by, who):
    """Fault: neither side's page said when, and an empty month was told that nobody need sign before it was over."""
    today, client = timezone.localdate(), browser(people[who])
    opens = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    told = f"自 {opens} 起签字确认：电子文件形成或办理部门由文书或领导签字，档案部门由档案员"
    one = reverse("archive:filing_register", args=[today.year, today.month])
    for count in (0, 1):
        stocked(people, count, year=2011)
        pages = [client.get(address).content.decode() for address in (reverse("archive:filing_registers"), one)]
        assert all(told.replace("签字，", "，") in page for page in pages) and f"{opens} 起签字" in pages[0]
        assert "不必签字" not in pages[1] and "以档案部门签字" not in pages[1] and "待签字" not in pages[0]


def test_the_year_and_the_desks_tree_stand_in_the_order_of_the_catalogue(people, units, by):
    """Fault: 永久, 10年, 30年."""
    for retention in ("D10", "Y", "D30"):
        stocked(people, 1, year=2011, retention=retention)
    (year,) = (one for one in browser(by).get(f"{reverse('archive:desk')}?tab=imported").context["tree"][0].branches)
    assert [one.label for one in year.branches] == ["永久", "30年", "10年"]
    state = browser(by).get(f"{reverse('archive:year', args=[2011])}?unit=D07").context["state"]
    assert [one.retention_code for one in state.series] == ["Y", "D30", "D10"]

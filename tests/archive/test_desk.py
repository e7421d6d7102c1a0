"""归档工作台 and the year: counters equal lists, checked by the archivist, fixed, late papers, the month's register."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive import class_notes, custody, desk, monthly, register_rows, ticking, year_end
from archive.checking import accept
from archive.correction import correct
from archive.due import due_by
from archive.entering import enter
from archive.filing import series_of
from archive.fixed_years import Late
from archive.mending import send_back
from archive.models import Record, RecordGrant, YearFixed
from archive.retention import fonds_of
from archive.states import Stage, Verdict
from documents.models import Document
from tests.forms import send_form
from tests.made import brought_to, registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.counters import take as take_number
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def read(record) -> Record:
    rows = Record.objects.unguarded("a test looks").select_related("fonds", "unit", "document", "checked_by")
    return rows.get(pk=record.pk)


def filed(people, title="关于归档事项的通知", period="Y") -> Record:
    return read(
        take(brought_to("dispatch", people, title=title), "complete", people["D07:clerk"], retention_code=period).record
    )


def values(**given) -> dict:
    """What the archivist types of one item."""
    return {
        "title": "关于迟到文件的函", "doc_number": "", "author": "长宁区信息化委员会", "date": date(2011, 5, 6),
        "date_precision": "day", "page_count": 3, "year": 2011, "retention_code": "Y", "class_code": "BGS",
        "doc_type": "", "use_scope": "unit", "security_class": "public", "disclosure_attr": "", "subject_words": "",
        "main_recipients": "", "cc_recipients": "", "legacy_code": "", "remark": "", **given,
    }  # fmt: skip


def test_every_counter_is_the_count_of_its_list(people, units):
    by = people["D07:archivist"]
    first, second, third, fourth = (filed(people, f"关于第{n}件事的通知") for n in range(4))
    send_back(first, by=by, reason="日期有误", version=first.version)
    accept([second.pk], by=by)
    with transaction.atomic():
        custody.freeze([third.pk], by=by)
    brought_to("dispatch", people, title="关于尚未办结事项的通知")  # handled and not completed
    old = stocked(people, 2, year=2012, retention="D10")
    today = timezone.localdate()
    RecordGrant.objects.create(
        record=old[0], user=people["D07:officer"], reason="查阅", starts_on=today, ends_on=today, granted_by=by
    )
    shown = {}
    for tab in desk.TABS:
        page = browser(by).get(reverse("archive:desk"), {"tab": tab.key})
        assert page.status_code == 200
        rows = page.context["due"] if tab.key == "due" else page.context["page"].items
        shown[tab.key] = ({row.obj.title if tab.key == "due" else row.title for row in rows}, len(rows))
        assert page.context["count"] == len(rows), tab.key
    assert shown["due"][0] == {"关于第0件事的通知", "关于尚未办结事项的通知"}
    assert shown["unchecked"][0] == {"关于第3件事的通知"}
    assert shown["returned"][0] == {"关于第0件事的通知"}
    assert shown["checked"][0] == {"关于第1件事的通知"}
    assert shown["imported"][0] == {old[0].title, old[1].title}  # nobody has looked at them
    assert shown["transferred"][0] == {"关于第2件事的通知"}
    assert shown["expired"][1] == 2 and shown["lent"][0] == {old[0].title}
    assert read(fourth).checked_at is None


def test_the_due_tell_cause_owner_and_age(people, units):
    record = filed(people)
    send_back(record, by=people["D07:archivist"], reason="缺附件", version=record.version)
    waiting = registered(people, title="关于待办结的通知")
    view = (
        Record.objects.unguarded("a test looks"), Document.objects.unguarded("a test looks")
    )  # fmt: skip
    lines = {one.cause: one for one in desk.due_lines(units["D07"], *view, 10)}
    assert set(lines) == {"退回待补", "已办未结"}
    assert (lines["退回待补"].owner, lines["退回待补"].days) == (people["D07:officer"].name, 0)
    titles = {(one.obj.title, one.cause) for one in desk.due_lines(units["D09"], *view, 10)}
    assert titles <= {(waiting.title, "已办未结")}


@pytest.mark.parametrize(("day", "is_due"), [(date(2022, 12, 31), False), (date(2023, 1, 1), True)])
def test_a_period_of_ten_years_from_2012_is_over_with_2022(people, day, is_due):
    stocked(people, 1, year=2012, retention="D10")
    rows = Record.objects.unguarded("a test looks")
    assert rows.filter(due_by(day)).exists() is is_due


def test_the_archivist_checks_many_all_or_nothing(people):
    by = people["D07:archivist"]
    first, second = filed(people, "关于甲事的通知"), filed(people, "关于乙事的通知")
    send_back(second, by=by, reason="有误", version=second.version)
    with pytest.raises(Refused, match="已退回补正"):
        accept([first.pk, second.pk], by=by)
    assert read(first).checked_at is None
    response = send_form(browser(by), reverse("archive:check", args=[first.uid]), {})
    assert response.status_code == 302 and read(first).checked_by == by
    assert AuditEvent.objects.of(first).last().verb == "check"
    with pytest.raises(Refused, match="已由区信息委档案员核对过"):
        accept([first.pk], by=by)
    with pytest.raises(Refused, match="不在本单位保管"):
        accept([second.pk], by=people["D09:archivist"])


def test_the_tree_narrows_the_list_and_counts_what_it_shows(people):
    stocked(people, 3, year=2011)
    stocked(people, 2, year=2012, retention="D30")
    page = browser(people["D07:archivist"]).get(
        reverse("archive:desk"), {"tab": "imported", "fonds": "Z407", "year": "2012"}
    )
    (fonds,) = page.context["tree"]
    assert [(one.label, one.count, one.is_current) for one in fonds.branches] == [
        ("2012年", 2, True),
        ("2011年", 3, False),
    ]
    assert page.context["total"] == len(page.context["page"].items) == 2


def test_many_are_corrected_on_screen_after_a_preview(people):
    rows = stocked(people, 3, year=2011)
    client, address = browser(people["D07:archivist"]), reverse("archive:bulk")
    given = {"keys": ",".join(str(one.uid) for one in rows), "field": "title", "how": "replace", "find": "批复",
             "value": "回复", "reason": "文种写错"}  # fmt: skip
    page = send_form(client, address, given | {"step": "preview"})
    assert page.status_code == 200 and len(page.context["lines"]) == 3
    assert read(rows[0]).title.endswith("批复")
    digest = page.context["seen"].digest
    done = send_form(client, address, given | {"step": "apply", "digest": digest})
    assert done.status_code == 302 and {read(one).title[-2:] for one in rows} == {"回复"}
    assert client.get(done["Location"]).status_code == 200
    stale = send_form(client, address, given | {"step": "apply", "digest": digest})
    assert stale.status_code == 409
    undone = send_form(client, f"{done['Location']}undo/", {})
    assert undone.status_code == 302 and {read(one).title[-2:] for one in rows} == {"批复"}


def test_a_year_is_fixed_once_everything_is_checked_and_explained(people, units):
    by, record = people["D07:archivist"], filed(people)
    year = record.year
    with pytest.raises(Refused, match="还有 1 件未核对"):
        year_end.fix(units["D07"], year, by=by)
    accept([record.pk], by=by)
    stocked(people, 1, year=year, first=4)  # 2 and 3 were never given
    with pytest.raises(Refused, match="缺号 2 个，请在说明中写明情况"):
        year_end.fix(units["D07"], year, by=by)
    with pytest.raises(
        Refused, match="有 1 件导入的文件尚未核对：“关于第4号事项的批复”，请先核对；确认照此定号的，勾选"
    ):
        year_end.fix(units["D07"], year, by=by, note="旧目录跳号")
    row = year_end.fix(units["D07"], year, by=by, note="旧目录跳号", takes_unchecked=True)
    assert (row.items, row.note) == (2, "旧目录跳号")
    with pytest.raises(Refused, match="已经定号"):
        year_end.fix(units["D07"], year, by=by, note="再定", takes_unchecked=True)
    with pytest.raises(Refused, match="已整理完毕并定号"):
        correct(read(record), changes={"retention_code": "D10"}, reason="期限有误", by=by, version=read(record).version)
    assert correct(read(record), changes={"remark": "复印件"}, reason="补", by=by, version=read(record).version)


def test_late_papers_get_the_next_number_and_say_why(people, units):
    by = people["D07:archivist"]
    (first, *_) = stocked(people, 3, year=2011)
    with transaction.atomic():
        take_number(series_of(first), 0, above=3)
    year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    with pytest.raises(Refused, match="须填写补充归档理由、发现日期、批准人"):
        enter(values(), unit=units["D07"], by=by)
    assert Record.objects.unguarded("a test looks").filter(year=2011).count() == 3
    late = Late("移交时发现夹在别卷", date(2026, 3, 1), "李主任（纸质签字）")
    record = enter(values(), unit=units["D07"], by=by, late=late)
    assert record.archival_code == "Z407-WS·2011-Y-BGS-0004"
    assert class_notes.notes_of(record.fonds, 2011, "Y", "BGS") == [
        f"{record.item_no:04d} 补充归档：2026-03-01 发现，移交时发现夹在别卷，批准人（档案员填写）：李主任（纸质签字）"
    ]
    assert read(record).checked_by == by and record.carrier_mode == "paper_only"


def test_what_completes_into_a_fixed_year_files_itself_as_late(people, units):
    first = filed(people)
    accept([first.pk], by=people["D07:archivist"])
    year_end.fix(units["D07"], first.year, by=people["D07:archivist"], takes_unchecked=True)
    late = filed(people, "关于年后办结事项的通知")
    assert (late.item_no, late.late_reason) == (first.item_no + 1, "年度定号后办结归档")


def test_numbering_anew_is_the_leaders_to_approve_and_never_of_what_was_transferred(people, units):
    by, leader = people["D07:archivist"], people["D07:leader"]
    (record,) = stocked(people, 1, year=2011)
    row = year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    with pytest.raises(Refused, match="没有待批准的重新编号"):
        year_end.decide(row, by=leader, agreed=True)
    year_end.ask_to_renumber(row, by=by, reason="期限划错")
    task = Task.objects.get(kind="renumber", closed_at=None)
    assert (task.post.kind, task.subject_uid) == ("leader", row.uid)
    with pytest.raises(Refused, match="只有本单位领导"):
        year_end.decide(row, by=by, agreed=True)
    assert browser(leader).get(reverse("documents:waiting")).content.decode().count(row.get_absolute_url()) == 1
    send_form(browser(leader), reverse("archive:decide_renumbering", args=[row.uid]), {"decision": "agree"})
    moved = correct(read(record), changes={"retention_code": "D30"}, reason="期限划错", by=by, version=record.version)
    assert moved.archival_code.endswith("D30-BGS-0001")
    again = year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    with transaction.atomic():
        custody.freeze([record.pk], by=by)
    with pytest.raises(Refused, match="档号不能再变动"):
        year_end.ask_to_renumber(again, by=by, reason="再改")
    assert YearFixed.objects.filter(year=2011).count() == 2


def test_one_item_is_entered_by_hand_as_the_line_above(people, units):
    client, address = browser(people["D07:archivist"]), reverse("archive:enter")
    typed = values(date="2011-05-06") | {"more": "1", "is_paper_alone": "on"}
    typed.pop("date_precision")
    first = send_form(client, address, typed)
    assert first.status_code == 302, first.context["form"].errors
    form = client.get(first["Location"]).context["form"]
    assert (form.initial["author"], form.initial["date"], form.initial["title"]) == (typed["author"], "2011-05-06", "")
    wrong = send_form(client, address, typed | {"title": "", "year": "2031"})
    assert wrong.status_code == 422


def test_an_item_from_the_page_of_a_fixed_year_stays_in_that_year(people, units):
    by = people["D07:archivist"]
    stocked(people, 1, year=2011)
    row = year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    client = browser(by)
    page = client.get(row.get_absolute_url()).content.decode()
    address = f"{reverse('archive:enter')}?unit=D07&amp;year=2011"
    assert address in page
    shown = client.get(address.replace("&amp;", "&"))
    assert shown.context["form"].initial["year"] == 2011 and "补充归档一件（2011年度）" in shown.content.decode()


def test_an_open_year_takes_no_late_item(people, units):
    late = Late("移交时发现夹在别卷", date(2026, 3, 1), "李主任（纸质签字）")
    with pytest.raises(Refused, match="2011年度尚未定号，此件照常归档"):
        enter(values(), unit=units["D07"], by=people["D07:archivist"], late=late)


def test_another_year_than_the_dates_is_asked_about_before_a_number_is_given(people):
    client, address = browser(people["D07:archivist"]), reverse("archive:enter")
    typed = values(date="2010-12-06") | {"is_paper_alone": "on"}
    typed.pop("date_precision")
    asked = send_form(client, address, typed)
    assert asked.status_code == 422 and "日期在2010年，年度填的是2011" in asked.content.decode()
    assert send_form(client, address, typed | {"is_other_year": "on"}).status_code == 302


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


def test_what_was_not_inspected_is_never_passed(people, units):
    filed(people)
    today = timezone.localdate()
    content = monthly.filled(units["D07"], today.year, today.month)
    assert (content["items"], content["method"]) == (1, "在线归档 1 件")
    checks = dict(content["checks"])
    assert checks["真实性检验"] == "合格（软件检测 1 件）" and checks["载体外观检验"].startswith("不适用")
    assert checks["病毒检验"] in ("未检", "合格（软件检测 1 件）")  # the second where a scanner runs
    (row,) = [one for one in register_rows.ROWS if one.label == "真实性检验"]
    assert register_rows.said(row, register_rows.Examined(3, 0, []), {}) == "未检"
    failed = register_rows.Examined(3, 0, [{"1-2": [1, 1, 0]}])
    assert register_rows.said(row, failed, {}) == "不合格 1 件（软件检测 1 件，未检 2 件）"


def ticked(unit, year: int, month: int, *, by) -> None:
    """The month's sample, looked at: without it nobody signs."""
    scope = ticking.month_scope(unit, Stage.FILING, date(year, month, 1))
    ticking.tick(scope, dict.fromkeys((one.serial for one in ticking.items_to_tick(Stage.FILING)), Verdict.PASS),
                 note="", by=by)  # fmt: skip


def test_the_months_register_fills_itself_and_is_signed_by_both_sides(people, units, last_month, tmp_path):
    """Shows: 9.7, 19.1-3"""
    year, month = last_month
    ticked(units["D07"], year, month, by=people["D07:archivist"])
    client = browser(people["D07:clerk"])
    address = reverse("archive:filing_register", args=[year, month])
    assert client.get(address).status_code == 200
    assert send_form(client, f"{address}sign/", {"side": "office"}).status_code == 302
    monthly.sign(units["D07"], year, month, side="archivist", by=people["D07:archivist"])
    row = monthly.row_of(units["D07"], year, month)
    assert row.is_signed and (row.content["items"], row.content["method"]) == (2, "离线归档 2 件")
    with pytest.raises(Refused, match="已由"):
        monthly.sign(units["D07"], year, month, side="archivist", by=people["D07:archivist"])
    monthly.as_workbook(row.content, row, tmp_path / "登记表.xlsx")
    sheet = load_workbook(tmp_path / "登记表.xlsx").active
    cells = {line[0].value: line[1].value for line in sheet.iter_rows(min_row=2)}
    assert cells["归档电子文件数量"].startswith("2 件")
    assert cells["档案部门（签章）"].startswith("区信息委档案员（档案员）")
    pdf = monthly.as_pdf(row.content, row, timezone.now())
    assert pdf.startswith(b"%PDF") and b"pdfaid" in pdf
    taken = [client.get(f"{address}{name}").status_code for name in ("page.pdf", "book.xlsx")]
    assert taken == [200, 200]


def test_another_units_people_do_not_sign(people, units, last_month):
    ticked(units["D07"], *last_month, by=people["D07:archivist"])
    with pytest.raises(Refused, match="不是本单位"):
        monthly.sign(units["D07"], *last_month, side="office", by=people["D09:clerk"])


def test_a_month_that_is_not_over_or_empty_is_not_signed(people, units):
    today, by = timezone.localdate(), people["D07:archivist"]
    with pytest.raises(Refused, match="尚未结束"):
        monthly.sign(units["D07"], today.year, today.month, side="archivist", by=by)
    with pytest.raises(Refused, match="没有归档文件"):
        monthly.sign(units["D07"], 2001, 2, side="archivist", by=by)
    assert fonds_of(units["D07"]).code == "Z407"


def test_a_second_press_of_checked_shows_the_record_and_why(people):
    record, by = filed(people), people["D07:archivist"]
    address = reverse("archive:check", args=[record.uid])
    assert send_form(browser(by), address, {}).status_code == 302
    again = send_form(browser(by), address, {})
    assert again.status_code == 422 and record.title in again.content.decode() and "<nav" in again.content.decode()


def test_the_menu_says_how_many_wait_at_the_desk(people, units):
    """The trial: the archivist landed on an empty 待办, and nothing told that records waited to be checked."""
    by = people["D07:archivist"]
    assert [one["count"] for one in _menu(by) if one["url"] == reverse("archive:desk")] == ["0"]
    filed(people)
    entry = [one for one in _menu(by) if one["url"] == reverse("archive:desk")]
    assert [one["count"] for one in entry] == ["1"]
    assert not [one for one in _menu(people["D07:officer"]) if one["url"] == reverse("archive:desk")]


def test_the_archivist_begins_at_the_desk_with_what_is_due(people, units):
    by = people["D07:archivist"]
    desk_page = browser(by).get("/", follow=True)
    assert desk_page.redirect_chain[-1][0] == reverse("archive:desk") and desk_page.context["tab"].key == "due"
    assert browser(people["D07:clerk"]).get("/").headers["Location"] == reverse("documents:waiting")


def test_the_record_says_what_its_filing_checked_and_counts_nothing_else(people):
    """Two counts of 合格 and 未检, one of the filing and one of today, stood on two pages and differed."""
    record = filed(people)
    visit = browser(people["D07:archivist"])
    told = visit.get(record.get_absolute_url()).context["inspected"]
    run = record.findings.model.run.field.related_model.objects.get(subject_uid=record.uid)
    assert f"时自动检测 {len(run.tally)} 项，没有不合格" in told and "合格 " not in told
    assert ("病毒感染未检（没有查毒）" in told) == ("4-2" not in run.tally)  # beside 未查毒 under each file
    assert "未检" in visit.get(reverse("archive:inspection", args=[record.uid])).context["summary"]


def _menu(person) -> list[dict]:
    groups = browser(person).get(reverse("documents:handled")).context["nav"]
    return [one for group in groups for one in group["items"]]


def test_a_late_paper_is_filed_from_the_desk_and_from_a_record_of_its_year(people, units):
    by = people["D07:archivist"]
    (record,) = stocked(people, 1, year=2011)
    late, page = f"{reverse('archive:enter')}?unit=D07&late=1", browser(by).get(f"{reverse('archive:desk')}?unit=D07")
    assert "?unit=D07&amp;late=1" in page.content.decode()
    assert "还没有定号的年度" in browser(by).get(late).content.decode()
    assert "补充归档到2011年度" not in browser(by).get(record.get_absolute_url()).content.decode()
    year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    form = browser(by).get(late)
    assert "补充归档一件（2011年度）" in form.content.decode() and form.context["form"]["year"].value() == 2011
    assert "补充归档到2011年度" in browser(by).get(record.get_absolute_url()).content.decode()

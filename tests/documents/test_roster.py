"""值班 (issue 13 point 5, issue 12 point 2; practice 1, 2.1 item 11): the roster, Excel, whom urgent papers reach."""

import io
from datetime import datetime, time, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import roster
from documents.models import DutyDay
from documents.roster_acts import Row, enter, remove, take_in
from documents.states import StepKind
from tests.cases import Case
from tests.documents.exchanged import at
from tests.documents.way import after_signing, saved, step
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.matrix import VISITORS
from units.models import AuditEvent, CalendarVersion, Task
from units.roles import PostKind
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def put(units, people, *days, who="officer", unit="D07", phone="62510000", note=""):
    rows = [Row(day, people[f"{unit}:{who}"], phone, note) for day in days]
    return enter(units[unit], rows, by=people[f"{unit}:clerk"])


def at_clock(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def off(units):
    """Today is a day off: out of hours, whatever the clock of the run says."""
    today = timezone.localdate()
    for year in {today.year, (today - timedelta(1)).year}:
        days = {(today - timedelta(n)).isoformat(): False for n in range(2)}
        CalendarVersion.objects.create(year=year, source="试", exceptions=days)
    return today


def test_a_duty_ends_in_the_morning_of_the_next_day(units, people):
    today = timezone.localdate()
    put(units, people, today)
    for hour, there in ((8, False), (9, True), (23, True)):
        assert bool(roster.on_duty(units["D07"], at_clock(today, hour))) is there
    assert roster.on_duty(units["D07"], at_clock(today + timedelta(1), 7))
    assert not roster.on_duty(units["D07"], at_clock(today + timedelta(1), 8, 30))


def test_out_of_hours_are_days_off_and_the_hours_before_and_after_the_office(units):
    working, free = datetime(2026, 3, 4).date(), datetime(2026, 3, 7).date()
    found = [roster.is_out_of_hours(at_clock(working, *clock)) for clock in ((8, 29), (8, 30), (17, 29), (17, 30))]
    assert found == [True, False, False, True]
    assert roster.is_out_of_hours(at_clock(free, 10))


def test_an_urgent_step_out_of_hours_is_put_before_the_person_on_duty(units, people, off):
    put(units, people, off, off - timedelta(1), who="archivist")
    steps = [step(1, StepKind.CHECK, post=PostKind.REVIEWER, limit_value=2, urgent_hours=8), *after_signing(2)]
    saved(steps, people, units["D07"])
    document = take(draft(people, urgency="extra_urgent"), "submit", people["D07:officer"])
    told = Task.objects.of(document).open().get(label="值班转告")
    assert told.assignee == people["D07:archivist"] and told.remark.startswith("请转告区信息委 核稿人：核稿，限")
    page = browser(people["D07:archivist"]).get(reverse("documents:reading")).content.decode()
    assert document.title in page
    take(document, "check", people["D07:reviewer"])
    assert not Task.objects.of(document).open().filter(label="值班转告").exists()


def test_what_arrives_urgent_out_of_hours_reaches_whoever_is_on_duty_and_he_signs_for_it(units, people, off):
    put(units, people, off, off - timedelta(1), unit="D09")
    sent = brought_to("dispatch", people, to=("D09", "D15"), urgency="extra_urgent")
    officer = people["D09:officer"]
    told = Task.objects.open().get(label="值班转告")
    assert (told.assignee, told.unit.code) == (officer, "D09")  # D15 keeps no roster: its clerk has it anyhow
    delivery = at(sent, "D09")
    assert browser(officer).get(delivery.get_absolute_url()).status_code == 200
    handed_on = browser(people["D09:clerk"]).get(reverse("documents:roster")).content.decode()
    assert "交班" in handed_on and sent.title in handed_on and "未办" in handed_on
    other = browser(people["D15:clerk"]).get(reverse("documents:roster")).content.decode()
    assert sent.title not in other
    take(delivery, "sign_for", officer)
    assert (delivery.state, Task.objects.open().filter(label="值班转告").count()) == ("signed_for", 0)
    with pytest.raises(Refused):
        take(at(sent, "D15"), "sign_for", people["D15:officer"])


def test_what_is_not_urgent_is_told_nobody(units, people, off):
    put(units, people, off, off - timedelta(1), unit="D09")
    brought_to("dispatch", people)
    assert not Task.objects.filter(label="值班转告").exists()


def test_the_page_shows_who_is_on_duty_and_the_clerk_keeps_it(units, people):
    clerk, today = browser(people["D07:clerk"]), timezone.localdate()
    address = f"{reverse('documents:roster')}?unit=D07"
    data = {"day": today.isoformat(), "until": (today + timedelta(2)).isoformat(),
            "person": people["D07:officer"].pk, "phone": "62510000", "note": "总值班"}  # fmt: skip
    assert send_form(clerk, address, data).status_code == 302
    assert DutyDay.objects.count() == 3 and AuditEvent.objects.filter(verb="enter_duty").count() == 1
    page = browser(people["D07:leader"]).get(address).content.decode()
    assert page.count("62510000") >= 2 and "总值班" in page and "撤下" not in page
    row = DutyDay.objects.order_by("day").first()
    assert clerk.post(reverse("documents:remove_duty", args=[row.uid])).status_code == 302
    assert AuditEvent.objects.filter(verb="remove_duty").get().opinion == f"{today} {people['D07:officer'].name}"
    with pytest.raises(Refused, match="已从值班表撤下"):
        remove(row, by=people["D07:clerk"])
    bad = send_form(clerk, address, {**data, "phone": "办公室", "until": (today - timedelta(1)).isoformat()})
    assert bad.status_code == 422 and "最后一日不能早于第一日" in bad.content.decode()
    assert put(units, people, today + timedelta(1)) == "值班表已保存：新增 0 条，修改 1 条"


def excel(*lines, heading=("日期", "值班员", "值班电话", "备注")):
    book = openpyxl.Workbook()
    for line in (heading, *lines):
        book.active.append(list(line))
    data = io.BytesIO()
    book.save(data)
    return SimpleUploadedFile("值班表.xlsx", data.getvalue())


def test_excel_comes_out_and_goes_in_again(units, people):
    today = timezone.localdate()
    put(units, people, today)
    client = browser(people["D07:clerk"])
    got = client.get(f"{reverse('documents:roster_workbook')}?unit=D07&month={today:%Y-%m}")
    data = b"".join(got.streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["日期", "值班员", "值班电话", "备注"],
        [datetime.combine(today, time()), people["D07:officer"].name, "62510000", None],
    ]
    again = SimpleUploadedFile("值班表.xlsx", data)
    assert take_in(units["D07"], again, by=people["D07:clerk"]) == "值班表没有变化"
    name = people["D07:reviewer"].name
    more = excel((today, name, 13800000000, "夜班"), (f"{today + timedelta(1):%Y年%m月%d日}", name, "62510001", ""))
    address = f"{reverse('documents:take_in_roster')}?unit=D07"
    assert client.post(address, {"file": more}).status_code == 302
    kept = DutyDay.objects.filter(person=people["D07:reviewer"]).order_by("day")
    assert [(one.day, one.phone, one.note) for one in kept] == [
        (today, "13800000000", "夜班"), (today + timedelta(1), "62510001", ""),
    ]  # fmt: skip


DAY = timezone.localdate().isoformat()
FAULTS = [
    Case("值班表", "日期写成 下周一", "日期“下周一”应写成", value=("下周一", "区信息委文书", "62510000", "")),
    Case("值班表", "2 月 30 日", "日期“2026-02-30”应写成", value=("2026-02-30", "区信息委文书", "62510000", "")),
    Case("值班表", "二十年前", "请核对年份", value=("2006-01-01", "区信息委文书", "62510000", "")),
    Case("值班表", "不在本单位的人", "不在本单位任职", value=(DAY, "区民政局文书", "62510000", "")),
    Case("值班表", "电话不是数字", "电话应为数字", value=(DAY, "区信息委文书", "传达室", "")),
    Case("值班表", "没有电话", "电话应为数字", value=(DAY, "区信息委文书", "", "")),
]


@pytest.mark.parametrize("case", FAULTS, ids=str)
def test_a_bad_row_is_told_with_its_number_and_nothing_is_kept(case, units, people):
    upload = excel((DAY, "区信息委承办人", "62510000", ""), case.value)
    with pytest.raises(Refused) as refusal:
        take_in(units["D07"], upload, by=people["D07:clerk"])
    assert any(reason.startswith("第3行：") and case.expected in reason for reason in refusal.value.reasons)
    assert not DutyDay.objects.exists()


def test_all_faults_come_at_once_and_a_repeated_line_is_one(units, people):
    row = (DAY, "区信息委文书", "62510000", "")
    with pytest.raises(Refused) as refusal:
        take_in(units["D07"], excel(row, row, ("", "无名", "x", "")), by=people["D07:clerk"])
    said = "".join(refusal.value.reasons)
    assert (
        "第3行：区信息委文书" in said and "与前面的行重复" in said and "第4行：日期" in said and "第4行：值班员" in said
    )


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("值班表.xlsx", b"not a workbook"), "值班表.xlsx|不是能读的"),
        (excel(heading=("姓名", "年龄")), "没有找到表头"),
        (excel(), "没有值班内容"),
    ],
)
def test_what_is_no_roster_is_refused(upload, said, units, people):
    with pytest.raises(Refused, match=said):
        take_in(units["D07"], upload, by=people["D07:clerk"])


def test_who_keeps_the_roster(units, people):
    """Only the clerk of the unit, in the order of VISITORS; whoever belongs to the unit sees it."""
    day, found, seen = timezone.localdate(), "", ""
    put(units, people, day)
    row = DutyDay.objects.get()
    for visitor in VISITORS[:-1]:
        rows = DutyDay.objects.allowing("edit", people[visitor]).filter(pk=row.pk)
        found += "y" if rows.exists() else "."
        seen += "y" if DutyDay.objects.allowing("view", people[visitor]).filter(pk=row.pk).exists() else "."
    assert found == "y..............."
    assert seen == "yyyyyy.......yyy"
    with pytest.raises(Refused, match="由本单位文书维护"):
        enter(units["D07"], [Row(day, people["D07:officer"], "62510000")], by=people["D09:clerk"])

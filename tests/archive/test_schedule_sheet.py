"""A schedule's sheet from Excel: what differs is shown by clause and taken in on confirmation only."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive import schedule_acts as acts
from archive.models import RetentionSchedule
from archive.schedules.sheets import MOST_ROWS
from tests.archive.test_schedules import drafted, proposed, values_of
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

__all__ = ["drafted"]
pytestmark = pytest.mark.django_db


def workbook(client, schedule) -> openpyxl.Workbook:
    answer = client.get(reverse("archive:schedule_workbook", args=[schedule.uid]))
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def load(client, schedule, book):
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("期限表.xlsx", file.getvalue())
    return client.post(reverse("archive:load_schedule", args=[schedule.uid]), {"sheet": upload})


@pytest.fixture
def client(people):
    return browser(people["D07:archivist"])


@pytest.fixture
def place(client, drafted) -> str:
    """Where a sheet waits that changes 01-01, brings 08-01 and lacks 07-03."""
    book = workbook(client, drafted)
    sheet = book.active
    sheet["G3"] = "30年"
    sheet.delete_rows(sheet.max_row)
    sheet.append(["08-01", "其他", "网络工程材料", "网络工程", "主", "", "10年", "", "", ""])
    answer = load(client, drafted, book)
    assert answer.status_code == 302
    return answer.url


def rows(schedule) -> list:
    return list(schedule.rules.order_by("code").values_list("is_struck", *acts.COPIED))


def standing(schedule, code: str) -> bool:
    return schedule.rules.filter(code=code, is_struck=False).exists()


def test_a_sheet_is_shown_by_clause_before_anything_is_taken(drafted, client, place):
    before, version = rows(drafted), drafted.version
    page = client.get(place)
    told = [(one.kind, one.rule.code) for one in page.context["differences"]]
    assert told == [("changed", "01-01"), ("added", "08-01")]
    assert [one.code for one in page.context["absent"]] == ["07-03"] and page.context["moved"] == 1
    text = " ".join(page.content.decode().split())
    assert "增加 1 条，修改 1 条，表中没有 1 条" in text and "尚未导入" in text and "确认导入" in text
    drafted.refresh_from_db()
    assert rows(drafted) == before and drafted.version == version
    assert not AuditEvent.objects.of(drafted).filter(verb="load_schedule").exists()


def test_what_the_sheet_lacks_is_struck_only_where_that_was_ticked(drafted, client, place):
    assert client.post(place, {"version": drafted.version}).status_code == 302
    assert standing(drafted, "08-01") and standing(drafted, "07-03")
    assert drafted.rules.get(code="01-01").retention_code == "D30"
    assert AuditEvent.objects.of(drafted).last().opinion == "增加 1 条，修改 1 条，删去 0 条，表中没有的 1 条保留"
    drafted.refresh_from_db()
    page = client.get(place)  # the sheet waits still, and differs by the row that stayed
    assert page.context["differences"] == [] and [one.code for one in page.context["absent"]] == ["07-03"]
    assert client.post(place, {"version": drafted.version, "strikes": "on"}).status_code == 302
    assert not standing(drafted, "07-03")


def test_a_draft_changed_meanwhile_is_compared_anew_and_striking_agreed_to_again(drafted, client, place, people):
    seen = drafted.version
    acts.save_rule(drafted, values_of(drafted, "02-21", code="09-01"), by=people["D07:archivist"])
    answer = client.post(place, {"version": seen, "strikes": "on"})
    assert answer.status_code == 409 and [one.code for one in answer.context["absent"]] == ["07-03", "09-01"]
    assert "请重新勾选" in answer.content.decode() and not answer.context["form"]["strikes"].value()
    assert standing(drafted, "09-01") and standing(drafted, "07-03") and not standing(drafted, "08-01")
    drafted.refresh_from_db()
    assert client.post(place, {"version": drafted.version}).status_code == 302 and standing(drafted, "08-01")


def test_a_sheet_waits_for_its_person_and_draft_only(drafted, client, place, people):
    assert browser(people["D09:archivist"]).get(place).status_code == 404
    assert client.post(place, {}).status_code == 422  # on which state of the draft is not said
    assert client.get(f"{place[:-2]}x/").url == drafted.get_absolute_url()
    proposed(drafted, people)
    assert client.post(place, {"version": drafted.version}).status_code == 422
    assert not standing(RetentionSchedule.objects.get(pk=drafted.pk), "08-01")


def test_rows_that_stay_and_rows_that_come_are_bounded_together(drafted, people):
    more = [values_of(drafted, "02-21", code=f"X{number:03d}") for number in range(MOST_ROWS)]
    with pytest.raises(Refused, match=f"超过 {MOST_ROWS} 条"):
        acts.take_in(drafted, more, by=people["D07:archivist"], strikes=False)
    assert drafted.rules.count() == 53


def test_the_upload_itself_is_refused_where_the_version_is_no_draft(drafted, client, people):
    book = workbook(client, drafted)
    proposed(drafted, people)
    answer = load(client, drafted, book)
    assert answer.status_code == 422


def test_the_table_goes_to_excel_and_comes_back(drafted, client):
    book = workbook(client, drafted)
    sheet = book.active
    assert [cell.value for cell in sheet[2]][:7] == ["条款号", "类别", "归档范围", "关键词", "来源", "文种", "保管期限"]
    assert sheet.max_row == 2 + 53
    before = list(drafted.rules.order_by("code").values_list(*acts.COPIED))
    same = client.get(load(client, drafted, book).url)
    assert "与草稿相同" in same.content.decode() and "确认导入" not in same.content.decode()
    assert list(drafted.rules.order_by("code").values_list(*acts.COPIED)) == before
    sheet["G3"], sheet["J3"] = "30年", "社会开放"
    sheet.delete_rows(sheet.max_row)
    sheet.append(["08-01", "其他", "网络工程材料", "网络工程；光缆", "主、下", "请示", "NF-2", "", "", ""])
    assert load(client, drafted, book).status_code == 422  # J is 是 or nothing
    sheet["J3"], sheet["I3"] = "", "社会开放"
    drafted.refresh_from_db()
    given = {"strikes": "on", "version": drafted.version}
    assert client.post(load(client, drafted, book).url, given).status_code == 302
    first, added = drafted.rules.get(code="01-01"), drafted.rules.get(code="08-01")
    assert (first.retention_code, first.use_scope) == ("D30", "public")
    assert (added.keywords, added.sources, added.not_to_file) == (["网络工程", "光缆"], ["own", "lower"], "NF-2")
    assert list(drafted.rules.filter(is_struck=True).values_list("code", flat=True)) == ["07-03"]
    assert AuditEvent.objects.of(drafted).last().opinion == "增加 1 条，修改 1 条，删去 1 条"


def test_every_wrong_cell_is_named_and_nothing_is_taken(drafted, client):
    book = workbook(client, drafted)
    sheet = book.active
    sheet["G4"], sheet["E5"], sheet["A6"], sheet["H7"] = "五年", "左", sheet["A3"].value, "百年"
    sheet["G3"] = "30年"
    answer = load(client, drafted, book)
    assert answer.status_code == 422
    cells = {cell: one.message for cell, one in answer.context["sheet_findings"]}
    assert set(cells) == {"G4", "E5", "A6", "H7"} and "第3行重复" in cells["A6"]
    assert drafted.rules.get(code="01-01").retention_code == "Y"
    for upload in (SimpleUploadedFile("表.xlsx", b"no workbook"), None):
        data = {"sheet": upload} if upload else {}
        assert client.post(reverse("archive:load_schedule", args=[drafted.uid]), data).status_code == 422
    empty = openpyxl.Workbook()
    assert "没有找到列名" in load(client, drafted, empty).content.decode()

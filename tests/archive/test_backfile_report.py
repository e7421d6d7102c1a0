"""The catalogue back as a workbook: faulty cells coloured with a note, a sheet of findings; and the template."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive.backfile.columns import COLUMNS
from archive.backfile.importing import run
from archive.backfile.report import RED, YELLOW, Mark, write
from archive.backfile.template import write_template
from archive.models import Record
from tests.imports import imported
from units import jobs
from units.models import AccessLog, Job

pytestmark = pytest.mark.django_db

HEADING = ["题名", "日期", "责任者", "保管期限", "自己的列"]
ROWS = [
    ["关于调查的通知", "20030405", "某", "30年", "甲"],
    ["", "20031340", "某", "五年", "=1+1"],
    ["关于年报的通知", "00030405", "", "永久", "00123"],
]
MARKS = [
    Mark(0, "file", False, "一个文件没有列入目录"),
    Mark(3, "title", True, "题名为空，请填写题名。"),
    Mark(3, "date", True, "日期“20031340”不对。"),
    Mark(3, "date", False, "第二句"),
    Mark(4, "author", False, "责任者不详。"),
    Mark(4, "", True, "整行的问题"),
]


def as_csv(folder: Path) -> Path:
    path = folder / "c.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADING, *ROWS])
    return path


def as_xlsx(folder: Path) -> Path:
    path = folder / "c.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet("我的目录")
    for number, line in enumerate([HEADING, *ROWS]):
        for place, value in enumerate(line):
            sheet.write_string(number, place, value)
    sheet.set_column(0, 0, 55)
    sheet.write_formula(3, 5, "=LEN(A4)", None, 7)
    book.add_worksheet("别的表").write(0, 0, "留着")
    book.close()
    return path


def marked(path: Path, folder: Path):
    write(path, folder / "report.xlsx", lambda: MARKS)
    return openpyxl.load_workbook(folder / "report.xlsx")


@pytest.mark.parametrize("made", [as_csv, as_xlsx])
def test_each_faulty_cell_is_coloured_and_has_its_note(made, tmp_path):
    book = marked(made(tmp_path), tmp_path)
    sheet = book.worksheets[0]
    colours = {
        cell.coordinate: cell.fill.start_color.rgb[-6:] for line in sheet for cell in line if cell.fill.fill_type
    }
    assert colours == {"A3": RED, "B3": RED, "C4": YELLOW, "A4": RED}
    assert sheet["B3"].comment.text == "不能归档：日期“20031340”不对。\n提示：第二句"
    assert sheet["C4"].comment.text == "提示：责任者不详。" and sheet["A2"].comment is None
    assert [[cell.value or "" for cell in line[:5]] for line in sheet["A1:E4"]] == [HEADING, *ROWS]


@pytest.mark.parametrize("made", [as_csv, as_xlsx])
def test_a_sheet_lists_every_finding_with_its_cell(made, tmp_path):
    findings = marked(made(tmp_path), tmp_path)["检查结果"]
    rows = [[cell.value for cell in line] for line in findings]
    assert rows[0] == ["行", "列", "单元格", "程度", "问题"]
    assert [row[2] or "" for row in rows[1:]] == ["", "A3", "B3", "B3", "C4", ""]
    assert [row[4] for row in rows[1:]] == [one.message for one in MARKS]


def test_an_xlsx_comes_back_as_itself(tmp_path):
    book = marked(as_xlsx(tmp_path), tmp_path)
    assert book.sheetnames == ["我的目录", "别的表", "检查结果"]
    assert book["我的目录"].column_dimensions["A"].width > 50 and book["我的目录"]["F4"].value == "=LEN(A4)"
    assert book["别的表"]["A1"].value == "留着"


def test_the_marked_workbook_marked_again_has_one_sheet_of_findings_and_fresh_notes(tmp_path):
    marked(as_xlsx(tmp_path), tmp_path)
    first = (tmp_path / "report.xlsx").rename(tmp_path / "again.xlsx")
    write(first, tmp_path / "report.xlsx", lambda: [Mark(3, "date", True, "还是不对。")])
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames.count("检查结果") == 1 and book.worksheets[0]["B3"].comment.text == "不能归档：还是不对。"


def test_nothing_is_cut_at_two_thousand_characters(tmp_path):
    long = Mark(2, "title", True, "很长的一句。" * 900)
    write(as_csv(tmp_path), tmp_path / "report.xlsx", lambda: [long])
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book["检查结果"]["E2"].value == long.message and long.message in book.worksheets[0]["A2"].comment.text


def test_five_thousand_findings_are_all_there(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("题名\n" + "一\n" * 5000, encoding="utf-8")
    write(
        path,
        tmp_path / "report.xlsx",
        lambda: (Mark(number, "title", True, f"第{number}行") for number in range(2, 5002)),
    )
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book["检查结果"].max_row == 5001 and book.worksheets[0]["A5001"].comment.text == "不能归档：第5001行"


def test_the_report_mended_in_place_goes_in(units, by, tmp_path):
    path = as_csv(tmp_path)
    outcome = run(path, units["D07"], by=by)
    assert outcome.filed == 1 and outcome.refused == 2
    marks = [Mark(one.line, one.field, one.is_refusal, one.message) for one in outcome.findings]
    write(path, tmp_path / "report.xlsx", lambda: marks)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    sheet = book.worksheets[0]
    sheet["A3"], sheet["B3"], sheet["D3"] = "补上的题名", "20031230", "永久"
    sheet["B4"] = "20030405"
    book.save(tmp_path / "mended.xlsx")
    again = run(tmp_path / "mended.xlsx", units["D07"], by=by)
    assert (again.filed, again.skipped, again.refused) == (2, 1, 0), again.findings


# -------------------------------------------------------------- by the page


@pytest.fixture
def visitor(people):
    client = Client()
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_gives_the_marked_workbook_to_those_whose_work_it_is(visitor, units, people):
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("目录.csv", "题名,日期\n一,20031340\n".encode())}
    assert visitor.post(reverse("archive:import_backfile"), data | {"dry_run": "on"}).status_code == 302
    job = Job.objects.get()
    address = reverse("archive:backfile_report", args=[job.uid])
    assert visitor.get(address).status_code == 422  # not made yet
    jobs.run_now(job)
    assert address in visitor.get(reverse("units:jobs")).content.decode()
    answer = visitor.get(address)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.worksheets[0]["B2"].comment.text.startswith("不能归档：日期“20031340”")
    assert AccessLog.objects.filter(act="export", object_uid=job.uid).count() == 1
    other = Client()
    other.force_login(people["D15:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(address).status_code == 404


def test_a_job_of_another_kind_has_no_workbook(visitor, units, people):
    job = Job.objects.create(kind="test", title="试", owner=people["D07:archivist"], unit=units["D07"], state="failed")
    assert visitor.get(reverse("archive:backfile_report", args=[job.uid])).status_code == 404


def test_the_choice_to_correct_is_on_the_page_and_does_what_it_says(visitor, units):
    page = visitor.get(reverse("archive:import_backfile")).content.decode()
    assert "按目录更正" in page and "只列出不同之处，不改动" in page
    code = "Z407-WS·2003-D30-BGS-0012"
    for title, differing, note in (
        ("旧题名", "list", "已归档 1，未归档 0，已有 0"),
        ("新题名", "list", "已归档 0，未归档 0，已有 0，不同 1"),
        ("新题名", "correct", "已归档 0，未归档 0，已有 0，已更正 1"),
    ):
        rows = f"档号,题名,日期,责任者\n{code},{title},20030405,某\n"
        data = {
            "unit": units["D07"].pk,
            "catalogue": SimpleUploadedFile("c.csv", rows.encode()),
            "differing": differing,
        }
        assert visitor.post(reverse("archive:import_backfile"), data).status_code == 302
        assert jobs.run_now(Job.objects.order_by("-pk").first()).note == note
    assert Record.objects.unguarded("a test looks").get().title == "新题名"


# ---------------------------------------------------------------- template


def test_the_template_offers_the_allowed_values_and_examples_and_shows_no_identifier(tmp_path):
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet, examples = book.worksheets
    labels = [cell.value for cell in sheet[1]]
    assert labels == [label for label, _ in COLUMNS.values()] == [cell.value for cell in examples[1]]
    choices = {
        labels[next(iter(one.sqref.ranges)).min_col - 1]: one.formula1 for one in sheet.data_validations.dataValidation
    }
    assert set(choices) == {"保管期限", "密级", "文种", "公开属性"} and choices["保管期限"] == '"永久,30年,10年"'
    shown = [cell.comment.text for page in book for line in page for cell in line if cell.comment]
    shown += [str(cell.value) for page in book for line in page for cell in line if cell.value]
    assert not [one for one in shown for name in COLUMNS if name != "file" and name in one]
    assert sheet.max_row == 1 and examples.max_row == 3


def test_the_examples_of_the_template_would_go_in(units, by, tmp_path):
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    del book["归档文件目录"]
    book.save(tmp_path / "examples.xlsx")
    outcome = run(tmp_path / "examples.xlsx", units["D07"], by=by, dry_run=True)
    assert (outcome.filed, outcome.refused) == (1, 1)
    assert all("找不到文件" in one.message for one in outcome.findings if one.is_refusal)


def test_findings_that_quote_titles_are_not_the_system_administrators(units, people):
    job = imported(people["D07:archivist"], units["D07"])
    for who, status in (("D07:archivist", 200), ("D07:sysadmin", 404), ("D15:archivist", 404)):
        client = Client()
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        for route in ("units:job_report", "archive:backfile_report"):
            assert client.get(reverse(route, args=[job.uid])).status_code == status, (who, route)

"""Commands on filed records: one as a readable folder, one inspected now, a unit's year as 归档文件目录."""

import hashlib
import json
import re
from io import StringIO

import pypdfium2 as pdfium
import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from archive.models import Record
from archive.packages.metadata_reading import read_metadata
from archive.plan import items_of
from files.store import path_of
from paper.pdfa_check import check_pdfa
from tests.made import brought_to, take
from tests.scenarios.owner import unwatched

pytestmark = pytest.mark.django_db


def said(*args, **options) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def record(people) -> Record:
    document = brought_to("dispatch", people, title="关于甲/乙事项的通知")
    return take(document, "complete", people["D07:clerk"], retention_code="D30").record


@pytest.fixture
def damaged(record):
    """The name of the record's first file, one byte of which is another where it lies; whole again afterwards."""
    first = record.components.select_related("stored_file").first()
    path = path_of(first.stored_file)
    whole, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o644)
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    yield first.filename
    path.write_bytes(whole)
    path.chmod(mode)


def test_a_record_goes_out_as_a_folder_readable_without_this_software(record, tmp_path):
    """Shows: 16-19, 16-14"""
    said("export_record", str(record.uid), str(tmp_path / "out"))
    folder = tmp_path / "out" / record.archival_code
    listed = dict(reversed(line.split("  ", 1)) for line in (folder / "sha256.txt").read_text("utf-8").splitlines())
    assert {one.name for one in folder.iterdir()} == {"sha256.txt", *listed}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())
    metadata = read_metadata((folder / "metadata.xml").read_bytes())
    assert metadata.record_uid == str(record.uid) and metadata.fields["archival_code"] == record.archival_code
    assert {one.stored_name for one in metadata.files} == set(listed) - {"metadata.xml", "说明.txt", "元数据方案.xsd"}
    assert "档号：" + record.archival_code in (folder / "说明.txt").read_text("utf-8")
    with pytest.raises(CommandError, match="已经存在"):
        said("export_record", str(record.uid), str(tmp_path / "out"))


def test_a_damaged_record_is_not_exported_and_leaves_nothing(record, damaged, tmp_path):
    with pytest.raises(CommandError, match=re.escape(damaged)):
        said("export_record", str(record.uid), str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stage", ["GD", "YJ", "BC"])
def test_every_item_of_the_stage_has_its_verdict_and_what_was_not_checked_is_no_pass(record, stage):
    answer = json.loads(said("inspect_record", str(record.uid), stage=stage, json=True))
    found = {one["code"]: one["verdict"] for one in answer["items"]}
    assert [one["code"] for one in answer["items"]] == [f"{stage}-{item.serial}" for item in items_of(stage)]
    assert found[f"{stage}-1-1"] == found[f"{stage}-1-7"] == "pass"
    assert found[f"{stage}-4-2"] == "not_run"  # no scanner looked at it
    assert found[f"{stage}-2-7"] == found[f"{stage}-3-4"] == "manual_pending"
    assert found[f"{stage}-1-14"] == "na"  # no package
    assert "fail" not in found.values()


def test_a_changed_byte_and_an_impossible_year_are_found_in_one_run(record, damaged):
    """Shows: F-07, 8.3"""
    with unwatched():
        Record._base_manager.filter(pk=record.pk).update(year=2999)
    items = {one["code"]: one for one in json.loads(said("inspect_record", str(record.uid), json=True))["items"]}
    assert items["GD-1-1"]["verdict"] == "fail" and items["GD-1-1"]["findings"][0]["target"] == damaged
    assert items["GD-1-5"]["verdict"] == "fail" and items["GD-1-5"]["findings"][0]["field"] == "year"


def test_the_catalogue_lists_the_units_year_in_the_order_of_the_codes(people, record, tmp_path):
    """Shows: 3.8, 3.5, S-10, F-10"""
    for title, code in (("关于丙事项的通知", "Y"), ("=1+1 的通知", "D10"), ("关于𠮷林的通知", "Y")):
        take(brought_to("dispatch", people, title=title), "complete", people["D07:clerk"], retention_code=code)
    other = brought_to("dispatch", people, unit="D09", to=("D07",), title="别单位的通知")
    take(other, "complete", people["D09:clerk"], retention_code="Y")
    book, page = tmp_path / "目录.xlsx", tmp_path / "目录.pdf"
    assert "4 件" in said("catalogue", unit="D07", year=record.year, out=book)
    sheets = [one for one in load_workbook(book).worksheets if not one.title.endswith("封面")]
    assert [one.title for one in sheets] == ["永久", "30年", "10年"]  # a book for each period
    rows = [[cell.value or "" for cell in row] for sheet in sheets for row in sheet.iter_rows(min_row=2)]
    head = ["序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注"]
    assert all([cell.value for cell in sheet[1]] == head for sheet in sheets)
    wanted = Record._base_manager.filter(unit__code="D07")
    order = {"Y": 0, "D30": 1, "D10": 2}
    wanted = sorted(wanted, key=lambda one: (order[one.retention_code], one.class_code, one.item_no))
    assert [row[1] for row in rows] == [one.archival_code for one in wanted]
    assert [row[4] for row in rows] == [one.title for one in wanted]
    assert sum(int(row[7]) for row in rows) == sum(one.page_count for one in wanted)
    said("catalogue", unit="D07", year=record.year, out=page)
    assert check_pdfa(page.read_bytes()) == []
    with pdfium.PdfDocument(page) as opened:
        shown = re.sub(r"\s", "", "".join(one.get_textpage().get_text_bounded() for one in opened))
    assert all(re.sub(r"\s", "", one.archival_code) in shown for one in wanted) and "别单位" not in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit": "D99", "out": "a.pdf"}, "没有代码为“D99”的单位"),
        ({"unit": "D07", "out": "a.doc"}, "以 .xlsx 或 .pdf 结尾"),
        ({"unit": "D07", "out": "nowhere/a.pdf"}, "写不了"),
        ({"unit": "D07", "out": "nowhere/a.xlsx"}, "写不了"),
    ],
)
def test_what_cannot_be_made_is_said(units, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        said("catalogue", year=2026, **{**options, "out": tmp_path / options["out"]})


@pytest.mark.parametrize("command", [("export_record", "x", "out"), ("inspect_record", "x")])
def test_an_identifier_that_is_none_is_said(db, command):
    with pytest.raises(CommandError, match="不是电子文件号"):
        said(*command)
    with pytest.raises(CommandError, match="没有电子文件号为"):
        said(command[0], "00000000-0000-0000-0000-000000000000", *command[2:])

"""Back-files: what is filed, what is refused and why; twice is once; killed is resumed."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xlsxwriter

from archive import desk
from archive.backfile.columns import COLUMNS
from archive.backfile.importing import run
from archive.backfile.reading import BadCatalogue, rows
from archive.backfile.template import write_template
from archive.checking import accept
from archive.models import Record
from archive.search import search
from archive.views.records import _facts
from bench.backfiles import UNITS, convert
from files.models import StoredFile
from tests import awkward
from tests.shared_data import shared_file, unpacked
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]


def catalogue(folder: Path, lines: list[dict], encoding="utf-8-sig") -> Path:
    """As the template is filled; a line that says nothing of period and code gets 30年 (`retention: ""` is none)."""
    path = folder / "catalogue.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows(
            line if {"retention", "archival_code"} & line.keys() else {**line, "retention": "30年"} for line in lines
        )
    return path


def text(folder: Path, name: str, words: str = "关于民政工作的通知\n正文") -> str:
    (folder / name).write_text(words, encoding="utf-8")
    return name


def test_a_row_becomes_a_record_like_any_other(units, by, tmp_path):
    """Shows: S-09, F-08, 3.2-7"""
    line = {
        "archival_code": "旧-1998-12",
        "doc_number": "长信[1998]12号",
        "author": "长宁区信息办",
        "title": "关于联网的通知",
        "date": "19980512",
        "retention": "长期",
        "page_count": "3",
        "doc_type": "通知",
        "file": text(tmp_path, "a.txt", "关于联网的通知，全文如下"),
    }
    outcome = run(catalogue(tmp_path, [line]), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (1, 0)
    told = {one.field: one.message for one in outcome.findings}
    assert len(outcome.findings) == 2 and "旧-1998-12" in told["archival_code"] and "另编" in told["archival_code"]
    assert told["retention"].startswith("“长期”是旧期限，按 30年 归档，原期限照记")  # domain 4.5: mapped, and said so
    record = Record.objects.unguarded("a test looks").get()
    assert (record.archival_code, record.legacy_code) == ("Z407-WS·1998-D30-BGS-0001", "旧-1998-12")
    assert (record.year, record.date_text, record.page_count) == (1998, "19980512", 3)
    assert record.components.get().stored_file.mime == "text/plain"
    assert AuditEvent.objects.of(record).get().verb == "import_record"
    assert record.retention_as_filed == "长期" and _is_waiting_to_be_checked(record, by)
    assert search(by, "联网的通知，全文").records == [record]


def _is_waiting_to_be_checked(record, by) -> bool:
    """What nobody has looked at is on no list of the checked, until the archivist says so."""
    rows = Record.objects.unguarded("a test looks")
    at = {key: desk.records_of(desk.BY_KEY[key], record.unit, rows).exists() for key in ("imported", "checked")}
    assert at == {"imported": True, "checked": False} and ("核对", "未核对") in _facts(record, None)
    accept([record.pk], by=by)
    at = {key: desk.records_of(desk.BY_KEY[key], record.unit, rows).exists() for key in ("imported", "checked")}
    return at == {"imported": False, "checked": True}


def test_twice_is_once_and_a_dry_run_is_nothing(units, by, tmp_path):
    lines = [
        {"title": f"第{number}件", "date": "2001", "file": text(tmp_path, f"{number}.txt", f"正文{number}")}
        for number in range(3)
    ]
    path = catalogue(tmp_path, lines)
    assert run(path, units["D07"], by=by, dry_run=True).filed == 3
    assert not Record.objects.unguarded("a test looks").exists() and not StoredFile.objects.exists()
    assert run(path, units["D07"], by=by).filed == 3
    again = run(path, units["D07"], by=by)
    assert (again.filed, again.skipped) == (0, 3)
    assert sorted(Record.objects.unguarded("a test looks").values_list("item_no", flat=True)) == [1, 2, 3]


def test_every_fault_of_a_row_is_named(units, by, tmp_path):
    """Shows: F-07"""
    line = {
        "title": "",
        "date": "20011340",
        "retention": "五年",
        "security_class": "机密",
        "page_count": "三",
        "class_code": "太长的",
        "disclosure_attr": "随便",
        "file": "absent.txt;../outside.txt",
    }
    outcome = run(catalogue(tmp_path, [line]), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (0, 1)
    assert {one.field for one in outcome.findings} == {
        "title",
        "date",
        "retention",
        "security_class",
        "page_count",
        "class_code",
        "disclosure_attr",
        "file",
    }
    assert len([one for one in outcome.findings if one.field == "file"]) == 2
    assert not StoredFile.objects.exists()
    assert {one.line for one in outcome.findings} == {2}
    assert not Record.objects.unguarded("a test looks").exists()


def test_a_row_with_a_bad_cell_tells_of_its_files_too_and_keeps_none_of_them(units, by, tmp_path):
    """Fault: a row that a column refused was never asked for its files, so they were told one upload later."""
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.4 cut")
    line = {"title": "关于年报的通知", "date": "20011340", "file": f"没有.txt;坏.pdf;{text(tmp_path, 'a.txt')}"}
    outcome = run(catalogue(tmp_path, [line]), units["D07"], by=by)
    told = [(one.field, one.message) for one in outcome.findings if one.is_refusal]
    assert [name for name, _ in told] == ["date", "file", "file"]
    assert "没有.txt" in told[1][1] and "坏.pdf" in told[2][1]
    assert not StoredFile.objects.exists() and outcome.refused == 1


def test_files_that_are_not_there_or_lead_outside(units, by, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "outside.txt").write_text("x")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "outside.txt")
    path = catalogue(tmp_path / "in", [{"title": "一", "file": "../outside.txt;/etc/passwd;link.txt;absent.txt"}])
    outcome = run(path, units["D07"], by=by)
    assert outcome.refused == 1
    assert len([one for one in outcome.findings if one.field == "file"]) == 4


def test_unknown_author_and_date_are_filed_as_unknown(units, by, tmp_path):
    """Shows: 3.11"""
    outcome = run(catalogue(tmp_path, [{"title": "一", "file": text(tmp_path, "a.txt")}]), units["D07"], by=by)
    assert outcome.filed == 1
    assert {"date", "author", "year"} <= {one.field for one in outcome.findings}
    record = Record.objects.unguarded("a test looks").get()
    assert (record.date, record.author, record.date_precision) == (None, "", "unknown")
    assert {one.field for one in record.findings.all()} >= {"author", "date"}


def test_a_code_twice_in_one_catalogue(units, by, tmp_path):
    lines = [
        {"title": "一", "archival_code": "A-1", "retention": "30年", "file": text(tmp_path, "a.txt")},
        {"title": "二", "archival_code": "A-1", "retention": "30年", "file": "a.txt"},
    ]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (1, 1)
    assert "重复" in outcome.findings[-1].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(units, by, tmp_path, encoding):
    path = catalogue(
        tmp_path, [{"title": "关于民政工作的通知", "date": "2001", "file": text(tmp_path, "a.txt")}], encoding
    )
    assert next(rows(path))[1].text("title") == "关于民政工作的通知"


def test_excel_and_the_template(units, by, tmp_path):
    """Shows: S-08"""
    write_template(tmp_path / "template.xlsx")
    assert list(rows(tmp_path / "template.xlsx")) == []
    book = xlsxwriter.Workbook(tmp_path / "c.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["题名", "日期", "文件", "保管期限"])
    sheet.write_row(1, 0, ["关于年度总结的报告", 20010405, text(tmp_path, "a.txt"), "永久"])
    book.close()
    assert run(tmp_path / "c.xlsx", units["D07"], by=by).filed == 1
    assert Record.objects.unguarded("a test looks").get().date_text == "20010405"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0broken",
        b"\x00\x01\x02",
        b"title,title\nx,y\n",
        b"\xff\xfe\x00",
    ],
)
def test_catalogues_that_are_none(units, by, tmp_path, content):
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    try:
        outcome = run(path, units["D07"], by=by)
    except BadCatalogue as refusal:
        assert refusal.faults and all(refusal.faults)
    else:
        assert outcome.filed == 0
    assert not Record.objects.unguarded("a test looks").exists()


def test_awkward_files_as_contents(units, by, tmp_path):
    names = list(awkward.FILES)
    for name in names:
        awkward.write(tmp_path, name)
    lines = [
        {"title": f"附 {name}", "date": "2001", "retention": "10年", "author": "某", "file": name} for name in names
    ]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    refused = {name for name, (_, refusals, _) in awkward.FILES.items() if refusals}
    assert outcome.refused == len(refused)
    assert outcome.filed == len(names) - len(refused)
    assert StoredFile.objects.count() <= outcome.filed


def test_real_awkward_files_as_contents(units, by, tmp_path):
    folder = unpacked("badfiles.tar.gz", tmp_path)
    names = [
        one.relative_to(folder).as_posix()
        for one in sorted(folder.rglob("*"))
        if one.is_file() and one.stat().st_size < 20_000_000
    ]
    lines = [{"title": f"第{number}件", "date": "2001", "file": name} for number, name in enumerate(names)]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by, files=folder)
    assert outcome.filed + outcome.refused + outcome.skipped == len(names)
    assert Record.objects.unguarded("a test looks").count() == outcome.filed


def test_sixty_real_documents_are_found_by_what_they_say(units, by, tmp_path):
    """Oracle: substring search in Python over equally normalised text."""
    from archive.models import RecordWords

    catalogues = convert(shared_file("documents.jsonl.gz"), tmp_path, limit=60, units=["D07"])
    outcome = run(catalogues["D07"], units["D07"], by=by)
    assert outcome.filed + outcome.refused == 60
    texts = dict(RecordWords.objects.values_list("record_id", "text_n"))
    for words in [body[at : at + 4] for body in list(texts.values())[::6] for at in (60, 200) if len(body) > at + 4]:
        if "\x1f" in words:
            continue
        found = search(by, words)
        assert found.total == sum(words in body for body in texts.values()), words


def test_the_units_of_the_converter_are_those_of_the_table():
    assert len(UNITS) == 57 and "D30" in UNITS


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_and_run_again(units, by, tmp_path):
    lines = [
        {
            "title": f"第{number}件",
            "date": "2001",
            "retention": "永久",
            "file": text(tmp_path, f"{number}.txt", f"正文{number}" * 50),
        }
        for number in range(400)
    ]
    path = catalogue(tmp_path, lines)
    program = (
        "import os, sys, django; django.setup()\n"
        "from django.conf import settings; from pathlib import Path\n"
        "for n in ('FILES','TMP'): setattr(settings, f'EGOV_{n}_DIR', Path(sys.argv[2]) / n.lower())\n"
        "from archive.backfile.importing import run; from units.models import Unit, User\n"
        "run(Path(sys.argv[1]), Unit.objects.get(code='D07'), by=User.objects.get(username='d07-archivist'))\n"
    )
    from django.conf import settings
    from django.db import connection

    url = f"postgres://egov_owner@/{connection.settings_dict['NAME']}?host={connection.settings_dict['HOST']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "changning_egov.settings"}
    base = Path(settings.EGOV_FILES_DIR).parent
    child = subprocess.Popen([sys.executable, "-c", program, str(path), str(base)], cwd=PROJECT, env=environment)
    deadline = time.monotonic() + 30
    while (
        Record.objects.unguarded("a test looks").count() < 100 and time.monotonic() < deadline and child.poll() is None
    ):
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    half = Record.objects.unguarded("a test looks").count()
    assert 0 < half < 400
    outcome = run(path, units["D07"], by=by)
    assert (outcome.filed, outcome.skipped) == (400 - half, half)
    assert sorted(Record.objects.unguarded("a test looks").values_list("item_no", flat=True)) == list(range(1, 401))

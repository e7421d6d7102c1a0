"""目录导入 by the page: upload, background, outcome."""

import csv
import io
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from archive.models import Record
from tests import awkward
from tests.shared_data import unpacked
from units import jobs, worker
from units.models import Job, JobFinding
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(people):
    client = Client()
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(visitor, units, catalogue: str, files: dict[str, str] | None = None, **more):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in (files or {}).items():
            archive.writestr(name, text)
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("目录.csv", catalogue.encode()), **more}
    if files is not None:
        data["files"] = SimpleUploadedFile("files.zip", packed.getvalue())
    return visitor.post(reverse("archive:import_backfile"), data)


def test_a_catalogue_with_its_files_is_filed_by_the_worker(visitor, units):
    answer = send(
        visitor,
        units,
        "题名,日期,责任者,保管期限,文件\n关于年报的通知,2001,区府办,永久,a/一.txt\n",
        {"a/一.txt": "年报正文"},
    )
    assert answer.status_code == 302
    job = jobs.run_now(Job.objects.get())
    assert (job.state, job.note) == ("done", "已归档 1，未归档 0，已有 0")
    assert Record.objects.unguarded("a test looks").get().title == "关于年报的通知"


def test_what_is_refused_is_told_with_line_and_reason(visitor, units):
    send(visitor, units, "题名,文件\n,一.txt\n第二件,没有.txt\n", {"一.txt": "正文"})
    with pytest.raises(Refused, match="2 行未归档"):
        jobs.run_now(Job.objects.get())
    refusals = JobFinding.objects.filter(severity="refuse")
    told = list(refusals.values_list("line", "severity", "target", "field", "message"))
    assert [one[:4] for one in told] == [
        (2, "refuse", "第2行 A列（题名）", "题名"),
        (3, "refuse", "第3行 B列（文件）", "文件"),
    ]
    assert "题名为空" in told[0][4] and "找不到文件" in told[1][4]


def test_an_import_of_which_a_part_is_filed_is_no_failure(visitor, units):
    """The trial: seven of ten rows were filed, and the page said 未成功 in red."""
    head = "题名,日期,责任者,保管期限,文件\n"
    send(visitor, units, f"{head}关于年报的通知,2001,区府办,永久,a.txt\n,2001,区府办,永久,\n", {"a.txt": "年报正文"})
    with pytest.raises(Refused):
        jobs.run_now(Job.objects.get())
    job = Job.objects.get()
    assert job.note.startswith("部分完成：已归档 1，未归档 1")
    failed = Job(state="failed", note=job.note)
    assert (failed.state_told, failed.is_partial) == ("部分完成", True)
    assert failed.note_told.startswith("已归档 1，未归档 1")  # the state stands before it, once
    assert Job(state="done", note="打包").note_told == "打包"
    assert Job(state="failed", note="已归档 0，未归档 2").state_told == "未成功"
    assert Job(state="done", note="部分完成：").state_told == "已完成"


def test_a_retry_tells_what_was_filed_before_and_is_not_offered_for_a_sheet_that_must_be_mended(visitor, units, people):
    head = "题名,日期,责任者,保管期限,文件\n"
    send(visitor, units, f"{head}关于年报的通知,2001,区府办,永久,a.txt\n,2001,区府办,永久,\n", {"a.txt": "年报正文"})
    job = Job.objects.get()
    for _ in range(3):
        with pytest.raises(Refused, match="已归档 1 件"):
            jobs.run_now(job)
        job.refresh_from_db()
        assert job.note == "部分完成：已归档 1，未归档 1，已有 0"
        Job._base_manager.filter(pk=job.pk).update(state="failed")
        assert reverse("units:retry_job", args=[job.uid]) not in visitor.get(reverse("units:jobs")).content.decode()
        jobs.retry(job, by=people["D07:archivist"])


def csv_of(visitor, job) -> list[list[str]]:
    answer = visitor.get(reverse("units:job_report", args=[job.uid]))
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.django_db(transaction=True)
def test_the_list_of_refused_rows_survives_a_retry_and_is_not_cut(visitor, units, people):
    """Fault C6: 重试 destroyed the list, and after 40 rows it was cut."""
    send(visitor, units, "题名,文件\n" + "".join(f",{number}.txt\n" for number in range(60)), {})
    job = Job.objects.get()
    worker.run(batch=True)
    job.refresh_from_db()
    assert job.state == "failed" and len(csv_of(visitor, job)) == 181  # title, date and the missing file of each
    jobs.retry(job, by=people["D07:archivist"])
    worker.run(batch=True)
    job.refresh_from_db()
    rows = csv_of(visitor, job)
    assert (job.state, job.attempt) == ("failed", 2)
    assert [sum(row[0] == one and row[2] == "不能办理" for row in rows) for one in "12"] == [120, 120]
    page = visitor.get(reverse("units:jobs")).content.decode()
    assert "未能办理 120 处" in page and "360 条" in page


def test_a_trial_import_is_titled_as_one_and_is_done_when_it_has_found_the_faults(visitor, units):
    """Fault C6: a dry run looked like an import, and like a failure."""
    send(visitor, units, "题名,保管期限,文件\n,30年,一.txt\n第二件,30年,一.txt\n", {"一.txt": "正文"}, dry_run="on")
    job = jobs.run_now(Job.objects.get())
    assert job.title == "试导入目录“目录.csv”"
    assert (job.state, job.note) == ("done", "可归档 1，未归档 1，已有 0")
    assert (
        not Record.objects.unguarded("a test looks").exists()
        and JobFinding.objects.filter(severity="refuse").count() == 1
    )


def test_a_job_shows_its_times(visitor, units):
    """Fault C6."""
    send(visitor, units, "题名,日期,责任者,保管期限,文件\n关于年报的通知,2001,区府办,永久,一.txt\n", {"一.txt": "正文"})
    job = jobs.run_now(Job.objects.get())
    assert job.created_at <= job.started_at <= job.finished_at
    page = visitor.get(reverse("units:jobs")).content.decode()
    assert all(word in page for word in ("处理进度", "提交", "开始", "结束", "用时 0 秒"))


def test_an_upload_that_was_cleared_cannot_be_retried_and_says_so(visitor, units):
    send(visitor, units, "题名,文件\n,一.txt\n", {})
    job = Job.objects.get()
    shutil.rmtree(Path(settings.EGOV_TMP_DIR) / job.args["folder"])
    with pytest.raises(Refused, match="请重新上传"):
        jobs.run_now(job)


def test_a_report_is_for_those_whose_work_it_is(units, people):
    job = Job.objects.create(kind="test", title="试", owner=people["D07:archivist"], unit=units["D07"], state="failed")
    jobs.report(job, [SimpleNamespace(severity="refuse", message="=1+1", line=2)])
    client = Client()
    client.force_login(people["D15:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("units:job_report", args=[job.uid])).status_code == 404
    client.force_login(people["D07:archivist"], backend="django.contrib.auth.backends.ModelBackend")
    assert csv_of(client, job)[1] == ["0", "2", "不能办理", "", "", "", "'=1+1"]


@pytest.mark.parametrize("catalogue", ["甲,乙\n1,2\n", "\x00\x01", "题名,题名\nx,y\n"])
def test_a_wrong_catalogue_is_told_at_once(visitor, units, catalogue):
    answer = send(visitor, units, catalogue)
    assert answer.status_code == 422 and answer.context["form"].errors["catalogue"]
    assert not Job.objects.exists()


def test_a_zip_that_is_none_and_the_template(visitor, units):
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("c.csv", "题名,文件\n一,a.txt\n".encode())}
    data["files"] = SimpleUploadedFile("a.zip", b"PK\3\4broken")
    answer = visitor.post(reverse("archive:import_backfile"), data)
    assert answer.status_code == 422
    assert visitor.get(reverse("archive:backfile_template")).content[:2] == b"PK"


def test_faults_of_the_catalogue_and_of_the_zip_are_told_at_once(visitor, units):
    """Whoever sends both mends both: neither waits for the other."""
    before = set(Path(settings.EGOV_TMP_DIR).glob("backfile-*"))
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("c.csv", "文号,日期\n一,2001\n".encode())}
    data["files"] = SimpleUploadedFile("a.zip", b"PK\3\4broken")
    answer = visitor.post(reverse("archive:import_backfile"), data)
    errors = answer.context["form"].errors
    assert answer.status_code == 422 and set(errors) == {"catalogue", "files"}
    assert "题名" in errors["catalogue"][0] and errors["files"][0].startswith("文件压缩包")
    assert not Job.objects.exists() and set(Path(settings.EGOV_TMP_DIR).glob("backfile-*")) == before


def stored(members) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def overlapping() -> bytes:
    raw = awkward.zip_of([("a.txt", b"same"), ("b.txt", b"same")])
    second = raw.rfind(b"PK\x01\x02")
    return raw[: second + 42] + b"\0\0\0\0" + raw[second + 46 :]


def linked() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * (8 << 20))
    return made.getvalue()


HOSTILE = {
    "a name that leads out": lambda: awkward.zip_of([("a.txt", b"x"), ("../out.txt", b"x")]),
    "an absolute name": lambda: awkward.zip_of([("/etc/cron.d/x", b"x")]),
    "two of one name": lambda: awkward.zip_of([("a.txt", b"x"), ("A.TXT", b"y")]),
    "overlapping entries": overlapping,
    "bytes of nobody in front": lambda: b"MZ hidden" + awkward.zip_of([("a.txt", b"x")]),
    "a link": linked,
    "a bomb": bomb,
    "a wrong checksum": lambda: stored([("a.txt", b"content")]).replace(b"content", b"CONTENT", 1),
}


def send_zip(visitor, units, raw: bytes):
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile("c.csv", "题名,文件\n一,a.txt\n".encode())}
    return visitor.post(reverse("archive:import_backfile"), data | {"files": SimpleUploadedFile("a.zip", raw)})


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_container_is_refused_in_back_files_as_uploads_are(visitor, units, fault):
    before = set(Path(settings.EGOV_TMP_DIR).glob("backfile-*"))
    answer = send_zip(visitor, units, HOSTILE[fault]())
    assert answer.status_code == 422
    assert answer.context["form"].errors["files"][0].startswith("文件压缩包")
    assert not Job.objects.exists() and set(Path(settings.EGOV_TMP_DIR).glob("backfile-*")) == before


def test_a_stored_office_file_with_its_own_end_mark_is_no_fault(visitor, units):
    inner = awkward.zip_of([("word/document.xml", b"<a/>")])
    assert send_zip(visitor, units, stored([("a.txt", b"x"), ("a.docx", inner)])).status_code == 302


@pytest.mark.real_data
def test_the_real_hostile_structures_are_refused_in_back_files(visitor, units, tmp_path):
    folder = unpacked("badfiles.tar.gz", tmp_path) / "zip-structures" / "reject"
    taken = [
        one.name for one in sorted(folder.iterdir()) if send_zip(visitor, units, one.read_bytes()).status_code < 400
    ]
    assert taken == []


def test_a_refused_catalogue_is_called_by_the_name_that_it_has(visitor, units):
    """Fault: “catalogue.xlsx” was told of a file that nobody had called so."""
    given = SimpleUploadedFile("民政2001年目录.XLSX", b"PK\x03\x04broken")
    answer = visitor.post(reverse("archive:import_backfile"), {"unit": units["D07"].pk, "catalogue": given})
    told = "".join(answer.context["form"].errors["catalogue"])
    assert answer.status_code == 422 and "catalogue" not in told and "民政2001年目录.xlsx" in told


@pytest.mark.parametrize("name", ["files.zip", "report.xlsx", "名" * 200 + ".csv", ".csv"])
def test_a_name_of_our_own_or_too_long_a_name_disturbs_nothing(visitor, units, name):
    head = "题名,日期,责任者,保管期限,文件\n关于年报的通知,2001,区府办,永久,一.txt\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("一.txt", "正文")
    data = {"unit": units["D07"].pk, "catalogue": SimpleUploadedFile(name, head.encode())}
    answer = visitor.post(
        reverse("archive:import_backfile"), data | {"files": SimpleUploadedFile("a.zip", packed.getvalue())}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert jobs.run_now(Job.objects.get()).state == "done"

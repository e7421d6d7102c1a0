"""目录导入 that is paused, cancelled or killed: gone on with behind its last rows, told as one run, nothing filed twice."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.backfile import importing
from archive.models import Record, RecordWords
from tests.archive.test_backfile_page import send, visitor
from units import jobs, steering
from units.models import Asked, Job, JobFinding
from units.workflow import Refused

__all__ = ["visitor"]

pytestmark = pytest.mark.django_db
ROWS = 6
CATALOGUE = "题名,日期,责任者,保管期限,文件\n" + "".join(
    f"关于第{n}号事项的通知,200{n},区府办,永久,{n}.txt\n" for n in range(1, ROWS + 1)
)
FILES = {f"{n}.txt": f"第{n}号正文" for n in range(1, ROWS + 1) if n != 2}  # the second row has no file: refused


@pytest.fixture
def job(visitor, units, monkeypatch) -> Job:
    monkeypatch.setattr(importing, "SLICE", 2)
    monkeypatch.setattr("units.pace.PACE", 0)
    assert send(visitor, units, CATALOGUE, FILES).status_code == 302
    return Job.objects.get()


def wished(monkeypatch, step: str, by, at: int) -> None:
    advance = Job.advance

    def watched(job, done, total, note="", **sizes) -> None:
        if done == at and job.attempt == 1:
            getattr(steering, step)(Job.objects.get(pk=job.pk), by=by)
        advance(job, done, total, note, **sizes)

    monkeypatch.setattr(Job, "advance", watched)


def titles() -> list[str]:
    return list(Record.objects.unguarded("a test looks").order_by("pk").values_list("title", flat=True))


def test_a_paused_import_goes_on_behind_its_last_rows_and_is_told_as_one(job, people, monkeypatch):
    wished(monkeypatch, "pause", people["D07:archivist"], at=4)
    jobs.run_now(job)
    assert (job.state, job.kept["rows"], len(titles())) == ("paused", 4, 3)

    steering.resume(job, by=people["D07:archivist"])
    with pytest.raises(Refused, match="已归档 5 件；1 行未归档"):
        jobs.run_now(job)
    assert titles() == [f"关于第{n}号事项的通知" for n in (1, 3, 4, 5, 6)]
    told = JobFinding.objects.filter(severity="refuse", attempt=job.attempt).values_list("line", flat=True)
    assert list(told) == [3]  # judged again, so that the last attempt tells all that was refused


def test_a_cancelled_import_keeps_what_was_filed_and_nothing_of_the_upload(job, people, monkeypatch):
    wished(monkeypatch, "cancel", people["D07:archivist"], at=4)
    jobs.run_now(job)
    assert (job.state, len(titles()), job.note) == ("cancelled", 3, "已归档 3 件，其余没有导入")
    assert not list((settings.EGOV_TMP_DIR / job.args["folder"]).glob("*.zip"))


def test_a_killed_import_goes_on_in_the_next_attempt(job, monkeypatch):
    """Not paused: its worker went away after two slices, in the middle of the third."""
    keep, kept = Job.keep, []

    def killed(job, **facts) -> None:
        kept.append(facts.get("rows"))
        if len(kept) == 3:
            raise KeyboardInterrupt
        keep(job, **facts)

    monkeypatch.setattr(Job, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_now(job)
    job.refresh_from_db()
    assert (job.kept["rows"], len(titles())) == (4, 3)
    with pytest.raises(Refused, match="已归档 5 件；1 行未归档"):
        jobs.run_now(job)
    assert kept[3:6] == [4, 4, 6]  # of the first four rows the refused one is judged again, then the rest are filed


def test_a_retry_judges_every_row_anew(job, visitor):
    with pytest.raises(Refused):
        jobs.run_now(job)
    assert job.kept
    Job._base_manager.filter(pk=job.pk).update(state="failed")
    assert visitor.post(reverse("units:retry_job", args=[job.uid])).status_code == 302
    job.refresh_from_db()
    assert job.kept == {"lasting": {"filed": 5}}
    with pytest.raises(Refused, match="已归档 5 件；1 行未归档"):
        jobs.run_now(job)


def test_a_record_of_two_texts_is_written_in_one_statement_with_its_neighbours(visitor, units):
    """What is long is one text, not one of several files: those went by COPY and were folded twice."""
    send(
        visitor,
        units,
        "题名,日期,责任者,保管期限,文件\n甲,2001,区府办,永久,1.txt;2.txt\n",
        {"1.txt": "前", "2.txt": "后"},
    )
    with CaptureQueriesContext(connection) as captured:
        jobs.run_now(Job.objects.get())
    assert RecordWords.objects.get().body.split() == ["前", "后"]
    assert not [one["sql"] for one in captured if one["sql"].startswith('UPDATE "archive_recordwords"')]


def test_a_handler_is_never_told_of_a_wish_inside_a_slice(job, people):
    """A slice is one transaction: the wish is seen between two of them, so that nothing is half filed."""
    steering.pause(Job.objects.get(pk=job.pk), by=people["D07:archivist"])
    job.refresh_from_db()
    assert job.state == "paused" and titles() == []
    with pytest.raises(Asked):
        Job.objects.filter(pk=job.pk).update(asked="pause")
        job.advance(1, 2)

"""Background work against a real worker process is in tests/scenarios; here the states of a job."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from units import jobs, worker
from units.actions import system_user
from units.job_workflow import JOB, Attempt
from units.models import Job, JobFinding
from units.workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)
calls: list[int] = []


@jobs.handler("test_ok")
def count(job, upto: int = 0):
    for number in range(upto):
        job.advance(number + 1, upto)
        calls.append(number)


@jobs.handler("test_broken")
def broken(job):
    raise OSError("磁盘已满")


@jobs.handler("test_refused")
def refused(job):
    raise Refused("批次已经提交。")


def test_a_job_runs_once_and_shows_its_end(clerk):
    calls.clear()
    job = jobs.start("test_ok", "数数", by=clerk, upto=3)
    worker.run(batch=True)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == ("done", 3, 3, 100)
    assert calls == [0, 1, 2]


def test_a_failure_is_tried_three_times_and_then_waits_for_a_person(clerk):
    job = jobs.start("test_broken", "坏", by=clerk)
    for attempt in range(3):
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
        worker.run(batch=True)
        job.refresh_from_db()
        assert job.failures == attempt + 1
    assert job.state == "failed" and "磁盘已满" in job.cause
    jobs.retry(job, by=clerk)
    job.refresh_from_db()
    assert (job.state, job.failures) == ("queued", 0)
    with pytest.raises(Refused):
        jobs.retry(job, by=clerk)


def test_a_refusal_ends_at_once_with_its_sentence(clerk):
    job = jobs.start("test_refused", "批次", by=clerk)
    worker.run(batch=True)
    job.refresh_from_db()
    assert (job.state, job.cause, job.failures) == ("failed", "批次已经提交。", 1)


def test_a_dead_workers_task_is_taken_up_again(clerk):
    job = jobs.start("test_ok", "数数", by=clerk, upto=1)
    long_ago = timezone.now() - timedelta(minutes=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago, worker_ids=["12345"])
    Job.objects.update(changed_at=long_ago)
    worker.run(batch=True)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_stopping_worker_puts_the_job_back(clerk, monkeypatch):
    job = jobs.start("test_ok", "数数", by=clerk, upto=3)
    monkeypatch.setattr(Job, "stop_requested", True)
    jobs.run_job.call(str(job.uid))
    job.refresh_from_db()
    assert job.state == "queued"
    assert DBTaskResult.objects.filter(status="READY").count() == 2


def test_two_runners_of_one_job_take_turns_and_it_is_done_once(clerk, monkeypatch):
    inside, most = [], []

    def slow(job):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.2)
        inside.pop()

    monkeypatch.setitem(jobs.HANDLERS, "test_slow", slow)
    job = jobs.start("test_slow", "慢", by=clerk)

    def run():
        jobs.run_now(Job.objects.get(pk=job.pk))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_second_signal_does_not_make_a_failure_of_the_job(clerk, monkeypatch):
    """Ctrl-C comes from the terminal and again from the supervisor."""
    monkeypatch.setattr(Job, "stop_requested", False)

    def signalled(job):
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        job.advance(1, 2)

    monkeypatch.setitem(jobs.HANDLERS, "test_signalled", signalled)
    job = jobs.start("test_signalled", "中断", by=clerk)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        worker.run(batch=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    job.refresh_from_db()
    assert job.state == "queued"
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY", "SUCCESSFUL"}


@pytest.fixture
def long_ago():
    return timezone.now() - timedelta(minutes=1)


@jobs.handler("test_watched")
def watched(job):
    job.advance(1, 2)


def test_a_job_that_says_running_for_ever_beside_a_failed_task_is_taken_up(clerk, long_ago):
    """Fault C3: its database connection broke, the task row said FAILED, and the page said 进行中 for ever."""
    job = jobs.start("test_ok", "数数", by=clerk, upto=1)
    DBTaskResult.objects.update(status="FAILED", finished_at=long_ago)
    JOB.perform("claim", job, by=system_user())
    Job.objects.filter(pk=job.pk).update(changed_at=long_ago)
    worker.run(batch=True)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.losses) == ("done", 2, 0)  # new ground forgets the loss


def test_a_job_that_is_being_run_is_left_alone(clerk, long_ago):
    """Judged by its lock, whatever the task table and the worker's own lock say."""
    job = jobs.start("test_ok", "数数", by=clerk)
    DBTaskResult.objects.update(status="FAILED", finished_at=long_ago)
    with jobs._sole_runner(job):
        JOB.perform("claim", job, by=system_user())
        Job.objects.filter(pk=job.pk).update(changed_at=long_ago)
        with ThreadPoolExecutor(1) as another:
            assert another.submit(looked_over).result() == 0
    assert jobs.take_up() == 1


def looked_over() -> int:
    """By another connection than the one that holds the lock."""
    try:
        return jobs.take_up()
    finally:
        connection.close()


def test_a_queued_job_whose_task_waits_is_left_alone(clerk, long_ago):
    jobs.start("test_ok", "数数", by=clerk)
    Job.objects.update(changed_at=long_ago)
    assert jobs.take_up() == 0
    DBTaskResult.objects.all().delete()
    assert jobs.take_up() == 1
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_an_overtaken_attempt_changes_nothing(clerk):
    """Fault C3, one job never twice: the attempt's number is the fence."""
    job = jobs.start("test_ok", "数数", by=clerk)
    old, new = Job.objects.get(pk=job.pk), Job.objects.get(pk=job.pk)
    JOB.perform("claim", old, by=system_user())
    JOB.perform("claim", new, by=system_user())
    new.advance(1, 9)
    with pytest.raises(jobs.StopsRunning):
        old.advance(5, 9)
    for step in ("finish", "put_back", "try_again", "fail", "lose"):
        with pytest.raises(Refused, match="已由另一进程接续"):
            JOB.perform(step, old, by=system_user(), given=Attempt(1))
    new.refresh_from_db()
    assert (new.state, new.done, new.attempt) == ("running", 1, 2)


def test_a_handler_whose_connection_was_renewed_under_it_stops(clerk, monkeypatch):
    """The lock went with the old connection: what is written through a new one would be nobody's."""
    marks = []

    def renewed(job):
        job.advance(1, 3)
        connection.close()
        marks.append("closed")
        job.advance(2, 3)
        marks.append("went on")

    monkeypatch.setitem(jobs.HANDLERS, "test_watched", renewed)
    job = jobs.start("test_watched", "换了连接", by=clerk)
    jobs.run_job.call(str(job.uid))
    job.refresh_from_db()
    assert marks == ["closed"] and (job.state, job.done) == ("running", 1)


def test_a_job_that_gets_no_further_is_shown_as_failed_with_a_retry(clerk, long_ago):
    job = jobs.start("test_ok", "数数", by=clerk, upto=1)
    DBTaskResult.objects.all().delete()
    half_an_hour = timezone.now() - timedelta(minutes=31)
    Job.objects.update(changed_at=long_ago, losses=5, furthest_at=half_an_hour)
    assert jobs.take_up() == 1
    job.refresh_from_db()
    assert job.state == "failed" and "一直没有进展" in job.cause
    jobs.retry(job, by=clerk)
    worker.run(batch=True)
    job.refresh_from_db()
    assert (job.state, job.cause) == ("done", "")


def test_an_interrupted_job_that_gets_further_is_never_given_up(clerk, long_ago):
    """However often its worker is killed: only standing still counts."""
    job = jobs.start("test_ok", "数数", by=clerk, upto=1)
    DBTaskResult.objects.all().delete()
    Job.objects.update(changed_at=long_ago, losses=50)
    assert jobs.take_up() == 1
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_jobs_state_changes_through_its_workflow_only(clerk):
    """Fault A3."""
    job = jobs.start("test_ok", "数数", by=clerk)
    with pytest.raises(TypeError):
        Job.objects.filter(pk=job.pk).update(state="done")
    job.state = "done"
    with pytest.raises(TypeError):
        job.save()
    with pytest.raises(Refused):
        JOB.perform("finish", Job.objects.get(pk=job.pk), by=clerk, given=Attempt(0))


def test_findings_of_a_job_are_only_added(clerk):
    job = jobs.start("test_ok", "数数", by=clerk)
    jobs.report(job, [Told("refuse", "题名为空。")])
    with pytest.raises(ProgrammingError):
        JobFinding.objects.all().delete()


@dataclass
class Told:
    severity: str
    message: str

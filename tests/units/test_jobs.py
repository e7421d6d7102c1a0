"""Background work against a real worker process is in tests/scenarios; here the states of a job."""

import os
import signal
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from units import jobs, worker
from units.models import Job
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
        assert job.attempts == attempt + 1
    assert job.state == "failed" and "磁盘已满" in job.cause
    jobs.retry(job, by=clerk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    with pytest.raises(Refused):
        jobs.retry(job, by=clerk)


def test_a_refusal_ends_at_once_with_its_sentence(clerk):
    job = jobs.start("test_refused", "批次", by=clerk)
    worker.run(batch=True)
    job.refresh_from_db()
    assert (job.state, job.cause, job.attempts) == ("failed", "批次已经提交。", 1)


def test_a_dead_workers_task_is_taken_up_again(clerk):
    job = jobs.start("test_ok", "数数", by=clerk, upto=1)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now(), worker_ids=["12345"])
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


def test_two_runners_of_one_job_take_turns(clerk, monkeypatch):
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
    assert most == [1, 1]


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

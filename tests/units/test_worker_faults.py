"""A real worker process while the database restarts, its connections break, or it is killed (issue 10, C3)."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.transfer.test_killed_worker import PROJECT, environment_of_a_worker
from tests.units.slow_worker import STEPS, slow
from units import jobs, worker
from units.models import ChoreRun, Job

pytestmark = pytest.mark.django_db(transaction=True)
jobs.handler("test_slow_steps")(slow)
MOST = 30  # seconds until an interrupted job is taken up


@contextmanager
def workers(count: int = 1):
    started = [
        subprocess.Popen([sys.executable, "-m", "tests.units.slow_worker"], cwd=PROJECT, env=environment_of_a_worker())
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for one in started:
            one.send_signal(signal.SIGKILL)
            one.wait()


@pytest.fixture
def job(clerk, tmp_path):
    return jobs.start("test_slow_steps", "慢", by=clerk, log=str(tmp_path / "log"))


def wait_for(condition, seconds: float = MOST):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain, jobs: {list(Job.objects.values_list('state', 'attempt', 'done', 'losses', 'cause'))}")


def under_way(job, step: int = 3):
    wait_for(lambda: Job.objects.filter(pk=job.pk, state="running", done__gte=step).exists())


def ended(job):
    wait_for(lambda: not Job.objects.get(pk=job.pk).is_open, MOST + STEPS * 0.15)
    return Job.objects.get(pk=job.pk)


def holders(lock_class: int) -> list[tuple[int, int]]:
    """(number, backend) of each held lock of the class."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint, pid FROM pg_locks "
            "WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [lock_class],
        )
        return cursor.fetchall()


def terminate(*backends: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        for pid in backends:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        cursor.execute("SET ROLE egov_app")


def everybody_else() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def lines(job) -> list[list[int]]:
    """[process, attempt, step] in the order in which they were written."""
    with open(job.args["log"], encoding="ascii") as source:
        return [[int(part) for part in line.split()] for line in source]


def assert_never_twice_at_once(job) -> None:
    """The attempts follow one another: once a later one has begun, an earlier one takes one step more at most."""
    attempts = [attempt for _, attempt, _ in lines(job)]
    late = [place for place, attempt in enumerate(attempts) if attempt < max(attempts[: place + 1])]
    assert len(late) <= len(set(attempts)) - 1


def test_a_worker_whose_own_connection_breaks_lives_on_and_so_does_its_job(job):
    with workers() as (one,):
        under_way(job)
        [(number, backend)] = holders(worker.LOCK_CLASS)
        terminate(backend)
        wait_for(lambda: [found for found, pid in holders(worker.LOCK_CLASS) if pid != backend] == [number])
        done = ended(job)
        assert one.poll() is None
    assert (done.state, done.attempt, done.losses) == ("done", 1, 0)


@pytest.mark.parametrize("count", [1, 2])
def test_a_job_whose_connection_breaks_is_taken_up_again_within_half_a_minute(job, count):
    with workers(count) as processes:
        under_way(job)
        before = time.monotonic()
        terminate(*(pid for key, pid in holders(jobs.LOCK_CLASS) if key == job.pk))
        wait_for(lambda: Job.objects.filter(pk=job.pk, attempt=2, state="running").exists())
        assert time.monotonic() - before < MOST
        done = ended(job)
        assert [one.poll() for one in processes] == [None] * count
    assert done.state == "done"
    assert_never_twice_at_once(job)


def test_a_worker_survives_a_restart_of_the_database(job):
    """Every connection at once, as a restart does it; thrice."""
    with workers() as (one,):
        for attempt in range(1, 4):
            wait_for(lambda attempt=attempt: Job.objects.filter(pk=job.pk, attempt=attempt, state="running").exists())
            time.sleep(0.5)
            terminate(*everybody_else())
        done = ended(job)
        assert one.poll() is None
        assert len(holders(worker.LOCK_CLASS)) == 1
    assert (done.state, done.attempt) == ("done", 4)
    assert_never_twice_at_once(job)


def test_a_killed_workers_job_is_taken_up_by_another_within_half_a_minute(job):
    with workers() as (first,):
        under_way(job)
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = time.monotonic()
        with workers():
            wait_for(lambda: Job.objects.filter(pk=job.pk, attempt=2, state="running").exists())
            assert time.monotonic() - before < MOST
            assert ended(job).state == "done"
    assert_never_twice_at_once(job)


def test_a_worker_does_its_chores(job):
    with workers():
        wait_for(lambda: ChoreRun.objects.filter(succeeded_at__isnull=False).count() >= 5)
        assert not ChoreRun.objects.exclude(failures=0).values_list("name", "cause")

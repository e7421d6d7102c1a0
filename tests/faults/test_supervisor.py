"""`make run` as a whole: whatever of it is killed comes back by itself, and when it ends nothing is left."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from changning_egov import children, postmaster
from tests.faults.conftest import free_port
from tests.faults.site import ENDING, PROJECT, Site

pytestmark = pytest.mark.skipif(not postmaster.PROC.exists(), reason="NO /proc: what a run left cannot be seen")
SECONDS = 20  # until everything is back


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    one = Site(tmp_path_factory.mktemp("run"), free_port(), small=True)
    try:
        one.start()
        assert one.wait(), (one.data / "run.log").read_text()
        one.set_demo_aside()  # it would keep a core busy beside every test; test_kill.py hits a run that fills
        yield one
    finally:
        one.clean_up()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("kind", ["master", "web", "worker", "postmaster", "backend", "auxiliary"])
def test_whatever_ends_comes_back(site, kind, number):
    session = site.connect()  # so that there is a backend
    victim = site.targets()[kind][0]
    victim.send_signal(number)
    postmaster.wait_until(lambda: not victim.is_running(), 3)
    session.close()
    assert site.wait(SECONDS), (site.data / "run.log").read_text()[-3000:]


def test_the_sites_processes_end_with_the_one_that_started_them(site):
    """gunicorn's own processes are grandchildren of the supervisor: they must not keep the port."""
    before = site.targets()
    before["master"][0].kill()
    gone, alive = psutil.wait_procs(before["web"], timeout=5)
    assert alive == [] and len(gone) == 2
    assert site.wait(SECONDS)
    assert {one.pid for one in site.targets()["web"]}.isdisjoint(one.pid for one in before["web"])


def test_each_lasting_process_holds_the_server_itself(site):
    targets = site.targets()
    for process in (*targets["supervisor"], *targets["web"], *targets["worker"]):
        held = [file.path for file in process.open_files()]
        assert str(site.data / "pgdata.users") in held, process


def test_while_the_database_is_away_every_page_is_a_sentence(site):
    supervisor = site.targets()["supervisor"][0]
    supervisor.suspend()
    try:
        site.targets()["postmaster"][0].kill()
        postmaster.wait_until(lambda: not site.postmaster.family(), 5)
        for path in ("/", "/waiting/", "/portal/", "/search/"):
            request = urllib.request.Request(
                f"http://127.0.0.1:{site.port}{path}", headers={"Cookie": "sessionid=" + "a" * 32}
            )
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=10)
            page = caught.value.read().decode()
            assert caught.value.code == 503 and "数据库正在恢复" in page and "Traceback" not in page
    finally:
        supervisor.resume()
    assert site.wait(SECONDS)


def test_a_command_beside_a_killed_database_starts_it_itself(site):
    site.targets()["postmaster"][0].kill()
    command = [sys.executable, "manage.py", "verify_audit"]
    done = subprocess.run(command, cwd=PROJECT, env=site.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert site.wait(SECONDS)


def test_a_second_run_is_refused_with_a_sentence(site):
    command = [sys.executable, "manage.py", "run"]
    done = subprocess.run(command, cwd=PROJECT, env=site.environment, capture_output=True, text=True, timeout=60)
    assert (
        done.returncode == 1 and "Already running: http://127.0.0.1:" in done.stderr and "Traceback" not in done.stderr
    )


def test_what_dies_again_and_again_is_started_after_growing_pauses_and_told():
    told, child = [], children.Child("site", children.new_run(), "-c", "pass")
    child.start()
    began = time.monotonic()
    while len(told) < 4:
        child.tend(told.append)
        time.sleep(0.01)
    assert [line.rsplit(" in ", 1)[1] for line in told] == ["0.3 s.", "0.5 s.", "1 s.", "2 s."]
    assert time.monotonic() - began > 1.8 and told[0].startswith("The site ended with status 0")


def test_a_killed_supervisor_leaves_nothing_and_the_next_run_starts(site):
    run = site.run_mark()
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait()
    assert postmaster.wait_until(lambda: not children.left_of(run) and not site.postmaster.family(), 15)
    site.start()
    assert site.wait(60), (site.data / "run.log").read_text()[-3000:]


def test_a_run_started_at_once_after_a_killed_one_waits_for_what_is_left(site):
    os.kill(site.process.pid, signal.SIGKILL)
    site.process.wait()
    site.start()
    assert site.wait(60), (site.data / "run.log").read_text()[-3000:]


def test_ctrl_c_leaves_nothing(site):
    began = time.monotonic()
    assert site.stop(), (site.data / "run.log").read_text()[-3000:]
    assert time.monotonic() - began < ENDING
    assert (site.data / "run.log").read_text().rstrip().endswith("Stopped.")

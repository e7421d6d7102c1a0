"""The embedded server: killed, stuck, half-made or broken, it starts again or says why in a sentence."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from changning_egov import embedded_pg, postmaster
from changning_egov.postmaster import Condition, Postmaster
from tests.faults.site import PROJECT

pytestmark = pytest.mark.skipif(not postmaster.PROC.exists(), reason="NO /proc: who belongs to a folder cannot be seen")
GONE = psycopg2.DatabaseError, psycopg2.InterfaceError


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A stopped cluster, made once."""
    folder = tmp_path_factory.mktemp("pristine") / "pg"
    embedded_pg.hold(folder, fast=True)
    embedded_pg.let_go(folder)
    return folder


@pytest.fixture
def folder(pristine, tmp_path):
    shutil.copytree(pristine, tmp_path / "pg")
    (tmp_path / "pg").chmod(0o700)
    yield tmp_path / "pg"
    embedded_pg.let_go(tmp_path / "pg")
    Postmaster(tmp_path / "pg", embedded_pg.socket_dir(tmp_path / "pg")).stop(fast=0)


def server_of(folder) -> Postmaster:
    return Postmaster(folder, embedded_pg.socket_dir(folder))


def session(folder):
    return psycopg2.connect(host=str(embedded_pg.socket_dir(folder)), user="egov_root", dbname="egov")


def test_a_killed_server_is_started_again(folder):
    embedded_pg.hold(folder, fast=True)
    old = server_of(folder).pid()
    os.kill(old, signal.SIGKILL)
    assert postmaster.wait_until(lambda: not embedded_pg.is_alive(folder), 2)
    embedded_pg.revive(folder)
    assert embedded_pg.is_up(folder) and server_of(folder).pid() != old


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_backend_ends_the_server_or_itself_and_it_is_started_again(folder, number):
    """`restart_after_crash=off`: no restart inside the server, which a stop could meet (design section 13)."""
    embedded_pg.hold(folder, fast=True)
    one = session(folder)
    cursor = one.cursor()
    cursor.execute("SHOW restart_after_crash")
    assert cursor.fetchone() == ("off",)
    os.kill(one.info.backend_pid, number)
    with pytest.raises(GONE):
        cursor.execute("SELECT pg_sleep(5)")
    gone = postmaster.wait_until(lambda: not embedded_pg.is_alive(folder), 2)
    assert gone is (number == signal.SIGKILL)
    embedded_pg.revive(folder)
    assert embedded_pg.is_up(folder)


def test_what_a_killed_server_left_behind_is_ended(folder):
    """A stopped backend notices nothing; it holds the shared memory, and a new server would refuse to start."""
    embedded_pg.hold(folder, fast=True)
    one = session(folder)  # held: one that nobody refers to is closed, and its backend ends
    left = one.info.backend_pid
    os.kill(left, signal.SIGSTOP)
    os.kill(server_of(folder).pid(), signal.SIGKILL)
    assert postmaster.wait_until(lambda: not embedded_pg.is_alive(folder), 2)
    embedded_pg.revive(folder)
    assert embedded_pg.is_up(folder) and left not in server_of(folder).family()


def test_a_server_that_shuts_down_for_ever_is_ended_and_started(folder, monkeypatch):
    """SIGTERM waits for every session to leave; whoever comes meanwhile is refused."""
    monkeypatch.setitem(embedded_pg.PATIENCE, Condition.STOPPING, 1.0)
    embedded_pg.hold(folder, fast=True)
    lasting = session(folder)
    os.kill(server_of(folder).pid(), signal.SIGTERM)
    assert postmaster.wait_until(lambda: server_of(folder).condition("egov_root") == Condition.STOPPING, 3)
    embedded_pg.revive(folder)
    assert embedded_pg.is_up(folder)
    with pytest.raises(GONE):
        lasting.cursor().execute("SELECT 1")


def test_a_server_that_says_nothing_is_ended_and_started(folder, monkeypatch):
    monkeypatch.setitem(embedded_pg.PATIENCE, Condition.SILENT, 1.0)
    monkeypatch.setattr(postmaster, "IMMEDIATE", 0.5)
    embedded_pg.hold(folder, fast=True)
    os.kill(server_of(folder).pid(), signal.SIGSTOP)
    embedded_pg.revive(folder)
    assert embedded_pg.is_up(folder)


def test_stopping_is_bounded_even_when_nobody_listens(folder, monkeypatch):
    monkeypatch.setattr(postmaster, "IMMEDIATE", 0.5)
    embedded_pg.hold(folder, fast=True)
    os.kill(server_of(folder).pid(), signal.SIGSTOP)
    began = time.monotonic()
    server_of(folder).stop(fast=0.5)
    assert server_of(folder).family() == [] and time.monotonic() - began < 10


def test_a_stale_pid_file_that_names_somebody_else_is_no_server(folder):
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")
    (folder / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n{folder}\n")
    embedded_pg.hold(folder, fast=True)
    assert embedded_pg.is_up(folder)


def test_a_cluster_half_made_is_made_anew(tmp_path):
    half = tmp_path / "pg.half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    try:
        embedded_pg.hold(tmp_path / "pg", fast=True)
        assert embedded_pg.is_up(tmp_path / "pg") and not half.exists()
    finally:
        embedded_pg.let_go(tmp_path / "pg")


def manage(data, *arguments: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EGOV_", "DATABASE", "DJANGO"))}
    environment = {**kept, "EGOV_DATA_DIR": str(data)}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("command", ["run", "verify_audit", "worker", "demo"])
def test_a_broken_database_is_a_sentence_for_every_command(pristine, tmp_path, command):
    shutil.copytree(pristine, tmp_path / "pgdata")
    (tmp_path / "pgdata").chmod(0o700)
    (tmp_path / "pgdata" / "global" / "pg_control").unlink()
    done = manage(tmp_path, command)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.strip() == f"The database server did not start; {tmp_path}/pgdata.log says why."


def test_a_database_without_tables_is_no_outage(pristine, tmp_path):
    shutil.copytree(pristine, tmp_path / "pgdata")
    (tmp_path / "pgdata").chmod(0o700)
    done = manage(tmp_path, "verify_audit")
    assert done.returncode != 0 and "went away" not in done.stderr and "does not exist" in done.stderr

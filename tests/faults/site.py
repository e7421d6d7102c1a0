"""A whole `make run` in a scratch folder, as the tests of faults start, watch and end it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg2

from changning_egov import children
from changning_egov.postmaster import Postmaster

PROJECT = Path(__file__).parents[2]
FONTS = PROJECT / ".data" / "fonts"
ENDING = 20  # seconds in which Ctrl-C leaves nothing
# who can be hit, and how often of a hundred
KINDS = {
    "supervisor": 5, "master": 12, "web": 18, "worker": 25, "postmaster": 10, "backend": 20, "auxiliary": 10,
}  # fmt: skip


class Site:
    """`manage.py run` on `data` and `port`; `small` is the demo of six units."""

    def __init__(self, data: Path, port: int, *, small: bool) -> None:
        self.data, self.port, self.small = data.resolve(), port, small
        self.sockets = self.data / "pgdata"
        self.postmaster = Postmaster(self.data / "pgdata", self.sockets)
        self.data.mkdir(parents=True, exist_ok=True)
        if FONTS.exists() and not (self.data / "fonts").exists():
            (self.data / "fonts").symlink_to(FONTS)
        self.process: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("EGOV_", "DJANGO_", "PYTEST", "DATABASE_URL")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
            "EGOV_DATA_DIR": str(self.data),
            "EGOV_PORT": str(self.port),
            "EGOV_DEMO": "small" if self.small else "full",
        }

    def start(self) -> None:
        """Raises RuntimeError with what it said, when it does not answer within two minutes."""
        with open(self.data / "run.log", "a") as log:
            command = [sys.executable, "manage.py", "run"]
            self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)

    def wait(self, seconds: float = 120) -> bool:
        """Whether it answers in time; False at once when `make run` has ended."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if self.is_whole():
                return True
            time.sleep(0.2)  # looking is not free: every process of the machine is read
        return False

    def is_whole(self) -> bool:
        """The site answers, the database lets one in, and everybody is at his place."""
        found = {kind for kind, processes in self.targets().items() if processes}
        return {"supervisor", "master", "web", "worker", "postmaster"} <= found and self.answers() and self.is_open()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=3) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def is_open(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self):
        return psycopg2.connect(host=str(self.sockets), user="egov_app", dbname="egov", connect_timeout=3)

    def demo_job(self) -> tuple[str, int, int]:
        """(state, done, total) of the job that fills the demo; ("", 0, 0) while nobody can tell."""
        try:
            connection = self.connect()
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT state, done, total FROM units_job WHERE kind = 'demo' ORDER BY id LIMIT 1")
                found = cursor.fetchone()
            connection.close()
        except psycopg2.Error:
            return "", 0, 0
        return found or ("", 0, 0)

    def set_demo_aside(self) -> None:
        """The demo stays as it is: whoever fills it finds himself overtaken, and nobody takes the job up."""
        connection = self.connect()
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE units_job SET state = 'cancelled', attempt = attempt + 1 WHERE kind = 'demo'")
        connection.close()

    def targets(self) -> dict[str, list[psutil.Process]]:
        """Every living process of the run, by kind (KINDS)."""
        found = {kind: [] for kind in KINDS}
        try:
            supervisor = psutil.Process(self.process.pid)
            found["supervisor"] = [supervisor] if supervisor.status() != psutil.STATUS_ZOMBIE else []
            for child in supervisor.children():
                kind = "master" if "gunicorn" in child.cmdline() else "worker"
                found[kind].append(child)
                if kind == "master":
                    found["web"] += child.children()
        except psutil.Error:
            pass
        if pid := self.postmaster.pid():
            found["postmaster"] = _alive([pid])
            for one in _alive([pid for pid in self.postmaster.family() if pid != self.postmaster.pid()]):
                found["backend" if "[local]" in _words(one) else "auxiliary"].append(one)
        return found

    def stop(self) -> bool:
        """Ctrl-C; whether it ended in order, in time, and left nothing."""
        run = self.run_mark()
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            return False
        return status == 0 and not children.left_of(run) and not self.postmaster.family()

    def run_mark(self) -> str:
        try:
            return "".join((self.data / "run.lock").read_text().splitlines()[1:2])
        except OSError:
            return ""

    def clean_up(self) -> None:
        """Whatever happened: no process stays."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        children.end_left_of(self.run_mark(), 5)
        self.postmaster.stop()


def _alive(pids: list[int]) -> list[psutil.Process]:
    found = []
    for pid in pids:
        try:
            found.append(psutil.Process(pid))
        except psutil.NoSuchProcess:
            continue
    return found


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""

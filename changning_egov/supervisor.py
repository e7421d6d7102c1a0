"""`make run`: one process that starts the site and the worker, watches them and the database, and leaves nothing."""

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import embedded_pg
from .children import Child, die_with_parent, end_left_of, new_run

PATIENCE = 8  # seconds until a child that was asked to end is ended
ATTEMPTS = 5  # of the site's first start; once it has answered, it is started again for ever
KNOCK = 2  # seconds between two questions to the database server


class CannotStart(RuntimeError):
    """A sentence for the newcomer."""


class Supervisor:
    """`database` is the embedded server's folder; None when the database is not ours to start."""

    def __init__(self, data_dir: Path, port: int, database: Path | None) -> None:
        self.data_dir, self.port, self.database = data_dir, port, database
        self.run = new_run()
        # loaded once, then forked: a process of the site that ended is there again at once
        gunicorn = ("gunicorn", "--preload", "--config", "python:changning_egov.gunicorn_conf")
        self.site = Child("site", self.run, "-m", *gunicorn, "changning_egov.wsgi")
        self.worker = Child("worker", self.run, "manage.py", "worker")
        self.stopping = False
        self.knocked = self.retry_at = 0.0
        self.failures = 0
        data_dir.mkdir(parents=True, exist_ok=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def claim(self) -> None:
        """One `make run` per data folder, one listener per port; a crashed one's lock is free again."""
        self.lock = open(self.data_dir / "run.lock", "a+")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock.seek(0)
            raise CannotStart(
                f"Already running: {self.lock.readline().strip()}. Stop it with Ctrl-C there first."
            ) from None
        self.lock.seek(0)
        end_left_of("".join(self.lock.read().splitlines()[1:2]), PATIENCE)
        self._probe_port()
        self.lock.truncate(0)
        self.lock.write(f"{self.address} (process {os.getpid()})\n{self.run}\n")
        self.lock.flush()

    def _probe_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                raise CannotStart(
                    f"Port {self.port} is taken by another program. "
                    f"Choose another one: EGOV_PORT={self.port + 1} make run"
                ) from None

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        if os.environ.get("EGOV_DIE_WITH_PARENT") == "1":  # set by the Makefile: make itself may be killed
            die_with_parent()

    def _ask_to_stop(self, number, frame) -> None:
        self.stopping = True

    def start(self) -> None:
        self.site.start()
        self.worker.start()

    def wait_for_site(self, seconds: int = 120) -> None:
        """Until it answers. Raises CannotStart when its first start fails again and again."""
        deadline = time.monotonic() + seconds
        while not self.stopping:
            self.tend()
            if self.site.failures >= ATTEMPTS or time.monotonic() > deadline:
                raise CannotStart("The site did not start; the lines above say why.")
            if self._answers():
                return
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=5):  # noqa: S310  own address
                return True
        except urllib.error.HTTPError:
            return True  # it is there and says that something else is not
        except (urllib.error.URLError, OSError):
            return False

    def watch(self) -> None:
        """Until asked to stop; whatever dies is started again, the database first."""
        while not self.stopping:
            time.sleep(0.2)
            self.tend()

    def tend(self) -> None:
        if self.database is not None:
            self.tend_database()
        if not self.stopping:
            self.site.tend(say)
            self.worker.tend(say)

    def tend_database(self) -> None:
        """Its process is looked for every time, and asked for an answer every few seconds."""
        now = time.monotonic()
        if now < self.retry_at:
            return
        if embedded_pg.is_alive(self.database):
            if now - self.knocked < KNOCK or embedded_pg.is_up(self.database):
                self.knocked = now if now - self.knocked >= KNOCK else self.knocked
                return
            say("The database server does not answer.")
        else:
            say("The database server has ended; it is started again.")
        try:
            embedded_pg.revive(self.database, give_up=lambda: self.stopping)
            self.failures = 0
        except embedded_pg.NoPostgres as refusal:
            self.failures = min(self.failures + 1, 5)
            self.retry_at = time.monotonic() + 2**self.failures
            say(f"{refusal} Tried again in {2**self.failures} s.")

    def stop(self) -> None:
        for child in (self.site, self.worker):
            child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in (self.site, self.worker):
            child.end(deadline)


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()

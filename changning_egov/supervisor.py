"""`make run`: one process that starts the site and the worker, watches them, and leaves nothing behind."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

WEB_WORKERS, WEB_THREADS = 2, 4
PATIENCE = 8  # seconds until a child that was asked to end is ended
PR_SET_PDEATHSIG = 1
BASE = Path(__file__).resolve().parent.parent


class CannotStart(RuntimeError):
    """A sentence for the newcomer."""


def die_with_parent() -> None:
    """Linux: SIGTERM comes the moment the parent is gone, even by kill -9; elsewhere a no-op."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir, self.port = data_dir, port
        self.children: dict[str, subprocess.Popen] = {}
        self.stopping = False
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
                f"Already running: {self.lock.read().strip()}. Stop it with Ctrl-C there first."
            ) from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                raise CannotStart(
                    f"Port {self.port} is taken by another program. "
                    f"Choose another one: EGOV_PORT={self.port + 1} make run"
                ) from None
        self.lock.truncate(0)
        self.lock.write(f"{self.address} (process {os.getpid()})\n")
        self.lock.flush()

    def listen_for_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        if os.environ.get("EGOV_DIE_WITH_PARENT") == "1":  # set by the Makefile: make itself may be killed
            die_with_parent()

    def _ask_to_stop(self, number, frame) -> None:
        self.stopping = True

    def spawn(self, name: str, *command: str) -> None:
        environment = {**os.environ, "EGOV_DIE_WITH_PARENT": "0", "PYTHONUNBUFFERED": "1"}
        self.children[name] = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE,
            env=environment,
            preexec_fn=die_with_parent,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the supervisor, which tells the others
        )

    def spawn_web(self) -> None:
        self.spawn(
            "site",
            "-m",
            "gunicorn",
            "changning_egov.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            str(WEB_WORKERS),
            "--threads",
            str(WEB_THREADS),
            "--worker-class",
            "gthread",
            "--timeout",
            "120",
            "--graceful-timeout",
            "5",
            "--log-level",
            "warning",
            "--no-control-socket",
        )

    def spawn_worker(self) -> None:
        self.spawn("worker", "manage.py", "worker")

    def wait_for_site(self, seconds: int = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.stopping:
            if self.children["site"].poll() is not None:
                raise CannotStart("The site did not start; the lines above say why.")
            try:
                with urllib.request.urlopen(f"{self.address}healthz", timeout=5):  # noqa: S310  own address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)

    def watch(self) -> int:
        """Until asked to stop; a worker that died is started again, a site that died ends everything."""
        while not self.stopping:
            time.sleep(0.3)
            if self.children["site"].poll() is not None and not self.stopping:
                sys.stderr.write("The site has ended unexpectedly.\n")
                return 1
            if self.children["worker"].poll() is not None and not self.stopping:
                time.sleep(1)
                self.spawn_worker()
        return 0

    def stop(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

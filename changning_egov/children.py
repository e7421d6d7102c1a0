"""What `make run` starts: each one started again when it ends, and nothing of it left when the run is over."""

import contextlib
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .embedded_pg import RUN_MARK
from .postmaster import PROC, wait_until

BASE = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
PAUSES = (0.3, 0.5, 1, 2, 4)  # seconds before a start: what dies again and again is started less often
LASTING = 10  # seconds after which a child counts as having run


def die_with_parent(parent: int | None = None) -> None:
    """Linux: SIGTERM comes the moment the parent is gone, even by kill -9; elsewhere a no-op.

    With `parent`, its pid: ends at once when it was gone before this was asked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if parent is not None and os.getppid() != parent:
            os._exit(1)


class Child:
    """One process of the run. It leads a process group: what it started ends with it, so that its port is free."""

    def __init__(self, name: str, run: str, *command: str) -> None:
        self.name, self.run, self.command = name, run, command
        self.process: subprocess.Popen | None = None
        self.failures, self.due, self.born = 0, 0.0, 0.0

    def start(self) -> None:
        parent = os.getpid()
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=BASE,
            env={**os.environ, "EGOV_DIE_WITH_PARENT": "0", "PYTHONUNBUFFERED": "1", RUN_MARK: self.run},
            preexec_fn=lambda: die_with_parent(parent),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the supervisor, which tells the others
        )

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again when it has ended and its pause is over."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif (status := self.process.poll()) is not None:
            self._end_group()
            self.failures = 1 if time.monotonic() - self.born > LASTING else self.failures + 1
            pause = PAUSES[min(self.failures, len(PAUSES)) - 1]
            self.process, self.due = None, time.monotonic() + pause
            how = f"by signal {-status}" if status < 0 else f"with status {status}"
            say(f"The {self.name} ended {how}; it is started again in {pause:g} s.")

    def terminate(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for what `terminate` asked until `deadline` (monotonic seconds), then end it and its group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def new_run() -> str:
    return secrets.token_hex(8)


def left_of(run: str) -> list[int]:
    """Pids of what the run of this mark started and what they started (empty where there is no /proc)."""
    if not PROC.exists() or not run:
        return []
    mark = f"{RUN_MARK}={run}".encode()
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and mark in _environment(entry)]


def _environment(entry: Path) -> list[bytes]:
    try:
        return (entry / "environ").read_bytes().split(b"\0")  # empty for a zombie
    except OSError:
        return []


def end_left_of(run: str, patience: float) -> None:
    """What a killed supervisor left: they were told when it died, and are ended after `patience` seconds."""
    if not wait_until(lambda: not left_of(run), patience):
        for pid in left_of(run):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not left_of(run), patience)

"""The server process of one data folder, seen from outside: is it alive, does it answer, how is it ended.

Needs nobody's pid file to be true: on Linux a process belongs to the folder when its program is `postgres` and its
working directory is the folder (the server changes into it). Elsewhere the pid file is believed.
"""

import contextlib
import enum
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

PROC = Path("/proc")
FAST, IMMEDIATE, KILLED = 15.0, 5.0, 5.0  # seconds that each way of ending is given (design section 13)
ORPHANS = 3.0  # seconds until what a killed server left is ended
CONNECT = 3  # seconds of one probe; libpq knows whole seconds, two at least
FULL = ("too many clients", "slots are reserved")


class Condition(enum.Enum):
    """What a server says to somebody who knocks."""

    UP = "up"
    STARTING = "starting up"
    STOPPING = "shutting down"
    SILENT = "silent"  # it lets one in and says nothing
    CLOSED = "closed"  # no socket, or nobody behind it


class Postmaster:
    """`folder` is the cluster's, `sockets` the folder of its unix socket."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder, self.sockets = folder, sockets

    def pid(self) -> int | None:
        """Of the living server, else None: a zombie (a container without init) and a stale file are no server."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid if not PROC.exists() or self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        try:
            program = os.readlink(PROC / str(pid) / "exe").removesuffix(" (deleted)")
            return Path(program).name == "postgres" and self._is_here(os.readlink(PROC / str(pid) / "cwd"))
        except OSError:
            return False  # gone, or a zombie

    def _is_here(self, place: str) -> bool:
        return place.removesuffix(" (deleted)") == str(self.folder)

    def family(self) -> list[int]:
        """Pids of every living process of this folder, the server itself among them (empty where there is no /proc)."""
        if not PROC.exists():
            return []
        return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and self._is_ours(int(entry.name))]

    def condition(self, user: str) -> Condition:
        try:
            psycopg2.connect(host=str(self.sockets), user=user, dbname="postgres", connect_timeout=CONNECT).close()
        except psycopg2.OperationalError as error:
            words = str(error)
            if any(full in words for full in FULL):
                return Condition.UP
            if "shutting down" in words:
                return Condition.STOPPING
            if any(early in words for early in ("starting up", "recovery", "not accepting", "not yet accepting")):
                return Condition.STARTING
            return Condition.SILENT if "timeout expired" in words else Condition.CLOSED
        return Condition.UP

    def stop(self, fast: float = FAST) -> None:
        """fast → immediate → SIGKILL; with 0 for `fast` at once immediate. Leaves no process of the folder."""
        for number, patience in ((signal.SIGINT, fast), (signal.SIGQUIT, IMMEDIATE), (signal.SIGKILL, KILLED)):
            pid = self.pid()
            if pid is not None and patience:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                wait_until(lambda: self.pid() is None, patience)
        self.clear()

    def clear(self) -> None:
        """After a killed server: its processes hold the shared memory and die by themselves, else they are ended.

        Its lock files name a number that may be a zombie's or somebody else's by now; a new server would believe it.
        """
        if self.pid() is not None:
            return
        if not wait_until(lambda: not self.family(), ORPHANS):
            for pid in self.family():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not self.family(), KILLED)
        if PROC.exists() and not self.family():
            for path in (self.folder / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*.lock")):
                path.unlink(missing_ok=True)


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether `true()` came true within `seconds`."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() >= until:
            return False
        time.sleep(0.02)
    return True

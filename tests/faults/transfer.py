"""A transfer to another installation under faults: processes killed, disks full, the line cut. Is all as it must be?

    python -m tests.faults.transfer --records 2000 --kills 200 --disk-full 10 --cuts 20 --seed 1 [--minutes 15]

Runs tests/faults/test_transfer.py on a database of its own and prints its figures as JSON; a seed repeats the choices
(when a process is hit, how large a file may grow, at which byte the line is cut). The processes are forks that work as
worker, site and acting person do: the SIGKILL, the full disk (RLIMIT_FSIZE: the kernel refuses the write) and the cut
(a proxy between the two sides) are real ones.
"""

import argparse
import json
import os
import random
import resource
import signal
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler

from tests.transfer.line import Wire

FIGURES = "EGOV_FAULTS"  # environment: the figures of a run as JSON
PROJECT = Path(__file__).parents[2]


@dataclass
class Plan:
    """What is done to a transfer of `records`; `minutes`, then no further fault is begun."""

    records: int = 60
    kills: int = 12
    disk_full: int = 3
    cuts: int = 4
    seed: int = 1
    minutes: float = 0.2
    out: str = ""

    @classmethod
    def given(cls) -> "Plan":
        return cls(**json.loads(os.environ.get(FIGURES, "{}")))


@dataclass
class Chaos:
    """Forks that are hit; `left` faults of each kind are still to be done."""

    plan: Plan
    chance: random.Random = field(init=False)
    left: Counter = field(init=False)
    done: Counter = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.left = Counter(kill=self.plan.kills, disk_full=self.plan.disk_full)
        self.until = time.monotonic() + self.plan.minutes * 60

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until or not sum(self.left.values())

    def attempt(self, work, site: "Site", longest: float) -> None:
        """`work` in a fork; hit once, as the seed says, as long as faults are left."""
        kinds = [kind for kind, left in self.left.items() if left > 0]
        kind = "" if self.is_over else self.chance.choice([*kinds, *(["kill"] * 8 if "kill" in kinds else [])])
        room = int(10 ** self.chance.uniform(2, 6.3)) if kind == "disk_full" else 0
        at_site = bool(kind) and self.chance.random() < 0.3
        if room and at_site:
            site.begin(room)
        worker = fork(work, 0 if at_site else room)
        if kind == "kill":
            time.sleep(self.chance.uniform(0.0, longest))
            if self._hit(site.pid if at_site else worker):
                self._note("site killed" if at_site else "worker killed", kind)
            if at_site:
                site.begin()
        if not reap(worker):
            self.failed.append(f"A worker did not end ({kind or 'no fault'}).")
        if room:
            self._note("site's disk full" if at_site else "worker's disk full", kind)
            if at_site:
                site.begin()

    def _note(self, told: str, kind: str) -> None:
        self.done[told] += 1
        self.left[kind] -= 1

    def _hit(self, pid: int) -> bool:
        """False when it had ended before."""
        found, _ = os.waitpid(pid, os.WNOHANG)
        if found:
            ENDED.add(pid)
            return False
        os.kill(pid, signal.SIGKILL)
        return True


ENDED: set[int] = set()


INHERITED: list = []  # held, never closed: the end of a connection is the end of its session, and that is the parent's


def own_connections() -> None:
    """After a fork. With a browser's event loop in the parent the child meets connections of another context: one
    session for all children, broken by the first that is killed in the middle of an answer.
    """
    for one in connections.all(initialized_only=True):
        INHERITED.append(one.connection)
        one.connection = None


def fork(work, room: int = 0) -> int:
    """Pid of a process that does `work` on connections of its own; no file of it grows above `room` bytes."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    own_connections()
    status = 1
    try:
        if room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        work()
        status = 0
    except BaseException as error:
        if not room:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(status)


def reap(pid: int, seconds: float = 120) -> bool:
    """Whether it ended in time; one that does not is killed."""
    until = time.monotonic() + seconds
    while pid not in ENDED and os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return False
        time.sleep(0.005)
    return True


class _Server(ThreadedWSGIServer):
    """On a socket that is open already, so that whoever is killed gives it to the next one."""

    def __init__(self, listening: socket.socket) -> None:
        super().__init__(("127.0.0.1", 0), QuietWSGIRequestHandler, bind_and_activate=False)
        self.socket.close()
        self.socket, self.server_address = listening, listening.getsockname()
        self.server_name, self.server_port = "127.0.0.1", listening.getsockname()[1]
        self.setup_environ()
        self.set_app(WSGIHandler())


class Site:
    """The receiving side in a process of its own, behind a wire that is cut."""

    def __init__(self, cuts) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.pid = 0
        self.begin()
        self.wire = Wire(self.listening.getsockname()[1], cuts)

    def begin(self, room: int = 0) -> None:
        self.end()
        self.pid = fork(lambda: _Server(self.listening).serve_forever(0.05), room)

    def end(self) -> None:
        if self.pid and self.pid not in ENDED:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                ENDED.add(self.pid)
        self.pid = 0

    def close(self) -> None:
        self.wire.close()
        self.end()
        self.listening.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disk-full", type=int, default=10)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument("--minutes", type=float, default=15)
    given = vars(parser.parse_args())
    out = PROJECT / ".data" / f"faults-transfer-{given['seed']}.json"
    out.unlink(missing_ok=True)
    environment = {**os.environ, FIGURES: json.dumps({**given, "out": str(out)})}
    command = [sys.executable, "-m", "pytest", "tests/faults/test_transfer.py", "-q", "-x"]
    status = os.spawnve(os.P_WAIT, sys.executable, command, environment)
    print(out.read_text() if out.exists() else "No figures: the run broke off.")
    sys.exit(status)


if __name__ == "__main__":
    main()

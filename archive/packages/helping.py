"""The other side of archive/packages/apart.py: what a process does that writes a part or judges a bag.

It is started with the number of its end of a line, on which plain values come and go, and ends with it. What it says
goes out by a thread of its own: its owner may be sending, and hear it later, while a list of faults fills the line.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from .apart import LOOK
from .contents import PackageError, PackageInfo, PackedRecord, PartResult
from .verifier import Bag, judged_alone
from .writer import write_part

Say = Callable[[tuple[str, object]], None]


def _write(line: Connection, say: Say, target: Path, info: PackageInfo, others: dict[str, bytes]) -> PartResult:
    arriving = _records(line)
    try:
        return write_part(target, info, arriving, others=others)
    finally:
        for _ in arriving:  # the sender does not stop for a fault
            continue


def _records(line: Connection) -> Iterator[PackedRecord]:
    """EOFError, and nothing is left behind, where the sender is gone before he has said that it is all."""
    while (batch := line.recv()) is not None:
        yield from batch


def _judge(line: Connection, say: Say, place: Path) -> Bag:
    return judged_alone(place, _now_and_then(lambda size: say(("far", size))))


def _now_and_then(tell: Callable[[int], None]) -> Callable[[int], None]:
    last = time.monotonic()

    def told(size: int) -> None:
        nonlocal last
        if time.monotonic() - last >= LOOK:
            last = time.monotonic()
            tell(size)

    return told


WORK: dict[str, Callable] = {"write": _write, "judge": _judge}


def serve(line: Connection) -> None:
    said: SimpleQueue[tuple[str, object]] = SimpleQueue()
    threading.Thread(target=_sent, args=(line, said), daemon=True).start()
    while True:
        what, arguments = line.recv()
        try:
            answer = ("done", WORK[what](line, said.put, *arguments))
        except (PackageError, OSError) as error:
            answer = ("failed", error)
        said.put(answer)


def _sent(line: Connection, said: SimpleQueue) -> None:
    with suppress(OSError):  # its owner is gone: the other thread ends this process
        while True:
            line.send(said.get())


def main() -> None:
    try:
        serve(Connection(int(sys.argv[2])))
    except (EOFError, ConnectionError):
        return  # its owner is gone

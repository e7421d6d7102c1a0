"""The other side of archive/packages/apart.py: what a process does that writes a part or judges a bag.

It is started with the number of its end of a line, on which plain values come and go, and ends with it.
"""

import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from .apart import LOOK
from .contents import PackageError, PackageInfo, PackedRecord, PartResult
from .verifier import Bag, judged_alone
from .writer import write_part


def _write(line: Connection, target: Path, info: PackageInfo, others: dict[str, bytes]) -> PartResult:
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


def _judge(line: Connection, place: Path) -> Bag:
    return judged_alone(place, _now_and_then(lambda size: line.send(("far", size))))


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
    while True:
        what, arguments = line.recv()
        try:
            answer = ("done", WORK[what](line, *arguments))
        except (PackageError, OSError) as error:
            answer = ("failed", error)
        line.send(answer)


def main() -> None:
    try:
        serve(Connection(int(sys.argv[2])))
    except (EOFError, ConnectionError):
        return  # its owner is gone

"""Packages written and judged by processes of their own, so that two processors do what one would do alone.

Such a process (archive/packages/helping.py) knows no database and no setting: plain values go to it and come back.
Whoever reads the records goes on reading while it writes; of bags it judges one while its owner judges another. It ends
with its owner: records that break off leave no file behind. Its start takes as long as some hundred records, so that
small packages do without.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from .contents import PackageInfo, PackedRecord, PartResult
from .how_far import HowFar

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDS = 1_500  # a batch of so many is written apart
BYTES = 64 << 20  # bags of so many bytes together are judged apart
AT_ONCE = 50  # records in one message
LOOK = 0.2  # seconds between two looks at how far the judging has come
PATIENCE = 10  # seconds until a process that should end is killed
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from archive.packages import helping; helping.main()"


class Lost(RuntimeError):
    """The process ended before it had answered: the work has to be done again."""


class Helper:
    """The owner's side of one process."""

    def __init__(self) -> None:
        self.line, theirs = Pipe()
        command = [sys.executable, "-I", "-c", _BOOT, str(ROOT), str(theirs.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()

    def send(self, value: object) -> None:
        try:
            self.line.send(value)
        except OSError as error:
            raise Lost(str(error)) from error

    def answer(self, tell: Callable[[int], None] = lambda size: None) -> Any:
        """What the work gave or raised; `tell(bytes)` of what it says on its way."""
        while True:
            try:
                kind, value = self.line.recv()
            except (EOFError, OSError) as error:
                raise Lost(str(error)) from error
            if kind == "failed":
                raise value
            if kind == "done":
                return value
            tell(value)

    def close(self) -> None:
        """Told to end; what it was writing is gone then."""
        self.line.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def writer(records: int) -> Iterator[Helper | None]:
    """A process for the parts of a batch of `records`; None where the caller had better write them himself."""
    if records < RECORDS or (os.cpu_count() or 1) < 2:
        yield None
        return
    helper = Helper()
    try:
        yield helper
    finally:
        helper.close()


def write_part(
    helper: Helper,
    target: Path,
    info: PackageInfo,
    records: Iterable[PackedRecord],
    *,
    others: Mapping[str, bytes],
    progress: Callable[[int, int, int], None],
) -> Callable[[], PartResult]:
    """As writer.write_part, which does it there; `progress` is of the records that were read and sent.

    What is given back waits for the result. The records of the next part may be sent before: it comes after.
    """
    helper.send(("write", (target, info, dict(others))))
    done = size = 0
    for batch in _batched(records):
        helper.send(batch)
        done, size = done + len(batch), size + sum(file.bytes for record in batch for file in record.files)
        progress(done, info.record_count, size)
    helper.send(None)
    return helper.answer


def _batched(records: Iterable[PackedRecord]) -> Iterator[list[PackedRecord]]:
    batch: list[PackedRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def are_worth_it(reading: HowFar) -> bool:
    return len(reading.sizes) > 1 and sum(reading.sizes) >= BYTES and (os.cpu_count() or 1) > 1


def judged(places: list[Path], reading: HowFar, judge: Callable[[Path, Callable[[int], None]], Any]) -> Iterator[Any]:
    """The bags (verifier.Bag, without their source) of `places` in their order, two judged at a time.

    By a process of its own, and here by `judge`: that begins at once, and whoever is free takes the next.
    """
    helper, far = Helper(), [0] * len(places)
    left, made = list(range(len(places)))[::-1], dict[int, Any]()

    def over_there() -> None:
        while (number := _taken(left)) is not None:
            helper.send(("judge", (places[number],)))
            made[number] = helper.answer(lambda size, number=number: far.__setitem__(number, size))

    threads, is_over = ThreadPoolExecutor(1, "judging"), False
    other = threads.submit(over_there)
    try:
        for number in range(len(places)):
            reading.begin()
            while number not in made:
                if (mine := _taken(left)) is not None:
                    made[mine] = judge(places[mine], partial(_here, reading, far, mine, number))
                elif wait([other], LOOK).done:
                    other.result()  # which may say why it is not there
                reading.file(far[number])
            yield made.pop(number)
            reading.end()
        is_over = True
    finally:
        if not is_over:
            helper.process.kill()
        threads.shutdown(cancel_futures=True)
        helper.close()


def _taken(left: list[int]) -> int | None:
    try:
        return left.pop()
    except IndexError:
        return None


def _here(reading: HowFar, far: list[int], mine: int, awaited: int, size: int) -> None:
    """`mine` has come so far; what is told is how far the bag has come that is awaited."""
    far[mine] = size
    reading.file(far[awaited])

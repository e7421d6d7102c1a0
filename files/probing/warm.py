"""The owner's side of a nursery (files/probing/nursery.py): one for each thread that asked, for as long as it works."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from .limits import SHARED_BYTES

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 5  # seconds beyond the child's own limit before the nursery is given up
BLOCK = 65_536
SHARING = frozenset({"pdf", "pdf_words"})  # programs whose small files may share a child
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy;"
    "runpy.run_module('files.probing.nursery', run_name='__main__')"
)
_own = threading.local()


class Died(Exception):
    """The child did not end well: nothing is known of the file."""


class Lost(Died):
    """The nursery is gone, or does not answer."""


class Nursery:
    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-c", _BOOT, str(ROOT), str(theirs.fileno())]
        self.process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL, start_new_session=True
        )
        theirs.close()
        self.line, self.numbers = ours, count(1)

    def stream(
        self, program: str, path: Path, arguments: tuple[str, ...], seconds: int, *, alone: bool
    ) -> Iterator[bytes]:
        """What the program writes; Died at the end when it did not end well. `alone`: no other file's process."""
        reading, writing = os.pipe()
        number = next(self.numbers)
        asked = {
            "number": number, "program": program, "arguments": [str(path.resolve()), *arguments], "seconds": seconds,
            "alone": alone,
        }  # fmt: skip
        try:
            socket.send_fds(self.line, [json.dumps(asked).encode()], [writing])
        except OSError as error:
            os.close(reading)
            raise Lost(program) from error
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as out:
            while block := out.read(BLOCK):
                yield block
        if self._code(number, program, seconds):
            raise Died(program)

    def _code(self, number: int, program: str, seconds: int) -> int:
        self.line.settimeout(PATIENCE + seconds)
        while True:
            try:
                said = self.line.recv(64).split()
            except OSError as error:
                raise Lost(program) from error
            if len(said) != 2:
                raise Lost(program)
            if int(said[0]) == number:  # else of a child that died just after it had answered
                return int(said[1])

    def __del__(self) -> None:
        self.close()  # its thread has ended

    def close(self) -> None:
        self.line.close()
        if self.process.poll() is None:  # else its number may be another's
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # with the child at work
            self.process.wait()


def may_share(program: str, path: Path) -> bool:
    try:
        return program in SHARING and path.stat().st_size <= SHARED_BYTES
    except OSError:
        return False


def nursery() -> Nursery | None:
    """This thread's, started anew where the last one died; None where none was asked for."""
    if not getattr(_own, "wanted", 0):
        return None
    if _own.nursery is None or _own.nursery.process.poll() is not None:
        _own.nursery = Nursery()
    return _own.nursery


def dismiss() -> None:
    """The one that this thread has is given up: a child of it may still be at work."""
    if _own.nursery is not None:
        _own.nursery.close()
    _own.nursery = None


@contextmanager
def kept_warm() -> Iterator[None]:
    """Within, this thread's probes are forked from one process that has the parsers loaded."""
    begin()
    try:
        yield
    finally:
        end()


def begin() -> None:
    _own.wanted = getattr(_own, "wanted", 0) + 1
    _own.nursery = getattr(_own, "nursery", None)


def end() -> None:
    _own.wanted -= 1
    if not _own.wanted:
        dismiss()

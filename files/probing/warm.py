"""The owner's side of a nursery (files/probing/nursery.py): one for each thread that asked for it, for as long as it works."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 5  # seconds beyond the child's own limit before the nursery is given up
BLOCK = 65_536
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy;"
    "runpy.run_module('files.probing.nursery', run_name='__main__')"
)
_own = threading.local()


class Died(Exception):
    """The nursery is gone, or its child did not end: nothing is known of the file."""


class Nursery:
    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-c", _BOOT, str(ROOT), str(theirs.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
        theirs.close()
        self.line = ours

    def stream(self, program: str, path: Path, arguments: tuple[str, ...], seconds: int) -> Iterator[bytes]:
        """What the program writes; Died, or the code with which it ended as the last thing."""
        reading, writing = os.pipe()
        asked = {"program": program, "arguments": [str(path.resolve()), *arguments], "seconds": seconds}
        try:
            socket.send_fds(self.line, [json.dumps(asked).encode()], [writing])
        except OSError as error:
            os.close(reading)
            raise Died(program) from error
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as out:
            while block := out.read(BLOCK):
                yield block
        self.line.settimeout(PATIENCE + seconds)
        try:
            said = self.line.recv(64)
        except OSError as error:
            raise Died(program) from error
        if not said or int(said):
            raise Died(program)

    def __del__(self) -> None:
        self.close()  # its thread has ended

    def close(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()


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

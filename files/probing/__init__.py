"""Programs that look into other people's files, each in a process of its own with limits on memory and time.

A file can make any parser take all memory or never end (nested filters, loops, a million pages). In a process of its
own that costs this process and nothing else. The programs import nothing of ours but this package, and no Django, so
that they start in a tenth of a second: `pdf`, `image` and `compound` answer with facts as JSON, `text` streams the
text, `picture` draws a page.
"""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from . import warm

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 30  # wall clock of one answer; the program's own limit is 20 s of processor time
STREAM_SECONDS = 180  # a thousand pages of text
BREAK = "\x1d"  # ends the facts of the program `pdf_words`; the text follows
FACTS = "\x1e"  # ends the text of the program `text`; its facts follow as JSON
BLOCK = 65_536
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy;"
    "runpy.run_module(sys.argv.pop(1), run_name='__main__')"
)


class ProbeError(Exception):
    """The program did not live to the end; what came before is not the whole."""


def command(program: str, path: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-I", "-c", _BOOT, str(ROOT), f"files.probing.{program}", str(path.resolve()), *arguments]


def ask(program: str, path: Path, *arguments: str) -> dict:
    """The program's answer about the file at `path`; {"fault": "too-complex"} when it did not live to answer."""
    try:
        seen = json.loads(run(program, path, *arguments))
    except (ProbeError, ValueError):
        return {"fault": "too-complex"}
    if "error" in seen:
        logger.info("The probe %s could not read a file: %s", program, seen["error"])
    return seen


def ask_first(program: str, path: Path) -> tuple[dict, Iterator[bytes]]:
    """(what the program answers before BREAK, the stream of what follows); a fault where it did not live to answer.

    After a fault nothing follows. The stream raises ProbeError at its end as `stream` does.
    """
    blocks, head, mark = stream(program, path), b"", BREAK.encode()
    try:
        for block in blocks:
            head += block
            if mark in head:
                break
        said, found, rest = head.partition(mark)
        seen = json.loads(said) if found else {"fault": "too-complex"}
        if "fault" in seen:
            for _ in blocks:
                continue
    except (ProbeError, ValueError):
        return {"fault": "too-complex"}, iter(())
    if "error" in seen:
        logger.info("The probe %s could not read a file: %s", program, seen["error"])
    return seen, chain([rest], blocks)


def run(program: str, path: Path, *arguments: str) -> bytes:
    """What the program writes; ProbeError when it ends badly or not in time."""
    if (near := warm.nursery()) is not None:
        return b"".join(_warm(near, program, path, arguments, WAIT_SECONDS))
    try:
        done = subprocess.run(
            command(program, path, *arguments), capture_output=True, timeout=WAIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ProbeError(program) from None
    if done.returncode:
        logger.warning("The probe %s ended with code %s", program, done.returncode)
        raise ProbeError(program)
    return done.stdout


def stream(program: str, path: Path, *arguments: str) -> Iterator[bytes]:
    """What the program writes, block by block as it comes; ProbeError at the end when it ended badly."""
    if (near := warm.nursery()) is not None:
        yield from _warm(near, program, path, arguments, STREAM_SECONDS)
        return
    process = subprocess.Popen(command(program, path, *arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watchdog = threading.Timer(STREAM_SECONDS, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        while block := process.stdout.read(BLOCK):
            yield block
        code = process.wait()
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
    if code:
        logger.warning("The probe %s ended with code %s", program, code)
        raise ProbeError(program)


def _warm(near: warm.Nursery, program: str, path: Path, arguments: tuple[str, ...], seconds: int) -> Iterator[bytes]:
    """From this thread's nursery; one that was left in the middle, or did not answer, is not asked again.

    A small PDF is looked into by a process that has seen others. Where that did not end well the file is looked into
    alone, and what was given already is passed over: a program says the same of a file each time.
    """
    given = 0
    if warm.may_share(program, path):
        try:
            for block in _asked(near, program, path, arguments, seconds, alone=False):
                given += len(block)
                yield block
            return
        except warm.Died:
            near = warm.nursery() or near
    try:
        for block in _asked(near, program, path, arguments, seconds, alone=True):
            if fresh := block[given:]:
                yield fresh
            given = max(0, given - len(block))
    except warm.Died:
        logger.warning("The probe %s did not end well", program)
        raise ProbeError(program) from None


def _asked(near: warm.Nursery, program, path, arguments, seconds, *, alone: bool) -> Iterator[bytes]:
    is_over = False
    try:
        yield from near.stream(program, path, arguments, seconds, alone=alone)
        is_over = True
    except warm.Lost:
        raise
    except warm.Died:
        is_over = True  # the nursery has said so, and goes on
        raise
    finally:
        if not is_over:
            warm.dismiss()

"""A process that has the parsers loaded and forks itself for files: isolation as before, without the start.

    python -m files.probing.nursery SOCKET

Whoever looks into files by the ten thousand (an import) would else load the parsers for each of them, which takes a
hundred times as long as the look. A fork still takes three times as long as the look into an ordinary PDF, so that
small PDFs share a child: up to SHARED_FILES one after the other, each within limits of its own. A child that dies, does
not end in time or finds a fault is gone, and its owner has the file looked into alone (files/probing/__init__.py): what
is said of a file is what a process of its own says. Every other file has a child that ends with it. The nursery itself
opens no file, holds nothing of ours and ends when its owner goes.

One request: JSON {"number", "program", "arguments", "seconds", "alone"} with the end of a pipe to write to; the answer
is the request's number and the code with which it ended."""

import contextlib
import gc
import importlib
import json
import mmap
import os
import runpy
import signal
import socket
import struct
import sys

from files.probing import limits, pdf, pdf_words, text

LOADED = {"pdf": pdf.main, "text": text.main, "pdf_words": pdf_words.main}  # the others are run from their file
LONGEST = 65_536  # bytes of a request
ANOTHER, GONE = 0, 3  # why a child ended between two files: another one is wanted, or nobody is there any more
NUMBER = struct.Struct("=q")


def serve(line: socket.socket) -> None:
    for parser in ("lxml.etree", "pypdfium2"):  # loaded here once, for the programs
        importlib.import_module(parser)
    gc.freeze()  # what is loaded stays on the pages that all children share
    at_work = mmap.mmap(-1, NUMBER.size)  # shared with the child: the number of the file in hand, 0 between two
    while True:
        child = os.fork()
        if not child:
            _live(line, at_work)
        _, status = os.waitpid(child, 0)
        number, code = *NUMBER.unpack_from(at_work), os.waitstatus_to_exitcode(status)
        if number:  # it did not live to answer
            NUMBER.pack_into(at_work, 0, 0)
            line.send(f"{number} {code or 1}".encode())
        elif code == GONE:
            return


def _live(line: socket.socket, at_work: mmap.mmap) -> None:
    """In the child: files until another child is wanted; never returns."""
    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        code = _look_on(line, at_work)
    except ConnectionError:
        code = GONE
    except SystemExit as end:
        code = _code_of(end)
    finally:
        os._exit(code)


def _look_on(line: socket.socket, at_work: mmap.mmap) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for seen in range(limits.SHARED_FILES):
        raw = line.recv(LONGEST, socket.MSG_PEEK)
        if not raw:
            return GONE
        asked = json.loads(raw)
        if asked["alone"] and seen:
            return ANOTHER  # which takes it
        _, handles, _, _ = socket.recv_fds(line, LONGEST, 1)
        NUMBER.pack_into(at_work, 0, asked["number"])
        if not asked["alone"] and not seen:
            limits.begin_sharing()
        code = _look(asked, handles[0])
        os.dup2(nowhere, 1)  # its owner has everything
        line.send(f"{asked['number']} {code}".encode())
        NUMBER.pack_into(at_work, 0, 0)
        if asked["alone"]:
            return ANOTHER
    return ANOTHER


def _look(asked: dict, handle: int) -> int:
    """The program writes to `handle`; the clock on the wall ends it, whatever it is doing. Its code where it lives."""
    signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
    os.dup2(handle, 1)
    os.close(handle)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.argv = [asked["program"], *asked["arguments"]]
    try:
        if (main := LOADED.get(asked["program"])) is not None:
            main(asked["arguments"])
        else:
            runpy.run_module(f"files.probing.{asked['program']}", run_name="__main__")
    except SystemExit as end:
        if _code_of(end) and not asked["alone"]:
            raise  # an odd file: this process has seen enough
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        return _code_of(end)
    sys.stdout.flush()
    signal.setitimer(signal.ITIMER_REAL, 0)
    return 0


def _code_of(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else 0 if end.code is None else 1


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

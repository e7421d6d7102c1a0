"""A process that has the parsers loaded and forks itself for each file: isolation as before, without the start.

    python -m files.probing.nursery SOCKET

Whoever looks into files by the ten thousand (an import) would else load the parsers for each of them, which takes a
hundred times as long as the look. Every file still has a process of its own, with its own limits, which ends with it;
the nursery itself opens no file, holds nothing of ours and ends when its owner goes.

One request: JSON {"program", "arguments", "seconds"} with the end of a pipe to write to; the answer is the code with
which the child ended."""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys

from files.probing import pdf, pdf_words, text

LOADED = {"pdf": pdf.main, "text": text.main, "pdf_words": pdf_words.main}  # the others are run from their file
LONGEST = 65_536  # bytes of a request


def serve(line: socket.socket) -> None:
    for parser in ("lxml.etree", "pypdfium2"):  # loaded here once, for the programs
        importlib.import_module(parser)
    gc.freeze()  # what is loaded stays on the pages that all children share
    while True:
        raw, handles, _, _ = socket.recv_fds(line, LONGEST, 1)
        if not raw:
            return
        asked = json.loads(raw)
        child = os.fork()
        if not child:
            line.close()
            _live(asked, handles[0])
        os.close(handles[0])
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _live(asked: dict, handle: int) -> None:
    """In the child: the program writes to `handle`; the clock on the wall ends it, whatever it is doing."""
    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
        os.dup2(handle, 1)
        os.close(handle)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.argv = [asked["program"], *asked["arguments"]]
        if (main := LOADED.get(asked["program"])) is not None:
            main(asked["arguments"])
        else:
            runpy.run_module(f"files.probing.{asked['program']}", run_name="__main__")
        sys.stdout.flush()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

"""A stand-in of clamd for the tests: speaks VERSION and INSTREAM as clamd(8) does, on a socket of this machine."""

import socket
import struct
import threading
from contextlib import contextmanager

VERSION = "ClamAV 1.4.6/27500/Tue Nov 24 09:12:00 2026"


def _exactly(connection, length):
    raw = b""
    while len(raw) < length:
        block = connection.recv(length - len(raw))
        if not block:
            raise ConnectionError
        raw += block
    return raw


def _received(connection, limit):
    """The streamed bytes; None when they are more than `limit`."""
    raw = b""
    while length := struct.unpack(">I", _exactly(connection, 4))[0]:
        if len(raw) + length > limit:
            return None
        raw += _exactly(connection, length)
    return raw


def _answer(connection, marks, limit, seen):
    command = b""
    while not command.endswith(b"\0"):
        command += _exactly(connection, 1)
    seen.append(command)
    if command == b"zVERSION\0":
        return VERSION
    assert command == b"zINSTREAM\0"
    raw = _received(connection, limit)
    if raw is None:
        return "INSTREAM size limit exceeded. ERROR"
    seen.append(raw)
    name = next((name for mark, name in marks.items() if mark in raw), None)
    return f"stream: {name} FOUND" if name else "stream: OK"


@contextmanager
def clamd(place, marks=None, *, limit=2**30, silent=False):
    """Listens at `place` (a path, or "127.0.0.1:0"); gives the setting's value and what came. `marks`: bytes → name."""
    family = socket.AF_UNIX if place.startswith("/") else socket.AF_INET
    server, seen, stop = socket.socket(family, socket.SOCK_STREAM), [], threading.Event()
    server.bind(place if family == socket.AF_UNIX else ("127.0.0.1", 0))
    server.listen()
    server.settimeout(0.05)

    def serve():
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                try:
                    if not silent:
                        connection.sendall(_answer(connection, marks or {}, limit, seen).encode() + b"\0")
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        port = "" if family == socket.AF_UNIX else f"127.0.0.1:{server.getsockname()[1]}"
        yield port or place, seen
    finally:
        stop.set()
        thread.join()
        server.close()

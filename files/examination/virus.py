"""ClamAV by its socket, when the site has one: INSTREAM of clamd(8). Without it a file is 未查毒, never clean."""

import socket
import struct
from contextlib import suppress

from django.conf import settings

_BLOCK = 2**18
_SECONDS = 120


class NotScannedError(Exception):
    """Nobody looked; the message is why, for the person."""


def look(path, seen):
    """Scan the file at `path` where the site has a scanner; tell a virus, or that the scanner did not answer."""
    if not settings.EGOV_CLAMAV_SOCKET:
        return
    try:
        seen.scanned_with = version()
        found = _scan(path)
    except NotScannedError as reason:
        seen.scanned_with = ""
        seen.tell("not-scanned", why=reason)
        return
    if found:
        seen.tell("virus", name=found)


def version() -> str:
    """Scanner and definitions, e.g. "ClamAV 1.4.6/27500/Tue Nov 24 09:12:00 2026"."""
    with _connected() as connection:
        with suppress(OSError):  # it hung up before it was asked: no answer comes
            connection.sendall(b"zVERSION\0")
        return _answer(connection)[:80]


def _connected():
    where = settings.EGOV_CLAMAV_SOCKET
    try:
        if where.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(_SECONDS)
            connection.connect(where)
        else:
            host, _, port = where.rpartition(":")
            connection = socket.create_connection((host, int(port)), timeout=_SECONDS)
    except OSError:
        raise NotScannedError("查毒服务没有应答") from None
    return connection


def _scan(path) -> str:
    """The name of what was found, "" for nothing."""
    with _connected() as connection, path.open("rb") as file:
        with suppress(OSError):  # clamd closes when its limit is reached; it has said so
            connection.sendall(b"zINSTREAM\0")
            while block := file.read(_BLOCK):
                connection.sendall(struct.pack(">I", len(block)) + block)
            connection.sendall(struct.pack(">I", 0))
        answer = _answer(connection)
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:100]
    if answer == "stream: OK":
        return ""
    if "size limit exceeded" in answer:
        raise NotScannedError("文件超过查毒服务的大小上限")
    raise NotScannedError("查毒服务没有给出结果")


def _answer(connection) -> str:
    """One answer, which ends with a NUL."""
    raw = b""
    try:
        while not raw.endswith(b"\0") and len(raw) < 4096:
            block = connection.recv(4096)
            if not block:
                break
            raw += block
    except OSError:
        raise NotScannedError("查毒服务没有应答") from None
    if not raw.endswith(b"\0"):
        raise NotScannedError("查毒服务没有应答")
    return raw.rstrip(b"\0").decode("utf-8", "replace").strip()

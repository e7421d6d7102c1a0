"""An installation on a socket that speaks to itself: server, signed calls by hand, and a wire that can be cut."""

import json
import resource
import socket
import threading
import time
from contextlib import contextmanager, suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler

from transfer.line import peers, signing
from units.actions import system_user
from units.models import Unit

FAST = (0.01,) * 30


class _Turns(ThreadedWSGIServer):
    """Its threads work on the connection of the test and leave it open."""

    def _close_connections(self) -> None:
        """It is the test's."""


@contextmanager
def serving():
    """Address of the site on this test's own connection: client and server take turns on it."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's own test client does
    server = _Turns(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override={"default": connection}
    )  # fmt: skip
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        connection.dec_thread_sharing()


def itself(address: str, *codes: str, name: str = "本馆"):
    """This installation as its own peer: what it sends comes in again."""
    key = signing.public_text(signing.own_key())
    units = Unit.objects.filter(code__in=codes or ["D07"])
    return peers.add(by=system_user(), name=name, public_key=key, address=address, units=units)


@contextmanager
def room(most: int):
    """No file grows above `most` bytes: the kernel refuses the write, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


class Caller:
    """Another installation that signs by hand; everything about a call can be made wrong."""

    def __init__(self, *codes: str, name: str = "外馆") -> None:
        self.key = Ed25519PrivateKey.generate()
        self.public = signing.public_text(self.key)
        units = Unit.objects.filter(code__in=codes or ["D07"])
        self.peer = peers.add(by=system_user(), name=name, public_key=self.public, units=units)
        self.own = signing.fingerprint_of(signing.public_text(signing.own_key()))

    def head(self, method: str, path: str, body: bytes, **wrong) -> dict:
        given = {
            "method": method, "path": path, "key": self.peer.fingerprint, "to": self.own, "time": str(int(time.time())),
            "nonce": signing.new_nonce(), "digest": signing.digest_of(body),
        }  # fmt: skip
        return signing.Words(**{**given, **wrong}).signed(self.key)

    def call(self, method: str, path: str, body=b"", head: dict | None = None):
        """(status, values); a dict is sent as JSON."""
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        head = self.head(method, path, body) if head is None else head
        answer = Client(enforce_csrf_checks=True).generic(
            method, path, body, content_type="application/octet-stream", headers=head
        )
        assert answer["Content-Type"].startswith("application/json"), answer
        return answer.status_code, json.loads(answer.content)


class Wire:
    """A TCP proxy: after each of `cuts` (bytes of both ways together) whatever is connected is torn off."""

    def __init__(self, port: int, cuts) -> None:
        self.port, self.cuts, self.passed, self.torn = port, sorted(cuts), 0, 0
        self.lock = threading.Lock()
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except OSError:
                return
            with self.lock:
                self.open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(4096):
                with self.lock:
                    is_cut = self.cuts and self.passed + len(data) >= self.cuts[0]
                    if is_cut:
                        data = data[: max(0, self.cuts.pop(0) - self.passed)]
                        self.torn += 1
                    self.passed += len(data)
                target.sendall(data)
                if is_cut:
                    self._tear()
                    return
        except OSError:
            pass
        self._shut(source, target)

    def _tear(self) -> None:
        with self.lock:
            torn, self.open = self.open, []
        self._shut(*torn)

    def _shut(self, *sockets: socket.socket) -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self.listener.close()
        self._tear()

"""gunicorn's threads behind a patient door: a connection gets a thread when the whole head of its request is there.

gunicorn 27.0.1 (`gthread`) gives a connection a thread at its first byte, and reads the head there without a limit of
time: eight unfinished heads stopped a site of 2 x 4 threads. Here the heads are gathered by the process's one event
loop, without blocking, within HEAD_SECONDS. What follows the head is still read, and the answer written, by the
thread: each read and each block written must move within IO_SECONDS. A front server (deploy/nginx.conf) takes slow
bodies and slow readers off the threads as well.
"""

import errno
import time
from functools import partial
from pathlib import Path
from selectors import EVENT_READ

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10
HEAD_BYTES = 64 * 1024
IO_SECONDS = 20
DRAINED = 16  # blocks of HEAD_BYTES
END_OF_HEAD, END_OF_LINE = b"\r\n\r\n", b"\r\n"
TOO_LONG = (Path(__file__).resolve().parent.parent / "deploy" / "nginx" / "pages" / "414.html").read_bytes()


class PatientWorker(ThreadWorker):
    """Pending connections carry `head` (bytearray) and `timeout` (monotonic seconds, set when the wait begins)."""

    @classmethod
    def check_config(cls, cfg, log) -> None:
        if cfg.is_ssl:
            raise ValueError("TLS is spoken by the front server (deploy/nginx.conf), not by this worker.")
        super().check_config(cfg, log)

    def accept(self, listener) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._await_head(TConn(self.cfg, client, address, listener.getsockname()))

    def on_client_socket_readable(self, conn, client) -> None:
        """The next request of a kept connection."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn)

    def enqueue_req(self, conn) -> None:
        """Also called by gunicorn when bytes of a next request were read with the body of the one before."""
        head = getattr(conn, "head", None) or bytearray(conn.parser.unreader.take_buffered())
        if END_OF_HEAD in head:
            conn.head = head
            super().enqueue_req(conn)
        else:
            self._await_head(conn, head)

    def _await_head(self, conn, head: bytearray | None = None) -> None:
        conn.head = head or bytearray()
        conn.timeout = time.monotonic() + HEAD_SECONDS
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)  # murder_pending closes what is over its time
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn, client) -> None:
        try:
            block = client.recv(HEAD_BYTES)
        except BlockingIOError:
            return
        except OSError:
            block = b""  # reset by the visitor
        conn.head += block
        whole = END_OF_HEAD in conn.head
        if block and not whole and len(conn.head) <= HEAD_BYTES:
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if whole:
            self.enqueue_req(conn)
            return
        if block:
            self._refuse(client, is_address=END_OF_LINE not in conn.head)
        self.nr_conns -= 1
        conn.close()

    def _refuse(self, client, *, is_address: bool) -> None:
        try:
            if is_address:
                self._say_too_long(client)
                self._drain(client)
            else:
                util.write_error(client, 431, "Request Header Fields Too Large", "")
        except OSError:
            self.log.debug("Failed to send error message.")

    def _say_too_long(self, client) -> None:
        """An address beyond `limit_request_line`: no request of the site's yet, but a page of ours."""
        head = "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        util.write_nonblock(client, f"{head}Content-Length: {len(TOO_LONG)}\r\n\r\n".encode() + TOO_LONG)

    def _drain(self, client) -> None:
        """What has come already is read: unread, it would reset the connection before the page is seen."""
        for _ in range(DRAINED):
            try:
                if not client.recv(HEAD_BYTES):
                    return
            except BlockingIOError:
                return

    def handle_error(self, req, client, addr, exc):
        if not isinstance(exc, LimitRequestLine):
            return super().handle_error(req, client, addr, exc)
        try:
            self._say_too_long(client)
        except OSError:
            self.log.debug("Failed to send error message.")
        return None

    def handle(self, conn):
        """In a thread; the parser gets the head as if it had read it itself."""
        head, conn.head = bytes(conn.head), bytearray()
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(head)
        return super().handle(conn)

    def handle_request(self, req, conn):
        conn.sock.settimeout(IO_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            self.log.info("%s:%s reads or sends too slowly; the connection is closed.", *conn.client[:2])
            raise StopIteration from None

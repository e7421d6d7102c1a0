"""Whoever sends or reads slowly does not stop the site for others: gunicorn as `make run` starts it, real sockets."""

import contextlib
import json
import socket
import time
import urllib.request

import pytest

from changning_egov.web_worker import HEAD_BYTES, HEAD_SECONDS

MANY = 40  # more than the 2 x 16 threads
TEN = 10
AT_ONCE = 2.0  # seconds in which somebody else is answered


@pytest.fixture
def opened():
    with contextlib.ExitStack() as stack:
        yield stack


def connect(port: int, opened, *sent: bytes, receive_buffer: int = 0) -> socket.socket:
    one = opened.enter_context(socket.socket())
    if receive_buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    one.settimeout(15)
    one.connect(("127.0.0.1", port))
    for block in sent:
        one.sendall(block)
    return one


def seconds_of_an_answer(port: int) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def slowest(port: int, count: int = 8) -> float:
    """Of several, so that every process of the server is asked."""
    return max(seconds_of_an_answer(port) for _ in range(count))


def answer_of(one: socket.socket) -> tuple[bytes, dict]:
    """First line and JSON of one answer of the echo."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += one.recv(4096)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    )
    while len(body) < length:
        body += one.recv(length - len(body))
    return head.split(b"\r\n")[0], json.loads(body)


def test_unfinished_heads_do_not_stop_the_site_and_are_closed(served, opened):
    slow = [connect(served, opened, b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ") for _ in range(MANY)]
    silent = [connect(served, opened) for _ in range(MANY)]
    began = time.monotonic()
    while time.monotonic() - began < 3:
        for one in slow:
            one.sendall(b"a")
        assert slowest(served) < AT_ONCE
    for one in (*slow, *silent):
        one.settimeout(HEAD_SECONDS + 3)
        with contextlib.suppress(ConnectionResetError):
            assert one.recv(100) == b""
    assert time.monotonic() - began < HEAD_SECONDS + 4


def test_ten_that_read_slowly_do_not_stop_the_site(served, opened):
    ask = b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n"
    slow = [connect(served, opened, ask, receive_buffer=4096) for _ in range(TEN)]
    for one in slow:
        assert one.recv(100).startswith(b"HTTP/1.1 200")
    assert slowest(served) < AT_ONCE


def test_ten_that_send_a_body_slowly_do_not_stop_the_site(served, opened):
    ask = b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbeginning"
    for _ in range(TEN):
        connect(served, opened, ask)
    assert slowest(served) < AT_ONCE


def test_a_head_in_pieces_and_its_body_are_read_as_one(served, opened):
    whole = b"POST /pieces HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    one = connect(served, opened, *(whole[place : place + 1] for place in range(len(whole))), b"he", b"llo")
    line, told = answer_of(one)
    assert line == b"HTTP/1.1 200 OK" and (told["method"], told["path"], told["body"]) == ("POST", "/pieces", 5)


def test_a_connection_is_kept_and_its_next_head_may_be_slow_too(served, opened):
    one = connect(served, opened, b"GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer_of(one)[1]["path"] == "/first"
    one.sendall(b"GET /second HTTP/1.1\r\n")
    time.sleep(0.3)
    one.sendall(b"Host: a\r\n\r\n")
    assert answer_of(one)[1]["path"] == "/second"


def test_requests_sent_at_once_are_answered_one_after_the_other(served, opened):
    both = b"POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /second HTTP/1.1\r\nHost: a\r\n"
    one = connect(served, opened, both)
    assert answer_of(one)[1] == {"method": "POST", "path": "/first", "body": 3, "HTTP_HOST": "a"}
    assert slowest(served) < AT_ONCE  # the half of a second request holds no thread
    one.sendall(b"\r\n")
    assert answer_of(one)[1]["path"] == "/second"


def test_a_head_too_large_is_refused(served, opened):
    one = connect(served, opened, b"GET / HTTP/1.1\r\nHost: a\r\n")
    with contextlib.suppress(ConnectionError):
        one.sendall(b"X-Large: " + b"a" * (HEAD_BYTES + 1000))
    assert one.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("characters", [8_300, 20_000, HEAD_BYTES + 100_000])
def test_an_address_too_long_for_the_server_gets_our_page(served, opened, characters):
    one = connect(served, opened)
    with contextlib.suppress(ConnectionError):
        one.sendall(b"GET /search/?q=" + b"a" * characters + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    read = b""
    while block := one.recv(65536):
        read += block
    assert read.startswith(b"HTTP/1.1 414 ") and "返回首页" in read.decode()
    assert slowest(served) < AT_ONCE


def test_a_visitor_that_hangs_up_early_harms_nobody(served, opened):
    for _ in range(MANY):
        connect(served, opened, b"GET / HT").close()
    assert slowest(served) < AT_ONCE

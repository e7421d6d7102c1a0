"""deploy/nginx in front of gunicorn as a production site has it: TLS, slow clients, limits, the visitor's address."""

import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.conftest import free_port, wait_for_port
from tests.faults.site import PROJECT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
DEPLOY = PROJECT / "deploy" / "nginx"
AROUND = """daemon off; master_process off; worker_rlimit_nofile 1024;
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {servers}
}}
"""
pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None,
    reason="NO NGINX: the front server's configuration was not tried; install nginx and openssl",
)
TRUSTING = ssl._create_unverified_context()  # the certificate is made for this test


class Front:
    """A running nginx: `port` speaks TLS, `plain` redirects to it."""

    def __init__(self, folder: Path, behind: int) -> None:
        self.folder, self.behind = folder, behind
        self.port, self.plain = free_port(), free_port()

    def configuration(self) -> str:
        text = (DEPLOY / "changning-egov.conf").read_text()
        text = re.sub(r"\n *listen \[::\].*", "", text)
        for given, scratch in {
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "127.0.0.1:8000": f"127.0.0.1:{self.behind}",
            "/etc/changning-egov/tls": str(self.folder),
            "/var/lib/changning-egov/static": str(self.folder / "static"),
            "/opt/changning-egov": str(PROJECT),
            "egov.example.gov.cn": "localhost",
        }.items():
            assert given in text, given
            text = text.replace(given, scratch)
        return AROUND.format(folder=self.folder, servers=text)

    def request(self, path: str, data: bytes | None = None, **headers):
        """(status, headers, body); an error status too."""
        address = f"https://localhost:{self.port}{path}"
        request = urllib.request.Request(
            address, data=data, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        try:
            with urllib.request.urlopen(request, context=TRUSTING, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def front(served, tmp_path_factory):
    folder = tmp_path_factory.mktemp("front")
    folder.chmod(0o755)
    (folder / "static" / "css").mkdir(parents=True)
    (folder / "static" / "css" / "site.0123456789ab.css").write_text("a{}")
    (folder / "static" / "css" / "site.css").write_text("a{}")
    one = Front(folder, served)
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    names = ["-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"]
    subprocess.run([*made, *names], check=True, capture_output=True)
    (folder / "nginx.conf").write_text(one.configuration())
    checked = subprocess.run([NGINX, "-t", "-c", folder / "nginx.conf"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(one.port)
        yield one
    finally:
        process.kill()
        process.wait()


def test_a_request_arrives_with_the_visitors_own_address(front):
    status, _, body = front.request(
        "/documents/", X_Forwarded_For="8.8.8.8", X_Forwarded_Host="evil", Forwarded="for=8.8.8.8"
    )
    told = json.loads(body)
    assert status == 200
    assert (told["HTTP_X_FORWARDED_FOR"], told["HTTP_X_FORWARDED_PROTO"]) == ("127.0.0.1", "https")
    assert told["HTTP_HOST"] == f"localhost:{front.port}"
    assert "HTTP_X_FORWARDED_HOST" not in told and "HTTP_FORWARDED" not in told


def test_plain_http_is_sent_to_tls(front):
    request = "GET /a?b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", front.plain)) as one:
        one.sendall(request.encode())
        head = one.recv(4096)
    assert head.startswith(b"HTTP/1.1 308") and b"Location: https://localhost/a?b" in head


@pytest.mark.parametrize(
    ("path", "megabytes", "cookie", "status"),
    [
        ("/documents/new/", 90, "sessionid=a", 200),
        ("/documents/new/", 102, "sessionid=a", 413),
        ("/documents/new/", 3, "", 413),
        ("/documents/new/", 2, "", 200),
        ("/records/import/", 110, "sessionid=a", 200),
        ("/records/import/", 110, "", 413),
        ("/portal/requests/", 3, "sessionid=a", 413),
        ("/sign-in/", 1, "", 413),
    ],
)
def test_uploads_pass_up_to_the_limit_of_their_address(front, path, megabytes, cookie, status):
    data = b"a" * (megabytes * 1024 * 1024)
    found, _, body = front.request(
        path, data, Content_Type="application/octet-stream", **({"Cookie": cookie} if cookie else {})
    )
    assert found == status
    if status == 200:
        assert json.loads(body)["body"] == len(data)
    else:
        assert "文件过大" in body.decode()


def test_static_files_come_from_the_front_and_hashed_ones_for_a_year(front):
    status, headers, body = front.request("/static/css/site.0123456789ab.css")
    assert (status, body) == (200, b"a{}") and "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"].startswith("text/css")
    status, headers, _ = front.request("/static/css/site.css")
    assert status == 200 and headers["Cache-Control"] == "max-age=300"
    for path in ("/static/../key.pem", "/static../key.pem", "/static/%2e%2e/key.pem", "/static/..%2fkey.pem"):
        assert b"PRIVATE KEY" not in front.request(path)[2]


def test_slow_clients_of_the_front_do_not_reach_the_site(front):
    with contextlib.ExitStack() as stack:
        slow = []
        for place in range(100):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", front.port)))
            one = stack.enter_context(TRUSTING.wrap_socket(plain))
            head = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
            body = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nbeginning"
            one.sendall(body if place % 2 else head)
            slow.append(one)
        for _ in range(8):
            began = time.monotonic()
            assert front.request("/healthz")[0] == 200
            assert time.monotonic() - began < 2


def test_who_asks_too_often_is_told_so(front):
    """Twenty at a time: one after the other a busy machine asks seldom enough."""
    with ThreadPoolExecutor(20) as crowd:
        found = list(crowd.map(lambda _: front.request("/sign-in/"), range(80)))
    refused = [body.decode() for status, _, body in found if status == 429]
    assert {status for status, _, _ in found} == {200, 429} and all("请求过于频繁" in body for body in refused)


def test_a_site_that_is_away_is_a_sentence_of_ours(front, tmp_path):
    away = Front(tmp_path, free_port())
    for name in ("key.pem", "fullchain.pem"):
        os.link(front.folder / name, tmp_path / name)
    (tmp_path / "nginx.conf").write_text(away.configuration())
    process = subprocess.Popen([NGINX, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(away.port)
        status, _, body = away.request("/documents/")
    finally:
        process.kill()
        process.wait()
    assert status == 503 and "系统暂时不可用" in body.decode()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="NO SYSTEMD: the units were not looked at")
@pytest.mark.parametrize("unit", ["changning-egov-site.service", "changning-egov-worker@.service"])
def test_the_units_for_systemd_are_in_order(unit, tmp_path):
    """Its own check of names, values and programs."""
    text = (PROJECT / "deploy" / "systemd" / unit).read_text()
    (tmp_path / unit).write_text(text.replace("/opt/changning-egov", str(PROJECT)))
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")

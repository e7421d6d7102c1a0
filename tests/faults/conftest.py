"""Real servers on real sockets, each on a port of its own."""

import os
import socket
import subprocess
import sys
import time

import pytest

from tests.faults.site import PROJECT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"Nobody listens on port {port}.")


@pytest.fixture(scope="module")
def served():
    """Port of tests/faults/echo.py under gunicorn as the site is served."""
    port = free_port()
    command = ["-m", "gunicorn", "--config", "python:changning_egov.gunicorn_conf", "tests.faults.echo"]
    environment = {**os.environ, "EGOV_BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2"}
    server = subprocess.Popen([sys.executable, *command], cwd=PROJECT, env=environment)
    try:
        wait_for_port(port)
        yield port
    finally:
        server.kill()
        server.wait()

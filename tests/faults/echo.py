"""A WSGI application that shows what the server hands over; large answers, so that reading slowly can be tried."""

import json

LARGE = 32 * 1024 * 1024


def application(environ, start_response):
    """/large: 32 MB; otherwise JSON of method, path, length of the body and the proxy's headers."""
    if environ["PATH_INFO"] == "/large":
        start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(LARGE))])
        return (b"\0" * 65536 for _ in range(LARGE // 65536))
    body = environ["wsgi.input"].read()
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "body": len(body),
        **{name: value for name, value in environ.items() if name.startswith("HTTP_")},
    }
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]

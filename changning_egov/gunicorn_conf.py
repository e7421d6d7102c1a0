"""How gunicorn serves the site: of `make run`, and of a server behind nginx (deploy/changning-egov-site.service).

`WEB_CONCURRENCY` (gunicorn's own variable) is the number of processes, `EGOV_BIND` where they listen.
"""

from changning_egov import env
from changning_egov.children import die_with_parent

bind = env.text("EGOV_BIND", f"127.0.0.1:{env.number('EGOV_PORT', 8000)}")
workers = env.number("WEB_CONCURRENCY", 2)
worker_class = "changning_egov.web_worker.PatientWorker"
threads = 16  # made when needed; ten that read slowly leave enough of 2 x 16, see web_worker
worker_connections = 500  # a connection without a whole head costs memory, not a thread
timeout = 120
graceful_timeout = 5
limit_request_line = 8190  # gunicorn's most; what is longer gets a page of ours from web_worker
keepalive = 5
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def post_fork(server, worker) -> None:
    """gunicorn looks once a second whether its parent lives; a worker that hangs would not look."""
    die_with_parent(server.pid)

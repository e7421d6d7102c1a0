"""The background worker: django-tasks' own loop, plus liveness by advisory lock, a reaper and a tick.

A worker holds a session lock named by its id; the database lets go of it the moment the worker dies, so a task whose
worker's lock is free is taken up again at once, whatever its age (design section 12).
"""

import logging
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection, transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from . import jobs
from .models import Job

LOCK_CLASS = 4702112  # pg_advisory_lock(class, worker number)
TICKS: list[tuple[int, Callable[[], None]]] = []  # (every so many seconds, what); apps above register theirs
ATTEMPTS = 5  # a task that kills its worker is not tried for ever
logger = logging.getLogger(__name__)


def every(seconds: int):
    def register(function: Callable[[], None]) -> Callable[[], None]:
        TICKS.append((seconds, function))
        return function

    return register


class PlatformWorker(Worker):
    def __init__(self, *, batch: bool = False, interval: float = 0.5) -> None:
        self.number = secrets.randbelow(2**31)
        self.stopping = threading.Event()
        super().__init__(
            queue_names=["*"], interval=interval, batch=batch, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=str(self.number), excluded_queue_names=[],
        )  # fmt: skip

    def shutdown(self, signum, frame) -> None:
        """The job under way stops at its next progress mark and goes back into the queue.

        A second signal changes nothing: Ctrl-C reaches the worker from the terminal and again from the supervisor, and
        an exit in the middle of a job would count as its failure. Who cannot wait kills; the reaper takes the job up.
        """
        self.stopping.set()
        Job.stop_requested = True
        self.running = False
        if not self.running_task:
            sys.exit(0)

    def run(self) -> None:
        self.alive = connection.copy()  # a connection of its own: Django closes its usual one now and then
        with self.alive.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, self.number])
        ticking = None
        try:
            reap()
            if not self.batch:
                ticking = threading.Thread(target=self._tick, daemon=True)
                ticking.start()
            super().run()
        finally:
            self.stopping.set()
            if ticking is not None:
                ticking.join(timeout=3)
            self.alive.close()

    def _tick(self) -> None:
        due = [0.0] * len(TICKS)
        while not self.stopping.wait(1):
            for place, (seconds, function) in enumerate(TICKS):
                if time.monotonic() < due[place]:
                    continue
                due[place] = time.monotonic() + seconds
                try:
                    function()
                except Exception:
                    logger.exception("Tick %s failed", function.__name__)
            close_old_connections()


@every(5)
def reap() -> int:
    """Tasks whose worker is gone go back into the queue; returns how many."""
    freed = 0
    for row in DBTaskResult.objects.filter(status="RUNNING"):
        number = row.worker_ids[-1] if row.worker_ids else ""
        if not number.isdigit() or _alive(int(number)):
            continue
        with transaction.atomic():
            mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
            if len(row.worker_ids) >= ATTEMPTS:
                freed += mine.update(status="FAILED", traceback="The worker died each time.")
                _give_up(row)
            else:
                freed += mine.update(status="READY", started_at=None)
    return freed


def _give_up(row: DBTaskResult) -> None:
    uids = row.args_kwargs.get("args", [])[:1] if row.task_path == jobs.run_job.module_path else []
    Job.objects.filter(uid__in=uids).update(state=Job.State.FAILED, cause="后台进程多次中断，任务已停止。")


def _alive(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks "
            "WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_CLASS, number],
        )
        return cursor.fetchone() is not None


def run(batch: bool = False) -> None:
    """Until SIGTERM or SIGINT; with `batch`, until nothing is ready."""
    worker = PlatformWorker(batch=batch)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, worker.shutdown)
        signal.signal(signal.SIGINT, worker.shutdown)
    worker.run()

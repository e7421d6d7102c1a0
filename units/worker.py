"""The background worker: one loop over django-tasks' table, a pulse, and the chores beside it.

The pulse holds a session lock named by the worker's number: the site sees by it that a worker lives (`/healthz`). The
database may restart under a worker: the lock is taken again under the same number, and while there is none nothing new
is started. Whether a *job* is being run is told by the job's own lock (units/jobs.py), never by the worker's.
"""

import logging
import secrets
import signal
import sys
import threading

from django.db import Error, close_old_connections, connection, transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from . import chores, jobs
from .models import Job

LOCK_CLASS = 4702112  # pg_advisory_lock(class, worker number)
PULSE = 2.0  # seconds
ALIVE = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
logger = logging.getLogger(__name__)


def alive(cursor) -> int:
    """How many workers of this database live."""
    cursor.execute(ALIVE, [LOCK_CLASS])
    return cursor.fetchone()[0]


class Liveness:
    """The worker's lock, on a connection of its own that is renewed when it breaks."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.line = connection.copy()  # belongs to the thread that made it

    def renew(self) -> None:
        """Hold the lock, or raise the database's error."""
        with self.line.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted "
                "AND classid = %s AND objid = %s AND objsubid = 2",
                [LOCK_CLASS, self.number],
            )
            if not cursor.fetchone()[0]:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self.number])

    def drop(self) -> None:
        self.line.close()


class PlatformWorker(Worker):
    def __init__(self, *, batch: bool = False, interval: float = 0.5) -> None:
        self.number = secrets.randbelow(2**31)
        self.stopping, self.breathing = threading.Event(), threading.Event()
        super().__init__(
            queue_names=["*"], interval=interval, batch=batch, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=str(self.number), excluded_queue_names=[],
        )  # fmt: skip

    def shutdown(self, signum, frame) -> None:
        """The job under way stops at its next progress mark and goes back into the queue.

        A second signal changes nothing: Ctrl-C reaches the worker from the terminal and again from the supervisor, and
        an exit in the middle of a job would count as its failure. Who cannot wait kills; the job is taken up by others.
        """
        self.stopping.set()
        Job.stop_requested = True
        self.running = False
        if not self.running_task:
            sys.exit(0)

    def run(self) -> None:
        beside: list[threading.Thread] = []
        if self.batch:
            jobs.take_up()
            self.breathing.set()
        else:
            beside = [threading.Thread(target=work, daemon=True) for work in (self._pulse, self._chores)]
        for thread in beside:
            thread.start()
        try:
            while self.running and self._turn():
                pass
        finally:
            self.stopping.set()
            for thread in beside:
                thread.join(timeout=3)

    def _turn(self) -> bool:
        """One task, or a rest; False when a batch has nothing left. A database that is away is waited for."""
        try:
            close_old_connections()
            row = self._claim() if self.breathing.is_set() else None
            if row is not None:
                self.run_task(row)
                return True
        except Error as error:
            logger.warning("The database does not answer: %s", error)
            connection.close()
            if self.batch:
                raise
        if self.batch:
            return False
        self.stopping.wait(self.interval)
        return True

    def _claim(self) -> DBTaskResult | None:
        with transaction.atomic():
            row = DBTaskResult.objects.ready().filter(backend_name=self.backend_name).get_locked()
            if row is not None:
                row.claim(self.worker_id)
        return row

    def _pulse(self) -> None:
        alive = Liveness(self.number)
        while True:
            try:
                alive.renew()
                self.breathing.set()
                chores.ensure()
                chores.run_due(on_pulse=True)
            except Error as error:
                self.breathing.clear()
                logger.warning("The worker has lost the database: %s", error)
                alive.drop()
                connection.close()
            close_old_connections()
            if self.stopping.wait(PULSE):
                alive.drop()
                connection.close()
                return

    def _chores(self) -> None:
        while not self.stopping.wait(1):
            if not self.breathing.is_set():
                continue
            try:
                chores.run_due()
            except Error as error:
                logger.warning("Chores wait for the database: %s", error)
                connection.close()
            close_old_connections()
        connection.close()


def run(batch: bool = False) -> None:
    """Until SIGTERM or SIGINT; with `batch`, until nothing is ready."""
    worker = PlatformWorker(batch=batch)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, worker.shutdown)
        signal.signal(signal.SIGINT, worker.shutdown)
    worker.run()

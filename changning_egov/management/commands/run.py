import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from changning_egov.children import BASE
from changning_egov.supervisor import CannotStart, Supervisor
from units.outage import FAULTS, is_database_gone

ATTEMPTS = 3  # of the preparation, when the database goes away in the middle of it


class Command(BaseCommand):
    help = "Starts the site and the worker on the embedded database and stops both on Ctrl-C (make run)."
    requires_system_checks = []

    def handle(self, **options) -> None:
        supervisor = Supervisor(settings.EGOV_DATA_DIR, settings.EGOV_PORT, settings.EMBEDDED)
        try:
            supervisor.claim()
            supervisor.listen_for_signals()
            self._prepare(supervisor)
            if not supervisor.stopping:
                supervisor.start()
                supervisor.wait_for_site()
            if not supervisor.stopping:
                self._announce(supervisor)
            supervisor.watch()
        except CannotStart as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            supervisor.stop()
        self.stdout.write("Stopped.")

    def _prepare(self, supervisor: Supervisor) -> None:
        """Tables, static files and the first part of the demo; each step is quick when there is nothing to do."""
        self._step("Static files", "collectstatic", interactive=False)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._fill()
                return
            except (*FAULTS, CannotStart) as error:
                connections.close_all()
                passing = isinstance(error, CannotStart) or is_database_gone(error)
                if supervisor.stopping or attempt == ATTEMPTS or supervisor.database is None or not passing:
                    raise
                supervisor.tend_database()
                time.sleep(attempt)

    def _fill(self) -> None:
        self._step("Database", "migrate", interactive=False)
        connections.close_all()
        if settings.EGOV_ENV == "demo":
            self.stdout.write("Demo district …")
            self.stdout.flush()
            # a process of its own: it acts as the site does, not as the owner of the tables
            if subprocess.run([sys.executable, "manage.py", "demo", "--first"], cwd=BASE).returncode:
                raise CannotStart("The demo district could not be made; the lines above say why.")

    def _step(self, label: str, command: str, **options) -> None:
        self.stdout.write(f"{label} …")
        self.stdout.flush()
        call_command(command, verbosity=0, **options)

    def _announce(self, supervisor: Supervisor) -> None:
        self.stdout.write(
            f"\nChangning eGov runs at {supervisor.address}\nPortal for citizens: {supervisor.address}portal/\n"
        )
        if settings.EGOV_ENV == "demo":
            subprocess.run([sys.executable, "manage.py", "demo", "--accounts"], cwd=BASE)
        self.stdout.write("\nCtrl-C stops it.")
        self.stdout.flush()

import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from changning_egov.supervisor import BASE, CannotStart, Supervisor


class Command(BaseCommand):
    help = "Starts the site and the worker on the embedded database and stops both on Ctrl-C (make run)."
    requires_system_checks = []

    def handle(self, **options) -> None:
        supervisor = Supervisor(settings.EGOV_DATA_DIR, settings.EGOV_PORT)
        try:
            supervisor.claim()
            supervisor.listen_for_signals()
            self._prepare()
            if not supervisor.stopping:
                supervisor.spawn_web()
                supervisor.spawn_worker()
                supervisor.wait_for_site()
                if not supervisor.stopping:
                    self._announce(supervisor)
            status = supervisor.watch()
        except CannotStart as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            supervisor.stop()
        if status:
            raise CommandError("Stopped.", returncode=status)
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        """Tables, static files and the first part of the demo; each step is quick when there is nothing to do."""
        self._step("Database", "migrate", interactive=False)
        self._step("Static files", "collectstatic", interactive=False)
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

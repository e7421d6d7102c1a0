import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from units import chores


class Command(BaseCommand):
    help = "Lists what runs by itself, with last run and success; --run NAME runs one now, due or not."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--run", metavar="NAME")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, run: str | None = None, json: bool = False, **options) -> None:
        as_json = json
        chores.ensure()
        if run is not None:
            self._run(run)
        rows = [_told(chore, row) for chore, row in chores.runs() if run in (None, chore.name)]
        if as_json:
            self.stdout.write(dumps(rows))
            return
        for row in rows:
            outcome = f"failed {row['failures']} times: {row['cause']}" if row["failures"] else row["result"]
            self.stdout.write(
                f"{row['name']:<22} last success {row['succeeded_at'] or 'never':<20} due {row['due_at']}  {outcome}"
            )

    def _run(self, name: str) -> None:
        chore = chores.table().get(name)
        if chore is None:
            raise CommandError(f"No chore is called {name!r}; there are: {', '.join(chores.table())}.")
        row = chores.run(chore, is_due=True)
        if row is None:
            raise CommandError(f"{name} is being run by a worker at this moment.")
        if row.failures:
            raise CommandError(f"{name} failed: {row.cause}")


def _told(chore, row) -> dict:
    return {
        "name": chore.name,
        "label": chore.label,
        "every_seconds": int(chore.every.total_seconds()),
        "started_at": _moment(row.started_at),
        "succeeded_at": _moment(row.succeeded_at),
        "due_at": _moment(row.due_at),
        "result": row.result,
        "failures": row.failures,
        "cause": row.cause,
    }


def _moment(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def dumps(value) -> str:
    return json.dumps(value, ensure_ascii=False)

"""Writes the apps' one `0001_initial` anew from the models; only until the first release (design section 12)."""

from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

OURS = ("units", "files", "documents", "archive", "transfer", "portal", "oversight")
PLAIN, OURS_AT_ONCE = "class Migration(migrations.Migration):", "class Migration(units.first_tables.FirstTables):"


class Command(BaseCommand):
    help = "Rewrites 0001_initial of every app from its models and appends the app's SQL (AppConfig.sql)."

    def handle(self, **options):
        for label in OURS:
            for old in (Path(apps.get_app_config(label).path) / "migrations").glob("0*.py"):
                old.unlink()
        for label in OURS:  # one at a time, from the bottom up: all at once would be split in two
            call_command("makemigrations", label, name="initial", verbosity=0)
        for label in OURS:
            self._append_sql(apps.get_app_config(label))

    def _append_sql(self, config) -> None:
        made = sorted((Path(config.path) / "migrations").glob("0*.py"))
        if len(made) > 1:
            raise CommandError(f"{config.label} needs {len(made)} migrations: two apps refer to each other.")
        if not made:
            return
        names = getattr(config, "sql", ())
        made_in_python = [name for name in names if ":" in name]
        for name in names:
            if name not in made_in_python and not (Path(config.path) / "sql" / name).is_file():
                raise CommandError(f"{config.label}/sql/{name} does not exist.")
        text = made[0].read_text(encoding="utf-8").replace(PLAIN, OURS_AT_ONCE)
        modules = "".join(f"import {name.partition(':')[0]}\n" for name in made_in_python)
        path = "from pathlib import Path\n\n" if names else ""
        needed = f"{path}import units.first_tables\n{modules}from django.db import migrations"
        text = text.replace("from django.db import migrations", needed)
        lines = "".join(f"        migrations.RunSQL({_statements(name)}, migrations.RunSQL.noop),\n" for name in names)
        head, tail = text.rsplit("    ]", 1)
        made[0].write_text(f"{head}{lines}    ]{tail}", encoding="utf-8")


def _statements(name: str) -> str:
    """The expression that reads an SQL file, or calls the function "package.module:name" that makes the statements."""
    if ":" in name:
        return f"{name.replace(':', '.')}()"
    return f'(Path(__file__).parents[1] / "sql" / "{name}").read_text(encoding="utf-8")'

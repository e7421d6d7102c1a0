"""The tests' database: migrated once for each state of the product, copied for each worker, emptied after a commit.

Migrating took eight seconds a worker. The copy is PostgreSQL's own (CREATE DATABASE … TEMPLATE); the original is made
anew when any file of the product changes, and once a day, for the day may stand in what a migration writes.
"""

import hashlib
from datetime import date
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

from tests import acts_again
from units.calendar import load_published_years

BASE = Path(settings.BASE_DIR)
PACKAGES = ("changning_egov", "units", "files", "paper", "documents", "archive", "transfer", "portal", "oversight")
BESIDE = ("requirements.txt", "tests/databases.py", "tests/acts_again.py")
PREFIX, LOCK = "egov_template_", 4702901
KEPT = {"django_content_type", "auth_permission"}  # nothing changes them, and what was printed once stays true


def original() -> str:
    """Name of the database that this state of the product is copied from."""
    found = hashlib.sha256(f"{date.today()} {settings.EGOV_ENV}".encode())
    paths = [path for package in PACKAGES for path in (BASE / package).rglob("*") if path.suffix in (".py", ".sql")]
    for path in sorted([*paths, *(BASE / name for name in BESIDE)]):
        found.update(str(path.relative_to(BASE)).encode() + b"\0" + path.read_bytes())
    return PREFIX + found.hexdigest()[:16]


def create(default) -> None:
    """The worker's own database; `default` is the owner's connection and leads there afterwards."""
    name, template = default.creation._get_test_db_name(), original()
    with default.creation._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # the others wait while one of them migrates
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {row[0] for row in cursor.fetchall()}
        if template not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE "{old}"')
            _migrate(default, f"{PREFIX}half")
            cursor.execute(f'ALTER DATABASE "{PREFIX}half" RENAME TO "{template}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    default.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _migrate(default, name: str) -> None:
    given = default.settings_dict["TEST"]["NAME"]
    default.settings_dict["TEST"]["NAME"] = name
    default.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    default.settings_dict["TEST"]["NAME"] = given
    with default.cursor() as cursor:
        # between tests that commit; triggers that refuse TRUNCATE are tried as the owner
        cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO egov_app")
    default.close()
    acts_again.make_functions(default.settings_dict, name)


def empty(_test: TransactionTestCase) -> None:
    """After a test that commits: what Django's flush leaves, without granting anew what no TRUNCATE takes away.

    Only tables that hold something are touched; on a server of somebody else's, without the superuser, all of them.
    """
    names = [name for name in connection.introspection.django_table_names(only_existing=True) if name not in KEPT]
    names.append(apps.get_model("units.AccessLog")._meta.db_table)  # Django does not manage it, so it does not name it
    if settings.EMBEDDED is None:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), names, allow_cascade=True))
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT acts.empty(%s)", [names])
    load_published_years()

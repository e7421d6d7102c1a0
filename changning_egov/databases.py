"""Which database, under which of the three roles (design section 9), and the demo's secret."""

import contextlib
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

import psycopg2
from django.core.exceptions import ImproperlyConfigured

from . import embedded_pg, env

# Structure and grants belong to the owner; everything else runs as the site does
OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "prepare",
    "run",
    "test",
    "check",
    "setup_database",
}
LOCK_TIMEOUT = "-c lock_timeout=4000"  # ms; design section 12: a sentence instead of a long wait
ALONE = "-c max_parallel_workers_per_gather=0"  # starting helpers takes 30 ms, longer than any page's statement
STATEMENT_TIMEOUT = "-c statement_timeout=30000"  # ms; of the processes that answer people, not of worker and commands


def configure(data_dir: Path, testing: bool) -> tuple[dict, Path | None]:
    """DATABASES and the embedded cluster's folder (None with DATABASE_URL). Starts nothing."""
    if url := env.text("DATABASE_URL", ""):
        return _from_urls(url, testing), None
    folder = data_dir / ("pgtest" if testing else "pgdata")
    default, portal = (
        _embedded(folder, "egov_owner" if _as_owner(testing) else "egov_app"),
        _embedded(folder, "egov_portal"),
    )
    return _pair(default, portal, testing), folder


def _as_owner(testing: bool) -> bool:
    return testing or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)


def _embedded(folder: Path, role: str) -> dict:
    return {"NAME": embedded_pg.DATABASE, "USER": role, "HOST": str(embedded_pg.socket_dir(folder)), "PORT": "5432"}


def _from_urls(url: str, testing: bool) -> dict:
    """One URL serves all roles by `SET ROLE`; production gives each role its own."""
    owner, portal = env.text("EGOV_OWNER_URL", ""), env.text("EGOV_PORTAL_URL", "")
    if _as_owner(testing):
        default = parse(owner or url)
    else:
        default = parse(url) if owner else _with_role(parse(url), "egov_app")
    return _pair(default, parse(portal) if portal else _with_role(parse(url), "egov_portal"), testing)


def _pair(default: dict, portal: dict, testing: bool) -> dict:
    made = {}
    for alias, database in (("default", default), ("portal", portal)):
        options = database.get("OPTIONS", {})
        made[alias] = {
            "ENGINE": "django.db.backends.postgresql",
            "CONN_MAX_AGE": 0 if testing else 60,  # a kept connection would hold the test database
            "CONN_HEALTH_CHECKS": True,
            **database,
            "OPTIONS": {**options, "options": f"{options.get('options', '')} {LOCK_TIMEOUT} {ALONE}".strip()},
        }
    made["portal"]["TEST"] = {"MIRROR": "default"}
    return made


def _with_role(database: dict, role: str) -> dict:
    return {**database, "OPTIONS": {**database.get("OPTIONS", {}), "options": f"-c role={role}"}}


def parse(url: str) -> dict:
    """A `postgres://user:password@host:5432/name?sslmode=require` address as Django's settings."""
    parts = urlparse(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured("A database address looks like postgres://user:password@host:5432/name.")
    pairs = [pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair]
    given = {name: unquote(value) for name, value in pairs}
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": given.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": given,
    }


def ready(fast: bool = False) -> None:
    """The server is there when this returns: started, joined, or found at DATABASE_URL and new enough."""
    from django.conf import settings

    if settings.EMBEDDED is not None:
        embedded_pg.hold(settings.EMBEDDED, fast=fast)
    else:
        _check_foreign(parse(env.text("EGOV_OWNER_URL", "") or env.text("DATABASE_URL")))


def for_visitors() -> None:
    """Connections that this process opens from now on give up a statement before the front server gives up the answer.

    lock_timeout bounds each wait for a lock (advisory ones and those of deferred triggers too), this bounds the rest.
    """
    from django.conf import settings

    for database in settings.DATABASES.values():
        database["OPTIONS"]["options"] += f" {STATEMENT_TIMEOUT}"


def _check_foreign(database: dict) -> None:
    """A server of the customer's own: supported version, and the three roles, made if the account may."""
    try:
        connection = psycopg2.connect(
            dbname=database["NAME"], user=database["USER"] or None, password=database["PASSWORD"] or None,
            host=database["HOST"] or None, port=database["PORT"] or None, **database["OPTIONS"],
        )  # fmt: skip
    except psycopg2.OperationalError as error:
        raise embedded_pg.NoPostgres(f"DATABASE_URL does not answer: {error}") from error
    connection.autocommit = True
    with connection.cursor() as cursor:
        major = connection.server_version // 10000
        if major not in embedded_pg.SUPPORTED:
            raise embedded_pg.NoPostgres(f"PostgreSQL 15 to 18 is supported, DATABASE_URL is {major}.")
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN ('egov_app', 'egov_portal')")
        missing = {"egov_app", "egov_portal"} - {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if missing and not cursor.fetchone()[0]:
            raise embedded_pg.NoPostgres(
                f"The database server lacks the role(s) {', '.join(sorted(missing))}: "
                "run deploy/roles.sql as its administrator."
            )
        for role in sorted(missing):
            cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(f"GRANT {role} TO current_user")
    connection.close()


def secret_key(environment: str, data_dir: Path, testing: bool) -> str:
    """Production names its secret in SECRET_KEY; the demo keeps one in the data folder, readable by its owner alone."""
    if environment == "production":
        return env.text("SECRET_KEY")
    if testing:
        return "a secret for tests only, long enough for Django's own check of fifty characters"
    if given := env.text("SECRET_KEY", ""):
        return given
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"secret.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(own, path)  # the first of several starters wins
        own.unlink()
    return path.read_text()

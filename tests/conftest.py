"""One database for each worker: copied from one that the owner migrated, then used as the site uses it, as egov_app."""

import gc
import os
import sys

import psutil
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.utils import timezone

from changning_egov import databases
from files.probing import warm
from tests import below
from tests import databases as test_databases
from tests.commits import commits
from tests.order import in_order
from units.views import health

pytest_plugins = ["tests.cast", "tests.standing"]


# Tests start many processes of the site: none of them compiles it again, and no worker rewrites all assertions again
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers(config) -> int | None:
    """One more than there are cores: a worker that waits for a browser or a clock leaves its core to others."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None  # xdist reads it
    return (psutil.cpu_count(logical=False) or psutil.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    in_order(items)


def pytest_collection_finish(session) -> None:
    """Thousands of tests and the whole product live to the end: they are not searched for garbage again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # a page makes thousands of objects: not after each seven hundred of them


def pytest_configure(config) -> None:
    gc.disable()  # hundreds of files of tests are read, and nothing of them is garbage
    # Playwright keeps an event loop in the main thread; Django's own calls beside it are meant
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    settings.PASSWORD_HASHERS = ["tests.hashing.Quick"]
    databases.ready(fast=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """As pytest-django's, and afterwards every new connection takes the role of the site."""
    default = connections["default"]
    django_emptied = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        old_name = default.settings_dict["NAME"]
        test_databases.create(default)
        connections["portal"].creation.set_as_test_mirror(default.settings_dict)
        connections["portal"].close()
        owner_options = dict(default.settings_dict["OPTIONS"])
        default.close()
        TransactionTestCase._fixture_teardown = test_databases.empty
        default.settings_dict["OPTIONS"] = {
            **owner_options,
            "options": f"{owner_options.get('options', '')} -c role=egov_app",
        }
        # as the site's: a server's thread keeps its connection from page to page, and what the database has read of its
        # catalogue; this database is dropped from under whoever still holds one
        default.settings_dict["CONN_MAX_AGE"] = 60
        connections["portal"].settings_dict["CONN_MAX_AGE"] = 60
    yield
    TransactionTestCase._fixture_teardown = django_emptied
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict["OPTIONS"] = owner_options
        made, default.settings_dict["NAME"] = default.settings_dict["NAME"], old_name
        with default.creation._nodb_cursor() as cursor:
            # What a test has killed may still be connected. Not WITH (FORCE): it is refused where autovacuum, which a
            # plain DROP sends away by itself, is just at work.
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [made],
            )
            cursor.execute(f'DROP DATABASE "{made}"')


@pytest.fixture(scope="session", autouse=True)
def folders(tmp_path_factory):
    """Files of a test run lie in its own folder; fonts are read where `make setup` put them."""
    base = tmp_path_factory.mktemp("data")
    for name in (
        "FILES",
        "HOLDINGS",
        "SECOND",
        "PUBLIC",
        "PACKAGES",
        "PICTURES",
        "TMP",
        "ARRIVALS",
        "EXCHANGE",
        "ANCHORS",
    ):
        setattr(settings, f"EGOV_{name}_DIR", base / name.lower())
        (base / name.lower()).mkdir()
    settings.EGOV_CERTIFICATES_DIR = base / "certificates"
    yield base


@pytest.fixture(scope="session", autouse=True)
def probes():
    """Files are looked into as background work does it, by children of one process (tests/files shows both ways)."""
    with warm.kept_warm():
        yield


@pytest.fixture(scope="module")
def cold_probes(probes):
    """Each in a process of its own, as a visitor's upload: where that is shown, and where a test forks itself."""
    warm.end()
    yield
    warm.begin()


@pytest.fixture(autouse=True)
def just_started(monkeypatch):
    """Each test is a site that has just started: no worker of the run is late, and no chain was anchored."""
    monkeypatch.setattr(health, "STARTED", timezone.now())
    (settings.EGOV_ANCHORS_DIR / "audit.txt").unlink(missing_ok=True)  # of a chain that was rolled back


@pytest.fixture
def _django_db_helper(cast_below, _django_db_helper):
    """pytest-django's: a test's own transaction begins above the cast."""


@pytest.fixture(scope="module", autouse=True)
def cast_falls(django_db_blocker):
    yield
    with django_db_blocker.unblock():
        below.fall()


@pytest.fixture
def db(request, db):
    """In a test that rolls back, the portal reads through the same connection; else as egov_portal, as it is."""
    if commits(request):
        yield
        return
    own = connections["portal"]
    connections["portal"] = connections["default"]
    yield
    connections["portal"] = own

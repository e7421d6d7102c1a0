"""One database for the whole run: made and migrated by the owner, then used as the site uses it, as egov_app."""

import os

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from changning_egov import databases
from tests import acts_again
from tests.commits import commits
from units.views import health

pytest_plugins = ["tests.cast"]


def pytest_configure(config) -> None:
    # Playwright keeps an event loop in the main thread; Django's own calls beside it are meant
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    databases.ready(fast=True)


def _keep_permissions(connection) -> None:
    """A flush leaves content types and permissions: nothing changes them, and what was printed once stays true."""
    names = connection.introspection.django_table_names
    kept = {"django_content_type", "auth_permission"}
    connection.introspection.django_table_names = lambda *given, **named: [
        name for name in names(*given, **named) if name not in kept
    ]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """As pytest-django's, and afterwards every new connection takes the role of the site."""
    default = connections["default"]
    _keep_permissions(default)
    with django_db_blocker.unblock():
        old_name = default.settings_dict["NAME"]
        default.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connections["portal"].creation.set_as_test_mirror(default.settings_dict)
        connections["portal"].close()
        with default.cursor() as cursor:
            # a flush between transactional tests; triggers that refuse TRUNCATE are tried as the owner
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO egov_app")
        owner_options = dict(default.settings_dict["OPTIONS"])
        acts_again.make_functions(default.settings_dict, default.settings_dict["NAME"])
        default.close()
        default.settings_dict["OPTIONS"] = {
            **owner_options,
            "options": f"{owner_options.get('options', '')} -c role=egov_app",
        }
    yield
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


@pytest.fixture(autouse=True)
def just_started(monkeypatch):
    """To the health page each test is a site that has just started: no worker of the run is late."""
    monkeypatch.setattr(health, "STARTED", timezone.now())


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

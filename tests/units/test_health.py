"""/healthz and /metrics: what a monitor is told, also when nothing answers (issue 10, A7 and C5)."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from units import chores, worker
from units.models import ChoreRun
from units.views import health

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def up_for_a_day(monkeypatch):
    monkeypatch.setattr(health, "STARTED", timezone.now() - DAY)


@pytest.fixture
def everything_ran():
    chores.ensure()
    ChoreRun.objects.update(succeeded_at=timezone.now())


def asked(address: str = "/healthz", **more) -> tuple[int, list[str]]:
    answer = Client().get(address, **more)
    return answer.status_code, answer.content.decode().splitlines()


def test_a_site_that_has_just_started_is_well_without_its_worker():
    assert asked() == (200, ["site: ok", "database: ok", "worker: not there yet", "chores: ok"])


def test_a_living_worker_is_seen(everything_ran, up_for_a_day):
    alive = worker.Liveness(17)
    alive.renew()
    assert asked() == (200, ["site: ok", "database: ok", "worker: ok (1)", "chores: ok"])
    alive.drop()


def test_a_missing_worker_is_red_when_it_has_been_away_for_a_while(everything_ran, up_for_a_day):
    """Shows: 16-23"""
    assert asked()[0] == 200
    ChoreRun.objects.filter(name="take_up_jobs").update(succeeded_at=timezone.now() - timedelta(minutes=2))
    status, lines = asked()
    assert (status, lines[2:]) == (503, ["worker: missing", "chores: late take_up_jobs"])


def test_one_late_chore_is_red_and_named(everything_ran, up_for_a_day):
    ChoreRun.objects.filter(name="anchor_chain").update(succeeded_at=timezone.now() - DAY - timedelta(minutes=11))
    assert asked()[1][-1] == "chores: late anchor_chain" and asked()[0] == 503


def test_a_failing_chore_becomes_late_although_it_is_retried(everything_ran, up_for_a_day):
    ChoreRun.objects.filter(name="complete_ready").update(
        succeeded_at=timezone.now() - timedelta(minutes=12), due_at=timezone.now() + DAY, failures=3
    )
    assert asked() == (503, ["site: ok", "database: ok", "worker: missing", "chores: late complete_ready"])


@pytest.fixture
def no_database(monkeypatch):
    """Every new connection goes to a port where nobody listens."""
    connection.close()
    away = {**connections["default"].settings_dict, "HOST": "127.0.0.1", "PORT": "1"}
    monkeypatch.setattr(connections["default"], "settings_dict", away)
    yield
    connection.close()


def test_health_needs_no_database_to_say_that_it_is_down(no_database):
    """Fault A7: a constant text; and with a session cookie the middleware asked the database first."""
    client = Client()
    client.cookies["sessionid"] = "0123456789abcdef0123456789abcdef"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.content.decode().splitlines()[:2] == ["site: ok", "database: down"]


def test_plain_liveness_asks_nobody(no_database):
    assert asked("/healthz?live") == (200, ["site: ok"])


def test_metrics_are_for_the_server_itself(everything_ran, people):
    status, lines = asked("/metrics")
    assert status == 200 and "egov_open_tasks 0" in lines and 'egov_jobs{state="failed"} 0' in lines
    assert any(line.startswith('egov_chore_age_seconds{chore="anchor_chain"}') for line in lines)
    assert asked("/metrics", REMOTE_ADDR="10.0.0.9")[0] == 404
    assert asked("/metrics", HTTP_X_FORWARDED_FOR="10.0.0.9")[0] == 404  # through the front server

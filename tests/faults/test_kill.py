"""Random kills of a whole site while its demo fills: nothing is lost, doubled or left (kill.py)."""

import pytest

from tests.faults import kill
from tests.faults.conftest import free_port
from tests.faults.site import Site
from tests.rounds import rounds

SEED = 7
KILLS = rounds("KILLS", 4, 20)
SPARED: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("kill"), free_port(), small=True)
    return kill.run(KILLS, SEED, site, patience=120, spared=SPARED)


def test_random_kills_leave_a_whole_demo(summary):
    assert summary["violations"] == []
    assert summary["kills"] == KILLS and summary["documents"] > 50


def test_only_a_killed_supervisor_is_started_by_hand(summary):
    assert summary["ended_without_being_hit"] == 0
    assert summary["restarts_by_hand"] == summary["supervisors_ended"]

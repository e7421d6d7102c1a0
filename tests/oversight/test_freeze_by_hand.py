"""冻结 by hand: a job of the worker with the figures of the scheduled freeze, whatever comes between."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from oversight import chores
from oversight.models import FrozenPeriod
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from units import jobs
from units.models import AuditEvent, Job
from units.workflow import Refused

from .test_examples import march
from .test_pages import MARCH, frozen_march, tampering

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(people, client):
    def go(who: str, address: str, data=None):
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address) if data is None else send_form(client, address, data)

    return go


@pytest.fixture
def found(units, people):
    return march(units["D07"], people["D07:archivist"])


def by_hand(visit) -> Job:
    given = {"year": "2026", "month": "3"}
    assert visit("D30:inspector", reverse("oversight:freeze"), given).status_code == 302
    return Job.objects.get(kind="freeze_figures")


def test_a_freeze_by_hand_is_the_scheduled_one_done_by_the_worker(visit, found, units):
    """Fault: it counted inside the request, and without comparing the documents with what is counted: of a month that
    was written past the triggers it kept another figure than the schedule."""
    with tampering("documents_document") as cursor:
        cursor.execute("UPDATE documents_document SET dispatched_at = NULL WHERE id = %s", [found["sixteenth"].pk])
    job = by_hand(visit)
    page = visit("D30:inspector", reverse("oversight:district") + MARCH).content.decode()
    assert "冻结2026年3月归档率（月报）" in page and "data-refresh" in page and "归档率（月报）</button>" not in page
    assert not FrozenPeriod.objects.exists()
    again = visit("D30:inspector", reverse("oversight:freeze"), {"year": "2026", "month": "3"})
    assert again.status_code == 422 and "正在冻结" in again.content.decode() and Job.objects.count() == 1
    job = jobs.run_now(job)
    head = FrozenPeriod.objects.get()
    assert job.state == "done" and (job.done, job.total, job.note) == (0, 0, "统计并冻结") and job.furthest == 24
    assert head.figures.get(unit=units["D07"]).due == 17 and head.frozen_by == job.owner
    page = visit("D30:inspector", reverse("oversight:district") + MARCH).content.decode()
    assert "data-refresh" not in page and f"{job.owner.name} 冻结" in page
    with tampering("oversight_frozenfigure") as cursor:
        cursor.execute("DELETE FROM oversight_frozenfigure")
        cursor.execute("DELETE FROM oversight_frozenperiod")
    chores.freeze_figures()
    assert FrozenPeriod.objects.get(year=2026, month=3).digest == head.digest  # of the same rows, whoever took them


def test_a_freeze_killed_behind_its_commit_or_overtaken_by_the_schedule_ends_well(visit, found):
    job = by_hand(visit)
    frozen_march()
    assert jobs.run_now(job).state == "done" and FrozenPeriod.objects.count() == 1
    assert AuditEvent.objects.filter(verb="freeze_figures").count() == 1


def test_whoever_inspects_no_more_freezes_nothing_and_another_can(visit, found, people):
    job = by_hand(visit)
    with unwatched():
        people["D30:inspector"].appointments.update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused, match="由监督指导岗位冻结"):
        jobs.run_now(job)
    assert not FrozenPeriod.objects.exists()

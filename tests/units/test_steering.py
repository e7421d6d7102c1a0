"""暂停, 继续, 取消 of background work: who may, what the worker does with the wish, and what is seen meanwhile."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.transfer.stock import browser
from units import jobs, steering
from units.actions import system_user
from units.job_workflow import JOB, Attempt
from units.models import Asked, AuditEvent, Job
from units.pace import paced
from units.workflow import Refused

pytestmark = pytest.mark.django_db
UPTO = 4
seen: list[str] = []


@jobs.handler("test_steps")
def steps(job, wish: str = "", at: int = 2):
    """Goes on behind what it kept; a wish comes while it works, from another request."""
    for number in range(job.kept.get("done", 0) + 1, UPTO + 1):
        seen.append(f"step {number}")
        job.keep(done=number)
        if wish and number == at and job.attempt == 1:
            getattr(steering, wish)(Job.objects.get(pk=job.pk), by=job.owner)
        job.advance(number, UPTO, "逐件")


@jobs.undoes("test_steps")
def undo(job, **args):
    seen.append("undone")


@jobs.handler("test_agreed")
def agreed(job):
    """Has nothing that takes it back."""


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


def begun(clerk, **args) -> Job:
    return jobs.start("test_steps", "数数", by=clerk, unit=clerk.appointments.get().post.unit, **args)


def worked(job: Job) -> Job:
    """What the worker does with the job's task."""
    jobs.run_job.call(str(job.uid))
    job.refresh_from_db()
    return job


def test_a_paused_job_goes_on_where_it_stopped(clerk):
    job = worked(begun(clerk, wish="pause"))
    assert (job.state, job.asked, job.done, seen) == ("paused", "", 2, ["step 1", "step 2"])
    worked(job)
    assert job.state == "paused"  # nothing runs it but a person's word
    steering.resume(job, by=clerk)
    worked(job)
    assert (job.state, seen) == ("done", ["step 1", "step 2", "step 3", "step 4"])
    assert list(AuditEvent.objects.of(job).order_by("pk").values_list("verb", flat=True)) == ["pause_job", "resume_job"]


def test_a_cancelled_job_leaves_nothing_half_done(clerk):
    job = worked(begun(clerk, wish="cancel"))
    assert (job.state, job.asked, seen) == ("cancelled", "", ["step 1", "step 2", "undone"])
    assert worked(job).state == "cancelled"
    jobs.retry(job, by=clerk)
    assert (job.state, job.kept) == ("queued", {})


@pytest.mark.parametrize("state", ["queued", "paused"])
def test_what_waits_is_cancelled_by_the_worker_too(clerk, state):
    job = begun(clerk)
    if state == "paused":
        steering.pause(job, by=clerk)
        assert worked(job).state == "paused" and seen == []
    steering.cancel(job, by=clerk)
    assert (worked(job).state, seen) == ("cancelled", ["undone"])


@pytest.mark.parametrize(("wish", "state"), [("pause", "paused"), ("cancel", "cancelled")])
def test_a_wish_outlives_the_worker_that_should_have_heard_it(clerk, wish, state):
    """The runner is killed between the wish and its next mark: who takes the job up follows it first."""
    job = begun(clerk)
    DBTaskResult.objects.all().delete()
    JOB.perform("claim", job, by=system_user())
    getattr(steering, wish)(job, by=clerk)
    assert (job.state, job.asked) == ("running", wish)
    assert jobs.take_up() == 1
    assert worked(job).state == state
    assert [one for one in seen if one.startswith("step")] == []


def test_a_wish_can_be_taken_back_before_the_worker_has_heard_it(clerk):
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    steering.pause(job, by=clerk)
    with pytest.raises(Asked):
        job.advance(1, UPTO)
    steering.resume(job, by=clerk)
    job.advance(2, UPTO)
    assert (job.state, job.asked) == ("running", "")


def test_a_wish_that_comes_too_late_is_not_shown_for_ever(clerk):
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    steering.pause(job, by=clerk)
    JOB.perform("finish", job, by=system_user(), given=Attempt(job.attempt))
    assert (job.state, job.asked) == ("done", "")


def test_refusals_say_why(clerk):
    job = begun(clerk)
    with pytest.raises(Refused, match="不能继续"):
        steering.resume(job, by=clerk)
    steering.cancel(job, by=clerk)
    with pytest.raises(Refused, match="已经要求取消"):
        steering.pause(job, by=clerk)
    worked(job)
    for wish in (steering.pause, steering.cancel):
        with pytest.raises(Refused, match="已取消"):
            wish(job, by=clerk)
    with pytest.raises(Refused, match="可以暂停，不能取消"):
        steering.cancel(jobs.start("test_agreed", "商定的事", by=clerk), by=clerk)


def test_two_jobs_on_one_thing_are_not_begun_again_together(people, clerk):
    unit = clerk.appointments.get().post.unit
    first, _ = (jobs.start("test_steps", "数数", by=clerk, subject=Thing(unit)) for _ in range(2))
    steering.cancel(first, by=clerk)
    worked(first)
    with pytest.raises(Refused, match="正在后台处理"):
        jobs.retry(first, by=clerk)


class Thing:
    AUDIT_TYPE = "batch"

    def __init__(self, unit) -> None:
        self.uid = unit.uid if hasattr(unit, "uid") else "00000000-0000-0000-0000-000000000001"


def test_who_may_steer(people):
    """Who started it, the archivist of its unit, the system's administrator; nobody else finds it."""
    clerk = people["D07:clerk"]
    for key, status in (
        ("D07:clerk", 302), ("D07:archivist", 302), ("D07:sysadmin", 302), ("D07:officer", 404), ("D09:archivist", 404),
    ):  # fmt: skip
        job = begun(clerk)
        answer = browser(people[key]).post(reverse("units:pause_job", args=[job.uid]))
        job.refresh_from_db()
        assert (answer.status_code, job.state) == (status, "paused" if status == 302 else "queued"), key


def test_the_buttons_bring_back_to_their_page_and_nowhere_else(people):
    clerk = people["D07:clerk"]
    for back, place in (("/tasks/?a=1", "/tasks/?a=1"), ("https://elsewhere.example/", reverse("units:jobs"))):
        answer = browser(clerk).post(reverse("units:pause_job", args=[begun(clerk).uid]), {"back": back})
        assert answer.headers["Location"] == place


def test_the_page_tells_items_bytes_pace_and_what_is_left(people):
    clerk = people["D07:clerk"]
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    job.advance(0, 400, "打包", size=0, of_size=4 * 2**20)
    Job.objects.filter(pk=job.pk).update(phase_at=timezone.now() - timedelta(seconds=10))
    job.phase_at = timezone.now() - timedelta(seconds=10)
    job.advance(100, 400, "打包", size=2**20, of_size=4 * 2**20)
    page = browser(clerk).get(reverse("units:jobs")).content.decode()
    for told in ("打包", "100 / 400", "1.0 MB / 4.0 MB", "每秒 102.4 KB", "约剩 29 秒"):
        assert told in page.replace("约剩 30 秒", "约剩 29 秒"), told
    for act in ("pause_job", "cancel_job"):
        assert reverse(f"units:{act}", args=[job.uid]) in page
    steering.pause(job, by=clerk)
    page = browser(clerk).get(reverse("units:jobs")).content.decode()
    assert "正在暂停" in page and reverse("units:resume_job", args=[job.uid]) in page


def test_the_page_lists_ones_own_and_ones_units_work_and_not_the_sites(people):
    """A unit's archivist is told nothing of the demo's filling, nor of another unit's imports."""
    clerk = people["D07:clerk"]
    own = begun(clerk)
    site = Job.objects.create(kind="demo", title="演示数据：补充其余公文")
    for who, seen in (("D07:clerk", {own.pk}), ("D07:archivist", {own.pk}), ("D09:clerk", set())):
        rows = Job.objects.allowing("view", people[who]).filter(pk__in=(own.pk, site.pk))
        assert set(rows.values_list("pk", flat=True)) == seen
    assert "演示数据" not in browser(people["D07:archivist"]).get(reverse("units:jobs")).content.decode()
    assert "演示数据" in browser(people["D07:sysadmin"]).get(reverse("units:jobs")).content.decode()


def test_a_new_phase_and_a_new_attempt_begin_their_own_pace(clerk):
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    job.advance(50, 100, "自检")
    assert (job.phase_done, job.rate, job.remaining) == (50, None, None)
    job.advance(10, 100, "打包")
    assert job.phase_done == 10
    other = Job.objects.get(pk=job.pk)
    other.advance(60, 100, "打包")
    assert other.phase_done == 60  # what another runner did long ago says nothing of now


def test_marks_cost_a_few_writes_a_second_however_many_items_pass(clerk, django_assert_max_num_queries):
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    progress = paced(job, "逐件")
    with django_assert_max_num_queries(3 * 4):
        for number in range(1, 20_001):
            progress(number, 20_000, number * 10, 200_000)
    job.refresh_from_db()
    assert (job.done, job.size) == (20_000, 200_000)


def test_an_overtaken_runner_keeps_nothing(clerk):
    job = begun(clerk)
    JOB.perform("claim", job, by=system_user())
    old = Job.objects.get(pk=job.pk)
    JOB.perform("claim", job, by=system_user())
    with pytest.raises(jobs.StopsRunning):
        old.keep(done=3)
    with pytest.raises(Refused, match="已由另一进程接续"):
        JOB.perform("rest", old, by=system_user(), given=Attempt(1))

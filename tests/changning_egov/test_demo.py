"""The demo is made by its people, twice is once, and what was interrupted goes on."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from archive.models import Record
from changning_egov.demo import cast, plan, seeding, steps, texts
from documents.actions import save_draft
from documents.models import Document
from documents.states import State
from transfer.models import Batch
from units import jobs
from units.calendar import WorkingCalendar
from units.models import Appointment, AuditEvent, Department, Job, Post, Task, Unit, User
from units.workflow import Refused

FEW = ("D01", "D07", "D09", "D11", "D30")


def written(key):
    return next(one for one in (*texts.documents(), *texts.outside()) if one.key == key)


def carry_out(key, unit_code, district):
    return plan.carry_out(plan.Planned(written(key), unit_code), district)


def totals():
    return Document.objects.unguarded("a test looks").count(), Task.objects.count(), AuditEvent.objects.count()


@pytest.fixture
def district(people):
    return plan.District()


def test_a_document_comes_to_its_goal_and_its_deliveries_to_theirs(district):
    document = carry_out("security-check", "D07", district)
    assert document.state == State.DISPATCHED and document.doc_number.startswith("长信〔")
    assert document.attachments.get().name.endswith(".xlsx")
    states = dict(Document.objects.unguarded("a test looks").filter(issued=document).values_list("unit__code", "state"))
    assert states == {"D09": "in_handling", "D15": "completed", "D01": "delivered"}
    names = set(AuditEvent.objects.filter(object_uid=document.uid).values_list("actor__username", flat=True))
    assert names == {"d07-officer", "d07-reviewer", "d07-leader", "d07-clerk", "d07-seal_keeper"}


def test_twice_is_once_and_a_visitors_title_is_left_alone(district):
    document = carry_out("reading-room-internal", "D30", district)
    document = save_draft(document, {"title": "改过的标题"}, by=document.drafted_by, version=document.version)
    before = totals()
    again = carry_out("reading-room-internal", "D30", plan.District())
    assert again.pk == document.pk and again.title == "改过的标题" and totals() == before


def test_no_limit_that_the_demo_sets_is_on_a_day_off(district):
    given = [steps._data(Document(urgency="urgent"), "register", district.people, f"letter-{n}") for n in range(20)]
    assert all(WorkingCalendar().is_working(timezone.localdate(one["due_at"])) for one in given)


@pytest.mark.parametrize(
    ("key", "unit", "state"),
    [
        ("abandoned-notice", "D07", "voided"),
        ("returned-notice", "D15", "drafting"),
        ("wrong-date-notice", "D09", "voided"),
        ("city-hospital-bulletin", "D15", "registered"),
        ("home-visit-internal", "D09", "instructed"),
        ("office-meeting-minutes", "D07", "completed"),
    ],
)
def test_side_ways_end_where_they_should_and_stay_there(district, key, unit, state):
    if key == "wrong-date-notice":  # its recipients, the ten subdistricts, are not in this cast
        named = {"name": "长宁区华阳路街道办事处", "short_name": "华阳街道", "document_prefix": "长华街"}
        Unit.objects.create(code="F01", category="subdistrict", **named)
        district = plan.District()
    document = carry_out(key, unit, district)
    assert document.state == state
    before = totals()
    carry_out(key, unit, plan.District())
    assert totals() == before


def test_what_was_interrupted_goes_on(district):
    one = plan.Planned(written("server-room-internal"), "D07")
    half = plan._make(one, district)
    steps.bring(half, "check", district.people, key=one.key)
    assert half.state == State.IN_REVIEW
    assert plan.carry_out(one, plan.District()).state == State.COMPLETED
    assert Document.objects.unguarded("a test looks").count() == 1


def test_a_reply_waits_for_its_request(district):
    assert carry_out("clinic-move-reply", "D01", district) is None
    request = carry_out("clinic-move-request", "D15", district)
    assert request.state == State.DISPATCHED  # it cannot be completed before the reply is there
    reply = carry_out("clinic-move-reply", "D01", district)
    assert reply.replies_to_id == request.pk and reply.state == State.COMPLETED
    assert carry_out("clinic-move-request", "D15", plan.District()).state == State.COMPLETED


def test_a_reply_is_made_although_nobody_has_signed_for_the_request_yet(district, monkeypatch):
    """The plan may leave a request lying at its receiver: the demo's job failed on it."""
    monkeypatch.setattr(plan, "_deliveries", lambda one, document, district: None)
    request = carry_out("clinic-move-request", "D15", district)
    received = request.deliveries.unguarded("a test looks").get(unit__code="D01")
    assert received.state == State.DELIVERED
    reply = carry_out("clinic-move-reply", "D01", district)
    assert reply.replies_to_id == request.pk


@pytest.fixture
def small(monkeypatch, tmp_path, db):
    """The demo with five units, two documents and three texts of earlier years."""
    real_years = texts.years()
    with seeding.UNITS_CSV.open(encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source) if row["code"] in FEW]
    with (tmp_path / "units.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setattr(seeding, "UNITS_CSV", tmp_path / "units.csv")
    monkeypatch.setattr(texts, "documents", lambda: (written_first, written_later))
    monkeypatch.setattr(texts, "outside", tuple)
    monkeypatch.setattr(texts, "years", lambda: real_years[:3])
    written_first, written_later = (
        one for one in texts.__dict__["_read"](texts.FOLDER / "internal.txt", "outgoing")
        if one.key in ("home-visit-internal", "reading-room-internal")
    )  # fmt: skip


def test_first_and_rest_and_both_again(small):
    lines = []
    seeding.seed_first(lines.append)
    assert any("敬老走访" in line for line in lines)
    assert Document.objects.unguarded("a test looks").count() == 1
    job = Job.objects.get(kind=seeding.KIND)
    seeding.seed_first(lines.append)
    assert Job.objects.filter(kind=seeding.KIND).count() == 1
    jobs.run_now(job)
    assert job.state == Job.State.DONE and job.done == job.total > 0
    assert (
        Batch.objects.unguarded("a test looks").filter(state="closed").count() == 7
        and Record.objects.unguarded("a test looks").filter(access_status="open").exists()
    )
    before = totals()
    seeding.seed_rest(Job.objects.get(pk=job.pk))
    assert totals() == before and Document.objects.unguarded("a test looks").count() == 2


def test_a_demo_that_was_given_up_is_taken_up_by_the_next_run(small):
    seeding.seed_first()
    with connection.cursor() as cursor:  # as a night of faults leaves it
        cursor.execute("UPDATE units_job SET state = 'failed' WHERE kind = %s", [seeding.KIND])
    seeding.seed_first()
    assert Job.objects.get(kind=seeding.KIND).state == Job.State.QUEUED


def test_the_small_district_has_no_text_that_names_somebody_who_is_not_there(settings, db):
    settings.EGOV_DEMO = "small"
    seeding.ensure_units()
    district = plan.District()
    everything = [*plan.planned(district, first=True), *plan.planned(district, first=False)]
    assert set(district.units) == set(seeding.SMALL)
    assert len(everything) > 25 and all(district.knows(one.written) for one in everything)
    assert not any("F*" in one.written.to for one in everything)


def test_everybody_has_a_post_and_every_post_somebody(small):
    seeding.ensure_units()
    seeding.ensure_people()
    assert seeding.ensure_people() == 0
    held = set(Appointment.objects.active().values_list("post_id", flat=True))
    assert not Post.objects.exclude(pk__in=held).exists()
    belonging = Appointment.objects.active().values_list("department", flat=True)
    for department in Department.objects.all():  # 分办, 传阅 and 转办 within it find somebody, and another
        assert list(belonging).count(department.pk) >= 2, (department.unit, department)
    chen = User.objects.get(username="chenjing")
    assert chen.name == "陈静" and chen.check_password(cast.PASSWORD)
    out = StringIO()
    call_command("demo", "--accounts", "--json", stdout=out)
    told = json.loads(out.getvalue())
    first = {"name": "陈静", "post": "文书", "unit": "区信息委", "username": "chenjing"}
    assert told["password"] == cast.PASSWORD and told["accounts"][0] == first
    assert len(told["accounts"]) == 31  # four units, six posts each; four more in the archive, three administrators


def test_names_in_57_units_make_different_usernames(db):
    units = [Unit(code=f"X{number:02d}") for number in range(57)]
    names = [name for place, unit in enumerate(units) for name, _ in cast.members(unit, place)]
    assert len({cast.username_of(name) for name in names}) == len(names)


def test_production_refuses(settings, db):
    settings.EGOV_ENV = "production"
    with pytest.raises(Refused, match="只能在演示环境"):
        seeding.seed_first()
    with pytest.raises(CommandError, match="只能在演示环境"):
        call_command("demo", "--first")
    assert not User.objects.filter(is_system=False).exists()


def test_birthday_is_the_day_of_the_first_run(district):
    assert district.birthday == timezone.localdate()

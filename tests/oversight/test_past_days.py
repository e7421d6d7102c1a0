"""What stood on a day in the past is asked about later: repairs before the last one, acts since, plans that ran out."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import desk
from archive.models import Record
from documents.inputs import FileInput
from documents.models import Document
from documents.workflow import workflow_of
from oversight import actions, others, rates
from oversight.models import FilingFact
from oversight.periods import Period
from tests.documents.moments import left_out
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import stocked
from transfer import plans
from units.models import AuditEvent, Task, Unit
from units.workflow import Refused

from .world import World, at

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def counted(unit, period: Period, as_of: date) -> rates.Figures:
    return rates.by_unit(period, as_of, [unit.pk])[unit.pk]


def test_each_repair_counts_on_its_own_days(units, people):
    """Fault: only the last repair was known, so a late freeze called the piece filed that had been returned."""
    unit, world = units["D07"], World(people["D07:archivist"])
    row = world.outgoing(unit, date(2026, 3, 9), completed=date(2026, 3, 12), filed=date(2026, 3, 12))
    world.repair(row, date(2026, 3, 20), date(2026, 4, 3))
    world.repair(row, date(2026, 4, 20))
    world.write()
    stood = {
        day: (figures.filed, figures.missing_by_cause.get("returned", 0))
        for day in (date(2026, 3, 19), date(2026, 3, 31), date(2026, 4, 3), date(2026, 4, 19), date(2026, 4, 20))
        if (figures := counted(unit, Period(2026, 3), day))
    }
    assert list(stood.values()) == [(1, 0), (0, 1), (1, 0), (1, 0), (0, 1)]
    assert rates.recount() == 0


def test_an_act_after_the_cut_off_does_not_make_an_idle_document_busy_before_it(units, people):
    """Fault: 久拖未办 looked at the last act of all, so the annual figure of a late freeze was another."""
    unit, world = units["D07"], World(people["D07:archivist"])
    idle, busy = (
        world.outgoing(unit, None, numbered=date(2024, 5, 6), changed=date(2025, 6, 5)) for _ in range(2)
    )  # fmt: skip
    world.write()
    AuditEvent.objects.create(
        at=at(date(2025, 3, 3)), actor_name="试", verb="urge", label="催办", object_type="document", object_uid=busy.uid
    )
    figures = counted(unit, Period(2024), date(2025, 3, 31))
    assert figures.missing_by_cause == {"overlong": 1}
    assert counted(unit, Period(2024), date(2025, 6, 30)).missing_by_cause == {}
    assert FilingFact.objects.filter(document__in=[idle.pk, busy.pk], base_on=None).count() == 2


def test_overdue_is_the_same_whatever_year_the_page_shows(people, units):
    """Fault: on the page of an earlier year a plan that has run out since still excused what is overdue today."""
    year = TODAY.year - 13
    stocked(people, 1, year=year)
    plans.publish(
        units["D30"], by=people["D30:accessioner"], units=[units["D07"]], name="接收计划", scope="永久", first_year=year,
        last_year=year, formats="PDF", due_on=date(TODAY.year, 1, 1) - timedelta(0 if TODAY.month > 1 else 31),
    )  # fmt: skip
    keys = [units["D07"].pk]
    found = [others.by_unit(shown, TODAY, keys)[keys[0]].overdue for shown in (TODAY.year, TODAY.year - 2)]
    assert found == [1, 1]


def test_papers_that_ended_after_their_unit_was_abolished_are_in_the_districts_sum(people, units, client):
    """Fault: page and print left the unit out from its last month on, command and freeze did not."""
    unit, world = units["D09"], World(people["D07:archivist"])
    world.outgoing(unit, date(2025, 7, 8), completed=date(2025, 7, 9))
    world.write()
    with unwatched():
        Unit.objects.filter(pk=unit.pk).update(valid_to=date(2025, 6, 15))
    client.force_login(people["D30:inspector"], backend="django.contrib.auth.backends.ModelBackend")
    shown = {
        month: [
            line.unit.code
            for line in client.get(f"{reverse('oversight:district')}?year=2025&month={month}").context["lines"]
        ]
        for month in (6, 7, 8)
    }
    assert ["D09" in codes for codes in shown.values()] == [True, True, False]


def test_a_wrong_baseline_is_withdrawn_and_its_months_are_stated_anew(people, units, client):
    """Fault: a slip of the pen stood for ever, its months could not be stated again, and nobody could take it back."""
    unit, by, inspector = units["D07"], people["D07:archivist"], people["D30:inspector"]
    actions.set_go_live(unit, by=inspector, day=date(2003, 9, 1))
    given = {"year": 2003, "months": [1, 2], "source": "收发文登记簿"}
    wrong = actions.state_baseline(unit, by=by, count=1200, **given)
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    address, sheet = (
        reverse("oversight:withdraw_baseline", args=[wrong.uid]),
        reverse("oversight:sheet", args=[unit.uid]),
    )
    assert address in client.get(sheet).text
    assert send_form(client, address, {"reason": ""}).status_code == 422
    assert send_form(client, address, {"reason": "多写一个零"}).status_code == 302
    page = client.get(sheet).text
    assert "已撤回：多写一个零" in page and address not in page
    right = actions.state_baseline(unit, by=by, count=120, **given)
    with pytest.raises(Refused, match="已经撤回"):
        actions.accept_baseline(wrong, by=inspector)
    actions.accept_baseline(right, by=inspector)
    assert counted(unit, Period(2003), TODAY).due == 120
    with pytest.raises(Refused, match="由监督指导岗位撤回"):
        actions.withdraw_baseline(right, by=by, reason="我再想想")
    with pytest.raises(Refused, match="重复计算"):
        actions.set_go_live(unit, by=inspector, day=date(2003, 2, 10))
    actions.withdraw_baseline(right, by=inspector, reason="依据不足")
    assert counted(unit, Period(2003), TODAY).due == 0
    actions.set_go_live(unit, by=inspector, day=date(2003, 2, 10))


@pytest.fixture
def refused(people, units, client):
    """A document completed as 不归档 a while ago, whose decision the inspector did not accept today."""
    document = left_out(people, units)
    with unwatched():
        then = timezone.now() - timedelta(days=20)
        rows = Document._base_manager.filter(pk=document.pk)
        rows.update(completed_at=then, not_to_file_at=then, dispatched_at=then)
    rates.recount()
    client.force_login(people["D30:inspector"], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("oversight:sample", args=[document.uid])
    assert send_form(client, address, {"verdict": "refuse", "reason": "属于归档范围"}).status_code == 302
    document.refresh_from_db()
    return document


def test_a_refused_decision_is_the_clerks_item_until_the_piece_is_filed_after_all(refused, people, units, client):
    """Fault: it was due for ever, nobody was told, and no act could file it."""
    task = Task.objects.of(refused).open().get(kind="file_after_all")
    assert str(task.post).endswith("文书") and "属于归档范围" in task.remark
    documents = Document.objects.allowing("view", people["D07:clerk"])
    records = Record.objects.allowing("view", people["D07:clerk"])
    assert refused in desk.due_of(units["D07"], records, documents)[0]
    client.force_login(people["D07:clerk"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(refused.get_absolute_url()).content.decode()
    assert "改为归档" in page
    address = reverse("documents:act", args=[refused.uid, "file_after_all"])
    sent = {"file_after_all-retention_code": "D30", "version": refused.version}
    assert send_form(client, address, sent).status_code == 422  # why, is asked
    done = send_form(client, address, sent | {"file_after_all-note": "抽查要求归档"})
    assert done.status_code == 302
    before, base = refused.completed_at, FilingFact.objects.get(document=refused).base_on
    refused.refresh_from_db()
    record = Record.objects.unguarded("a test looks").get(document=refused)
    assert (refused.state, refused.not_to_file, refused.completed_at) == ("completed", "", before)
    assert (record.retention_code, record.completed_at, record.state) == ("D30", before, "filed")
    assert record.retention_basis.startswith("改为归档时由")
    task.refresh_from_db()
    assert (task.outcome, task.done_by) == ("done", people["D07:clerk"])
    event = AuditEvent.objects.of(refused).get(verb="file_after_all")
    assert (event.opinion, event.detail["not_to_file"]) == ("抽查要求归档", "NF-2")
    assert FilingFact.objects.get(document=refused).base_on == base and rates.recount() == 0
    assert send_form(client, address, sent | {"file_after_all-note": "再来"}).status_code in (409, 422)


def test_until_it_is_filed_it_stood_as_not_to_file_and_then_it_is_filed(refused, people, units):
    unit, base = units["D07"], timezone.localdate(refused.completed_at)
    period, before = Period(base.year), TODAY - timedelta(1)
    assert (counted(unit, period, TODAY).due, counted(unit, period, TODAY).missing) == (1, 1)
    given = FileInput("Y")
    workflow_of(refused).perform("file_after_all", refused, by=people["D07:clerk"], note="应归档", given=given)
    now, then = counted(unit, period, TODAY), counted(unit, period, before)
    assert (now.filed, now.due, now.not_to_file) == (1, 1, 0)
    assert (then.filed, then.due, then.not_to_file) == (0, 0, 1)

"""What runs by itself: claimed once, taken up again, retried, and shown; and the platform's own chores."""

import json
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.scenarios.owner import as_owner
from units import audit, chain, chores, upkeep
from units.chores import Chore
from units.models import ChoreRun

MINUTE = timedelta(minutes=1)


@pytest.fixture
def table(monkeypatch):
    """A table of chores that the test fills."""
    made: dict[str, Chore] = {}
    monkeypatch.setattr(chores, "table", lambda: made)

    def add(name, work, every=timedelta(hours=1), **more):
        made[name] = Chore(name, name, every, work, **more)
        chores.ensure()
        return made[name]

    return add


def test_the_table_names_what_every_app_declares():
    assert list(chores.table()) == [
        "take_up_jobs",
        "anchor_chain",
        "verify_chain",
        "make_partitions",
        "clear_sessions",
        "clear_form_drafts",
        "expire_changes",
        "clear_task_results",
        "heal_public",
        "sweep_orphans",
        "sweep_pictures",
        "sweep_temporary",
        "complete_ready",
        "remind_of_limits",
        "sweep_backfiles",
        "erase_destroyed",
        "sample_bigrams",
        "verify_due_holdings",
        "store_waiting",
        "read_files",
        "measure_space",
        "open_due_media",
        "ask_for_sets",
        "sweep_partial",
        "sweep_arrivals",
        "ask_peers",
        "freeze_figures",
        "compare_facts",
        "compare_frozen",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_chore_runs_when_due_and_then_waits_its_time(table):
    ran = []
    table("count", lambda: f"第 {len(ran) or ran.append(1) or 1} 次")
    assert [chores.run_due(), chores.run_due(), len(ran)] == [1, 0, 1]
    row = ChoreRun.objects.get()
    assert row.result == "第 1 次" and row.succeeded_at and row.due_at > timezone.now() + 50 * MINUTE


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_run_one_chore_at_once(table):
    inside, enter, leave = [], threading.Event(), threading.Event()

    def slow() -> str:
        inside.append(1)
        enter.set()
        leave.wait(10)
        return ""

    chore = table("slow", slow)

    def run():
        chores.run(chore)
        connection.close()

    first = threading.Thread(target=run)
    first.start()
    assert enter.wait(10)
    assert chores.run(chore, is_due=True) is None
    leave.set()
    first.join()
    assert inside == [1]


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_left_is_due_again_at_once(table):
    chore = table("left", lambda: "好了")
    row = chores._claim(chore, False)
    connection.close()  # with it goes the lock, as when the process is killed
    assert row.started_at and chores.run_due() == 1
    assert ChoreRun.objects.get().result == "好了"


@pytest.mark.django_db(transaction=True)
def test_a_chore_that_fails_is_retried_later_and_later_and_shown(table, people):
    def broken() -> str:
        raise OSError("磁盘已满")

    chore = table("broken", broken)
    pauses = []
    for _ in range(3):
        row = chores.run(chore, is_due=True)
        pauses.append(round((row.due_at - row.finished_at) / MINUTE))
    assert pauses == [1, 2, 4] and row.failures == 3 and row.succeeded_at is None
    client = Client()
    client.force_login(people["D07:sysadmin"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("units:chores")).content.decode()
    assert "失败 3 次" in page and "磁盘已满" in page and "尚未运行" in page


@pytest.mark.django_db(transaction=True)
def test_a_chore_whose_connection_breaks_is_a_failure_with_its_cause(table):
    def cut() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return ""

    row = chores.run(table("cut", cut))
    assert row.failures == 1 and "OperationalError" in row.cause


@pytest.mark.django_db(transaction=True)
def test_the_command_lists_and_runs():
    out = StringIO()
    call_command("chores", "--run", "make_partitions", "--json", stdout=out)
    [told] = json.loads(out.getvalue())
    assert told["name"] == "make_partitions" and told["succeeded_at"] and told["failures"] == 0
    out = StringIO()
    call_command("chores", stdout=out)
    assert len(out.getvalue().splitlines()) == len(chores.table()) and "never" in out.getvalue()
    with pytest.raises(CommandError, match="there are: take_up_jobs"):
        call_command("chores", "--run", "nothing")


@pytest.fixture
def anchors(settings, tmp_path):
    settings.EGOV_ANCHORS_DIR, settings.EGOV_ANCHOR_DIR = tmp_path / "data/anchors", str(tmp_path / "elsewhere")
    return tmp_path


def happened(person, count: int) -> list:
    with transaction.atomic():
        events = [audit.record("test", f"第{number}次", audit.Account(person), by=person) for number in range(count)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return events


@pytest.mark.django_db
def test_a_chain_whose_tail_was_cut_is_noticed(clerk, anchors):
    """Fault A7: links and events removed together leave a chain that is sound in itself."""
    events = happened(clerk, 5)
    upkeep.anchor_chain()
    cut = [event.pk for event in events[3:]]
    with as_owner("units_auditlink") as cursor:
        cursor.execute("DELETE FROM units_auditlink WHERE event_id = ANY(%s)", [cut])
    with as_owner("units_auditevent") as cursor:
        cursor.execute("DELETE FROM units_auditevent WHERE id = ANY(%s)", [cut])
    found = list(chain.verify())
    assert {one.code for one in found} == {"anchor"} and len(found) == 2  # by both places
    assert "链尾被截断" in found[0].message
    with pytest.raises(SystemExit):
        call_command("verify_audit", stdout=StringIO())


@pytest.mark.django_db
def test_the_chain_is_anchored_in_both_places_and_a_lost_place_is_told(clerk, anchors):
    """Shows: 16-25"""
    happened(clerk, 2)
    line = upkeep.anchor_chain().removeprefix("已锚定：")
    for folder in ("data/anchors", "elsewhere"):
        assert (anchors / folder / "audit.txt").read_text().splitlines() == [line]
    assert list(chain.verify()) == []
    (anchors / "elsewhere" / "audit.txt").unlink()
    (anchors / "elsewhere").rmdir()
    (anchors / "elsewhere").write_text("in the way")
    with pytest.raises(OSError):
        upkeep.anchor_chain()
    assert len((anchors / "data/anchors/audit.txt").read_text().splitlines()) == 2


@pytest.mark.django_db
def test_an_anchor_that_cannot_be_read_is_a_finding(clerk, anchors):
    happened(clerk, 1)
    upkeep.anchor_chain()
    (anchors / "elsewhere" / "audit.txt").write_text("乱写\n")
    assert [one.code for one in chain.verify()] == ["anchor"]


def in_partition(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is None:
            return -1
        cursor.execute("SET ROLE NONE")
        cursor.execute(f"SELECT count(*) FROM {name}")
        found = cursor.fetchone()[0]
        cursor.execute("SET ROLE egov_app")
    return found


def month(ahead: int):
    day = timezone.localdate().replace(day=1)
    for _ in range(ahead):
        day = upkeep._next_month(day)
    return day


@pytest.mark.django_db
def test_nothing_lands_in_the_default_partition_of_the_access_log(clerk):
    """Fault A7: from the first day on, without any worker."""
    this_month = f"units_accesslog_{month(0):%Y%m}"
    before = in_partition(this_month)  # committed visits of other tests stay: the log is no model's table
    audit.log_access("view", audit.Account(clerk), by=clerk)
    assert in_partition("units_accesslog_default") == 0
    assert in_partition(this_month) == before + 1


@pytest.mark.django_db
def test_partitions_are_made_two_months_ahead_and_what_lies_in_the_default_one_is_moved():
    ahead = month(7)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO units_accesslog (at, act, object_type) VALUES (%s, 'view', 'document')", [ahead])
    assert in_partition("units_accesslog_default") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_log_month(%s)", [ahead])
    assert in_partition("units_accesslog_default") == 0 and in_partition(f"units_accesslog_{ahead:%Y%m}") == 1
    told = f"已备好 {month(0):%Y年%-m月} 至 {month(2):%Y年%-m月} 的访问日志"  # no name of a table on the screen
    assert upkeep.make_partitions() == told


@pytest.mark.django_db
def test_old_sessions_and_task_results_go_and_others_stay():
    now = timezone.now()
    for number, expires in enumerate((now - MINUTE, now + MINUTE)):
        Session.objects.create(session_key=f"key{number}", session_data="", expire_date=expires)
    assert upkeep.clear_sessions() == "清除过期会话 1 个"
    assert Session.objects.get().session_key == "key1"
    common = {
        "args_kwargs": {"args": ["x"], "kwargs": {}},
        "task_path": "units.jobs.run_job",
        "backend_name": "default",
    }
    for status, days in (("SUCCESSFUL", 15), ("FAILED", 15), ("SUCCESSFUL", 13), ("READY", None)):
        at = now - timedelta(days=days) if days else None
        DBTaskResult.objects.create(status=status, finished_at=at, run_after=now, **common)
    assert upkeep.clear_task_results() == "清除任务记录 2 条"
    assert DBTaskResult.objects.count() == 2

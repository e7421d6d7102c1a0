"""待办 已办 在办 办结: what is on which list, and that a list costs what is open, not what was ever done."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import alerts, hanging, lists
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.models import Document, Participant
from tests.made import brought_to, draft, registered, take
from units.models import Delegation, Task

pytestmark = pytest.mark.django_db


def shown(person, route: str, **asked) -> list[str]:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(f"documents:{route}"), asked)
    counts = {item["url"]: item["count"] for group in page.context["nav"] for item in group["items"]}
    counter = counts[reverse(f"documents:{route}")]
    if not asked and counter is not None:
        assert str(counter) == page.context["page"].count_label == str(len(page.context["page"].items))
    return [one.title for one in page.context["page"]]


def test_a_handled_document_leaves_the_list_when_it_ends(people):
    document = registered(people, title="关于做好防汛工作的通知")
    clerk = people["D09:clerk"]
    assert shown(clerk, "handled") == [document.title]
    take(document, "complete", clerk, retention_code="D10")
    assert shown(clerk, "handled") == []
    assert shown(clerk, "completed") == [document.title]
    assert not Task.objects.of(document).filter(subject_ended=False).exists()


def test_completed_ones_reach_a_person_by_himself_his_posts_and_his_principals(people):
    """One document by two ways stands once; what only somebody else had stands nowhere."""
    titles = [f"关于第{number}项工作的通知" for number in range(3)]
    for title in titles:
        document = registered(people, title=title)
        circulate(document, by=people["D09:clerk"], given=CirculateInput((people["D09:officer"],)))
        take(document, "complete", people["D09:clerk"], retention_code="D10")
    assert shown(people["D09:clerk"], "completed") == titles[::-1]
    assert shown(people["D09:clerk"], "completed", q="第1项") == titles[1:2]
    assert shown(people["D09:officer"], "completed") == titles[::-1]
    assert shown(people["D15:clerk"], "completed") == []
    today = timezone.localdate()
    Delegation.objects.create(
        principal=people["D09:clerk"],
        deputy=people["D09:seal_keeper"],
        post=people["D09:clerk"].appointments.get().post,
        starts_on=today,
        ends_on=today + timedelta(days=1),
        reason="出差",
        given_by=people["D09:leader"],
    )
    assert shown(people["D09:seal_keeper"], "completed") == titles[::-1]


def test_a_draft_that_was_deleted_is_in_nobodys_sight(people):
    """What was given up (作废) stands under 办结; what its drafter deleted is found by no list, for no page shows it."""
    given_up, deleted = draft(people, title="关于作废的通知"), draft(people, title="关于删除的通知")
    officer = people["D07:officer"]
    take(given_up, "discard", officer, note="不再需要。")
    take(deleted, "delete", officer)
    assert shown(officer, "completed") == [given_up.title]


def test_a_part_taken_in_a_unit_that_was_left_does_not_count(people):
    document = registered(people)
    take(document, "complete", people["D09:clerk"], retention_code="D10")
    stranger = people["D15:clerk"]
    Participant.objects.create(document=document, unit=document.unit, user=stranger, reason="did")
    assert shown(stranger, "completed") == []


# the clerk's and his unit's finished work of years: what every other index of tasks leads to
HISTORY = """
INSERT INTO units_task (kind, label, subject_type, subject_uid, title, detail, urgency, unit_id, post_id, opened_at,
                        closed_at, done_by_id, outcome, subject_ended)
SELECT t.kind, t.label, t.subject_type, gen_random_uuid(), t.title, '', '', t.unit_id, t.post_id, t.opened_at,
       t.opened_at, %(clerk)s, 'done', true
FROM (SELECT * FROM units_task WHERE post_id IS NOT NULL ORDER BY id LIMIT 1) t, generate_series(1, 4000)
"""
OTHERS = """
WITH others AS (
  INSERT INTO units_user (password, is_superuser, username, name, phone, is_active, is_system, created_at,
                          joined_on, must_change_password)
  SELECT '', false, 'other-' || n, '他人', '', true, false, now(), '2020-01-01', false
  FROM generate_series(1, 2000) n RETURNING id)
INSERT INTO documents_participant (document_id, unit_id, user_id, reason, created_at)
SELECT p.document_id, p.unit_id, others.id, p.reason, p.created_at
FROM (SELECT * FROM documents_participant ORDER BY id LIMIT 1) p, others
"""


def test_lists_and_counters_are_read_from_indexes_of_what_is_open(people):
    """The plans at any size; what small tables make cheaper is ruled out."""
    brought_to("submit", people)
    clerk = people["D07:clerk"]
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"clerk": clerk.pk})
        cursor.execute(OTHERS)
        cursor.execute("SET ROLE NONE")
        cursor.execute("ANALYZE units_task, documents_participant")
        cursor.execute("SET ROLE egov_app")
        for kind in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{kind} = off")
    rows, ways = lists.completed_with(clerk)
    waiting, to_person_or_post = lists.to_do(clerk)
    of_limits = ("task_open_with_limit", "task_limit_of_subject")  # both hold the open limits alone
    plans = {
        "task_done_of_open": lists.handled_by(clerk),
        "document_open_of_unit": lists.led_by_units_of(clerk).order_by("-created_at", "-pk"),
        "task_open_of_person": waiting.filter(to_person_or_post[0]).order_by(*lists.BY_ARRIVAL),
        "task_open_of_post": waiting.filter(to_person_or_post[1]).order_by(*lists.BY_ARRIVAL),
        "task_read_by_person": lists.read_by(clerk).order_by("-closed_at", "-pk"),
        of_limits: lists.overdue_of(clerk),
        "alert_unseen_of_post": alerts.unseen_by(clerk).order_by("-at", "-pk"),
        "participant_user_once": rows.filter(ways[0]).order_by("-pk"),
        "participant_post_once": rows.filter(ways[1]).order_by("-pk"),
    }
    for index, asked in plans.items():
        plan = asked[:21].explain()
        by_person = index == "participant_user_once" and "Index Cond: (user_id =" in plan  # any index of the person
        assert by_person or any(name in plan for name in (index if isinstance(index, tuple) else (index,)))
        assert index == "task_done_of_open" or "Sort" not in plan
    found = lists.overdue_of(clerk).for_list()[:21].explain()
    # one walk for all keys that are late; a join looked each of them up, and the unit of each of them as well
    assert "uid = ANY (" in found and "units_unit_pkey" not in found.partition("SubPlan")[0]
    late, order = lists.narrowed_documents(lists.led_by_units_of(clerk), {"limit": "overdue"}, ())
    plan = late.order_by(*order)[:21].explain()
    assert any(f"Index Only Scan using {name}" in plan for name in of_limits)


def test_what_answers_or_corrects_a_paper_is_found_from_indexes(people):
    """On every page of an issued paper; a subquery that is tried on each row would walk the whole table."""
    document = brought_to("dispatch", people)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as found:
        hanging.beside(document)
        assert not Document.objects.unguarded("a test looks").answering(document.pk).exists()
    assert len(found) == 2
    for sql in (one["sql"] for one in found):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "on documents_document " in plan and "Seq Scan on documents_document" not in plan, plan
        assert "Filter: ((replies_to" not in plan and "SubPlan" not in plan, plan

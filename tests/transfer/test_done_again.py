"""What archivists, receivers and openers have done is found again under 已办, as documents are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import use_acts
from archive.models import UseRequest
from archive.use_workflow import USE
from documents import lists
from tests.opened import opening_round
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, taken_over
from units.models import Appointment, Task

pytestmark = pytest.mark.django_db
ADDRESS = reverse("documents:others_done")


def in_menu(answer) -> int:
    """The counter of 已办 beside the page."""
    items = [item for group in answer.context["nav"] for item in group["items"]]
    return next(int(item["count"]) for item in items if item["url"] == reverse("documents:handled"))


def shown(person, **narrowed) -> list[tuple[str, str]]:
    """(item, address) of the rows; the number over the list, its rows, the database and the menu agree."""
    answer = browser(person).get(ADDRESS, narrowed)
    assert answer.status_code == 200
    rows = answer.context["shown"]
    found, ways = lists.others_done_by(person)
    assert narrowed or len(rows) == found.filter(ways[0] | ways[1]).count()
    counts = {name: int(count) for name, _, count, _ in answer.context["tabs"]}
    assert narrowed or counts["档案和其他事项"] == len(rows)
    assert in_menu(answer) == sum(counts.values())
    documents = browser(person).get(reverse("documents:handled"))
    assert in_menu(documents) == sum(counts.values()) and len(documents.context["shown"]) == counts["公文"]
    return [(row.label, row.url) for row in rows]


def test_a_batch_is_found_again_by_who_sent_and_who_received_it(people):
    batch = taken_over(inspecting(people, 2), people)
    place = batch.get_absolute_url()
    for who, label in (
        ("D07:archivist", "提交区档案馆"), ("D07:leader", "批准移交"), ("D30:accessioner", "登记表已签章齐全，办理接收"),
    ):  # fmt: skip
        assert (label, place) in shown(people[who]), (who, shown(people[who]))
    assert shown(people["D09:archivist"]) == []
    page = browser(people["D07:archivist"]).get(ADDRESS).content.decode()
    assert "办毕" in page and batch.name in page
    assert (
        'aria-current="page">公文'
        in browser(people["D07:archivist"]).get(reverse("documents:handled")).content.decode()
    )


def asked(people, units, wanted: str) -> UseRequest:
    return use_acts.ask(
        unit=units["D07"], wanted=wanted, purpose="编史", until=timezone.localdate(), by=people["D09:officer"],
        asked_for=units["D09"],
    )  # fmt: skip


def test_a_request_decided_is_found_again_though_nothing_more_is_expected(people, units):
    request = asked(people, units, "关于某事项的批复")
    assert shown(people["D07:archivist"]) == []
    USE.perform("refuse", request, by=people["D07:archivist"], note="不属于本单位")
    assert shown(people["D07:archivist"]) == [("审批利用申请", request.get_absolute_url())]
    assert Task.objects.of(request).get(kind="decide_use").subject_ended
    assert shown(people["D07:archivist"], q="某事项") and not shown(people["D07:archivist"], q="另一事项")
    today = timezone.localdate().isoformat()
    assert shown(people["D07:archivist"], since=today) and not shown(people["D07:archivist"], until="2020-01-01")


def test_an_opening_round_is_found_again_by_who_reviewed_it(people):
    row = opening_round(people, 2, last="pass_first")
    assert ("开放初审", row.get_absolute_url()) in shown(people["D30:appraiser"])
    assert ("开放初审", row.get_absolute_url()) not in shown(people["D30:accessioner"])


def test_rights_end_with_the_appointment(people, units):
    request = asked(people, units, "关于某事项的批复")
    archivist = people["D07:archivist"]
    USE.perform("refuse", request, by=archivist, note="不属于本单位")
    with unwatched():
        Appointment.objects.filter(user=archivist).update(ends_on="2020-01-01")
    fresh = type(archivist).objects.get(pk=archivist.pk)
    assert not lists.others_done_by(fresh)[0].exists()


def test_a_document_is_no_other_item_and_statements_are_flat(people, units):
    counted = []
    for number in range(1, 4, 2):
        for _ in range(number):
            USE.perform("refuse", asked(people, units, "批复"), by=people["D07:archivist"], note="无此件")
        client = browser(people["D07:archivist"])
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        counted.append(len(captured))
    assert counted[0] == counted[1] == 9
    assert Task.Subject.DOCUMENT not in {row.subject_type for row in lists.others_done_by(people["D07:archivist"])[0]}


HISTORY = """
INSERT INTO units_task (kind, label, subject_type, subject_uid, title, detail, urgency, unit_id, post_id, opened_at,
                        closed_at, done_by_id, done_for_id, outcome, subject_ended)
SELECT t.kind, t.label, kind.of, gen_random_uuid(), t.title, '', '', t.unit_id, t.post_id, t.opened_at,
       t.opened_at, %(person)s, %(person)s, 'done', true
FROM (SELECT * FROM units_task WHERE post_id IS NOT NULL ORDER BY id LIMIT 1) t, generate_series(1, 3000),
     (VALUES ('document'), ('batch')) kind (of)
"""


def test_the_list_walks_an_index_of_its_own(people, units):
    asked(people, units, "批复")
    person = people["D07:archivist"]
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"person": person.pk})
        cursor.execute("SET ROLE NONE")
        cursor.execute("ANALYZE units_task")
        cursor.execute("SET ROLE egov_app")
        for kind in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{kind} = off")
    rows, ways = lists.others_done_by(person)
    for way, index in zip(ways, ("task_other_done_by", "task_other_done_for"), strict=True):
        plan = rows.filter(way).order_by(*lists.BY_END)[:21].explain()
        assert index in plan and "Sort" not in plan, plan
    sql, params = lists.done_items(person).statement()  # for the menu of every page
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using task_other_done_by" in plan and "Index Only Scan using task_other_done_for" in plan

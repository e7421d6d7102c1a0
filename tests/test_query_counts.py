"""Every page costs the same number of queries for one row and for three, and whatever hangs on the rows.

A literal number for each GET route of the permission matrix; `python -m tests.count_queries` prints the table anew.
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.made import draft
from tests.test_permission_matrix import MATRIX
from tests.worlds import VISITS, build

pytestmark = pytest.mark.django_db

QUERIES = {
    "home": 5,
    "units:sign_in": 0,
    "units:password": 11,
    "units:people": 16,
    "units:create_person": 9,
    "units:dismiss": 15,
    "units:hand_over": 17,
    "units:administrators": 11,
    "units:delegations": 17,
    "units:unit_groups": 18,
    "units:edit_unit_group": 18,
    "units:jobs": 9,
    "units:job_report": 9,
    "units:chores": 9,
    "units:components": 0,
    "units:healthz": 0,
    "units:metrics": 3,
    "documents:leader": 14,
    "documents:waiting": 11,
    "documents:reading": 12,
    "documents:drafts": 16,
    "documents:overdue": 14,
    "documents:leaders_words": 12,
    "documents:handled": 16,
    "documents:under_way": 15,
    "documents:completed": 17,
    "documents:draft": 26,
    "documents:register_outside": 15,
    "documents:outside_bodies": 16,
    "documents:outside_body": 13,
    "documents:patterns": 16,
    "documents:pattern": 13,
    "documents:seals": 13,
    "documents:seal": 15,
    "documents:check_seal": 11,
    "documents:current": 13,
    "documents:offered": 17,
    "documents:registers": 5,
    "documents:number_register": 19,
    "documents:register": 21,
    "documents:register_pdf": 15,
    "documents:register_workbook": 14,
    "documents:roster": 19,
    "documents:roster_workbook": 8,
    "documents:supervised": 13,
    "documents:routes": 13,
    "documents:create_route": 19,
    "documents:route": 16,
    "documents:edit_route": 22,
    "documents:detail": 80,
    "documents:edit": 30,
    "documents:attachment": 9,
    "documents:attachment_page": 9,
    "documents:page_pdf": 9,
    "documents:sheet_pdf": 11,
    "documents:trail": 15,
    "documents:opinion_scan": 9,
    "documents:replies_workbook": 12,
    "documents:revisions": 16,
    "documents:revision": 18,
    "documents:compare": 15,
    "documents:seen": 9,
    "documents:sheet": 17,
    "documents:before_signing": 15,
    "documents:links": 16,
    "archive:filed": 10,
    "archive:search": 19,
    "archive:export": 9,
    "archive:export_workbook": 9,
    "archive:import_backfile": 10,
    "archive:backfile_template": 5,
    "archive:backfile_report": 8,
    "archive:opening": 11,
    "archive:record": 19,
    "archive:component": 8,
    "archive:component_pdf": 9,
    "archive:due": 10,
    "archive:why": 13,
    "archive:why_document": 24,
    "archive:schedules": 10,
    "archive:schedule": 16,
    "archive:add_schedule_rule": 11,
    "archive:schedule_rule": 12,
    "archive:schedule_workbook": 9,
    "archive:compare_schedules": 15,
    "archive:try_schedule": 16,
    "archive:uses": 16,
    "archive:use": 16,
    "transfer:batches": 10,
    "transfer:create": 13,
    "transfer:accessions": 10,
    "transfer:register": 11,
    "transfer:register_pdf": 8,
    "transfer:register_workbook": 8,
    "transfer:batch": 20,
    "transfer:part": 9,
    "transfer:receipt": 11,
    "transfer:receipt_pdf": 8,
    "oversight:district": 14,
    "oversight:workbook": 14,
    "oversight:pdf": 11,
    "oversight:own": 6,
    "oversight:sheet": 22,
    "oversight:rows": 18,
    "oversight:urging": 13,
    "portal:home": 5,
    "portal:results": 6,
    "portal:catalogue": 4,
    "portal:record": 2,
    "portal:file": 1,
    "portal:current": 2,
    "portal:document": 1,
    "portal:document_file": 1,
    "the receipt register": 18,
    "the seal register": 15,
    "a delivery": 63,
    "a delivery to a reader": 47,
    "a draft": 46,
    "the reviewer's document": 36,
    "the unit's batch": 18,
    "a batch being made": 18,
    "the unit's own sheet": 22,
    "an accessioned record": 21,
}


@pytest.mark.parametrize("count", [1, 3])
def test_every_page_costs_what_is_written(people, count):
    found = build(count, people).table()
    assert {name: number for name, number in found.items() if QUERIES.get(name) != number} == {}


def test_no_get_route_is_missing():
    assert {route for route, (method, *_) in MATRIX.items() if method == "get"} ^ set(VISITS) == set()
    assert set(VISITS) - set(QUERIES) == set()


def test_counters_equal_their_lists(people):
    for number in range(3):
        draft(people, title=f"关于第{number}件事的通知")
    client = Client()
    client.force_login(people["D07:officer"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("documents:drafts"))
    counts = {item["label"]: item["count"] for group in page.context["nav"] for item in group["items"]}
    assert counts["待发"] == str(len(page.context["page"].items)) == "3" and counts["待办"] == "0"

"""Every route x every post x own unit, other unit, archive, administrators, nobody: the status, written by hand.

One character a visitor in the order of VISITORS: 2 = 200, 3 = redirect after an act, s = to the sign-in page,
4 = 404, u = 422 (may come here, but the act is refused or its form is empty). A route that is missing here fails.
Objects: a draft and a dispatched document of D07's officer, the delivery at D09, D07's record and batch.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from archive.models import Record
from documents import current
from documents.states import Disclosure
from tests.made import brought_to, draft, take
from tests.routes import all_routes
from transfer import actions as batches
from units.models import Appointment, Job

pytestmark = pytest.mark.django_db

VISITORS = (
    "D07:clerk", "D07:officer", "D07:reviewer", "D07:leader", "D07:seal_keeper", "D07:archivist",
    "D09:clerk", "D15:clerk", "D15:leader", "D15:archivist", "D30:accessioner", "D30:appraiser", "D30:inspector",
    "D07:sysadmin", "D07:secadmin", "D07:auditor", None,
)  # fmt: skip

# route: (method, arguments, statuses)
MATRIX = {
    "home": ("get", "", "?"),
    "units:sign_in": ("get", "", "?"),
    "units:sign_out": ("post", "", "?"),
    "units:act_as": ("post", "", "?"),
    "units:password": ("get", "", "?"),
    "units:people": ("get", "", "?"),
    "units:create_person": ("get", "", "?"),
    "units:appoint": ("post", "unit", "?"),
    "units:dismiss": ("post", "appointment", "?"),
    "units:jobs": ("get", "", "?"),
    "units:retry_job": ("post", "job", "?"),
    "units:components": ("get", "", "?"),
    "units:healthz": ("get", "", "?"),
    "documents:waiting": ("get", "", "?"),
    "documents:handled": ("get", "", "?"),
    "documents:under_way": ("get", "", "?"),
    "documents:completed": ("get", "", "?"),
    "documents:draft": ("get", "", "?"),
    "documents:register_outside": ("get", "", "?"),
    "documents:current": ("get", "", "?"),
    "documents:withdraw_current": ("post", "offered", "?"),
    "documents:validity": ("post", "offered", "?"),
    "documents:detail": ("get", "sent", "?"),
    "documents:edit": ("get", "draft", "?"),
    "documents:act": ("post", "submit", "?"),
    "documents:side_act": ("post", "read", "?"),
    "documents:circulate": ("post", "delivery", "?"),
    "documents:publish": ("post", "sent", "?"),
    "documents:attach": ("post", "draft", "?"),
    "documents:attachment": ("get", "attachment", "?"),
    "documents:detach": ("post", "attachment", "?"),
    "documents:page_pdf": ("get", "sent", "?"),
    "documents:sheet_pdf": ("get", "sent", "?"),
    "documents:trail": ("get", "sent", "?"),
    "archive:filed": ("get", "", "?"),
    "archive:search": ("get", "", "?"),
    "archive:export": ("get", "", "?"),
    "archive:opening": ("get", "", "?"),
    "archive:record": ("get", "record", "?"),
    "archive:reclassify": ("post", "record", "?"),
    "archive:decide": ("post", "record", "?"),
    "archive:component": ("get", "component", "?"),
    "archive:component_pdf": ("get", "text", "?"),
    "transfer:batches": ("get", "", "?"),
    "transfer:create": ("get", "", "?"),
    "transfer:accessions": ("get", "", "?"),
    "transfer:batch": ("get", "batch", "?"),
    "transfer:act": ("post", "batch_act", "?"),
    "transfer:take_out": ("post", "item", "?"),
    "transfer:mark": ("post", "item", "?"),
    "transfer:part": ("get", "part", "?"),
    "transfer:receipt": ("get", "receipt", "?"),
    "portal:home": ("get", "", "?"),
    "portal:results": ("get", "", "?"),
    "portal:catalogue": ("get", "", "?"),
    "portal:record": ("get", "nothing", "?"),
    "portal:file": ("get", "nothing", "?"),
    "portal:current": ("get", "", "?"),
    "portal:document": ("get", "offered", "?"),
    "portal:document_file": ("get", "offered", "?"),
}  # fmt: skip


@pytest.fixture
def world(people, units):
    sent = brought_to("dispatch", people, disclosure_attr=Disclosure.PROACTIVE)
    offered = current.publish(sent, by=people["D07:clerk"], topic="综合", summary="试")
    filed = brought_to("dispatch", people, title="关于已归档事项的通知")
    take(filed, "complete", people["D07:clerk"], retention_code="Y")
    taken = brought_to("dispatch", people, title="关于已组批事项的通知")
    take(taken, "complete", people["D07:clerk"], retention_code="D30")
    record = Record.objects.get(document=filed)
    batch_of = batches.create_batch(units["D07"], by=people["D07:archivist"], name="移交", retention="D30")
    job = Job.objects.create(kind="test", title="试", owner=people["D07:archivist"], unit=units["D07"], state="failed")
    file = record.components.first()
    return {
        "sent": {"uid": sent.uid},
        "draft": {"uid": draft(people).uid},
        "delivery": {"uid": sent.deliveries.get().uid},
        "submit": {"uid": draft(people, title="关于待送审事项的通知").uid, "step": "submit"},
        "read": {"uid": sent.uid, "what": "read"},
        "attachment": {"uid": sent.uid, "attachment": sent.uid},
        "offered": {"uid": offered.uid},
        "record": {"uid": record.uid},
        "component": {"uid": record.uid, "component": file.uid},
        "text": {"uid": record.uid, "component": record.components.get(filename="定稿.txt").uid},
        "batch": {"uid": batch_of.uid},
        "batch_act": {"uid": batch_of.uid, "step": "approve"},
        "item": {"uid": batch_of.uid, "position": 1},
        "part": {"uid": batch_of.uid, "number": 1},
        "receipt": {"uid": batch_of.uid, "receipt": batch_of.uid},
        "unit": {"uid": units["D07"].uid},
        "appointment": {"key": Appointment.objects.get(user=people["D07:officer"]).pk},
        "job": {"uid": job.uid},
        "nothing": {"uid": job.uid},
        "": {},
    }


def letter(response) -> str:
    if response.status_code == 302:
        return "s" if "/sign-in/" in response["Location"] else "3"
    return {200: "2", 404: "4", 422: "u", 409: "9", 405: "5", 403: "f"}.get(response.status_code, str(response.status_code))


def visited(route: str, method: str, arguments: dict, people) -> str:
    found = ""
    for visitor in VISITORS:
        client = Client()
        if visitor:
            client.force_login(people[visitor], backend="django.contrib.auth.backends.ModelBackend")
        with transaction.atomic():
            response = getattr(client, method)(reverse(route, kwargs=arguments))
            if response.streaming:
                response.close()
            found += letter(response)
            transaction.set_rollback(True)
    return found


def test_every_route_answers_every_post_as_written(world, people):
    wrong = {}
    for route, (method, arguments, expected) in MATRIX.items():
        found = visited(route, method, world[arguments], people)
        if found != expected:
            wrong[route] = f"{method} {arguments!r} expected {expected} found {found}"
    assert wrong == {}


def test_no_route_is_missing():
    assert set(all_routes()) - set(MATRIX) == set()
    assert set(MATRIX) - set(all_routes()) == set()


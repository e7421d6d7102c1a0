"""The access log has no gaps: every route that gives a text or bytes leaves a row (issue 10, B9).

The walk fetches every GET route of the staff site as people who may: whatever answers with the marked text of a
document or with something that is no page of ours is a door, and a door without a row fails. Exceptions are a literal.
"""

import pytest
from django.urls import reverse

from archive.models import Record
from documents.actions import attach
from files.store import land_bytes
from tests import awkward
from tests.imports import imported
from tests.made import BODY, brought_to, draft, take
from tests.routes import all_routes
from tests.transfer.stock import browser, inspecting, taken_over
from units.models import AccessLog

pytestmark = pytest.mark.django_db

MARK = "梧桐雨巷"  # stands in the text of the documents and in no title
TEXTLESS = {
    "archive:backfile_template": "an empty form",
    "units:healthz": "liveness",
    "units:metrics": "counts, for the site's own machine",
}
DOORS = {
    "documents:detail": ("view", "document"),
    "documents:edit": ("view", "document"),
    "documents:page_pdf": ("view", "document"),
    "documents:sheet_pdf": ("view", "document"),
    "documents:revision": ("view", "document"),
    "documents:revisions": ("view", "document"),
    "documents:compare": ("view", "document"),
    "documents:seen": ("view", "document"),
    "documents:sheet": ("view", "document"),
    "documents:before_signing": ("view", "document"),
    "documents:register_pdf": ("export", "register"),
    "documents:register_workbook": ("export", "register"),
    "documents:roster_workbook": ("export", "register"),
    "documents:attachment": ("download", "document"),
    "documents:attachment_page": ("view", "document"),
    "archive:record": ("view", "record"),
    "archive:component": ("download", "record"),
    "archive:component_pdf": ("view", "record"),
    "archive:inspection": ("view", "record"),
    "archive:inspection_report": ("export", "record"),
    "archive:package": ("export", "record"),
    "archive:search": ("search", "search"),
    "archive:backfile_report": ("export", "job"),
    "archive:export": ("export", "search"),
    "archive:opening_queue": ("export", "unit"),
    "archive:export_workbook": ("export", "search"),
    "oversight:audit": ("view", "trail"),
    "oversight:audit_of": ("view", "trail"),
    "oversight:audit_workbook": ("export", "trail"),
    "transfer:register_pdf": ("export", "register"),
    "transfer:register_workbook": ("export", "register"),
    "transfer:part": ("download", "batch"),
    "transfer:paper": ("view", "batch"),
    "transfer:batch_inspection": ("export", "batch"),
    "transfer:receipt": ("view", "batch"),
    "transfer:receipt_pdf": ("view", "batch"),
    "transfer:register_seal_pdf": ("view", "seal_asked"),
}


def of_a_transfer(people) -> dict:
    batch = inspecting(people, 2, year=2015)
    taken_over(batch, people, "同意接收。")
    receipt, accessioner = batch.receipts.first(), people["D30:accessioner"]
    seal, keeper = batch.seals.unguarded("a test looks").get(side="unit"), people["D07:seal_keeper"]
    return {
        "transfer:register_seal": (keeper, {"uid": seal.uid}, ""),
        "transfer:register_seal_pdf": (keeper, {"uid": seal.uid}, ""),
        "transfer:create": (people["D07:archivist"], {}, ""),
        "transfer:register": (accessioner, {"which": "accession"}, ""),
        "transfer:register_pdf": (accessioner, {"which": "accession"}, ""),
        "transfer:register_workbook": (accessioner, {"which": "accession"}, ""),
        "transfer:batch": (accessioner, {"uid": batch.uid}, ""),
        "transfer:part": (accessioner, {"uid": batch.uid, "number": 1}, ""),
        "transfer:paper": (accessioner, {"uid": batch.uid, "which": "readme"}, ""),
        "transfer:batch_inspection": (accessioner, {"uid": batch.uid, "side": "archive", "kind": "xlsx"}, ""),
        "transfer:receipt": (accessioner, {"uid": batch.uid, "receipt": receipt.uid}, ""),
        "transfer:receipt_pdf": (accessioner, {"uid": batch.uid, "receipt": receipt.uid}, ""),
        **of_the_trail(people["D07:auditor"]),
    }


def of_wordings(clerk, officer, sent, begun) -> dict:
    """What was said earlier, what was seen, the form that goes round."""
    seen = sent.opinions.first().rendition
    return {
        "documents:revision": (clerk, {"uid": sent.uid, "number": 1}, ""),
        "documents:revisions": (clerk, {"uid": sent.uid}, ""),
        "documents:compare": (officer, {"uid": begun.uid}, ""),
        "documents:seen": (clerk, {"uid": sent.uid, "rendition": seen.uid}, ""),
        "documents:sheet": (clerk, {"uid": sent.uid}, ""),
        "documents:before_signing": (officer, {"uid": begun.uid}, ""),
        "documents:links": (officer, {"uid": begun.uid}, ""),
    }


def of_the_trail(auditor) -> dict:
    which = dict.fromkeys(("oversight:audit_of", "oversight:audit_workbook"), (auditor, {"which": "events"}, ""))
    return which | {"oversight:audit": (auditor, {}, "")}


def of_inspection(clerk, archivist, record) -> dict:
    return {
        "archive:inspection": (clerk, {"uid": record.uid}, ""),
        "archive:inspection_report": (clerk, {"uid": record.uid, "kind": "xlsx"}, ""),
        "archive:package": (clerk, {"uid": record.uid}, ""),
        "archive:readers": (clerk, {"uid": record.uid}, ""),
        "archive:own_checks": (archivist, {}, ""),
    }


@pytest.fixture(scope="module")
def people(standing):
    return standing


@pytest.fixture(scope="module")
def world(people):
    """Route -> (visitor, arguments, query), for everything that has an object; others are fetched as a clerk."""
    text = f"{BODY}\n{MARK}。"
    sent = brought_to("dispatch", people, body=text)
    begun = draft(people, title="关于附件的通知", body=text)
    attached = attach(begun, land_bytes(MARK.encode(), "说明.txt"), by=people["D07:officer"], name="说明.txt")
    scan = attach(begun, land_bytes(awkward.png(), "扫描.png"), by=people["D07:officer"], name="扫描.png")
    filed = brought_to("dispatch", people, title="关于已归档事项的通知", body=text)
    take(filed, "complete", people["D07:clerk"], retention_code="Y")
    record = Record.objects.unguarded("a test looks").get(document=filed)
    plain = record.components.get(filename="定稿.txt")
    job = imported(people["D07:archivist"], people["D07:archivist"].appointments.get().post.unit)
    clerk, officer = people["D07:clerk"], people["D07:officer"]
    return (
        of_a_transfer(people)
        | of_wordings(clerk, officer, sent, begun)
        | of_inspection(clerk, people["D07:archivist"], record)
        | {
            "documents:detail": (clerk, {"uid": sent.uid}, ""),
            "documents:edit": (officer, {"uid": begun.uid}, ""),
            "documents:page_pdf": (clerk, {"uid": sent.uid}, ""),
            "documents:sheet_pdf": (clerk, {"uid": sent.uid}, ""),
            **{f"documents:register{way}": (clerk, {"which": "issued"}, "") for way in ("", "_pdf", "_workbook")},
            "documents:roster_workbook": (clerk, {}, ""),
            "documents:trail": (clerk, {"uid": sent.uid}, ""),
            "documents:attachment": (officer, {"uid": begun.uid, "attachment": attached.uid}, ""),
            "documents:attachment_page": (officer, {"uid": begun.uid, "attachment": scan.uid, "page": 1}, ""),
            "archive:record": (clerk, {"uid": record.uid}, ""),
            "archive:component": (clerk, {"uid": record.uid, "component": plain.uid}, ""),
            "archive:component_pdf": (clerk, {"uid": record.uid, "component": plain.uid}, ""),
            "archive:export": (clerk, {}, "?q=已归档事项"),
            "archive:export_workbook": (clerk, {}, "?q=已归档事项"),
            "archive:search": (clerk, {}, "?q=已归档事项"),
            "archive:import_backfile": (people["D07:archivist"], {}, ""),
            "archive:backfile_template": (people["D07:archivist"], {}, ""),
            "archive:backfile_report": (people["D07:archivist"], {"uid": job.uid}, ""),
            **dict.fromkeys(("archive:opening", "archive:opening_queue"), (people["D30:appraiser"], {}, "")),
            "": (clerk, {}, ""),
        }
    )


def fetched(route, world) -> tuple[bool, list]:
    """(does it give a text or bytes, the rows it left)."""
    person, arguments, query = world.get(route, world[""])
    before = set(AccessLog.objects.values_list("pk", flat=True))
    answer = browser(person).get(reverse(route, kwargs=arguments) + query)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    gives = answer.status_code == 200 and (
        not answer.headers.get("Content-Type", "").startswith("text/html") or MARK.encode() in content
    )
    return gives, list(AccessLog.objects.exclude(pk__in=before))


def staff_routes(world) -> list[str]:
    """Every GET route outside the portal; those that need an object which the world does not have cannot be fetched."""
    found = []
    for name, pattern in all_routes().items():
        if name.startswith("portal:"):
            continue
        if name in world or not pattern.pattern.converters:
            found.append(name)
    return found


def test_every_door_leaves_a_row(world):
    """Shows: E-14, S-12"""
    gaps, doors = [], set()
    for route in staff_routes(world):
        gives, rows = fetched(route, world)
        if rows:
            doors.add(route)
        elif gives and route not in TEXTLESS:
            gaps.append(route)
    assert gaps == []
    assert doors == set(DOORS)


@pytest.mark.parametrize("route", sorted(DOORS))
def test_the_row_says_who_what_and_from_where(world, route):
    person, _, _ = world[route]
    _, rows = fetched(route, world)
    assert [(row.user_id, row.act, row.object_type, row.address) for row in rows] == [
        (person.pk, *DOORS[route], "127.0.0.1")
    ]


def test_a_refused_visit_leaves_none(world, people):
    _, arguments, _ = world["archive:record"]  # its paper all staff may consult, its handling not
    assert browser(people["D15:clerk"]).get(reverse("archive:history", kwargs=arguments)).status_code == 404
    assert not AccessLog.objects.filter(user_id=people["D15:clerk"].pk).exists()

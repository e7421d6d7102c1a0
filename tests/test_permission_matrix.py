"""Every route x every post x own unit, other unit, archive, administrators, nobody: the status, written by hand.

One character a visitor in the order of VISITORS: 2 = 200, 3 = redirect after an act, s = to the sign-in page,
4 = 404, u = 422 (may come here, but the act is refused or its form is empty). A route that is missing here fails.
Objects: a draft and a dispatched document of D07's officer, the delivery at D09, D07's record and batch.
"""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from archive.models import Record
from documents import current, linking
from documents.models import OutsideBody, Pattern, Route, UnitSeal
from documents.states import Disclosure, LinkKind
from tests.appraised import APPRAISED, appraised
from tests.beside import called, entered, on_duty, scanned
from tests.checked import checked
from tests.desked import desked
from tests.forms import send_form
from tests.imports import imported
from tests.made import brought_to, draft, take
from tests.on_paper import ON_PAPER, on_paper
from tests.overseen import overseen
from tests.routes import all_routes
from tests.scheduled import scheduled
from tests.transfer.stock import planned
from tests.visiting import Browsers
from transfer import actions as batches
from units import saved_filters, unit_groups
from units.access import may
from units.actions import system_user
from units.administrators import propose_dismissal
from units.delegations import delegate
from units.guarded import RULES
from units.models import Appointment, Job, Post, User
from units.people import appoint

pytestmark = pytest.mark.django_db

VISITORS = (
    "D07:clerk", "D07:officer", "D07:reviewer", "D07:leader", "D07:seal_keeper", "D07:archivist",
    "D09:clerk", "D15:clerk", "D15:leader", "D15:archivist", "D30:accessioner", "D30:appraiser", "D30:inspector",
    "D07:sysadmin", "D07:secadmin", "D07:auditor", None,
)  # fmt: skip

# route: (method, arguments, statuses)
MATRIX = {
    "home": ("get", "", "3333333333333333s"),
    "units:sign_in": ("get", "", "33333333333333332"),
    "units:sign_out": ("post", "", "sssssssssssssssss"),
    "units:act_as": ("post", "", "4444444444444444s"),
    "units:large_type": ("post", "", "3333333333333333s"),
    "units:save_form_draft": ("post", "", "uuuuuuuuuuuuuuuus"),
    "units:discard_form_draft": ("post", "", "4444444444444444s"),
    "units:password": ("get", "", "2222222222222222s"),
    "units:people": ("get", "", "4444444444444224s"),
    "units:create_person": ("get", "", "4444444444444244s"),
    "units:appoint": ("post", "unit", "44444444444444u4s"),
    "units:dismiss": ("get", "appointment", "4444444444444424s"),
    "units:hand_over": ("get", "", "2442442224444444s"),
    "units:administrators": ("get", "", "4444444444444222s"),
    "units:propose_dismissal": ("post", "administrator", "4444444444444uuus"),
    "units:decide_dismissal": ("post", "dismissal", "4444444444444434s"),
    "units:delegations": ("get", "", "2222222222222222s"),
    "units:end_delegation": ("post", "delegation", "3443444444444444s"),
    "units:note_delegation": ("post", "delegation", "4443444444444444s"),
    "units:unit_groups": ("get", "", "2444442244444444s"),
    "units:edit_unit_group": ("get", "unit_group", "2444444444444444s"),
    "units:end_unit_group": ("post", "unit_group", "3444444444444444s"),
    "units:jobs": ("get", "", "2222222222222222s"),
    "units:retry_job": ("post", "job", "4444434444444344s"),
    "units:components": ("get", "", "44444444444444444"),
    "units:healthz": ("get", "", "22222222222222222"),
    "units:metrics": ("get", "", "22222222222222222"),
    "units:job_report": ("get", "job", "4444424444444244s"),
    "units:save_filter": ("post", "", "4444444444444444s"),
    "units:remove_filter": ("post", "filter", "3444444444444444s"),
    "units:chores": ("get", "", "4444444444444244s"),
    "documents:leader": ("get", "", "4442444424444444s"),
    "documents:waiting": ("get", "", "2222222222222222s"),
    "documents:reading": ("get", "", "2222222222222222s"),
    "documents:drafts": ("get", "", "2222222222222222s"),
    "documents:overdue": ("get", "", "2442442224444444s"),
    "documents:leaders_words": ("get", "", "2444442244444444s"),
    "documents:many": ("post", "", "uuuuuuuuuuuuuuuus"),
    "documents:handled": ("get", "", "2222222222222222s"),
    "documents:under_way": ("get", "", "2222222222222222s"),
    "documents:completed": ("get", "", "2222222222222222s"),
    "documents:draft": ("get", "", "2224442244444444s"),
    "documents:preview_new": ("post", "", "2224442244444444s"),
    "documents:word_new": ("post", "", "uuu444uu44444444s"),
    "documents:preview": ("post", "draft", "4244444444444444s"),
    "documents:word": ("post", "draft", "4u44444444444444s"),
    "documents:patterns": ("get", "", "2444442244444444s"),
    "documents:pattern": ("get", "pattern", "2444444444444444s"),
    "documents:retire_pattern": ("post", "pattern", "3444444444444444s"),
    "documents:register_outside": ("get", "", "2444442244444444s"),
    "documents:outside_bodies": ("get", "", "2444442244444444s"),
    "documents:outside_body": ("get", "body", "2444444444444444s"),
    "documents:retire_body": ("post", "body", "3444444444444444s"),
    "documents:seals": ("get", "", "4444244444444444s"),
    "documents:seal": ("get", "seal", "4444244444444444s"),
    "documents:seal_act": ("post", "seal_act", "4444u44444444444s"),
    "documents:check_seal": ("get", "", "2222222222222222s"),
    "documents:current": ("get", "", "2222222222222222s"),
    "documents:offered": ("get", "offered", "2422224444444444s"),
    "documents:offer_act": ("post", "offer_act", "u444444444444444s"),
    "documents:registers": ("get", "", "3433333333444444s"),
    "documents:number_register": ("get", "", "2422222222444444s"),
    "documents:close_numbers": ("post", "", "u44444uu44444444s"),
    "documents:register": ("get", "register", "2422222222444444s"),
    "documents:register_pdf": ("get", "register", "2422222222444444s"),
    "documents:register_workbook": ("get", "register", "2422222222444444s"),
    "documents:roster": ("get", "", "2222222222222222s"),
    "documents:take_in_roster": ("post", "", "u44444uu44444444s"),
    "documents:roster_workbook": ("get", "", "2222222222222222s"),
    "documents:remove_duty": ("post", "duty", "3444444444444444s"),
    "documents:supervised": ("get", "", "2442442224444444s"),
    "documents:routes": ("get", "", "2444442244444444s"),
    "documents:create_route": ("get", "new_route", "2444442244444444s"),
    "documents:route": ("get", "route", "2444444444444444s"),
    "documents:edit_route": ("get", "route", "2444444444444444s"),
    "documents:route_act": ("post", "route_act", "u444444444444444s"),
    "documents:detail": ("get", "sent", "2222224444444444s"),
    "documents:edit": ("get", "draft", "4244444444444444s"),
    "documents:act": ("post", "submit", "u3uuuu4444444444s"),
    "documents:side_act": ("post", "read", "uuuuuu4444444444s"),
    "documents:attachment": ("get", "attachment", "4444444444444444s"),
    "documents:attachment_page": ("get", "scan", "2222224444444444s"),
    "documents:detach": ("post", "attachment", "4444444444444444s"),
    "documents:page_pdf": ("get", "sent", "2222224444444444s"),
    "documents:sheet_pdf": ("get", "sent", "2222224444444444s"),
    "documents:trail": ("get", "sent", "2222224444444444s"),
    "documents:opinion_scan": ("get", "entry", "2222224444444444s"),
    "documents:replies_workbook": ("get", "sent", "2222224444444444s"),
    "documents:revisions": ("get", "sent", "2222224444444444s"),
    "documents:revision": ("get", "revision", "2222224444444444s"),
    "documents:compare": ("get", "sent", "2222224444444444s"),
    "documents:seen": ("get", "seen", "2222224444444444s"),
    "documents:sheet": ("get", "sent", "2222224444444444s"),
    "documents:before_signing": ("get", "draft", "2222224444444444s"),
    "documents:links": ("get", "draft", "4244444444444444s"),
    "documents:link": ("post", "draft", "4u44444444444444s"),
    "documents:unlink": ("post", "draft_link", "4344444444444444s"),
    "archive:filed": ("get", "", "2222222222222222s"),
    "archive:search": ("get", "", "2222222222222222s"),
    "archive:export": ("get", "", "uuuuuuuuuuuuuuuus"),
    "archive:export_workbook": ("get", "", "uuuuuuuuuuuuuuuus"),
    "archive:import_backfile": ("get", "", "4444424442444444s"),
    "archive:backfile_template": ("get", "", "4444424442444444s"),
    "archive:backfile_report": ("get", "imported", "4444424444444444s"),
    "archive:opening": ("get", "", "2222222222222222s"),
    "archive:desk": ("get", "", "4444424442444444s"),
    "archive:check_many": ("post", "", "44444u444u444444s"),
    "archive:bulk": ("post", "", "44444u444u444444s"),
    "archive:bulk_done": ("get", "bulk", "4444424444444444s"),
    "archive:undo_bulk": ("post", "bulk", "4444434444444444s"),
    "archive:enter": ("get", "", "4444424442444444s"),
    "archive:years": ("get", "", "2442422222444444s"),
    "archive:year": ("get", "a_year", "4444424442444444s"),
    "archive:fixed_year": ("get", "fixed", "2442424444444444s"),
    "archive:ask_renumbering": ("post", "fixed", "44444u4444444444s"),
    "archive:decide_renumbering": ("post", "fixed", "444u444444444444s"),
    "archive:filing_registers": ("get", "", "2442422222444444s"),
    "archive:filing_register": ("get", "month", "2442422222444444s"),
    "archive:sign_register": ("post", "month", "4444444444444444s"),
    "archive:filing_register_pdf": ("get", "month", "2442422222444444s"),
    "archive:filing_register_workbook": ("get", "month", "2442422222444444s"),
    "archive:correct": ("get", "record", "4444424444444444s"),
    "archive:put_file": ("post", "record", "44444u4444444444s"),
    "archive:history": ("get", "record", "2222224444444444s"),
    "archive:send_back": ("get", "record", "4444424444444444s"),
    "archive:answer_mend": ("get", "mended", "4244444444444444s"),
    "archive:check": ("post", "record", "4444434444444444s"),
    "archive:record": ("get", "record", "2222222222222444s"),
    "archive:reclassify": ("post", "record", "44444u4444444444s"),
    "archive:decide": ("post", "record", "4444444444444444s"),
    **ON_PAPER,
    **APPRAISED,
    "archive:component": ("get", "component", "2222222222222444s"),
    "archive:component_pdf": ("get", "text", "2222224444444444s"),
    "archive:inspection": ("get", "record", "2222224444444444s"),
    "archive:inspection_report": ("get", "record_report", "2222224444444444s"),
    "archive:readers": ("get", "record", "2222224444444444s"),
    "archive:package": ("get", "record", "2222224444444444s"),
    "archive:description": ("get", "record", "4444424444444444s"),
    "archive:own_checks": ("get", "", "4444434443344444s"),
    "archive:checks": ("get", "unit", "4444424444444244s"),
    "archive:sample": ("get", "sample_month", "4444424444444444s"),
    "archive:why": ("get", "record", "2222222222222444s"),
    "archive:why_document": ("get", "sent", "2222224444444444s"),
    "archive:schedules": ("get", "", "2222222222222222s"),
    "archive:draft_schedule": ("post", "", "44444u444u444444s"),
    "archive:schedule": ("get", "schedule", "2222224444444444s"),
    "archive:schedule_act": ("post", "schedule_act", "uuuuu34444444444s"),
    "archive:add_schedule_rule": ("get", "schedule", "4444424444444444s"),
    "archive:schedule_rule": ("get", "schedule_rule", "4444424444444444s"),
    "archive:strike_schedule_rule": ("post", "schedule_rule", "4444434444444444s"),
    "archive:schedule_workbook": ("get", "schedule", "2222224444444444s"),
    "archive:load_schedule": ("post", "schedule", "44444u4444444444s"),
    "archive:compare_schedules": ("get", "schedule", "2222224444444444s"),
    "archive:try_schedule": ("get", "schedule", "2222224444444444s"),
    "archive:uses": ("get", "", "2222222222222222s"),
    "archive:use": ("get", "use", "4444422444444444s"),
    "archive:use_act": ("post", "use_act", "44444u4444444444s"),
    "transfer:batches": ("get", "", "2222222222222222s"),
    "transfer:create": ("get", "", "4444424442444444s"),
    "transfer:accessions": ("get", "", "2222222222222222s"),
    "transfer:register": ("get", "handed_over", "2222222222222222s"),
    "transfer:register_pdf": ("get", "handed_over", "2222222222222222s"),
    "transfer:register_workbook": ("get", "handed_over", "2222222222222222s"),
    "transfer:batch": ("get", "batch", "4442424444444444s"),
    "transfer:act": ("post", "batch_act", "444u4u4444444444s"),
    "transfer:take_out": ("post", "item", "44444u4444444444s"),
    "transfer:mark": ("post", "item", "4444444444444444s"),
    "transfer:sample": ("get", "batch", "4444424444444444s"),
    "transfer:part": ("get", "part", "4444444444444444s"),
    "transfer:receipt": ("get", "receipt", "4444444444444444s"),
    "transfer:plans": ("get", "", "2222222222222222s"),
    "transfer:publish_plan": ("get", "", "4444444444244444s"),
    "transfer:withdraw_plan": ("post", "plan", "4444444444u44444s"),
    "transfer:batch_by_plan": ("post", "plan", "4444444444444444s"),
    "transfer:paper": ("get", "batch_paper", "4442424444444444s"),
    "transfer:side_act": ("post", "batch_add", "444u4u4444444444s"),
    "transfer:receipt_pdf": ("get", "receipt", "4444444444444444s"),
    "oversight:district": ("get", "", "4444444444442444s"),
    "oversight:workbook": ("get", "", "4444444444442444s"),
    "oversight:pdf": ("get", "", "4444444444442444s"),
    "oversight:freeze": ("post", "", "444444444444u444s"),
    "oversight:own": ("get", "", "3443433333443444s"),
    "oversight:sheet": ("get", "unit", "2442424444442444s"),
    "oversight:rows": ("get", "unit", "2442424444442444s"),
    "oversight:urge": ("post", "unit", "444444444444u444s"),
    "oversight:go_live": ("post", "unit", "444444444444u444s"),
    "oversight:baseline": ("post", "unit", "44444u4444444444s"),
    "oversight:accept_baseline": ("post", "baseline", "4444444444443444s"),
    "oversight:urging": ("get", "urging", "2442424444442444s"),
    "oversight:sample": ("post", "sent", "444444444444u444s"),
    "oversight:year_note": ("post", "sent", "u444444444444444s"),
    "portal:home": ("get", "", "22222222222222222"),
    "portal:results": ("get", "", "22222222222222222"),
    "portal:catalogue": ("get", "", "22222222222222222"),
    "portal:record": ("get", "nothing", "44444444444444444"),
    "portal:file": ("get", "nothing", "44444444444444444"),
    "portal:current": ("get", "", "22222222222222222"),
    "portal:document": ("get", "offered", "22222222222222222"),
    "portal:document_file": ("get", "offered", "22222222222222222"),
}  # fmt: skip


def _of_batch(batch_of) -> dict[str, dict]:
    """Ways to the batch, to an act on it, and into it."""
    inside = {name: {key: value} for name, key, value in _in_batch(batch_of)}
    return {
        "batch": {},
        "batch_act": {"step": "approve"},
        "batch_add": {"what": "add"},
        "batch_paper": {"which": "list"},
        **inside,
    }


def _in_batch(batch) -> tuple:
    return ("item", "position", 1), ("part", "number", 1), ("receipt", "receipt", batch.uid)


def _of_routes(unit) -> dict:
    route = Route.objects.get(unit=unit, direction="outgoing")
    return {
        "route": {"uid": route.uid},
        "route_act": {"uid": route.uid, "name": "retire"},
        "new_route": {"direction": "outgoing"},
    }


@pytest.fixture
def world(people, units):
    sent = brought_to("dispatch", people, disclosure_attr=Disclosure.PROACTIVE)
    called(sent, people["D07:clerk"])
    offered = current.publish(sent, by=people["D07:clerk"], topic="综合", summary="试")
    filed = brought_to("dispatch", people, title="关于已归档事项的通知")
    take(filed, "complete", people["D07:clerk"], retention_code="Y")
    taken = brought_to("dispatch", people, title="关于已编制移交清单事项的通知")
    take(taken, "complete", people["D07:clerk"], retention_code="D30")
    record = Record.objects.unguarded("a test looks").get(document=filed)
    batch_of = batches.create_batch(units["D07"], by=people["D07:archivist"], name="移交", retention="D30")
    job = Job.objects.create(kind="test", title="试", owner=people["D07:archivist"], unit=units["D07"], state="failed")
    file = record.components.first()
    return {
        **_of_routes(units["D07"]),
        "sent": {"uid": sent.uid},
        "revision": {"uid": sent.uid, "number": 1},
        "seen": {"uid": sent.uid, "rendition": sent.opinions.first().rendition.uid},
        **drafts(people, sent),
        "delivery": {"uid": sent.deliveries.unguarded("a test looks").get().uid},
        "submit": {"uid": draft(people, title="关于待送审事项的通知").uid, "step": "submit"},
        "read": {"uid": sent.uid, "what": "read"},
        "attachment": {"uid": sent.uid, "attachment": sent.uid},
        "entry": {"uid": sent.uid, "entry": entered(sent, people).uid},
        "scan": {"uid": sent.uid, "attachment": scanned(sent, people["D07:clerk"]).uid, "page": 1},
        "offered": {"uid": offered.uid},
        "offer_act": {"uid": offered.uid, "name": "withdraw"},
        "record": {"uid": record.uid},
        **checked(record),
        **(on_paper(record, people) | appraised(people) | desked(people, [record])),  # what is undone comes last
        "component": {"uid": record.uid, "component": file.uid},
        "text": {"uid": record.uid, "component": record.components.get(filename="定稿.txt").uid},
        **{name: {"uid": batch_of.uid, **more} for name, more in _of_batch(batch_of).items()},
        "unit": {"uid": units["D07"].uid},
        "appointment": {"key": Appointment.objects.get(user=people["D07:officer"]).pk},
        "job": {"uid": job.uid},
        "unit_group": {"uid": made_group(people, units).uid},
        "filter": {"uid": saved_filters.save(people["D07:clerk"], "documents:waiting", "加急", "urgency=urgent").uid},
        "": {},
        **beside(people, units, job),
        **changes_of_posts(people),
    }


def beside(people, units, job) -> dict:
    """An import, a body outside, a register, what the inspector has of the unit, and the uid of something else."""
    return {
        "imported": {"uid": imported(people["D07:archivist"], units["D07"]).uid},
        "body": {"uid": OutsideBody.objects.create(unit=units["D07"], name="上海市档案局").uid},
        "duty": {"uid": on_duty(people["D07:officer"]).uid},
        "pattern": {"uid": made_pattern(people, units["D07"]).uid},
        "nothing": {"uid": job.uid},
        "register": {"which": "issued"},
        "handed_over": {"which": "accession"},
        "plan": {"uid": planned(people).uid},
        **seal_of(units["D07"]),
        **scheduled(people, units["D07"]),
        **overseen(people, units["D07"]),
    }


def seal_of(unit) -> dict:
    """The 样章 with which the unit's documents were sealed."""
    seal = UnitSeal.objects.get(unit=unit)
    return {"seal": {"uid": seal.uid}, "seal_act": {"uid": seal.uid, "name": "suspend"}}


def drafts(people, sent) -> dict:
    """A draft, and another that cites `sent`."""
    citing = draft(people, title="关于引用前件的通知")
    cited = linking.link(citing, sent, LinkKind.CITES, by=people["D07:officer"])
    return {"draft": {"uid": draft(people).uid}, "draft_link": {"uid": citing.uid, "link": cited.uid}}


def made_pattern(people, unit) -> Pattern:
    return Pattern.objects.create(
        unit=unit, name="会议通知", title="关于召开××会议的通知", changed_by=people["D07:clerk"]
    )


def made_group(people, units):
    """A group of D07's own."""
    return unit_groups.save(None, unit=units["D07"], name="两局", members=[units["D09"]], by=people["D07:clerk"])


def changes_of_posts(people) -> dict:
    """The auditor's dismissal, proposed by the system administrator; the leader's deputy from tomorrow on."""
    successor = User.objects.create(username="successor", name="继任", joined_on=date(2020, 1, 1))
    appoint(successor, Post.objects.get(kind="auditor"), by=system_user())
    auditor = Appointment.objects.get(user=people["D07:auditor"])
    dismissal = propose_dismissal(auditor, by=people["D07:sysadmin"], reason="轮岗")
    tomorrow = timezone.localdate() + timedelta(1)  # not yet: the deputy's own column stays his own
    deputed = delegate(
        people["D07:leader"], people["D07:archivist"], Post.objects.get(unit__code="D07", kind="leader"),
        by=people["D07:clerk"], starts_on=tomorrow, ends_on=tomorrow, reason="出差",
    )  # fmt: skip
    return {
        "administrator": {"key": auditor.pk},
        "dismissal": {"uid": dismissal.uid, "step": "confirm"},
        "delegation": {"uid": deputed.uid},
    }


def letter(response) -> str:
    if response.status_code == 302:
        return "s" if "/sign-in/" in response["Location"] else "3"
    return {200: "2", 404: "4", 422: "u", 409: "9", 405: "5", 403: "f"}.get(
        response.status_code, str(response.status_code)
    )


def visited(route: str, method: str, arguments: dict, people, browsers: Browsers) -> str:
    found = ""
    for visitor in VISITORS:
        client = browsers.of(people[visitor] if visitor else None)
        with transaction.atomic():
            address = reverse(route, kwargs=arguments)
            response = client.get(address) if method == "get" else send_form(client, address, {})
            if response.streaming:
                b"".join(response.streaming_content)
            found += letter(response)
            transaction.set_rollback(True)
    return found


def test_every_route_answers_every_post_as_written(world, people):
    """Shows: S-12, S-03, F-03"""
    wrong, browsers = {}, Browsers()
    for route, (method, arguments, expected) in MATRIX.items():
        found = visited(route, method, world[arguments], people, browsers)
        if found != expected:
            wrong[route] = f"{method} {arguments!r} expected {expected} found {found}"
    assert wrong == {}


def test_no_route_is_missing():
    assert set(all_routes()) - set(MATRIX) == set()
    assert set(MATRIX) - set(all_routes()) == set()


def test_what_posts_alone_settle_is_what_the_rows_say(world, people):
    """A rule that answers without a query answers as its Q does, of everything in the world, for every visitor."""
    told = 0
    for model, rules in RULES.items():
        for obj in model._base_manager.all():
            for visitor in filter(None, VISITORS):
                for permission, rule in rules.items():
                    said = rule.settled(people[visitor], obj, {})
                    told += said is not None
                    assert said in (None, may(people[visitor], permission, obj)), (model, permission, visitor)
    assert told

"""Every route x every post x own unit, other unit, archive, administrators, nobody: as written in tests/matrix.py.

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
from tests.appraised import appraised
from tests.beside import called, entered, on_duty, scanned
from tests.books import books
from tests.checked import checked
from tests.connected import connected
from tests.desked import desked
from tests.forms import send_form
from tests.imports import imported
from tests.made import brought_to, draft, take
from tests.matrix import MATRIX, VISITORS
from tests.on_paper import on_paper
from tests.opened import opened
from tests.overseen import overseen
from tests.routes import access_of, all_routes
from tests.scheduled import scheduled
from tests.transfer.stock import planned
from tests.visiting import Browsers
from tests.worlds import asked_for_a_seal
from transfer import actions as batches
from units import saved_filters, unit_groups
from units.access import MACHINES, may
from units.actions import system_user
from units.administrators import propose_dismissal
from units.delegations import delegate
from units.guarded import RULES
from units.models import Appointment, Job, Post, User
from units.people import appoint
from units.views import health

pytestmark = pytest.mark.django_db


def _of_batch(batch_of) -> dict[str, dict]:
    """Ways to the batch, to an act on it, and into it."""
    inside = {name: {key: value} for name, key, value in _in_batch(batch_of)}
    return {
        "batch": {},
        "batch_act": {"step": "approve"},
        "batch_add": {"what": "add"},
        "batch_paper": {"which": "list"},
        "batch_report": {"side": "unit", "kind": "json"},
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
        "appointment": {"key": Appointment.objects.get(user=people["D07:officer"]).pk},
        "job": {"uid": job.uid},
        "unit_group": {"uid": made_group(people, units).uid},
        "filter": {"uid": saved_filters.save(people["D07:clerk"], "documents:waiting", "加急", "urgency=urgent").uid},
        "": {},
        **asked_for_a_seal(batch_of) | connected(people, 1, batch_of) | beside(people, units, job),
        **changes_of_posts(people),
    }


def beside(people, units, job) -> dict:
    """An import, a body outside, a register, what the inspector has of the unit, and the uid of something else."""
    return {
        "unit": {"uid": units["D07"].uid},
        "imported": {"uid": imported(people["D07:archivist"], units["D07"]).uid},
        "body": {"uid": OutsideBody.objects.create(unit=units["D07"], name="上海市档案局").uid},
        "duty": {"uid": on_duty(people["D07:officer"]).uid},
        "pattern": {"uid": made_pattern(people, units["D07"]).uid},
        "nothing": {"uid": job.uid},
        "register": {"which": "issued"},
        "audit": {"which": "accesses"},
        "chapter": {"slug": "clerk"},
        "handed_over": {"which": "accession"},
        "plan": {"uid": planned(people).uid},
        **seal_of(units["D07"]),
        **scheduled(people, units["D07"]),
        **overseen(people, units["D07"]),
        **opened(people),
        **books(people),
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


def test_every_route_answers_every_post_as_written(world, people, monkeypatch):
    """Shows: S-12, S-03, F-03"""
    monkeypatch.setattr(health, "STARTED", timezone.now())  # however long other tests took: no chore is late here
    wrong, browsers = {}, Browsers()
    for route, (method, arguments, expected) in MATRIX.items():
        found = visited(route, method, world[arguments], people, browsers)
        if found != expected:
            wrong[route] = f"{method} {arguments!r} expected {expected} found {found}"
    assert wrong == {}


def test_no_address_of_an_act_is_a_dead_end(world, people):
    """Typed, reloaded or taken from the history: it leads to the page of the form, and nothing is done."""
    wrong, browsers = {}, Browsers()
    for route, (method, arguments, statuses) in MATRIX.items():
        visitor = next((who for who, status in zip(VISITORS, statuses, strict=False) if status in "23u"), None)
        if method != "post" or visitor is None or access_of(all_routes()[route]) == MACHINES:
            continue
        address = reverse(route, kwargs=world[arguments])
        with transaction.atomic():
            answer = browsers.of(people[visitor]).get(address)
            if answer.status_code == 302:
                answer = browsers.of(people[visitor]).get(answer["Location"], follow=True)
                is_page = answer.status_code in (200, 404) and answer["Content-Type"].startswith("text/html")
            else:
                is_page = answer.status_code == 200  # it has a page of its own
            transaction.set_rollback(True)
        if not is_page:
            wrong[route] = answer.status_code
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
                    if said is not None:  # else its Q is asked, and that is what may does
                        assert said == may(people[visitor], permission, obj), (model, permission, visitor)
    assert told

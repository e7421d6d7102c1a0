"""Worlds of n of everything, whose children multiply too; who visits which page in them stands in tests/visits.py."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import custody, inspection
from archive.models import Component, InspectionResult, Record, RecordRelation
from archive.states import Stage, Verdict
from documents import current, linking
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.models import Attachment, Opinion, Revision
from documents.reply_inputs import AskInput
from documents.side_acts import SIDE_ACTS
from documents.states import Disclosure, HandlingKind, LinkKind, StepKind
from files.store import keep, land_bytes
from tests import awkward
from tests.appraised import appraised
from tests.beside import entered, of_the_unit, supervised
from tests.books import books
from tests.checked import checked
from tests.connected import connected
from tests.desked import desked_each
from tests.documents.way import after_signing, saved, step
from tests.imports import imported
from tests.made import brought_to, decided, draft, take
from tests.on_paper import on_paper
from tests.opened import opened as opened_rounds
from tests.overseen import overseen
from tests.scheduled import scheduled
from tests.transfer.stock import inspecting, made, planned, stocked
from tests.visits import HIDDEN, OTHERS, VISITS
from transfer.models import PackagePart, Receipt, RegisterSeal
from units import audit
from units.models import Appointment, Delegation, Job, Unit, UnitGroup

RECEIVERS = ("D09", "D15", "D30", "D01")


@dataclass
class World:
    count: int
    people: dict
    objects: dict = field(default_factory=lambda: {"": {}})

    def queries(self, route: str, who: str | None, which: str, query: str) -> int:
        """What the second visit of a page costs; the first warms what lives longer than a request."""
        client = Client()
        if who:
            client.force_login(self.people[who], backend="django.contrib.auth.backends.ModelBackend")
        address = reverse(route, kwargs=self.objects[which]) + query
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
                if response.streaming:
                    b"".join(response.streaming_content)
            assert response.status_code in (200, 302) or route in HIDDEN, (address, response.status_code)
        return len(captured)

    def table(self) -> dict[str, int]:
        found = {route: self.queries(route, *visit) for route, visit in VISITS.items()}
        return found | {name: self.queries(*visit) for name, visit in OTHERS.items()}


def build(count: int, people) -> World:
    world = World(count, people)
    _documents(world)
    _routes(world)
    _records(world)
    _batches(world)
    _people_and_jobs(world)
    world.objects |= scheduled(people, people["D07:clerk"].appointments.get().post.unit, count)
    return world


def _title(number: int, what: str = "通知") -> str:
    return f"关于第{number}项电子公文办理工作的{what}"


def _documents(world: World) -> None:
    people, clerk = world.people, world.people["D07:clerk"]
    to = RECEIVERS[: world.count + 1]  # one of them has not signed for it
    for number in range(world.count):
        sent = brought_to("dispatch", people, title=_title(number), to=to, disclosure_attr=Disclosure.PROACTIVE)
        offered = current.publish(sent, by=clerk, topic="综合", summary="试")
        asking = AskInput(timezone.now() + timedelta(days=3))
        SIDE_ACTS.perform("ask_replies", sent, by=clerk, given=asking)
        delivery = sent.deliveries.unguarded("a test looks").get(unit__code="D09")
        take(delivery, "sign_for", people["D09:clerk"])
        take(delivery, "register", people["D09:clerk"], handling_kind=HandlingKind.FOR_ACTION)
        supervised(delivery, people["D09:leader"])
        circulate(delivery, by=people["D09:clerk"], given=CirculateInput(tuple(_holders(world, "D09"))))
        drafted = draft(people, title=_title(number, "函"))
        submitted = brought_to("submit", people, title=_title(number))
        for other in (sent, submitted):
            linking.link(drafted, other, LinkKind.CITES, by=people["D07:officer"])
        for document in (sent, delivery, drafted, submitted):
            _hang_on(document, world.count, clerk)
    world.objects |= of_the_unit(people, clerk, world.count) | {
        **{which: {"which": which} for which in ("issued", "received", "seals", "events", "accesses")},
        "handed_over": {"which": "accession"},
        "chapter": {"slug": "clerk"},
        "sent": {"uid": sent.uid},
        "revision": {"uid": sent.uid, "number": 1},
        "seen": {"uid": sent.uid, "rendition": sent.opinions.exclude(rendition=None).first().rendition.uid},
        "offered": {"uid": offered.uid},
        "delivery": {"uid": delivery.uid},
        "draft": {"uid": drafted.uid},
        "submitted": {"uid": submitted.uid},
        "attachment": {"uid": sent.uid, "attachment": sent.attachments.first().uid},
        "entry": {"uid": sent.uid, "entry": entered(sent, people).uid},
        "scan": {"uid": sent.uid, "attachment": _scan(sent, clerk).uid, "page": 1},
    }


def _routes(world: World) -> None:
    """Further routes, each in `count` versions; the last is the one shown, with more steps the more there are."""
    unit = world.people["D07:clerk"].appointments.get().post.unit
    for number in range(world.count):
        of = None
        for _ in range(world.count):
            name = f"第{number}条路线{'改' if of else ''}"
            steps = [step(1, StepKind.REVIEW, post=kind) for kind in ("leader", "reviewer", "clerk")[: world.count]]
            of = saved([*steps, *after_signing(2)], world.people, unit, of=of, name=name, default=False)
    world.objects |= {"route": {"uid": of.uid}, "new_route": {"direction": "outgoing"}}


def _holders(world: World, unit: str) -> list:
    return [world.people[f"{unit}:{post}"] for post in ("officer", "leader", "reviewer")[: world.count]]


def _scan(document, by) -> Attachment:
    stored = keep(land_bytes(awkward.png(), "扫描.png"))
    return Attachment.objects.create(document=document, stored_file=stored, name="扫描.png", position=99, added_by=by)


def _hang_on(document, count: int, by) -> None:
    """Attachments, opinions, revisions and events, `count` more of each."""
    last = document.revisions.count()
    for number in range(count):
        stored = keep(land_bytes(f"第{number}份附件".encode(), "附件.txt"))
        Attachment.objects.create(
            document=document, stored_file=stored, name=f"附件{number}.txt", position=number + 1, added_by=by
        )
        Opinion.objects.create(
            document=document, kind="instruct", label="批示", by=by, name=by.name, post="区信息委 文书", text="同意。"
        )
        Revision.objects.create(
            document=document, number=last + number + 1, title=document.title, body="正文", digest="", saved_by=by
        )
        with transaction.atomic():
            audit.record("urge", "催办", document, by=by)


def _filed(world: World, number: int) -> Record:
    document = brought_to("dispatch", world.people, title=_title(number, "报告"))
    take(document, "complete", world.people["D07:clerk"], retention_code="Y")
    return Record.objects.unguarded("a test looks").get(document=document)


def _records(world: World) -> None:
    people, archive = world.people, world.people["D30:accessioner"].appointments.get().post.unit
    filed, accessioned, opened = ([_filed(world, number) for number in range(world.count)] for _ in range(3))
    keys = [record.pk for record in (*accessioned, *opened)]
    with transaction.atomic():
        custody.freeze(keys, by=people["D07:archivist"])
        custody.offer(keys, archive, by=people["D07:archivist"])
        custody.accession(keys, archive, by=people["D30:accessioner"])
    for record in (*filed, *accessioned, *opened):
        _hang_on_record(record, [one for one in filed if one.pk != record.pk], world)
    for record in opened:
        record.refresh_from_db()
        decided(record, "open", people)
    record, shown = filed[0], opened[0]
    world.objects |= desked_each(people, filed, world.count)
    world.objects |= on_paper(record, people, *filed[1:]) | appraised(people, world.count)
    world.objects |= opened_rounds(people, world.count)
    world.objects |= {
        "record": {"uid": record.uid},
        **checked(record),
        "component": {"uid": record.uid, "component": record.components.first().uid},
        "text": {"uid": record.uid, "component": record.components.get(filename="定稿.txt").uid},
        "accessioned": {"uid": accessioned[0].uid},
        "opened": {"uid": shown.uid},
        "file": {"uid": shown.components.filter(role="original").first().uid},
    }


def _hang_on_record(record: Record, others: list, world: World) -> None:
    """Files, relations both ways, findings and events."""
    by, last = world.people["D07:archivist"], record.components.count()
    run = inspection.open_run(Stage.FILING, by=by, subject_uid=record.uid)
    for number in range(world.count):
        stored = keep(land_bytes(f"第{number}份附件".encode(), "附件.txt"))
        Component.objects.create(
            record=record, role="attachment", seq=last + number + 1, filename=f"附件{number}.txt", stored_file=stored
        )
        InspectionResult.objects.create(
            run=run, record=record, item_code="GD-1-5", verdict=Verdict.WARN, target=f"文件{number}", message="试"
        )
        with transaction.atomic():
            audit.record("correct_record", "更正著录", record, by=by)
    for other in others:
        RecordRelation.objects.create(record=record, other=other, kind="same_matter")


def asked_for_a_seal(batch) -> dict:
    return {"register_seal": {"uid": RegisterSeal.objects.create(batch=batch, side="unit", unit=batch.unit).uid}}


def _batches(world: World) -> None:
    people, by = world.people, world.people["D30:accessioner"]
    Record.objects.unguarded("a test looks").filter(state="filed").update(
        retention_code="D10"
    )  # only what follows goes into batches
    for number in range(world.count):
        batch = inspecting(people, world.count, year=2010 + number)
    for number in range(world.count):
        stocked(people, world.count, year=2000 + number)
        making, plan = made(people), planned(people)
    world.objects |= connected(people, world.count, batch)
    part, receipt = batch.parts.first(), batch.receipts.first()
    for number in range(world.count):
        more = PackagePart.objects.create(
            batch=batch, number=part.number + number + 1, state=part.state, first_position=1, last_position=1,
            filename=f"{number}.zip", record_count=1,
        )  # fmt: skip
        for held in part.copies.all():
            held.pk, held.part = None, more
            held.save(force_insert=True)
        Receipt.objects.create(
            batch=batch, kind=receipt.kind, content=receipt.content, digest=receipt.digest, made_by=by
        )
        Job.objects.create(
            kind="package", title="试", owner=by, unit=batch.unit, subject_type="batch", subject_uid=batch.uid,
            state="done",
        )  # fmt: skip
    world.objects |= asked_for_a_seal(batch) | {
        "batch": {"uid": batch.uid},
        "making": {"uid": making.uid},
        "plan": {"uid": plan.uid},
        "part": {"uid": batch.uid, "number": part.number},
        "batch_paper": {"uid": batch.uid, "which": "register"},
        "batch_report": {"uid": batch.uid, "side": "unit", "kind": "xlsx"},
        "receipt": {"uid": batch.uid, "receipt": receipt.uid},
    }


def _people_and_jobs(world: World) -> None:
    """More holders of posts in D07, and work in the background."""
    for number, post in enumerate(("officer", "reviewer", "seal_keeper")[: world.count]):
        held = world.people[f"D07:{post}"].appointments.get()
        Appointment.objects.create(user=world.people[f"D15:{post}"], post=held.post, starts_on="2020-01-01")
        owner = world.people["D07:archivist"]
        job = Job.objects.create(kind="test", title=f"试{number}", owner=owner, unit=held.post.unit, state="failed")
    units = [held.post.unit, *Unit.objects.filter(code__in=RECEIVERS)]
    for number in range(world.count):
        group = UnitGroup.objects.create(unit=units[0], name=f"第{number}组")
        group.members.set(units[1 : number + 2])
    world.objects |= {"unit_group": {"uid": group.uid}}
    today = timezone.localdate()
    deputy = world.people["D07:officer"]
    for kind in ("clerk", "leader", "archivist")[: world.count]:  # the first gives every right of the menu
        principal = world.people[f"D07:{kind}"]
        Delegation.objects.create(
            principal=principal, deputy=deputy, post=principal.appointments.get(post__unit__code="D07").post,
            starts_on=today, ends_on=today, reason="出差", given_by=principal,
        )  # fmt: skip
    for _ in range(world.count):
        world.objects |= overseen(world.people, job.unit)
    world.objects |= books(world.people, world.count)
    world.objects |= {"unit": {"uid": job.unit.uid}}
    world.objects |= {"imported": {"uid": imported(owner, job.unit).uid}}
    world.objects |= {"job": {"uid": job.uid}, "appointment": {"key": owner.appointments.get().pk}}


@pytest.mark.django_db
def print_table(people, capsys):
    """What `python -m tests.count_queries` collects; no test by its name."""
    found = build(1, people).table()
    with capsys.disabled():
        print("\n" + "\n".join(f'    "{name}": {count},' for name, count in found.items()))

"""Nobody reads a title that he may not see: every visitor of the permission matrix, every page, every form.

A world of marked titles; each visitor asks every route of the matrix, by its method, for objects spread over units and
states, his own and everybody else's: in the suite for a sixth of them, for another sixth the next visitor, so that all
are asked for on every route; by `make deep` (EGOV_CANARY_SHARE=1) each visitor asks for all. A form is sent nearly
empty, so that what it shows again is seen. No answer may hold a mark of an object outside `allowing("view", visitor)`.
"""

import io
import re
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from archive import custody
from archive.models import (
    Appraisal,
    Box,
    Hold,
    KeepingPaper,
    OpeningConsultation,
    OpeningRound,
    PaperLoan,
    Record,
    SingleSet,
    SingleSetEvaluation,
    StockCheck,
)
from documents import current, exchange_actions
from documents.actions import create_draft
from documents.exchange_inputs import RecallDeliveriesInput
from documents.models import CurrentDocument, Document, OutsideBody, Pattern, Route, UnitSeal
from documents.states import AddresseeKind, Direction, Disclosure, Offer
from tests.appraised import appraised
from tests.beside import called, on_duty, supervised
from tests.books import books
from tests.checked import checked
from tests.connected import connected
from tests.desked import desked
from tests.made import BODY, accessioned, brought_to, closed, decided, draft, registered, take
from tests.matrix import MATRIX, VISITORS
from tests.on_paper import on_paper
from tests.opened import opened
from tests.overseen import overseen
from tests.rounds import rounds
from tests.scheduled import scheduled
from tests.test_permission_matrix import changes_of_posts, made_group
from tests.transfer.stock import planned
from tests.visiting import Browsers
from transfer import actions as batches
from transfer.models import Batch, RegisterSeal
from units.access import forget_standing
from units.manual import CHAPTERS
from units.models import Appointment, Job, SavedFilter, Unit, User

pytestmark = pytest.mark.django_db
MARK = re.compile(r"印记\d{3}")
# whoever may read these two kinds of page sees titles by his post: none today, each exception is written here
EXCEPTIONS: dict[str, set[str]] = {}
AUDIT, REGISTERS = ("events", "accesses"), ("issued", "received", "seals")
SHARE = rounds("CANARY_SHARE", 6, 1)  # of so many objects a visitor asks for one
# No mark can be read in a PDF's packed streams: who gets these the permission matrix says
PRINTED = {
    "documents:page_pdf",
    "documents:sheet_pdf",
    "documents:seen",
    "documents:register_pdf",
    "archive:component_pdf",
    "archive:appraisal_paper",
    "archive:opening_paper",
    "portal:release_pdf",
    "archive:stamped",
    "archive:filing_register_pdf",
    "transfer:receipt_pdf",
    "transfer:register_seal_pdf",
    "transfer:register_pdf",
    "transfer:holding_pdf",
    "transfer:conversion_pdf",
    "transfer:medium_label",
    "oversight:pdf",
    "oversight:sheet_pdf",
}


class Marks:
    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"关于印记{self.last:03d}事项的通知"


@pytest.fixture
def world(people, units):
    """Three units' documents before and after signing, incoming, voided and filed ones; a 请示 with its 批复, a 签报;
    records filed, in a batch, accessioned, open and closed again; a batch, current documents offered and withdrawn, a
    failed job."""
    mark = Marks()
    for unit, to in (("D07", "D09"), ("D09", "D15"), ("D15", "D01")):
        draft(people, unit=unit, to=(to,), title=mark())
        for last in ("submit", "approve", "proofread", "dispatch"):
            brought_to(last, people, unit=unit, to=(to,), title=mark(), disclosure_attr=Disclosure.PROACTIVE)
        supervised(registered(people, unit=to, title=mark()), people[f"{to}:clerk"])
        voided = brought_to("number", people, unit=unit, to=(to,), title=mark())
        take(voided, "void", people[f"{unit}:clerk"], note="作废")
        filed(people, unit, mark, "Y"), filed(people, unit, mark, "D30")
    offered = brought_to("dispatch", people, title=mark(), disclosure_attr=Disclosure.PROACTIVE)
    current.publish(offered, by=people["D07:clerk"], topic="综合", summary="试")
    called(offered, people["D07:clerk"])
    once_offered = brought_to("dispatch", people, title=mark(), disclosure_attr=Disclosure.PROACTIVE)
    shown = current.publish(once_offered, by=people["D07:clerk"], topic="综合", summary=once_offered.title)
    current.withdraw(shown, by=people["D07:clerk"], reason="有误")
    answered_request(people, mark), report(people, mark), exchanged(people, mark, units)
    decided(accessioned(people, mark(), disclosure_attr=Disclosure.PROACTIVE), "open", people)
    once_open = decided(accessioned(people, mark(), disclosure_attr=Disclosure.PROACTIVE), "open", people)
    closed(once_open, people)
    batches.create_batch(units["D09"], by=people["D09:archivist"], name=mark(), retention="D30")
    on_paper(filed(people, "D07", mark, "D30"), people), on_paper(filed(people, "D09", mark, "Y"), people, unit="D09")
    appraised(people, title=mark()), appraised(people, unit="D09", title=mark())
    opened(people, titles=(mark(), mark(), mark()))
    taken = filed(people, "D15", mark, "Y")
    custody.freeze([taken.pk], by=people["D15:archivist"])
    custody.offer([taken.pk], units["D30"], by=people["D15:archivist"])
    custody.accession([taken.pk], units["D30"], by=people["D30:accessioner"])
    Job.objects.create(kind="test", title="试", owner=people["D07:archivist"], unit=units["D07"], state="failed")
    return units


def answered_request(people, mark) -> None:
    """A 请示 of D07 to D01, copied to D09, and D01's 批复 that D09 may not see."""
    request = brought_to(
        "submit",
        people,
        to=("D01",),
        doc_type="request_for_instruction",
        title=mark(),
        routing_direction="up",
        contact="办公室 62510000",
    )
    copied = Unit.objects.get(code="D09")
    request.addressees.create(kind=AddresseeKind.CC, unit=copied, name=copied.name, position=2)
    follow(request, people, "D07", AFTER_SUBMITTING)
    asked = Document._base_manager.get(issued=request, unit__code="D01")
    take(asked, "sign_for", people["D01:clerk"])
    take(asked, "register", people["D01:clerk"], handling_kind="for_action")
    reply = create_draft(
        {"title": mark(), "body": BODY, "doc_type": "reply_to_request"},
        unit=asked.unit, by=people["D01:officer"], replies_to=request,
        addressees=[(AddresseeKind.MAIN, request.unit, request.unit.name)],
    )  # fmt: skip
    follow(reply, people, "D01", (("submit", "officer"), *AFTER_SUBMITTING))


AFTER_SUBMITTING = (
    ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"),
    ("dispatch", "clerk"),
)  # fmt: skip


def follow(document, people, unit: str, steps) -> None:
    for step, post in steps:
        take(document, step, people[f"{unit}:{post}"], note="同意。")


def exchanged(people, mark, units) -> None:
    """Recalled from one receiver and returned by another; one under correction; a body outside of each of two units."""
    sent = brought_to("dispatch", people, to=("D09", "D15"), title=mark())
    take(
        Document._base_manager.get(issued=sent, unit__code="D15"), "return_to_sender", people["D15:clerk"], note="误送"
    )
    exchange_actions.recall(sent, by=people["D07:clerk"], note="有误", given=RecallDeliveriesInput())
    wrong = brought_to("dispatch", people, to=("D09", "D15"), title=mark())
    exchange_actions.correct(wrong, by=people["D07:clerk"], note="有误")
    for code in ("D07", "D09"):
        OutsideBody.objects.create(unit=units[code], name=f"{code}的区外单位")
        Pattern.objects.create(unit=units[code], name=f"{code}的范本", body="文", changed_by=people[f"{code}:clerk"])


def report(people, mark) -> None:
    """A 签报 of D09 that waits for its instruction."""
    by = people["D09:officer"]
    fields = {"title": mark(), "body": BODY}
    document = create_draft(fields, unit=by.appointments.get().post.unit, by=by, direction=Direction.INTERNAL)
    follow(document, people, "D09", (("submit", "officer"), ("check", "reviewer")))


def filed(people, unit: str, mark, retention: str) -> Record:
    document = brought_to("dispatch", people, unit=unit, to=("D30",), title=mark())
    take(document, "complete", people[f"{unit}:clerk"], retention_code=retention)
    return document.record


def titled(user: User) -> set[str]:
    """Marks of everything that the person may view, and of what is public."""
    forget_standing(user)
    found: set[str] = set()
    for model in (Document, Record, Batch):
        found |= marks_of(model.objects.allowing("view", user))
    return found | public()


def public() -> set[str]:
    rows = CurrentDocument._base_manager.filter(state=Offer.OFFERED).select_related("document")
    opened = Record._base_manager.filter(access_status="open")
    return {mark for one in rows for mark in MARK.findall(one.document.title)} | marks_of(opened)


def marks_of(rows) -> set[str]:
    return {mark for one in rows for mark in MARK.findall(str(one))}


def spread(rows, size: int = 4) -> list:
    """At most `size` of them, evenly over all: every unit and state comes."""
    rows = list(rows.order_by("pk"))
    return rows[:: max(1, len(rows) // size)][: size + 1]


OF_BATCH = {
    "batch": {}, "batch_act": {"step": "approve"}, "batch_add": {"what": "add"}, "item": {"position": 1},
    "part": {"number": 1}, "batch_paper": {"which": "catalogue"},
    "batch_report": {"side": "unit", "kind": "json"},
}  # fmt: skip


def wordings(documents: list[dict]) -> dict[str, list[dict]]:
    """What was said earlier, what was seen, what is linked."""
    return {
        "revision": [{**one, "number": 1} for one in documents],
        "seen": [{**one, "rendition": one["uid"]} for one in documents[:3]],
        "draft_link": [{**one, "link": one["uid"]} for one in documents[:3]],
    }


OF_ROUTES = {"route": {}, "route_act": {"name": "retire"}}
PLAIN = {"body": OutsideBody, "pattern": Pattern, "filter": SavedFilter}


def seals_asked() -> dict[str, list[dict]]:
    return {"register_seal": [{"uid": one.uid} for one in RegisterSeal._base_manager.order_by("pk")[:4]]}


def places(people) -> dict[str, list[dict]]:
    """Arguments of the matrix → the objects that each visitor asks for."""
    documents = [{"uid": one.uid} for one in spread(Document._base_manager.all())]
    records = spread(Record._base_manager.all(), 6)
    batch_rows = list(Batch._base_manager.all())
    components = [(one, file) for one in records for file in one.components.all()[:1]]
    offered = [{"uid": one.uid} for one in CurrentDocument._base_manager.all()]
    return {
        "": [{}],
        **of_the_desk(people, records),
        **dict.fromkeys(("sent", "draft"), documents),
        "submit": [{**one, "step": "submit"} for one in documents],
        "read": [{**one, "what": "circulate"} for one in documents],
        **{key: [{**one, key: one["uid"]} for one in documents[:3]] for key in ("attachment", "entry")},
        "scan": [{**one, "attachment": one["uid"], "page": 1} for one in documents[:3]],
        **wordings(documents),
        **{"offered": offered, "offer_act": [{**one, "name": "withdraw"} for one in offered]},
        **{key: [{"uid": one.uid} for one in records] for key in ("record", "nothing")},
        **appraisals(),
        **openings(),
        **{key: [{"uid": one.uid, "component": file.uid} for one, file in components] for key in ("component", "text")},
        **{name: [{"uid": one.uid, **more} for one in batch_rows] for name, more in OF_BATCH.items()},
        "receipt": [{"uid": one.uid, "receipt": one.uid} for one in batch_rows],
        **{of: [{"which": one} for one in ways] for of, ways in (("audit", AUDIT), ("register", REGISTERS))},
        "chapter": [{"slug": one.slug} for one in CHAPTERS],
        "handed_over": [{"which": which} for which in ("accession", "transfer")],
        "plan": [{"uid": planned(people).uid}],
        **(seals() | seals_asked()),
        "duty": [{"uid": on_duty(people["D07:officer"]).uid}],
        **{key: [one] for key, one in scheduled(people, Unit.objects.get(code="D07")).items()},
        **{name: [{"uid": one.uid} for one in model.objects.all()] for name, model in PLAIN.items()},
        **{key: [{"uid": one.uid, **more} for one in Route.objects.all()] for key, more in OF_ROUTES.items()},
        "new_route": [{"direction": "outgoing"}],
        "unit": [{"uid": one.uid} for one in Unit.objects.order_by("code")],
        "unit_group": [{"uid": made_group(people, {one.code: one for one in Unit.objects.all()}).uid}],
        "appointment": [{"key": one.pk} for one in Appointment.objects.filter(post__unit__code__in=("D07", "D09"))],
        **{key: [{"uid": one.uid} for one in Job._base_manager.all()] for key in ("job", "imported")},
        **{key: [one] for key, one in changes_of_posts(people).items()},
        **{key: [one] for key, one in beside(people, batch_rows[0]).items()},
    }


def beside(people, batch: Batch) -> dict[str, dict]:
    """What the inspector has of D07, the archive's own books, and other installations."""
    return overseen(people, Unit.objects.get(code="D07")) | books(people) | connected(people, 1, batch)


def of_the_desk(people, records: list[Record]) -> dict[str, list[dict]]:
    """D07's filed ones in a box and corrected in one act; reports and months of all."""
    own = [one for one in records if one.unit.code == "D07" and one.state == "filed"]
    on_paper(own[0], people)
    reports = [checked(one) for one in records]
    return {
        **{key: [one] for key, one in desked(people, own[:2]).items()},
        **{key: [one[key] for one in reports] for key in ("record_report", "sample_month")},
    }


def appraisals() -> dict[str, list[dict]]:
    """Every appraisal, one act on it, one of its papers; every hold, box and stock check."""
    rows = [{"uid": one.uid} for one in Appraisal.objects.all()]
    return {
        "appraisal": rows,
        "appraisal_act": [{**one, "step": "start"} for one in rows],
        "appraisal_paper": [{**one, "kind": "list"} for one in rows],
        "hold": [{"uid": one.uid} for one in Hold.objects.all()],
        "box": [{"uid": one.uid} for one in Box.objects.all()],
        "stock_check": [{"uid": one.uid} for one in StockCheck.objects.all()],
        "loan": [{"uid": one.uid} for one in PaperLoan.objects.all()],
        "single_set": [{"uid": one.uid} for one in SingleSet.objects.all()],
        "keeping_paper": [{"uid": one.uid} for one in KeepingPaper.objects.all()],
        "evaluation": [{"uid": one.uid} for one in SingleSetEvaluation.objects.all()],
    }


def openings() -> dict[str, list[dict]]:
    """Every round and consultation, one act on each, one paper, and what was published."""
    rows = [{"uid": one.uid} for one in OpeningRound.objects.all()]
    asked = [{"uid": one.uid} for one in OpeningConsultation.objects.all()]
    return {
        "opening_round": rows,
        "opening_act": [{**one, "step": "approve"} for one in rows],
        "opening_paper": [{**one, "kind": "review"} for one in rows],
        "consultation": asked,
        "consultation_act": [{**one, "step": "sign"} for one in asked],
        "release": rows,
    }


def seals() -> dict[str, list[dict]]:
    """Every seal, and one act on each."""
    rows = [{"uid": one.uid} for one in UnitSeal.objects.all()]
    return {"seal": rows, "seal_act": [{**one, "name": "suspend"} for one in rows]}


def answer(client: Client, method: str, address: str) -> str:
    """One of the routes signs out: what a visit did is rolled back."""
    with transaction.atomic():
        response = getattr(client, method)(address, {"body": BODY} if method == "post" else {}, follow=method == "post")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        if content.startswith(b"PK"):  # a workbook is read as what it holds
            with ZipFile(io.BytesIO(content)) as parts:
                content = b"".join(parts.read(name) for name in parts.namelist())
        transaction.set_rollback(True)
    return content.decode("utf-8", "replace")


def leaks_to(visitor: str | None, people, asked: dict[str, list[dict]], met: set[str]) -> dict[str, list[str]]:
    """Pages → marks on them that the visitor may not see; every mark that was on a page is put into `met`."""
    person, browsers = people[visitor] if visitor else None, Browsers()
    allowed = titled(person) if person else public()
    found, number = {}, VISITORS.index(visitor)
    for place, (route, (method, arguments, _)) in enumerate(MATRIX.items()):
        if route in PRINTED:
            continue
        objects = asked.get(arguments, [])
        for one in objects[(place + number) % SHARE :: SHARE] or objects[:1]:
            seen = set(MARK.findall(answer(browsers.of(person), method, reverse(route, kwargs=one))))
            met |= seen
            if hidden := seen - allowed - EXCEPTIONS.get(route, set()):
                found[f"{method} {route} {one}"] = sorted(hidden)
    return found


def test_no_page_holds_a_title_that_its_visitor_may_not_see(world, people):
    """Every visitor in one world: making it costs more than a visit."""
    asked, met = places(people), set()
    assert {arguments for _, arguments, _ in MATRIX.values()} == set(asked)  # every way of the matrix is asked
    assert {visitor: leaks for visitor in VISITORS if (leaks := leaks_to(visitor, people, asked, met))} == {}
    assert len(met) > 20  # the marks do stand on pages

"""One planned document after the other: drafted when absent, brought to its goal, its deliveries to theirs."""

import io
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import xlsxwriter
from django.utils import timezone

from documents import current
from documents.actions import attach, create_draft, register_outside
from documents.conditions import may_be_answered
from documents.models import CurrentDocument, Document
from documents.states import AddresseeKind, Direction, Disclosure, State
from files.store import land_bytes
from units.actions import system_user
from units.models import Department, Unit
from units.roles import PostKind
from units.workflow import Refused

from . import texts
from .steps import People, bring

CATEGORIES = {"*": "", "A*": "A", "D*": "D", "E*": "E", "F*": "F"}
DELIVERED = (State.DISPATCHED, State.COMPLETED)


@dataclass(frozen=True)
class Planned:
    """A text issued (or, from outside, received) by one unit; `key` is its identity."""

    written: texts.Written
    unit_code: str

    @property
    def key(self) -> str:
        return f"{self.written.key}:{self.unit_code}"


class District:
    """The units and people of the demo, and the day that all its dates are counted from."""

    def __init__(self) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.order_by("code")}
        self.people = People()

    @cached_property
    def birthday(self) -> date:
        """Local day of the first run: texts stay the same when the year turns between two runs."""
        return timezone.localdate(system_user().created_at)

    def codes(self, chosen: str) -> list[str]:
        """`F*,D01` as codes of units, each once, in the order given."""
        found: list[str] = []
        for part in filter(None, chosen.split(",")):
            prefix = CATEGORIES.get(part)
            found += [part] if prefix is None else [code for code in self.units if code.startswith(prefix)]
        return [code for code in dict.fromkeys(found) if code in self.units]

    def knows(self, written: texts.Written) -> bool:
        """Whether everybody the text names is there; in a small district some are not (EGOV_DEMO=small)."""
        named = ",".join((written.to, written.cc, *written.countersigners))
        return all(self.codes(part) for part in filter(None, named.split(",")))

    def fill(self, planned: Planned, words: str) -> str:
        name = self.units[planned.unit_code].name
        return texts.fill(words, key=planned.written.key, unit_name=name, birthday=self.birthday)


def planned(district: District, *, first: bool) -> list[Planned]:
    """What the plan holds, in working order; `first` is the part that the site can be shown with."""
    written = [one for one in (*texts.outside(), *texts.documents()) if one.is_first == first and district.knows(one)]
    return [Planned(one, code) for one in written for code in district.codes(",".join(one.units))]


def carry_out(one: Planned, district: District) -> Document | None:
    """Everything the plan says about one document; safe to repeat, goes on where it stopped."""
    document = find(one, district) or _make(one, district)
    if document is None:
        return None
    _attach(one, document, district)
    bring(document, one.written.goal, district.people, key=one.key)
    if document.direction == Direction.OUTGOING and document.state in DELIVERED:
        _deliveries(one, document, district)
        _publish(one, document, district)
    return document


def find(one: Planned, district: District) -> Document | None:
    """By its first saved text, which nobody can change; from outside by sender and title."""
    title, unit = district.fill(one, one.written.title), district.units[one.unit_code]
    rows = Document.objects.unguarded("the demo plays the whole district").filter(unit=unit)
    if one.written.sender:
        return rows.filter(issued=None, sender_name=one.written.sender, title=title).first()
    return rows.filter(revisions__number=1, revisions__title=title).first()


def _make(one: Planned, district: District) -> Document | None:
    written, unit = one.written, district.units[one.unit_code]
    if written.sender:
        return _register(one, unit, district)
    drafter = district.people.holder(unit, PostKind.OFFICER)
    request = None
    if written.replies_to:
        request = find(_planned_as(written.replies_to, district), district)
    if drafter is None or (written.replies_to and not _may_answer(request, unit, one, district)):
        return None
    fields = {
        "doc_type": written.doc_type,
        "title": district.fill(one, written.title),
        "body": district.fill(one, written.body),
        "urgency": written.urgency,
        "routing_direction": written.routing_direction,
        "disclosure_attr": written.disclosure,
        "disclosure_reason": written.disclosure_reason,
        "contact": written.contact,
        "department": _department(unit, one.key),
    }
    return create_draft(
        fields,
        unit=unit,
        by=drafter,
        direction=written.direction,
        addressees=_addressees(written, unit, district),
        countersigners=[district.units[code] for code in written.countersigners if code in district.units],
        replies_to=request,
    )


def _may_answer(request: Document | None, unit: Unit, one: Planned, district: District) -> bool:
    """A reply is drafted by whoever has the request in hand: what came is first brought so far that it is handled."""
    if request is None or request.state not in DELIVERED:
        return False
    rows = Document.objects.unguarded("the demo plays the whole district").filter(issued=request, unit=unit)
    received = rows.select_related("unit", "issued").first()
    if received is None:
        return False
    bring(received, "in_handling", district.people, key=f"{one.key}:{unit.code}")
    received.refresh_from_db()
    return not may_be_answered(received)


def _register(one: Planned, unit: Unit, district: District) -> Document:
    fields = {
        "doc_type": one.written.doc_type,
        "title": district.fill(one, one.written.title),
        "body": district.fill(one, one.written.body),
        "sender_name": one.written.sender,
        "sender_number": district.fill(one, one.written.sender_number),
        "sender_date": district.birthday,
        "disclosure_attr": Disclosure.ON_REQUEST,
    }
    return register_outside(fields, unit=unit, by=district.people.holder(unit, PostKind.CLERK))


def _planned_as(key: str, district: District) -> Planned:
    written = next(one for one in texts.documents() if one.key == key)
    return Planned(written, district.codes(",".join(written.units))[0])


def _addressees(written: texts.Written, unit: Unit, district: District) -> list[tuple]:
    main = [code for code in district.codes(written.to) if code != unit.code]
    copied = [code for code in district.codes(written.cc) if code != unit.code and code not in main]
    rows = [(AddresseeKind.MAIN, district.units[code], district.units[code].name) for code in main]
    if written.outside:
        rows.append((AddresseeKind.MAIN, None, written.outside))
    return rows + [(AddresseeKind.CC, district.units[code], district.units[code].name) for code in copied]


def _department(unit: Unit, key: str) -> Department | None:
    departments = list(Department.objects.filter(unit=unit))
    return departments[texts.pick(key, len(departments))] if departments else None


def _attach(one: Planned, document: Document, district: District) -> None:
    name = one.written.attachment
    if not name or document.state != State.DRAFTING or document.attachments.exists():
        return
    landed = land_bytes(_table(name.rsplit(".", 1)[0], [unit.short_name for unit in district.units.values()]), name)
    attach(document, landed, by=district.people.same(document.drafted_by), name=name, title=name.rsplit(".", 1)[0])
    document.refresh_from_db()


def _table(title: str, rows: list[str]) -> bytes:
    """A small form to be filled in, one line a unit."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表1")
        sheet.write(0, 0, title)
        for column, head in enumerate(("序号", "单位", "内容", "数量", "负责人", "备注")):
            sheet.write(1, column, head)
        for number, row in enumerate(rows, start=1):
            sheet.write(number + 1, 0, number)
            sheet.write(number + 1, 1, row)
    return target.getvalue()


def _deliveries(one: Planned, document: Document, district: District) -> None:
    goals = one.written.goals
    for delivery in (
        Document.objects.unguarded("the demo plays the whole district")
        .filter(issued=document)
        .select_related("unit")
        .order_by("unit__code")
    ):
        goal = goals.get(delivery.unit.code, goals.get("*", "delivered"))
        bring(delivery, goal, district.people, key=f"{one.key}:{delivery.unit.code}")


def _publish(one: Planned, document: Document, district: District) -> None:
    """现行文件: what is to be published is offered by the unit's clerk at once."""
    if (
        not one.written.topic
        or CurrentDocument.objects.unguarded("the demo plays the whole district").filter(document=document).exists()
    ):
        return
    summary = document.body.partition("。")[0].replace("\n", "")[:200] + "。"
    clerk = district.people.holder(document.unit, PostKind.CLERK)
    try:
        current.publish(document, by=clerk, topic=one.written.topic, summary=summary)
    except Refused:
        return

"""A district of any size, the same for the same seed: `size` completed and filed documents, and what is under way.

57 units and 600 people. The number of open items does not grow with the size, so that a clerk's lists hold as much at
10^6 as at 10^4. Documents are written in one stream, what hangs on them and their records by the database itself:
memory does not grow with the size. Rows are written past the actions, as the tables' owner: they have no audit
events, and the chain stays sound.
"""

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, cycle
from uuid import UUID

import psycopg2
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from archive.models import Component, Record, RecordText, RecordWords
from changning_egov.demo import cast, seeding
from documents.models import Document, Opinion, Participant, RouteRun, StepRun
from documents.states import Direction, Disclosure, HandlingKind, State, StepKind
from oversight import rates
from units.models import Appointment, Counter, Post, Task, Unit, User
from units.roles import ADMINISTRATORS, PostKind

from . import hanging
from .copying import copy, reserve
from .rebuilding import as_owner, bare
from .words import FREQUENT, PLANTED, PLANTED_HITS, Writer, planted_in

__all__ = ["FREQUENT", "PLANTED", "completable", "generate", "people"]

HOME = "D07"  # the unit of the ordinary clerk; the planted words are here, so that he and everybody find the same
PEOPLE = 600
FIRST_DAY = date(2019, 1, 2)
DAYS = 2700
TODAY = FIRST_DAY + timedelta(days=DAYS)
OPEN_PER_UNIT = 40
POOL = 200
DONE = "bench"
# (how many of 8, direction, state, open task, its post)
UNDER_WAY = (
    (2, Direction.INCOMING, State.DELIVERED, StepKind.SIGN_FOR, PostKind.CLERK),
    (2, Direction.INCOMING, State.SIGNED_FOR, StepKind.REGISTER, PostKind.CLERK),
    (1, Direction.INCOMING, State.REGISTERED, StepKind.PROPOSE, PostKind.REVIEWER),
    (1, Direction.INCOMING, State.PROPOSED, StepKind.INSTRUCT, PostKind.LEADER),
    (1, Direction.INCOMING, State.INSTRUCTED, StepKind.HANDLE, PostKind.OFFICER),
    (1, Direction.OUTGOING, State.IN_REVIEW, StepKind.APPROVE, PostKind.LEADER),
)
HANDLED = (
    (State.COMPLETED, StepKind.COMPLETE),
    (State.REGISTERED, StepKind.REGISTER),
    (State.PROPOSED, StepKind.REGISTER),
)
FILLED = (Document, RouteRun, StepRun, Task, Participant, Opinion, Record, RecordText, RecordWords, Component)
SLOTS = [slot for slot in UNDER_WAY for _ in range(slot[0])]
_given: set[int] = set()


def generate(size: int, seed: int = 1, *, open_per_unit: int = OPEN_PER_UNIT) -> bool:
    """Fill the database; False when it is filled with this size and seed already. One transaction: all or nothing."""
    series = f"{DONE}:{size}:{seed}"
    if Counter.objects.filter(series=series).exists():
        return False
    seeding.ensure_units()
    _ensure_people()
    made = Documents(size, seed, open_per_unit)
    with as_owner(), bare(*FILLED):
        made.take_keys()
        copy(Document, made.rows())
        made.keep_counters()
        hanging.on_documents(made.keys[0], made.keys[-1], UNDER_WAY, HANDLED)
        hanging.records(made.keys[0], made.keys[-1], seed)
        Counter.objects.create(series=series, last=size)
    rates.recount()  # what the triggers would have written
    settle()
    return True


class Documents:
    """Documents in a stream, and what must be remembered of them: numbers given, and who is who."""

    def __init__(self, size: int, seed: int, open_per_unit: int) -> None:
        self.size, self.seed, self.writer = size, seed, Writer(seed)
        self.units = list(Unit.objects.order_by("code"))
        self.home = next(unit for unit in self.units if unit.code == HOME)
        self.open_count = len(self.units) * open_per_unit
        self.persons = _first_holders()
        self.numbers: Tally[str] = Tally()
        self.keys = range(0)

    def take_keys(self) -> None:
        self.keys = reserve(Document, self.size + self.open_count)

    def rows(self) -> Iterator[dict]:
        for index in range(self.size):
            yield self._completed(index)
        units = cycle(self.units)
        for number in range(self.open_count):
            slot = SLOTS[number // len(self.units) % len(SLOTS)]
            yield self._under_way(self.size + number, next(units), slot)

    def _completed(self, index: int) -> dict:
        unit = self.home if index < PLANTED_HITS * (len(PLANTED) - 1) else self.units[index % len(self.units)]
        day = FIRST_DAY + timedelta(days=index * 7919 % DAYS)
        outgoing = index % 2 == 0
        row = self._row(index, unit, day, Direction.OUTGOING if outgoing else Direction.INCOMING)
        row |= self._number(row, unit, day) if outgoing else self._receive(row, unit, day)
        ended = row["created_at"] + timedelta(days=3)
        return row | {
            "state": State.COMPLETED,
            "body": self.writer.body(planted_in(index)),
            "completed_at": ended,
            "changed_at": ended,
            "retention_code": ("Y", "D30", "D10", "D10")[index % 4],
        }

    def _under_way(self, index: int, unit: Unit, slot: tuple) -> dict:
        _, direction, state, *_ = slot
        day = TODAY - timedelta(days=index % 20)
        row = self._row(index, unit, day, direction)
        row |= {"body": self.writer.body(), "state": state}
        if direction == Direction.INCOMING:
            row |= {
                "sender_unit_id": self.home.pk,
                "sender_name": self.home.name,
                "sender_number": f"{self.home.document_prefix}〔{day.year}〕{index}号",
                "sender_date": day,
            }
            if state not in (State.DELIVERED, State.SIGNED_FOR):
                row |= self._receive(row, unit, day) | {"handling_kind": HandlingKind.FOR_ACTION}
        return row

    def _row(self, index: int, unit: Unit, day: date, direction: str) -> dict:
        kind, moment = self.writer.doc_type(), _moment(day, index)
        outgoing = direction == Direction.OUTGOING
        issuer = unit if outgoing else self.units[(index * 31 + 7) % len(self.units)]
        return {
            "id": self.keys[index],
            "uid": UUID(int=(self.seed << 64) + self.keys[index]),
            "direction": direction,
            "unit_id": unit.pk,
            "drafted_by_id": self.persons[unit.pk, PostKind.OFFICER] if outgoing else None,
            "doc_type": kind,
            "title": self.writer.title(issuer.name, day.year, kind),
            "disclosure_attr": Disclosure.ON_REQUEST,
            "created_at": moment,
            "changed_at": moment,
            "class_code": "BGS",
            **({} if outgoing else self._sent_by(issuer, index, day)),
        }

    def _sent_by(self, issuer: Unit, index: int, day: date) -> dict:
        return {
            "sender_unit_id": issuer.pk,
            "sender_name": issuer.name,
            "sender_number": f"{issuer.document_prefix}〔{day.year}〕{self.keys[index] % 900 + 1}号",
        }

    def _number(self, row: dict, unit: Unit, day: date) -> dict:
        series = f"document:{unit.document_prefix}:{day.year}"
        self.numbers[series] += 1
        return {
            "number_prefix": unit.document_prefix,
            "number_year": day.year,
            "number_seq": self.numbers[series],
            "doc_number": f"{unit.document_prefix}〔{day.year}〕{self.numbers[series]}号",
            "document_date": day,
            "signatory_id": self.persons[unit.pk, PostKind.LEADER],
            "approved_at": row["created_at"],
            "numbered_at": row["created_at"],
            "dispatched_at": row["created_at"],
        }

    def _receive(self, row: dict, unit: Unit, day: date) -> dict:
        series = f"receipt:{unit.code}:{day.year}"
        self.numbers[series] += 1
        return {
            "receipt_number": f"{day.year}-收-{self.numbers[series]:04d}",
            "sender_date": day,
            "signed_for_at": row["created_at"],
            "registered_at": row["created_at"],
            "handling_kind": HandlingKind.FOR_READING,
        }

    def keep_counters(self) -> None:
        """Numbers taken later go on after the last of these."""
        with connection.cursor() as cursor:
            for series, last in sorted(self.numbers.items()):
                cursor.execute(
                    "INSERT INTO units_counter (series, last) VALUES (%s, %s) "
                    "ON CONFLICT (series) DO UPDATE SET last = greatest(units_counter.last, EXCLUDED.last)",
                    [series, last],
                )


def _moment(day: date, index: int) -> datetime:
    """Somewhere in the working day, at a second of its own."""
    local = datetime(day.year, day.month, day.day, 9, tzinfo=timezone.get_current_timezone())
    return local + timedelta(seconds=index * 37 % 28800)


def settle() -> None:
    """Statistics, and the search index's pending list merged, as on a site that has run for a while.

    Only the tables' owner may ask for it; on the embedded server that role is open to the same system user.
    """
    if settings.EMBEDDED is None or connection.in_atomic_block:
        return
    given = connection.get_connection_params()
    owner = psycopg2.connect(host=given["host"], port=given["port"], dbname=given["dbname"], user="egov_owner")
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    owner.close()


def _ensure_people() -> None:
    """600 people: one for each post of each unit, the others officers in turn, and one who leads everywhere."""
    if User.objects.filter(username="bench-everybody").exists():
        return
    posts = list(Post.objects.exclude(kind__in=ADMINISTRATORS).select_related("unit").order_by("unit__code", "kind"))
    officers = cycle([post for post in posts if post.kind == PostKind.OFFICER])
    seats = posts + [next(officers) for _ in range(PEOPLE - 1 - len(posts))]
    numbers = {post.pk: count(1) for post in posts}
    users, held = [], []
    for place, post in enumerate(seats):
        number = next(numbers[post.pk])
        name = f"bench-{post.unit.code}-{post.kind}-{number}".lower()
        users.append(User(username=name, name=cast.invented(place), password="!"))
        held.append([post])
    users.append(User(username="bench-everybody", name=cast.invented(PEOPLE), password="!"))
    held.append([post for post in posts if post.kind == PostKind.LEADER])
    with transaction.atomic():
        made = User.objects.bulk_create(users)
        Appointment.objects.bulk_create(
            [
                Appointment(user=user, post=post, starts_on=FIRST_DAY)
                for user, chosen in zip(made, held, strict=True)
                for post in chosen
            ]
        )


def _first_holders() -> dict[tuple[int, str], int]:
    """(unit, post) -> the person who came first."""
    rows = Appointment.objects.active().filter(user__username__startswith="bench-")
    rows = rows.exclude(user__username="bench-everybody")
    found: dict[tuple[int, str], int] = {}
    for unit, kind, user in rows.order_by("pk").values_list("post__unit_id", "post__kind", "user_id"):
        found.setdefault((unit, kind), user)
    return found


def people() -> tuple[User, User]:
    """An ordinary clerk, and a person who leads in all 57 units and so sees everything."""
    clerk, everybody = (
        User.objects.get(username=name) for name in (f"bench-{HOME.lower()}-clerk-1", "bench-everybody")
    )
    return clerk, everybody


def completable(person: User) -> Document:
    """A received document that `person` (the clerk of HOME) can complete; each call gives another one."""
    rows = (
        Document.objects.unguarded("the benchmark chooses for itself")
        .filter(
            unit__code=HOME,
            direction=Direction.INCOMING,
            state=State.REGISTERED,
            handling_kind=HandlingKind.FOR_READING,
        )
        .exclude(pk__in=_given)
    )
    if not rows.exists():
        _fill_pool()
    document = rows.order_by("pk").first()
    _given.add(document.pk)
    return document


def _fill_pool() -> None:
    """More documents that wait to be completed; they are on nobody's list, so that the lists stay as they were."""
    unit = Unit.objects.get(code=HOME)
    writer, (clerk, _) = Writer(0), people()
    with as_owner(), transaction.atomic():
        keys = reserve(Document, POOL)
        rows = (
            {
                "id": key,
                "uid": UUID(int=key),
                "direction": Direction.INCOMING,
                "state": State.REGISTERED,
                "unit_id": unit.pk,
                "drafted_by_id": clerk.pk,
                "title": writer.title("上海市信息化委员会", TODAY.year, "notice"),
                "body": writer.body(),
                "sender_name": "上海市信息化委员会",
                "sender_number": f"沪信息委〔{TODAY.year}〕{key}号",
                "sender_date": TODAY,
                "receipt_number": f"{TODAY.year}-补-{key}",
                "handling_kind": HandlingKind.FOR_READING,
                "class_code": "BGS",
                "signed_for_at": _moment(TODAY, key),
                "registered_at": _moment(TODAY, key),
                "created_at": _moment(FIRST_DAY, key),
                "changed_at": _moment(FIRST_DAY, key),
            }
            for key in keys
        )
        copy(Document, rows)

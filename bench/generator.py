"""A district of any size, the same for the same seed: `size` completed and filed documents, and what is under way.

57 units and 600 people. The number of open items does not grow with the size, so that a clerk's lists hold as much at
10^5 as at 10^4. Rows are written in bulk past the actions: they have no audit events, and the chain stays sound.
"""

from collections import Counter as Tally
from datetime import date, datetime, timedelta
from itertools import count, cycle
from uuid import UUID

import psycopg2
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from archive.models import Record
from archive.retention import fonds_of, render_code
from archive.states import Retention, Role
from changning_egov.demo import cast, seeding
from documents.models import Document
from documents.states import Direction, Disclosure, HandlingKind, State, StepKind
from files.store import keep, land_bytes
from units.models import Appointment, Counter, Post, Unit, User
from units.roles import ADMINISTRATORS, PostKind

from .copying import copy, reserve
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
SLOTS = [slot for slot in UNDER_WAY for _ in range(slot[0])]
_given: set[int] = set()


def generate(size: int, seed: int = 1, *, open_per_unit: int = OPEN_PER_UNIT) -> bool:
    """Fill the database; False when it is filled with this size and seed already. One transaction: all or nothing."""
    series = f"{DONE}:{size}:{seed}"
    if Counter.objects.filter(series=series).exists():
        return False
    seeding.ensure_units()
    _ensure_people()
    made = _Documents(size, seed, open_per_unit)
    with transaction.atomic():
        copy(Document, made.rows())
        _hang_on(made.first, made.last)
        funds = {unit.pk: fonds_of(unit) for unit in made.units}
        copy(Record, _records(made, reserve(Record, size), funds))
        _texts_and_components(made)
        made.keep_counters()
        Counter.objects.create(series=series, last=size)
    _settle()
    return True


class _Documents:
    """Documents in a stream, and what must be remembered of them: numbers given, and who is who."""

    def __init__(self, size: int, seed: int, open_per_unit: int) -> None:
        self.size, self.writer = size, Writer(seed)
        self.units = list(Unit.objects.order_by("code"))
        self.home = next(unit for unit in self.units if unit.code == HOME)
        self.open_count = len(self.units) * open_per_unit
        self.keys = reserve(Document, size + self.open_count)
        self.first, self.last = self.keys[0], self.keys[-1]
        self.persons = _first_holders()
        self.numbers: Tally[str] = Tally()
        self.seed = seed
        self.filed: list[Document] = []  # without their text, for the records

    def rows(self):
        for index in range(self.size):
            document = self._completed(index)
            yield document
            document.body = ""
            self.filed.append(document)
        units = cycle(self.units)
        for number in range(self.open_count):
            unit = next(units)
            yield self._under_way(self.size + number, unit, SLOTS[number // len(self.units) % len(SLOTS)])

    def _completed(self, index: int) -> Document:
        unit = self.home if index < PLANTED_HITS * (len(PLANTED) - 1) else self.units[index % len(self.units)]
        day = FIRST_DAY + timedelta(days=index * 7919 % DAYS)
        outgoing = index % 2 == 0
        document = self._document(index, unit, day, Direction.OUTGOING if outgoing else Direction.INCOMING)
        document.state = State.COMPLETED
        document.body = self.writer.body(planted_in(index))
        document.completed_at = document.changed_at = document.created_at + timedelta(days=3)
        document.retention_code = ("Y", "D30", "D10", "D10")[index % 4]
        if outgoing:
            self._number(document, unit, day)
        else:
            self._receive(document, day)
        return document

    def _under_way(self, index: int, unit: Unit, slot: tuple) -> Document:
        _, direction, state, *_ = slot
        day = TODAY - timedelta(days=index % 20)
        document = self._document(index, unit, day, direction)
        document.body = self.writer.body()
        document.state = state
        if direction == Direction.INCOMING:
            document.sender_unit, document.sender_name = self.home, self.home.name
            document.sender_number, document.sender_date = f"{self.home.document_prefix}〔{day.year}〕{index}号", day
            if state not in (State.DELIVERED, State.SIGNED_FOR):
                self._receive(document, day)
                document.handling_kind = HandlingKind.FOR_ACTION
        return document

    def _document(self, index: int, unit: Unit, day: date, direction: str) -> Document:
        kind = self.writer.doc_type()
        issuer = unit if direction == Direction.OUTGOING else self.units[(index * 31 + 7) % len(self.units)]
        document = Document(
            id=self.keys[index],
            uid=UUID(int=(self.seed << 64) + self.keys[index]),
            direction=direction,
            unit=unit,
            drafted_by_id=self.persons[unit.pk, PostKind.OFFICER] if direction == Direction.OUTGOING else None,
            doc_type=kind,
            title=self.writer.title(issuer.name, day.year, kind),
            disclosure_attr=Disclosure.ON_REQUEST,
            created_at=_moment(day, index),
            class_code="BGS",
        )
        if direction == Direction.INCOMING:
            document.sender_unit, document.sender_name = issuer, issuer.name
        return document

    def _number(self, document: Document, unit: Unit, day: date) -> None:
        series = f"document:{unit.document_prefix}:{day.year}"
        self.numbers[series] += 1
        document.number_prefix, document.number_year, document.number_seq = (
            unit.document_prefix, day.year, self.numbers[series],
        )  # fmt: skip
        document.doc_number = f"{unit.document_prefix}〔{day.year}〕{self.numbers[series]}号"
        document.document_date, document.signatory_id = day, self.persons[unit.pk, PostKind.LEADER]
        document.approved_at = document.numbered_at = document.dispatched_at = document.created_at

    def _receive(self, document: Document, day: date) -> None:
        series = f"receipt:{document.unit.code}:{day.year}"
        self.numbers[series] += 1
        document.receipt_number = f"{day.year}-收-{self.numbers[series]:04d}"
        if not document.sender_number:
            document.sender_number = f"{document.sender_unit.document_prefix}〔{day.year}〕{document.pk % 900 + 1}号"
        document.sender_date = day
        document.signed_for_at = document.registered_at = document.created_at
        document.handling_kind = HandlingKind.FOR_READING

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


def _records(made: _Documents, keys: list[int], funds: dict):
    """A record for each completed document, numbered in its class."""
    for key, document in zip(keys, made.filed, strict=True):
        day = document.document_date or document.sender_date
        fonds, code = funds[document.unit_id], document.retention_code
        series = f"item:{fonds.code}:WS:{day.year}:{code}:BGS"
        made.numbers[series] += 1
        yield Record(
            id=key,
            uid=UUID(int=(made.seed << 64) + (1 << 60) + document.pk),
            document=document,
            unit=document.unit,
            custodian=document.unit,
            fonds=fonds,
            year=day.year,
            retention_code=code,
            retention_as_filed=Retention(code).label,
            class_code="BGS",
            item_no=made.numbers[series],
            archival_code=render_code(fonds.code, day.year, code, "BGS", made.numbers[series]),
            title=document.title,
            author=document.sender_name or document.unit.name,
            doc_number=document.number_shown,
            date=day,
            doc_type=document.doc_type,
            direction=document.direction,
            page_count=2,
            component_count=1,
            completed_at=document.completed_at,
            filed_at=document.completed_at,
            filed_by_id=made.persons[document.unit_id, PostKind.CLERK],
        )


def _run(sql: str, **values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _hang_on(first: int, last: int) -> None:
    """Tasks, opinions and participants of the documents with these keys, in a few statements."""
    keys = {"first": first, "last": last}
    for _, direction, state, kind, post in UNDER_WAY:
        _run(OPEN_TASKS, **keys, direction=direction, state=state, kind=kind, label=kind.label, post=post)
    for state, kind in HANDLED:
        _run(CLOSED_TASKS, **keys, state=state, kind=kind, label=kind.label)
    _run(PARTICIPANTS, **keys)
    _run(OPINIONS, **keys)


def _texts_and_components(made: _Documents) -> None:
    text = "演示用正本，只为测量而作。"
    stored = keep(land_bytes(text.encode(), "正本.txt"))
    _run(CODES, first=made.first, last=made.last)
    _run(TEXTS, first=made.first, last=made.last)
    _run(WORDS, first=made.first, last=made.last)
    _run(COMPONENTS, first=made.first, last=made.last, stored=stored.pk, role=Role.ORIGINAL)


def _settle() -> None:
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
    rows = Document.objects.filter(
        unit__code=HOME, direction=Direction.INCOMING, state=State.REGISTERED, handling_kind=HandlingKind.FOR_READING
    ).exclude(pk__in=_given)
    if not rows.exists():
        _fill_pool()
    document = rows.order_by("pk").first()
    _given.add(document.pk)
    return document


def _fill_pool() -> None:
    """More documents that wait to be completed; they are on nobody's list, so that the lists stay as they were."""
    unit = Unit.objects.get(code=HOME)
    keys, writer = reserve(Document, POOL), Writer(0)
    clerk, _ = people()

    def rows():
        for key in keys:
            yield Document(
                id=key, direction=Direction.INCOMING, state=State.REGISTERED, unit=unit, drafted_by=clerk,
                title=writer.title("上海市信息化委员会", TODAY.year, "notice"), body=writer.body(),
                sender_name="上海市信息化委员会", sender_number=f"沪信息委〔{TODAY.year}〕{key}号", sender_date=TODAY,
                receipt_number=f"{TODAY.year}-补-{key}", handling_kind=HandlingKind.FOR_READING, class_code="BGS",
                signed_for_at=_moment(TODAY, key), registered_at=_moment(TODAY, key),
                created_at=_moment(FIRST_DAY, key),
            )  # fmt: skip

    with transaction.atomic():
        copy(Document, rows())


OPEN_TASKS = """
INSERT INTO units_task (kind, label, subject_type, subject_uid, title, detail, urgency, unit_id, post_id, assignee_id,
                        opened_at, due_at, closed_at, done_by_id, outcome, subject_ended)
SELECT %(kind)s, %(label)s, 'document', d.uid, d.title, d.sender_number, d.urgency, d.unit_id, p.id, NULL,
       d.created_at, NULL, NULL, NULL, '', false
FROM documents_document d JOIN units_post p ON p.unit_id = d.unit_id AND p.kind = %(post)s
WHERE d.id BETWEEN %(first)s AND %(last)s AND d.direction = %(direction)s AND d.state = %(state)s
"""
CLOSED_TASKS = """
INSERT INTO units_task (kind, label, subject_type, subject_uid, title, detail, urgency, unit_id, post_id, assignee_id,
                        opened_at, due_at, closed_at, done_by_id, outcome, subject_ended)
SELECT %(kind)s, %(label)s, 'document', d.uid, d.title, d.sender_number, d.urgency, d.unit_id, p.id, NULL,
       d.created_at, NULL, d.changed_at, u.id, 'done', d.state = 'completed'
FROM documents_document d JOIN units_unit n ON n.id = d.unit_id
JOIN units_post p ON p.unit_id = d.unit_id AND p.kind = 'clerk'
JOIN units_user u ON u.username = 'bench-' || lower(n.code) || '-clerk-1'
WHERE d.id BETWEEN %(first)s AND %(last)s AND d.state = %(state)s
"""
PARTICIPANTS = """
INSERT INTO documents_participant (document_id, unit_id, user_id, post_id, reason, created_at)
SELECT d.id, d.unit_id, u.id, NULL, 'did', d.created_at
FROM documents_document d JOIN units_unit n ON n.id = d.unit_id
CROSS JOIN (VALUES ('officer'), ('clerk')) AS k(kind)
JOIN units_user u ON u.username = 'bench-' || lower(n.code) || '-' || k.kind || '-1'
WHERE d.id BETWEEN %(first)s AND %(last)s
"""
OPINIONS = """
INSERT INTO documents_opinion (document_id, kind, label, by_id, name, post, text, at)
SELECT d.id, 'instruct', '批示', u.id, u.name, n.short_name || ' 领导', '请相关科室抓好落实。', d.created_at
FROM documents_document d JOIN units_unit n ON n.id = d.unit_id
JOIN units_user u ON u.username = 'bench-' || lower(n.code) || '-leader-1'
WHERE d.id BETWEEN %(first)s AND %(last)s AND d.state = 'completed'
"""
CODES = """
INSERT INTO archive_codeassignment (record_id, fonds_id, category_code, year, retention_code, class_code, item_no, code,
                                    given_at, void_reason)
SELECT r.id, r.fonds_id, r.category_code, r.year, r.retention_code, r.class_code, r.item_no, r.archival_code, r.filed_at, ''
FROM archive_record r WHERE r.document_id BETWEEN %(first)s AND %(last)s
"""
TEXTS = """
INSERT INTO archive_recordtext (record_id, document_id, unit_id, custodian_id, offered_to_id, access_status, use_scope,
                                sorted_on, year)
SELECT r.id, r.document_id, r.unit_id, r.custodian_id, NULL, r.access_status, r.use_scope, r.date, r.year
FROM archive_record r WHERE r.document_id BETWEEN %(first)s AND %(last)s
"""
WORDS = """
INSERT INTO archive_recordwords (record_id, head_n, text_n)
SELECT r.id, h.head_n, h.head_n || egov_normalise(chr(31) || d.body)
FROM archive_record r JOIN documents_document d ON d.id = r.document_id
CROSS JOIN LATERAL (
  SELECT egov_normalise(concat_ws(chr(31), r.title, r.doc_number, r.archival_code, r.author)) AS head_n
) h
WHERE r.document_id BETWEEN %(first)s AND %(last)s
"""
COMPONENTS = """
INSERT INTO archive_component (uid, record_id, role, seq, filename, stored_file_id, pages, is_original, derived_from_id,
                               made_with, superseded_reason)
SELECT gen_random_uuid(), r.id, %(role)s, 1, '正本.txt', %(stored)s, 2, true, NULL, '{}', ''
FROM archive_record r WHERE r.document_id BETWEEN %(first)s AND %(last)s
"""

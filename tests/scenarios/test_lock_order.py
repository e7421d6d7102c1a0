"""One lock order everywhere: the document's row, then its tasks, then others, the class counter last (issue 10, C1).

Real threads and real transactions, through whole pages: two people do two things to the same rows at the same moment,
again and again. Nobody gets a 500: each answer is a success or a sentence, and the database never had to break a
deadlock.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from archive import custody
from archive.correction import correct
from archive.models import Record
from changning_egov import databases
from documents.actions import register_outside
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.models import Document
from documents.states import Disclosure, HandlingKind
from tests.made import brought_to, take
from tests.rounds import rounds
from tests.scenarios.test_concurrency import at_once
from tests.transfer.stock import stocked
from units.models import Appointment, Counter, Task, User
from units.people import appoint, dismiss
from units.workflow import Refused, Stale, patiently

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = rounds("CROSSINGS", 8, 20)  # make deep: the twenty
STEP = 0.2 / TIMES  # seconds: the moments lie over the same fifth of a second
AUDIT_CHAIN = 4702111  # the advisory lock of units/sql/audit.sql


@pytest.fixture(autouse=True)
def no_deadlock(db):
    """Two orders of the same locks show here, even where the loser was told a sentence."""
    before = deadlocks()
    yield
    assert deadlocks() == before


def deadlocks() -> int:
    """How often this database had to break one; backends report at their end, so the threads close theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[1]


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("units:healthz"))
    return client


def posted_at_once(*posts: tuple[Client, str, dict], late: float = 0) -> list[int]:
    """The statuses of posts that start together, the first `late` seconds after the others: the longer act renders
    before it locks, so that its lock is met at another moment each time. Whatever is refused is told on the page."""
    barrier = threading.Barrier(len(posts))

    def one(post) -> int:
        client, address, data = post
        try:
            barrier.wait(20)
            time.sleep(late if post is posts[0] else 0)
            response = client.post(address, data)
            assert response.status_code in (302, 409, 422), address
            if response.status_code != 302:
                page = response.content.decode()
                assert "未能办理" in page or 'role="alert"' in page, address
            return response.status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(one, posts))


def side_act(document, name: str, **data) -> tuple[str, dict]:
    """Address and form of an act beside the workflow (阅毕, 传阅, 公开 …)."""
    address = reverse("documents:side_act", args=[document.uid, name])
    return address, {f"{name}-{field}": value for field, value in data.items()}


def transition(document, step: str, **data) -> tuple[str, dict]:
    address = reverse("documents:act", args=[document.uid, step])
    return address, {"version": document.version, **{f"{step}-{name}": value for name, value in data.items()}}


def received(people, number: int) -> Document:
    """A paper for reading at D09, registered."""
    clerk = people["D09:clerk"]
    fields = {
        "title": f"关于第{number}项工作的通知",
        "sender_name": "上海市信息化委员会",
        "sender_number": f"沪信息委〔2026〕{number + 1}号",
        "sender_date": date(2026, 3, 2),
        "body": "请阅。",
    }
    document = register_outside(fields, unit=clerk.appointments.get().post.unit, by=clerk)
    return take(document, "register", clerk, handling_kind=HandlingKind.FOR_READING)


def holders_of_nothing_else(document, act) -> None:
    """While its row is held, `act` waits for it and has no task of the document locked: the row is the first lock."""
    with transaction.atomic():
        Document.objects.unguarded("a test looks").select_for_update(of=("self",)).get(pk=document.pk)
        thread = threading.Thread(target=lambda: (act(), connections.close_all()))
        thread.start()
        waits = False
        while thread.is_alive() and not (waits := is_waited_for()):
            time.sleep(0.02)
        list(Task.objects.of(document).select_for_update(of=("self",), nowait=True))
    thread.join(20)
    assert waits


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("name", ["read", "circulate", "urge", "complete"])
def test_the_documents_row_is_the_first_lock(people, name):
    clerk, reader = people["D09:clerk"], people["D09:officer"]
    document = received(people, 1)
    circulate(document, by=clerk, given=CirculateInput((reader,)))
    acts = {
        "read": (reader, *side_act(document, "read", note="已阅。")),
        "circulate": (clerk, *side_act(document, "circulate", readers=[people["D09:leader"].pk])),
        "urge": (clerk, *side_act(document, "urge", note="请抓紧。")),
        "complete": (clerk, *transition(document, "complete", retention_code="D10")),
    }
    person, address, data = acts[name]
    client = browser(person)
    answers = []
    holders_of_nothing_else(document, lambda: answers.append(client.post(address, data).status_code))
    assert answers == [302]


def test_reading_against_completion(people):
    """阅毕 locked its task first and then the document, 办结 the other way round: a deadlock, and a 500."""
    clerk, reader = browser(people["D09:clerk"]), browser(people["D09:officer"])
    for number in range(TIMES):
        document = received(people, number)
        circulate(document, by=people["D09:clerk"], given=CirculateInput((people["D09:officer"], people["D09:leader"])))
        statuses = posted_at_once(
            (reader, *side_act(document, "read", note="已阅。")),
            (clerk, *transition(document, "complete", retention_code="D10")),
            late=number * STEP,
        )
        document.refresh_from_db()
        assert (statuses[1] == 302) == (document.state == "completed")
        read = Task.objects.of(document).get(kind="read", assignee=people["D09:officer"])
        assert (statuses[0] == 302) == (read.outcome == "done")
        assert statuses[1] == 302 or statuses[0] == 302


def test_circulation_against_completion(people):
    """Whoever comes first, nothing waits on a completed paper but its reading, which outlives 办结."""
    clerk, other = browser(people["D09:clerk"]), browser(people["D09:reviewer"])
    for number in range(TIMES):
        document = received(people, number)
        statuses = posted_at_once(
            (other, *side_act(document, "circulate", readers=[people["D09:officer"].pk])),
            (clerk, *transition(document, "complete", retention_code="D10")),
            late=number * STEP,
        )
        document.refresh_from_db()
        assert (statuses[1] == 302) == (document.state == "completed")
        if document.state == "completed":
            assert not Task.objects.of(document).open().exclude(kind="read").exists()


def test_two_clerks_file_in_the_same_classes_in_opposite_order(people):
    """Each takes a number of 10年 and one of 30年, the other the other way round: numbers without gap or double."""
    clerk = people["D09:clerk"]
    browsers = browser(clerk), browser(clerk)
    for number in range(TIMES // 2):
        papers = [received(people, 4 * number + place) for place in range(4)]
        for pair in (((0, "D10"), (2, "D30")), ((1, "D30"), (3, "D10"))):
            posts = [
                (client, *transition(papers[place], "complete", retention_code=code))
                for client, (place, code) in zip(browsers, pair, strict=True)
            ]
            assert posted_at_once(*posts) == [302, 302]
    for code in ("D10", "D30"):
        numbers = Record.objects.unguarded("a test looks").filter(retention_code=code).values_list("item_no", flat=True)
        assert sorted(numbers) == list(range(1, TIMES + 1))
        assert Counter.objects.filter(series__contains=f":{code}:", last=TIMES).count() == 1


def test_two_clerks_complete_the_same_papers_in_opposite_order(people):
    clerk = people["D09:clerk"]
    browsers = browser(clerk), browser(clerk)
    for number in range(TIMES // 2):
        papers = [received(people, 2 * number + place) for place in range(2)]
        for order in (papers, papers[::-1]):
            posts = [
                (client, *transition(paper, "complete", retention_code="D10"))
                for client, paper in zip(browsers, order, strict=True)
            ]
            posted_at_once(*posts)
        assert Record.objects.unguarded("a test looks").filter(document__in=papers).count() == 2


def test_batch_acceptance_against_correction(people, units):
    """Custody of all or none; a correction comes before or is refused."""
    by, receiver, archive = people["D07:archivist"], people["D30:accessioner"], units["D30"]
    for number in range(TIMES):
        records = stocked(people, 4, first=4 * number + 1)
        keys = [record.pk for record in records]

        def accept(keys=keys):
            with patiently(), transaction.atomic():
                custody.freeze(keys, by=by)
                custody.offer(keys, archive, by=by)
                return custody.accession(keys, archive, by=receiver)

        def corrected(record=records[-1]):
            with patiently():
                return correct(record, changes={"retention_code": "D30"}, reason="期限有误", by=by, version=1)

        answers = at_once(2, lambda place, both=(accept, corrected): both[place]())
        assert all(isinstance(one, Refused | Record | int) for one in answers)
        custodians = set(
            Record.objects.unguarded("a test looks").filter(pk__in=keys).values_list("custodian", flat=True)
        )
        assert custodians == ({archive.pk} if answers[0] == 4 else {records[0].custodian_id})


def test_publication_against_completion(people):
    clerk, other = browser(people["D07:clerk"]), browser(people["D07:clerk"])
    for number in range(TIMES):
        document = brought_to(
            "dispatch", people, title=f"关于第{number}项工作的通知", disclosure_attr=Disclosure.PROACTIVE
        )
        document.refresh_from_db()
        statuses = posted_at_once(
            (other, *side_act(document, "publish", topic="综合", summary="试")),
            (clerk, *transition(document, "complete", retention_code="Y", unsigned_reason="已电话确认。")),
            late=number * STEP,
        )
        document.refresh_from_db()
        assert (statuses[0] == 302) == hasattr(document, "current_document")
        assert (statuses[1] == 302) == (document.state == "completed")


def test_appointing_against_dismissing(people):
    by = people["D07:secadmin"]
    person, post = people["D09:officer"], people["D09:reviewer"].appointments.get().post
    for _ in range(TIMES):
        held = person.appointments.get(dismissed_at=None)

        def put(_=None):
            with patiently():
                return appoint(User.objects.get(pk=person.pk), post, by=by)

        def end(_=None, held=held):
            with patiently():
                return dismiss(held, by=by, reason="调整")

        answers = at_once(2, lambda place, both=(put, end): both[place]())
        assert [type(one) for one in answers] == [Appointment, Appointment]
        appointed = person.appointments.get(dismissed_at=None)
        assert appointed.post_id == post.pk
        dismiss(appointed, by=by, reason="复原")
        appoint(User.objects.get(pk=person.pk), held.post, by=by)


def test_a_chain_that_does_not_move_is_a_sentence(people):
    """The audit chain's advisory lock is taken at the commit: it is bounded as the locks of rows are."""
    document = received(people, 1)
    client, held, over = browser(people["D09:clerk"]), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_CHAIN])
            held.set()
            over.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 300")
        response = client.post(*transition(document, "complete", retention_code="D10"))
    finally:
        over.set()
        holder.join()
        connection.close()
    assert response.status_code == 409
    assert "请稍后再试" in response.content.decode()
    document.refresh_from_db()
    assert document.state == "registered"


def test_a_statement_without_end_is_a_sentence(db):
    """What waits for no lock is bounded by statement_timeout in the web processes."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 100")
    try:
        with pytest.raises(Stale, match="请稍后再试"), patiently(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
    finally:
        connection.close()


def test_the_processes_that_answer_people_bound_every_statement(db, monkeypatch):
    for database in settings.DATABASES.values():
        monkeypatch.setitem(database, "OPTIONS", dict(database["OPTIONS"]))
    databases.for_visitors()
    fresh = connection.copy()
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            assert cursor.fetchone() == ("30s", "4s")
    finally:
        fresh.close()
    application = Path(settings.BASE_DIR, "changning_egov", "wsgi.py").read_text()
    assert "\ndatabases.for_visitors()\n" in application

"""The measured side of `make bench`: whole pages through Django's handler, one JSON line a request."""

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

import django

from changning_egov import databases

databases.ready()
django.setup()

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.search import sampling
from bench import desk, generator
from documents.inputs import CompleteInput
from documents.models import Document
from documents.workflow import workflow_of
from units.models import User

clients: dict[str, Client] = {}
people: dict = {}


def prepare() -> str:
    generator.generate(int(os.environ["EGOV_BENCH_SIZE"]))
    sampling.take()
    clerk, everybody = generator.people()
    inspector = User.objects.filter(appointments__post__kind="inspector", username__startswith="bench-").first()
    for name, person in (("clerk", clerk), ("all", everybody), ("inspector", inspector)):
        people[name] = person
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return "ready"


def comparable() -> Document:
    """A document that both people see, of the same length at every size: a page's cost is mostly its text's."""
    newest = (
        Document.objects.allowing("view", people["clerk"]).filter(direction="outgoing").order_by("-created_at")[:500]
    )
    return min(newest, key=lambda one: (abs(len(one.body) - 600), -one.pk))


def address(page: str, who: str) -> str:
    if page == "document":
        return reverse("documents:detail", args=[comparable().uid])
    if page == "record":
        return comparable().record.get_absolute_url()
    if page.startswith("search"):
        return f"{reverse('archive:search')}?q={TERMS[page]}"
    if page == "district":
        return f"{reverse('oversight:district')}?year={generator.TODAY.year - 1}"
    page, _, query = page.partition("?")
    return reverse(f"documents:{page}") + (f"?{query}" if query else "")


TERMS = {
    "search, planted term": generator.PLANTED[0],
    "search, two words": " ".join(generator.PLANTED[:2]),
    "search, very frequent term": generator.FREQUENT,
    "search, nearest to a question": "请问哪个联络点可以咨询经费预算的报送时间？",
    "search, nearest to a question of frequent words": f"有关{generator.FREQUENT}是什么？",
}
known: dict[tuple, str] = {}


def get(page: str, who: str) -> float:
    """Milliseconds of one whole page; anything but 200 ends the run."""
    url = known.setdefault((page, who), "") or address(page, who)
    known[page, who] = url
    started = time.perf_counter()
    response = clients[who].get(url)
    took = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise SystemExit(f"{url} answered {response.status_code}")
    return took


def blocks(page: str, who: str) -> int:
    """Pages of 8 kB that the database touches for one page of ours: the same on every machine."""
    get(page, who)
    with CaptureQueriesContext(connection) as captured:
        get(page, who)
    return sum(_touched(one["sql"]) for one in captured.captured_queries if one["sql"].startswith(("SELECT", "WITH")))


def _touched(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def complete_one(person, given: CompleteInput) -> float:
    document = generator.completable(person)
    started = time.perf_counter()
    workflow_of(document).perform("complete", document, by=person, given=given)
    return (time.perf_counter() - started) * 1000


def complete(is_filed: bool = True) -> float:
    """Milliseconds of one completion; the same without filing, for what filing adds."""
    given = CompleteInput(retention_code="D10") if is_filed else CompleteInput(not_to_file="NF-2")
    return complete_one(people["clerk"], given)


def complete_busy(is_filed: bool = True) -> float:
    """Milliseconds of processor time of one completion, ours and the database's backend's: others may work beside."""
    given = CompleteInput(retention_code="D10") if is_filed else CompleteInput(not_to_file="NF-2")
    document = generator.completable(people["clerk"])
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    begun = _busy(backend)
    workflow_of(document).perform("complete", document, by=people["clerk"], given=given)
    return _busy(backend) - begun


def _busy(backend: Path) -> float:
    """Milliseconds on a processor so far: this process, its ended children, and `backend` (Linux counts it in ns)."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = time.process_time() + children.ru_utime + children.ru_stime
    return ours * 1000 + int(backend.read_text().split()[0]) / 1e6


def complete_many(writers: int, each: int) -> float:
    """Milliseconds of wall time per document while `writers` threads complete `each` documents."""
    waiting = [generator.completable(people["clerk"]) for _ in range(writers * each)]

    def work(mine) -> None:
        person = type(people["clerk"]).objects.get(pk=people["clerk"].pk)
        for document in mine:
            workflow_of(document).perform("complete", document, by=person, given=CompleteInput(retention_code="D10"))
        connections.close_all()

    threads = [threading.Thread(target=work, args=(waiting[place::writers],)) for place in range(writers)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - started) * 1000 / len(waiting)


ANSWERS = {
    "prepare": prepare,
    "fill_desk": lambda count: desk.fill(count, people["clerk"]),
    "desk": lambda: list(desk.PAGES),
    "pages": lambda: ["waiting", "handled", "under_way", "completed", "document", "record", *TERMS],
    "searches": lambda: list(TERMS),
    "get": get,
    "blocks": blocks,
    "complete": complete,
    "complete_busy": complete_busy,
    "complete_many": complete_many,
}


def main() -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the product prints goes to the terminal, not into the answers
    for line in sys.stdin:
        asked = json.loads(line)
        answer = ANSWERS[asked.pop("what")](**asked)
        out.write(json.dumps({"answer": answer}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()

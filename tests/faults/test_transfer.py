"""From packing to acceptance under kills, full disks and cuts (tests/faults/transfer.py): then all is as it must be.

Every record in exactly one place, custody only for signed items, nothing twice, nothing half written, digests right.
"""

import hashlib
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Count

from archive.models import Component, Record
from files import chores as files_chores
from files.models import StoredFile
from files.store import path_of
from tests.faults.transfer import Chaos, Plan, Site
from tests.transfer.line import itself
from tests.transfer.stock import looked_at, made, signed, stocked
from transfer import actions, chores, delivery
from transfer.healing import digest_at, second_folder
from transfer.inputs import MarkManyInput, SendInput
from transfer.line import handling, loads, sending
from transfer.models import Arrival, Batch, Consignment, Copy
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units import chain, jobs
from units.models import AuditEvent, Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cold_probes")]
PASSES = 2000  # of the worker for one step; then it does not get on any more
FIRST_YEAR = 1966  # a year for each round; one in the future is refused by the self-check
FOLDERS = ("FILES", "HOLDINGS", "SECOND", "PACKAGES", "ARRIVALS", "TMP")


class Transfer:
    """One batch on its way, and the people who act on it."""

    def __init__(self, people, chaos: Chaos, site: Site, peer, count: int, year: int) -> None:
        self.people, self.chaos, self.site, self.peer, self.year = people, chaos, site, peer, year
        self.records = stocked(people, count, year=year)
        self.batch = made(people, medium="peer", first_year=year, last_year=year)
        self.returned = max(1, count // 50)

    def read(self) -> Batch:
        self.batch = Batch.objects.unguarded("a test looks").for_detail().get(pk=self.batch.pk)
        return self.batch

    def through(self, is_there, longest: float) -> None:
        """The worker goes on until `is_there`, whatever hits it; a person retries what has failed."""
        for _ in range(PASSES):
            if is_there(self.read()):
                return
            self.retry()
            self.chaos.attempt(work, self.site, longest)
            self.look()
        pytest.fail(f"No end: {self.batch.state}, {list(Job.objects.values_list('kind', 'state', 'note', 'cause'))}")

    def act(self, name: str, who: str, state: str, **given) -> None:
        """A person's step in a process that may be killed: done, or not begun."""
        by = self.people[who]

        def step() -> None:
            BATCH.perform(name, self.read(), by=by, **given)

        for _ in range(PASSES):
            if self.read().state == state:
                return
            self.chaos.attempt(step, self.site, 1.0)
            self.look()
        pytest.fail(f"{name} does not get through.")

    def retry(self) -> None:
        """Each by whoever may: what the archive's receiver began is not the unit's to begin again."""
        by = self.people["D07:archivist"]
        rows = Consignment.objects.unguarded("a test looks")
        for row in rows.filter(state="failed"):
            if not Job.objects.filter(kind="send_consignment", state__in=("queued", "running")).exists():
                handling.retry(row, by=by)
        for job in Job.objects.filter(state="failed").exclude(kind__in=("send_consignment", "receive_arrival")):
            jobs.retry(job, by=by if job.owner.is_system else job.owner)

    def look(self) -> None:
        """At every moment: custody is the archive's for nothing that it has not accepted."""
        held = Record.objects.unguarded("a test looks").filter(custodian=self.batch.archive_id, year=self.year)
        if self.read().accepted_at is None and held.exists():
            self.chaos.failed.append("Records are in custody before the register was signed.")

    def run(self) -> None:
        people = self.people
        actions.start_packaging(self.batch, by=people["D07:archivist"])
        self.through(lambda batch: batch.state == "self_checked" and not waiting(batch), 1.5)
        BATCH.perform("approve", self.batch, by=people["D07:leader"])
        BATCH.perform("submit", self.batch, by=people["D07:archivist"])
        BATCH_SIDE.perform("send", self.read(), by=people["D07:archivist"], given=SendInput(self.peer))
        self.through(lambda batch: batch.state == "inspecting" and self.is_told(), 1.0)
        chosen = tuple(range(1, self.returned + 1))
        BATCH_SIDE.perform(
            "mark_many", self.batch, by=people["D30:accessioner"], given=MarkManyInput(chosen, reason="题名不规范。")
        )
        looked_at(self.batch, people)
        self.act("propose_return", "D30:accessioner", "proposed")
        self.act("agree_return", "D07:archivist", "handing_over")
        self.through(lambda batch: not waiting(batch), 1.5)
        signed(self.read(), people)
        self.act("accept", "D30:accessioner", "partially_returned", note="同意接收。")
        self.through(lambda batch: batch.stored_at is not None and not waiting(batch), 0.5)

    def is_told(self) -> bool:
        rows = Consignment.objects.unguarded("a test looks").filter(batch=self.batch)
        return rows.filter(state="received").exists()

    def aftermath(self) -> list[str]:
        return [*self.places(), *self.papers(), *self.copies()]

    def places(self) -> list[str]:
        """Every record in one place, custody for the signed items alone."""
        wrong, rows = [], Record.objects.unguarded("a test looks").filter(year=self.year)
        states = dict(rows.values_list("state").annotate(n=Count("pk")))
        kept = len(self.records) - self.returned
        if states != {"accessioned": kept, "filed": self.returned}:
            wrong.append(f"Records: {states}")
        taken = self.batch.items.filter(verdict="accepted").values("record")
        if rows.filter(custodian=self.batch.archive).exclude(pk__in=taken).exists() or taken.count() != kept:
            wrong.append("Custody is not that of the signed items.")
        if self.batch.items.filter(is_open=True).exists():
            wrong.append("Items are open in an ended batch.")
        if Component.objects.filter(record__in=rows).count() != len(self.records):
            wrong.append("Files of records are missing or double.")
        return wrong

    def papers(self) -> list[str]:
        """Nothing twice: receipts, packages that came, events of each record."""
        wrong = []
        kinds = sorted(self.batch.receipts.values_list("kind", flat=True))
        if kinds != ["custody", "return", "stored", "technical", "technical"]:
            wrong.append(f"Receipts: {kinds}")
        rows = Arrival.objects.unguarded("a test looks").filter(batch=self.batch)
        if (states := list(rows.values_list("state", flat=True))) != ["received"]:
            wrong.append(f"Arrivals: {states}")
        uids = Record.objects.unguarded("a test looks").filter(year=self.year).values("uid")
        for verb in ("accession", "offer", "enter_batch"):
            events = AuditEvent.objects.filter(verb=verb, object_uid__in=uids)
            if twice := events.values("object_uid").annotate(n=Count("pk")).filter(n__gt=1).count():
                wrong.append(f"{twice} records have {verb} twice.")
        return wrong

    def copies(self) -> list[str]:
        """Each part as it was made, in all three places."""
        wrong = [
            f"{folder.__name__}: {part.filename} is not what it was."
            for part in self.batch.parts.filter(record_count__gt=0)
            for folder in (delivery.package_folder, delivery.holdings_folder, second_folder)
            if digest_at(folder(self.batch) / part.filename) != part.sha256
        ]
        if Copy.objects.filter(part__batch=self.batch).exclude(state="sound").exclude(place="unit").exists():
            wrong.append("A copy is not sound.")
        return wrong


def waiting(batch: Batch) -> bool:
    return Job.objects.of(batch).exclude(state="done").exclude(kind="send_consignment").exists()


def work() -> None:
    """As the worker: every open job, whoever left it; then what the schedule would ask."""
    for job in Job.objects.filter(state__in=("queued", "running")).order_by("pk"):
        jobs.run_job.call(str(job.uid))
    Consignment.objects.unguarded("a minute passes").filter(state="waiting").update(asked_at=None)
    sending.ask_waiting()


def files_there() -> set[Path]:
    roots = [Path(getattr(settings, f"EGOV_{name}_DIR")) for name in FOLDERS]
    return {path for root in roots for path in root.rglob("*") if path.is_file()}


def on_disk(before: set[Path]) -> list[str]:
    """Digests of all stored files; and what is half written beside `before`, after a day and the sweeps."""
    wrong = []
    for row in StoredFile.objects.iterator():
        path = path_of(row)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            wrong.append(f"Stored file {row.sha256}")
    for path in files_there():
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    for sweep in (
        chores.sweep_partial,
        chores.sweep_arrivals,
        files_chores.sweep_temporary,
        files_chores.sweep_orphans,
    ):
        sweep()
    passing = {Path(settings.EGOV_TMP_DIR), Path(settings.EGOV_ARRIVALS_DIR)}
    half = [
        str(path) for path in sorted(files_there() - before) if path.name.startswith(".") or passing & set(path.parents)
    ]
    return wrong + [f"Half written: {path}" for path in half[:10]]


def test_a_transfer_survives_kills_full_disks_and_cuts(people, monkeypatch):
    plan = Plan.given()
    chaos = Chaos(plan)
    small = plan.records < 500
    monkeypatch.setattr(sending, "WAIT", 0.0)
    monkeypatch.setattr(loads, "SENT_CHUNK", 8 * 1024 if small else 64 * 1024)
    bytes_about = plan.records * 9_000
    site = Site([chaos.chance.randrange(bytes_about) for _ in range(plan.cuts)])
    began, wrong, rounds, before = time.monotonic(), [], 0, files_there()
    peer = itself(site.wire.address)
    try:
        while rounds == 0 or not chaos.is_over:
            count = plan.records if rounds == 0 else max(60, plan.records // 10)
            one = Transfer(people, chaos, site, peer, count, FIRST_YEAR + rounds)
            one.run()
            wrong += one.aftermath()
            rounds += 1
    finally:
        site.close()
    wrong += on_disk(before) + chaos.failed + [finding.message for finding in chain.verify()]
    figures = {
        "seed": plan.seed, "records": plan.records, "rounds": rounds, "faults": dict(chaos.done),
        "cuts": site.wire.torn, "seconds": round(time.monotonic() - began, 1), "violations": wrong,
    }  # fmt: skip
    if plan.out:
        Path(plan.out).write_text(json.dumps(figures, ensure_ascii=False, indent=2))
    assert wrong == [] and sum(chaos.done.values()) > 0

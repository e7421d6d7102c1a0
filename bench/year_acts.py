"""The measured side of `make bench ONLY=year`: the acts of a year's transfer, one JSON line a request.

Nothing here is done past the product: what people do is done by their act, what the worker does by a worker in a
process of its own, whose phases are read off the job's row as anybody's page reads them."""

import json
import os
import shutil
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

import django

from changning_egov import databases

databases.ready()
django.setup()

from pathlib import Path

from django.db import transaction
from django.db.models import Count

from archive import inspection, ticking
from archive.backfile.folder import policy, refusals
from archive.backfile.landing import landing_threads
from archive.backfile.reading import rows
from archive.backfile.upload import BadFiles, new_folder
from archive.models import Component, Record
from archive.packing import SLICE
from archive.states import Stage, Verdict
from files.examination import examine
from files.store import path_of
from files.zips import Archive
from transfer import actions, plans, register_seals
from transfer.delivery import holdings_folder, package_folder
from transfer.inputs import AccompanyInput
from transfer.models import Batch
from transfer.sampling import scope_of
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units import audit, jobs
from units.actions import system_user
from units.models import Job, Post, Unit
from units.people import appoint, create_person

POSTS = (
    ("D07", "archivist"), ("D07", "leader"), ("D07", "seal_keeper"),
    ("D30", "accessioner"), ("D30", "leader"), ("D30", "seal_keeper"),
)  # fmt: skip
LOOK = 0.02  # seconds between two looks at a job's row
people: dict[str, object] = {}


def prepare() -> str:
    by = system_user()
    for unit, kind in POSTS:
        person = create_person(
            username=f"year-{unit}-{kind}", name=f"计量{unit}{kind}", password="Changning-2026", by=by
        )
        appoint(person, Post.objects.get(unit__code=unit, kind=kind), by=by)
        people[f"{unit}:{kind}"] = person
    return "ready"


def watched(job: Job) -> dict:
    """Waits for the worker; {"seconds", "phases": note → seconds, "note"}; a job that fails ends the run."""
    phases, last, since = {}, "", None
    while True:
        now = time.perf_counter()
        row = Job.objects.filter(pk=job.pk).values("state", "note", "cause", "started_at", "finished_at").get()
        note = row["note"].partition("：")[0]
        if note != last or row["state"] in ("done", "failed"):
            if last and since is not None:
                phases[last] = phases.get(last, 0) + now - since
            last, since = note, now
        if row["state"] == "failed":
            raise SystemExit(f"The job “{job.title}” failed: {row['cause']}")
        if row["state"] == "done":
            seconds = (row["finished_at"] - row["started_at"]).total_seconds()
            return {"seconds": seconds, "phases": phases, "note": row["note"]}
        time.sleep(LOOK)


def import_upload(folder: str) -> dict:
    """As the page takes an upload: proved, kept in a folder of its own, queued for the worker."""
    begun = time.perf_counter()
    with new_folder() as kept:
        for name in ("catalogue.csv", "files.zip"):
            shutil.move(str(Path(folder) / name), kept / name)
        with Archive(kept / "files.zip", policy()) as archive:
            if told := refusals(archive):
                raise BadFiles(*told)
            archive.verify()
        count = sum(1 for _ in rows(kept / "catalogue.csv"))
        with transaction.atomic():
            job = jobs.start(
                "import_backfile", "导入目录", by=people["D07:archivist"], unit=Unit.objects.get(code="D07"),
                folder=kept.name, catalogue="catalogue.csv", total=count, dry_run=False, correct=False,
            )  # fmt: skip
    upload = time.perf_counter() - begun
    return watched(job) | {"upload": upload, "rows": count}


def batches() -> dict:
    """编制移交清单: everything the unit has, in as few batches as may be, by years; each with what accompanies it."""
    begun = time.perf_counter()
    by, unit = people["D07:archivist"], Unit.objects.get(code="D07")
    found = []
    for first, last in _spans(unit, by):
        batch = actions.create_batch(unit, by=by, name=f"{first}至{last}年移交", first_year=first, last_year=last)
        plans.accompany(batch, by=by, given=AccompanyInput("open", "", "on_request", "never", knows=True))
        found.append({"uid": str(batch.uid), "records": batch.record_count})
    return {"seconds": time.perf_counter() - begun, "batches": found}


def _spans(unit, by) -> list[tuple[int, int]]:
    years = actions.candidates(unit, by).order_by("year").values_list("year").annotate(n=Count("pk"))
    spans: list[list[int]] = []
    room = 0
    for year, count in years:
        if count > room:
            spans.append([year, year])
            room = actions.LARGEST
        spans[-1][1], room = year, room - count
    return [(first, last) for first, last in spans]


def packaged(uid: str) -> dict:
    batch = _batch(uid)
    told = watched(actions.start_packaging(batch, by=people["D07:archivist"]))
    batch = _batch(uid)
    parts = batch.parts.all()
    return told | {
        "folder": str(package_folder(batch)),
        "bytes": sum(part.bytes for part in parts),
        "payload": batch.payload_bytes,
        "files": sum(part.file_count for part in parts),
    }


def delivered(uid: str) -> dict:
    """Approved, submitted; the worker carries, reads and inspects."""
    batch = _batch(uid)
    BATCH.perform("approve", batch, by=people["D07:leader"])
    begun = time.perf_counter()
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    submitted = time.perf_counter() - begun
    told = watched(Job.objects.of(batch).get(kind="receive_batch"))
    if _batch(uid).state != "inspecting":
        raise SystemExit(f"The batch is {_batch(uid).state} after the inspection.")
    return told | {"submit": submitted, "folder": str(holdings_folder(batch))}


def accepted(uid: str) -> dict:
    """The register signed by four, custody changes, the package is stored in the second place."""
    batch, begun = _batch(uid), time.perf_counter()
    failing = batch.items.filter(is_open=True).failing().count()
    if failing:
        raise SystemExit(f"{failing} records failed the inspection.")
    verdicts = {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.TRANSFER)}
    ticking.tick(scope_of(batch, batch.archive), verdicts, note="抽查合格。", by=people["D30:accessioner"])
    BATCH.perform("settle", batch, by=people["D30:accessioner"])
    for name, key in (
        ("fill_over", "D07:archivist"), ("check_over", "D07:leader"), ("fill_in", "D30:accessioner"),
        ("check_in", "D30:leader"),
    ):  # fmt: skip
        BATCH_SIDE.perform(name, batch, by=people[key])
    for asked in batch.seals.unguarded("the bench acts").filter(void_at=None):
        register_seals.seal(asked, by=people[f"{asked.unit.code}:seal_keeper"])
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note="同意接收。")
    custody = time.perf_counter() - begun
    told = watched(Job.objects.of(batch).get(kind="store_batch"))
    held = Record.objects.unguarded("the bench counts").filter(custodian__code="D30").count()
    return told | {"custody": custody, "held": held}


def afresh(count: int) -> dict:
    """The inspection of a batch's records whose bytes nobody has examined: every file looked into anew.

    As an import looks into them: slice by slice, by as many threads as there are processors.
    """
    sheet, begun = inspection.Sheet(Stage.TRANSFER), time.perf_counter()
    chosen = Record.objects.unguarded("the bench inspects them").select_related("unit", "fonds", "document")
    records = list(chosen.order_by("pk")[:count])
    refused = 0
    with landing_threads() as threads:
        for some in audit.batched(records, SLICE):
            files: dict[int, list[Component]] = {}
            for one in Component.objects.filter(record__in=some).select_related("stored_file").order_by("seq"):
                files.setdefault(one.record_id, []).append(one)
            looked = [
                threads.submit(examine, path_of(one.stored_file), one.filename) for own in files.values() for one in own
            ]
            for record in some:
                inspection.examine(sheet, record, files.get(record.pk, []))
            refused += sum(bool(one.result().refusals) for one in looked)
    return {"seconds": time.perf_counter() - begun, "records": len(records), "refused": refused}


def _batch(uid: str) -> Batch:
    return Batch.objects.unguarded("the bench does what its people may do").for_detail().get(uid=uid)


ANSWERS = {
    "prepare": prepare, "import": import_upload, "batches": batches, "package": packaged, "deliver": delivered,
    "accept": accepted, "afresh": afresh,
}  # fmt: skip


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

"""Filed records by the thousand, as an import would leave them: rows in bulk, bytes really in the file store."""

import hashlib
import zlib
from datetime import date

from django.test import Client
from django.utils import timezone

from archive import ticking
from archive.filing import assignment_of
from archive.models import CodeAssignment, Component, FondsCreator, Record
from archive.retention import render_code
from archive.states import Verdict
from files.models import StoredFile
from files.store import path_of
from tests.scenarios.owner import unwatched
from transfer import actions, plans, register_seals, sampling
from transfer.background import package_batch, receive_batch
from transfer.inputs import AccompanyInput
from transfer.models import Batch, ReceivingPlan
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units import jobs
from units.models import Job


@unwatched()
def stocked(
    people,
    count: int,
    *,
    unit: str = "D07",
    year: int = 2016,
    retention: str = "Y",
    first: int = 1,
    is_checked: bool = False,
) -> list[Record]:
    """`count` records of `unit` with one text file each, item numbers from `first` on; checked by somebody or not."""
    by = people[f"{unit}:archivist"]
    home = by.appointments.get().post.unit
    fonds = FondsCreator.objects.select_related("fonds").get(unit=home).fonds
    numbers = range(first, first + count)
    records = Record.objects.bulk_create(
        Record(
            unit=home, custodian=home, fonds=fonds, year=year, retention_code=retention, retention_as_filed="永久",
            class_code="BGS", item_no=number, archival_code=render_code(fonds.code, year, retention, "BGS", number),
            title=f"关于第{number}号事项的批复", author=home.name, doc_number=f"长信〔{year}〕{number}号",
            date=date(year, 3, 1), page_count=1, component_count=1, filed_by=by,
            **({"checked_at": timezone.now(), "checked_by": by} if is_checked else {}),
        )
        for number in numbers
    )  # fmt: skip
    CodeAssignment.objects.bulk_create(assignment_of(record) for record in records)
    stored = StoredFile.objects.bulk_create(
        _landed(f"{unit}{year}{retention}第{number}号事项。\n" * 20) for number in numbers
    )
    Component.objects.bulk_create(
        Component(record=record, role="original", seq=1, filename="正本.txt", stored_file=file, pages=1)
        for record, file in zip(records, stored, strict=True)
    )
    return records


def _landed(text: str) -> StoredFile:
    data = text.encode()
    stored = StoredFile(
        sha256=hashlib.sha256(data).hexdigest(),
        crc32=zlib.crc32(data),
        bytes=len(data),
        format_id="x-fmt/111",
        mime="text/plain",
    )
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return stored


def made(people, unit: str = "D07", **narrowing) -> Batch:
    """A batch of whatever fits."""
    by = people[f"{unit}:archivist"]
    return accompanied(
        actions.create_batch(by.appointments.get().post.unit, by=by, name="2016年度移交", **narrowing), by
    )


def planned(people, first_year: int = 2016, last_year: int = 2016, **fields) -> ReceivingPlan:
    """A plan of the archive that asks every unit."""
    by = people["D30:accessioner"]
    given = {
        "name": "第一批接收计划",
        "scope": "文书类电子档案",
        "formats": "PDF/A",
        "due_on": date(2099, 6, 30),
        **fields,
    }
    return plans.publish(
        by.appointments.get().post.unit, by=by, first_year=first_year, last_year=last_year, **given
    )  # fmt: skip


def accompanied(batch: Batch, by) -> Batch:
    """With the three things that go with each item."""
    plans.accompany(batch, by=by, given=AccompanyInput("open", "", "on_request", "never", knows=True))
    return batch


def inspecting(people, count: int, **kind) -> Batch:
    """A batch of `count` records, inspected at the archive's side."""
    stocked(people, count, **kind)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    receive_batch(Job.objects.get(state="queued", subject_uid=batch.uid), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    return batch


def run_queued(batch: Batch) -> None:
    """What the worker would do for the batch by now."""
    for job in Job.objects.of(batch).filter(state="queued").order_by("pk"):
        jobs.run_now(job)
    batch.refresh_from_db()


def looked_at(batch: Batch, people, **verdicts) -> None:
    """The archive's receiver has looked at the sample: all good, but what `verdicts` says (serials with _)."""
    scope = sampling.scope_of(batch, batch.archive)
    items = {one.serial: Verdict.PASS for one in scope.items}
    items |= {name.strip("_").replace("_", "-"): Verdict(value) for name, value in verdicts.items()}
    fails = Verdict.FAIL in items.values()
    note = "抽查发现缺页。" if fails else "正文、附件齐全。"
    medium = "移动硬盘 1 个，外观完好" if scope.on_medium else ""
    bad = [one for one, verdict in items.items() if verdict == Verdict.FAIL and one != "4-5"]
    failing = [scope.sample[min(1, len(scope.sample) - 1)].uid] if bad else []
    ticking.tick(scope, items, note=note, medium=medium, by=people["D30:accessioner"], failing=failing)


def signed(batch: Batch, people) -> Batch:
    """The register signed by two persons of each side."""
    unit, archive = batch.unit.code, batch.archive.code
    for name, key in (
        ("fill_over", f"{unit}:archivist"), ("check_over", f"{unit}:leader"), ("fill_in", f"{archive}:accessioner"),
        ("check_in", f"{archive}:leader"),
    ):  # fmt: skip
        BATCH_SIDE.perform(name, batch, by=people[key])
    return sealed(batch, people)


def sealed(batch: Batch, people) -> Batch:
    """Both keepers put their units' seals on the signed register."""
    for one in batch.seals.unguarded("a test acts").filter(void_at=None).select_related("unit"):
        register_seals.seal(one, by=people[f"{one.unit.code}:seal_keeper"])
    return batch


def handing_over(batch: Batch, people) -> Batch:
    """From the inspection to the hand-over; what is marked for return goes home, agreed by the unit."""
    by = people["D30:accessioner"]
    looked_at(batch, people)
    if batch.items.filter(is_open=True, verdict="returned").exists():
        BATCH.perform("propose_return", batch, by=by)
        BATCH.perform("agree_return", batch, by=people[f"{batch.unit.code}:archivist"])
        run_queued(batch)
    else:
        BATCH.perform("settle", batch, by=by)
    return batch


def taken_over(batch: Batch, people, note: str = "同意接收。") -> Batch:
    """Signed by both sides, accepted and stored."""
    signed(handing_over(batch, people), people)
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note=note)
    run_queued(batch)
    return batch


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client

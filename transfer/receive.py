"""接收 of a package, from the line or from a disk: 签收, every byte read, every item inspected (design section 7).

A package from a disk is judged where it lies, before anything of it is taken in: a refused one leaves holding, records
and batch as they were. Everything may be cut anywhere and run again with the same result.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from archive.packages import findings as f
from units.actions import system_user
from units.findings import REFUSE, Finding
from units.workflow import Refused

from . import delivery, foreign
from .inputs import InspectedInput, ReceivedInput
from .models import Batch, PackagePart
from .receive_checks import Reading, as_refusal, read
from .states import Medium, PartState, State
from .workflow import BATCH

NOT_YET = {
    State.DRAFT: "该批次尚在编制，信息包没有经领导批准，应退回移交单位。",
    State.SELF_CHECKED: "该批次的信息包尚未经领导批准，应退回移交单位。",
    State.APPROVED: "该批次尚未提交区档案馆，请移交单位先提交。",
    State.DISSOLVED: "该批次已撤销，不能接收。",
    State.RETURNED: "该批次已退回移交单位，应重新移交。",
}
Progress = Callable[..., None]  # (done, total, bytes done, bytes in all)


@dataclass
class Outcome:
    """What became of a package: `refusals` (item, rule, path, message) and no batch, or the batch as it now stands."""

    batch: Batch | None = None
    refusals: list[dict[str, str]] = field(default_factory=list)
    was_there: bool = False

    @property
    def is_received(self) -> bool:
        return self.batch is not None and not self.refusals


def _silent(done: int, total: int, size: int = 0, of_size: int = 0) -> None:
    """Nobody watches."""


def take_in(
    row: Batch, *, carry: Callable[[Batch], list[dict]], read_on: Progress, inspected: Progress, job=None
) -> None:
    """签收 → 检测 of a submitted batch; what was done before a cut is not done again. Raises Refused of `carry`."""
    by = system_user()
    if row.state == State.SUBMITTED:
        BATCH.perform("receive", row, by=by, given=ReceivedInput(carry(row)))
    if row.state == State.RECEIVED:
        package = delivery.read_holdings(row, read_on)
        verdict = delivery.inspect_items(row, by=by, package=package, progress=inspected, job=job)
        delivery.note_reading(row, package)
        BATCH.perform("inspect", row, by=by, given=InspectedInput(verdict))


def _nothing(reading: Reading) -> list[Finding]:
    return []


def receive_package(
    path: Path,
    progress: Progress = _silent,
    *,
    also: Callable[[Reading], Iterable[Finding]] = _nothing,
    medium: str = Medium.DISK,
) -> Outcome:
    """Take in the package at `path`: a batch of this installation, or of another one for a unit that is known here.

    `also` says what else is wrong with what was read (it came over the line: is it what was announced?).
    """
    path = Path(path)
    reading = read(path, progress)
    batch = _batch_of(reading)
    findings = [*reading.findings, *(_of_known(batch, reading) if batch else foreign.unknown(reading))]
    findings += [*_as_zip(reading), *also(reading)]
    refusals = [as_refusal(one) for one in dict.fromkeys(findings) if one.is_refusal]
    if refusals:
        return Outcome(refusals=refusals)
    if batch is not None and batch.state not in (State.SUBMITTED, State.RECEIVED):
        return Outcome(batch, was_there=True)
    try:
        batch = batch or _entered(reading, medium)
        take_in(batch, carry=lambda row: _carry(row, reading), read_on=progress, inspected=progress)
    except foreign.NotEntered as refusal:
        return Outcome(refusals=[as_refusal(one) for one in refusal.findings])
    except Refused as refusal:
        return Outcome(refusals=[as_refusal(Finding(f.FIXITY, REFUSE, path.name, one)) for one in refusal.reasons])
    return Outcome(Batch.objects.unguarded("the command does what the archive asked for").get(pk=batch.pk))


def _entered(reading: Reading, medium: str) -> Batch:
    """Of another installation: every part is copied and proved before anything is entered; then batch, records, copies
    and 签收 are there together, or nothing of them. Cut anywhere, what was copied lies apart for the sweep."""
    parts = foreign.parts_of(reading)
    with delivery.staged(foreign.archive_here(), reading.info["egov-batch-uid"]) as folder:
        _copied(parts, reading, folder)

        def placed(batch: Batch) -> None:
            receipt = ReceivedInput(delivery.kept_in_holdings(parts))
            BATCH.perform("receive", batch, by=system_user(), given=receipt)
            delivery.put_in_place(folder, batch)

        return foreign.enter(reading, parts, placed, medium)


def _batch_of(reading: Reading) -> Batch | None:
    try:
        uid = UUID(reading.info.get("egov-batch-uid", ""))
    except ValueError:
        return None
    return Batch.objects.unguarded("the command does what the archive asked for").for_detail().filter(uid=uid).first()


def _of_known(batch: Batch, reading: Reading) -> list[Finding]:
    """It must be the package that the leader approved, of a batch that was submitted."""
    found = []
    if told := NOT_YET.get(State(batch.state)):
        found.append(Finding(f.FIXED, REFUSE, batch.batch_no, told))
    if batch.manifest_digest and reading.digest != batch.manifest_digest:
        told = f"移交信息包数字摘要应为批准时的{batch.manifest_digest}，实际为{reading.digest or '无'}。"
        found.append(Finding(f.FIXITY, REFUSE, batch.batch_no, told))
    if batch.payload_bytes and reading.bytes != batch.payload_bytes:
        told = f"应为{batch.payload_bytes}字节，实有{reading.bytes}字节。"
        found.append(Finding(f.TOTAL_BYTES, REFUSE, batch.batch_no, told))
    if reading.record_count != batch.record_count:
        told = f"登记{batch.record_count}件，信息包中有{reading.record_count}件。"
        found.append(Finding(f.RECORD_COUNT, REFUSE, batch.batch_no, told))
    return found


def _as_zip(reading: Reading) -> list[Finding]:
    told = "应为移交时的ZIP信息包，不能是解开的文件夹。"
    return [
        Finding(f.STRUCTURE, REFUSE, part.place.name, told) for part in reading.parts if not part.place.is_file()
    ]  # fmt: skip


def _carry(batch: Batch, reading: Reading) -> list[dict]:
    """Each part from the disk into the holdings, its digest proved on the way; a whole one that is there stays."""
    folder = delivery.holdings_folder(batch)
    folder.mkdir(parents=True, exist_ok=True)
    parts = list(batch.parts.filter(record_count__gt=0, state=PartState.DONE).order_by("number"))
    delivery.forget_former(batch, folder, {part.filename for part in parts})
    _copied(parts, reading, folder)
    return delivery.kept_in_holdings(parts)


def _copied(parts: list[PackagePart], reading: Reading, folder: Path) -> None:
    places, wrong = {part.number: part.place for part in reading.parts}, []
    for part in parts:
        wrong += delivery.copy_part(places.get(part.number, folder / "-"), folder / part.filename, part)
    if wrong:
        raise Refused(*wrong)

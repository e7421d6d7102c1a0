"""外送: a package to another installation. Only what the other side has not got is sent, after whatever cut.

What the other side has is asked anew at each beginning: nothing here has to be right about it.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import audit, jobs
from units.actions import system_user
from units.models import Job
from units.workflow import Refused

from ..inputs import SendInput
from ..line_workflow import CONSIGNMENT, Said
from ..locking import locked
from ..models import Batch, Consignment, Peer
from ..states import CONSIGNMENT_OPEN, ConsignmentState
from . import loads
from .client import PAUSES, Line, NotReached
from .loads import Load
from .speed import Speed

C = ConsignmentState
WAIT = 3.0  # seconds after the last chunk, before the answer is left to the schedule
BETWEEN = 0.5  # seconds between two of them
ROUNDS = 5  # times that what is missing is asked for again within one run
Progress = Callable[[int, int, str], None]


class Stopped(Exception):
    """A person has cancelled it."""


def not_now(batch: Batch) -> str:
    """It is submitted, meant for another installation, and not on its way."""
    if batch.medium != "peer":
        return "移交方式不是“送另一平台”。"
    if batch.state != "submitted":
        return "提交后才能送出。"
    if batch.consignments.unguarded("the batch is given").filter(state__in=(*CONSIGNMENT_OPEN, C.RECEIVED)).exists():
        return "已经送出。"
    return ""


@transaction.atomic
def send(batch: Batch, *, by, note: str = "", given: SendInput) -> Consignment:
    """Begin: the worker does it, anybody may watch."""
    row = locked(batch.pk, by=by, permission="make", moment=not_now)
    if given.peer is None or given.peer.ended_at is not None:
        raise Refused("请选择对接平台。")
    made = begin(
        given.peer, by=by, batch=row, name=row.issued_no, digest=row.manifest_digest, record_count=row.record_count,
        bytes=sum(row.parts.filter(record_count__gt=0).values_list("bytes", flat=True)),
    )  # fmt: skip
    start_job(made, by)
    return made


def begin(peer: Peer, *, by, batch: Batch | None, **fields) -> Consignment:
    """The row of a package to `peer`; the one under way where there is one already."""
    rows = Consignment.objects.unguarded("whoever sends has asked his rule")
    try:
        with transaction.atomic():
            made = Consignment(peer=peer, batch=batch, unit=batch.unit if batch else None, made_by=by, **fields)
            made.save()
            subject = batch or made
            audit.record(
                "send_to_peer", f"送往{peer.name}", subject, by=by, digest=made.digest, consignment=str(made.uid)
            )
    except IntegrityError:
        return rows.filter(peer=peer, digest=fields["digest"], state__in=CONSIGNMENT_OPEN).get()
    return made


def start_job(row: Consignment, by) -> Job:
    """The worker's; its progress is shown on the page of the batch."""
    return jobs.start(
        "send_consignment", f"送往{row.peer.name}：{row.name}", by=by, unit=row.unit, subject=row.batch or row,
        consignment=str(row.uid),
    )  # fmt: skip


def run(row: Consignment, load: Load, line: Line, progress: Progress, wait: float) -> None:
    """All the way: announced, what is missing sent, finished, the answer kept. Raises Refused, NotReached, Stopped."""
    watch = _watch(row)
    line.waiting = watch
    try:
        uid = _announce(row, load, line)
        speed = Speed(load.said.bytes)
        for _ in range(ROUNDS):
            told = _asked(line, f"{uid}/", "")
            if told["state"] != "open" or (not told["missing"] and _finish(line, uid)):
                break
            _send_missing(row, load, line, uid, told, speed, watch, progress)
            if _finish(line, uid):
                break
        else:
            raise Refused("对方平台多次报缺，请与对方系统管理员联系后重试。")
        _keep(row, there=row.bytes)
        CONSIGNMENT.perform("wait", row, by=system_user())
        until = time.monotonic() + wait
        while not ask(row, line) and time.monotonic() < until:
            progress(load.said.bytes, load.said.bytes, "已全部传到，对方检测中")
            time.sleep(BETWEEN)
    finally:
        line.close()


def _watch(row: Consignment) -> Callable[[], None]:
    def watch() -> None:
        rows = Consignment.objects.unguarded("the worker asks whether to go on")
        if rows.filter(pk=row.pk).exclude(stop_asked_at=None).exists():
            raise Stopped

    return watch


def _announce(row: Consignment, load: Load, line: Line) -> str:
    told = _asked(line, "", "announce", load.said.as_values())
    if str(row.arrival) != told["uid"]:
        _keep(row, arrival=told["uid"])
    return told["uid"]


def _asked(line: Line, path: str, what: str, told: dict | None = None) -> dict:
    status, answer = line.get(path) if told is None else line.post(path, told)
    if status >= 400:
        raise Refused(*(answer.get("refused") or [f"对方回答状态{status}。"]))
    return answer


def _finish(line: Line, uid: str) -> bool:
    """False when something is missing after all."""
    status, answer = line.post(f"{uid}/finish/", {})
    if status == 409 and answer.get("missing"):
        return False
    if status >= 400:
        raise Refused(*(answer.get("refused") or [f"对方回答状态{status}。"]))
    return True


def _send_missing(row, load: Load, line: Line, uid: str, told: dict, speed: Speed, watch, progress: Progress) -> None:
    there = int(told["there"])
    speed.begin(there)
    for one in told["missing"]:
        for number in one["chunks"]:
            watch()
            body = load.chunk(one["part"], number)
            status, answer = line.put(f"{uid}/parts/{one['part']}/chunks/{number}/", body)
            if status >= 400:
                raise Refused(*(answer.get("refused") or [f"对方回答状态{status}。"]))
            there += len(body)
            _keep(row, there=there)
            progress(there, load.said.bytes, speed.shown(there))


def _keep(row: Consignment, **fields) -> None:
    Consignment.objects.unguarded("the worker notes how far it is").filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def ask(row: Consignment, line: Line) -> bool:
    """What has become of it at the other side? True once that is known; its papers are kept."""
    told = _asked(line, f"{row.arrival}/", "")
    _keep(row, asked_at=timezone.now())
    by = system_user()
    if told["state"] == "received":
        said = Said("", told["findings"], told["receipts"])
        if row.state != C.RECEIVED:
            with transaction.atomic():
                CONSIGNMENT.perform("receive", row, by=by, given=said)
                audit.record("peer_received", f"{row.peer.name}已签收", row.batch or row, by=by, digest=row.digest)
        elif told["receipts"] != row.receipts:
            CONSIGNMENT.perform("receive", row, by=by, given=said)
        return True
    if told["state"] == "refused":
        with transaction.atomic():
            CONSIGNMENT.perform("refuse", row, by=by, given=Said(told["cause"], told["findings"]))
            audit.record("peer_refused", f"{row.peer.name}不予接收", row.batch or row, by=by, cause=told["cause"])
        return True
    if told["state"] == "open":  # it has lost something, or had no room
        cause = told["cause"] or "对方要求补传。"
        CONSIGNMENT.perform("fail", row, by=by, given=Said(cause))
        raise Refused(cause)
    if told["state"] == "expired":
        CONSIGNMENT.perform("fail", row, by=by, given=Said(told["cause"]))
        raise Refused(told["cause"])
    return False


def work(
    row: Consignment,
    load: Callable[[], Load],
    progress: Progress,
    *,
    is_last: bool,
    wait: float | None = None,
    pauses=PAUSES,
) -> None:
    """One attempt by worker or command: whatever ends it stands on the row. Raises Refused or NotReached."""
    by = system_user()
    if row.state == C.FAILED:
        CONSIGNMENT.perform("resume", row, by=by)
    if row.state == C.WAITING:
        CONSIGNMENT.perform("go_on", row, by=by)
    if row.state != C.SENDING:
        return
    try:
        run(row, load(), Line(row.peer, pauses), progress, WAIT if wait is None else wait)
    except Stopped:
        CONSIGNMENT.perform("cancel", row, by=by, given=Said("已由人取消。"))
    except NotReached as error:
        if not is_last:
            raise
        CONSIGNMENT.perform("fail", row, by=by, given=Said(str(error)))
        raise Refused(f"{error}。已经传到的不必重传，可以重试。") from error
    except Refused as refusal:
        row.refresh_from_db()
        if row.state in (C.SENDING, C.WAITING):
            CONSIGNMENT.perform("fail", row, by=by, given=Said(str(refusal)))
        raise


def load_of(row: Consignment) -> Load:
    """Of a consignment of a batch: exactly the package that was submitted."""
    batch = Batch.objects.unguarded("the worker sends what a person asked for").for_detail().get(pk=row.batch_id)
    found = loads.of_batch(batch)
    if found.said.digest != row.digest:
        raise Refused("移交信息包已重新形成，与送出时的不同，请取消后重新送出。")
    return found


def ask_waiting() -> int:
    """Answers that came after the worker had gone on, and papers made since; how many were asked for."""
    before = timezone.now() - timedelta(minutes=1)
    rows = Consignment.objects.unguarded("the schedule asks").select_related("peer", "batch", "unit")
    found = 0
    for row in rows.filter(state=C.WAITING).order_by("asked_at", "pk")[:50]:
        if row.asked_at is None or row.asked_at < before:
            found += _asked_again(row)
    later = timezone.now() - timedelta(hours=1)
    newest = timezone.now() - timedelta(days=400)
    for row in rows.filter(state=C.RECEIVED, asked_at__lt=later, made_at__gt=newest).order_by("asked_at")[:20]:
        found += _asked_again(row)
    return found


def _asked_again(row: Consignment) -> int:
    line = None
    try:
        line = Line(row.peer, pauses=())
        ask(row, line)
    except (Refused, NotReached):
        _keep(row, asked_at=timezone.now())  # stands on the row where it was a refusal; else it is asked again
        return 0
    finally:
        if line is not None:
            line.close()
    return 1

"""A package from another installation: announced, landed chunk by chunk, and taken in as one from a disk is.

Checks of the package itself are receive_package's and nobody else's; here only that it is what was announced and comes
from a unit for which the peer may speak.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from archive.packages import findings as f
from units import audit, jobs
from units.actions import system_user
from units.findings import REFUSE, Finding
from units.models import Job
from units.workflow import Refused

from .. import room
from ..line_workflow import ARRIVAL
from ..line_workflow import Said as Became
from ..models import Arrival, Peer
from ..receive import Progress, receive_package
from ..receive_checks import FOREIGN, Reading
from ..states import ARRIVAL_OPEN, ArrivalState, Medium
from . import announcing, landing
from .announcing import Said
from .door import Answer

MOST_OPEN = 50  # packages of one peer that are under way at the same time
KEPT_DAYS = 7  # for so long what has come is kept without a further word


def announce(peer: Peer, told: dict) -> Arrival:
    """The package under way; the same one when it was announced before. Raises Answer."""
    try:
        said = announcing.read(told)
    except announcing.Wrong as refusal:
        raise Answer(422, *refusal.reasons) from None
    if not peer.units.filter(code=said.sender).exists():
        raise Answer(422, f"本平台没有同意由“{peer.name}”代为移交单位{said.sender}的档案，请与接收单位系统管理员联系。")
    known = _known(peer, said)
    if known is None:
        known = _begun(peer, said)
    if announcing.of_row(known) != said:
        raise Answer(409, "同一移交信息包已按另外的分块通知过，请按原来的分块续传，或者等其过期。", uid=str(known.uid))
    return known


def _rows(peer: Peer):
    return Arrival.objects.unguarded("its peer is proved").filter(peer=peer)


def _known(peer: Peer, said: Said) -> Arrival | None:
    there = Q(state__in=(*ARRIVAL_OPEN, ArrivalState.RECEIVED))
    return _rows(peer).filter(there, digest=said.digest, batch_uid=said.batch_uid).order_by("-pk").first()


def _begun(peer: Peer, said: Said) -> Arrival:
    if _rows(peer).filter(state__in=ARRIVAL_OPEN).count() >= MOST_OPEN:
        raise Answer(409, f"已有{MOST_OPEN}个移交信息包正在接收，请等其中一些完成。")
    if landing.free_bytes() < said.bytes:
        raise Answer(507, room.told("移交信息包", "接收方"))
    row = Arrival(peer=peer, **{**said.as_values(), "batch_uid": said.batch_uid})
    try:
        with transaction.atomic():
            row.save()
            audit.record("announce", "来包通知", row, by=system_user(), peer=peer.name, digest=said.digest)
    except IntegrityError:  # announced twice at once
        found = _known(peer, said)
        if found is None:
            raise Answer(409, "该移交信息包正在接收。") from None
        return found
    return row


def of_peer(peer: Peer, uid: UUID) -> Arrival:
    """Of this peer's alone. Raises Answer 404."""
    found = _rows(peer).filter(uid=uid).select_related("peer", "batch").first()
    if found is None:
        raise Answer(404, "没有这个来包，请重新通知。")
    return found


def take_chunk(row: Arrival, part: int, number: int, stream, claimed: str, length: str) -> None:
    """One chunk, by digest; one that is there is not written again. Raises Answer and OSError."""
    said = announcing.of_row(row)
    if row.state != ArrivalState.OPEN:
        raise Answer(409, f"该来包{row.get_state_display()}，不再接收数据。")
    if part >= len(said.parts) or number >= len(said.parts[part].chunks):
        raise Answer(404, "没有通知过这一块。")
    wanted, size = said.parts[part].chunks[number], said.parts[part].length_of(number, said.chunk_bytes)
    if length != str(size):
        raise Answer(422, f"这一块应为{size}字节，请求写明的是{length[:20] or '空'}字节。")
    if claimed != wanted:
        raise Answer(422, f"这一块SHA-256应为{wanted}，签名中的是{claimed}。")
    if landing.has_chunk(row.uid, said, part, number):
        _drain(stream, size)
    else:
        try:
            landing.land(row.uid, said, part, number, stream)
        except landing.NotThatChunk as refusal:
            raise Answer(422, str(refusal)) from None
    _rows(row.peer).filter(pk=row.pk).update(heard_at=timezone.now())


def _drain(stream, left: int) -> None:
    """What is not needed is read all the same: a connection that is to live on must be empty."""
    while left > 0 and (block := stream(min(landing.BLOCK, left))):
        left -= len(block)


def finish(row: Arrival) -> None:
    """Everything has come: the worker puts it together and takes it in. Safe to ask again. Raises Answer."""
    if row.state == ArrivalState.OPEN:
        missing = landing.missing_of(row.uid, announcing.of_row(row))
        if missing:
            count = sum(map(len, missing.values()))
            raise Answer(409, f"还缺{count}块，请补传后再报完成。", missing=as_missing(missing))
        with transaction.atomic():
            ARRIVAL.perform("complete", row, by=system_user())
            _start(row)
    elif row.state == ArrivalState.CHECKING and not any(job.is_open for job in Job.objects.of(row)):
        with transaction.atomic():
            _start(row)


def _start(row: Arrival) -> None:
    jobs.start(
        "receive_arrival", f"接收{row.peer.name}送来的{row.name}", by=system_user(), subject=row, arrival=str(row.uid)
    )


def as_missing(missing: dict[int, list[int]]) -> list[dict]:
    return [{"part": place, "chunks": numbers} for place, numbers in missing.items()]


def status_of(row: Arrival) -> dict:
    """What the sender may know: how far it is, why not, and the papers of the batch that it has become."""
    told = {
        "uid": str(row.uid),
        "state": row.state,
        "state_shown": row.get_state_display(),
        "cause": row.cause,
        "findings": row.findings,
        "bytes": row.bytes,
        "there": row.bytes,
        "missing": [],
        "receipts": [],
    }
    if row.state == ArrivalState.OPEN:
        said = announcing.of_row(row)
        missing = landing.missing_of(row.uid, said)
        told |= {"missing": as_missing(missing), "there": row.bytes - landing.bytes_missing(said, missing)}
    elif row.state == ArrivalState.CHECKING:
        told["progress"] = next((one.note for one in Job.objects.of(row)[:1] if one.is_open), "")
    elif row.batch is not None:
        told["batch_state"] = row.batch.get_state_display()
        told["receipts"] = [
            {"uid": str(one.uid), "kind": one.kind, "kind_shown": one.get_kind_display(), "digest": one.digest,
             "made_at": one.made_at.isoformat(), "content": one.content}
            for one in row.batch.receipts.all()
        ]  # fmt: skip
    return told


def take_in(row: Arrival, progress: Progress) -> None:
    """Put together and received; what it became stands on the row. May be killed anywhere and run again."""
    if row.state != ArrivalState.CHECKING:
        return
    said, by = announcing.of_row(row), system_user()
    try:
        wrong = landing.put_together(row.uid, said, progress)
        if wrong:
            found = [{"item": f.FIXITY, "rule": "", "path": row.name, "message": one} for one in wrong]
            ARRIVAL.perform("refuse", row, by=by, given=Became("移交信息包与通知的不符。", found))
        else:
            _receive(row, said, progress)
    except landing.ChunksLost as lost:
        ARRIVAL.perform("reopen", row, by=by, given=Became(str(lost)))
        return
    except OSError as error:
        if not room.is_full(error):
            raise
        ARRIVAL.perform("reopen", row, by=by, given=Became(room.told("移交信息包", "接收方")))
        raise Refused(room.told("移交信息包", "接收方")) from error
    landing.forget(row.uid)


def _receive(row: Arrival, said: Said, progress: Progress) -> None:
    def announced(reading: Reading) -> Iterator[Finding]:
        return _unlike_announced(row, said, reading)

    found = receive_package(landing.whole_folder(row.uid), progress, also=announced, medium=Medium.PEER)
    if found.is_received:
        ARRIVAL.perform("receive", row, by=system_user(), given=Became(batch=found.batch))
    else:
        ARRIVAL.perform("refuse", row, by=system_user(), given=Became("移交信息包不予接收。", found.refusals))


def _unlike_announced(row: Arrival, said: Said, reading: Reading) -> Iterator[Finding]:
    """What the bag says of itself must be what was announced: the peer's right was asked by those words."""
    info = reading.info
    for label, wanted in (("internal-sender-identifier", said.sender), ("egov-batch-uid", str(said.batch_uid))):
        if info.get(label) != wanted:
            told = f"{label}通知为{wanted}，信息包中为{info.get(label) or '空'}。"
            yield Finding(FOREIGN, REFUSE, "bag-info.txt", told)
    if reading.digest != said.digest:
        told = f"移交信息包数字摘要通知为{said.digest}，实际为{reading.digest or '无'}。"
        yield Finding(f.FIXITY, REFUSE, row.name, told)
    if reading.record_count != said.record_count:
        told = f"通知为{said.record_count}件，信息包中有{reading.record_count}件。"
        yield Finding(f.RECORD_COUNT, REFUSE, row.name, told)


def expire(before) -> int:
    """Packages of which nothing was heard since `before` are given up, their bytes go; how many."""
    rows = Arrival.objects.unguarded("the schedule gives up what nobody sends").filter(
        state=ArrivalState.OPEN, heard_at__lt=before
    )
    found = 0
    for row in rows:
        try:
            ARRIVAL.perform("expire", row, by=system_user(), given=Became(f"{KEPT_DAYS}天没有收到数据。"))
        except Refused:
            continue  # it has gone on meanwhile
        found += 1
    return found


def sweep() -> int:
    """Folders of packages that are not under way any more; how many."""
    gone = 0
    root = landing.folder_of("x").parent
    kept = {
        str(uid)
        for uid in Arrival.objects.unguarded("the schedule clears up")
        .filter(state__in=ARRIVAL_OPEN)
        .values_list("uid", flat=True)
    }
    for folder in root.iterdir() if root.exists() else ():
        if folder.is_dir() and folder.name not in kept:
            landing.forget(folder.name)
            gone += 1
    return gone

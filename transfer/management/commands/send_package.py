"""`manage.py send_package BATCH_OR_PATH PEER`: a package to another installation, resumed where it was cut."""

import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from transfer.inputs import SendInput
from transfer.line import loads, sending
from transfer.line.client import NotReached
from transfer.models import Batch, Consignment, Peer
from transfer.states import CONSIGNMENT_OPEN
from units import jobs
from units.actions import system_user
from units.models import Job
from units.workflow import Refused


class Command(BaseCommand):
    help = "Sends the batch (its number) or the package in the folder PATH to PEER (its name or uid)."

    def add_arguments(self, parser):
        parser.add_argument("what")
        parser.add_argument("peer")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--chunk", type=int, default=loads.LARGEST_CHUNK, help="bytes of a chunk (of a folder's)")
        parser.add_argument("--wait", type=float, default=600, help="seconds to wait for the other side's inspection")

    def handle(self, *, what: str, peer: str, **options):
        to = _peer(peer)
        progress = _silent if options["json"] else self._progress
        path = Path(what)
        try:
            row = _of_path(path, to, options, progress) if path.exists() else _of_batch(what, to)
        except (Refused, NotReached) as refusal:
            raise CommandError(str(refusal)) from refusal
        row.refresh_from_db()
        told = {"state": row.state, "cause": row.cause, "findings": row.findings, "receipts": row.receipts,
                "records": row.record_count, "bytes": row.bytes}  # fmt: skip
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else row.get_state_display())
        for one in () if options["json"] else row.findings:
            self.stdout.write(f"{one['rule']}　{one['path']}　{one['message']}")
        if row.state in ("refused", "failed"):
            raise CommandError(row.cause or row.get_state_display())

    def _progress(self, there: int, total: int, note: str) -> None:
        self.stderr.write(note)


def _silent(there: int, total: int, note: str) -> None:
    """Nobody watches."""


def _peer(name: str) -> Peer:
    rows = Peer.objects.unguarded("the command does what the server's keeper asks").filter(ended_at=None)
    try:
        found = list(rows.filter(uid=UUID(name)))
    except ValueError:
        found = list(rows.filter(name=name))
    if len(found) != 1:
        raise CommandError(
            f"没有对接平台“{name}”。" if not found else f"名为“{name}”的对接平台有{len(found)}个，请用其标识。"
        )
    return found[0]


def _of_path(path: Path, peer: Peer, options: dict, progress) -> Consignment:
    load = loads.of_path(path, options["chunk"])
    said = load.said
    row = sending.begin(
        peer, by=system_user(), batch=None, name=said.name, digest=said.digest, record_count=said.record_count,
        bytes=said.bytes,
    )  # fmt: skip
    sending.work(row, lambda: load, progress, is_last=True, wait=options["wait"])
    return row


def _of_batch(number: str, peer: Peer) -> Consignment:
    """Through the job of the batch, so that the page shows it and no worker does it beside."""
    rows = Batch.objects.unguarded("the command does what the server's keeper asks").for_detail()
    batch = rows.filter(batch_no=number.removesuffix("-v2")).first()
    if batch is None:
        raise CommandError(f"没有批次“{number}”，也没有这个文件夹。")
    under_way = Consignment.objects.unguarded("of the batch").filter(batch=batch, peer=peer, state__in=CONSIGNMENT_OPEN)
    row = under_way.first() or sending.send(batch, by=batch.created_by, given=SendInput(peer))
    job = Job.objects.of(batch).filter(kind="send_consignment", args__consignment=str(row.uid)).first()
    if job is None or job.state == Job.State.DONE:
        job = sending.start_job(row, batch.created_by)
    jobs.run_now(job)
    return row

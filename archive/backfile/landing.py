"""The bytes of a row: examined and put under their digests, or only looked at in a trial run; every fault is named."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from files.examination import examine
from files.probing import warm
from files.store import Landed, Received, receive, settle
from files.zips import ZipFaultError

from .folder import Source
from .rerun import Row
from .texts import BYTES_TOLD


@contextmanager
def landing_threads() -> Iterator[ThreadPoolExecutor]:
    """As many as the machine has processors, each with its probes forked from one warm process; none has a database.

    Whoever leaves early waits for the file in hand only; what landed and is named by no row is swept.
    """
    threads = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "landing", initializer=warm.begin)
    try:
        yield threads
    finally:
        threads.shutdown(cancel_futures=True)


def landing(threads: ThreadPoolExecutor, rows: list[Row], *, dry_run: bool) -> Future:
    """Ends when the files of all `rows` are in the store: looked into one by one, made sure of on the disk together.

    Those of a row that is refused already are looked at all the same: whoever mends it mends them with it.
    """
    begun = [threads.submit(receive_files, row, dry_run=dry_run or row.item.is_refused) for row in rows]

    def together() -> None:
        arrived = []
        try:
            for one in begun:
                arrived += one.result()
        finally:
            settle(arrived)

    return threads.submit(together)


def land_files(row: Row, *, dry_run: bool) -> None:
    """The row's files, examined and put under their digests; every file that is refused is named."""
    settle(receive_files(row, dry_run=dry_run))


def receive_files(row: Row, *, dry_run: bool) -> list[Received]:
    """The row's files, examined; every file that is refused is named. They are to be settled before the row is kept."""
    arrived = []
    for told in row.absent:
        row.item.refuse("file", told)
    for source in row.sources:
        try:
            if dry_run:
                one = _examined(source)
            else:
                arrived.append(receive(source.blocks(), source.kept_name))
                one = arrived[-1].landed
        except (OSError, ZipFaultError) as error:
            row.item.refuse("file", unreadable(source, error))
            continue
        for finding in one.examination.findings:
            judge = row.item.refuse if finding.is_refusal else row.item.warn
            judge("file", f"“{source.name[:100]}”：{finding.message}")
        if one.filename != source.name:
            row.item.warn("file", f"文件名“{source.name[:100]}”过长或含有不能保存的字符，已存为“{one.filename}”。")
        if one.examination.mime == "text/plain" and one.bytes > BYTES_TOLD:
            row.item.warn("file", f"“{source.name[:100]}”很长，只能检索到它的前 3200 万字，文件本身完整保存。")
        row.landed.append(one)
    return arrived


def unreadable(source: Source, error: OSError | ZipFaultError) -> str:
    why = error.fault.what if isinstance(error, ZipFaultError) and error.fault else getattr(error, "strerror", "")
    return f"文件“{source.name[:100]}”不能读取（{why or '内容已损坏'}）。"


def _examined(source: Source) -> Landed:
    """As `land`, and nothing is kept."""
    sha, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=settings.EGOV_TMP_DIR) as copy:
        for block in source.blocks():
            copy.write(block)
            sha.update(block)
            size += len(block)
        copy.flush()
        return Landed(sha.hexdigest(), 0, size, source.kept_name, examine(Path(copy.name), source.kept_name))


def digests_of(row: Row) -> list[str]:
    if row.landed:
        return [one.sha256 for one in row.landed]
    found = []
    for source in row.sources:
        sha = hashlib.sha256()
        for block in source.blocks():
            sha.update(block)
        found.append(sha.hexdigest())
    return found

"""Proof of the audit chain: which event was changed, removed or put in."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from .findings import REFUSE, Finding
from .models import AuditLink

CHECK = """
SELECT l.seq, l.event_uid, e.id IS NULL AS removed,
       CASE WHEN e.id IS NULL THEN NULL
            ELSE audit_digest(e, l.seq, coalesce(lag(l.digest) OVER (ORDER BY l.seq), ''::bytea)) = l.digest
            END AS sound,
       l.seq - lag(l.seq, 1, 0::bigint) OVER (ORDER BY l.seq) AS step
FROM units_auditlink l LEFT JOIN units_auditevent e ON e.id = l.event_id AND e.uid = l.event_uid
ORDER BY l.seq
"""
UNLINKED = """
SELECT e.uid, e.id FROM units_auditevent e LEFT JOIN units_auditlink l ON l.event_id = e.id
WHERE l.seq IS NULL ORDER BY e.id
"""


def verify() -> Iterator[Finding]:
    """Walk the whole chain once; yields a finding for every break (its target is the event).

    Codes: tampered, removed, inserted, gap, anchor. Memory does not grow with the chain."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE chain NO SCROLL CURSOR WITH HOLD FOR {CHECK}")
        try:
            while True:
                cursor.execute("FETCH 2000 FROM chain")
                rows = cursor.fetchall()
                if not rows:
                    break
                yield from _judge(rows)
        finally:
            cursor.execute("CLOSE chain")
        cursor.execute(UNLINKED)
        for uid, key in cursor.fetchall():
            yield Finding("inserted", REFUSE, str(uid), f"事件 {uid}（编号 {key}）不在链上：系事后插入。")
    yield from _check_anchors()


def _judge(rows) -> Iterator[Finding]:
    for seq, uid, removed, sound, step in rows:
        if step != 1:
            yield Finding("gap", REFUSE, str(uid), f"链上第 {seq} 环之前缺 {step - 1} 环。")
        if removed:
            yield Finding("removed", REFUSE, str(uid), f"链上第 {seq} 环的事件 {uid} 已被删除。")
        elif not sound:
            yield Finding("tampered", REFUSE, str(uid), f"链上第 {seq} 环的事件 {uid} 内容与摘要不符：已被改动。")


def anchor_files() -> list[Path]:
    """Where anchors are kept: in the data folder, and in EGOV_ANCHOR_DIR when the site names one."""
    folders = [Path(settings.EGOV_ANCHORS_DIR)]
    if settings.EGOV_ANCHOR_DIR:
        folders.append(Path(settings.EGOV_ANCHOR_DIR))
    return [folder / "audit.txt" for folder in folders]


def write_anchor() -> str | None:
    """Append the head (`date seq digest`) to files outside the database; None while the chain is empty.

    Raises OSError when one of the places cannot be written; the others have it then.
    """
    head = AuditLink.objects.order_by("-seq").first()
    if head is None:
        return None
    line = f"{timezone.localdate().isoformat()} {head.seq} {bytes(head.digest).hex()}"
    failed: OSError | None = None
    for path in anchor_files():
        try:
            _append(path, line)
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed
    return line


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as out:
        out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())


def _check_anchors() -> Iterator[Finding]:
    """Each anchored link is still there with its digest: a tail that was cut off is noticed by this alone."""
    for path in anchor_files():
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), start=1):
            yield from _check_anchor(path, number, line)


def _check_anchor(path: Path, number: int, line: str) -> Iterator[Finding]:
    day, seq, digest = (*line.split(), "", "", "")[:3]
    if not (seq.isdigit() and digest):
        yield Finding("anchor", REFUSE, "", f"锚点文件 {path} 第 {number} 行不能读取。")
        return
    link = AuditLink.objects.filter(seq=int(seq)).first()
    if link is None:
        yield Finding("anchor", REFUSE, "", f"{day} 的外部锚点指向第 {seq} 环，链上已没有这一环：链尾被截断。")
    elif bytes(link.digest).hex() != digest:
        yield Finding("anchor", REFUSE, "", f"{day} 的外部锚点（第 {seq} 环）与链不符。")

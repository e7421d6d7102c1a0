"""Peers of the installation, a package that goes to each, and one that came from each (pages of transfer/line)."""

import base64
import hashlib
import uuid

from transfer.line import peers, sending
from transfer.models import Arrival, Batch
from units.models import Unit


def connected(people, count: int, batch: Batch) -> dict[str, dict]:
    """Arguments of the routes: the last peer, the last package that goes, and addresses of machines."""
    for number in range(count):
        key = base64.b64encode(hashlib.sha256(f"对接{number}".encode()).digest()).decode()
        peer = peers.add(
            by=people["D07:sysadmin"], name=f"第{number}馆", public_key=key, address=f"https://a{number}.example",
            units=Unit.objects.filter(code__in=("D07", "D09", "D15")[: number + 1]),
        )  # fmt: skip
        digest = hashlib.sha256(key.encode()).hexdigest()
        row = sending.begin(
            peer, by=people["D07:archivist"], batch=batch, name=batch.batch_no, digest=digest, record_count=1, bytes=9
        )
        Arrival.objects.create(
            peer=peer, batch_uid=uuid.uuid4(), name=batch.batch_no, sender="D07", digest=digest, record_count=1,
            bytes=9, chunk_bytes=1024, parts=[],
        )  # fmt: skip
    package = {"uid": uuid.uuid4()}
    return {
        "peer": {"uid": peer.uid},
        "consignment": {"uid": row.uid},
        "package": package,
        "chunk": {**package, "part": 0, "number": 0},
    }

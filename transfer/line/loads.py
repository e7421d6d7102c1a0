"""What is sent: the parts of a batch as the leader approved them, or a package in a folder, cut into chunks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from units.workflow import Refused

from ..export import sources_of
from ..models import Batch
from ..receive_checks import read
from .announcing import LARGEST_CHUNK, PartSaid, Said

SENT_CHUNK = LARGEST_CHUNK  # bytes


@dataclass(frozen=True)
class Load:
    """The announcement, and where each part of it lies."""

    said: Said
    places: tuple[Path, ...]

    def chunk(self, part: int, number: int) -> bytes:
        """At most LARGEST_CHUNK bytes. Raises Refused where the part is not what it was."""
        said, chunk = self.said.parts[part], self.said.chunk_bytes
        with self.places[part].open("rb") as source:
            source.seek(number * chunk)
            found = source.read(said.length_of(number, chunk))
        if hashlib.sha256(found).hexdigest() != said.chunks[number]:
            raise Refused(f"{said.name}在传送中有变化，请重新导出后再送。")
        return found


def of_batch(batch: Batch) -> Load:
    """In chunks of SENT_CHUNK. Raises Refused where there is nothing to hand over or a part is not whole any more."""
    pairs, chunk_bytes = sources_of(batch), SENT_CHUNK
    if batch.submitted_at is None:
        raise Refused(f"批次{batch.batch_no}尚未提交，不能送出。")
    parts = tuple(_cut(place, part.filename, chunk_bytes) for part, place in pairs)
    for (part, _), cut in zip(pairs, parts, strict=True):
        if cut.sha256 != part.sha256:
            raise Refused(f"{part.filename}的摘要应为{part.sha256}，实际为{cut.sha256 or '无'}，请先修复移交信息包。")
    return Load(
        Said(
            batch.uid, batch.issued_no, batch.unit.code, batch.manifest_digest, batch.record_count,
            sum(part.bytes for part in parts), chunk_bytes, parts,
        ),
        tuple(place for _, place in pairs),
    )  # fmt: skip


def of_path(path: Path, chunk_bytes: int = LARGEST_CHUNK) -> Load:
    """The package of a folder, read and judged here before anything is sent. Raises Refused with every reason."""
    reading = read(Path(path))
    if reading.refusals:
        raise Refused(*(f"{one.target}：{one.message}" for one in reading.refusals[:20]))
    if any(not part.place.is_file() for part in reading.parts):
        raise Refused("应为移交时的ZIP信息包，不能是解开的文件夹。")
    info, places = reading.info, tuple(part.place for part in reading.parts)
    parts = tuple(_cut(place, place.name, chunk_bytes) for place in places)
    name = info.get("external-identifier", "").rsplit("-", 1)[0] or info.get("bag-group-identifier", "")
    return Load(
        Said(
            UUID(info["egov-batch-uid"]), name[:60], info["internal-sender-identifier"], reading.digest,
            reading.record_count, sum(part.bytes for part in parts), chunk_bytes, parts,
        ),
        places,
    )  # fmt: skip


def _cut(place: Path, name: str, chunk_bytes: int) -> PartSaid:
    """Digests of the whole and of each chunk, in one reading."""
    whole, chunks, size = hashlib.sha256(), [], 0
    with place.open("rb") as source:
        while block := source.read(chunk_bytes):
            whole.update(block)
            chunks.append(hashlib.sha256(block).hexdigest())
            size += len(block)
    return PartSaid(name, size, whole.hexdigest(), tuple(chunks))

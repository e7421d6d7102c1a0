"""What acts on batches are given: transitions by the worker that did the work, never by a form; side acts by forms."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PackagedInput:
    """The package as built: SHA-256 of its manifests, bytes of payload, key of the job that built it."""

    manifest_digest: str = ""
    payload_bytes: int = 0
    job: int | None = None


@dataclass(frozen=True)
class ReceivedInput:
    """The parts as copied to the holdings: filename, bytes, sha256, records of each."""

    parts: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class InspectedInput:
    verdict: str = ""


@dataclass(frozen=True)
class AddInput:
    """What goes into a batch that is put together: the archival codes named, else whatever fits the years."""

    codes: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class MarkManyInput:
    """Items to return: their numbers, or all with a finding of this item; the reason, and the field in question."""

    positions: tuple[int, ...] = ()
    finding: str = ""
    reason: str = ""
    field: str = ""


@dataclass(frozen=True)
class AccompanyInput:
    """What accompanies the items of these numbers, or all that have nothing yet (实施条例 30).

    `knows`: where it is other than what stands in the record, it is meant so.
    """

    opening: str = ""
    ground: str = ""
    disclosure: str = ""
    classification: str = ""
    positions: tuple[int, ...] = ()
    knows: bool = False


@dataclass(frozen=True)
class ReviewInput:
    """The archive's word on a catalogue that was sent ahead."""

    is_agreed: bool = True


@dataclass(frozen=True)
class SendInput:
    """To which peer (transfer.models.Peer) a package goes."""

    peer: Any = None


@dataclass(frozen=True)
class Done:
    """An act on many: how many it was done to, and a sentence for those that it was not done to."""

    count: int
    skipped: tuple[str, ...] = ()

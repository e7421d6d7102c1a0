"""ZIPs that come in as documents (office files, OFD): the first fault refuses, with a sentence for the person."""

from pathlib import Path

from files.zips import Archive, Entry, Fault, Kind, Policy, ZipFaultError
from files.zips.content import proved_blocks

from .policy import sentence

__all__ = ["ZipFaultError", "read_member", "read_structure", "verify_contents"]

MAX_ENTRIES = 20_000
CODES = {
    Kind.LIMIT: "zip-limit",
    Kind.ENCRYPTED: "encrypted",
    Kind.NAME: "zip-path",
    Kind.DUPLICATE: "zip-duplicate",
    Kind.BOMB: "zip-bomb",
    Kind.OVERLAP: "zip-overlap",
}


def reading_policy() -> Policy:
    return Policy(max_entries=MAX_ENTRIES)


def refusal(fault: Fault) -> ZipFaultError:
    """The fault as whoever uploads a document is told it."""
    code = CODES.get(fault.kind, "zip-structure")
    return ZipFaultError(code, sentence(code, what=fault.what), fault)


def read_structure(path: Path) -> tuple[Entry, ...]:
    """All entries of the ZIP at `path` in the order of their data. Raises ZipFaultError at the first fault."""
    with Archive(path, reading_policy()) as archive:
        if archive.faults:
            raise refusal(archive.faults[0])
        return archive.entries


def verify_contents(path: Path, entries, watch=None) -> None:
    """Unpack everything once without keeping it. Raises ZipFaultError where content and directory disagree.

    `watch(entry, block)` is shown the first block of each.
    """
    with path.open("rb") as file:
        for entry in entries:
            for number, block in enumerate(_blocks(file, entry)):
                if watch is not None and not number:
                    watch(entry, block)


def read_member(path: Path, entry: Entry, limit_bytes: int = 8 * 2**20) -> bytes:
    """The content of one entry, refused above `limit_bytes`."""
    if entry.unpacked > limit_bytes:
        size = entry.unpacked // 2**20
        raise ZipFaultError("zip-limit", sentence("zip-limit", what=f"的“{entry.name}”过大（{size} MB）"))
    with path.open("rb") as file:
        return b"".join(_blocks(file, entry))


def _blocks(file, entry: Entry):
    try:
        yield from proved_blocks(file, entry, reading_policy())
    except ZipFaultError as error:
        raise refusal(error.fault) from None

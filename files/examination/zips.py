"""ZIPs that come in as documents (office files, OFD): the first fault refuses, with a sentence for the person."""

from pathlib import Path

from files.zips import Archive, Entry, Fault, Kind, Policy, ZipFaultError
from files.zips.content import proved_blocks

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
RESAVE = "请用 Office、WPS 或版式软件重新另存后再提交。"


def policy() -> Policy:
    return Policy(max_entries=MAX_ENTRIES)


def refusal(fault: Fault) -> ZipFaultError:
    """The fault as whoever uploads a document is told it."""
    code = CODES.get(fault.kind, "zip-structure")
    sentences = {
        "zip-limit": f"文件内部{fault.what}，请拆分后再提交。",
        "encrypted": "文件内部有加密的内容。请取消加密（密码）后再提交。",
        "zip-structure": f"文件内部结构异常：{fault.what}。{RESAVE}",
        "zip-bomb": f"文件{fault.what}，不能接收。",
    }
    return ZipFaultError(code, sentences.get(code, f"文件内部的{fault.what}，不能接收。"), fault)


def read_structure(path: Path) -> tuple[Entry, ...]:
    """All entries of the ZIP at `path` in the order of their data. Raises ZipFaultError at the first fault."""
    with Archive(path, policy()) as archive:
        if archive.faults:
            raise refusal(archive.faults[0])
        return archive.entries


def verify_contents(path: Path, entries) -> None:
    """Unpack everything once without keeping it. Raises ZipFaultError where content and directory disagree."""
    with path.open("rb") as file:
        for entry in entries:
            for _ in _blocks(file, entry):
                pass


def read_member(path: Path, entry: Entry, limit_bytes: int = 8 * 2**20) -> bytes:
    """The content of one entry, refused above `limit_bytes`."""
    if entry.unpacked > limit_bytes:
        size = entry.unpacked // 2**20
        raise ZipFaultError("zip-limit", f"文件内部的“{entry.name}”过大（{size} MB），请精简后再提交。")
    with path.open("rb") as file:
        return b"".join(_blocks(file, entry))


def _blocks(file, entry: Entry):
    try:
        yield from proved_blocks(file, entry, policy())
    except ZipFaultError as error:
        raise refusal(error.fault) from None

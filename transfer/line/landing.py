"""Chunks on the disk: each under its number once it is whole and proved, then put together part by part.

A folder an arrival: `chunks/PART-NUMBER` and `whole/NAME.zip`. What is there is what the disk says, no row: whoever
was killed anywhere left a chunk or none. Half-written ones bear another name and are swept.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from files.store import sync_folder

from ..healing import digest_at
from .announcing import Said

BLOCK = 64 * 1024
HALF = ".half-"  # half-written chunks and parts begin so


class NotThatChunk(Exception):
    """The bytes are not those that were announced; the sentence says how they differ."""


def folder_of(uid) -> Path:
    return Path(settings.EGOV_ARRIVALS_DIR) / str(uid)


def whole_folder(uid) -> Path:
    """Where the parts lie once they are whole: a package as from a disk."""
    return folder_of(uid) / "whole"


def _chunks_folder(uid) -> Path:
    return folder_of(uid) / "chunks"


def _chunk(uid, part: int, number: int) -> Path:
    return _chunks_folder(uid) / f"{part:04d}-{number:05d}"


def free_bytes() -> int:
    """Room for what is announced: twice a chunk is nothing, twice a part may be."""
    root = Path(settings.EGOV_ARRIVALS_DIR)
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free


def has_chunk(uid, said: Said, part: int, number: int) -> bool:
    """It has come already, by itself or inside its whole part."""
    whole = said.parts[part]
    alone, inside = _chunk(uid, part, number), whole_folder(uid) / whole.name
    return _is(alone, whole.length_of(number, said.chunk_bytes)) or _is(inside, whole.bytes)


def _is(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def missing_of(uid, said: Said) -> dict[int, list[int]]:
    """part → numbers of its chunks that have not come; parts in which nothing is missing are left out."""
    have: dict[str, int] = {}
    chunks, whole = _chunks_folder(uid), whole_folder(uid)
    if chunks.exists():
        with os.scandir(chunks) as entries:
            have = {one.name: one.stat().st_size for one in entries if not one.name.startswith(HALF)}
    found = {}
    for place, part in enumerate(said.parts):
        if (target := whole / part.name).exists() and target.stat().st_size == part.bytes:
            continue
        lost = [
            number
            for number in range(len(part.chunks))
            if have.get(f"{place:04d}-{number:05d}") != part.length_of(number, said.chunk_bytes)
        ]
        if lost:
            found[place] = lost
    return found


def bytes_missing(said: Said, missing: dict[int, list[int]]) -> int:
    return sum(
        said.parts[place].length_of(number, said.chunk_bytes)
        for place, numbers in missing.items()
        for number in numbers
    )


def land(uid, said: Said, part: int, number: int, read: Callable[[int], bytes]) -> None:
    """One chunk, its digest proved while it is written. Raises NotThatChunk and OSError; nothing half is left then."""
    wanted, length = said.parts[part].chunks[number], said.parts[part].length_of(number, said.chunk_bytes)
    target = _chunk(uid, part, number)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=HALF)
    try:
        with os.fdopen(handle, "wb") as out:
            digest, left = hashlib.sha256(), length
            while left and (block := read(min(BLOCK, left))):
                out.write(block)
                digest.update(block)
                left -= len(block)
            if left:
                raise NotThatChunk(f"应为{length}字节，只收到{length - left}字节，请重传。")
            if digest.hexdigest() != wanted:
                raise NotThatChunk(f"SHA-256应为{wanted}，实际为{digest.hexdigest()}，请重传。")
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


class ChunksLost(Exception):
    """Chunks that lie here are not what they were: they are gone now and are asked for again."""


def put_together(uid, said: Said, progress: Callable[[int, int], None]) -> list[str]:
    """Every part whole in `whole_folder`; sentences where a part is not what was announced.

    Raises ChunksLost when the disk has lost something that had come. May be killed anywhere and run again.
    """
    folder, wrong, lost = whole_folder(uid), [], 0
    folder.mkdir(parents=True, exist_ok=True)
    for place, part in enumerate(said.parts):
        target = folder / part.name
        chunks = [_chunk(uid, place, number) for number in range(len(part.chunks))]
        if not (target.exists() and digest_at(target) == part.sha256):
            target.unlink(missing_ok=True)
            if (found := _joined(chunks, target)) != part.sha256:
                target.unlink(missing_ok=True)
                if bad := [
                    chunk for chunk, said_ in zip(chunks, part.chunks, strict=True) if digest_at(chunk) != said_
                ]:
                    lost += len(bad)
                    _unlink(bad)
                else:
                    wrong.append(f"{part.name}各块合成后SHA-256应为{part.sha256}，实际为{found}。")
                continue
        _unlink(chunks)
        progress(place + 1, len(said.parts))
    if lost:
        raise ChunksLost(f"接收方磁盘上有{lost}块损坏或者丢失，请重传所缺部分。")
    _sweep_other(folder, {part.name for part in said.parts})
    return wrong


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _joined(chunks: list[Path], target: Path) -> str:
    """Digest of the chunks behind one another, "" when one is missing; under its name where that is a file."""
    digest = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=HALF)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                with chunk.open("rb") as source:
                    while block := source.read(BLOCK):
                        out.write(block)
                        digest.update(block)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
        sync_folder(target.parent)
    except FileNotFoundError:
        Path(temporary).unlink(missing_ok=True)
        return ""
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _sweep_other(folder: Path, names: set[str]) -> None:
    """A half-written part of a killed run is no part of the package."""
    for path in folder.iterdir():
        if path.name not in names:
            path.unlink()


def forget(uid) -> None:
    """Nothing of it stays here; safe to repeat."""
    shutil.rmtree(folder_of(uid), ignore_errors=True)

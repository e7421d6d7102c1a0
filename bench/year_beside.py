"""What a transfer is measured beside: `cp` and the Library of Congress's bagit.py on the same payload, and one ZIP.

The payload is unpacked part by part (unmeasured), so that the disk holds it once more for one part only.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path

import bagit

BLOCK = 1 << 20


def measured(packages: list[Path], folder: Path) -> dict[str, float]:
    """Seconds of each, and what they handled: {"cp", "make", "validate", "zip", "read", "files", "bytes"}."""
    logging.getLogger("bagit").setLevel(logging.ERROR)
    told = dict.fromkeys(("cp", "make", "validate", "zip", "read", "files", "bytes"), 0.0)
    folder.mkdir(parents=True)
    one_zip, source, copy = folder / "stored.zip", folder / "source", folder / "copy"
    digests: dict[str, str] = {}
    with zipfile.ZipFile(one_zip, "w", allowZip64=True) as packed:
        for number, path in enumerate(packages):
            _unpack(path, source)
            files = [one for one in source.rglob("*") if one.is_file()]
            told["files"] += len(files)
            told["bytes"] += sum(one.stat().st_size for one in files)
            told["zip"] += _timed(lambda files=files, number=number: _add(packed, files, source, number, digests))
            told["cp"] += _timed(lambda: subprocess.run(["cp", "-r", source, copy], check=True))
            told["make"] += _timed(lambda: bagit.make_bag(str(copy), checksums=["sha256"]))
            told["validate"] += _timed(lambda: bagit.Bag(str(copy)).validate())
            shutil.rmtree(source), shutil.rmtree(copy)
        told["zip"] += _timed(packed.close)
    told["read"] = _timed(lambda: _read(one_zip, digests))
    shutil.rmtree(folder)
    return told


def _timed(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _unpack(path: Path, target: Path) -> None:
    """The payload of one bag."""
    target.mkdir()
    with zipfile.ZipFile(path) as package:
        package.extractall(target)
    bag = next(target.iterdir())
    for child in list(bag.iterdir()):
        if child.name != "data":
            child.unlink()


def _add(packed: zipfile.ZipFile, files: list[Path], source: Path, number: int, digests: dict[str, str]) -> None:
    for path in files:
        name, sha = f"{number:03d}/{path.relative_to(source)}", hashlib.sha256()
        with path.open("rb") as reading, packed.open(zipfile.ZipInfo(name), "w") as writing:
            while block := reading.read(BLOCK):
                sha.update(block)
                writing.write(block)
        digests[name] = sha.hexdigest()


def _read(path: Path, digests: dict[str, str]) -> None:
    with path.open("rb") as written:
        os.fsync(written.fileno())
    with zipfile.ZipFile(path) as packed:
        for name, digest in digests.items():
            sha = hashlib.sha256()
            with packed.open(name) as reading:
                while block := reading.read(BLOCK):
                    sha.update(block)
            if sha.hexdigest() != digest:
                raise SystemExit(f"{name} was not read back as it was written.")

"""All the real documents as one batch: packaged, unpacked, judged by the Library of Congress's own bagit.py.

`python -m bench.real_batch UNIT FOLDER` works in EGOV_DATA_DIR, where the documents were imported for UNIT, and leaves
the unpacked bags in FOLDER. Last line: {"records", "parts", "valid", "damage", "seconds"}.
"""

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")

import django

from changning_egov import databases

databases.ready()
django.setup()

from archive.packages.verifier import verify
from transfer.actions import create_batch, start_packaging
from transfer.delivery import package_folder
from transfer.models import Batch, PackagePart
from units.actions import system_user
from units.models import Post, Unit
from units.people import appoint, create_person
from units.worker import run


def packaged(unit: Unit) -> Batch:
    by = system_user()
    person = create_person(username="bench-archivist", name="计量档案员", password="Changning-2026", by=by)
    appoint(person, Post.objects.get(unit=unit, kind="archivist"), by=by)
    batch = create_batch(unit, by=person, name="实有文件移交")
    start_packaging(batch, by=person)
    run(batch=True)
    batch.refresh_from_db()
    return batch


def unpacked(batch: Batch, folder: Path) -> list[Path]:
    for part in PackagePart.objects.filter(batch=batch).order_by("number"):
        with zipfile.ZipFile(package_folder(batch) / part.filename) as archive:
            archive.extractall(folder)
    return sorted(path.parent for path in folder.rglob("bagit.txt"))


def loc_says_valid(bag: Path) -> bool:
    return subprocess.run([sys.executable, "-m", "bagit", "--validate", str(bag)], capture_output=True).returncode == 0


def damage(bag: Path) -> dict[str, bool]:
    """What is done to one bag → both tools refuse it and ours names the file; the bag is mended after each."""
    file = sorted(path for path in (bag / "data").rglob("*.txt"))[0]
    sound, extra, told = file.read_bytes(), file.with_name("extra.txt"), {}

    def judged(name: str, path: Path) -> None:
        found = verify(bag)
        named = any(path.name in f"{one.target}{one.message}" for one in found.findings)
        told[name] = not found.valid and named and not loc_says_valid(bag)

    file.write_bytes(bytes([sound[0] ^ 1]) + sound[1:])
    judged("one flipped byte", file)
    file.unlink()
    judged("one missing file", file)
    file.write_bytes(sound)
    extra.write_bytes(b"x")
    judged("one extra file", extra)
    extra.unlink()
    return told


def main() -> None:
    code, folder = sys.argv[1], Path(sys.argv[2])
    begun = time.perf_counter()
    batch = packaged(Unit.objects.get(code=code))
    seconds = time.perf_counter() - begun
    bags = unpacked(batch, folder)
    answer = {
        "records": batch.record_count,
        "parts": len(bags),
        "valid": sum(loc_says_valid(bag) for bag in bags),
        "damage": damage(bags[0]),
        "seconds": seconds,
    }
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()

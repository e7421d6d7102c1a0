"""What a unit's archivist uploads: catalogues with a ZIP each; a PDF/A, an attachment and a row of metadata a record.

The real documents come again and again with changed numbers. The page images are set by the product's own renderer for
`PAGES` of them, once; each record then gets its own by another InstanceID in the XMP metadata (ISO 16684-1) and file
identifier, of the same length: distinct bytes, and PDF/A as before. The attachment holds the document's whole text.
"""

import base64
import csv
import gzip
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
PAGES = 400  # distinct page images
ON_PAGE = 200  # characters of the document on its image
VOLUME = 8_000  # records of one upload: a ZIP has at most 20,000 entries
FIELDS = ("seq", "doc_number", "author", "title", "date", "retention", "remark", "file")
INSTANCE = re.compile(rb"<xmpMM:InstanceID>([^<]{24})</xmpMM:InstanceID>")
IDENTIFIER = re.compile(rb"/ID ?\[\([^()]+\)\(([A-Za-z0-9+/=]{24})\)\]")
LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


def documents(source: Path) -> list[dict]:
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def rendered(source: Path, folder: Path, environment: dict) -> Path:
    """The folder of the page images, set by a process of the product where they are not there yet."""
    if not (folder / f"{PAGES - 1:04d}.pdf").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "bench.year_input", str(source), str(folder)]
        subprocess.run(command, cwd=BASE, env=environment, check=True, timeout=300)
    return folder


def render(source: Path, folder: Path) -> None:
    """Runs in the product's process."""
    from datetime import UTC, datetime

    import paper

    moment = datetime(2026, 1, 5, tzinfo=UTC)
    for number, document in enumerate(documents(source)[:PAGES]):
        text = (document["body"] or document["title"])[:ON_PAGE]
        pdf = paper.render_plain(document["title"], text, moment=moment).pdf
        (folder / f"{number:04d}.pdf").write_bytes(pdf)


def own_page(page: bytes, number: int) -> bytes:
    """The page image as record `number` has it: another instance of the same document."""
    digest = hashlib.sha256(f"record {number}".encode()).digest()
    value = base64.b64encode(digest[:16])
    for pattern in (INSTANCE, IDENTIFIER):
        found = pattern.search(page)
        if found is None or len(found[1]) != len(value):
            raise SystemExit("A page image has no InstanceID or identifier to change; delete .data/bench/year/pages.")
        page = page[: found.start(1)] + value + page[found.end(1) :]
    return page


def uploads(source: Path, pages: Path, folder: Path, count: int) -> Iterator[tuple[Path, int]]:
    """(folder with catalogue.csv and files.zip, rows) one after the other, each there until the next is asked for."""
    real = documents(source)
    images = [(pages / f"{number:04d}.pdf").read_bytes() for number in range(PAGES)]
    for first in range(0, count, VOLUME):
        rows = min(VOLUME, count - first)
        folder.mkdir(parents=True, exist_ok=True)
        with (
            (folder / "catalogue.csv").open("w", encoding="utf-8-sig", newline="") as out,
            zipfile.ZipFile(folder / "files.zip", "w") as packed,
        ):
            writer = csv.DictWriter(out, FIELDS)
            writer.writeheader()
            for number in range(first, first + rows):
                document = real[number % len(real)]
                writer.writerow(_row(document, number, number // len(real)))
                packed.writestr(f"{number:05d}.pdf", own_page(images[number % PAGES], number))
                text = document["body"] or document["title"]
                packed.writestr(f"{number:05d}.txt", f"{text}\n（第{number}号）\n")
        yield folder, rows


def _row(document: dict, number: int, turn: int) -> dict:
    """The catalogue's row; in later turns the number is another one, or where there is none the title."""
    doc_number, title = document["number"] or "", document["title"]
    if turn and (last := LAST_NUMBER.search(doc_number)):
        doc_number = f"{doc_number[: last.start()]}{int(last[0]) + turn * 1000}{doc_number[last.end() :]}"
    elif turn:
        title = f"{title}（之{turn + 1}）"
    return {
        "seq": number,
        "doc_number": doc_number,
        "author": document["issuer"] or "",
        "title": title,
        "date": (document["date"] or "").replace("-", ""),
        "retention": "永久" if document["topic"] == "行政法规" else "30年",
        "remark": document["topic"] or "",
        "file": f"{number:05d}.pdf;{number:05d}.txt",
    }


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "changning_egov.settings")
    import django

    django.setup()
    render(Path(sys.argv[1]), Path(sys.argv[2]))

"""The real documents beside the checkout as back-files: a catalogue and text files for each of the 57 units."""

import csv
import gzip
import json
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "units" / "data" / "units.csv"
with TABLE.open(encoding="utf-8-sig", newline="") as _table:
    UNITS = [row["code"] for row in csv.DictReader(_table)]
FIELDS = ("seq", "doc_number", "author", "title", "date", "retention", "remark", "file")


def convert(source: Path, target: Path, limit: int | None = None, units: list[str] = UNITS) -> dict[str, Path]:
    """`documents.jsonl.gz` → {unit code: catalogue}; the n-th document goes to the n-th unit, round and round."""
    catalogues, writers, files = {}, {}, []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                break
            code, document = units[number % len(units)], json.loads(line)
            folder = target / code
            if code not in writers:
                folder.mkdir(parents=True, exist_ok=True)
                catalogues[code] = folder / "catalogue.csv"
                files.append(catalogues[code].open("w", encoding="utf-8-sig", newline=""))
                writers[code] = csv.DictWriter(files[-1], FIELDS)
                writers[code].writeheader()
            name = f"{number:05d}.txt"
            (folder / name).write_text(document["body"] or document["title"], encoding="utf-8")
            writers[code].writerow(
                {
                    "seq": number,
                    "doc_number": document["number"] or "",
                    "author": document["issuer"] or "",
                    "title": document["title"],
                    "date": (document["date"] or "").replace("-", ""),
                    "retention": "永久" if document["topic"] == "行政法规" else "30年",
                    "remark": document["topic"] or "",
                    "file": name,
                }
            )
    for file in files:
        file.close()
    return catalogues

"""Rows of the import: speed, peak memory at a tenth and at all of the real documents, and these as one batch."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.backfiles import convert
from tests.shared_data import shared_data

BASE = Path(__file__).resolve().parent.parent
MEASURED = """
import json, resource, sys, time
sys.argv = ["manage.py", "import_backfile", *sys.argv[1:]]
started = time.perf_counter()
try:
    import manage
    manage.main()
except SystemExit as end:
    pass
print()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": time.perf_counter() - started, "peak": peak}))
"""


def imported(catalogue: Path, unit: str, data_dir: Path) -> tuple[dict, dict]:
    """(counts, {seconds, peak KB}) of one import in a process of its own."""
    environment = {**os.environ, "EGOV_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-c", MEASURED, str(catalogue), "--unit", unit, "--json"]
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if len(lines) < 2:
        raise SystemExit(done.stdout + done.stderr)
    return json.loads(lines[0]), json.loads(lines[-1])


def real_batch(row, unit: str, place: Path) -> list[dict]:
    """The imported documents packaged; a package that is no good ends the bench."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.real_batch", unit, folder],
            cwd=BASE,
            env={**os.environ, "EGOV_DATA_DIR": str(place)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["valid"] != told["parts"] or not all(told["damage"].values()):
        raise SystemExit(f"bagit.py or verify_package judges otherwise than they should: {told}")
    return [
        row("real batch, parts valid for bagit.py", told["valid"], "bags", "parts", told["parts"]),
        row(
            "real batch, damages refused and named",
            sum(told["damage"].values()),
            "bags",
            "damages",
            len(told["damage"]),
        ),
        row(
            "real batch, records packaged per second",
            told["records"] / told["seconds"],
            "rows/s",
            "records",
            told["records"],
        ),
    ]


def measure(row, data_dir: Path) -> list[dict]:
    source = shared_data()
    if source is None:
        print("import: real documents are not beside the checkout, not measured")
        return []
    place = data_dir / "import"
    shutil.rmtree(place, ignore_errors=True)
    environment = {**os.environ, "EGOV_DATA_DIR": str(place)}
    for command in (
        ["migrate", "-v0"],
        ["load_units", str(source / "units.csv")],
        ["load_fonds", str(source / "units.csv")],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL
        )
    with tempfile.TemporaryDirectory() as folder:
        few = convert(source / "documents.jsonl.gz", Path(folder) / "few", limit=285, units=["D08"])["D08"]
        many = convert(source / "documents.jsonl.gz", Path(folder) / "many", units=["D07"])["D07"]
        _, small = imported(few, "D08", place)
        counts, large = imported(many, "D07", place)
        started = time.perf_counter()
        again, _ = imported(many, "D07", place)
        seconds = time.perf_counter() - started
    done = counts["filed"] + counts["refused"] + counts["skipped"]
    return [
        row("import, rows per second", done / large["seconds"], "rows/s", "285 rows", 285 / small["seconds"]),
        row("import, peak memory at 2,851 rows", large["peak"] / 1024, "MB", "285 rows", small["peak"] / 1024),
        row("import again, rows skipped", again["skipped"], "rows", "filed at first", counts["filed"]),
        row("import again, seconds", seconds, "s", "first import", large["seconds"]),
        *real_batch(row, "D07", place),
    ]

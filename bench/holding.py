"""`make bench ONLY=holding`: the archive's overview of its holding at 10⁴ and at 10⁵ files, whole pages.

The rows are copies of one record that the archive has filed, made by the database as the tables' owner.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.measuring import BASE, Pipe
from tests.shared_data import shared_data

SIZES = (10_000, 100_000)
PAGES = ("overview", "formats")
TURNS = 7


def measure(row, data_dir: Path) -> list[dict]:
    if (source := shared_data()) is None:
        print("holding: the table of units is not beside the checkout, not measured")
        return []
    place = data_dir / "holding"
    shutil.rmtree(place, ignore_errors=True)
    environment = {**os.environ, "EGOV_DATA_DIR": str(place)}
    for command in (
        ["migrate", "-v0"],
        ["collectstatic", "--no-input", "-v0"],
        ["load_units", str(source / "units.csv")],
        ["load_fonds", str(source / "units.csv")],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL
        )
    product = Pipe("bench.holding_acts", environment)
    rows, before = [], {}
    try:
        product.ask("prepare")
        for size in SIZES:
            product.ask("fill", count=size)
            for page in PAGES:
                took = sorted(product.ask("get", page=page) for _ in range(TURNS))[TURNS // 2]
                if page in before:
                    rows.append(row(f"holding, {page} at {size} files", took, "ms", f"at {SIZES[0]}", before[page]))
                before.setdefault(page, took)
    finally:
        product.close()
    return rows

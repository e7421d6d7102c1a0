"""`make bench ONLY=year [RECORDS=31857]`: a district's year of records, imported, packaged, delivered, accepted.

Runs 1,000 records first, then the number asked for, each in a data folder of its own, and compares phase by phase. The
bars are those of the founding issue; one that is not kept makes the run end with 1, after the whole table.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from bench.measuring import BASE, Pipe
from bench.year_beside import measured
from bench.year_input import rendered, uploads
from tests.shared_data import shared_data

FEW = 1_000
SECONDS = 45 * 60  # for both runs together; 31,857 records take a quarter of an hour on two idle processors
FREE_BYTES = 10 * 10**9
AFRESH = 1_000  # records inspected afresh


class Year:
    """One run over `count` records: seconds and peak of the worker's memory (MB) of each phase."""

    def __init__(self, count: int, place: Path, source: Path, pages: Path, until: float) -> None:
        self.count, self.place, self.source, self.pages, self.until = count, place, source, pages, until
        self.environment = _environment(place)
        self.seconds: dict[str, float] = {}
        self.peaks: dict[str, float] = {}
        self.beside: dict[str, float] = {}
        self.bytes = 0

    def run(self) -> None:
        _installed(self.source, self.environment)
        self.product = Pipe("bench.year_acts", self.environment)
        self.worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=BASE, env=self.environment)
        try:
            self.ask("prepare")
            self._import()
            self._transfer()
            self._afresh()
        finally:
            self.worker.send_signal(signal.SIGTERM)
            self.worker.wait()
            self.product.close()
        shutil.rmtree(self.place)

    def ask(self, what: str, **arguments):
        if time.monotonic() > self.until:
            raise SystemExit(f"The run is not done within {SECONDS // 60} minutes; it was stopped before “{what}”.")
        if self.worker.poll() is not None:
            raise SystemExit(f"The worker ended with {self.worker.returncode} before “{what}”.")
        return self.product.ask(what, **arguments)

    def note(self, phase: str, seconds: float) -> None:
        self.seconds[phase] = self.seconds.get(phase, 0) + seconds
        _say(f"    {phase}: {seconds:.1f} s")  # as it ends: what is cut short has told what it did

    def peak(self, phase: str) -> None:
        """The worker's highest memory since the last look; then counted anew."""
        process = Path("/proc") / str(self.worker.pid)
        line = next(one for one in (process / "status").read_text().splitlines() if one.startswith("VmHWM"))
        self.peaks[phase] = max(self.peaks.get(phase, 0), int(line.split()[1]) / 1024)
        (process / "clear_refs").write_text("5")

    def _import(self) -> None:
        self.peak("begin")
        for folder, rows in uploads(self.source / "documents.jsonl.gz", self.pages, self.place / "upload", self.count):
            told = self.ask("import", folder=str(folder))
            self.note("import", told["seconds"])
            self.note("upload proved", told["upload"])
            self.peak("import")
            _say(f"  {rows} rows in {told['seconds']:.1f} s: {told['note']}")

    def _transfer(self) -> None:
        told = self.ask("batches")
        self.note("list", told["seconds"])
        made = told["batches"]
        if sum(one["records"] for one in made) != self.count:
            raise SystemExit(f"Of {self.count} records {sum(one['records'] for one in made)} are in batches.")
        for one in made:
            told = self.ask("package", uid=one["uid"])
            self._phases(told, {"自检": "self-check", "打包": "package"})
            self.bytes += told["bytes"]
            self.peak("package")
            self._beside(Path(told["folder"]))
            told = self.ask("deliver", uid=one["uid"])
            self.note("submit", told["submit"])
            self._phases(told, {"传送": "deliver", "逐字节核验": "verify", "逐件检测": "inspect"})
            self.peak("deliver and inspect")
            told = self.ask("accept", uid=one["uid"])
            self.note("accept", told["custody"])
            self.note("store", told["seconds"])
            self.peak("store")
            _say(f"  {told['held']} records are held by the archive")
        if told["held"] != self.count:
            raise SystemExit(f"Of {self.count} records {told['held']} are in the archive's custody.")

    def _phases(self, told: dict, names: dict[str, str]) -> None:
        for word, name in names.items():
            if word not in told["phases"]:
                raise SystemExit(f"The job showed no phase “{word}”: {told['phases']}.")
            self.note(name, told["phases"][word])

    def _beside(self, packages: Path) -> None:
        found = measured(sorted(packages.glob("*.zip")), self.place / "beside")
        for name, value in found.items():
            self.beside[name] = self.beside.get(name, 0) + value

    def _afresh(self) -> None:
        told = self.ask("afresh", count=min(AFRESH, self.count))
        if told["refused"]:
            raise SystemExit(f"{told['refused']} files were refused.")
        self.note("inspect afresh", told["seconds"] * self.count / told["records"])  # of a sample


def _environment(place: Path) -> dict[str, str]:
    chosen = {"EGOV_DATA_DIR": str(place), "EGOV_SECOND_DIR": str(place / "second")}
    return {**os.environ, **chosen}


def _installed(source: Path, environment: dict[str, str]) -> None:
    place = Path(environment["EGOV_DATA_DIR"])
    place.mkdir(parents=True, exist_ok=True)
    (place / "fonts").symlink_to(Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve() / "fonts")
    for command in (
        ["migrate", "-v0"],
        ["load_units", str(source / "units.csv")],
        ["load_fonds", str(source / "units.csv")],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL
        )


def _say(text: str) -> None:
    print(text, flush=True)


def measure(row, data_dir: Path, count: int) -> list[dict]:
    source = shared_data()
    if source is None:
        print("year: real documents are not beside the checkout, not measured")
        return []
    place = data_dir / "year"
    place.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(place).free) < FREE_BYTES:
        raise SystemExit(f"year: {free / 10**9:.1f} GB are free, {FREE_BYTES / 10**9:.0f} are needed.")
    own = Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve()
    pages = rendered(source / "documents.jsonl.gz", place / "pages", {**os.environ, "EGOV_DATA_DIR": str(own)})
    until = time.monotonic() + SECONDS
    runs = []
    for number in sorted({min(FEW, count), count}):
        folder = place / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        _say(f"year: {number:,} records")
        year = Year(number, folder, source, pages, until)
        year.run()
        runs.append(year)
    return judged(row, runs[0], runs[-1])


def judged(row, few: Year, all_of_them: Year) -> list[dict]:
    """The table, and after it which bars were not kept."""
    year, rows, broken = all_of_them, [], []
    for phase, seconds in year.seconds.items():
        each, before = seconds / year.count, few.seconds[phase] / few.count
        made = row(f"{phase}, records per second", 1 / each, "/s", f"of {few.count}", 1 / before)
        rows.append(made | {"seconds": round(seconds, 2), "growth": round(each / before, 2)})
        print(f"{'':52} {seconds:>12.2f} s in all, {each / before:.2f} of the time a record that {few.count} took")
    for phase, peak in year.peaks.items():
        rows.append(row(f"worker's memory, {phase}", peak, "MB", f"of {few.count}", few.peaks[phase]))
    own = year.seconds["package"] + year.seconds["verify"]
    bagit, stored = (
        sum(year.beside[name] for name in names) for names in (("cp", "make", "validate"), ("zip", "read"))
    )
    rows.append(row("package + verify", own, "s", "cp + bagit.py make + validate", bagit))
    rows.append(row("package + verify", own, "s", "one stored ZIP with SHA-256, read back", stored))
    print(f"{year.beside['files']:,.0f} files of {year.beside['bytes'] / 1e6:,.0f} MB: {_parts(year.beside)}")
    broken += _broken(few, year, own / bagit, own / stored)
    for told in broken:
        print(f"NOT KEPT: {told}", flush=True)
    if broken:
        rows.append({"name": "bars not kept", "value": len(broken), "told": broken})
    return rows


def _parts(beside: dict[str, float]) -> str:
    return ", ".join(f"{name} {beside[name]:.2f} s" for name in ("cp", "make", "validate", "zip", "read"))


def _broken(few: Year, year: Year, to_bagit: float, to_zip: float) -> list[str]:
    rates = {name: year.count / seconds for name, seconds in year.seconds.items()}
    allowed_import = 300 * year.count / 31_857
    peak = max(value for phase, value in year.peaks.items() if phase != "import")
    slower = [
        f"{phase} takes {ratio:.2f} of the time a record that {few.count} took, 1.3 at most"
        for phase in ("import", "package", "verify", "inspect", "self-check", "accept")
        if (ratio := (year.seconds[phase] / year.count) / (few.seconds[phase] / few.count)) > 1.3
    ]
    bars = (
        (to_bagit <= 0.5, f"package + verify is {to_bagit:.2f} of cp + bagit.py, 0.5 at most"),
        (to_zip <= 3, f"package + verify is {to_zip:.2f} of a stored ZIP, 3 at most"),
        (rates["inspect"] >= 100, f"inspection with known digests {rates['inspect']:.0f} records/s, 100 at least"),
        (rates["inspect afresh"] >= 40, f"inspection afresh {rates['inspect afresh']:.0f} records/s, 40 at least"),
        (peak <= 300, f"the worker took {peak:.0f} MB, 300 at most"),
        (year.peaks["import"] <= 500, f"the import took {year.peaks['import']:.0f} MB, 500 at most"),
        (
            year.seconds["import"] <= allowed_import,
            f"the import took {year.seconds['import']:.0f} s, {allowed_import:.0f} at most (31,857 in 300 s)",
        ),
    )
    return [told for kept, told in bars if not kept] + slower

"""What a measurement needs: the product in a process of its own, calls that take turns, rows that are ratios."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
REPEATS = 50


class Pipe:
    """A module of the bench in a process of its own, which answers one JSON line per request."""

    def __init__(self, module: str, environment: dict[str, str], tree: Path = BASE) -> None:
        self.module = module
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=tree,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, **arguments):
        self.process.stdin.write(json.dumps({"what": what, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The bench process {self.module} ended in “{what}”; its messages are above.")
        return json.loads(line)["answer"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


class Site(Pipe):
    """The product at one size, in a process and a data folder of its own; answers one JSON line per request.

    `tree` is the source folder: this one, or that of an earlier commit.
    """

    def __init__(self, size: int, data_dir: Path, tree: Path = BASE) -> None:
        self.size = size
        fonts = data_dir / "fonts"
        data_dir.mkdir(parents=True, exist_ok=True)
        if not fonts.exists():
            fonts.symlink_to(Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve() / "fonts")
        environment = {**os.environ, "EGOV_DATA_DIR": str(data_dir), "EGOV_BENCH_SIZE": str(size)}
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=tree, env=environment, check=True)
        super().__init__("bench.site", environment, tree)
        self.ask("prepare")


def interleaved(left, right, repeats: int = REPEATS) -> tuple[float, float]:
    """Medians in milliseconds of two calls that take turns, after three warm-up rounds each."""
    for _ in range(3):
        left(), right()
    pairs = [(left(), right()) for _ in range(repeats)]
    return statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)


def row(name: str, value: float, unit: str, reference: str, reference_value: float) -> dict:
    ratio = round(value / reference_value, 3) if reference_value else None
    made = {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "reference": reference,
        "reference_value": round(reference_value, 3),
        "ratio": ratio,
    }
    print(
        f"{name:52} {made['value']:>12} {unit:8} ref {reference}: {made['reference_value']:>12}  ratio {ratio}",
        flush=True,
    )
    return made

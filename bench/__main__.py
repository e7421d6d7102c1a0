"""`python -m bench [--sizes SMALL,LARGE] [--only NAME]`: two sizes side by side, measured in turns.

Writes bench/results.json. A size that was filled once stays in its own data folder under .data/bench.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
RESULTS = BASE / "bench" / "results.json"
REPEATS = 50


class Site:
    """The product at one size, in a process and a data folder of its own; answers one JSON line per request."""

    def __init__(self, size: int, data_dir: Path) -> None:
        self.size = size
        fonts = data_dir / "fonts"
        data_dir.mkdir(parents=True, exist_ok=True)
        if not fonts.exists():
            fonts.symlink_to(Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve() / "fonts")
        environment = {**os.environ, "EGOV_DATA_DIR": str(data_dir), "EGOV_BENCH_SIZE": str(size)}
        for command in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.site"],
            cwd=BASE,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask("prepare")

    def ask(self, what: str, **arguments):
        self.process.stdin.write(json.dumps({"what": what, **arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The bench process of size {self.size} ended; its messages are above.")
        return json.loads(line)["answer"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


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


def pages(small: Site, large: Site) -> list[dict]:
    rows = []
    for page in large.ask("pages"):
        at_small, at_large = interleaved(
            lambda page=page: small.ask("get", page=page, who="clerk"),
            lambda page=page: large.ask("get", page=page, who="clerk"),
        )
        rows.append(row(f"{page} at {large.size}", at_large, "ms", f"{page} at {small.size}", at_small))
        clerk, everybody = interleaved(
            lambda page=page: large.ask("get", page=page, who="clerk"),
            lambda page=page: large.ask("get", page=page, who="all"),
        )
        rows.append(row(f"{page} clerk at {large.size}", clerk, "ms", "a person who sees all units", everybody))
        touched = [site.ask("blocks", page=page, who="clerk") for site in (small, large)]
        rows.append(row(f"{page}, blocks at {large.size}", touched[1], "blocks", f"at {small.size}", touched[0]))
    return rows


def searches(small: Site, large: Site) -> list[dict]:
    """Each kind of question at both sizes, for a clerk and for a person who sees all: p95 beside p50."""
    rows = []
    for page in large.ask("searches"):
        for who in ("clerk", "all"):
            for site in (small, large):
                took = sorted([site.ask("get", page=page, who=who) for _ in range(REPEATS + 3)][3:])  # three warm up
                p50, p95 = took[REPEATS // 2], took[int(REPEATS * 0.95)]
                rows.append(row(f"{page}, {who}, p95 at {site.size}", p95, "ms", "p50", p50))
    return rows


def completion(small: Site, large: Site) -> list[dict]:
    at_small, at_large = interleaved(lambda: small.ask("complete"), lambda: large.ask("complete"), repeats=20)
    rows = [row(f"completion at {large.size}", at_large, "ms", f"completion at {small.size}", at_small)]
    one, twenty = small.ask("complete_many", writers=1, each=20), small.ask("complete_many", writers=20, each=4)
    rows.append(row("completion, 20 writers, per document", twenty, "ms", "one writer", one))
    return rows


def imports(data_dir: Path) -> list[dict]:
    from bench import import_rows

    return import_rows.measure(row, data_dir)


def two_sizes(text: str) -> tuple[int, int]:
    """ "10000,1000000" → (10000, 1000000)."""
    try:
        small, large = (int(part) for part in text.replace("_", "").split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("two numbers like 10000,1000000 are wanted") from None
    if not 1_000 <= small < large:
        raise argparse.ArgumentTypeError("the first size is at least 1000 and smaller than the second")
    return small, large


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", type=two_sizes, default=(10_000, 100_000), help="documents of the two districts")
    parser.add_argument("--only", choices=["pages", "searches", "completion", "import"])
    chosen = parser.parse_args()
    sizes = chosen.sizes
    data_dir = Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve() / "bench"
    rows: list[dict] = []
    if chosen.only in (None, "pages", "searches", "completion"):
        small, large = (Site(size, data_dir / str(size)) for size in sizes)
        try:
            for name, measure in (("pages", pages), ("searches", searches), ("completion", completion)):
                if chosen.only in (None, name):
                    rows += measure(small, large)
        finally:
            small.close(), large.close()
    if chosen.only in (None, "import"):
        rows += imports(data_dir)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    print(f"written to {RESULTS.relative_to(BASE)}")


if __name__ == "__main__":
    main()

"""`python -m bench [--sizes SMALL,LARGE] [--only NAME] [--against COMMIT]`: two sizes, or two commits, in turns.

Writes bench/results.json. A size that was filled once stays in its own data folder under .data/bench.
"""

import argparse
import json
import os
from pathlib import Path

from bench.against import against
from bench.measuring import BASE, REPEATS, Site, interleaved, row

RESULTS = BASE / "bench" / "results.json"


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


def figures(small: Site, large: Site) -> list[dict]:
    """The inspector's page over a year of all 57 units: it reads the facts of that year, not the documents."""
    at_small, at_large = interleaved(
        lambda: small.ask("get", page="district", who="inspector"),
        lambda: large.ask("get", page="district", who="inspector"),
    )
    return [row(f"district's filing rates at {large.size}", at_large, "ms", f"at {small.size}", at_small)]


def completion(small: Site, large: Site) -> list[dict]:
    at_small, at_large = interleaved(lambda: small.ask("complete"), lambda: large.ask("complete"), repeats=20)
    rows = [row(f"completion at {large.size}", at_large, "ms", f"completion at {small.size}", at_small)]
    filed, bare = interleaved(lambda: large.ask("complete"), lambda: large.ask("complete", is_filed=False))
    rows.append(row(f"filing adds to completion at {large.size}", filed - bare, "ms", "completion without it", bare))
    filed, bare = interleaved(lambda: large.ask("complete_busy"), lambda: large.ask("complete_busy", is_filed=False))
    added = "filing adds to completion, processor time"
    rows.append(row(f"{added} at {large.size}", filed - bare, "ms", "completion without it", bare))
    one, twenty = small.ask("complete_many", writers=1, each=20), small.ask("complete_many", writers=20, each=4)
    rows.append(row("completion, 20 writers, per document", twenty, "ms", "one writer", one))
    return rows


def desk(data_dir: Path) -> list[dict]:
    """A clerk's lists in a unit of 1,000 documents and in one of 100,000, a fifth of them his; the rest is the same."""
    counts = (1_000, 100_000)
    small, large = (Site(1_000, data_dir / f"desk-{count}") for count in counts)
    rows = []
    try:
        for site, count in zip((small, large), counts, strict=True):
            site.ask("fill_desk", count=count)
        for page in large.ask("desk"):
            at_small, at_large = interleaved(
                lambda page=page: small.ask("get", page=page, who="clerk"),
                lambda page=page: large.ask("get", page=page, who="clerk"),
            )
            rows.append(row(f"{page}, unit of {counts[1]}", at_large, "ms", f"unit of {counts[0]}", at_small))
            touched = [site.ask("blocks", page=page, who="clerk") for site in (small, large)]
            rows.append(
                row(f"{page}, blocks, unit of {counts[1]}", touched[1], "blocks", f"of {counts[0]}", touched[0])
            )
    finally:
        small.close(), large.close()
    return rows


def imports(data_dir: Path) -> list[dict]:
    from bench import import_rows

    return import_rows.measure(row, data_dir)


def seals(data_dir: Path) -> list[dict]:
    from bench import sealing

    return sealing.measure(row, data_dir)


def renders(data_dir: Path) -> list[dict]:
    from bench import rendering

    return rendering.measure(row, data_dir)


def holdings(data_dir: Path) -> list[dict]:
    from bench import holding

    return holding.measure(row, data_dir)


def years(data_dir: Path, records: int) -> list[dict]:
    from bench import year

    return year.measure(row, data_dir, records)


def two_sizes(text: str) -> tuple[int, int]:
    """ "10000,1000000" → (10000, 1000000)."""
    try:
        small, large = (int(part) for part in text.replace("_", "").split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("two numbers like 10000,1000000 are wanted") from None
    if not 1_000 <= small < large:
        raise argparse.ArgumentTypeError("the first size is at least 1000 and smaller than the second")
    return small, large


def measured(chosen: argparse.Namespace, sizes: tuple[int, int], data_dir: Path) -> list[dict]:
    rows: list[dict] = []
    if chosen.against:
        rows += against(chosen.against, sizes[0], data_dir, chosen.only)
    elif chosen.only in (None, "pages", "searches", "figures", "completion"):
        small, large = (Site(size, data_dir / str(size)) for size in sizes)
        try:
            measures = (("pages", pages), ("searches", searches), ("figures", figures), ("completion", completion))
            for name, measure in measures:
                if chosen.only in (None, name):
                    rows += measure(small, large)
        finally:
            small.close(), large.close()
    others = {"desk": desk, "import": imports, "seals": seals, "render": renders, "holding": holdings}
    for name, measure in others.items():
        if chosen.only in (None, name) and not chosen.against:
            rows += measure(data_dir)
    if chosen.only == "year":  # takes a quarter of an hour and 10 GB: only when asked for
        rows += years(data_dir, chosen.records)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", type=two_sizes, default=(10_000, 100_000), help="documents of the two districts")
    parts = ["pages", "searches", "figures", "completion", "desk", "import", "seals", "render", "holding", "year"]
    parser.add_argument("--only", choices=parts, type=lambda name: "searches" if name == "search" else name)
    parser.add_argument("--against", metavar="COMMIT", help="the small size on this tree and on an earlier commit")
    parser.add_argument("--records", type=int, default=31_857, help="of the year that is transferred")
    chosen = parser.parse_args()
    sizes = chosen.sizes
    data_dir = Path(os.environ.get("EGOV_DATA_DIR", BASE / ".data")).resolve() / "bench"
    rows = measured(chosen, sizes, data_dir)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    print(f"written to {RESULTS.relative_to(BASE)}")
    if any(one["name"] == "bars not kept" for one in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

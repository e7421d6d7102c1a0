"""This tree against an earlier commit of it: the same calls, in turns, on districts of one size.

The earlier tree is checked out beside the data (`git worktree`) and runs with this virtual environment. Rows that only
one of the two knows are left out and named.
"""

import subprocess
from pathlib import Path

from bench.measuring import BASE, Site, interleaved, row


def against(commit: str, size: int, data_dir: Path, only: str | None) -> list[dict]:
    tree = _checked_out(commit, data_dir)
    now = Site(size, data_dir / str(size))
    before = Site(size, data_dir / f"{size}-{tree.name}", tree)
    rows: list[dict] = []
    try:
        if only in (None, "pages"):
            rows += _pages(now, before, tree.name)
        if only in (None, "completion"):
            rows += _completion(now, before, tree.name)
    finally:
        now.close(), before.close()
    return rows


def _checked_out(commit: str, data_dir: Path) -> Path:
    name = subprocess.run(
        ["git", "rev-parse", "--short=10", f"{commit}^{{commit}}"], cwd=BASE, check=True, capture_output=True, text=True
    ).stdout.strip()
    tree = data_dir / "trees" / name
    if not tree.exists():
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), name], cwd=BASE, check=True)
    return tree


def _pages(now: Site, before: Site, name: str) -> list[dict]:
    new, old = now.ask("pages"), before.ask("pages")
    print("only on one side:", ", ".join(sorted(set(new) ^ set(old))) or "none", flush=True)
    rows = []
    for page in (one for one in new if one in old):
        for who in ("clerk", "all"):
            left, right = interleaved(
                lambda page=page, who=who: now.ask("get", page=page, who=who),
                lambda page=page, who=who: before.ask("get", page=page, who=who),
            )
            rows.append(row(f"{page}, {who}, now", left, "ms", f"at {name}", right))
    return rows


def _completion(now: Site, before: Site, name: str) -> list[dict]:
    left, right = interleaved(lambda: now.ask("complete"), lambda: before.ask("complete"), repeats=20)
    rows = [row("completion now", left, "ms", f"at {name}", right)]
    for writers, each in ((1, 20), (20, 4)):
        left, right = (site.ask("complete_many", writers=writers, each=each) for site in (now, before))
        rows.append(row(f"completion, {writers} writers, per document", left, "ms", f"at {name}", right))
    return rows

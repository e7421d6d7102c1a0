"""`make demo-reset`: throws away everything of the data folder but fonts, unless something still uses it.

Standard library only, and no database is started: it must also work where the database does not start.
"""

import fcntl
import os
import shutil
import sys
from pathlib import Path

GOES = (
    "pgdata",
    "pgdata.half",
    "pgdata.log",
    "files",
    "holdings",
    "public",
    "packages",
    "tmp",
    "certificates",
    "anchors",
    "secret",
    "static",
)
LOCKS = ("run.lock", "pgdata.users")  # emptied, not removed: whoever waits for one must not wait for a ghost


class Refused(RuntimeError):
    """A sentence: why nothing was removed."""


def reset(data_dir: Path) -> list[str]:
    """Names of what was removed. Raises Refused, with nothing removed, while a site or command runs there."""
    if os.environ.get("EGOV_ENV", "demo") != "demo":
        raise Refused("Only a demo is thrown away (EGOV_ENV is not demo).")
    if os.environ.get("DATABASE_URL"):
        raise Refused("DATABASE_URL names a server of yours: drop that database there, and unset it here.")
    held = []
    try:
        for name in LOCKS:
            if (data_dir / name).exists():
                held.append(open(data_dir / name, "a"))
                fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        removed = [name for name in GOES if (data_dir / name).exists()]
        for name in removed:
            path = data_dir / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return removed
    except BlockingIOError:
        raise Refused(f"{data_dir} is in use: stop `make run` with Ctrl-C first. Nothing was removed.") from None
    finally:
        for lock in held:
            lock.close()


def main() -> None:
    try:
        removed = reset(Path(os.environ.get("EGOV_DATA_DIR", ".data")).resolve())
    except Refused as refusal:
        sys.exit(str(refusal))
    done = f"Removed: {', '.join(removed)}. `make run` makes the demo anew." if removed else "Nothing to remove."
    sys.stdout.write(done + "\n")


if __name__ == "__main__":
    main()

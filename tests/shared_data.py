"""Where the real material beside the checkout is (see its README): used where it is, said where it is not.

Set EGOV_SHARED_DATA to its folder, or have it as `shared/data` beside the project's folder.
"""

import os
import tarfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def shared_data() -> Path | None:
    """The folder of the shared data, or None where there is none."""
    named = os.environ.get("EGOV_SHARED_DATA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def shared_file(name: str) -> Path:
    """A file of the shared data; skips the test, saying so, where it is absent."""
    folder = shared_data()
    if folder is None or not (folder / name).is_file():
        pytest.skip(f"real data not tried: {name} is neither in $EGOV_SHARED_DATA nor in ../shared/data")
    return folder / name


def unpacked(name: str, target: Path) -> Path:
    """The archive `name` of the shared data, unpacked below `target`; gives the folder it contains."""
    with tarfile.open(shared_file(name)) as archive:
        archive.extractall(target, filter="data")
    return target / name.removesuffix(".tar.gz")

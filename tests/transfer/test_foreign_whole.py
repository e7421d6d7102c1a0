"""A foreign package that breaks off while it is taken in: all of it is there, or nothing; a re-run gives the same."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.transfer.test_disk import everything
from tests.transfer.test_foreign import rows, written_elsewhere
from transfer import chores, delivery, foreign, receive, receive_checks
from transfer.models import Batch, Copy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_holdings(settings, tmp_path_factory) -> None:
    settings.EGOV_HOLDINGS_DIR = tmp_path_factory.mktemp("holdings")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a full disk: the kernel refuses what goes beyond."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def lying() -> list[Path]:
    """What lies in the holdings, under whatever name."""
    return list(Path(settings.EGOV_HOLDINGS_DIR).glob("*/*"))


def uid_of(package: Path) -> str:
    return receive_checks.read(package).info["egov-batch-uid"]


def is_whole(batch: Batch) -> bool:
    copies = Copy.objects.filter(part__batch=batch)
    return batch.state == "inspecting" and delivery.read_holdings(batch).valid and copies.count() == 1


def test_what_finds_no_room_is_not_entered(people, tmp_path):
    """Fault: batch and records stayed 已提交, without their package, until somebody tried again or returned it."""
    package, told = written_elsewhere(people, tmp_path)
    before = everything()
    with no_file_larger_than(2_000), pytest.raises(OSError, match="File too large"):
        receive.receive_package(package)
    assert everything()[:4] == before[:4] and lying() == [] and rows() == []
    outcome = receive.receive_package(package)
    assert is_whole(outcome.batch) and rows() == told


def test_what_cannot_take_its_place_is_not_entered(people, tmp_path):
    package, told = written_elsewhere(people, tmp_path)
    place = Path(settings.EGOV_HOLDINGS_DIR) / foreign.archive_here().code / uid_of(package)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where a folder should be")
    before = everything()
    with pytest.raises(NotADirectoryError):
        receive.receive_package(package)
    assert everything() == before and lying() == [place] and rows() == []
    place.unlink()
    assert is_whole(receive.receive_package(package).batch) and rows() == told


@pytest.mark.parametrize("is_placed", [False, True])
def test_killed_before_it_is_entered_a_re_run_gives_the_same_and_nothing_twice(people, tmp_path, is_placed):
    """Killed while it copies, or between the last rename and the commit: what lies there is the next run's, or the
    sweep's a day later; what was entered is nobody's but the archive's."""
    package, told = written_elsewhere(people, tmp_path)
    uid, archive = uid_of(package), foreign.archive_here()
    with ExitStack() as never_left:
        folder = never_left.enter_context(delivery.staged(archive, uid))
        (folder / "B-001.zip").write_bytes(b"half")
        if is_placed:
            folder = folder.rename(folder.with_name(uid))
        batch = receive.receive_package(package).batch
        assert is_whole(batch) and rows() == told
        assert receive.receive_package(package).was_there and rows() == told
        assert len(lying()) == (1 if is_placed else 2)
        assert [path.name for path in delivery.holdings_folder(batch).iterdir()] == [batch.parts.get().filename]
        assert chores.sweep_partial() == "清除 0 个未写完的包"
        grown_old(folder)
        assert chores.sweep_partial() == f"清除 {0 if is_placed else 1} 个未写完的包"
    assert is_whole(batch) and lying() == [delivery.holdings_folder(batch)]


def test_a_package_that_lost_its_batch_before_the_commit_is_swept_and_one_that_has_it_is_kept(people, tmp_path):
    package, _ = written_elsewhere(people, tmp_path)
    batch = receive.receive_package(package).batch
    mine = delivery.holdings_folder(batch)
    lost = mine.with_name("6f1c9f0e-6d0d-4f5f-9d55-0a3f6a1d2b77")
    for folder in (mine, lost):
        folder.mkdir(exist_ok=True)
        (folder / delivery.UNENTERED).touch()  # killed before it was taken away
        grown_old(folder)
    assert chores.sweep_partial() == "清除 2 个未写完的包"
    assert lying() == [mine] and not (mine / delivery.UNENTERED).exists() and is_whole(batch)


def grown_old(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (time.time() - 25 * 3600,) * 2)

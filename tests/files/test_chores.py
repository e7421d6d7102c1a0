"""The sweep of what nobody names: never a file younger than a day, never one that a row names."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import storages

from files import chores
from files.models import StoredFile
from files.store import keep, land_bytes, name_of, path_of

pytestmark = pytest.mark.django_db
YESTERDAY = 25 * 3600


def aged(path: Path, seconds: float = YESTERDAY) -> Path:
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def stored(sha256: str) -> Path:
    return Path(settings.EGOV_FILES_DIR) / name_of(sha256)


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path, monkeypatch):
    for name in ("FILES", "TMP"):
        setattr(settings, f"EGOV_{name}_DIR", tmp_path / name.lower())
        (tmp_path / name.lower()).mkdir()
    monkeypatch.setitem(storages["default"].__dict__, "base_location", str(tmp_path / "files"))
    monkeypatch.setitem(storages["default"].__dict__, "location", str(tmp_path / "files"))


def test_an_orphan_a_day_old_goes_a_younger_one_and_a_named_one_stay():
    old, young = land_bytes("旧".encode(), "旧.txt"), land_bytes("新".encode(), "新.txt")
    row = keep(land_bytes("有主".encode(), "有主.txt"))
    aged(stored(old.sha256))
    aged(stored(young.sha256), 23 * 3600)
    aged(path_of(row), 400 * 24 * 3600)
    assert chores.sweep_orphans() == "核对 2 个文件，清除 1 个"
    assert [stored(one).exists() for one in (old.sha256, young.sha256, row.sha256)] == [False, True, True]
    assert StoredFile.objects.count() == 1


def test_an_old_orphan_whose_bytes_land_again_is_young_again():
    landed = land_bytes("再来".encode(), "一.txt")
    aged(stored(landed.sha256))
    again = land_bytes("再来".encode(), "二.txt")
    assert chores.sweep_orphans() == "核对 0 个文件，清除 0 个"
    assert path_of(keep(again)).read_text() == "再来"


def test_what_is_no_stored_file_is_left_alone():
    other = Path(settings.EGOV_FILES_DIR) / "ab" / "cd" / "README"
    other.parent.mkdir(parents=True)
    other.write_text("x")
    aged(other)
    chores.sweep_orphans()
    chores.sweep_temporary()
    assert other.exists()


def test_half_written_files_a_day_old_go():
    part = Path(settings.EGOV_FILES_DIR) / "ab" / "cd" / ".part-x"
    part.parent.mkdir(parents=True)
    loose, fresh = Path(settings.EGOV_TMP_DIR) / "tmpa", Path(settings.EGOV_TMP_DIR) / "tmpb"
    for path in (part, loose, fresh):
        path.write_text("半")
    aged(part), aged(loose)
    assert chores.sweep_temporary() == "清除 2 个临时文件"
    assert [path.exists() for path in (part, loose, fresh)] == [False, False, True]

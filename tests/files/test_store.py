"""Bytes put under their digests, one by one and many at once: whole under their name, or not there at all."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

from files import store
from files.models import StoredFile
from files.store import land, path_of, receive, settle


def place(content: bytes) -> Path:
    return path_of(StoredFile(sha256=hashlib.sha256(content).hexdigest()))


@pytest.fixture(autouse=True)
def folders(tmp_path, settings):
    settings.EGOV_FILES_DIR, settings.EGOV_TMP_DIR = tmp_path / "files", tmp_path / "tmp"
    settings.EGOV_FILES_DIR.mkdir()
    store.storages["default"].__dict__.pop("base_location", None)
    store.storages["default"].__dict__.pop("location", None)
    yield
    store.storages["default"].__dict__.pop("base_location", None)
    store.storages["default"].__dict__.pop("location", None)


def left() -> list[str]:
    return sorted(path.name for path in Path(settings.EGOV_TMP_DIR).iterdir())


def test_many_are_settled_as_one_is_landed():
    """The same bytes twice are one file; what was refused is nowhere; nothing temporary stays."""
    alone = land([b"\xe7\x94\xb2"], "甲.txt")
    given = [receive([one], name) for one, name in (
        ("甲".encode(), "甲.txt"), ("乙".encode(), "乙.txt"), ("乙".encode(), "丙.txt"), (b"MZ" + bytes(99), "丁.txt"),
    )]  # fmt: skip
    assert given[0].landed == alone and len(left()) == 4
    settle(given)
    assert left() == []
    assert [place(one.encode()).read_bytes().decode() for one in "甲乙"] == ["甲", "乙"]
    assert given[3].landed.examination.refusals and not place(b"MZ" + bytes(99)).exists()


def test_no_name_is_given_before_the_bytes_are_on_the_disk(monkeypatch):
    """A disk that does not take them: no file, no row can follow, and the temporary ones are gone."""
    given, seen = [receive(["甲".encode()], "甲.txt")], []

    def failing(folder):
        seen.append(place("甲".encode()).exists())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "sync_disk", failing)
    with pytest.raises(OSError, match="No space left"):
        settle(given)
    assert seen == [False] and left() == [] and not place("甲".encode()).exists()


def test_names_are_on_the_disk_when_it_ends(monkeypatch):
    synced = []
    monkeypatch.setattr(store, "sync_disk", lambda folder: synced.append(place("甲".encode()).exists()))
    settle([receive(["甲".encode()], "甲.txt")])
    assert synced == [False, True]


def test_the_disk_is_synced_or_says_why_not(tmp_path):
    store.sync_disk(tmp_path)
    with pytest.raises(OSError, match="No such file"):
        store.sync_disk(tmp_path / "none")


def test_bytes_that_break_off_leave_nothing(tmp_path):
    def torn():
        yield b"a"
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        receive(torn(), "甲.txt")
    assert left() == []


@pytest.mark.django_db
def test_what_was_refused_is_kept_in_no_row():
    """Its bytes were put away: the row would name a file that is not there, and every act on its record be refused."""
    landed = land([b"%PDF-1.4 nothing"], "a.pdf")
    assert landed.examination.refusals and not place(b"%PDF-1.4 nothing").exists()
    with pytest.raises(ValueError, match="pdf-damaged"):
        store.keep(landed)
    with pytest.raises(ValueError, match="pdf-damaged"):
        store.keep_many([landed])
    assert not StoredFile.objects.filter(sha256=landed.sha256).exists()

"""Parts written and bags judged by processes of their own: the same bytes, findings and refusals; nothing is left."""

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from archive.packages import apart, verifier
from archive.packages.contents import PackageError, SourceDamaged
from archive.packages.verifier import verify
from archive.packages.writer import write_part
from tests.archive.packages.generated import package_info, packed_record
from units.models import StopsRunning


@pytest.fixture
def helper(monkeypatch):
    monkeypatch.setattr(apart, "RECORDS", 1)
    monkeypatch.setattr(apart, "AT_ONCE", 3)
    monkeypatch.setattr(apart.os, "cpu_count", lambda: 2)
    with apart.writer(12) as made:
        yield made


def records(folder: Path, count: int = 12) -> list:
    return [packed_record(folder, number) for number in range(1, count + 1)]


def sent(helper, target: Path, given, progress=lambda *marks: None, **info):
    return begun(helper, target, given, progress, **info)()


def begun(helper, target: Path, given, progress=lambda *marks: None, **info):
    return apart.write_part(helper, target, package_info(**info), given, others={"甲.CSV": b"a"}, progress=progress)


def test_the_next_part_is_sent_while_one_is_written(helper, tmp_path):
    given = records(tmp_path)
    first = begun(helper, tmp_path / "1.zip", given[:6], count=6)
    second = begun(helper, tmp_path / "2.zip", given[6:], count=6)
    assert (first().path, second().path) == (tmp_path / "1.zip", tmp_path / "2.zip")
    given[1].files[0].path.write_bytes(b"another")
    wrong = begun(helper, tmp_path / "3.zip", given[:6], count=6)
    after = begun(helper, tmp_path / "4.zip", given[6:], count=6)
    with pytest.raises(SourceDamaged):
        wrong()
    assert after().record_count == 6 and not (tmp_path / "3.zip").exists()


def test_a_part_is_the_same_wherever_it_is_written(helper, tmp_path):
    given, marks = records(tmp_path), []
    here = write_part(tmp_path / "here.zip", package_info(count=12), given, others={"甲.CSV": b"a"})
    there = sent(helper, tmp_path / "there.zip", iter(given), lambda *mark: marks.append(mark), count=12)
    assert replace(there, path=here.path) == here
    assert there.path.read_bytes() == here.path.read_bytes()
    assert [mark[:2] for mark in marks] == [(3, 12), (6, 12), (9, 12), (12, 12)]


def test_what_is_wrong_is_told_as_here_and_the_next_part_is_written(helper, tmp_path):
    given = records(tmp_path)
    given[4].files[0].path.write_bytes(b"another")
    with pytest.raises(SourceDamaged) as here:
        write_part(tmp_path / "here.zip", package_info(count=12), given)
    with pytest.raises(SourceDamaged) as there:
        sent(helper, tmp_path / "there.zip", given, count=12)
    assert (there.value.problems, str(there.value)) == (here.value.problems, str(here.value))
    with pytest.raises(PackageError, match="出现两次"):  # told at the second record, while others are still sent
        sent(helper, tmp_path / "there.zip", [given[0], *given], count=13)
    with pytest.raises(OSError, match="No such file"):
        sent(helper, tmp_path / "no folder" / "there.zip", given, count=12)
    assert sent(helper, tmp_path / "there.zip", given[:3], count=3).record_count == 3
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["there.zip"]


def test_a_long_list_of_faults_holds_up_nobody(helper, tmp_path):
    """It fills the line while the next part is still being sent, of which nothing is read until it has gone out."""
    given = records(tmp_path)
    name = "不见了的文件" * 2_000
    missing = replace(given[0].files[0], filename=name, path=tmp_path / "none")
    many = [replace(one, files=(missing,) * 4) for one in given]
    wrong = begun(helper, tmp_path / "1.zip", many, count=12)
    after = begun(helper, tmp_path / "2.zip", [replace(one, remark="长" * 100_000) for one in given], count=12)
    with pytest.raises(SourceDamaged):
        wrong()
    assert after().record_count == 12


def test_records_that_break_off_leave_nothing(monkeypatch, tmp_path):
    """Paused or cancelled in the middle: the process ends, and its file is gone."""
    monkeypatch.setattr(apart, "AT_ONCE", 3)

    def stop(done: int, *_):
        if done > 6:
            raise StopsRunning

    with pytest.raises(StopsRunning), apart.writer(apart.RECORDS) as helper:
        sent(helper, tmp_path / "there.zip", records(tmp_path), stop, count=12)
    assert helper.process.returncode == 0
    assert [path.name for path in tmp_path.iterdir() if "there" in path.name] == []


def test_a_process_that_dies_is_no_result(helper, tmp_path):
    def killed(given):
        yield from given[:6]
        os.kill(helper.process.pid, signal.SIGKILL)
        helper.process.wait()
        yield from given[6:]

    with pytest.raises(apart.Lost):
        sent(helper, tmp_path / "there.zip", killed(records(tmp_path)), count=12)
    assert not (tmp_path / "there.zip").exists()


def test_a_small_batch_is_written_here():
    with apart.writer(apart.RECORDS - 1) as helper:
        assert helper is None


@pytest.fixture
def batch(tmp_path) -> Path:
    """Three parts; the second has a flipped byte, the third is torn."""
    folder = tmp_path / "batch"
    folder.mkdir()
    given = records(tmp_path, 6)
    for part in (1, 2, 3):
        info = package_info(count=2, part=part, parts=3)
        write_part(folder / f"part-{part:03d}.zip", info, given[2 * part - 2 : 2 * part])
    second, third = folder / "part-002.zip", folder / "part-003.zip"
    content = bytearray(second.read_bytes())
    content[len(content) // 2] ^= 1
    second.write_bytes(content)
    third.write_bytes(third.read_bytes()[:-100])
    return folder


def test_bags_are_judged_apart_as_here(batch, monkeypatch):
    here, marks = verify(batch), []
    monkeypatch.setattr(apart, "BYTES", 0)
    monkeypatch.setattr(apart.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(verifier, "_judged", None)  # bags are not judged one after the other
    assert verify(batch, lambda *mark: marks.append(mark)) == here
    assert {one.target.partition("/")[0] for one in here.findings} >= {"part-002.zip", "part-003.zip"}
    assert [mark[0] for mark in marks] == sorted(mark[0] for mark in marks) and marks[0][0] == 0


def test_who_stops_the_judging_ends_its_processes(batch, monkeypatch):
    monkeypatch.setattr(apart, "BYTES", 0)
    monkeypatch.setattr(apart.os, "cpu_count", lambda: 2)
    begun = []
    start = apart.Helper.__init__
    monkeypatch.setattr(apart.Helper, "__init__", lambda self: (start(self), begun.append(self))[0])

    def stop(*_):
        raise StopsRunning

    with pytest.raises(StopsRunning):
        verify(batch, stop)
    assert all(one.process.returncode is not None for one in begun)
    shutil.rmtree(batch)

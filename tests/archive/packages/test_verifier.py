"""The verifier against the Library of Congress's conformance suite, its own tool, and bags damaged by hand."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from archive.packages.contents import SourceDamaged
from archive.packages.verifier import NotAPackage, verify
from archive.packages.writer import write_part
from tests.archive.packages.generated import package_info, packed_record
from tests.shared_data import unpacked

# a listed .DS_Store that is not there: the suite warns, we say that a file is missing, because it is
DIFFERENT = {"v0.97/warning/special-system-files": False}


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """A part of 12 records, as the writer makes it."""
    folder = tmp_path_factory.mktemp("package")
    records = [packed_record(folder, number) for number in range(1, 13)]
    target = folder / "batch" / "part-001.zip"
    target.parent.mkdir()
    write_part(target, package_info(count=12), records)
    return target


@pytest.fixture
def bag(package, tmp_path) -> Path:
    """The same part unpacked."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    return next(path for path in tmp_path.iterdir() if path.is_dir())


def test_a_written_part_is_valid_as_zip_folder_and_batch(package, bag):
    """Shows: E-09, E-10, S-05"""
    for place in (package, bag, package.parent):
        found = verify(place)
        assert found.valid and found.findings == [], place
        assert found.record_count == 12


def test_the_library_of_congress_agrees(bag):
    """Shows: 16-19"""
    done = subprocess.run([sys.executable, "-m", "bagit", "--validate", str(bag)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def one_record_file(bag: Path) -> Path:
    return next(
        path for path in sorted((bag / "data").rglob("*.txt")) if path.name != "sha256.txt" and "电子档案" in str(path)
    )


def test_one_flipped_byte_is_named(bag):
    victim = one_record_file(bag)
    content = bytearray(victim.read_bytes())
    content[0] ^= 1
    victim.write_bytes(content)
    found = verify(bag)
    assert not found.valid
    assert [one.target for one in found.findings] == [victim.relative_to(bag).as_posix()]
    assert "内容已改变" in found.findings[0].message


def test_one_missing_and_one_extra_file_are_named(bag):
    victim = one_record_file(bag)
    victim.unlink()
    (bag / "data" / "extra.txt").write_text("x")
    (bag / "loose.txt").write_text("x")
    found = verify(bag)
    by_path = {one.target: one.message for one in found.findings}
    assert "文件缺失" in by_path[victim.relative_to(bag).as_posix()]
    assert "多余文件" in by_path["data/extra.txt"] and "多余文件" in by_path["loose.txt"]


def test_a_flipped_byte_inside_the_zip_is_named(package, tmp_path):
    copy = tmp_path / "part-001.zip"
    shutil.copy(package, copy)
    with zipfile.ZipFile(copy) as archive:
        info = next(one for one in archive.infolist() if one.filename.endswith(".txt") and "电子档案" in one.filename)
        offset = info.header_offset + 30 + len(info.filename.encode()) + 2
    with copy.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 1]))
    found = verify(copy)
    assert not found.valid
    assert {one.target for one in found.findings} == {info.filename.split("/", 1)[1]}


def test_a_torn_zip_and_a_second_entry_of_the_same_name_are_findings(package, tmp_path):
    torn = tmp_path / "torn.zip"
    torn.write_bytes(package.read_bytes()[:-200])
    assert not verify(torn).valid
    doubled = tmp_path / "doubled.zip"
    shutil.copy(package, doubled)
    with zipfile.ZipFile(doubled, "a") as archive, pytest.warns(UserWarning):
        archive.writestr(archive.infolist()[0].filename, b"x")
    assert any("同名" in one.message for one in verify(doubled).findings)


def test_a_missing_part_of_a_batch_is_named(package, tmp_path):
    shutil.copy(package, tmp_path / "part-001.zip")
    folder = tmp_path / "source"
    folder.mkdir()
    info = replace(package_info(count=1), part=3, parts=3)
    write_part(tmp_path / "part-003.zip", info, [packed_record(folder, 99)])
    shutil.rmtree(folder)
    assert any("缺少第 2 个信息包" in one.message for one in verify(tmp_path).findings)


def test_a_folder_of_foreign_doubled_and_loose_things_is_no_batch(package, tmp_path):
    for name in ("part-001.zip", "copy.zip"):
        shutil.copy(package, tmp_path / name)
    source = tmp_path.parent / f"{tmp_path.name}-source"
    source.mkdir()
    other = replace(package_info(count=1), batch_uid="b8f4a1de-0000-4000-8000-000000000002")
    write_part(tmp_path / "other.zip", other, [packed_record(source, 99)])
    (tmp_path / "readme.txt").write_text("x")
    by_path = {one.target: one.message for one in verify(tmp_path).findings}
    assert "不属于本批次" in by_path["other.zip"] and "同为第 1 个" in by_path["part-001.zip"]
    assert "多余文件" in by_path["readme.txt"]


def test_no_bit_of_a_package_is_free(tmp_path):
    """Every header field, directory field and content block: one flipped bit is one invalid package."""
    target = tmp_path / "part.zip"
    write_part(target, package_info(count=1), [packed_record(tmp_path, 1)])
    whole = target.read_bytes()
    with zipfile.ZipFile(target) as archive:
        starts = [one.header_offset for one in archive.infolist()]
        directory = archive.start_dir
    places = {start + offset for start in starts[::4] for offset in range(34)} | {start - 1 for start in starts[1:]}
    places |= set(range(directory, directory + 120)) | set(range(len(whole) - 120, len(whole)))
    free = []
    for place in sorted(places):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        target.write_bytes(changed)
        if verify(target).valid:
            free.append(place)
    assert free == []


def test_a_package_without_its_tag_manifest_is_incomplete(bag):
    (bag / "tagmanifest-sha256.txt").unlink()
    assert [(one.target, one.severity) for one in verify(bag).findings] == [("tagmanifest-sha256.txt", "refuse")]


def test_a_path_out_of_the_package_is_refused(bag):
    with (bag / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(f"{'0' * 64}  data/../../etc/passwd\n")
    assert any("越出" in one.message and one.target == "manifest-sha256.txt" for one in verify(bag).findings)


def test_a_source_that_differs_from_its_row_is_refused_by_name(tmp_path):
    record = packed_record(tmp_path, 1)
    record.files[0].path.write_bytes(b"changed")
    with pytest.raises(SourceDamaged, match=record.files[0].filename):
        write_part(tmp_path / "out.zip", package_info(count=1), [record])
    assert not (tmp_path / "out.zip").exists()


def test_what_is_no_package_is_told_so(tmp_path):
    (tmp_path / "x.txt").write_text("x")
    for place in (tmp_path, tmp_path / "x.txt", tmp_path / "absent"):
        with pytest.raises(NotAPackage):
            verify(place)


def test_the_command_answers_without_a_database(package, tmp_path):
    command = [sys.executable, "manage.py", "verify_package", str(package), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 0 and json.loads(done.stdout)["valid"] is True
    (tmp_path / "torn.zip").write_bytes(package.read_bytes()[:-200])
    command[3] = str(tmp_path / "torn.zip")
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 1 and json.loads(done.stdout)["findings"]


def test_the_conformance_suite(tmp_path):
    """Sixty bags of every version: what the suite calls valid is valid here, and the reverse."""
    suite = unpacked("conformance.tar.gz", tmp_path) / "bagit"
    wrong = {}
    for kind in sorted(suite.glob("v*/*")):
        for one in sorted(path for path in kind.iterdir() if path.is_dir()):
            expected = DIFFERENT.get(f"{kind.parent.name}/{kind.name}/{one.name}", kind.name in ("valid", "warning"))
            try:
                valid = verify(one).valid
            except NotAPackage:
                valid = False
            if valid != expected:
                wrong[f"{kind.parent.name}/{kind.name}/{one.name}"] = valid
    assert wrong == {}

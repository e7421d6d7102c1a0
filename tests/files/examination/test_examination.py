"""The verdict on each awkward file, exactly; and on the real ones, that there always is one."""

import json
import os
import time
import tracemalloc

import pytest

from files import examination
from files.examination import examine
from tests import awkward
from tests.files.examination.real import VERDICTS
from tests.shared_data import unpacked


@pytest.fixture(scope="module")
def badfiles(tmp_path_factory):
    return unpacked("badfiles.tar.gz", tmp_path_factory.mktemp("real"))


def codes(findings):
    return [finding.code for finding in findings]


@pytest.mark.parametrize("name", awkward.FILES)
def test_awkward_file_gets_its_exact_verdict(tmp_path, name):
    _, refused, warned = awkward.FILES[name]
    result = examine(awkward.write(tmp_path, name), name)
    assert (codes(result.refusals), codes(result.warnings)) == (refused, warned)
    assert all(finding.message.endswith("。") for finding in result.findings)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("普通.pdf", ("fmt/18", "application/pdf", ".pdf", 1, None)),
        ("普通.docx", ("fmt/412", examination.KINDS["docx"].mime, ".docx", None, None)),
        ("普通.ofd", ("ofd", "application/ofd", ".ofd", 2, None)),
        ("国标.txt", ("x-fmt/111", "text/plain", ".txt", None, "gb18030")),
        ("一点.tif", ("fmt/353", "image/tiff", ".tif", 1, None)),
        ("一点.jpg", ("fmt/43", "image/jpeg", ".jpg", None, None)),
        ("一点.png", ("fmt/11", "image/png", ".png", None, None)),
        ("程序.pdf", ("", "application/octet-stream", ".pdf", None, None)),
    ],
)
def test_kind_is_identified_by_content(tmp_path, name, expected):
    path = awkward.write(tmp_path, name)
    result = examine(path, name)
    assert (result.format_id, result.mime, result.extension, result.pages, result.text_encoding) == expected
    assert result.bytes == path.stat().st_size


def test_pages_of_pdf_and_of_what_is_none(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(awkward.pdf_two_pages())
    assert examination.pdf_pages(path) == 2
    path.write_bytes(awkward.pdf_encrypted())
    assert examination.pdf_pages(path) is None
    path.write_bytes(b"nothing")
    assert examination.pdf_pages(path) is None


def test_pages_of_a_tiff_are_its_directories(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(awkward.tiff(pages=3))
    assert examine(path, "a.tif").pages == 3


def test_pdf_bomb_ends_soon_and_with_a_verdict(tmp_path):
    path = tmp_path / "bomb.pdf"
    path.write_bytes(awkward.pdf_bomb())
    before = time.monotonic()
    result = examine(path, "bomb.pdf")
    assert time.monotonic() - before < 25
    assert codes(result.refusals) == ["pdf-damaged"]


def test_large_text_is_not_read_whole(tmp_path):
    path = tmp_path / "big.txt"
    path.write_bytes("长宁区人民政府办公室\n".encode() * 1_000_000)  # 31 MB
    tracemalloc.start()
    result = examine(path, "big.txt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.findings == ()
    assert peak < 4_000_000


def test_parser_failure_becomes_a_sentence(tmp_path, monkeypatch):
    def explode(*_):
        raise RuntimeError

    monkeypatch.setattr(examination.pdf, "look", explode)
    path = awkward.write(tmp_path, "普通.pdf")
    assert codes(examine(path, "普通.pdf").refusals) == ["unreadable"]


@pytest.mark.parametrize(
    "extension", [".pdf", ".docx", ".ofd", ".doc", ".png", ".tif", ".jpg", ".mp4", ".wav", ".rtf", ".txt"]
)
def test_damaged_bytes_never_raise(tmp_path, extension):
    """Each file cut at, and flipped in, a few places: always a result, never an exception."""
    makers = [content for content, _, _ in awkward.FILES.values() if content not in (awkward.docx_bomb, bytes)]
    if extension == ".pdf":  # each PDF costs a process: a few are enough
        makers = [awkward.pdf_plain]
    path = tmp_path / f"a{extension}"
    for number, make in enumerate(makers):
        raw = bytearray(make())
        if extension != ".pdf" and raw.startswith(b"%PDF"):
            continue
        for share in (0.1, 0.5, 0.9):
            raw[int(len(raw) * share)] ^= 0xFF >> number % 8
        path.write_bytes(raw)
        assert examine(path, path.name).bytes == len(raw)


@pytest.mark.real_data
def test_every_real_awkward_file_gets_the_verdict_of_the_list_within_seconds(badfiles):
    """Held by tests/files/examination/badfiles.tsv, which was read line by line against docs/files.md."""
    found = {}
    for path in sorted(path for path in badfiles.rglob("*") if path.is_file() and path.name != "manifest.csv"):
        before = time.monotonic()
        result = examine(path, path.name)
        assert result.bytes == path.stat().st_size
        assert time.monotonic() - before < 30, path.name
        found[str(path.relative_to(badfiles))] = codes(result.refusals), codes(result.warnings)
    assert len(found) == 127
    assert {name: seen for name, seen in found.items() if VERDICTS.get(name) != seen} == {}


@pytest.mark.real_data
def test_real_ofd_samples_are_taken_and_counted(badfiles):
    pages = {path.name: examine(path, path.name).pages for path in (badfiles / "ofd").iterdir()}
    assert pages == {
        "AddAttachment.ofd": 1,
        "allprotected.ofd": 1,
        "hello-integrity.ofd": 2,
        "hello_watermark.ofd": 1,
        "helloworld.ofd": 1,
        "helloworld_with_pageblock.ofd": 1,
        "namespace_no_std.ofd": 1,
        "拿来主义_page6.ofd": 2,
    }


@pytest.mark.real_data
def test_hostile_zip_structures_are_refused_as_office_files(badfiles):
    for path in (badfiles / "zip-structures" / "reject").iterdir():
        result = examine(path, path.stem + ".docx")
        assert codes(result.refusals)[0] in {
            "zip-structure",
            "zip-duplicate",
            "wrong-extension",
            "wrong-content",
            "compressed",
        }, path.name


@pytest.mark.real_data
def test_naughty_strings_make_safe_file_names(tmp_path, badfiles):
    for string in json.loads((badfiles / "strings" / "blns.json").read_text(encoding="utf-8")):
        name = examination.safe_filename(string + ".pdf")
        assert name
        assert len(name.encode()) <= 200
        assert os.path.basename(name) == name
        (tmp_path / name).write_bytes(b"x")

"""Probes forked from one warm process: the same answers, a process and limits for each file, nothing left behind."""

import os
import signal
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from files import probing
from files.examination import examine
from files.probing import limits, warm


def page(folder: Path, words: str = "one page") -> Path:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    path = folder / f"{words}.pdf"
    pdf.save(path)
    return path


@pytest.fixture
def samples(tmp_path) -> list[Path]:
    whole = page(tmp_path)
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(whole.read_bytes()[:120])
    text = tmp_path / "a.txt"
    text.write_text("正文", encoding="utf-8")
    return [whole, torn, text, whole]


def test_a_warm_look_says_what_a_cold_one_says(samples):
    cold = [examine(path, path.name) for path in samples]
    with warm.kept_warm():
        assert [examine(path, path.name) for path in samples] == cold
        assert [one.words for one in cold] == ["\f", None, "正文", "\f"]


def test_a_child_that_dies_is_told_and_the_next_file_is_looked_into(samples, monkeypatch):
    """Killed by its limit in the middle: nothing is known of that file, and the others do not suffer."""
    with warm.kept_warm():
        with pytest.raises(probing.ProbeError):
            list(probing.stream("text", samples[0], "no such kind"))
        assert probing.ask("pdf", samples[0])["pages"] == 1


def test_the_wall_clock_ends_a_child(samples, monkeypatch):
    monkeypatch.setattr(probing, "STREAM_SECONDS", 0.000001)
    with warm.kept_warm(), pytest.raises(probing.ProbeError):
        list(probing.stream("text", samples[0], "pdf"))


def test_a_nursery_that_was_killed_is_started_anew(samples):
    with warm.kept_warm():
        assert probing.ask("pdf", samples[0])["pages"] == 1
        os.kill(warm.nursery().process.pid, signal.SIGKILL)
        time.sleep(0.05)
        assert probing.ask("pdf", samples[0])["pages"] == 1


def test_it_ends_with_the_work_and_belongs_to_one_thread(samples):
    with warm.kept_warm():
        process = warm.nursery().process
        others = []
        thread = threading.Thread(target=lambda: others.append(warm.nursery()))
        thread.start()
        thread.join()
        assert others == [None]
    assert process.poll() is not None
    assert warm.nursery() is None


def test_small_pages_share_a_child_and_an_odd_one_ends_it(samples):
    """A torn page is looked into once more alone, so that it is told as by a process of its own."""
    with warm.kept_warm():
        assert [who_looks(samples[0]) for _ in range(3)] == [who_looks(samples[0])] * 3
        before = who_looks(samples[0])
        assert probing.ask_first("pdf_words", samples[1])[0]["fault"] == "damaged"
        assert who_looks(samples[0]) != before


def who_looks(path: Path) -> int:
    """The process that the nursery has ready for the next file, after it has looked into `path`."""
    assert probing.ask("pdf", path)["pages"] == 1
    return int(children_of(warm.nursery()))


def test_a_child_sees_few_files(samples):
    with warm.kept_warm():
        seen = {who_looks(samples[0]) for _ in range(limits.SHARED_FILES + 1)}
    assert len(seen) == 2


@pytest.mark.parametrize("program", ["pdf", "pdf_words"])
def test_a_large_page_and_what_is_no_page_have_a_child_of_their_own(samples, monkeypatch, program):
    monkeypatch.setattr(warm, "SHARED_BYTES", 10)
    assert not warm.may_share(program, samples[0])
    assert not warm.may_share("text", samples[0])
    with warm.kept_warm():
        assert probing.ask("pdf", samples[0])["pages"] == probing.ask("pdf", samples[3])["pages"] == 1


def test_what_came_before_a_shared_child_died_is_not_given_twice(tmp_path):
    """Words of a long page: the child is killed while its owner reads, and another one says the rest."""
    pdf = pikepdf.new()
    for number in range(400):
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[-1].Contents = pdf.make_stream(f"BT /F1 12 Tf ({number:04d} {'word ' * 400}) Tj ET".encode())
        pdf.pages[-1].Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
    path = tmp_path / "long.pdf"
    pdf.save(path)
    whole = b"".join(probing.stream("pdf_words", path))
    with warm.kept_warm():
        assert b"".join(probing.stream("pdf_words", path)) == whole
        blocks = probing.stream("pdf_words", path)
        said = next(blocks)
        os.kill(int(children_of(warm.nursery())), signal.SIGKILL)
        assert said + b"".join(blocks) == whole


def children_of(nursery: warm.Nursery) -> str:
    """Its one child; between two it has none for a moment."""
    listed = Path(f"/proc/{nursery.process.pid}/task/{nursery.process.pid}/children")
    while not (child := listed.read_text().strip()):
        time.sleep(0.001)
    return child

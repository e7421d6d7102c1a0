"""Probes forked from one warm process: the same answers, a process and limits for each file, and nothing left behind."""

import os
import signal
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from files import probing
from files.examination import examine
from files.probing import warm


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
        assert [one.words for one in cold] == ["\f", None, None, "\f"]


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

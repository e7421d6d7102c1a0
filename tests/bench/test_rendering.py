"""The row of a warm render beside WeasyPrint: three pages, the same text, and said plainly where the other is absent."""

import json
import subprocess

from bench import rendering
from bench.measuring import row
from paper.page import set_document


def test_the_document_of_the_row_has_three_pages_and_the_other_gets_the_same_text():
    one = rendering.given()
    assert len(set_document(one)) == rendering.PAGES
    text = rendering.page_of(one)
    assert all(part in text for part in (one.title, one.doc_number, *one.body.split("\n")))


def test_without_the_other_the_row_says_so_and_has_no_ratio(monkeypatch, tmp_path):
    told = subprocess.CompletedProcess([], 0, stdout=json.dumps({"ours": [12.0, 10.0, 14.0], "alone": []}))
    monkeypatch.setattr(rendering.subprocess, "run", lambda *arguments, **more: told)
    (made,) = rendering.measure(row, tmp_path / "bench")
    assert made["value"] == 12.0 and made["ratio"] is None and "absent" in made["reference"]

"""2,851 real documents: numbers found whole and in part in every dress, questions answered as well as was measured."""

import csv
import gzip
import json
import os
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

import portal.search
from archive.models import FondsCreator, Record
from archive.search import exact, nearest, sampling, search
from archive.search.judged import measure, read
from archive.words import write_texts
from files.models import Publication
from tests.scenarios.owner import unwatched
from tests.shared_data import shared_file
from units.folding import alternatives, folded, plain_number

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def documents() -> list[dict]:
    with gzip.open(shared_file("documents.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def filed(by, rows: list[tuple[str, str, str]], *, is_public: bool) -> None:
    """Records of (title, number, body), with their search rows, and open to the public where asked."""
    unit = by.appointments.get().post.unit
    fonds = FondsCreator.objects.get(unit=unit).fonds
    with unwatched():
        records = Record.objects.bulk_create(
            Record(
                unit=unit, custodian=unit, fonds=fonds, year=2016, retention_code="Y", retention_as_filed="永久",
                class_code="BGS", item_no=place, archival_code=f"{fonds.code}-WS·2016-Y-BGS-{place:04}",
                title=title[:500], doc_number=number[:100], date=date(2016, 3, 1), filed_by=by,
            )
            for place, (title, number, _) in enumerate(rows, start=1)
        )  # fmt: skip
    write_texts([(record, body) for record, (_, _, body) in zip(records, rows, strict=True)])
    with connection.cursor() as cursor:  # as autovacuum does on a site: else each opening walks all that were just made
        cursor.execute("SET ROLE NONE")
        cursor.execute("ANALYZE archive_record, archive_recordtext, archive_recordwords")
        cursor.execute("SET ROLE egov_app")
    if is_public:
        Publication.objects.bulk_create(
            Publication(kind="record", object_uid=one.uid, unit=unit, opened_at=timezone.now(), reason="试")
            for one in records
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM archive_recordtext WHERE is_public")
        assert cursor.fetchone()[0] == (len(records) if is_public else 0)


DRESSES = {
    "圆括号": lambda n: n.replace("〔", "（").replace("〕", "）"),
    "方括号": lambda n: n.replace("〔", "[").replace("〕", "]"),
    "方头括号": lambda n: n.replace("〔", "【").replace("〕", "】"),
    "全角": lambda n: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in n),
    "空格": " ".join,
    "零宽": "\u200b".join,
    "软连字符": "\u00ad".join,
    "繁体": lambda n: n.replace("号", "號").replace("国", "國").replace("发", "發").replace("办", "辦"),
    "圆圈作零": lambda n: n.replace("〇", "○"),
    "零": lambda n: n.replace("〇", "零"),
    "部首": lambda n: n.replace("人", "⼈").replace("文", "⽂").replace("大", "⼤").replace("食", "⻝"),
    "去第": plain_number,
    "加第": lambda n: alternatives(n)[-1],
    "前导零": lambda n: __import__("re").sub(r"(?<![0-9])([0-9]+号)", r"00\1", n),
}


def test_all_real_numbers_are_found_whole_and_in_part_in_every_dress():
    """By the condition that the search asks, in the column that the search asks: a form occurs, or the word is lost."""
    numbers = shared_file("document-numbers.txt").read_text(encoding="utf-8").split("\n")
    numbers = [number for number in numbers if number.strip()]
    assert len(numbers) == 777
    lost, parts_tried = [], 0
    for number in numbers:
        line = folded(number)
        column = "\x1f" + "\x1f".join(dict.fromkeys([line, plain_number(line)])) + "\x1f"
        half = len(line) // 2
        parts = {line[:half], line[half:], line[1:], line[:-1], line[2:-2], line[-4:]}
        for name, dress in DRESSES.items():
            for typed in (line, *(sorted(parts) if name not in ("前导零", "加第") else ())):
                parts_tried += typed != line
                if len(typed) > 1 and not any(form in column for form in alternatives(folded(dress(typed)))):
                    lost.append((name, number, typed))
    assert lost == []
    assert parts_tried > 50_000


@pytest.mark.parametrize("dress", ["圆括号", "去第", "前导零"])
def test_a_real_number_finds_its_document_first(dress, people):
    by = people["D07:archivist"]
    rows = [(one["title"], one["number"] or "", one["title"]) for one in documents() if one["number"]][::6]
    filed(by, rows, is_public=False)
    held = [number for _, number, _ in rows]
    for title, number, _ in rows[::8]:
        if held.count(number) == 1 and len(number) <= 100:
            assert search(by, DRESSES[dress](folded(number))).records[0].title == title[:500], number


@pytest.mark.skipif("EGOV_RELEVANCE" not in os.environ, reason="minutes long: EGOV_RELEVANCE=1 asks all questions")
def test_questions_are_answered_as_measured(people, monkeypatch):
    """Odd query ids, which nothing was tuned on; the recipe's trial had 0.657 and 0.950."""
    by = people["D07:archivist"]
    filed(by, [(one["title"], one["number"] or "", one["body"] or one["title"]) for one in documents()], is_public=True)
    sampling.take()
    questions = [one for one in read(shared_file("relevance.tsv")) if one.is_odd]
    shown = {"staff": lambda query: _titles(search(by, query, near=50)), "portal": _portal_titles}
    for place, answer in shown.items():
        measured = measure(questions, answer)
        print(place, measured)
        assert measured["queries"] == len(questions) > 300
        assert measured["ndcg10"] >= 0.62 and measured["recall50"] >= 0.94, (place, measured)
    some = questions[::8]
    bounded = [_top_ten(by, one.query) for one in some]
    monkeypatch.setattr(nearest, "BUDGET", 10**9)
    monkeypatch.setattr(nearest, "CANDIDATES", 10**6)
    same = [len(ten & _top_ten(by, one.query)) / max(len(ten), 1) for ten, one in zip(bounded, some, strict=True)]
    print("overlap", sum(same) / len(same))
    assert sum(same) / len(same) >= 0.95


def _titles(found) -> list[str]:
    return [one.title for one in (*found.records, *found.nearest)]


def _portal_titles(query: str) -> list[str]:
    return _titles(portal.search.search(query, near=50))


def _top_ten(by, query: str) -> set[int]:
    return {hit.key for hit in nearest.among_records(by, query, exact.Narrow()).hits[:10]}


def test_twenty_words_of_real_texts_are_counted_as_python_counts_them(people):
    """Oracle: substring search in Python over equally folded text."""
    by = people["D07:archivist"]
    rows = [(one["title"], one["number"] or "", one["body"] or "") for one in documents()[:300]]
    filed(by, rows, is_public=False)
    lines = [folded("\x1f".join((*row[:2], row[2]))) for row in rows]
    words = [line[at : at + 4] for line in lines[7::30] for at in (90, 150) if len(line) > 160][:20]
    assert len(words) == 20
    for word in words:
        expected = sum(any(form in line for form in alternatives(word)) for line in lines)
        assert search(by, word).total == expected, word


def test_judgments_are_read_from_the_file():
    with shared_file("relevance.tsv").open(encoding="utf-8") as lines:
        queries = {row["query_id"] for row in csv.DictReader(lines, delimiter="\t")}
    assert len(queries) == 699 == len(read(shared_file("relevance.tsv")))

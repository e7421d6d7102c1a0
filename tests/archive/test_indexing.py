"""What an import writes is sorted into the index over pairs by another connection; the pairs are all there are."""

import pytest
from django.db import connection, transaction

from archive.backfile.importing import run
from archive.indexing import ROOM, leave_to_the_other
from tests.archive.test_backfile import catalogue, text

pytestmark = pytest.mark.django_db


def asked(statement: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def pages_in_front() -> int:
    return asked("SELECT archive_sort_in_words()")


def test_an_import_leaves_nothing_in_front_of_the_index(units, by, tmp_path):
    pages_in_front()
    lines = [{"title": f"关于第{n}号事项的通知", "file": text(tmp_path, f"{n}.txt")} for n in range(3)]
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).filed == 3
    assert pages_in_front() == 0
    assert asked("SELECT count(*) FROM archive_recordwords WHERE cjk_bigrams(text_n) @> ARRAY['事项']") == 3


def test_whoever_files_makes_room_in_front_for_his_own_act_only():
    before = asked("SHOW gin_pending_list_limit")
    with transaction.atomic():
        leave_to_the_other()
        assert asked("SHOW gin_pending_list_limit") == ROOM != before
        transaction.set_rollback(True)
    assert asked("SHOW gin_pending_list_limit") == before


@pytest.mark.parametrize("line", ["", "文", "文件", "一二三一二三", "\na\n\nb.", "𠮷野家\x1f第12号", "a\\b'c%s" * 50])
def test_the_pairs_of_a_text(line):
    pairs = {line[at : at + 2] for at in range(len(line) - 1)}
    assert asked("SELECT cjk_bigrams(%s)", line) == (sorted(pairs, key=str.encode) or None)

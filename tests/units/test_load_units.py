"""`manage.py load_units`: the real table twice changes nothing; a bad file is refused whole, naming line and column."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from units.models import AuditEvent, Post, Unit

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).resolve().parents[2] / "units" / "data" / "units.csv"
HEAD = "code,name,short_name,document_prefix,category,fonds_code,pilot"
BAD = f"""{HEAD}
D01,长宁区人民政府办公室,区政府办,长府办,government,Z201,1
d2,长宁区监察局,区监察局,长监,government,Z202,
D03,,区信息委,长信,ministry,Z201,
D01,长宁区民政局,区民政局,长民,{"x" * 101},z9,2
"""
FAULTS = (
    ("第 3 行 code 列", "一个大写字母加两位数字"),
    ("第 4 行 name 列", "为空"),
    ("第 4 行 category 列", "ministry"),
    ("第 4 行 fonds_code 列", "与第 2 行重复"),
    ("第 5 行 category 列", "超过 100 个字符"),
    ("第 5 行 fonds_code 列", "四位"),
    ("第 5 行 pilot 列", "应为空或 1"),
    ("第 5 行 code 列", "与第 2 行重复"),
)


def load(path) -> dict:
    out = StringIO()
    call_command("load_units", str(path), json=True, stdout=out)
    return json.loads(out.getvalue())


def test_the_real_table_twice():
    assert load(TABLE) == {"new": 57, "changed": 0, "same": 0}
    posts, events = Post.objects.count(), AuditEvent.objects.count()
    assert load(TABLE) == {"new": 0, "changed": 0, "same": 57}
    assert (Post.objects.count(), AuditEvent.objects.count()) == (posts, events)


def test_every_fault_is_named_and_nothing_loaded(tmp_path):
    """Shows: S-13"""
    path = tmp_path / "units.csv"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        load(path)
    lines = str(refused.value).splitlines()
    for place, words in FAULTS:
        assert any(place in line and words in line for line in lines), (place, words)
    assert not Unit.objects.exists() and not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("code,name\nD01,区政府办\n".encode(), "第 1 行：缺少列"),
        (f"{HEAD}\n".encode(), "没有单位"),
        (f"{HEAD}\nD01,区政府办".encode("gb18030"), "不是 UTF-8"),
        (f"{HEAD}\nD01,\x00".encode(), "第 2 行：含有空字符"),
        (f"{HEAD}\nD01,甲,甲,甲,government,Z201,1,多\n".encode(), "第 2 行：列数多于表头"),
        (b"", "第 1 行：缺少列"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, words):
    path = tmp_path / "units.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        load(path)
    assert not Unit.objects.exists()


def test_no_such_file(tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        load(tmp_path / "nothing.csv")

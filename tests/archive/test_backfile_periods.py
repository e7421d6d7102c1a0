"""A row without 保管期限 (Order 8 arts 6–8; domain 4.3): by a clause its title meets, else refused; never by a fallback."""

import pytest

from archive.backfile.importing import run
from archive.models import Record, RetentionRule, RetentionSchedule
from archive.states import ScheduleState
from tests.archive.test_backfile import catalogue, text

pytestmark = pytest.mark.django_db


def outcome_of(folder, units, by, *, dry_run=False, **line):
    told = {"date": "2001", "author": "某", "retention": "", "file": text(folder, "a.txt")} | line
    found = run(catalogue(folder, [told]), units["D07"], by=by, dry_run=dry_run)
    return found, [one.message for one in found.findings if one.field == "retention"]


@pytest.mark.parametrize(
    ("title", "doc_type", "wanted"),
    [
        ("关于三楼灯具的情况报送", "报告", "兜底条款02-06为10年，不自动采用"),
        ("关于三楼灯具的来信", "函", "兜底条款05-07为10年，不自动采用"),
        ("第三次例会", "纪要", "条款01-01为永久，只是文种相符，不自动采用"),
        ("关于三楼灯具的事", "", "兜底条款02-06为10年，不自动采用"),
    ],
)
def test_a_fallback_or_the_kind_alone_files_no_row(units, by, tmp_path, title, doc_type, wanted):
    """Fault: filed as 10年 with a soft remark, due at once, destroyed."""
    for dry_run in (True, False):
        found, told = outcome_of(tmp_path, units, by, title=title, doc_type=doc_type, dry_run=dry_run)
        assert (found.filed, found.refused) == (0, 1)
        assert len(told) == 1 and told[0].startswith("未列保管期限，关键词条款均不相符（")
        assert wanted in told[0] and told[0].endswith("请填写保管期限。")
    assert not Record.objects.unguarded("a test looks").exists()


def test_a_clause_that_the_title_meets_files_the_row_and_is_named(units, by, tmp_path):
    found, told = outcome_of(tmp_path, units, by, title="关于启用印章的通知")
    assert found.filed == 1
    assert told == ["未列保管期限，题名含“启用印章”，已按条款02-13 印信启用、废止文件及印模（永久）归档，请核对。"]
    record = Record.objects.unguarded("a test looks").get()
    assert (record.retention_code, record.retention_rule.code, record.checked_at) == ("Y", "02-13", None)


def test_a_fallback_whose_own_words_are_met_is_a_keyword_clause(units, by, tmp_path):
    found, told = outcome_of(tmp_path, units, by, title="关于灯具的情况说明")
    assert found.filed == 1 and "已按条款02-06" in told[0]


def test_a_clause_of_what_is_not_filed_and_a_schedule_that_says_nothing_refuse_too(units, by, tmp_path):
    own = RetentionSchedule.objects.create(
        unit=units["D07"], edition="2001", state=ScheduleState.APPROVED, valid_from="2001-01-01"
    )
    RetentionRule.objects.create(
        schedule=own,
        code="01",
        category="参阅",
        description="供参阅",
        keywords=["参阅"],
        sources=["own"],
        not_to_file="NF-1",
    )
    found, told = outcome_of(tmp_path, units, by, title="供参阅的材料")
    assert found.refused == 1
    assert told == ["未列保管期限，条款01 供参阅列为不归档（NF-1）；确需归档的，请填写保管期限。"]
    found, told = outcome_of(tmp_path, units, by, title="关于三楼灯具的事")
    assert told == ["未列保管期限，保管期限表没有相符的条款；请填写保管期限。"]


def test_what_is_filled_in_is_taken(units, by, tmp_path):
    found, told = outcome_of(tmp_path, units, by, title="关于三楼灯具的事", retention="永久")
    assert found.filed == 1 and told == []

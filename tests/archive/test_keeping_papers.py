"""单套管理台账: rule books, specifications, grading and drills, and what the evaluation reads of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import keeping_papers
from archive.evidence import evidence_of
from archive.keeping_papers import RULE_BOOKS, SPECIFICATIONS, Entry
from archive.models import KeepingPaper
from tests.forms import send_form
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:archivist"]


def test_the_eight_rule_books_and_six_specifications_stand_with_text_version_and_approval(units, by):
    """Shows: 16-1, 16-2"""
    unit = units["D07"]
    assert (len(RULE_BOOKS), len(SPECIFICATIONS)) == (8, 6)
    assert evidence_of(unit)[1].startswith("8 项中已登记 0 项，缺：电子档案管理基本制度、")
    for place, name in enumerate(RULE_BOOKS[:7]):
        entry = Entry("rule_book", name, f"长信〔2025〕{place + 1}号", date(2025, 1, 1), text="第一条 ……")
        keeping_papers.enter(unit, entry, by=by)
    assert evidence_of(unit)[1] == f"8 项中已登记 7 项，缺：{RULE_BOOKS[7]}"
    assert evidence_of(unit)[2].startswith("6 项中已登记 0 项")
    again = Entry("rule_book", RULE_BOOKS[0], "长信〔2026〕9号", date(2026, 1, 1), date(2026, 2, 1), text="第一条 修订")
    newer = keeping_papers.enter(unit, again, by=by)
    assert keeping_papers.in_force(unit).count(newer) == 1 and KeepingPaper.objects.count() == 8
    assert evidence_of(unit)[1].endswith("，1 项已过复核日期")
    page = browser(by).get(newer.get_absolute_url()).content.decode()
    assert "第一条 修订" in page and "长信〔2025〕1号" in page and "长信〔2026〕9号" in page


def test_grading_and_drills_are_registered_with_what_came_out(units, by):
    """Shows: 16-15, 16-18"""
    unit, today = units["D07"], timezone.localdate()
    assert evidence_of(unit)[15] == evidence_of(unit)[18] == "没有登记"
    grading = Entry("grading", "电子公文与档案平台", "31010500001", today, told="第二级，已备案")
    drill = Entry("drill", "数据恢复演练", "", today, told="3 人参加，2 小时恢复", follow_up="补一条备份线路")
    for entry in (grading, drill):
        row = keeping_papers.enter(unit, entry, by=by)
    assert evidence_of(unit)[18] == f"已登记 1 次，最近 {today}：数据恢复演练"
    assert AuditEvent.objects.of(row).get().detail["kind"] == "drill"
    assert "2 小时恢复" in browser(by).get(row.get_absolute_url()).content.decode()


def test_what_is_wrong_with_an_entry_is_said_at_once_and_nothing_is_kept(people, units, by):
    tomorrow = timezone.localdate() + timedelta(days=1)
    wrong = Entry("drill", " ", "", tomorrow, review_on=tomorrow)
    with pytest.raises(Refused) as refused:
        keeping_papers.enter(units["D07"], wrong, by=people["D09:archivist"])
    assert len(refused.value.reasons) == 5
    with pytest.raises(Refused, match="应为附录 A 所列之一"):
        keeping_papers.enter(units["D07"], Entry("rule_book", "另一种制度", "1号", tomorrow), by=by)
    sent = {"kind": "rule_book", "name": "另一种制度", "dated_on": "x"}
    assert send_form(browser(by), reverse("archive:keeping_papers"), sent).status_code == 422
    assert not KeepingPaper.objects.exists()
    given = {
        "kind": "specification",
        "name": SPECIFICATIONS[0],
        "number": "1号",
        "dated_on": "2026-01-01",
        "text": "正文",
    }
    assert send_form(browser(by), reverse("archive:keeping_papers"), given).status_code == 302
    row = KeepingPaper.objects.get()
    assert browser(people["D09:archivist"]).get(row.get_absolute_url()).status_code == 404

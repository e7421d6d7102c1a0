"""What the archivist's year says before and after an act: renumbering, deadlines, changing codes, periods."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from archive import bulk_amend, deciders, unconfirmed, year_end
from archive import schedule_acts as acts
from archive.correction import correct
from archive.entering import enter
from archive.filing import series_of
from archive.fixed_years import Late
from archive.mending import send_back
from archive.models import Record, RetentionRule
from archive.schedules import explaining
from archive.schedules.explaining import Decision
from archive.schedules.matching import Asked, judged
from archive.schedules.trying import tried
from archive.twins import lending, owing
from tests.archive.test_desk import read, values
from tests.archive.test_schedules import approved
from tests.transfer.stock import browser, stocked
from units.counters import take as take_number
from units.models import Task

pytestmark = pytest.mark.django_db


def rule(code: str, period: str, **more) -> RetentionRule:
    usual = {"keywords": [], "sources": ["own"], "doc_types": [], "is_default": False}
    return RetentionRule(code=code, description=code, retention_code=period, **(usual | more))


OWN = RetentionRule.Source.OWN


def test_a_trial_counts_what_only_the_fallback_takes():
    rules = [
        rule("01-01", "D30", keywords=["预算"], sources=[OWN]),
        rule("09-01", "D10", is_default=True, sources=[OWN]),
    ]
    papers = [(None, Asked("关于预算的通知", "notice", OWN)), (None, Asked("关于杂事的通知", "notice", OWN))]
    trial = tried(papers, [], rules)
    assert (trial.unmet, trial.fallback) == (0, 1)
    changed = [rules[0], rule("09-01", "D30", is_default=True, sources=[OWN])]
    assert [one.is_fallback for one in tried(papers, rules, changed).listed] == [True]


def test_a_row_that_lost_by_its_doc_type_says_so_in_words():
    rules = [
        rule("01-01", "D30", sources=[OWN], is_default=True),
        rule("05-07", "D10", sources=[OWN], doc_types=["letter"]),
    ]
    ((_, told),) = judged(rules, Asked("关于杂事的函", "letter", OWN)).near_reasons()
    assert told == "题名没有本条和05-07的关键词；05-07写明适用于函，本条没有写明，所以采用05-07"


@pytest.mark.parametrize(("doc_type", "mark"), [("letter", ""), ("notice", "兜底条款")])
def test_a_clause_that_met_by_the_doc_type_is_no_fallback(people, doc_type, mark):
    (record,) = stocked(people, 1, year=2011)
    record.retention_rule = rule("05-07", "D10", sources=[OWN], doc_types=["letter"], is_default=True)
    record.retention_decided_by, record.doc_type = None, doc_type
    unconfirmed.tell_fallback([record])
    assert record.alone == mark


def test_a_period_that_an_import_took_over_is_nobodys_decision(people):
    by = people["D07:archivist"]
    (record,) = stocked(people, 1, year=2011)
    record.retention_decided_by, record.retention_basis = by, "按目录所列"
    assert deciders.proposed_by(record) == "按目录所列"
    assert Decision("永久", "按目录所列", "", by).said == f"按目录所列，由{by.name}导入"


def test_why_names_the_schedule_that_came_after_the_filing(people, units):
    (record,) = stocked(people, 1, year=2011)
    record.filed_at = timezone.now() - timedelta(days=400)
    newer = approved(acts.draft(units["D07"], by=people["D07:archivist"]), people)
    told = explaining.why_of_record(record)
    assert told.newer == newer and told.schedule != newer
    page = " ".join(render_to_string("archive/schedules/why.html", {"subject": record, "why": told}).split())
    assert f"现行的是{newer}" in page and "本件按归档时的条款定期限，不因新表改变" in page


def test_who_signs_a_renumbering_reads_what_will_change_and_the_archivist_is_told(people, units):
    by, leader = people["D07:archivist"], people["D07:leader"]
    (record,) = stocked(people, 1, year=2011)
    row = year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    with transaction.atomic():
        take_number(series_of(record), 0, above=1)
    enter(values(), unit=units["D07"], by=by, late=Late("夹在别卷", date(2026, 3, 1), "李主任（纸质签字）"))
    year_end.ask_to_renumber(row, by=by, reason="期限划错")
    task = Task.objects.get(kind="renumber", closed_at=None)
    assert task.detail.endswith("定号时 1 件") and task.remark == "期限划错"  # the reason once
    page = browser(leader).get(row.get_absolute_url()).content.decode()
    assert "（现有 2 件）" in page and "没有更正的各件档号不变，作废和空缺的件号不补" in page
    year_end.decide(row, by=leader, agreed=True)
    told = Task.objects.get(kind="renumber_agreed", closed_at=None)
    assert (told.post.kind, told.remark) == ("archivist", f"{leader.name}已同意（报请理由：期限划错）")
    client = browser(by)
    assert "准予重新编号，待再次定号" in client.get(reverse("archive:years")).content.decode()
    assert "已同意重新编号" in client.get(reverse("archive:year", args=[2011])).content.decode()
    assert "同意后还没有改动档号" in client.get(row.get_absolute_url()).content.decode()
    old = record.archival_code
    moved = correct(read(record), changes={"retention_code": "D30"}, reason="期限划错", by=by, version=record.version)
    page = browser(leader).get(row.get_absolute_url()).content.decode()
    assert old in page and moved.archival_code in page
    year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True, note="期限划错，改定")
    assert not Task.objects.filter(kind="renumber_agreed", closed_at=None).exists()


def test_a_deadline_of_a_repair_is_read_on_the_record_and_on_the_desk(people):
    (record,) = stocked(people, 1, year=2011)
    due = timezone.now() + timedelta(days=9)
    send_back(read(record), by=people["D07:archivist"], reason="缺附件", version=record.version, due_at=due)
    client, day = browser(people["D07:archivist"]), timezone.localdate(due)
    assert f"限 {day:%Y-%m-%d} 前" in client.get(record.get_absolute_url()).content.decode()
    desk_page = client.get(reverse("archive:desk"), {"tab": "returned"}).content.decode()
    assert f"限 {day:%Y-%m-%d} 前补正" in desk_page


def test_an_undoing_that_loses_numbers_says_so_before_it_is_pressed(people, units):
    by = people["D07:archivist"]
    rows = stocked(people, 2, year=2011)
    for field, value, told in (("retention_code", "D30", True), ("author", "某局", False)):
        now = list(Record.objects.unguarded("a test looks").filter(pk__in=[one.pk for one in rows]).order_by("pk"))
        amendment = bulk_amend.Amendment(field, bulk_amend.FILL, value)
        digest = bulk_amend.preview(now, amendment).digest
        done = bulk_amend.apply(
            [one.pk for one in rows], amendment, unit=units["D07"], by=by, reason="统一", digest=digest
        )
        page = browser(by).get(reverse("archive:bulk_done", args=[done.uid])).content.decode()
        assert ("在新类中留下空号" in page) == told
        assert '<summary class="danger">撤销这次更正</summary>' in page and "确认撤销" in page  # it asks first


def test_the_preview_says_what_an_undoing_would_cost(people, units):
    """Fault: that the numbers stay void was told only after the act."""
    rows = stocked(people, 2, year=2011)
    sent = {"unit": "D07", "keys": ",".join(str(one.uid) for one in rows), "step": "preview", "how": "fill"}
    client, address = browser(people["D07:archivist"]), reverse("archive:bulk")
    for more, told in (
        ({"field": "retention_code", "retention_code": "D30"}, True),
        ({"field": "author", "value": "某局"}, False),
    ):
        page = client.post(address, sent | more | {"reason": "统一"})
        assert page.status_code == 200 and ("已编出的新件号随即作废" in page.content.decode()) == told


def test_a_lent_item_warns_before_its_code_changes_and_its_loan_keeps_the_old_one(people, units):
    by = people["D07:archivist"]
    (record,) = stocked(people, 1, year=2011)
    owing.register_paper([record.uid], by=by)
    given = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    (loan,) = lending.lend(units["D07"], record.archival_code, given, by=by)
    page = browser(by).get(reverse("archive:correct", args=[record.uid])).content.decode()
    assert "纸质件已借给乙局甲" in page and "归还时请换归档章" in page
    here = read(record)
    moved = correct(here, changes={"retention_code": "D10"}, reason="期限划错", by=by, version=here.version)
    shown = f"{moved.archival_code}（曾用 {record.archival_code}）"
    assert shown in browser(by).get(reverse("archive:loans")).content.decode()
    loan.record = moved
    assert lending.lines_of([loan])[0][2] == shown

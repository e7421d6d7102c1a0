"""Paper lent and back, 单套制 and its evaluation, and the second pattern of 档号."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from archive import code_schemes, custody, evaluating
from archive.appraisal.conditions import items_are_there
from archive.bulk_amend import FILL, Amendment
from archive.correction import correct
from archive.desk import BY_KEY, records_of
from archive.inspection.checks import CODE
from archive.models import Appraisal, PaperLoan, Record, SingleSet
from archive.retention import fonds_of
from archive.states import CodePattern, EvaluationKind, Passed
from archive.twins import alone, lending, owing, single_set, stock
from tests.appraised import appraised
from tests.archive.paper_year import year_of
from tests.archive.test_year_rules import amended, paper, read
from tests.forms import send_form
from tests.kept import evaluated, lent, open_evaluation
from tests.made import registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db


def all_records():
    return Record.objects.unguarded("a test looks")


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def on_shelf(people, by) -> list[Record]:
    made = year_of(people, 3, periods=("Y",))
    owing.register_paper([one.uid for one in made], by=by)
    return [read(one) for one in made]


def test_paper_is_lent_with_a_day_on_which_it_is_due_and_comes_back(people, units, by, on_shelf):
    """Shows: S-14"""
    client, today = browser(by), timezone.localdate()
    due = today + timedelta(days=14)
    sent = {"codes": on_shelf[0].archival_code, "borrower": "借阅人甲", "borrower_unit": "区民政局", "purpose": "查考",
            "approved_by": "区信息委领导", "due_on": str(due)}  # fmt: skip
    assert send_form(client, reverse("archive:loans"), sent).status_code == 302
    (loan,) = PaperLoan.objects.all()
    assert (loan.record_id, loan.lent_by, loan.lent_on, loan.due_on) == (on_shelf[0].pk, by, today, due)
    assert list(records_of(BY_KEY["lent"], units["D07"], all_records())) == [on_shelf[0]]
    assert "纸质件借出" in client.get(on_shelf[0].get_absolute_url()).content.decode()
    again = send_form(client, reverse("archive:loans"), sent)
    assert again.status_code == 422 and f"已借给借阅人甲，{due} 应还" in again.content.decode()
    back = send_form(client, reverse("archive:return_loan", args=[loan.uid]), {"condition": "第 3 页破损"})
    loan.refresh_from_db()
    assert back.status_code == 302 and (loan.returned_on, loan.returned_to) == (today, by)
    verbs = list(AuditEvent.objects.of(on_shelf[0]).values_list("verb", flat=True))[-2:]
    assert (
        verbs == ["lend_paper", "return_paper"]
        and "第 3 页破损" in client.get(reverse("archive:loans")).content.decode()
    )
    with pytest.raises(Refused, match="归还"):
        lending.take_back(loan, by=by)
    assert client.get(reverse("archive:loans_pdf")).content.startswith(b"%PDF")


def test_what_cannot_be_lent_is_told_all_at_once_and_nothing_is(people, units, by, on_shelf):
    without = year_of(people, 1, year=2017)[0]
    given = lending.Lending("甲", "", "", "主任（纸质签字）", timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused) as refused:
        lending.lend(units["D07"], on_shelf[0].archival_code, given, by=by)
    assert list(refused.value.reasons) == ["请填写借阅单位。", "请填写借阅目的。", "应还日期不能早于今天。"]
    whole = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    codes = f"{on_shelf[0].archival_code}\n{without.archival_code}、Z999"
    with pytest.raises(Refused, match="“Z999”不在本单位保管的档案中") as refused:
        lending.lend(units["D07"], codes, whole, by=by)
    assert any("没有登记纸质件" in one for one in refused.value.reasons) and not PaperLoan.objects.exists()
    with pytest.raises(Refused, match="不在本单位"):
        lending.lend(units["D07"], on_shelf[0].archival_code, whole, by=people["D09:archivist"])
    scanned = f"http://testserver{on_shelf[0].get_absolute_url()} {on_shelf[1].archival_code.replace('·', '•').lower()}"
    assert len(lending.lend(units["D07"], scanned, whole, by=by)) == 2  # a label's address, and a code as it was typed


def test_lent_paper_is_not_missing_and_is_not_destroyed(people, units, by, on_shelf):
    lent(on_shelf[0], people)
    found = stock.check(units["D07"], " ".join(one.archival_code for one in on_shelf[1:]), by=by)
    assert found.is_whole and [code for code, _ in found.lent] == [on_shelf[0].archival_code]
    assert browser(by).get(found.get_absolute_url()).content.decode().count("应还") == 1
    appraised(people, 2)
    appraisal = Appraisal.objects.get()
    item = appraisal.items.order_by("position").last()
    item.opinion, item.ground, item.given_by, item.given_at = "destroy", "无保存价值", by, timezone.now()
    item.save()
    owing.register_paper([item.record.uid], by=by)
    lent(read(item.record), people)
    assert items_are_there(appraisal, None) == [f"“{item.record.archival_code}”已借给借阅人甲，归还后再销毁。"]


def test_overdue_paper_says_so(people, by, on_shelf):
    (loan,) = lent(on_shelf[0], people)
    with unwatched():
        PaperLoan.objects.filter(pk=loan.pk).update(lent_on=date(2026, 1, 1), due_on=date(2026, 1, 31))
    assert "逾期" in browser(by).get(reverse("archive:loans")).content.decode()
    assert "逾期未还 1 件" in browser(by).get(reverse("archive:desk")).content.decode()


def test_what_owes_paper_follows_the_approval_its_first_year_and_its_end(people, units, by):
    """Shows: E-07"""
    year, today, authority = timezone.localdate().year, timezone.localdate(), people["D30:inspector"]
    old, new = year_of(people, 1, year=year - 1)[0], year_of(people, 1, year=year)[0]
    row = single_set.approve(units["D07"], approval="长档〔2026〕3号", approved_on=today, by=authority)
    assert list(owing.owed(all_records())) == [old] and not owing.owes_paper(new) and owing.owes_paper(old)
    assert (row.from_year, row.scope) == (year, "全部文书档案")
    with pytest.raises(Refused, match="已经实行单套制"):
        single_set.approve(units["D07"], approval="另文", approved_on=today, by=authority)
    single_set.end(row, ended_on=today, reason="系统更换", by=authority)
    assert set(owing.owed(all_records())) == {old, new}  # filed on the day from which it is owed again
    with unwatched():  # filed by nobody's act while the approval held
        new.pk, new.uid, new.filed_at = None, uuid4(), timezone.now() - timedelta(days=1)
        new.save(force_insert=True)
    assert not owing.owed(all_records().filter(pk=new.pk)).exists()
    verbs = AuditEvent.objects.of(row).values_list("verb", flat=True)
    assert list(verbs) == ["approve_single_set", "end_single_set"]


def test_only_the_authority_approves_and_ends_and_all_that_is_wrong_is_said(people, units, by):
    today = timezone.localdate()
    with pytest.raises(Refused) as refused:
        single_set.approve(units["D07"], approval=" ", approved_on=today + timedelta(days=1), from_year=2010, by=by)
    assert len(refused.value.reasons) == 4
    authority = browser(people["D30:inspector"])
    address, sent = reverse("archive:single_sets"), {"unit": "D07", "approval": "长档〔2026〕3号", "approved_on": str(today),
                                                     "from_year": str(today.year), "scope": "全部文书档案"}  # fmt: skip
    assert send_form(browser(by), address, sent).status_code == 422
    assert send_form(authority, address, sent).status_code == 302
    row = SingleSet.objects.get()
    assert "长档〔2026〕3号" in browser(by).get(address).content.decode()
    end = reverse("archive:end_single_set", args=[row.uid])
    assert send_form(browser(by), end, {"ended_on": str(today), "reason": "换"}).status_code == 404
    assert send_form(authority, end, {"ended_on": str(today), "reason": "系统更换"}).status_code == 302
    row.refresh_from_db()
    assert (row.ended_on, row.ended_because) == (today, "系统更换")
    call_command("single_set", unit="D09", approval="x", on=date(2026, 3, 1), scope="公文", stdout=io.StringIO())
    with pytest.raises(CommandError, match="已经实行单套制"):
        call_command("single_set", unit="D09", approval="x", on=date(2026, 3, 1), stdout=io.StringIO())


def test_annex_b_has_a_precondition_and_25_items_in_four_parts():
    """Shows: 16-0"""
    assert [one.serial for one in evaluating.ITEMS] == list(range(26)) and evaluating.ITEMS[0].name == "前置性条件"
    parts = {one.part for one in evaluating.ITEMS[1:]}
    assert parts == {"制度建设要求", "系统建设要求", "资源建设与管理要求", "安全管理要求"}
    assert len({(one.part, one.group) for one in evaluating.ITEMS[1:]}) == 12


def test_the_unit_evaluates_itself_then_the_authority_and_every_item_has_to_pass(people, units):
    """Shows: 16.1"""
    with pytest.raises(Refused, match="还没有通过自评估"):
        evaluating.begin(units["D07"], EvaluationKind.AUTHORITY, by=people["D30:inspector"])
    failed = evaluated(units["D07"], people, failed=(18,))
    assert (failed.verdict, failed.next_due) == (Passed.FAILED, None)
    address = reverse("archive:evaluations")
    none = browser(people["D30:inspector"]).get(address).content.decode()
    assert (
        "没有可以开始评估（区档案局）的单位" in none and 'name="authority-unit"' not in none
    )  # fault: all 57 were offered
    passed = evaluated(units["D07"], people)
    offered = browser(people["D30:inspector"]).get(address).content.decode()
    assert offered.count("<option") == 1 and 'value="D07"' in offered
    day = timezone.localdate()
    assert passed.verdict == Passed.PASSED and passed.next_due.year == day.year + 3
    assert passed.items.get(serial=25).evidence.startswith("最早的操作记录")  # as it was shown on that day
    by_authority = evaluated(units["D07"], people, kind=EvaluationKind.AUTHORITY)
    assert by_authority.verdict == Passed.PASSED
    with pytest.raises(Refused, match="自评估由本单位档案员"):
        evaluating.begin(units["D07"], EvaluationKind.OWN, by=people["D09:archivist"])


def test_an_item_without_a_verdict_is_no_pass_and_a_failed_precondition_ends_it_at_once(people, units, by):
    """Shows: 16-0"""
    made = open_evaluation(units["D07"], people)
    with pytest.raises(Refused, match="还有 26 项没有结论"):
        evaluating.close(made, opinion="通过", by=by, version=made.version)
    with pytest.raises(Refused, match="0 前置性条件：未通过的，请写明情况"):
        evaluating.judge(made, {0: (Passed.FAILED, "")}, by=by, version=made.version)
    row = evaluating.judge(made, {0: (Passed.FAILED, "没有等级保护")}, by=by, version=made.version)
    with pytest.raises(Stale):
        evaluating.judge(made, {1: (Passed.PASSED, "")}, by=by, version=made.version)
    assert evaluating.close(row, opinion="前置性条件未通过", by=by, version=row.version).verdict == Passed.FAILED
    with pytest.raises(Refused, match="不能再改"):
        evaluating.judge(row, {1: (Passed.PASSED, "")}, by=by, version=row.version)


def test_a_verdict_given_again_keeps_the_earlier_one_with_who_and_when(people, units, by):
    """Shows: 16.1"""
    row = open_evaluation(units["D07"], people)
    for verdict, note in ((Passed.FAILED, "尚无制度"), (Passed.PASSED, "制度已印发"), (Passed.PASSED, "制度已印发")):
        row = evaluating.judge(row, {3: (verdict, note)}, by=by, version=row.version)
    item = row.items.get(serial=3)
    assert (item.verdict, item.note) == (Passed.PASSED, "制度已印发")  # the newest counts; sent twice is said once
    assert [(one.verdict, one.note) for one in item.given.all()] == [("failed", "尚无制度"), ("passed", "制度已印发")]
    (earlier,) = evaluating.judged_before(row)[3]
    assert (earlier.verdict, earlier.name, earlier.by) == (Passed.FAILED, by.name, by)
    for _ in range(2):  # while it is judged, and as it was closed
        shown = browser(by).get(row.get_absolute_url()).content.decode()
        assert "原结论：未通过（尚无制度）" in shown and shown.count("原结论") == 1
        if row.closed_at is None:
            row = evaluating.judge(row, {0: (Passed.FAILED, "没有等级保护")}, by=by, version=row.version)
            row = evaluating.close(row, opinion="前置性条件未通过", by=by, version=row.version)


def test_the_evaluation_is_one_page_that_is_filled_in_and_closed(people, units, by):
    client = browser(by)
    begun = send_form(client, reverse("archive:evaluations"), {"self-unit": "D07"})
    assert begun.status_code == 302
    page = client.get(begun["Location"])
    assert page.content.decode().count('<select name="verdict_') == 26 and "在线归档 0 件" in page.content.decode()
    version = page.context["evaluation"].version
    given = {f"verdict_{one.serial}": "passed" for one in evaluating.ITEMS} | {"version": version, "note_3": "已核对"}
    assert send_form(client, f"{begun['Location']}judge/", given).status_code == 302
    assert send_form(client, f"{begun['Location']}judge/", given).status_code == 409
    done = send_form(client, f"{begun['Location']}close/", {"opinion": "各项具备", "version": version + 1})
    assert done.status_code == 302
    shown = client.get(begun["Location"]).content.decode()
    assert "已核对" in shown and "<select" not in shown
    assert browser(people["D30:inspector"]).get(begun["Location"]).status_code == 200  # closed: laid before it
    assert browser(people["D09:archivist"]).get(begun["Location"]).status_code == 404


def test_a_fonds_writes_its_codes_by_the_second_pattern_from_a_year_on(people, units, by):
    """Shows: 3.6b"""
    year, fonds = timezone.localdate().year, fonds_of(units["D09"])
    archivist = people["D09:archivist"]
    code_schemes.set_pattern(
        units["D09"], fonds, pattern=CodePattern.DAT13, from_year=year, reason="区档案馆通知", by=archivist
    )
    record = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    assert record.archival_code == f"Z409-WS·{year}·Y·BGS-0001" == record.codes.get().code
    assert CODE.match(record.archival_code) and not record.findings.filter(field="archival_code").exists()
    correct(record, changes={"retention_code": "D30"}, reason="按新表", by=archivist, version=record.version)
    assert read(record).archival_code == f"Z409-WS·{year}·D30·BGS-0001"
    assert year_of(people, 1)[0].archival_code == "Z407-WS·2016-Y-BGS-0001"  # another fonds
    assert not CODE.match("Z409-WS·2026·Y-BGS-0001")  # neither the one nor the other


def test_many_and_paper_alone_follow_the_pattern_and_a_year_has_one(people, units, by):
    """Shows: 3.6b"""
    fonds, unit = fonds_of(units["D07"]), units["D07"]
    old = alone.register(unit, paper(year=1997), by=by)
    setting = {"pattern": CodePattern.DAT13, "reason": "通知", "by": by}
    with pytest.raises(Refused, match="1997年度已编档号"):
        code_schemes.set_pattern(unit, fonds, from_year=1997, **setting)
    code_schemes.set_pattern(unit, fonds, from_year=1998, **setting)
    rows = [alone.register(unit, paper(title=f"关于第{n}件事的通知"), by=by) for n in range(2)]
    assert [one.archival_code for one in rows] == [f"Z407-WS·1998·Y·BGS-000{n}" for n in (1, 2)]
    amended(rows, Amendment("class_code", FILL, ""), by)
    assert read(rows[0]).archival_code == "Z407-WS·1998·Y-0001"
    assert read(old).archival_code == "Z407-WS·1997-Y-BGS-0001"
    with pytest.raises(Refused, match="已编档号"):
        code_schemes.set_pattern(unit, fonds, pattern=CodePattern.DAT22, from_year=1998, reason="改回", by=by)
    with pytest.raises(Refused, match="只有本单位档案员"):
        code_schemes.set_pattern(unit, fonds, from_year=2030, **setting | {"by": people["D07:clerk"]})


def test_the_setting_is_a_page_that_shows_an_example_and_who_set_it(people, units, by):
    client, address, year = browser(by), reverse("archive:settings"), timezone.localdate().year
    assert f"Z407-WS·{year}-Y-BGS-0001" in client.get(address).content.decode()
    sent = {"pattern": "DAT13-2022", "from_year": str(year), "reason": "区档案馆通知"}
    assert send_form(client, address, sent).status_code == 302
    page = client.get(address).content.decode()
    assert f"Z407-WS·{year}·Y·BGS-0001" in page and by.name in page
    event = AuditEvent.objects.filter(verb="set_code_pattern").get()
    assert (event.before, event.after, event.opinion) == ("DAT22-2015", "DAT13-2022", "区档案馆通知")
    assert send_form(client, address, sent | {"from_year": "abc", "pattern": "x"}).status_code == 422


def test_a_record_that_is_leaving_is_not_lent_for_that_reason(people, units, by, on_shelf):
    """The refusal said 没有登记纸质件, of paper that had been registered."""
    with transaction.atomic():
        custody.freeze([on_shelf[0].pk], by=by)
    given = lending.Lending("甲", "乙局", "查考", "主任（纸质签字）", timezone.localdate())
    with pytest.raises(Refused, match=r"正在移交，不能借出") as refused:
        lending.lend(units["D07"], on_shelf[0].archival_code, given, by=by)
    assert len(refused.value.reasons) == 1 and "没有登记纸质件" not in refused.value.reasons[0]

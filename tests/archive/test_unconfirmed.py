"""What a program proposed and nobody checked (practice 1; domain 4.6): marked, told at 定号 and transfer, kept."""

import pytest
from django.urls import reverse

from archive import unconfirmed, year_end
from archive.appraisal import actions
from archive.appraisal.inputs import ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.checking import accept, awaiting
from archive.models import Record, RetentionRule
from tests.archive.test_appraisal import GROUP, all_records, everybody_signs
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, planned, stocked
from transfer import actions as transfers
from transfer import plans
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D07:archivist"]


def text_of(answer) -> str:
    return "".join(answer.content.decode().split())


def appraised(people, units, by):
    made = actions.create(units["D07"], by=by)
    for post, part in GROUP:
        actions.appoint(made, people[f"D07:{post}"], part, by=by)
    APPRAISAL.perform("start", made, by=by)
    return made


def test_what_nobody_checked_is_marked_and_not_destroyed_before_somebody_has(people, units, by):
    first, second = stocked(people, 2, year=2012, retention="D10")
    with unwatched():
        all_records().filter(pk=second.pk).update(retention_decided_by=by)
    due = text_of(browser(by).get(f"{reverse('archive:due')}?unit=D07"))
    assert due.count(unconfirmed.PROPOSED) == 1  # the other period somebody gave; it is unchecked all the same
    appraisal, member = appraised(people, units, by), people["D07:officer"]
    page = text_of(browser(member).get(appraisal.get_absolute_url()))
    assert unconfirmed.PROPOSED in page
    with pytest.raises(Refused) as refusal:
        actions.judge(appraisal, (1, 2), by=member, opinion="destroy", ground="无保存价值")
    assert refusal.value.reasons == [
        f"“{first.archival_code}”期限由程序拟定，未核对，不能定为销毁；{unconfirmed.HOW}。",
        f"“{second.archival_code}”未核对，不能定为销毁；{unconfirmed.HOW}。",
    ]
    actions.judge(appraisal, (2,), by=member, opinion="prolong", ground="有查考价值", prolonged="D30")
    accept([first.pk], by=by)
    actions.judge(appraisal, (1,), by=member, opinion="destroy", ground="无保存价值")
    assert unconfirmed.PROPOSED not in text_of(browser(member).get(appraisal.get_absolute_url()))


def test_a_list_names_what_nobody_has_checked_as_soon_as_it_is_made(people, units, by):
    first, second = stocked(people, 2, year=2012, retention="D10")
    made = actions.create(units["D07"], by=by)
    accept([second.pk], by=by)
    page = browser(by).get(made.get_absolute_url())
    assert page.context["unchecked"] == [first] and "以下各件未核对" in page.content.decode()
    assert reverse("archive:desk") in page.content.decode()
    accept([first.pk], by=by)
    assert "以下各件未核对" not in browser(by).get(made.get_absolute_url()).content.decode()


@pytest.mark.parametrize("step", ["report", "approve", "destroy"])
def test_no_step_towards_destruction_passes_an_unchecked_item(people, units, by, step):
    """As it was before the rule: an opinion that was given while nobody asked who had checked."""
    (record,) = stocked(people, 1, year=2012, retention="D10", is_checked=True)
    appraisal = appraised(people, units, by)
    actions.judge(appraisal, (1,), by=people["D07:officer"], opinion="destroy", ground="无保存价值")
    everybody_signs(appraisal)
    with unwatched():
        all_records().filter(pk=record.pk).update(checked_at=None, checked_by=None)
    told = unconfirmed.nothing_is_unchecked(appraisal, None)
    assert told == [f"“{record.archival_code}”期限由程序拟定，未核对，不能定为销毁；{unconfirmed.HOW}。"]
    assert unconfirmed.nothing_is_unchecked in APPRAISAL.get(step).checks
    if step == "report":
        with pytest.raises(Refused, match="期限由程序拟定，未核对"):
            APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))
        accept([record.pk], by=by)
        APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))


def test_the_desk_marks_the_fallback_and_narrows_to_it(people, units, by):
    by_words, by_fallback, by_hand = stocked(people, 3)
    with unwatched():
        for record, code in ((by_words, "02-13"), (by_fallback, "02-06")):
            all_records().filter(pk=record.pk).update(retention_rule=RetentionRule.objects.get(code=code))
        all_records().filter(pk=by_hand.pk).update(retention_decided_by=by)
    address = f"{reverse('archive:desk')}?unit=D07&tab=imported"
    page = browser(by).get(address)
    assert [(one.pk, one.alone) for one in page.context["page"].items] == [
        (by_words.pk, ""), (by_fallback.pk, "兜底条款"), (by_hand.pk, ""),
    ]  # fmt: skip
    assert "只看兜底条款" in page.content.decode()
    narrowed = browser(by).get(f"{address}&fallback=1")
    assert [one.pk for one in narrowed.context["page"].items] == [by_fallback.pk] and narrowed.context["total"] == 1
    given = {"unit": "D07", "tab": "imported", "all": "1", "fallback": "1"}
    send_form(browser(by), reverse("archive:check_many"), given)  # “全部” keeps to what the list is narrowed to
    assert awaiting(Record.objects.unguarded("a test looks")).count() == 2


def test_imported_items_count_as_unchecked_and_are_fixed_only_by_a_tick(people, units, by):
    """Fault: the desk said 9, 年度整理 said 0."""
    stocked(people, 2, year=2011)
    assert year_end.years_of(units["D07"], by)[0]["unchecked"] == 2
    address = f"{reverse('archive:year', args=[2011])}?unit=D07"
    page = text_of(browser(by).get(address))
    assert "有2件导入的文件尚未核对：“关于第1号事项的批复”、“关于第2号事项的批复”" in page
    assert "tab=imported&amp;fonds=Z407&amp;year=2011" in page and "未核对2件" in page
    refused = send_form(browser(by), address, {"unit": "D07"})
    assert refused.status_code == 422 and "确认照此定号的，勾选“确认未核对的也照此定号”" in refused.content.decode()
    assert send_form(browser(by), address, {"unit": "D07", "takes_unchecked": "on"}).status_code == 302


def test_transfer_tells_what_is_unchecked_and_which_years_are_open(people, units, by):
    records = stocked(people, 3)
    accept([records[0].pk], by=by)
    plan = planned(people)
    told = plans.proposal(plan, units["D07"], by)
    assert (told.count, told.unchecked, told.imported, told.unnumbered) == (3, 2, 2, 3)
    batch = transfers.create_batch(units["D07"], by=by, name="移交", first_year=2016)
    later = stocked(people, 1, first=9)
    wanted = ["件尚未核对", "件所属年度尚未定号", f"{reverse('archive:desk')}?unit=D07&amp;tab=imported"]
    for address in (reverse("transfer:create"), reverse("transfer:plans"), batch.get_absolute_url()):
        page = text_of(browser(by).get(address))
        assert [one for one in wanted if one.replace(" ", "") not in page] == [], address
    accept([later[0].pk], by=by)
    year_end.fix(units["D07"], 2016, by=by, note="跳号")
    page = text_of(browser(by).get(batch.get_absolute_url()))
    assert "尚未核对" not in page and "尚未定号" not in page


def test_why_nothing_can_be_handed_over(people, units, by):
    """Fault: “没有符合条件的档案” where everything of the year is on paper alone."""
    stocked(people, 2, year=2005)
    with unwatched():
        all_records().update(component_count=0, carrier_mode="paper_only", paper_exists=True)
    stocked(people, 1, year=2006)
    with pytest.raises(Refused, match="2 件仅纸质，随纸质移交（Z407-WS·2005-Y-BGS-0001、Z407-WS·2005-Y-BGS-0002）。"):
        transfers.create_batch(units["D07"], by=by, name="移交", first_year=2005, last_year=2005)


def test_the_fallback_list_its_marks_and_its_count_are_one_rule(people, by):
    """Fault: “只看兜底条款” listed what the clause had taken by its 文种 or a word of the title as well, unmarked."""
    by_words, by_type, by_fallback, without, checked = stocked(people, 5)
    rule = RetentionRule.objects.get(code="02-06")
    with unwatched():
        RetentionRule.objects.filter(pk=rule.pk).update(keywords=["第1号-第11号"], doc_types=["reply"], is_default=True)
        rows = all_records().filter(pk__in=[one.pk for one in (by_words, by_type, by_fallback, checked)])
        rows.update(retention_rule=rule)
        all_records().filter(pk=by_type.pk).update(doc_type="reply")
    accept([checked.pk], by=by)
    address = f"{reverse('archive:desk')}?unit=D07&tab=imported"
    whole, cut = browser(by).get(address), browser(by).get(f"{address}&fallback=1")
    marked = [one.pk for one in whole.context["page"].items if one.alone]
    assert marked == [one.pk for one in cut.context["page"].items] == [by_fallback.pk, without.pk]
    assert cut.context["total"] == cut.context["tree"][0].count == 2 and "共 2 件" in cut.content.decode()
    assert all(one.alone == unconfirmed.FALLBACK for one in cut.context["page"].items)
    assert {one.pk for one in unconfirmed.marked(all_records())} == set(marked)
    assert "year=2016&amp;fallback=1" in cut.content.decode()  # the tree keeps to it

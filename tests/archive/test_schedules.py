"""A unit's schedule from the sample to its approval by 区档案局, on screen and by Excel (Order 8 art. 12)."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from archive import schedule_acts as acts
from archive.models import Record, RetentionRule, RetentionSchedule
from archive.retention import rule_of
from archive.schedule_inputs import ApproveInput, ProposeInput
from archive.schedule_workflow import SCHEDULE
from archive.schedules.versions import schedule_for
from tests.forms import send_form
from tests.made import brought_to, draft, registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.models import AuditEvent, Task
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def drafted(people, units) -> RetentionSchedule:
    return acts.draft(units["D07"], by=people["D07:archivist"])


def values_of(schedule, which: str, **changed) -> dict:
    rule = schedule.rules.get(code=which)
    return {**{name: getattr(rule, name) for name in acts.COPIED}, **changed}


def proposed(schedule, people, **given) -> RetentionSchedule:
    SCHEDULE.perform("propose", schedule, by=people["D07:archivist"], given=ProposeInput(**given))
    return schedule


def approved(schedule, people, *, approval="长档〔2026〕5号", **given) -> RetentionSchedule:
    if schedule.state == "draft":
        proposed(schedule, people)
    SCHEDULE.perform("approve", schedule, by=people["D30:inspector"], given=ApproveInput(approval=approval, **given))
    return schedule


def received(people, title: str, unit="D07"):
    """A paper of the district's office, registered at the unit: 上级来文."""
    sent = brought_to("dispatch", people, unit="D01", to=(unit,), title=title)
    delivery = take(sent.deliveries.unguarded("a test looks").get(), "sign_for", people[f"{unit}:clerk"])
    return take(delivery, "register", people[f"{unit}:clerk"], handling_kind="for_reading")


def tasks_of(schedule) -> list[tuple[str, str]]:
    return [(str(one.post), one.label) for one in Task.objects.of(schedule).open().select_related("post__unit")]


def test_a_draft_begins_with_the_rows_that_hold(drafted, units):
    sample = RetentionSchedule.objects.get(unit=None)
    assert drafted.drafted_from == sample and drafted.authority == units["D30"] and drafted.state == "draft"
    assert drafted.rules.count() == sample.rules.count() == 53
    assert schedule_for(units["D07"], TODAY()) == sample  # nothing is in force by being drafted


def test_two_versions_are_never_drafted_at_once(drafted, people, units):
    with pytest.raises(Refused, match="正在拟订或审批"):
        acts.draft(units["D07"], by=people["D07:archivist"])
    for who in ("D07:clerk", "D07:leader", "D09:archivist", "D30:inspector"):
        with pytest.raises(Refused, match="由本单位档案员拟订"):
            acts.draft(units["D07"], by=people[who])


def test_rows_are_changed_added_struck_and_brought_back(drafted, people):
    by = people["D07:archivist"]
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=by, code="02-21")
    acts.save_rule(drafted, values_of(drafted, "02-21", code="08-01", keywords=["网络工程"]), by=by)
    acts.strike(drafted, "07-02", by=by)
    told = list(AuditEvent.objects.of(drafted).order_by("pk").values_list("label", flat=True))
    assert told == ["拟订保管期限表", "修改条款", "增加条款", "删去条款"]
    changes = AuditEvent.objects.of(drafted).get(label="修改条款").detail["changes"]
    assert changes == {"保管期限": ["10年", "30年"]}
    with pytest.raises(Refused, match="已删去"):
        acts.strike(drafted, "07-02", by=by)
    acts.strike(drafted, "07-02", by=by, back=True)
    assert not drafted.rules.get(code="07-02").is_struck
    with pytest.raises(Refused, match="条款号 02-20 已有"):
        acts.save_rule(drafted, values_of(drafted, "02-21", code="02-20"), by=by, code="02-21")
    with pytest.raises(Stale, match="您本人在另一窗口修改"):
        acts.save_rule(drafted, values_of(drafted, "02-21"), by=by, code="02-21", version=1)


def test_what_was_laid_before_the_authority_is_not_changed_any_more(drafted, people):
    proposed(drafted, people)
    for act in (
        lambda: acts.strike(drafted, "07-02", by=people["D07:archivist"]),
        lambda: acts.save_rule(drafted, values_of(drafted, "02-21"), by=people["D07:archivist"], code="02-21"),
        lambda: acts.take_in(drafted, [values_of(drafted, "02-21")], by=people["D07:archivist"], strikes=True),
    ):
        with pytest.raises(Refused, match="报区档案局审批，条款不能修改"):
            act()


def test_a_version_is_not_sent_with_a_day_that_is_past(drafted, people):
    with pytest.raises(Refused, match="施行日期"):
        proposed(drafted, people, valid_from=TODAY() - timedelta(days=1))
    assert drafted.state == "draft"
    proposed(drafted, people, valid_from=TODAY())


def test_proposed_returned_mended_and_approved_by_the_authority(drafted, people):
    proposed(drafted, people, valid_from=TODAY() + timedelta(days=10))
    assert tasks_of(drafted) == [("区档案局 监督指导", "审批保管期限表（区档案局）")]
    with pytest.raises(Refused, match="退回意见"):
        SCHEDULE.perform("return", drafted, by=people["D30:inspector"])
    SCHEDULE.perform("return", drafted, by=people["D30:inspector"], note="05-06 的期限请与业务处室核对。")
    assert (drafted.state, drafted.returned_because) == ("draft", "05-06 的期限请与业务处室核对。")
    assert tasks_of(drafted) == [("区信息委 档案员", "修改保管期限表")]
    for who in ("D07:archivist", "D07:leader", "D30:accessioner", "D30:archivist"):
        with pytest.raises(Refused):
            approved(drafted, {**people, "D30:inspector": people[who]})
    drafted.refresh_from_db()
    SCHEDULE.perform("approve", drafted, by=people["D30:inspector"], given=ApproveInput("长档〔2026〕5号"))
    assert (drafted.state, drafted.valid_from, drafted.approved_on) == ("approved", TODAY(), TODAY())
    assert drafted.returned_because == "" and tasks_of(drafted) == [("区信息委 档案员", "保管期限表已批准")]


def test_a_table_that_cannot_be_used_is_not_proposed(drafted, people):
    for rule in drafted.rules.all():
        acts.strike(drafted, rule.code, by=people["D07:archivist"])
    with pytest.raises(Refused, match="表中没有条款"):
        proposed(drafted, people)


def test_approval_says_where_and_from_when(drafted, people):
    proposed(drafted, people)
    with pytest.raises(Refused, match="批准文号"):
        approved(drafted, people, approval=" ")
    with pytest.raises(Refused, match="早于施行日期"):
        approved(drafted, people, valid_to=date(2020, 1, 1))


def test_a_schedule_changed_in_mid_year_before_and_after(people, units):
    """Filed before its day: the old row; from its day on: the new one; each record keeps its own."""
    title, day = "关于做好对接工作的通知", TODAY()
    first = take(received(people, title), "complete", people["D07:clerk"]).record
    assert (first.retention_code, first.filed_rule.code, first.filed_rule.schedule.unit) == ("D30", "06-02", None)
    version = acts.draft(units["D07"], by=people["D07:archivist"])
    acts.save_rule(version, values_of(version, "06-02", retention_code="D10"), by=people["D07:archivist"], code="06-02")
    approved(version, people, valid_from=day)
    second = take(received(people, title), "complete", people["D07:clerk"]).record
    assert (second.retention_code, second.filed_rule.schedule) == ("D10", version)
    assert second.filed_rule_text == f"{version} 06-02 属本机关主管业务的一般文件：10年"
    first.refresh_from_db()
    assert first.retention_code == "D30" and "全区归档范围和保管期限表" in first.filed_rule_text
    assert [schedule_for(units["D07"], one).unit for one in (day - timedelta(1), day)] == [None, units["D07"]]
    # the next version ends the one before on the day before its own
    later = day + timedelta(days=40)
    following = acts.draft(units["D07"], by=people["D07:archivist"])
    assert following.drafted_from == version
    with pytest.raises(Refused, match="新版本的施行日期应在其后"):
        approved(following, people, valid_from=day)
    approved(following, people, valid_from=later)
    version.refresh_from_db()
    assert version.valid_to == later - timedelta(days=1)
    days = (day, later - timedelta(1), later)
    assert [schedule_for(units["D07"], one) for one in days] == [version, version, following]


def test_a_version_that_ended_without_another_gives_way_to_the_sample(drafted, people, units):
    end = TODAY() + timedelta(days=5)
    approved(drafted, people, valid_to=end)
    assert schedule_for(units["D07"], end) == drafted
    assert schedule_for(units["D07"], end + timedelta(1)).unit is None


def test_by_the_day_of_formation_where_the_setting_says_so(drafted, people):
    """EGOV_SCHEDULE_BY=formed: a paper signed before the version's first day keeps to the one before."""
    paper = received(people, "关于做好对接工作的通知")
    acts.save_rule(drafted, values_of(drafted, "06-02", retention_code="D10"), by=people["D07:archivist"], code="06-02")
    approved(drafted, people)
    paper.sender_date = TODAY() - timedelta(days=1)
    assert rule_of(paper).schedule == drafted
    with override_settings(EGOV_SCHEDULE_BY="formed"):
        assert rule_of(paper).schedule.unit is None
        paper.sender_date = TODAY()
        assert rule_of(paper).schedule == drafted


def test_the_record_says_whether_rule_or_person_decided(people):
    kept = take(registered(people), "complete", people["D09:clerk"]).record
    assert kept.retention_decided_by is None and kept.filed_rule == kept.retention_rule
    other = take(registered(people), "complete", people["D09:clerk"], retention_code="Y").record
    assert other.retention_decided_by == people["D09:clerk"] and other.filed_rule is not None
    page = browser(people["D09:archivist"]).get(other.get_absolute_url()).content.decode()
    assert f"由{people['D09:clerk'].name}确定" in page and f"归档时条款：{other.filed_rule_text}" in page
    early = brought_to("dispatch", people, retention_code="Y")
    record = take(early, "complete", people["D07:clerk"]).record
    assert record.retention_decided_by == people["D07:officer"] and record.retention_basis.startswith("拟稿时由")


def test_why_on_the_record_and_on_the_document(people):
    paper = received(people, "关于贯彻全会精神的通知", unit="D09")
    page = browser(people["D09:clerk"]).get(paper.get_absolute_url()).content.decode()
    why = reverse("archive:why_document", args=[paper.uid])
    assert f'href="{why}"' in page and "为何为10年" in page
    answer = browser(people["D09:clerk"]).get(why).content.decode()
    assert "题名含“贯彻”" in answer and "差一点命中的条款" in answer and "用于本机关形成，本件是上级来文" in answer
    record = take(paper, "complete", people["D09:clerk"]).record
    told = browser(people["D09:archivist"]).get(reverse("archive:why", args=[record.uid]) + "?q=06-02")
    assert [rule.code for rule, _ in told.context["reasons"]] == ["06-02"]
    assert record.filed_rule_text in told.content.decode()
    assert rule_of(paper).code == "06-03"


def test_a_trial_counts_last_years_papers_and_names_those_that_move(drafted, people):
    """14 of 20 records of last year would be kept 30年; who may not read them sees their codes."""
    last = TODAY().year - 1
    records = stocked(people, 20, year=last)
    with unwatched():
        Record.objects.unguarded("the titles are the world of this test").filter(
            pk__in=[one.pk for one in records[:14]]
        ).update(title="关于召开工作例会的通知", doc_type="notice", direction="outgoing")
        Record.objects.unguarded("what the rows say is what they have").filter(unit=records[0].unit, year=last).update(
            retention_code="D10"
        )
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=people["D07:archivist"], code="02-21")
    address = reverse("archive:try_schedule", args=[drafted.uid])
    seen = browser(people["D07:archivist"]).get(address)
    assert (seen.context["trial"].tried, seen.context["trial"].changed) == (20, 14)
    text = " ".join(seen.content.decode().split())
    assert (
        "因本次修改改变 14 件" in text
        and "与现有期限不同共 14 件" in text
        and "将降低期限" not in text
        and "10年 → 30年：14 件" in text
        and text.count("关于召开工作例会的通知") == 14
    )
    with unwatched():  # decided by hand: the trial counts from what the record has, not from what a row would say
        Record.objects.unguarded("a test decides").filter(pk=records[0].pk).update(retention_code="D30")
    moved = browser(people["D07:archivist"]).get(address)
    assert moved.context["trial"].changed == 13 and "现有期限" in moved.content.decode()
    with unwatched():
        Record.objects.unguarded("a test decides").filter(pk=records[0].pk).update(retention_code="D10")
    proposed(drafted, people)
    judge = browser(people["D30:inspector"]).get(address).content.decode()
    assert "因本次修改改变 14 件" in " ".join(judge.split()) and "关于召开工作例会的通知" not in judge
    assert records[0].archival_code in judge
    assert browser(people["D07:archivist"]).get(f"{address}?year=两千").status_code == 422


def test_every_button_says_whose_act_it_is(drafted, people):
    page = browser(people["D07:archivist"]).get(drafted.get_absolute_url()).content.decode()
    assert "报送区档案局审批" in page and "批准（区档案局）" not in page
    assert browser(people["D30:inspector"]).get(drafted.get_absolute_url()).status_code == 404  # a draft is the unit's
    proposed(drafted, people)
    page = browser(people["D30:inspector"]).get(drafted.get_absolute_url()).content.decode()
    assert "批准（区档案局）" in page and "退回修改（区档案局）" in page and "区档案局批准文号" in page
    listed = browser(people["D30:inspector"]).get(reverse("archive:schedules"))
    assert listed.context["waiting"] == [drafted] and "以区档案局的身份" in listed.content.decode()


def test_the_page_of_a_row_refuses_what_is_wrong_with_the_field_named(drafted, people):
    client = browser(people["D07:archivist"])
    address = reverse("archive:add_schedule_rule", args=[drafted.uid])
    assert send_form(client, address, {}).status_code == 422
    typed = {"code": "08-01", "category": "其他", "description": "网络工程", "keywords": "网络工程",
             "sources": ["主"], "period": "30年", "version": drafted.version}  # fmt: skip
    wrong = send_form(client, address, {**typed, "doc_types": "告示"})
    assert wrong.status_code == 422 and "文种“告示”不在列表中" in wrong.content.decode()
    assert send_form(client, address, typed).status_code == 302
    late = send_form(client, address, {**typed, "code": "08-02"})
    assert late.status_code == 409 and "您本人在另一窗口" in late.content.decode()
    assert drafted.rules.filter(code__startswith="08").count() == 1


def test_versions_are_compared_on_the_page(drafted, people):
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=people["D07:archivist"], code="02-21")
    page = browser(people["D07:archivist"]).get(reverse("archive:compare_schedules", args=[drafted.uid]))
    assert [one.rule.code for one in page.context["differences"]] == ["02-21"] and page.context["moved"] == 1
    assert "1 条不同，其中 1 条改变保管期限" in " ".join(page.content.decode().split())


def test_another_units_version_is_nobody_elses(drafted, people):
    for who in ("D09:archivist", "D09:clerk", "D30:accessioner"):
        assert browser(people[who]).get(drafted.get_absolute_url()).status_code == 404
    assert browser(people["D07:officer"]).get(drafted.get_absolute_url()).status_code == 200


def test_a_row_files_or_does_not(drafted):
    with pytest.raises(Exception, match="retention_rule_files_or_not"):
        RetentionRule.objects.create(
            schedule=drafted, code="9", category="x", description="y", sources=["own"], retention_code="Y",
            not_to_file="NF-1",
        )  # fmt: skip


def test_a_drafts_proposal_is_shown_with_its_row_before_signing(people):
    text = draft(people, title="关于召开业务会议的通知")
    take(text, "submit", people["D07:officer"])
    page = browser(people["D07:leader"]).get(reverse("documents:before_signing", args=[text.uid])).content.decode()
    assert "为何为10年" in page and "02-21" in page


def test_what_is_new_stands_before_the_rows_for_whoever_approves_and_he_is_named(drafted, people):
    row = values_of(drafted, "02-21", retention_code="D30")
    acts.save_rule(drafted, row, by=people["D07:archivist"], code="02-21")
    before = browser(people["D07:archivist"]).get(drafted.get_absolute_url()).context
    assert "differences" not in before and "authority" not in before  # its own draft
    proposed(drafted, people)
    page = browser(people["D30:inspector"]).get(drafted.get_absolute_url())
    assert [one.rule.code for one in page.context["differences"]] == ["02-21"]
    told = page.content.decode()
    assert told.index("不同的条款</h2>") < told.index("批准（区档案局）</button>") < told.index('id="rules"')
    assert f"由{drafted.authority.name}（区档案局）审批" in told


def test_striking_a_clause_asks_first_and_can_be_undone(drafted, people):
    page = browser(people["D07:archivist"]).get(drafted.get_absolute_url()).content.decode()
    assert "删去条款 07-02？" in page and "确认删去" in page
    acts.strike(drafted, "07-02", by=people["D07:archivist"])
    assert "恢复<" in browser(people["D07:archivist"]).get(drafted.get_absolute_url()).content.decode()


def test_who_approves_reads_first_what_the_unit_changed_and_why(drafted, people):
    by = people["D07:archivist"]
    assert "修改说明" in browser(by).get(drafted.get_absolute_url()).content.decode()
    SCHEDULE.perform("propose", drafted, by=by, note="02-21 改为30年：会议材料利用增多。", given=ProposeInput(None))
    page = browser(people["D30:inspector"]).get(drafted.get_absolute_url()).content.decode()
    assert "单位报送说明" in page and page.index("02-21 改为30年：会议材料利用增多。") < page.index('id="rules"')


def test_what_differs_without_the_version_is_not_called_its_change(drafted, people):
    """“6 of 9 将改变”, and none was due to the change: decided by hand, the rows in force and the version say the same."""
    records = stocked(people, 3, year=TODAY().year - 1)
    with unwatched():
        rows = Record.objects.unguarded("a test decides").filter(pk__in=[one.pk for one in records])
        rows.update(retention_code="D10")
        rows.filter(pk=records[2].pk).update(retention_code="Y")
    seen = browser(people["D07:archivist"]).get(reverse("archive:try_schedule", args=[drafted.uid]))
    assert (seen.context["trial"].changed, seen.context["trial"].differs) == (0, 1)
    assert [one["change"].subject.pk for one in seen.context["standing"]] == [records[2].pk]
    text = " ".join(seen.content.decode().split())
    assert "因本次修改改变 0 件" in text and "与现有期限不同（1 件）" in text

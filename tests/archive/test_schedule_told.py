"""What is told of a draft schedule: what it lowers, what was said of it, and a day that is over (Order 8 art. 12)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from archive import schedule_acts as acts
from archive.models import Record, RetentionSchedule
from archive.schedule_inputs import ApproveInput, ProposeInput
from archive.schedule_workflow import SCHEDULE
from archive.schedules import explaining
from tests.archive.test_schedule_sheet import load, workbook
from tests.archive.test_schedules import TODAY, approved, proposed, received, values_of
from tests.made import take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(people, units) -> RetentionSchedule:
    return acts.draft(units["D07"], by=people["D07:archivist"])


def test_what_would_be_kept_for_less_is_counted_and_stands_first(drafted, people):
    """Fault: “与现有期限不同 0 件” above a list of 永久 → 30年."""
    records = stocked(people, 4, year=TODAY().year - 1)
    with unwatched():
        rows = Record.objects.unguarded("a test decides").filter(pk__in=[one.pk for one in records])
        rows.update(title="关于召开工作例会的通知", doc_type="notice", direction="outgoing", retention_code="D10")
        rows.filter(pk=records[3].pk).update(retention_code="Y")
    acts.save_rule(drafted, values_of(drafted, "02-21", retention_code="D30"), by=people["D07:archivist"], code="02-21")
    seen = browser(people["D07:archivist"]).get(reverse("archive:try_schedule", args=[drafted.uid]))
    trial = seen.context["trial"]
    assert (trial.changed, trial.lowered, trial.differs, trial.apart) == (4, 1, 0, 4)
    assert next(one["change"].subject.pk for one in seen.context["rows"]) == records[3].pk
    assert trial.moves_shown() == [("永久", "30年", 1), ("10年", "30年", 3)]
    text = " ".join(seen.content.decode().split())
    assert text.index("将降低期限 1 件") < text.index("因本次修改改变 4 件") < text.index("与现有期限不同共 4 件")


def test_a_returned_draft_keeps_what_was_said_of_it(drafted, people):
    """Fault: 修改说明 was empty again after the return; after 取回 too."""
    by, said = people["D07:archivist"], "02-21 改为30年：会议材料利用增多。"
    for back in ("return", "take_back"):
        SCHEDULE.perform("propose", drafted, by=by, note=said, given=ProposeInput(None))
        who = people["D30:inspector"] if back == "return" else by
        SCHEDULE.perform(back, drafted, by=who, note="请核对。" if back == "return" else "")
        drafted.refresh_from_db()
        page = browser(by).get(drafted.get_absolute_url())
        (form,) = [one for one in page.context["forms"] if one.step.name == "propose"]
        assert form["note"].value() == said


def test_an_approval_does_not_reach_back_and_that_is_told_before(drafted, people):
    """Fault: 区档案局 could set a day that is past, where the unit is refused, and was told only afterwards."""
    proposed(drafted, people, valid_from=TODAY())
    inspector = browser(people["D30:inspector"])
    assert "批准时须改填今天或以后" not in inspector.get(drafted.get_absolute_url()).content.decode()
    with unwatched():
        RetentionSchedule.objects.filter(pk=drafted.pk).update(valid_from=TODAY() - timedelta(days=9))
    drafted.refresh_from_db()
    page = inspector.get(drafted.get_absolute_url())
    assert "批准时须改填今天或以后" in page.content.decode()
    (form,) = [one for one in page.context["forms"] if one.step.name == "approve"]
    assert form["valid_from"].value() is None
    done = inspector.post(
        reverse("archive:schedule_act", args=[drafted.uid, "approve"]),
        {"approve-approval": "长档〔2026〕5号", "approve-valid_from": str(TODAY() - timedelta(days=9))},
        follow=True,
    )
    assert f"施行日期 {TODAY() - timedelta(days=9)} 已过，应为 {TODAY()} 或以后" in done.content.decode()
    drafted.refresh_from_db()
    assert drafted.state == "proposed"


def test_the_archivist_reads_what_became_of_it_with_its_day(drafted, people):
    """Fault: nothing told the unit that its schedule was approved."""
    by, inspector = people["D07:archivist"], people["D30:inspector"]
    SCHEDULE.perform("propose", drafted, by=by, given=ProposeInput(None))
    SCHEDULE.perform("return", drafted, by=inspector, note="请核对 05-06。")
    (task,) = Task.objects.of(drafted).open()
    assert (task.kind, task.remark) == ("mend_schedule", f"{TODAY()} 退回：请核对 05-06。")
    SCHEDULE.perform("propose", drafted, by=by, given=ProposeInput(None))
    SCHEDULE.perform("approve", drafted, by=inspector, given=ApproveInput("长档〔2026〕5号"))
    (task,) = Task.objects.of(drafted).open()
    assert (task.kind, str(task.post)) == ("read", "区信息委 档案员")
    assert task.remark == f"{TODAY()} 批准（长档〔2026〕5号），{TODAY()} 起施行"
    client = browser(by)
    assert drafted.edition in client.get(reverse("documents:reading")).content.decode()
    assert "阅毕" not in browser(inspector).get(drafted.get_absolute_url()).content.decode()
    assert "阅毕" in client.get(drafted.get_absolute_url()).content.decode()
    assert client.post(reverse("archive:schedule_act", args=[drafted.uid, "read"]), {}).status_code == 302
    assert not Task.objects.of(drafted).open().exists()
    assert "阅毕（本单位）</button>" not in client.get(drafted.get_absolute_url()).content.decode()


def test_a_version_that_begins_on_the_day_of_filing_does_not_speak_for_what_was_filed_before_it(people, units):
    """Approved in the afternoon "from today": of the morning's records the page quoted rows that nobody had met."""
    paper = received(people, "关于做好对接工作的通知")
    record = take(paper, "complete", people["D07:clerk"]).record
    version = acts.draft(units["D07"], by=people["D07:archivist"])
    acts.save_rule(version, values_of(version, "06-02", retention_code="D10"), by=people["D07:archivist"], code="06-02")
    approved(version, people)
    assert version.valid_from == TODAY()
    told = explaining.why_of_record(record)
    assert (told.schedule, told.newer) == (record.filed_rule.schedule, version) and told.schedule.unit is None
    assert told.rule == record.filed_rule and told.rule.retention_code == record.retention_code == "D30"


def test_a_clause_that_the_table_program_made_a_day_of_is_told_and_not_taken(drafted, people):
    """02-21 in a cell that is no text becomes a day: as clause 2026-02-21 it came in, and 02-21 was struck."""
    client = browser(people["D07:archivist"])
    book = workbook(client, drafted)
    sheet = book.active
    row = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == "02-21")
    row[0].value, row[0].number_format = date(2026, 2, 21), "m-d"
    answer = load(client, drafted, book)
    assert answer.status_code == 422
    ((cell, found),) = answer.context["sheet_findings"]
    assert cell == row[0].coordinate and "自动转成的日期" in found.message
    assert not drafted.rules.get(code="02-21").is_struck
    row[0].value, row[0].number_format, row[9].value = "02-21", "@", False
    assert load(client, drafted, book).status_code == 302


def test_a_draft_is_looked_through_before_it_is_sent(drafted, people):
    """The trial: 53 rules with no way to one of them, and 报送 above them all."""
    client = browser(people["D07:archivist"])
    page = client.get(drafted.get_absolute_url()).content.decode()
    assert page.index('id="category-1"') < page.index('id="acts"') and page.count('href="#category-') > 1
    rule = drafted.rules.order_by("code").first()
    found = client.get(drafted.get_absolute_url(), {"find": rule.code}).content.decode()
    assert f'id="r{rule.code}"' in found and found.count('<tr id="r') < drafted.rules.count()
    assert "没有含这些字的条款" in client.get(drafted.get_absolute_url(), {"find": "没有的字"}).content.decode()
    proposed(drafted, people)
    page = browser(people["D30:inspector"]).get(drafted.get_absolute_url()).content.decode()
    assert page.index('id="acts"') < page.index('id="rules"')

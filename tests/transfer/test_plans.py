"""接收计划: what is asked for, what a unit proposes and what stays behind why, what accompanies, the catalogue first."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive import mending
from archive.models import Record
from tests.scenarios.owner import unwatched
from tests.transfer.stock import accompanied, browser, made, planned, stocked
from transfer import actions, delivery, plans
from transfer.background import package_batch
from transfer.inputs import ReviewInput
from transfer.models import Batch, ReceivingPlan
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import AuditEvent, Job, Post, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
THREE = {"accompany-opening": "open", "accompany-disclosure": "on_request", "accompany-classification": "never"}


def home(people):
    return people["D07:archivist"].appointments.get().post.unit


def bare(people) -> Batch:
    """Of everything that fits, and nothing accompanies it yet."""
    return actions.create_batch(home(people), by=people["D07:archivist"], name="2016年度移交")


def by_plan(people, plan) -> Batch:
    answer = browser(people["D07:archivist"]).post(reverse("transfer:batch_by_plan", args=[plan.uid]), {"unit": "D07"})
    assert answer.status_code == 302
    return Batch.objects.unguarded("a test looks").for_detail().latest("pk")


def test_the_steps_before_submission_tell_that_the_archive_reads_the_catalogue_first(people):
    """Domain 9.3: by a plan the catalogue goes ahead; without one nobody waits for it."""
    stocked(people, 2)
    plan = planned(people)
    client = browser(people["D07:archivist"])
    assert "编制后先“送审移交目录”" in client.get(reverse("transfer:plans")).content.decode()
    batch = by_plan(people, plan)
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "移交准备" in page and "目录预审（区档案馆）" in page and "尚未送审，请“送审移交目录”" in page
    BATCH_SIDE.perform("send_catalogue", batch, by=people["D07:archivist"])
    assert "已送审，等待区档案馆答复" in client.get(batch.get_absolute_url()).content.decode()
    stocked(people, 1, unit="D09")
    other = made(people, unit="D09")
    page = browser(people["D09:archivist"]).get(other.get_absolute_url()).content.decode()
    assert "不是按接收计划移交，不必预审" in page


def test_a_refusal_that_names_an_act_leads_to_it_and_opens_it(people):
    stocked(people, 2)
    batch = bare(people)
    client = browser(people["D07:archivist"])
    answer = client.post(reverse("transfer:act", args=[batch.uid, "self_check"]), {"version": batch.version})
    page = answer.content.decode()
    assert answer.status_code == 422 and "请先“填写随附情况”" in page
    assert '<a class="button main" href="#accompany-form">填写随附情况</a>' in page
    folded = page[: page.index('id="accompany-form"')].rpartition("<details")[2]
    assert folded.startswith(" open")
    plain = client.get(batch.get_absolute_url()).content.decode()  # what is owed is the first button, refused or not
    assert plain.count('href="#accompany-form"') == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [("1、2-99", "没有第 3-99 件，现有序号为 1-2，请更正"), ("7", "没有第 7 件"), ("3、5-6", "没有第 3、5-6 件")],
)
def test_numbers_beyond_the_list_are_refused_by_their_own_name(people, typed, told):
    stocked(people, 2)
    batch = bare(people)
    page = browser(people["D07:archivist"]).post(
        reverse("transfer:side_act", args=[batch.uid, "accompany"]), THREE | {"accompany-positions": typed}
    )
    assert page.status_code == 422 and told in page.content.decode()
    assert not batch.items.exclude(opening="").exists()


def test_the_archive_publishes_a_plan_and_the_units_see_it(people):
    fields = {
        "name": "2026年度计划", "scope": "文书类电子档案", "first_year": 2015, "last_year": 2016, "formats": "PDF/A",
        "due_on": "2026-12-31",
    }  # fmt: skip
    archive = browser(people["D30:accessioner"])
    assert archive.post(reverse("transfer:publish_plan"), fields).status_code == 302
    page = browser(people["D07:archivist"]).get(reverse("transfer:plans")).content.decode()
    for word in (
        "2026年度计划",
        "2015至2016年度",
        "永久、30年、10年",
        "PDF/A",
        "2026-12-31",
        "全区各单位",
    ):  # all periods by default
        assert word in page, word
    plan = ReceivingPlan.objects.unguarded("a test looks").get()
    assert AuditEvent.objects.filter(verb="publish_plan", object_uid=plan.uid).count() == 1
    wrong = archive.post(reverse("transfer:publish_plan"), {**fields, "last_year": 2001, "due_on": "下月"})
    assert wrong.status_code == 422 and "终止年度不能早于起始年度" in wrong.content.decode()


def test_only_the_archive_publishes_and_withdraws(people):
    plan = planned(people)
    unit = browser(people["D07:archivist"])
    assert unit.get(reverse("transfer:publish_plan")).status_code == 404
    address = reverse("transfer:withdraw_plan", args=[plan.uid])
    assert unit.post(address, {"reason": "试"}).status_code == 404
    assert browser(people["D30:accessioner"]).post(address, {"reason": ""}).status_code == 422
    unsure = browser(people["D30:accessioner"]).post(address, {"reason": "计划调整"})
    assert (
        unsure.status_code == 422
        and "撤回后不能恢复，并告知全区各单位；确认撤回的，请勾选。" in unsure.content.decode()
    )
    with pytest.raises(Refused, match="并告知全区各单位"):
        plans.withdraw(plan, by=people["D30:accessioner"], reason="计划调整")
    plan.refresh_from_db()
    assert plan.withdrawn_at is None
    assert browser(people["D30:accessioner"]).post(address, {"reason": "计划调整", "knows": "on"}).status_code == 302
    page = unit.get(reverse("transfer:plans")).content.decode()
    assert "按计划编制移交清单" not in page and "已撤回的接收计划" in page and plan.name in page
    assert "计划调整" in unit.get(plan.get_absolute_url()).content.decode()  # with its history
    with pytest.raises(Refused, match="已撤回"):
        plans.withdraw(plan, by=people["D30:accessioner"], reason="再撤", knows=True)


def test_the_proposal_says_what_is_left_out_and_why(people):
    fit = stocked(people, 6)
    stocked(people, 2, retention="D10")
    plan = planned(people, retentions=["Y", "D30"])
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=fit[0].pk).update(component_count=0)
        mending.open_mend_task(fit[1], "缺页", people["D30:accessioner"], post="archivist")
    made(
        people, first_year=2016
    )  # takes what fits without a plan: all but the one under repair and the one of paper alone
    stocked(people, 3, first=20)
    found = plans.proposal(plan, home(people), people["D07:archivist"])
    assert {one.reason: one.count for one in found.left_out} == {
        "保管期限不在接收范围内": 2, "已被退回，尚未补正或答复": 1, "已在其他移交批次中": 4, "仅纸质，随纸质移交": 1,
    }  # fmt: skip
    assert found.count == 3
    page = browser(people["D07:archivist"]).get(reverse("transfer:plans")).content.decode()
    assert "不列入 2 件：保管期限不在接收范围内" in page and fit[1].archival_code in page
    assert by_plan(people, plan).record_count == 3


def test_a_plan_without_periods_takes_all_of_them(people):
    stocked(people, 1)
    stocked(people, 1, retention="D10")
    assert by_plan(people, planned(people)).record_count == 2


def test_a_plan_for_others_is_none_for_this_unit(people, units):
    stocked(people, 1)
    plan = planned(people, units=[units["D09"]])
    answer = browser(people["D07:archivist"]).post(reverse("transfer:batch_by_plan", args=[plan.uid]), {"unit": "D07"})
    assert answer.status_code == 422 and "不涉及本单位" in answer.content.decode()


def test_nothing_is_packed_while_an_accompanying_thing_is_missing(people):
    stocked(people, 3)
    by = people["D07:archivist"]
    batch = actions.create_batch(home(people), by=by, name="移交")
    with pytest.raises(Refused, match="第 1-3 件没有填写到期开放意见"):
        actions.start_packaging(batch, by=by)
    client, address = browser(by), reverse("transfer:side_act", args=[batch.uid, "accompany"])
    wrong = client.post(address, {**THREE, "accompany-opening": "postpone"})
    assert wrong.status_code == 422 and "建议延期开放须写明依据" in wrong.content.decode()
    postponed = {**THREE, "accompany-opening": "postpone", "accompany-ground": "含个人信息", "accompany-chosen": ["2"]}
    assert client.post(address, postponed).status_code == 302
    told = client.post(address, THREE, follow=True).content.decode()
    assert "已填写随附情况，共 2 件。" in told and "建议延期开放（含个人信息）" in told  # the rest, and only the rest
    package_batch(actions.start_packaging(batch, by=by), str(batch.uid))
    with zipfile.ZipFile(next(delivery.package_folder(batch).iterdir())) as package:
        name = next(one for one in package.namelist() if one.endswith("其他/随附情况.CSV"))
        rows = list(csv.reader(io.StringIO(package.read(name).decode("utf-8-sig"))))
    assert [row[2:] for row in rows[1:]] == [
        ["建议开放", "", "依申请公开", "未曾定密"], ["建议延期开放", "含个人信息", "依申请公开", "未曾定密"],
        ["建议开放", "", "依申请公开", "未曾定密"],
    ]  # fmt: skip


def test_the_archive_looks_through_the_catalogue_before_any_file_travels(people):
    stocked(people, 2)
    batch = accompanied(by_plan(people, planned(people)), people["D07:archivist"])
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    with pytest.raises(Refused, match="目录须先经区档案馆预审同意"):
        actions.start_packaging(batch, by=unit)
    assert browser(archive).get(batch.get_absolute_url()).status_code == 404
    BATCH_SIDE.perform("send_catalogue", batch, by=unit)
    page = browser(archive).get(batch.get_absolute_url())
    assert page.status_code == 200 and "关于第2号事项的批复" in page.content.decode()
    assert not delivery.package_folder(batch).exists()  # titles, no files
    assert Task.objects.of(batch).open().filter(label="移交目录预审", unit__code="D30").exists()
    batch.refresh_from_db()
    with pytest.raises(Refused, match="须填写意见"):
        plans.review_catalogue(batch, by=archive, given=ReviewInput(False))
    BATCH_SIDE.perform("review_catalogue", batch, by=archive, note="缺 2015 年。", given=ReviewInput(False))
    assert browser(archive).get(batch.get_absolute_url()).status_code == 404
    batch.refresh_from_db()
    BATCH_SIDE.perform("send_catalogue", batch, by=unit)
    batch.refresh_from_db()
    BATCH_SIDE.perform("review_catalogue", batch, by=archive, note="同意。", given=ReviewInput(True))
    batch.refresh_from_db()
    package_batch(actions.start_packaging(batch, by=unit), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    approved = batch.manifest_digest
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=unit)
    assert batch.manifest_digest == approved and batch.state == "submitted"  # exactly what the leader approved


def test_another_list_than_the_one_agreed_to_is_looked_through_again(people):
    stocked(people, 2)
    batch = by_plan(people, planned(people, last_year=2017))
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    BATCH_SIDE.perform("send_catalogue", batch, by=unit)
    batch.refresh_from_db()
    BATCH_SIDE.perform("review_catalogue", batch, by=archive, given=ReviewInput(True))
    stocked(people, 1, year=2017)
    address = reverse("transfer:side_act", args=[batch.uid, "add"])
    assert browser(unit).post(address, {"add-first_year": "2017"}).status_code == 302
    batch.refresh_from_db()
    assert (batch.record_count, batch.catalogue_reviewed_at) == (3, None)


def test_a_plan_past_its_day_is_said_to_be(people):
    stocked(people, 1)
    planned(people, due_on=date(2020, 1, 1))
    assert "已过移交截止日期" in browser(people["D07:archivist"]).get(reverse("transfer:plans")).content.decode()


def test_the_item_names_a_single_year_once(people):
    """Fault: “2016—2016年度”, where the page said “2016年度”."""
    plan = planned(people, first_year=2016, last_year=2016)
    task = Task.objects.of(plan).open().first()
    assert task.detail.startswith("2016年度 · ")
    assert "，2016年度" in browser(people["D07:archivist"]).get(plan.get_absolute_url()).content.decode()


def test_units_are_told_of_a_plan_in_one_statement_however_many_they_are(people):
    with CaptureQueriesContext(connection) as asked:
        plan = planned(people)
    tasks = Task.objects.of(plan).open()
    assert tasks.count() == Post.objects.filter(kind="archivist", unit__in=tasks.values("unit")).count() > 1
    assert {(one.label, one.post.kind, one.post.unit_id == one.unit_id) for one in tasks.select_related("post")} == {
        ("接收计划", "archivist", True)
    }
    assert sum('INSERT INTO "units_task"' in one["sql"] for one in asked) == 1
    assert sum('FROM "units_post"' in one["sql"] for one in asked) == 2  # theirs, and the one by which it is published

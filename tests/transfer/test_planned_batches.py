"""A list by a plan on its way: what both sides are told of it, whose turn it is, and what becomes of the plan."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import year_end
from archive.models import Record
from tests.scenarios.owner import unwatched
from tests.transfer.stock import accompanied, browser, handing_over, inspecting, planned, sealed, stocked, taken_over
from transfer import actions, plans, register, register_seals, wanted_formats
from transfer.background import package_batch
from transfer.inputs import ReviewInput
from transfer.models import Batch
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import AuditEvent, Job, Task
from units.workflow import Refused

from .test_papers import words_of
from .test_plans import THREE, bare, by_plan, home

pytestmark = pytest.mark.django_db


def test_what_nobody_checked_or_numbered_is_told_to_unit_leader_and_archive(people):
    """Practice 1: checked, 定号, handed over; told and not refused, to everybody who signs for it."""
    stocked(people, 2)
    stocked(people, 1, first=3, is_checked=True)
    client = browser(people["D07:archivist"])
    made_it = client.post(reverse("transfer:create"), {"unit": home(people).pk, "name": "移交"}, follow=True)
    told = "未核对 2 件（第 1-2 件）"
    assert told in made_it.content.decode() and "未定号 3 件（2016年度）" in made_it.content.decode()
    batch = Batch.objects.unguarded("a test looks").for_detail().latest("pk")
    accompanied(batch, people["D07:archivist"])
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    assert told in browser(people["D07:leader"]).get(batch.get_absolute_url()).content.decode()
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    assert told in "".join(AuditEvent.objects.of(batch).get(verb="approve").detail["unready"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    assert told in browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    state = year_end.preview(home(people), batch.fonds, 2016, people["D07:archivist"])
    assert (state.gone, state.to_explain) == (2, ["未核对即移交 2 件"])


def test_originals_in_other_formats_than_the_plan_asks_for_are_named_to_both_sides(people):
    stocked(people, 1)
    plan = planned(people, formats="版式文件为 PDF/A 或 OFD，元数据齐全")
    batch = accompanied(by_plan(people, plan), people["D07:archivist"])
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    BATCH_SIDE.perform("send_catalogue", batch, by=unit)
    batch.refresh_from_db()
    BATCH_SIDE.perform("review_catalogue", batch, by=archive, given=ReviewInput(True))
    batch.refresh_from_db()
    package_batch(actions.start_packaging(batch, by=unit), str(batch.uid))
    for person in (unit, archive):
        assert "正本“正本.txt”不是接收计划要求的格式" in browser(person).get(batch.get_absolute_url()).content.decode()


def test_what_was_signed_for_unchecked_stands_in_the_register_and_on_the_page_for_ever(people):
    """Fault: pieces that nobody had checked went in without a word of leader or receiver, and the warning went away."""
    batch = handing_over(inspecting(people, 1), people)
    told = "未核对 1 件（第 1 件）"
    for name, key in (("fill_over", "D07:archivist"), ("check_over", "D07:leader"), ("fill_in", "D30:accessioner"),
                      ("check_in", "D30:leader")):  # fmt: skip
        client, address = browser(people[key]), reverse("transfer:side_act", args=[batch.uid, name])
        refused = client.post(address)
        assert refused.status_code == 422 and told in refused.content.decode()
        assert client.post(address, {f"{name}-knows": "on"}).status_code == 302
    assert told.replace(" ", "") in words_of(register_seals.signed_register(batch))
    sealed(batch, people)
    BATCH.perform("accept", batch, by=people["D30:accessioner"])
    with unwatched():
        Record.objects.unguarded("a test spoils").update(checked_at=timezone.now())  # looked at afterwards
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    assert told in page and "未定号 1 件（2016年度）" in page
    (line,) = register.lines(register.SIDES["accession"], [batch])
    assert line["remark"] == "未核对 1 件；未定号 1 件"


def test_a_year_fixed_while_the_register_is_signed_changes_no_word_of_it(people):
    """Fault: 定号 between two names took 未定号 out of what had been signed, and no name stood any longer."""
    batch = handing_over(inspecting(people, 1, is_checked=True), people)
    BATCH_SIDE.perform("fill_over", batch, by=people["D07:archivist"])
    year_end.fix(home(people), 2016, by=people["D07:archivist"], note="照移交时")
    for name, key in (("check_over", "D07:leader"), ("fill_in", "D30:accessioner"), ("check_in", "D30:leader")):
        BATCH_SIDE.perform(name, batch, by=people[key])
    BATCH.perform("accept", sealed(batch, people), by=people["D30:accessioner"])
    assert [one["short"] for one in batch.unready] == ["未定号 1 件"]
    assert batch.receipts.get(kind="custody").content["unready"] == ["未定号 1 件（2016年度）：移交后档号不能再变。"]


def test_of_records_that_went_home_nothing_is_said_to_be_unchecked(people):
    """Fault: a batch returned whole counted what was unchecked now, fewer with each record that was mended."""
    batch = handing_over(inspecting(people, 1), people)
    page = browser(people["D30:accessioner"])
    assert "未核对 1 件" in page.get(batch.get_absolute_url()).text
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="载体损坏。")
    for _ in range(2):
        assert "未核对" not in page.get(batch.get_absolute_url()).text
        if batch.state == "returned":
            BATCH.perform("close", batch, by=people["D07:archivist"])


def test_a_series_that_does_not_begin_with_one_is_told(people):
    """Fault: a list from 0002 on gave no hint that 0001 was missing."""
    batch = inspecting(people, 2, first=2)
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    assert "件号2之前缺1件" in page


@pytest.mark.parametrize(
    ("words", "mime", "format_id", "fits"),
    [
        ("PDF/A 或 OFD", "application/pdf", "fmt/477", True), ("PDF/A 或 OFD", "application/pdf", "fmt/18", False),
        ("PDF/A 或 OFD", "application/ofd", "ofd", True), ("PDF", "application/pdf", "fmt/18", True),
        ("TIFF、JPEG", "text/plain", "x-fmt/111", False), ("元数据齐全", "text/plain", "x-fmt/111", True),
    ],
)  # fmt: skip
def test_the_words_of_a_plan_name_formats(words, mime, format_id, fits):
    file = SimpleNamespace(mime=mime, format_id=format_id)
    component = SimpleNamespace(role="original", stored_file=file, filename="正本")
    assert (wanted_formats.findings(words, [component]) == []) is fits


def test_a_plan_is_not_published_for_a_day_that_is_over(people):
    fields = {"name": "计划", "scope": "文书", "first_year": 2015, "last_year": 2016, "formats": "PDF/A"}
    archive = browser(people["D30:accessioner"])
    for day, told in (("2020-01-01", "已经过去"), ("2999-12-31", "请核对年份")):
        answer = archive.post(reverse("transfer:publish_plan"), fields | {"due_on": day})
        assert answer.status_code == 422 and told in answer.content.decode()


def to_read(person) -> str:
    return browser(person).get(reverse("documents:reading")).content.decode()


def test_units_read_a_plan_and_what_becomes_of_it(people, units):
    plan = planned(people, units=[units["D07"]], name="甲计划")
    unit, archive = browser(people["D07:archivist"]), browser(people["D30:accessioner"])
    assert "甲计划" in to_read(people["D07:archivist"]) and "甲计划" not in to_read(people["D09:archivist"])
    assert unit.post(reverse("transfer:read_plan", args=[plan.uid])).status_code == 302
    assert "甲计划" not in to_read(people["D07:archivist"])
    day = f"{timezone.localdate().year + 1}-06-30"
    corrected = {"formats": "OFD", "due_on": day, "reason": "格式统一"}
    assert archive.post(reverse("transfer:correct_plan", args=[plan.uid]), corrected).status_code == 302
    assert "接收计划已更正" in to_read(people["D07:archivist"])
    page = unit.get(plan.get_absolute_url()).content.decode()
    assert "格式要求由“PDF/A”改为“OFD”" in page and "格式统一" in page


def test_withdrawing_a_plan_says_what_hangs_on_it_and_the_batch_says_so(people):
    stocked(people, 1)
    plan = planned(people)
    batch = by_plan(people, plan)
    archive, address = browser(people["D30:accessioner"]), reverse("transfer:withdraw_plan", args=[plan.uid])
    answer = archive.post(address, {"reason": "计划调整"})
    assert answer.status_code == 422 and "有 1 个移交批次按该计划编制" in answer.content.decode()
    with pytest.raises(Refused, match="有 1 个移交批次"):
        plans.withdraw(plan, by=people["D30:accessioner"], reason="计划调整")
    assert archive.post(address, {"reason": "计划调整", "knows": "on"}).status_code == 302
    assert "计划已撤回" in browser(people["D07:archivist"]).get(batch.get_absolute_url()).content.decode()
    assert "接收计划已撤回" in to_read(people["D07:archivist"])


def open_labels(batch) -> list[str]:
    return sorted(Task.objects.of(batch).open().values_list("label", flat=True))


def test_each_turn_of_a_catalogue_closes_what_came_before(people):
    stocked(people, 2)
    batch = by_plan(people, planned(people))
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    for verdict, label in ((False, "目录预审退回"), (True, "目录预审同意")):
        batch.refresh_from_db()
        BATCH_SIDE.perform("send_catalogue", batch, by=unit)
        assert open_labels(batch) == ["移交目录预审"]
        batch.refresh_from_db()
        BATCH_SIDE.perform("review_catalogue", batch, by=archive, note="看过", given=ReviewInput(verdict))
        assert open_labels(batch) == [label]
    batch.refresh_from_db()
    page = browser(unit).get(batch.get_absolute_url()).content.decode()
    assert "还有 2 件没有填写" in page


def test_the_next_step_of_a_list_is_what_is_still_missing(people):
    stocked(people, 2)
    batch = by_plan(people, planned(people))
    client, address = browser(people["D07:archivist"]), reverse("transfer:side_act", args=[batch.uid, "accompany"])
    told = client.post(address, THREE | {"accompany-chosen": ["1"]}, follow=True).content.decode()
    assert "下一步：填写其余 1 件的随附情况。" in told
    told = client.post(address, THREE, follow=True).content.decode()
    assert "下一步：送审移交目录。" in told
    sent = reverse("transfer:side_act", args=[batch.uid, "send_catalogue"])
    assert "下一步：等待区档案馆预审移交目录。" in client.post(sent, follow=True).content.decode()
    batch.refresh_from_db()
    BATCH_SIDE.perform("review_catalogue", batch, by=people["D30:accessioner"], note="缺页", given=ReviewInput(False))
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "区档案馆已退回：缺页" in page and "尚未送审" not in page


def test_what_leaves_the_list_after_the_archive_agreed_is_told_to_it(people):
    stocked(people, 3)
    batch = by_plan(people, planned(people))
    unit, archive = people["D07:archivist"], people["D30:accessioner"]
    actions.take_out(batch.items.get(position=1), by=unit, reason="重份")
    batch.refresh_from_db()
    BATCH_SIDE.perform("send_catalogue", batch, by=unit)
    batch.refresh_from_db()
    BATCH_SIDE.perform("review_catalogue", batch, by=archive, given=ReviewInput(True))
    actions.take_out(batch.items.get(position=3), by=unit, reason="另行移交")
    page = browser(archive).get(batch.get_absolute_url()).content.decode()
    assert "同意后又移出 1 件" in page and "（另行移交）" in page


def test_a_list_does_not_count_itself_among_other_batches_nor_what_the_unit_moved_out_as_returned(people):
    stocked(people, 3)
    batch = bare(people)
    actions.take_out(batch.items.get(position=3), by=people["D07:archivist"], reason="误选")
    page = browser(people["D07:archivist"]).get(batch.get_absolute_url()).content.decode()
    assert "已在其他移交批次中" not in page and "退回后补正" not in page


def test_the_receivers_list_is_narrowed_and_what_waits_stands_first(people):
    stocked(people, 1)
    waits = by_plan(people, planned(people))
    BATCH_SIDE.perform("send_catalogue", waits, by=people["D07:archivist"])
    done = inspecting(people, 1, year=2017)
    taken_over(done, people)
    client, address = browser(people["D30:accessioner"]), reverse("transfer:accessions")
    page = client.get(address).content.decode()
    assert page.index(waits.batch_no) < page.index(done.batch_no)
    assert waits.batch_no not in client.get(address, {"state": "accepted"}).content.decode()
    assert "没有移交批次" in client.get(address, {"unit": "D09"}).content.decode()
    assert client.get(address, {"state": "none"}).status_code == 422

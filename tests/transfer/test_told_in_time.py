"""What the screen of a transfer says before it is too late: unopened pieces, who owes what, formats and sets."""

import re

import pypdfium2
import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from archive import monthly, ticking
from archive.models import Component, Record, SampleTick
from archive.states import Stage, Verdict
from files.models import StoredFile
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, handing_over, inspecting, made, planned, signed, stocked, taken_over
from transfer import actions, handover_papers, places, returning, sampling, unready
from transfer.holding import backups, media
from transfer.holding.tables import TABLES
from transfer.inputs import AddInput, Done, MarkManyInput
from transfer.models import BatchItem
from transfer.side_acts import BATCH_SIDE
from transfer.states import Side
from units import audit
from units.models import Task

pytestmark = pytest.mark.django_db
BLIND = "其中 2 件未打开即登记合格"


def ticked_blind(batch, side: str, by) -> None:
    """All good, and none of the sample opened."""
    scope = sampling.scope_of(batch, batch.unit if side == Side.UNIT else batch.archive)
    verdicts = {one.serial: Verdict.PASS for one in scope.items}
    ticking.tick(scope, verdicts, note="", by=by, unopened=[one.uid for one in scope.sample])


@pytest.fixture
def blind(people):
    """Two records; neither side opened one of them."""
    batch = inspecting(people, 2)
    batch = handing_over(batch, people)
    ticked_blind(batch, Side.ARCHIVE, people["D30:accessioner"])
    return batch


# ------------------------------------------------------------- passed unopened


def test_the_register_says_what_was_passed_unopened_as_the_months_register_does(blind, people):
    """Fault: 《电子文件归档登记表》 said it of a month, the 登记表 of a transfer did not."""
    told = f"接收单位人工检测抽查 2 件，{BLIND}。"
    content = handover_papers.register_content(blind)
    assert content["unopened"] == [told]
    pages = {
        key: browser(people[key]).get(blind.get_absolute_url()).text for key in ("D07:archivist", "D30:accessioner")
    }
    assert all(told in page for page in pages.values())
    signed(blind, people)
    assert handover_papers.register_content(blind) == content
    pdf = handover_papers.register_pdf(content, handover_papers.signed_content(blind), moment=timezone.now())
    with pypdfium2.PdfDocument(pdf) as opened:
        printed = "".join("".join(page.get_textpage().get_text_range() for page in opened).split())
    assert "".join(told.split()) in printed
    seal = blind.seals.unguarded("a test looks").first()
    address = reverse("transfer:register_seal", args=[seal.uid])
    assert told in browser(people[f"{seal.unit.code}:seal_keeper"]).get(address).text


def test_who_signs_is_asked_about_it_and_the_first_name_fixes_it(blind, people):
    address = reverse("transfer:side_act", args=[blind.uid, "fill_over"])
    client = browser(people["D07:archivist"])
    assert BLIND in client.post(address).text
    assert client.post(address, {"fill_over-knows": "on"}).status_code == 302
    sample = browser(people["D30:accessioner"]).post(reverse("transfer:sample", args=[blind.uid]), {"item_3-4": "pass"})
    assert sample.status_code in (409, 422) and "登记表已开始签署" in sample.text


def test_one_rule_says_it_of_both_registers(people):
    records = stocked(people, 2)
    month = records[0].filed_at.date().replace(day=1)
    scope = ticking.month_scope(records[0].unit, Stage.FILING, month)
    verdicts = {one.serial: Verdict.PASS for one in scope.items}
    ticking.tick(scope, verdicts, note="", by=people["D07:archivist"], unopened=[one.uid for one in records])
    assert BLIND in monthly.manual_of(scope, ticking.standing_of(scope))
    assert SampleTick.objects.exclude(unopened=[]).exists()


# ------------------------------------------------------------- who owes what


def main_buttons(page: str) -> list[str]:
    """What the dark links at the top of the page are called."""
    return re.findall(r'<a class="button main" href="[^"]*">([^<]*)</a>', page)


def test_the_primary_act_is_what_is_owed_now_and_accepting_waits_for_names_and_seals(people):
    """Fault: after his own name the receiver's big button was 接收, which was refused until three others had signed and
    both seals stood."""
    batch, by = handing_over(inspecting(people, 1), people), people["D30:accessioner"]
    page = browser(by).get(batch.get_absolute_url()).text
    assert main_buttons(page) == ["签署登记表（填表人）"] and 'class="main">签署登记表' in page
    BATCH_SIDE.perform("fill_in", batch, by=by)
    page = browser(by).get(batch.get_absolute_url()).text
    assert main_buttons(page) == [] and ">接收</button>" not in page and "还缺：移交单位填表人" in page
    for name, key in (("fill_over", "D07:archivist"), ("check_over", "D07:leader"), ("check_in", "D30:leader")):
        page = browser(people[key]).get(batch.get_absolute_url()).text
        assert main_buttons(page) == [f"签署登记表（{'填表人' if name == 'fill_over' else '审核人'}）"], key
        assert page.index("签署前请看") < page.index('class="button main"') if "签署前请看" in page else True
        BATCH_SIDE.perform(name, batch, by=people[key])
    page = browser(by).get(batch.get_absolute_url()).text
    assert main_buttons(page) == [] and "还缺：移交单位印章" in page
    signed_and_sealed = batch.seals.unguarded("a test looks").get(side="unit")
    assert main_buttons(browser(people["D07:seal_keeper"]).get(signed_and_sealed.get_absolute_url()).text) == []
    for one in batch.seals.unguarded("a test acts").select_related("unit"):
        address = reverse("transfer:register_seal", args=[one.uid])
        assert browser(people[f"{one.unit.code}:seal_keeper"]).post(address).status_code == 302
    page = browser(by).get(batch.get_absolute_url()).text
    assert main_buttons(page) == ["接收"] and 'class="main">接收' in page


def test_the_look_at_the_sample_is_what_the_receiver_owes_before_he_settles(people):
    batch = inspecting(people, 1)
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).text
    assert "抽查并登记" in main_buttons(page) and "办理交接手续" not in main_buttons(page)


def test_what_the_page_asks_of_its_batch_it_asks_once(blind, people):
    """Fault: ticks, names and whether the worker is at it were read by every panel and every condition anew."""
    client = browser(people["D30:accessioner"])
    client.get(blind.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(blind.get_absolute_url())
    read = [one["sql"] for one in asked if "archive_inspectionresult" not in one["sql"]]  # asks for the last run itself
    counts = {table: sum(f'FROM "{table}"' in sql for sql in read) for table in (
        "archive_sampletick", "archive_inspectionrun", "transfer_signature", "transfer_registerseal")}  # fmt: skip
    assert counts == {"archive_sampletick": 2, "archive_inspectionrun": 2, "transfer_signature": 1,
                      "transfer_registerseal": 1}  # fmt: skip


# ------------------------------------------------------------- formats of a plan


def test_pieces_in_other_formats_than_the_plan_asks_for_are_told_at_once(people):
    """Fault: the plan asks for PDF/A, the originals are texts, and nobody said so before the inspection."""
    records = stocked(people, 3)
    plan, by = planned(people), people["D07:archivist"]
    client = browser(by)
    assert "3 件正本不是接收计划要求的格式（PDF/A）" in client.get(reverse("transfer:plans")).text
    answer = client.post(reverse("transfer:batch_by_plan", args=[plan.uid]), {"unit": "D07"}, follow=True)
    told = "正本不是接收计划要求的格式（PDF/A）的 3 件（第 1-3 件）"
    assert told in answer.text and answer.text.count("正本不是接收计划要求的格式（PDF/A）</span>") == 3
    batch = BatchItem.objects.select_related("batch").first().batch
    assert answer.text.count("更换文件的，请先移出</span>") == 3 and "请先移出，在该件的页面更换后再选入" in answer.text
    sending = answer.text[answer.text.index('id="send_catalogue-form"') :]
    assert told in sending[: sending.index("</form>")]
    assert browser(people["D30:accessioner"]).get(batch.get_absolute_url()).status_code == 404  # nothing sent yet
    with unwatched():
        StoredFile.objects.filter(pk=Component.objects.get(record=records[0]).stored_file_id).update(
            mime="application/pdf", format_id="fmt/95"
        )
    assert "2 件（第 2-3 件）" in client.get(batch.get_absolute_url()).text


def test_a_list_without_a_plan_asks_for_no_format(people):
    stocked(people, 1)
    assert "要求的格式" not in browser(people["D07:archivist"]).get(made(people).get_absolute_url()).text


# ------------------------------------------------------------- one kind of value, one habit


def test_acts_on_many_say_how_many_in_one_way(people):
    stocked(people, 1, year=2015)
    batch = made(people)
    records = stocked(people, 2)
    found = actions.add_records(batch, by=people["D07:archivist"], given=AddInput((records[0].archival_code,)))
    assert found == Done(1)


def test_a_code_that_does_not_fit_keeps_none_of_the_others_back(people):
    stocked(people, 1, year=2015)
    batch = made(people)
    good = stocked(people, 1)[0]
    given = AddInput((good.archival_code, "无此档号"))
    done = actions.add_records(batch, by=people["D07:archivist"], given=given)
    assert done.count == 1 and done.skipped == ("无此档号不能选入：本单位没有这个档号的档案。",)


def test_a_piece_without_finding_or_reason_keeps_none_of_the_others_back(people):
    batch = inspecting(people, 3)
    found = [{"item": "2-4", "verdict": "fail", "message": "责任者不详。", "field": "author"}]
    batch.items.filter(position=2).update(findings=found)
    done = returning.mark_many(batch, by=people["D30:accessioner"], given=MarkManyInput((1, 2)))
    assert done == Done(1, ("第 1 件没有检测发现，退回须填写理由。",))
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).text
    assert "其余照标" in page  # said before the press


# ------------------------------------------------------------- back-up sets


def test_the_third_set_is_somebodys_task_until_it_is_there(people):
    """Fault: each batch lacked a set by one page, all was well by the other, and nobody had anything to do about it."""
    batch, by = taken_over(inspecting(people, 1), people), people["D30:accessioner"]
    assert backups.ask_keepers() == 1 and backups.ask_keepers() == 1
    asked = Task.objects.open().get(kind=backups.TASK)
    assert asked.post.kind == "accessioner" and "1 个批次不足" in asked.remark and "应有 3 套" in asked.detail
    sets = reverse("transfer:holding", args=["sets"])
    assert f'href="{sets}"' in browser(by).get(reverse("documents:waiting")).text
    overview = dict(TABLES["overview"].told([batch.archive_id]))["备份套数"]
    assert "应有 3 套" in overview and "1 个批次中 1 个不足" in overview
    with override_settings(EGOV_BACKUP_SETS=2):
        assert backups.set_lines([batch.archive_id])[0]["told"] == "" and backups.ask_keepers() == 0
    assert not Task.objects.open().filter(kind=backups.TASK).exists()
    assert backups.ask_keepers() == 1
    written = {"kind": "disk", "role": "sealed", "capacity_bytes": 10**12, "written_on": batch.accepted_at.date(),
               "place": "库房"}  # fmt: skip
    medium = media.register(batch.archive, by=by, batches=[batch], **written)
    given = {"checked_on": batch.accepted_at.date().isoformat(), "looked_at": "1", "wrong": "0",
             "medium_result": "完好", "data_result": "一致"}  # fmt: skip
    browser(by).post(reverse("transfer:check_medium", args=[medium.uid]), given)
    assert not Task.objects.open().filter(kind=backups.TASK).exists()


def test_places_are_named_in_ranges_and_many_with_their_total():
    """Fault: 第 1-10等 件 for 30 files, and 第 2、3、4、5 … 11等 件 for what are two ranges."""
    assert places.named(range(1, 31)) == "第 1-30 件"
    assert places.named([*range(2, 12), *range(13, 21), 25]) == "第 2-11、13-20、25 件"
    assert places.named(range(1, 60, 2)) == "第 1、3、5、7、9、11、13、15、17、19等 30 件"
    assert places.named(range(1, 1001), 30_000) == "第 1-1000等 30000 件"


def test_a_piece_mended_since_it_was_checked_is_not_called_never_checked(people):
    """Fault: 题名、期限还没有人核对过 of pieces that had been 核对无误 until the 补正 set that back."""
    first, second = stocked(people, 2)
    rows = Record.objects.unguarded("a test spoils").filter(pk__in=[first.pk, second.pk])
    with unwatched():
        rows.update(checked_at=None, checked_by=None)
    audit.record("answer_mend", "补正答复", second, by=people["D07:archivist"], opinion="已改。")
    told = unready.of_batch(made(people)).told
    assert "未核对 1 件（第 1 件）：题名、期限还没有人核对过。" in told and "补正后未再核对 1 件（第 2 件）。" in told


def test_what_was_moved_out_leads_to_where_its_file_is_replaced(people):
    """Fault: 可先转换格式或更换文件 stood there without a way to it."""
    stocked(people, 2)
    batch, by = made(people), people["D07:archivist"]
    item = batch.items.select_related("record").get(position=2)
    address = f"{reverse('archive:correct', args=[item.record.uid])}#files"
    assert address not in browser(by).get(batch.get_absolute_url()).text
    actions.take_out(item, by=by, reason="更换文件")
    assert address in browser(by).get(batch.get_absolute_url()).text
    assert browser(by).get(address).status_code == 200
    assert address not in browser(people["D07:leader"]).get(batch.get_absolute_url()).text

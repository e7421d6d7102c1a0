"""退回 of single items: marked many at once, agreed to, mended, offered again as a further attempt (domain 9.14)."""

import pytest
from django.urls import reverse

from archive import mending
from archive.correction import correct
from archive.models import Record
from archive.packages.verifier import verify
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, looked_at, made, run_queued, stocked, taken_over
from transfer import actions, delivery, returning
from transfer.background import package_batch
from transfer.inputs import MarkManyInput
from transfer.models import Batch
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import AuditEvent, Job, Task, User
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def record_of(batch, position: int) -> Record:
    return Record.objects.unguarded("a test looks").get(batch_items__batch=batch, batch_items__position=position)


def mark(people, batch, **fields):
    address = reverse("transfer:side_act", args=[batch.uid, "mark_many"])
    data = {f"mark_many-{name}": value for name, value in fields.items()}
    return browser(people["D30:accessioner"]).post(address, data)


def returned_of(batch) -> list[int]:
    return list(batch.items.filter(verdict="returned").order_by("position").values_list("position", flat=True))


@pytest.fixture
def batch(people) -> Batch:
    """Five records, inspected."""
    return inspecting(people, 5)


@pytest.fixture
def proposed(people, batch) -> Batch:
    """The third is to go back for its author."""
    assert mark(people, batch, chosen=["3"], reason="责任者有误，请核对。", field="author").status_code == 302
    looked_at(batch, people)
    BATCH.perform("propose_return", batch, by=people["D30:accessioner"])
    return batch


def test_many_are_marked_by_ticks_and_by_numbers(people, batch):
    assert mark(people, batch, chosen=["1", "5"], positions="2-3", reason="缺附件").status_code == 302
    assert returned_of(batch) == [1, 2, 3, 5]
    assert set(batch.items.filter(verdict="returned").values_list("reason", flat=True)) == {"缺附件"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": "缺附件"}, "请勾选要退回的档案"),
        ({"positions": "9", "reason": "缺附件"}, "本批次中没有第 9 件"),
        ({"positions": "3-1", "reason": "缺附件"}, "终止序号不能小于起始序号"),
        ({"positions": "甲", "reason": "缺附件"}, "不是序号"),
        ({"positions": "1"}, "退回须填写理由"),
        ({"finding": "9-9", "reason": "缺附件"}, "本批次没有这项检测发现"),
        ({"positions": "1", "reason": "缺附件", "field": "uid"}, "字段不在列表中"),
    ],
)
def test_a_wrong_choice_is_a_sentence_and_marks_nothing(people, batch, fields, told):
    events = AuditEvent.objects.count()
    answer = mark(people, batch, **fields)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert (returned_of(batch), AuditEvent.objects.count()) == ([], events)


def test_all_with_one_finding_go_back_for_it(people, batch):
    told = {"item": "2-4", "verdict": "warn", "message": "责任者不详。", "field": "author"}
    batch.items.filter(position__in=(2, 4)).update(findings=[told])
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url())
    assert "2-4 元数据必填著录项目检测（2 件）" in page.content.decode()
    assert mark(people, batch, finding="2-4").status_code == 302
    assert list(batch.items.filter(verdict="returned").values_list("position", "reason", "field")) == [
        (2, "责任者不详。", "author"), (4, "责任者不详。", "author"),
    ]  # fmt: skip


def test_a_finding_adds_to_the_reason_for_which_an_item_was_marked_before(people, batch):
    """Fault: what the archive had written of one item by hand was gone once all with a finding were marked."""
    told = {"item": "2-4", "verdict": "warn", "message": "责任者不详。", "field": "author"}
    batch.items.filter(position__in=(2, 4)).update(findings=[told])
    assert mark(people, batch, positions="2", reason="缺附件").status_code == 302
    for _ in range(2):
        assert mark(people, batch, finding="2-4").status_code == 302
    assert list(batch.items.filter(verdict="returned").order_by("position").values_list("reason", "field")) == [
        ("缺附件；责任者不详。", ""), ("责任者不详。", "author"),
    ]  # fmt: skip
    assert mark(people, batch, positions="2", reason="缺附件两份").status_code == 302  # by its number it is corrected
    assert batch.items.get(position=2).reason == "缺附件两份"


def test_numbers_narrow_a_finding_and_the_answer_says_so(people, batch):
    """Fault: 序号 2、3 beside a finding on 29 items marked all 29."""
    told = {"item": "2-4", "verdict": "warn", "message": "责任者不详。", "field": "author"}
    batch.items.exclude(position=1).update(findings=[told])
    assert mark(people, batch, finding="2-4", positions="1、2", chosen=["3"]).status_code == 302
    assert returned_of(batch) == [2, 3]
    page = browser(people["D30:accessioner"]).get(batch.get_absolute_url()).content.decode()
    assert "同时勾选或填写序号的，只办理两者都符合的" in page
    with pytest.raises(Refused, match="第 1 件都没有检测发现 2-4"):
        returning.mark_many(batch, by=people["D30:accessioner"], given=MarkManyInput((1,), "2-4"))
    done = returning.mark_many(batch, by=people["D30:accessioner"], given=MarkManyInput((1, 2), "2-4"))
    assert done.skipped == ("序号和检测发现同时选定，只办理两者都符合的第 2 件；第 1 件没有这项发现，未办理。",)


def test_many_marks_are_taken_back_with_the_same_selection(people, batch):
    by = people["D30:accessioner"]
    address = reverse("transfer:side_act", args=[batch.uid, "unmark_many"])
    assert "unmark_many" not in browser(by).get(batch.get_absolute_url()).content.decode()
    assert mark(people, batch, positions="1-5", reason="缺附件").status_code == 302
    assert f'formaction="{address}"' in browser(by).get(batch.get_absolute_url()).content.decode()
    answer = browser(by).post(address, {"mark_many-positions": "2-3", "mark_many-chosen": ["5"]}, follow=True)
    assert "已成批取消退回标记，共 3 件" in answer.content.decode() and returned_of(batch) == [1, 4]
    assert not batch.items.get(position=2).reason
    refused = browser(by).post(address, {"mark_many-positions": "2"})
    assert refused.status_code == 422 and "都没有标为退回" in refused.content.decode()


@pytest.mark.parametrize(
    "typed", ["2－4", "2—4", "2——4", "2～4", "２－４", "2，3,4", "2 - 4", "2、3；4", "2〜4", "2至4"]
)
def test_numbers_are_read_as_chinese_keyboards_give_them(people, batch, typed):
    assert mark(people, batch, positions=typed, reason="缺附件").status_code == 302
    assert returned_of(batch) == [2, 3, 4]


def test_nothing_goes_home_before_the_unit_agrees(people, proposed):
    assert (proposed.state, record_of(proposed, 3).state) == ("proposed", "in_transfer")
    with pytest.raises(Refused):
        BATCH.perform("accept", proposed, by=people["D30:accessioner"])
    BATCH.perform("object", proposed, by=people["D07:archivist"], note="责任者无误，见原件。")
    assert proposed.state == "inspecting"
    assert Task.objects.of(proposed).open().get().unit.code == "D30"


def test_what_was_returned_is_a_task_with_its_reason_and_field(people, proposed):
    BATCH.perform("agree_return", proposed, by=people["D07:archivist"])
    record = record_of(proposed, 3)
    task = mending.open_mend_of(record)
    assert (record.state, record.custodian.code, record.offered_to) == ("filed", "D07", None)
    assert (task.kind, task.post.kind, task.unit.code) == ("mend", "archivist", "D07")
    assert "责任者：" in task.remark and "责任者有误，请核对。" in task.remark
    notice = proposed.receipts.get(kind="return").content["items"]
    assert [(one["reason"], one["field"]) for one in notice] == [("责任者有误，请核对。", "责任者")]


def test_the_records_own_history_says_who_returned_it_and_why(people, proposed):
    """Fault: “退出移交批次 · 接收检测退回 · 档案员”, as if the unit's archivist had returned it."""
    BATCH.perform("agree_return", proposed, by=people["D07:archivist"])
    record = record_of(proposed, 3)
    event = AuditEvent.objects.of(record).filter(verb="leave_batch").get()
    who = f"{proposed.archive.name} 接收 {people['D30:accessioner'].name}"
    agreed = f"（{people['D07:archivist'].name}代表移交单位同意）"
    assert event.opinion == f"{who}退回：责任者有误，请核对。{agreed}"
    page = browser(people["D07:archivist"]).get(record.get_absolute_url()).content.decode()
    assert f"{people['D30:accessioner'].name}退回：责任者有误，请核对。" in page


def test_who_agreed_is_told_whatever_the_names_are(people, proposed):
    """Fault: judged by the name, an agreement by a person called like the end of the archive's was left out."""
    with unwatched():
        User.objects.filter(pk=people["D07:archivist"].pk).update(name=people["D30:accessioner"].name)
    by = User.objects.get(pk=people["D07:archivist"].pk)
    BATCH.perform("agree_return", proposed, by=by)
    event = AuditEvent.objects.of(record_of(proposed, 3)).filter(verb="leave_batch").get()
    assert event.opinion.endswith(f"（{by.name}代表移交单位同意）")
    notice = proposed.receipts.get(kind="return").content
    assert (notice["made_by"], notice["agreed_by"]) == (by.name, by.name)


def test_a_whole_return_says_it_too_with_the_words_of_the_batch_or_of_the_item(people, batch):
    assert mark(people, batch, chosen=["3"], reason="责任者有误。").status_code == 302
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="目录与文件不符。")
    said = [AuditEvent.objects.of(record_of(batch, at)).get(verb="leave_batch").opinion for at in (1, 3)]
    assert [one.partition("退回：")[2] for one in said] == ["目录与文件不符。", "责任者有误。"]
    assert all(people["D30:accessioner"].name in one for one in said)


def test_list_register_and_package_are_issued_anew(people, proposed):
    former = proposed.manifest_digest
    BATCH.perform("agree_return", proposed, by=people["D07:archivist"])
    with pytest.raises(Refused, match="后台正在处理"):
        BATCH_SIDE.perform("fill_over", proposed, by=people["D07:archivist"])
    run_queued(proposed)
    assert (proposed.issued_no, proposed.record_count) == (f"{proposed.batch_no}-v2", 4)
    for folder in (delivery.package_folder(proposed), delivery.holdings_folder(proposed)):
        assert [path.name for path in folder.iterdir()] == [f"{proposed.batch_no}-v2-001.zip"]
        found = verify(folder)
        assert (found.valid, found.record_count, found.manifest_sha256) == (True, 4, proposed.manifest_digest)
    assert former != proposed.manifest_digest
    taken_over_now = [one.content["batch_no"] for one in proposed.receipts.filter(kind="technical")]
    assert taken_over_now == [proposed.batch_no, proposed.issued_no]


def again(people, batch) -> None:
    """The returned record offered once more by its code, refused."""
    code = record_of(batch, 3).archival_code
    stocked(people, 1, year=2020)
    new = made(people, first_year=2020)
    address = reverse("transfer:side_act", args=[new.uid, "add"])
    answer = browser(people["D07:archivist"]).post(address, {"add-codes": code})
    assert answer.status_code == 422 and f"{code}不能选入：已被退回，尚未补正或答复" in answer.content.decode()


def test_a_returned_record_is_not_offered_unmended_without_an_answer(people, batch):
    mark(people, batch, chosen=["3"], reason="责任者有误，请核对。", field="author")
    taken_over(batch, people)
    with pytest.raises(Refused, match="没有符合条件的档案"):
        made(people)
    again(people, batch)


def test_a_new_batch_says_what_was_sent_back_and_is_not_in_it(people, batch):
    mark(people, batch, chosen=["3"], reason="责任者有误，请核对。", field="author")
    taken_over(batch, people)
    stocked(people, 1, year=2020)
    new = made(people, first_year=2020)
    shown = browser(people["D07:archivist"]).get(new.get_absolute_url()).content.decode()
    assert "不能选入 1 件：已被退回，尚未补正或答复" in " ".join(shown.split()) and "tab=returned" in shown
    with pytest.raises(Refused, match="没有符合条件的档案"):
        made(people)


def test_an_answered_record_joins_the_next_batch_as_a_new_version(people, batch):
    mark(people, batch, chosen=["3"], reason="责任者有误，请核对。", field="author")
    taken_over(batch, people)
    record, by = record_of(batch, 3), people["D07:archivist"]
    before = browser(by).get(batch.get_absolute_url()).content.decode()
    correct(record, changes={"author": "区信息委办公室", "title": "改过的题名"}, reason="按退回意见更正。", by=by,
            version=record.version)  # fmt: skip
    if mending.open_mend_of(record) is not None:
        record.refresh_from_db()
        mending.answer_mend(record, by=by, answer="责任者已按原件更正。")
    new = made(people)
    item = new.items.get()
    assert item.attempt == 2 and "更正" in item.answer
    assert "第 2 次移交" in browser(by).get(new.get_absolute_url()).content.decode()
    old = browser(by).get(batch.get_absolute_url()).content.decode()
    assert "改过的题名" not in old and "责任者有误，请核对。" in old  # old pages never change
    assert "关于第3号事项的批复" in before and "关于第3号事项的批复" in old


def test_a_whole_return_leaves_each_item_to_the_units_archivist_and_one_answer_does_for_many(people, batch):
    """The trial: after 确认接收结果 nothing was open, and 被退回 was empty; the manual says 档案馆退回的件成为待办."""
    by, note = people["D07:archivist"], "目录与文件不符，全部核对后重报。"
    mark(people, batch, positions="2", reason="缺页")
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note=note)
    BATCH.perform("close", batch, by=by)
    tasks = [mending.open_mend_of(record_of(batch, place)) for place in range(1, 6)]
    assert {(one.post.kind, one.unit.code) for one in tasks} == {("archivist", "D07")}
    assert [one.remark.removeprefix(mending.FROM_ARCHIVE) for one in tasks] == [note, "缺页", note, note, note]
    desk = reverse("archive:desk")
    assert len(browser(by).get(desk, {"tab": "returned"}).context["page"].items) == 5
    with pytest.raises(Refused, match="没有符合条件的档案"):
        made(people)
    assert "整批退回" in browser(by).get(reverse("transfer:batches")).content.decode()
    address, typed = reverse("archive:answer_many"), {"unit": "D07", "tab": "returned", "all": "1"}
    assert "请填写补正情况" in browser(by).post(address, typed).content.decode()
    assert browser(by).post(address, typed | {"answer": "已逐件核对。"}).status_code == 302
    assert [mending.open_mend_of(record_of(batch, place)) for place in range(1, 6)] == [None] * 5
    new = made(people)
    assert new.record_count == 5 and set(new.items.values_list("attempt", "answer")) == {(2, "已逐件核对。")}


def test_a_package_that_could_not_be_read_leaves_nothing_to_mend(people):
    stocked(people, 2)
    batch = made(people)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    Job._base_manager.update(state="done")
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="信息包读不出。")
    assert mending.open_mend_of(record_of(batch, 1)) is None and made(people).record_count == 2

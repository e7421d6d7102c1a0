"""人工检测 before a batch is accepted (DA/T 70—2018; domain 8.2), and lists whose count, rows and reasons agree."""

import pytest
from django.urls import reverse

from archive import ticking
from archive.models import Record, SampleTick
from archive.states import Stage, Verdict
from tests.scenarios.owner import unwatched
from tests.transfer.stock import (
    browser,
    handing_over,
    inspecting,
    looked_at,
    made,
    planned,
    signed,
    stocked,
    taken_over,
)  # fmt: skip
from transfer import actions, handover_papers, manual_items, picking, sampling
from transfer.inputs import AddInput, MarkManyInput
from transfer.models import Batch, BatchItem
from transfer.side_acts import BATCH_SIDE
from transfer.states import Side, State
from transfer.workflow import BATCH
from units.workflow import Refused

pytestmark = pytest.mark.django_db
FOUR = ("YJ-2-7", "YJ-2-8", "YJ-3-4", "YJ-4-7")


@pytest.fixture
def batch(people) -> Batch:
    """Three records, inspected by software."""
    return inspecting(people, 3)


def by_archive(people):
    return people["D30:accessioner"]


def test_no_way_leads_to_the_register_before_the_four_items_are_ticked(people, batch):
    """Shows: 8.2-M"""
    events = SampleTick.objects.count()
    with pytest.raises(Refused) as refused:
        BATCH.perform("settle", batch, by=by_archive(people))
    assert all(item in str(refused.value) for item in FOUR) and "还有 4 项没有登记" in str(refused.value)
    BATCH_SIDE.perform("mark_many", batch, by=by_archive(people), given=MarkManyInput((2,), reason="缺附件"))
    with pytest.raises(Refused, match="人工检测还有 4 项"):
        BATCH.perform("propose_return", batch, by=by_archive(people))
    answer = browser(by_archive(people)).post(
        reverse("transfer:act", args=[batch.uid, "propose_return"]), {"version": batch.version}
    )
    told = answer.content.decode()
    assert answer.status_code == 422 and reverse("transfer:sample", args=[batch.uid]) in told
    assert (SampleTick.objects.count(), batch.receipts.filter(kind="custody").count()) == (events, 0)


def test_what_is_not_ticked_is_not_accepted_whatever_state_says(people, batch):
    """A batch that came to the hand-over some other way is neither signed nor accepted."""
    handing_over(batch, people)
    with unwatched():
        SampleTick.objects.all().delete()
    for act in (
        lambda: BATCH_SIDE.perform("fill_over", batch, by=people["D07:archivist"]),
        lambda: BATCH.perform("accept", batch, by=by_archive(people)),
    ):
        with pytest.raises(Refused, match="人工检测还有 4 项"):
            act()


def test_three_of_four_name_the_fourth(people, batch):
    looked_at(batch, people)
    with unwatched():
        SampleTick.objects.filter(serial="3-4").delete()
    with pytest.raises(Refused, match="还有 1 项没有登记：YJ-3-4"):
        BATCH.perform("settle", batch, by=by_archive(people))


def test_the_looks_of_the_unit_are_not_those_of_the_archive(people):
    stocked(people, 2)
    batch = made(people)
    scope = sampling.scope_of(batch, batch.unit)
    verdicts = {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.TRANSFER)}
    ticking.tick(scope, verdicts, note="", by=people["D07:archivist"])
    assert manual_items.unticked(batch, Side.UNIT) == [] and len(manual_items.unticked(batch, Side.ARCHIVE)) == 4
    page = browser(people["D07:archivist"]).get(batch.get_absolute_url()).content.decode()
    assert "已检 4/4 项" in page
    assert ticking.open_items(sampling.scope_of(batch, batch.archive))  # the archive starts with its own


def test_a_faulty_sample_goes_back_and_is_looked_at_anew(people, batch):
    looked_at(batch, people, _2_7="fail")
    with pytest.raises(Refused, match="人工检测不合格：YJ-2-7 抽查发现缺页"):
        BATCH.perform("settle", batch, by=by_archive(people))
    BATCH_SIDE.perform("mark_many", batch, by=by_archive(people), given=MarkManyInput((2,), reason="缺页"))
    with unwatched():
        looks = SampleTick.objects.count()
    handing_over(batch, people)
    assert SampleTick.objects.count() == looks + 4  # of what is left
    page = browser(by_archive(people)).get(batch.get_absolute_url()).content.decode()
    assert "2-7 此前 不合格" in page and "已不在检测范围内" in SampleTick.objects.exclude(mended="").get().mended
    signed(batch, people)
    with pytest.raises(Refused, match="登记表已开始签署"):
        raise_closed(people, batch)
    BATCH.perform("accept", batch, by=by_archive(people))


def raise_closed(people, batch) -> None:
    address = reverse("transfer:sample", args=[batch.uid])
    page = browser(by_archive(people)).get(address).content.decode()
    assert "登记检测结果</button>" not in page
    answer = browser(by_archive(people)).post(address, {"item_2-7": "pass"})
    assert answer.status_code == 409 or answer.status_code == 422
    raise Refused(*(["登记表已开始签署"] if "登记表已开始签署" in answer.content.decode() else []))


def test_a_list_that_grew_beyond_its_sample_is_looked_at_anew(people, batch):
    """Fault: two of three were marked, the sample of the one left was passed, the marks were taken back: 检测完成."""
    by, place = by_archive(people), reverse("transfer:sample", args=[batch.uid])
    BATCH_SIDE.perform("mark_many", batch, by=by, given=MarkManyInput((1, 2), reason="缺附件"))
    looked_at(batch, people)
    looks = SampleTick.objects.count()
    assert manual_items.unticked(batch, Side.ARCHIVE) == []
    BATCH_SIDE.perform("unmark_many", batch, by=by, given=MarkManyInput((1,)))
    assert len(manual_items.unticked(batch, Side.ARCHIVE)) == 4 and SampleTick.objects.count() == looks
    for step in ("settle", "propose_return"):
        with pytest.raises(Refused, match=r"还有 4 项没有登记.*就 1 件抽查的，现为 2 件，须重新抽查"):
            BATCH.perform(step, batch, by=by)
    page = browser(by).get(batch.get_absolute_url()).content.decode()
    assert "已检 0/4 项" in page and "现为 2 件，须重新抽查" in page and "人工检测完成" not in page
    assert "还有 4 项未检" in browser(by).get(place).content.decode()
    looked_at(batch, people)
    assert (
        manual_items.unticked(batch, Side.ARCHIVE) == [] == ticking.open_items(sampling.scope_of(batch, batch.archive))
    )
    BATCH_SIDE.perform("mark_many", batch, by=by, given=MarkManyInput((1,), reason="缺附件"))
    assert manual_items.unticked(batch, Side.ARCHIVE) == []  # a shorter list was looked at with the longer one


def test_the_unit_looks_anew_at_a_list_that_it_made_longer(people):
    stocked(people, 1, year=2015)
    batch = made(people, first_year=2015, last_year=2015)
    stocked(people, 1)
    verdicts = {one.serial: Verdict.PASS for one in ticking.items_to_tick(Stage.TRANSFER)}
    ticking.tick(sampling.scope_of(batch, batch.unit), verdicts, note="", by=people["D07:archivist"])
    assert manual_items.left_told(batch, Side.UNIT) == ""
    BATCH_SIDE.perform("add", batch, by=people["D07:archivist"], given=AddInput(first_year=2016, last_year=2016))
    assert batch.record_count == 2 and "就 1 件抽查的，现为 2 件" in manual_items.left_told(batch, Side.UNIT)


def test_the_register_counts_what_persons_looked_at(people, batch):
    before = handover_papers.verdicts_of(batch, Side.ARCHIVE)
    looked_at(batch, people)
    after = handover_papers.verdicts_of(batch, Side.ARCHIVE)
    assert before[2] != after[2] and "未检测" not in after[2]
    assert handover_papers.verdicts_of(batch, Side.UNIT) == handover_papers.verdicts_of(batch, Side.UNIT)
    page = browser(by_archive(people)).get(batch.get_absolute_url()).content.decode()
    assert "软件检测完成，人工检测完成，等待审核结论" in page and "已检 4/4 项" in page


def test_the_word_after_the_inspection_is_not_that_of_the_inspection(people, batch):
    page = browser(by_archive(people)).get(batch.get_absolute_url()).content.decode()
    assert State.INSPECTING.label == "待审核" and "检测中" not in page and "人工检测还有 4 项" in page


# ------------------------------------------------ the number, the rows, the reasons


def shown(person, batch) -> tuple[int, int, int]:
    """(the number over the list, its rows, the number in the database)."""
    found = browser(person).get(batch.get_absolute_url()).context
    batch.refresh_from_db()
    return batch.record_count, len(found["page"].items), batch.items.listed().count()


def test_number_and_rows_of_a_list_agree_all_the_way(people):
    """What is taken out, returned, or goes home with the whole batch: six are never eight.

    Shows: 9.9
    """
    unit = people["D07:archivist"]
    stocked(people, 8)
    batch = made(people)
    for place in (2, 5):
        actions.take_out(batch.items.get(position=place), by=unit, reason="重复")
    assert shown(unit, batch) == (6, 6, 6)
    assert "不在清单中的 2 件" in browser(unit).get(batch.get_absolute_url()).content.decode()
    code = batch.items.select_related("record").get(position=2).record.archival_code
    BATCH_SIDE.perform("add", batch, by=unit, given=AddInput(codes=(code,)))
    assert shown(unit, batch) == (7, 7, 7)
    BATCH.perform("dissolve", batch, by=unit, note="不再移交。")
    assert shown(unit, batch) == (7, 7, 7)


@pytest.mark.parametrize("end", ["returned", "accepted"])
def test_an_ended_batch_shows_the_list_with_which_it_ended(people, batch, end):
    by = by_archive(people)
    if end == "returned":
        BATCH.perform("return_batch", batch, by=by, note="移交单位要求撤回。")
        assert shown(by, batch) == (3, 3, 3) and len(handover_papers.list_lines(batch)) == 3
    else:
        BATCH_SIDE.perform("mark_many", batch, by=by, given=MarkManyInput((2,), reason="缺附件"))
        assert shown(by, batch) == (3, 3, 3)  # marked, and still in the list
        taken_over(batch, people)
        assert shown(by, batch) == (2, 2, 2) and len(handover_papers.list_lines(batch)) == 2
    assert "（0 件）" not in browser(by).get(batch.get_absolute_url()).content.decode()


def mixed(people) -> None:
    """Of eight filed records three can be taken: the others wait, have no file, another period, another list."""
    stocked(people, 1, year=2015)
    made(people, first_year=2015, last_year=2015)
    stocked(people, 5)
    stocked(people, 2, retention="D10")
    rows = Record.objects.unguarded("a test spoils").filter(retention_code="Y", year=2016).order_by("item_no")
    with unwatched():
        rows.filter(item_no=1).update(component_count=0)


@pytest.mark.parametrize("has_plan", [False, True])
def test_count_list_and_what_is_taken_are_one(people, has_plan):
    plan = planned(people, retentions=["Y"]) if has_plan else None
    mixed(people)
    unit, by = people["D07:archivist"].appointments.get().post.unit, people["D07:archivist"]
    found = picking.picks(unit, by, plan)
    assert found.count == len(found.rows) == actions.candidates(unit, by, plan=plan).count() == 4
    reasons = {one.kind: one.count for one in found.left_out}
    assert reasons == {"other_period": 2, "no_file": 1} | ({} if has_plan else {"elsewhere": 1})
    batch = made(people, plan=plan)
    assert batch.record_count == 4 and picking.picks(unit, by, plan).count == 0


def test_ticked_rows_go_in_and_what_cannot_says_why_each(people):
    stocked(people, 1, year=2015)
    batch = made(people)
    mixed_now = stocked(people, 3)
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=mixed_now[0].pk).update(component_count=0)
    client = browser(people["D07:archivist"])
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "可选入的档案（2 件）" in page and "未列入：仅纸质 1 件，随纸质移交" in " ".join(page.split())
    address = reverse("transfer:side_act", args=[batch.uid, "add"])
    told = f"{mixed_now[0].archival_code}不能选入：仅纸质，随纸质移交。"
    refused = client.post(address, {"add-chosen": [mixed_now[0].archival_code]})
    assert refused.status_code == 422 and told in refused.content.decode()
    both = {"add-chosen": [mixed_now[0].archival_code, mixed_now[1].archival_code]}
    assert "其余照选" in page and told in client.post(address, both, follow=True).content.decode()
    batch.refresh_from_db()
    assert batch.record_count == BatchItem.objects.filter(batch=batch, is_listed=True).count() == 2

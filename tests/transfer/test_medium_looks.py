"""载体外观检测 (4-5): asked of whoever receives a package on a medium, and of nobody else (DA/T 70—2018)."""

import pytest
from django.urls import reverse

from archive import ticking
from archive.models import Record, SampleTick
from archive.reinspection import inspect_record
from archive.states import Stage, Verdict
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, handing_over, inspecting, looked_at
from tests.transfer.test_disk import command, submitted
from transfer import export, handover_papers, manual_items, sampling
from transfer.states import Side
from transfer.workflow import BATCH
from units.workflow import Refused

pytestmark = pytest.mark.django_db
RECEIVER = "D30:accessioner"
MEDIUM = "移动硬盘 1 个，编号 YD-01，无划痕"


@pytest.fixture
def batch(people, tmp_path):
    """Came on a disk, inspected by software."""
    row = submitted(people, 2)
    command(export.export_package(row, tmp_path))
    row.refresh_from_db()
    return row


def sent(**changed) -> dict:
    items = ("2-7", "2-8", "3-4", "4-5", "4-7")
    return {f"item_{one}": "pass" for one in items} | {"note": "", "medium": MEDIUM, "is_unopened": "on"} | changed


def record_of(batch) -> Record:
    return Record.objects.unguarded("a test looks").get(pk=batch.items.order_by("position").first().record_id)


def judged(batch):
    return next(one for one in inspect_record(record_of(batch), Stage.TRANSFER) if one.item.serial == "4-5")


def test_the_receiver_is_asked_and_the_register_waits_for_him(people, batch):
    """Shows: YJ-4-5, 8.2-M"""
    assert [one.serial for one in manual_items.unticked(batch, Side.ARCHIVE)] == ["2-7", "2-8", "3-4", "4-5", "4-7"]
    assert "4-5" not in {one.serial for one in manual_items.to_tick(batch, Side.UNIT)}
    assert (judged(batch).verdict, judged(batch).told) == (Verdict.MANUAL_PENDING, "待接收岗位查看载体外观。")
    security = handover_papers.verdicts_of(batch, Side.ARCHIVE)[3]
    client, address = browser(people[RECEIVER]), reverse("transfer:sample", args=[batch.uid])
    page = client.get(address).content.decode()
    assert "4-5 载体外观检测" in page and "载体和外观" in page
    assert client.post(address, sent(**{"item_4-5": ""})).status_code == 302
    with pytest.raises(Refused, match="还有 1 项没有登记：YJ-4-5 载体外观检测"):
        BATCH.perform("settle", batch, by=people[RECEIVER])
    assert client.post(address, {"item_4-5": "pass", "medium": MEDIUM}).status_code == 302  # no record need be opened
    tick = SampleTick.objects.get(serial="4-5")
    assert (tick.ticked_by, tick.note, tick.verdict) == (people[RECEIVER], MEDIUM, "pass")
    assert MEDIUM in judged(batch).told and judged(batch).verdict == Verdict.PASS
    assert handover_papers.verdicts_of(batch, Side.ARCHIVE)[3] != security
    BATCH.perform("settle", batch, by=people[RECEIVER])


def test_what_medium_it_was_must_be_said(people, batch):
    client, address = browser(people[RECEIVER]), reverse("transfer:sample", args=[batch.uid])
    answer = client.post(address, sent(medium=""))
    assert answer.status_code == 422 and "请写明是什么载体、外观如何" in answer.content.decode()
    with pytest.raises(Refused, match="应写明是什么载体"):
        ticking.tick(sampling.scope_of(batch, batch.archive), {"4-5": Verdict.PASS}, note="好", by=people[RECEIVER])
    assert not SampleTick.objects.filter(serial="4-5").exists()


def test_a_damaged_medium_holds_the_batch_until_another_came(people, batch):
    looked_at(batch, people)
    scope = sampling.scope_of(batch, batch.archive)
    ticking.tick(scope, {"4-5": Verdict.FAIL}, note="", medium="外壳破裂", by=people[RECEIVER])
    with pytest.raises(Refused, match="YJ-4-5 外壳破裂。请更换载体后重新登记"):
        BATCH.perform("settle", batch, by=people[RECEIVER])
    handing_over(batch, people)  # looked at anew
    assert manual_items.failed(batch, Side.ARCHIVE) == []


def test_online_there_is_nothing_to_look_at(people):
    """Shows: YJ-4-5"""
    batch = inspecting(people, 2)
    scope = sampling.scope_of(batch, batch.archive)
    assert not scope.on_medium and "4-5" not in {one.serial for one in manual_items.to_tick(batch, Side.ARCHIVE)}
    with pytest.raises(Refused, match="请至少选择一个"):
        ticking.tick(scope, {"4-5": Verdict.PASS}, note="", medium=MEDIUM, by=people[RECEIVER])
    assert judged(batch).verdict == Verdict.NOT_APPLICABLE and "没有脱机载体" in judged(batch).told
    page = browser(people[RECEIVER]).get(reverse("transfer:sample", args=[batch.uid])).content.decode()
    assert "4-5 载体" not in page and "载体和外观" not in page


def test_the_unit_that_sends_is_not_asked(people):
    batch = submitted(people, 1)
    with unwatched():
        type(batch)._base_manager.filter(pk=batch.pk).update(submitted_at=None)
    batch.refresh_from_db()
    assert not sampling.scope_of(batch, batch.unit).on_medium and not sampling.scope_of(batch, batch.archive).on_medium

"""序号 of a batch's papers: from 1 without a gap (domain 9), whatever was moved out or went back."""

import re

import pytest

from tests.transfer.stock import inspecting, looked_at, made, run_queued, stocked
from tests.transfer.test_returning import mark
from transfer import actions, handover_papers, papers, unready
from transfer.models import Batch
from transfer.workflow import BATCH

pytestmark = pytest.mark.django_db
TOLD = "未核对 3 件（移交清单第 1-3 件，即批次页第 1、3-4 件）：题名、期限还没有人核对过。"


def listed(batch: Batch) -> list[tuple[str, str]]:
    """序号 and 备注 of the 移交清单; the 目录文件 has the same."""
    row = Batch.objects.unguarded("a test looks").for_detail().get(pk=batch.pk)
    lines = [(line[0], line[-1]) for line in handover_papers.list_lines(row)]
    written = papers.PAPERS["catalogue"].make(row).decode()
    numbers, remarks = (re.findall(f"<{tag}>(.*?)</{tag}>", written) for tag in ("顺序号", "备注"))
    assert list(zip(numbers, remarks, strict=True)) == lines
    return lines


def renumbered(batch: Batch) -> bool:
    return listed(batch) == [("1", ""), ("2", "批次页第 3 件"), ("3", "批次页第 4 件")]


def test_what_was_moved_out_leaves_no_gap(people):
    """Fault: the list went 1, 3, 4 when the second was moved out."""
    stocked(people, 4)
    batch = made(people)
    assert [number for number, _ in listed(batch)] == ["1", "2", "3", "4"]
    assert unready.standing(batch)[0].startswith("未核对 4 件（第 1-4 件）")
    actions.take_out(batch.items.get(position=2), by=people["D07:archivist"], reason="题名有误")
    assert renumbered(batch)
    batch.refresh_from_db()
    assert unready.standing(batch)[0] == TOLD
    assert handover_papers.register_content(batch)["unready"][0] == TOLD


def test_what_is_issued_anew_is_numbered_anew_and_stays_so(people):
    """Fault: list, register and 目录文件 of a -v2 kept the numbers of the first issue."""
    batch = inspecting(people, 4)
    mark(people, batch, chosen=["2"], reason="责任者有误，请核对。", field="author")
    looked_at(batch, people)
    assert renumbered(batch) and unready.of_batch(batch).told[0] == TOLD
    BATCH.perform("propose_return", batch, by=people["D30:accessioner"])
    BATCH.perform("agree_return", batch, by=people["D07:archivist"])
    run_queued(batch)
    batch.refresh_from_db()
    assert renumbered(batch) and handover_papers.register_content(batch)["unready"][0] == TOLD
    BATCH.perform("return_batch", batch, by=people["D30:accessioner"], note="载体损坏。")
    assert renumbered(batch)

"""What comes next for a batch, as a page says it after an act; of a list that is put together, what is missing."""

from units.tasks import told_next

from .conditions import running, unaccompanied
from .models import Batch
from .states import State


def next_told(batch: Batch) -> str:
    batch.refresh_from_db()
    if batch.state != State.DRAFT:
        return told_next(batch)
    if running(batch).exists():
        return ""
    by_plan = batch.plan_id is not None
    if by_plan and batch.catalogue_reviewed_at is None and batch.catalogue_sent_at is not None:
        return "下一步：等待区档案馆预审移交目录。"
    if left := unaccompanied(batch).count():
        return f"下一步：填写其余 {left} 件的随附情况。"
    if by_plan and batch.catalogue_reviewed_at is None:
        return "下一步：送审移交目录。"
    return "下一步：检测移交信息包。"

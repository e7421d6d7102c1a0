"""Pages of transfer: batches on both sides, and the registers of what changed hands."""

from .batches import (
    accessions,
    act,
    batch,
    batches,
    create,
    mark,
    part,
    receipt,
    receipt_pdf,
    side_act,
    take_out,
)
from .papers import paper
from .plans import batch_by_plan, plan_list, publish_plan, withdraw_plan
from .registers import register, register_pdf, register_workbook
from .sampling import sample

__all__ = [
    "accessions", "act", "batch", "batch_by_plan", "batches", "create", "mark", "paper", "part", "plan_list",
    "publish_plan", "receipt", "receipt_pdf", "register", "register_pdf", "register_workbook", "sample",
    "side_act", "take_out", "withdraw_plan",
]  # fmt: skip

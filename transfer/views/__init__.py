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
from .holding import holding, holding_files, holding_pdf, holding_rows, holding_workbook, holdings
from .media import check_medium, medium, medium_digests, register_medium, retire_medium
from .other_sources import other_accessions, void_accession
from .papers import paper
from .plans import batch_by_plan, plan_list, publish_plan, withdraw_plan
from .registers import register, register_pdf, register_workbook
from .sampling import sample

__all__ = [
    "accessions", "act", "batch", "batch_by_plan", "batches", "check_medium", "create", "holding", "holding_files",
    "holding_pdf", "holding_rows", "holding_workbook", "holdings", "mark", "medium", "medium_digests",
    "other_accessions", "paper", "part", "plan_list", "publish_plan", "receipt", "receipt_pdf", "register",
    "register_medium", "register_pdf", "register_workbook", "retire_medium", "sample", "side_act", "take_out",
    "void_accession", "withdraw_plan",
]  # fmt: skip

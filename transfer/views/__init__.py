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
from .registers import register, register_pdf, register_workbook
from .sampling import sample

__all__ = [
    "accessions", "act", "batch", "batches", "create", "mark", "paper", "part", "receipt", "receipt_pdf", "register",
    "register_pdf", "register_workbook", "sample", "side_act", "take_out",
]  # fmt: skip

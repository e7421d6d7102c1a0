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
from .conversions import (
    act_conversion,
    amend_conversion,
    conversion,
    conversion_pdf,
    conversion_workbook,
    draft_conversion,
    draft_migration,
)
from .deployment import deployment
from .exchange import announce, arrival, chunk, finish
from .holding import holding, holding_files, holding_pdf, holding_rows, holding_workbook, holdings
from .media import check_medium, medium, medium_digests, medium_label, register_medium, retire_medium
from .other_sources import other_accessions, void_accession
from .owed_paper import owed_paper
from .papers import batch_inspection, paper
from .peers import cancel_consignment, end_peer, peers, retry_consignment
from .plans import batch_by_plan, correct_plan, plan, plan_list, publish_plan, read_plan, withdraw_plan
from .registers import register, register_pdf, register_workbook
from .sampling import sample
from .sealing import register_seal, register_seal_pdf

__all__ = [
    "accessions",
    "act",
    "act_conversion",
    "amend_conversion",
    "announce",
    "arrival",
    "batch",
    "batch_by_plan",
    "batch_inspection",
    "batches",
    "cancel_consignment",
    "check_medium",
    "chunk",
    "conversion",
    "conversion_pdf",
    "conversion_workbook",
    "correct_plan",
    "create",
    "deployment",
    "draft_conversion",
    "draft_migration",
    "end_peer",
    "finish",
    "holding",
    "holding_files",
    "holding_pdf",
    "holding_rows",
    "holding_workbook",
    "holdings",
    "mark",
    "medium",
    "medium_digests",
    "medium_label",
    "other_accessions",
    "owed_paper",
    "paper",
    "part",
    "peers",
    "plan",
    "plan_list",
    "publish_plan",
    "read_plan",
    "receipt",
    "receipt_pdf",
    "register",
    "register_medium",
    "register_pdf",
    "register_seal",
    "register_seal_pdf",
    "register_workbook",
    "retire_medium",
    "retry_consignment",
    "sample",
    "side_act",
    "take_out",
    "void_accession",
    "withdraw_plan",
]  # fmt: skip

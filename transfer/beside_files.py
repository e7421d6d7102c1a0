"""The paper beside the files of a batch: what has none of its files, what is lent, what still owes its paper.

An electronic transfer takes what has files (DA/T 93—2022 is about electronic records); a record of paper alone goes
with the transfer of the paper. What is lent is not complete at the unit, and permanent and long-term items owe paper
(Order 6 of 2003, art. 7; domain 3.10), which stays owed after the transfer.
"""

from archive.models import PaperLoan, Record, SuppliedPaper
from archive.states import Carrier
from archive.states import State as RecordState
from archive.twins.owing import unpapered

from .places import NAMED, named, named_of

NAMED_AFTER = 20  # of what was taken over


def _open_items(batch):
    return batch.items.filter(is_open=True).order_by("position")


def has_files(batch, act) -> str:
    """Paper alone is no electronic record: its row leaves the list before the package is made."""
    rows = _open_items(batch).filter(record__carrier_mode=Carrier.PAPER)
    found = named_of(rows)
    return f"{found}仅有纸质件，不能作为电子档案移交，请移出，随纸质移交。" if found else ""


def is_not_lent(batch, act=None) -> list[str]:
    """Each item whose paper is in somebody's hands, and in whose."""
    inside = batch.items.filter(is_open=True)
    loans = list(PaperLoan.objects.filter(record__in=inside.values("record"), returned_on=None).order_by("pk")[:NAMED])
    if not loans:
        return []
    places = dict(inside.filter(record__in=[one.record_id for one in loans]).values_list("record_id", "position"))
    return [
        f"第 {places[one.record_id]} 件的纸质件已借给{one.borrower}（{one.due_on} 应还），归还后再提交。"
        for one in loans
    ]


def mark_lent(items) -> None:
    """`is_lent` on the rows of one page."""
    keys = [one.record_id for one in items]
    lent = set(PaperLoan.objects.filter(record__in=keys, returned_on=None).values_list("record_id", flat=True))
    for one in items:
        one.is_lent = one.is_open and one.record_id in lent


def owed_told(batch) -> str:
    """Told before submission; it does not bar the electronic transfer, and is owed on."""
    owing = unpapered(Record.objects.unguarded("facts of a batch in hand")).values("pk")
    found = list(_open_items(batch).filter(record__in=owing).values_list("position", flat=True))
    if not found:
        return ""
    return (
        f"欠纸质件 {len(found)} 件（{named(found)}）：永久、30年（长期）的电子文件应有纸质件一并归档，"
        "载体为“仅电子”的也在内（单套制经批准的除外）。请先登记纸质件；未登记的移交后仍列入“欠纸质件”，补齐后随纸质移交。"
    )


def taken_over(batch):
    """Keys of the records that the archive has by this batch."""
    return batch.items.filter(record__state=RecordState.ACCESSIONED, is_listed=True).values("record")


def after_transfer(batch) -> dict[str, list]:
    """Of what was taken over: the items whose paper is still owed, and how the paper came that was supplied since."""
    taken = taken_over(batch)
    rows = Record.objects.unguarded("facts of a batch in hand").filter(pk__in=taken)
    supplied = SuppliedPaper.objects.filter(record__in=taken, withdrawn_at=None).select_related("record")
    return {
        "still_owed": list(unpapered(rows).order_by("archival_code")[: NAMED_AFTER + 2]),
        "supplied": list(supplied.order_by("handed_on", "pk")[: NAMED_AFTER + 2]),
    }

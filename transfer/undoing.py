"""What a cancelled job on a batch had made and not finished is taken away; safe to repeat."""

from .actions import report_undelivered
from .delivery import empty_holdings, forget_holdings, package_folder
from .models import Batch
from .states import PartState, State


def drop_package(batch: Batch) -> None:
    """Of a list that is still put together no part stays, whole or torn; the list is as it was."""
    if batch.state != State.DRAFT:
        return
    batch.parts.filter(record_count__gt=0).update(state=PartState.PENDING)
    folder = package_folder(batch)
    for path in folder.iterdir() if folder.exists() else ():
        path.unlink()


def drop_delivery(batch: Batch) -> None:
    """Before the 签收 nothing of the package stays with the archive, which is told; what was signed for stays whole."""
    if batch.state != State.SUBMITTED:
        return
    empty_holdings(batch)
    forget_holdings(batch)
    report_undelivered(batch, reasons=["传送已取消，可以重新开始，或者整批退回。"])

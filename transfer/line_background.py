"""Work of the worker on packages that go to other installations and come from them; killed anywhere and run again."""

from units import jobs
from units.actions import system_user
from units.jobs import ATTEMPTS
from units.pace import paced

from .line import arriving, sending
from .line_workflow import CONSIGNMENT, Said
from .models import Arrival, Consignment
from .room import refused_when_full
from .states import ConsignmentState


@jobs.handler("send_consignment")
def send_consignment(job, consignment: str) -> None:
    """外送: items in proportion to the bytes that are there, with rate and remaining time."""
    rows = Consignment.objects.unguarded("the worker does what a person asked for")
    row = rows.select_related("peer", "batch", "unit").get(uid=consignment)
    sent, waited_for = paced(job, "传送"), paced(job, "已全部传到，对方检测中")  # the page itself says how fast

    def progress(there: int, total: int, _: str) -> None:
        items = row.record_count * there // total if total else row.record_count
        (sent if there < total else waited_for)(items, row.record_count, there, total)

    sending.work(row, lambda: sending.load_of(row), progress, is_last=job.failures + 1 >= ATTEMPTS)


@jobs.undoes("send_consignment")
def stop_sending(job, consignment: str) -> None:
    """What has come over stays with the other side until it expires there."""
    row = Consignment.objects.unguarded("the worker takes away what it has begun").get(uid=consignment)
    if row.state in (ConsignmentState.SENDING, ConsignmentState.FAILED):
        CONSIGNMENT.perform("cancel", row, by=system_user(), given=Said("已由人取消。"))


@jobs.handler("receive_arrival")
@refused_when_full("移交信息包")
def receive_arrival(job, arrival: str) -> None:
    """来包: put together, then received as one from a disk."""
    rows = Arrival.objects.unguarded("the worker takes in what has come")
    arriving.take_in(rows.select_related("peer", "batch").get(uid=arrival), paced(job, "合成并检测"))

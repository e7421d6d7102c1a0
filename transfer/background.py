"""Long work on batches, done by the worker; each handler may be killed anywhere and run again."""

from django.utils import timezone

from archive import leaving
from archive.models import Record
from archive.packages import apart
from archive.packages.contents import PackageError
from archive.packing import SLICE
from archive.states import Verdict
from units import jobs
from units.actions import system_user
from units.pace import paced
from units.workflow import Refused

from . import actions, building, delivery, fixity, receive, reissuing, storing, undoing
from . import conditions as when
from .inputs import PackagedInput
from .models import Batch
from .room import refused_when_full
from .states import State
from .workflow import BATCH


@jobs.handler("package_batch")
@refused_when_full("移交信息包")
def package_batch(job, batch: str) -> None:
    """检测移交信息包: inspection of every item, then the package, then the step."""
    row = Batch.objects.unguarded("the worker does what a person asked for").for_detail().get(uid=batch)
    if row.state != State.DRAFT:
        return
    with apart.writer(row.record_count) as helper:  # which starts while the items are looked at
        verdict = delivery.inspect_items(row, by=job.owner, progress=paced(job, "自检"), job=job)
        if verdict == Verdict.FAIL:
            raise Refused(*_faults(row))
        try:
            digest, payload = building.build(
                row, made_at=timezone.localtime(job.created_at), made_by=job.owner.name, progress=paced(job, "打包"),
                helper=helper,
            )  # fmt: skip
        except PackageError as error:
            raise Refused(str(error)) from error
    BATCH.perform("self_check", row, by=job.owner, given=PackagedInput(digest, payload, job.pk))


def _faults(row: Batch) -> list[str]:
    """Why the list did not pass: its pieces, and what was found on the whole of it."""
    failing = row.items.filter(is_open=True).failing().count()
    found = [f"自检不合格：{failing} 件档案有问题，请在批次页查看后移出或更正。"] if failing else []
    whole = [f"自检不合格：{one.target} {one.message}" for one in when.failures_of(row)[:20]]
    return found + whole or ["自检不合格，请在批次页查看。"]


@jobs.undoes("package_batch")
def unpackage_batch(job, batch: str) -> None:
    undoing.drop_package(Batch.objects.unguarded("the worker takes away what it has made").for_detail().get(uid=batch))


@jobs.handler("verify_batch")
def verify_batch(job, batch: str) -> None:
    """长期保存检测: what the archive holds, read again."""
    row = Batch.objects.unguarded("the worker does what a person asked for").for_detail().get(uid=batch)
    fixity.reverify(row, by=job.owner, progress=paced(job, "逐字节核验"))


@jobs.undoes("verify_batch")
def stop_verifying(job, batch: str) -> None:
    """Nothing half done is left: what was read of the second place stands, the rest is kept at the end."""


@jobs.handler("receive_batch")
@refused_when_full("馆藏移交包")
def receive_batch(job, batch: str) -> None:
    """The archive's side: copy, receipt, every byte read, every item inspected."""
    row = Batch.objects.unguarded("the worker does what a person asked for").for_detail().get(uid=batch)

    def carry(batch: Batch) -> list[dict]:
        try:
            return delivery.copy_to_holdings(batch, paced(job, "传送"))
        except Refused as refusal:
            actions.report_undelivered(batch, reasons=refusal.reasons)
            raise

    receive.take_in(row, carry=carry, read_on=paced(job, "逐字节核验"), inspected=paced(job, "逐件检测"), job=job)


@jobs.undoes("receive_batch", begins_anew=True)
def stop_receiving(job, batch: str) -> None:
    undoing.drop_delivery(Batch.objects.unguarded("the worker takes away what it has made").for_detail().get(uid=batch))


@jobs.handler("reissue_batch")
@refused_when_full("移交信息包")
def reissue_batch(job, batch: str) -> None:
    """The rest of a batch after a return: packaged as -v2, carried over, read and inspected anew."""
    row = Batch.objects.unguarded("the worker does what both sides agreed to").for_detail().get(uid=batch)
    if not reissuing.is_waiting(row):
        return
    made_at = timezone.localtime(job.created_at)
    with apart.writer(row.record_count) as helper:
        digest, payload = building.build(
            row, made_at=made_at, made_by=job.owner.name, progress=paced(job, "打包"), helper=helper
        )
    reissuing.set_package(row, digest, payload)
    parts = delivery.copy_to_holdings(row, paced(job, "传送"))
    package = delivery.read_holdings(row, paced(job, "逐字节核验"))
    inspected = paced(job, "逐件检测")
    verdict = delivery.inspect_items(row, by=system_user(), package=package, progress=inspected, job=job)
    delivery.note_reading(row, package)
    reissuing.received_anew(row, parts, verdict)


@jobs.handler("read_words")
def read_words(job, batch: str) -> None:
    """Search finds what another installation sent by the words in its files, not only by its head."""
    row = Batch.objects.unguarded("the worker reads what has come").get(uid=batch)
    keys = list(row.items.order_by("position").values_list("record_id", flat=True))
    for done in range(0, len(keys), SLICE):
        records = Record.objects.unguarded("the batch's own").filter(pk__in=keys[done : done + SLICE])
        leaving.read_words(records.select_related("document"))
        job.advance(min(done + SLICE, len(keys)), len(keys), "提取文字")


@jobs.handler("store_batch")
@refused_when_full("第二存放地的移交包")
def store_batch(job, batch: str) -> None:
    """入库: the second copy, both read, and the notice to the unit."""
    row = Batch.objects.unguarded("the worker does what the acceptance asked for").for_detail().get(uid=batch)
    storing.store(row, paced(job, "入库"))

"""When a step of a batch may be taken: each check returns a sentence, or several, or nothing."""

from django.db.models import Q

from archive import inspection
from archive.plan import CARRIER, code_of
from archive.states import Stage, Verdict
from units.job_workflow import PENDING
from units.models import Job
from units.texts import too_long

from . import manual_items, sealed_register
from .handover_papers import digest_of, register_content, standing_signatures
from .models import Copy
from .places import named_of
from .read_once import once
from .states import HELD, ItemVerdict, Side, SignedAs, State

LONGEST_REASON = 500  # as an item keeps it
BUSY = "后台正在处理这个批次（或已暂停），请等待办完，或先继续、取消。"


def running(batch):
    """The batch's jobs that are not over; a paused one keeps the batch as it is too."""
    return Job.objects.of(batch).filter(state__in=PENDING)


def is_running(batch) -> bool:
    return once(batch, ("running",), lambda: running(batch).exists())


def reason_is_short(batch, act) -> str:
    """The reason stands at every item that goes home."""
    return too_long(act.note, LONGEST_REASON)


def nothing_runs(batch, act) -> str:
    """A batch whose package is being made or read waits for the worker; its own job may go on."""
    return BUSY if running(batch).exclude(pk=getattr(act.given, "job", None)).exists() else ""


def has_items(batch, act) -> str:
    return "" if batch.items.filter(is_open=True).exists() else "批次中没有档案，请先选入。"


def unaccompanied(batch):
    """Open items of which one of the three things that go with each is not filled in."""
    return batch.items.filter(Q(opening="") | Q(disclosure="") | Q(classification=""), is_open=True)


def is_accompanied(batch, act) -> str:
    """Three things go with each item (实施条例 30); a batch with an empty one does not go (practice 1)."""
    missing = named_of(unaccompanied(batch))
    if not missing:
        return ""
    return f"{missing}没有填写到期开放意见、政府信息公开情况或密级变更情况，请先“填写随附情况”。"


def catalogue_is_reviewed(batch, act) -> str:
    """By a plan the archive looks through the catalogue before files travel (domain 9.3, steps 7 and 8)."""
    if batch.plan_id is None or batch.catalogue_reviewed_at is not None:
        return ""
    return "按接收计划移交的，目录须先经区档案馆预审同意，请先“送审移交目录”。"


def catalogue_can_be_sent(batch) -> str:
    """A list by a plan that is put together and not yet agreed to."""
    if reason := is_put_together(batch):
        return reason
    if batch.plan_id is None:
        return "不是按接收计划编制的移交清单，不必预审目录。"
    if batch.catalogue_sent_at is not None:
        return "目录已经送审。"
    return has_items(batch, None)


def catalogue_waits(batch) -> str:
    if batch.catalogue_sent_at is not None and batch.catalogue_reviewed_at is None and batch.state == State.DRAFT:
        return ""
    return "没有待预审的移交目录。"


def package_is_whole(batch, act) -> str:
    if not batch.manifest_digest or batch.parts.exclude(state="done").exists():
        return "移交包还没有生成，请先检测移交信息包。"
    return ""


def failures_of(batch):
    """Results of the last reading at the archive's side that are about the package itself."""
    return inspection.findings_on(batch.uid, Stage.TRANSFER).filter(verdict=Verdict.FAIL)


def package_is_sound(batch, act) -> list[str]:
    """A damaged package can only be returned (domain 9.4)."""
    return [f"移交包核验不合格，只能整批退回：{one.target} {one.message}" for one in failures_of(batch)[:20]]


def something_is_left(batch, act) -> str:
    if batch.items.filter(is_open=True).exclude(verdict=ItemVerdict.RETURNED).exists():
        return ""
    return "所有档案都拟退回，请选择“整批退回”。"


def sample_is_ticked(batch, act=None) -> str:
    """What only a person decides was looked at by the archive, on a sample (domain 8.2)."""
    left = manual_items.left_told(batch, Side.ARCHIVE)
    return f"{left}请先“抽查并登记”。" if left else ""


def sample_passes(batch, act=None) -> list[str]:
    """The newest look at each item found nothing; a faulty record goes back, then the sample is looked at anew."""
    return [
        f"人工检测不合格：{code_of(Stage.TRANSFER, one.serial)} {one.note}"
        f"。请{'更换载体' if one.serial == CARRIER else '退回有问题的档案'}后重新登记，或整批退回。"
        for one in manual_items.failed(batch, Side.ARCHIVE)
    ]  # fmt: skip


def sampling_is_open(batch, side: str) -> str:
    """The unit looks before it submits; the archive from 签收 until the register is being signed."""
    if side == Side.UNIT:
        return "" if batch.submitted_at is None else "移交批次已提交，移交单位的人工检测不再登记。"
    if batch.state not in (State.RECEIVED, State.INSPECTING, State.PROPOSED, State.HANDING_OVER):
        return "只有已签收、尚未接收的批次可以登记人工检测。"
    if standing_signatures(batch):
        return "登记表已开始签署，人工检测不再登记；要重新登记，请先收回登记表。"
    return ""


def register_is_signed(batch, act) -> list[str]:
    """Custody changes with the register that both sides signed, and with no other words than those (domain 9.8)."""
    signed = standing_signatures(batch)
    left = [
        f"{side.label}{role.label}" for side in Side for role in SignedAs if (side, role) not in signed
    ]  # fmt: skip
    if left:
        return [f"登记表尚未签齐，还缺：{'、'.join(left)}。"]
    if {one.digest for one in signed.values()} != {digest_of(register_content(batch))}:
        return ["登记表签署后内容有变化，请重新办理交接手续。"]
    return []


def register_is_sealed(batch, act=None) -> str:
    """Both seals stand on the register, and 验章 finds nothing wrong (DA/T 93, 7; practice 1)."""
    seals = sealed_register.standing_seals(batch)
    left = [f"{side.label}印章" for side in Side if side not in seals or seals[side].at is None]
    if left:
        return f"登记表尚未用印，还缺：{'、'.join(left)}。"
    found = sealed_register.checked(seals)
    if found.is_valid and len(found.seals) == len(Side):
        return ""
    return f"登记表未通过验章（{found.told}），不能接收。"


def sealing_is_open(batch) -> str:
    """Four names stand under the register, and the worker is not at the batch."""
    if batch.state != State.HANDING_OVER:
        return "只有办理交接手续中的批次可以在登记表上用印。"
    return BUSY if is_running(batch) else "".join(register_is_signed(batch, None))


def signing_is_open(batch, *, side: str, role: str) -> str:
    """The register can be signed by this side in this role now."""
    if batch.state != State.HANDING_OVER:
        return "只有办理交接手续中的批次可以签署登记表。"
    if is_running(batch):
        return BUSY
    if reason := sample_is_ticked(batch) or "".join(sample_passes(batch)):
        return reason
    signed = standing_signatures(batch)
    if (side, role) in signed:
        return "登记表的这一栏已经签署。"
    if role == SignedAs.CHECKED and (side, SignedAs.FILLED) not in signed:
        return "请先由填表人签署。"
    return ""


def failing_items_are_returned(batch, act) -> str:
    """Items that failed the inspection are not taken in (domain 9.4)."""
    rows = batch.items.filter(is_open=True).exclude(verdict=ItemVerdict.RETURNED).failing()
    failing = named_of(rows)
    return f"{failing}检测不合格，请先标为退回。" if failing else ""


def is_damaged(batch) -> str:
    """A part that the archive holds is damaged and not given up, or not yet in the second place too."""
    return "" if Copy.objects.to_give_up(batch).exists() else "馆藏移交包没有损坏。"


def is_put_together(batch) -> str:
    """Records go in and out while the batch is a draft and the worker leaves it alone."""
    if batch.state != State.DRAFT:
        return "只有编制中的移交批次可以选入、移出档案。"
    return BUSY if is_running(batch) else ""


def is_inspected(batch) -> str:
    """The archive marks items until the batch is decided."""
    return "" if batch.state == State.INSPECTING else "只有检测完成、待审核的批次可以逐件审核。"


def has_marked(batch) -> str:
    """An item is marked for return, and the batch is not decided."""
    if reason := is_inspected(batch):
        return reason
    marked = batch.items.filter(is_open=True, verdict=ItemVerdict.RETURNED).exists()
    return "" if marked else "没有标为退回的档案。"


def failing_items(batch):
    """Items that failed the inspection and on which nothing was said yet."""
    return batch.items.filter(is_open=True, verdict=ItemVerdict.PENDING).failing()


def has_failing_items(batch) -> str:
    """An item that failed the inspection is not marked yet, and the batch is not decided."""
    if reason := is_inspected(batch):
        return reason
    return "" if failing_items(batch).exists() else "没有检测不合格的档案需要退回。"


def can_be_read_again(batch) -> str:
    """The archive holds the package, and the worker is not at it."""
    if batch.state not in HELD or not Copy.objects.of_holdings(batch).exists():
        return "该批次没有馆藏移交包。"
    return BUSY if is_running(batch) else ""

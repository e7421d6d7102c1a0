"""Papers of a hand-over fit to be filed (DA/T 93—2022, 6 and 7): 移交清单, 登记表 C.1, and the notices of both sides.

What the 登记表 says is taken from the batch and from its inspections; nobody types a verdict.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, Max, Min, Q, When
from django.utils import timezone

import paper
from archive import inspection
from archive.models import Component, InspectionRun
from archive.packages.catalogue import capacity, ending, environment
from archive.states import Stage, Verdict
from paper.handover_form import FormSide, HandoverForm, render_handover_form
from units.workflow import Refused

from . import manual_items, unready
from .as_packed import with_packed
from .delivery import GROUPS
from .models import Batch, BatchItem
from .read_once import once
from .states import Side, SignedAs

PACKED_CODE = Case(When(~Q(archival_code=""), then="archival_code"), default="record__archival_code")
OPEN = (Verdict.NOT_RUN, Verdict.MANUAL_PENDING)  # what nobody and nothing has checked
MOST = 20_000  # lines of one 移交清单: the largest batch
LIST_COLUMNS = (
    ("序号", 12),
    ("档号", 52),
    ("题名", 110),
    ("文件数量", 16),
    ("密级", 16),
    ("保管期限", 18),
    ("备注", 28),
)  # fmt: skip  DA/T 93—2022, table A.1
STEPS = ("字节", "KB", "MB", "GB", "TB")


def readable(size: int) -> str:
    """Bytes in the unit in which they can be read, and exactly: 61.2 MB（64,173,056 字节）."""
    number, step = float(size), 0
    while number >= 1024 and step < len(STEPS) - 1:
        number, step = number / 1024, step + 1
    exact = f"{size:,} 字节"
    return exact if step == 0 else f"{number:.1f} {STEPS[step]}（{exact}）"


def taken(batch: Batch):
    """The items that the papers are about: the list, without what is to go back."""
    return batch.items.travelling().with_period()


def run_of(batch: Batch, side: str) -> InspectionRun | None:
    """The unit's is its last self-check before it submitted, the archive's the last one since."""
    return once(batch, ("run", str(side)), lambda: _run_of(batch, side))


def _run_of(batch: Batch, side: str) -> InspectionRun | None:
    rows = inspection.runs_over(batch.uid, Stage.TRANSFER)
    if batch.submitted_at is None:
        return rows.first() if side == Side.UNIT else None
    since = {"started_at__gte": batch.submitted_at}
    return (rows.exclude(**since) if side == Side.UNIT else rows.filter(**since)).first()


def verdicts_of(batch: Batch, side: str) -> list[str]:
    """Real verdicts on the four properties, with the run that found them; 未检测 where nothing was checked."""
    run, kept = run_of(batch, side), manual_items.verdicts(batch, side)
    told = [inspection.of_group(run, group, kept) for group in GROUPS]
    if run is None:
        return told
    return [f"{one}，检测号 {run.pk}" if one != "未检测" else one for one in told]


def unchecked_of(batch: Batch, side: str) -> list[str]:
    """Of each property the items that nobody and nothing has checked, by code and name; 未检测 where nothing of it was,
    "" where all of it was."""
    lines = _lines(batch, side)
    return [_unchecked([one for one in lines if one.item.group == group]) for group in GROUPS]


def unchecked_count(batch: Batch, side: str) -> int:
    """How many items of all four properties the 登记表 will call 未检 at this side."""
    return sum(one.verdict in OPEN for one in _lines(batch, side))


def _lines(batch: Batch, side: str) -> list[inspection.Line]:
    """The report of the side's run, with what its persons looked at; empty where nothing ran."""
    run = run_of(batch, side)
    return inspection.report(run, manual_items.verdicts(batch, side)) if run is not None else []


def _unchecked(lines: list[inspection.Line]) -> str:
    left = [one for one in lines if one.verdict in OPEN]
    if left:
        return "、".join(f"{one.code} {one.item.name}" for one in left)
    return "" if any(one.checked for one in lines) else "未检测"


def register_content(batch: Batch) -> dict[str, Any]:
    """What both sides sign: no name and no day of signing is in it, so that all four sign the same."""
    codes = taken(batch).aggregate(first=Min(PACKED_CODE), last=Max(PACKED_CODE))
    return {
        "batch_no": batch.issued_no, "handover_name": batch.name,
        "content_description": batch.description or f"{batch.fonds.code}全宗文书类电子档案，原格式文件和元数据",
        "record_count": taken(batch).count(), "volume_count": 0, "bytes": batch.payload_bytes,
        "code_first": codes["first"] or "", "code_last": codes["last"] or "",
        "medium": batch.get_medium_display(), "manifest_digest": batch.manifest_digest,
        "unit": batch.unit.name, "archive": batch.archive.name,
        "checks": {side: verdicts_of(batch, side) for side in Side.values},
        "unready": unready_of(batch), "unopened": unopened(batch),
    }  # fmt: skip


def unopened(batch: Batch) -> list[str]:
    """Of both sides' samples what was passed unopened. The first name under the register closes the sampling
    (conditions.sampling_is_open), so that all four sign the same words."""
    return [told for side in Side if (told := manual_items.unopened_told(batch, side))]


def states(batch: Batch) -> list[str]:
    """What the register states beside its checks, word for word: whoever signs or seals it reads it on the screen."""
    return [*unready_of(batch), *unopened(batch)]


def unready_of(batch: Batch) -> list[str]:
    return once(batch, ("unready",), lambda: unready.standing(batch))


def digest_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def standing_signatures(batch: Batch) -> dict[tuple[str, str], Any]:
    """(side, role) → Signature, those that were not taken back."""
    rows = batch.signatures.filter(void_at=None).select_related("person")
    return once(batch, ("signatures",), lambda: {(one.side, one.role): one for one in rows})


def signed_content(batch: Batch) -> list[dict[str, str]]:
    """The four names as the kept register has them."""
    return [
        {
            "side": one.side, "role": one.role,
            "side_shown": f"{one.get_side_display()}{one.get_role_display()}", "name": one.person.name,
            "post": one.post, "day": timezone.localdate(one.signed_at).isoformat(), "digest": one.digest,
        }
        for one in standing_signatures(batch).values()
    ]  # fmt: skip


def register_pdf(content: dict[str, Any], signed: list[dict[str, str]], *, moment: datetime) -> bytes:
    """C.1 as PDF/A: of a batch under way, or of the receipt that was kept."""
    names = {(one["side"], one["role"]): (one["name"], _chinese(one["day"])) for one in signed}
    is_whole = len(names) == len(Side) * len(SignedAs)
    form = HandoverForm(
        number=content["batch_no"],
        state="双方已签署" if is_whole else f"尚未签署完毕（{len(names)}/4），未生效",
        seal="电子印章，用印时间载于签章" if is_whole else "年　　月　　日",
        rows=(
            ("移交接收事项", content["handover_name"]),
            ("内容描述", content["content_description"]),
            ("起止档号", _between(content["code_first"], content["code_last"])),
        ),
        pairs=(
            (
                "移交电子档案数量", f"{content['record_count']} 件，{content['volume_count']} 卷",
                "移交数据量", readable(content["bytes"]),
            ),
            ("移交载体类型、规格、数量", content["medium"], "移交批次", content["batch_no"]),
        ),
        sides=(_side(content, names, Side.UNIT), _side(content, names, Side.ARCHIVE)),
        note="\n".join(
            (
                *content.get("unready", ()), *content.get("unopened", ()),
                f"移交信息包数字摘要（SHA-256）：{content['manifest_digest'] or '信息包尚未形成'}",
            )
        ),
    )  # fmt: skip
    return render_handover_form(form, moment=moment).pdf


def _side(content: dict, names: dict, side: str) -> FormSide:
    empty = ("", "")
    return FormSide(
        Side(side).label, content[side], tuple(content["checks"][side]),
        names.get((side, SignedAs.FILLED), empty), names.get((side, SignedAs.CHECKED), empty),
    )  # fmt: skip


def _chinese(day: str) -> str:
    year, month, date = day.split("-")
    return f"{year}年{int(month)}月{int(date)}日"


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first} 至 {last}"


def numbered(batch: Batch, most: int | None = None) -> Iterator[tuple[int, BatchItem, Any]]:
    """The lines of 移交清单 and 目录文件: 序号 from 1 without a gap (domain 9), whatever was moved out or went back."""
    for line, (item, record) in enumerate(with_packed(taken(batch).order_by("position")[:most]), start=1):
        yield line, item, record


def remark_on(line: int, item: BatchItem, remark: str) -> str:
    """备注, by which a line is found on the batch page where that has another number for it."""
    place = f"批次页第 {item.position} 件" if item.position != line else ""
    return "；".join(filter(None, (place, remark)))


def list_lines(batch: Batch) -> list[tuple[str, ...]]:
    """移交清单, table A.1; words as they were packed, live ones before."""
    found = [
        (
            str(line), item.shown_code, item.shown_title,
            str(len(item.digests) if item.record_version else record.component_count),
            record.get_security_class_display(), item.shown_retention,
            remark_on(line, item, f"第{item.attempt}次移交" if item.attempt > 1 else record.remark),
        )
        for line, item, record in numbered(batch, MOST + 1)
    ]  # fmt: skip
    if len(found) > MOST:
        raise Refused(f"移交清单最多 {MOST:,} 行，请分批移交。")
    return found


def list_pdf(batch: Batch, *, moment: datetime) -> bytes:
    """A layout file of the unit; raises FontsMissing."""
    day = timezone.localdate(batch.submitted_at) if batch.submitted_at else None
    ledger = paper.Ledger(
        heading="电子档案移交清单",
        range=f"移交单位：{batch.unit.name}　移交时间：{_chinese(day.isoformat()) if day else '尚未提交'}",
        made=f"编号：{batch.issued_no}",
        columns=LIST_COLUMNS,
        lines=tuple(paper.LedgerLine(line) for line in list_lines(batch)),
        empty="清单中没有档案",
    )
    return paper.render_ledger(ledger, moment=moment).pdf


def readme_lines(batch: Batch) -> list[tuple[str, str]]:
    """说明文件: the eleven lines of DA/T 93—2022 (annex B), of the whole batch."""
    from_to = register_content(batch)
    files = Component.objects.filter(record__in=taken(batch).values("record"), superseded_at=None).order_by()
    formats = Counter(ending(name) for name in files.values_list("filename", flat=True).iterator())
    return [
        ("载体容量", capacity(from_to["medium"])), ("载体类型", from_to["medium"]), ("载体编号", batch.issued_no),
        ("载体制作单位", batch.unit.name), ("载体检查单位", batch.archive.name), ("移交单位", batch.unit.name),
        ("内容描述", from_to["content_description"]),
        ("起止档号", _between(from_to["code_first"], from_to["code_last"])),
        ("档案数量", f"{from_to['record_count']}件"), ("软硬件环境", environment(formats)),
        ("其他", "信息包按BagIt 1.0（RFC 8493）封装，可用bagit.py --validate独立校验"),
    ]  # fmt: skip

"""What the month's 《电子文件归档登记表》 says of its checks: one function of verdicts for every row (GB/T 18894—2016, A.1).

合格 is said only where every file that the row is about was examined, and nothing is left for persons to look at.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, Sum

from files.examination.formats import KINDS

from .models import Component
from .plan import ITEMS, LASTING, VERSION, By, Item, items_of
from .sample_verdicts import Standing
from .states import Carrier, Stage

Tally = Mapping[str, list[int]]  # item → [checked, failed, warned] (archive/models/inspection.py)
LABELS = {kind.mime: kind.label for kind in KINDS.values()}


@dataclass(frozen=True)
class Row:
    """A 栏目, the items that it sums up, and whether only what was handled here has something to check."""

    label: str
    serials: tuple[str, ...]
    is_of_documents: bool = False

    @property
    def by_persons(self) -> list[Item]:
        return [one for one in items_of(Stage.FILING) if one.serial in self.serials and one.by == By.PERSON]


def _group(number: str) -> tuple[str, ...]:
    return tuple(one for one in ITEMS if one.startswith(number))


ROWS = (
    Row("病毒检验", ("4-2",)),
    Row("真实性检验", _group("1-")),
    Row("可靠性检验", ("2-5",), is_of_documents=True),
    Row("完整性检验", _group("2-")),
    Row("可用性检验", _group("3-")),
)


@dataclass(frozen=True)
class Examined:
    """The month's electronic files: how many, how many of them came without a document, the last run over each, and
    how many an import examined together with its rows, by what items. Beside them, how many are on paper alone.

    `failing`: 栏目 → the records that its items found bad, by the same runs.
    """

    items: int
    offline: int
    runs: Collection[Tally]
    imported: int = 0
    by_import: Collection[str] = ()
    on_paper: int = 0
    late: int = 0
    tools: Collection[str] = ()
    failing: Mapping[str, list[UUID]] = field(default_factory=dict)


def examined(rows, runs, unit) -> Examined:
    """`rows`: the unit's records of the month; `runs`: those of 归档 that ended in it."""
    electronic = ~Q(carrier_mode=Carrier.PAPER)
    counted = rows.aggregate(
        all=Count("pk", filter=electronic), paper=Count("pk", filter=~electronic),
        offline=Count("pk", filter=electronic & Q(document=None)),
        late=Count("pk", filter=electronic & ~Q(late_reason="")),
    )  # fmt: skip
    own = runs.filter(subject_uid__in=rows.filter(electronic).values("uid")).order_by("pk")
    own = list(own.values_list("subject_uid", "tally", "tool_version"))
    slices = list(runs.filter(subject_uid=unit.uid).values_list("records", "tally", "tool_version"))
    last = {uid: tally for uid, tally, _ in own}
    came = list(rows.exclude(source_identity="").values_list("uid", "carrier_mode")) if slices else []
    on_paper = sum(mode == Carrier.PAPER for _, mode in came)
    alone = sum(mode != Carrier.PAPER and uid not in last for uid, mode in came)
    covered = max(0, sum(count for count, _, _ in slices) - on_paper)
    return Examined(
        counted["all"], counted["offline"], list(last.values()), imported=min(alone, covered),
        by_import={serial for _, tally, _ in slices for serial in tally}, on_paper=counted["paper"],
        late=counted["late"], tools=sorted({tool for _, _, tool in (*own, *slices)}),
        failing={row.label: [uid for uid, tally in last.items() if _fails(row, tally)] for row in ROWS},
    )  # fmt: skip


def _fails(row: Row, tally: Tally) -> bool:
    return any(tally.get(serial, (0, 0, 0))[1] for serial in row.serials)


def said(row: Row, found: Examined, standing: Mapping[str, Standing]) -> str:
    """The row's verdict in words. `standing` are the ticks on the month's sample."""
    without = found.offline if row.is_of_documents else 0
    due = found.items - without
    if not found.items:
        return "无归档"
    if not due:
        return "不适用（没有在本系统办理的文件）"
    own = [one for one in found.runs if any(serial in one for serial in row.serials)]
    checked = len(own) + (found.imported if not row.is_of_documents and set(row.serials) & set(found.by_import) else 0)
    failed = sum(_fails(row, one) for one in own)
    ticked = [(one, standing[one.serial]) for one in row.by_persons if one.serial in standing]
    pending = [one.name for one in row.by_persons if one.serial not in standing]
    faulty = [f"{one.name}（{'、'.join(known.codes)}）" for one, known in ticked if known.open]
    mended = [one.name for one, known in ticked if known.settled and not known.open]
    looked = max((len(known.newest.sample) for _, known in ticked), default=0)  # a sample is no check of all
    told = [
        f"软件检测 {checked} 件" if checked else "",
        f"未检 {due - checked} 件" if checked < due and (checked or ticked) else "",
        f"不适用 {without} 件" if without else "",
        f"人工抽查 {looked} 件" if looked else "",
        f"人工抽查不合格：{'、'.join(faulty)}" if faulty else "",
        f"人工抽查未登记：{'、'.join(pending)}" if pending and (checked or ticked) else "",
        f"人工抽查此前不合格、已改正：{'、'.join(mended)}" if mended else "",
    ]
    head = _head(failed, bool(faulty), any_seen=bool(checked or ticked), all_seen=checked >= due and not pending)
    details = "，".join(filter(None, told))
    return f"{head}（{details}）" if details else head


def _head(failed: int, is_faulty: bool, *, any_seen: bool, all_seen: bool) -> str:
    if failed or is_faulty:
        return f"不合格 {failed} 件" if failed else "不合格"
    if not any_seen:
        return "未检"
    return "合格" if all_seen else "部分未检"


def carriers(found: Examined) -> str:
    """载体外观检验: what came online had no medium; of the others the system has seen none."""
    if not found.items:
        return "无归档"
    if not found.offline:
        return "不适用（在线归档，无载体）"
    online = found.items - found.offline
    return f"未检（离线归档 {found.offline} 件，系统没有载体验看的记载{f'；在线归档 {online} 件，无载体' if online else ''}）"


@dataclass(frozen=True)
class Files:
    """The month's electronic files by format: (mime, how many, bytes, of them without a word of what made them)."""

    kinds: list[tuple[str, int, int, int]]

    @property
    def count(self) -> int:
        return sum(one[1] for one in self.kinds)

    @property
    def bytes(self) -> int:
        return sum(one[2] for one in self.kinds)


def files_of(rows) -> Files:
    found = Component.objects.filter(record__in=rows).exclude(record__carrier_mode=Carrier.PAPER).order_by()
    kinds = found.values_list("stored_file__mime").annotate(
        n=Count("pk"), size=Sum("stored_file__bytes"), unsaid=Count("pk", filter=Q(made_with={}))
    )  # fmt: skip
    return Files(list(kinds.order_by("-n", "stored_file__mime")))


def techniques(files: Files, tools: Collection[str]) -> str:
    """技术方法与相关软件: formats, what opens them, and by what they were inspected (`tools`: versions)."""
    if not files.kinds:
        return "没有电子文件"
    formats = "、".join(f"{LABELS.get(mime, mime) or '未识别格式'} {count} 个" for mime, count, _, _ in files.kinds)
    special = [one for one in files.kinds if one[0] not in LASTING]
    opened = "通用软件均可打开"
    if special:
        unsaid = sum(one[3] for one in special)
        opened = f"须用特定软件打开的 {sum(one[1] for one in special)} 个"
        opened += f"，其中 {unsaid} 个没有记载形成软件" if unsaid else "，形成软件均有记载"
    inspected = f"四性检测按 {VERSION}，检测程序版本 {'、'.join(tools)}" if tools else "四性检测未检"
    return f"文件格式：{formats}；{opened}；{inspected}"

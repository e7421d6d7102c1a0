"""The tables about the holding: one row each here, shown alike on the page, on paper and in the workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils import timezone

from archive.packages.catalogue import gigabytes

from ..disks import second_beside_holdings
from ..handover_papers import readable
from ..models import ConversionMigration, MediumCheck, StorageMedium
from ..states import FilePlace, MediumState
from . import backups, calendar, capacity, facts, formats, media

KINDS = {"WS": "文书"}
MOST = 5_000  # lines of a register
AMOUNTS = frozenset({"bytes", "gigabytes"})  # columns of GB, with the decimals that are shown


@dataclass(frozen=True)
class Linked:
    """A cell that opens its rows."""

    value: object
    url: str

    def __str__(self) -> str:
        return text_of(self.value)


@dataclass(frozen=True)
class Table:
    """`lines` gives one dict a line by the names of `columns` (name, label, width in mm on paper); `note` says how
    it is counted."""

    key: str
    label: str
    columns: Sequence[tuple[str, str, int]]
    lines: Callable[[Sequence[int]], list[dict]]
    note: str = ""
    told: Callable[[Sequence[int]], list[tuple[str, str]]] = lambda archives: []


def text_of(value: object) -> str:
    if isinstance(value, Linked):
        return text_of(value.value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int) else str(value)


def rows_url(figure: str, **narrowed) -> str:
    given = {"figure": figure} | {key: value for key, value in narrowed.items() if value}
    return f"{reverse('transfer:holding_rows')}?{urlencode(given)}"


# ---------------------------------------------------------------- overview

OVERVIEW_NOTE = (
    "两处合格：所在信息包在馆藏和第二存放地都核验合格（在线两套）。上面“文件库”各行数的是逐个核验的文件，"
    "下表数的是件：信息包核验过的，其文件在文件库中可以尚未逐个核验；“文件和包都未核验”的才是两样都没有核验过。"
    "“本馆归档、补录”含由档案馆保管、没有经移交批次的档案，其自身归档的在“全宗与机构撤并”中列在“在单位”。"
    "点数字看逐件。"
)


def _overview(archives: Sequence[int]) -> list[dict]:
    found = facts.overview(archives)
    lines = [_held(one) for one in found]
    if len(found) > 1:
        lines.append(_sum(found))
    return lines


def _counts(counts: dict[str, int], **narrowed) -> dict:
    return {key: Linked(count, rows_url(key, **narrowed)) if count else 0 for key, count in counts.items()}


def _held(one: facts.Held) -> dict:
    way = "batch" if one.by_batch else "other"
    return {
        "unit": one.unit.short_name, "kind": KINDS.get(one.category, one.category),
        "way": "移交进馆" if one.by_batch else "本馆归档、补录", "files": one.files, "bytes": gigabytes(one.bytes, 6),
        **_counts(one.counts, unit=one.unit.code, category=one.category, way=way),
        "verified_first": one.verified_first, "verified_last": one.verified_last,
    }  # fmt: skip


def _sum(found: list[facts.Held]) -> dict:
    counts = {key: sum(one.counts[key] for one in found) for key in facts.FIGURES}
    moments = [one.verified_first for one in found if one.verified_first]
    lasts = [one.verified_last for one in found if one.verified_last]
    return {
        "unit": "合计", "kind": "", "way": "", "files": sum(one.files for one in found),
        "bytes": gigabytes(sum(one.bytes for one in found), 6), **_counts(counts),
        "verified_first": min(moments, default=None), "verified_last": max(lasts, default=None),
    }  # fmt: skip


def _overview_told(archives: Sequence[int]) -> list[tuple[str, str]]:
    """两处合格 is no word about the sets: both stand on one page."""
    return [*_fixity(archives), *backups.sets_told(archives)]


def _fixity(archives: Sequence[int]) -> list[tuple[str, str]]:
    """The plan of fixity by calendar, and what is behind."""
    plan = calendar.plan(archives)
    behind = f"{plan.behind:,} 个已满两年未核验，由系统每日补核" if plan.behind else "没有满两年未核验的文件"
    lacking = f"，本季度还须 {plan.needed:,} 个" if plan.needed else "，已够"
    return [
        ("文件库核验计划", f"每季度不少于 {calendar.SHARE}%，每个文件两年内一次；信息包每 30 天一次"),
        ("文件库本季度已核验", f"{plan.read:,} / {plan.files:,} 个文件（{plan.share}%）{lacking}"),
        ("文件库核验落后", behind),
        ("文件库从未核验", f"{plan.never:,} 个文件"),
    ]


# ----------------------------------------------------------------- formats


def _formats(archives: Sequence[int]) -> list[dict]:
    return [
        {
            "risk": one.told.risk, "name": one.told.name or one.mime or "未识别", "id": one.shown_id,
            "files": Linked(one.files, f"{reverse('transfer:holding_files')}?"
                            + urlencode({"format": one.format_id, "mime": one.mime})),
            "records": one.records, "size": readable(one.bytes), "ground": one.told.ground, "right": one.told.right,
        }
        for one in formats.formats(archives)
    ]  # fmt: skip


# ---------------------------------------------------------------- back-ups


def _linking(name: str, lines: Callable[[Sequence[int]], list[dict]]) -> Callable[[Sequence[int]], list[dict]]:
    """The lines with their cell `name` leading to what the line is about."""

    def linked(archives: Sequence[int]) -> list[dict]:
        return [line | {name: Linked(line[name], line["url"])} for line in lines(archives)]

    return linked


def _media(archives: Sequence[int]) -> list[dict]:
    rows = StorageMedium.objects.unguarded("of the archive whose register it is").filter(archive__in=archives)
    rows = rows.annotate(parts=Count("contents"), bytes=Sum("contents__bytes", default=0))
    sound = MediumCheck.objects.filter(medium__archive__in=archives, wrong=0).order_by().values_list("medium")
    checked = dict(sound.annotate(Max("checked_on")))
    today, lines = timezone.localdate(), []
    for one in rows.order_by("state", "number"):
        last = checked.get(one.pk)
        due = media.due_on(one, last)
        is_kept = one.state == MediumState.KEPT
        lines.append({
            "number": Linked(one.number, one.get_absolute_url()), "kind": one.get_kind_display(),
            "role": one.get_role_display(), "parts": one.parts, "gigabytes": gigabytes(one.bytes),
            "written_on": one.written_on, "place": one.place, "checked_on": last, "due_on": due if is_kept else None,
            "state": "已到期，待检测" if is_kept and due <= today else one.get_state_display(),
        })  # fmt: skip
    return lines


def _destroyed(archives: Sequence[int]) -> list[dict]:
    rows = StorageMedium.objects.unguarded("of the archive whose register it is")
    rows = rows.filter(archive__in=archives, state=MediumState.RETIRED).select_related("retired_by")
    rows = rows.annotate(parts=Count("contents"))
    return [
        {
            "seq": number, "at": one.retired_at, "by": one.retired_by.name, "number": Linked(
                one.number, one.get_absolute_url()),
            "told": f"{one.get_kind_display()}，移交信息包 {one.parts} 个", "online": "未销毁，在线副本照存",
            "offline": one.state_reason, "offsite": one.state_reason if one.role == "offsite" else "不涉及",
        }
        for number, one in enumerate(rows.order_by("-retired_at"), start=1)
    ]  # fmt: skip


def _conversions(archives: Sequence[int]) -> list[dict]:
    rows = ConversionMigration.objects.unguarded("of the archive whose register it is").filter(archive__in=archives)
    return [
        {
            "number": Linked(one.number, one.get_absolute_url()), "kind": one.get_kind_display(), "source": one.source,
            "target": one.target, "before": one.before_count, "after": one.after_count,
            "started": one.started_at, "finished": one.finished_at,
            "operator": one.operator.name if one.operator else "",
            "approved": one.approved_by.name if one.approved_by else "",
            "reviewed": one.reviewed_by.name if one.reviewed_by else "", "state": one.get_state_display(),
        }
        for one in rows.select_related("operator", "approved_by", "reviewed_by").order_by("-pk")[:MOST]
    ]  # fmt: skip


def _space(archives: Sequence[int]) -> list[dict]:
    beside = second_beside_holdings()
    return [
        {
            "place": FilePlace(one.place).label, "total": f"{gigabytes(one.total)} GB", 
            "free": f"{gigabytes(one.free)} GB",
            "share": f"{one.share}%", "days": "没有减少" if one.days is None else f"约 {one.days:,} 天",
            "measured_at": one.measured_at,
            "told": "；".join(filter(None, (one.told or "够用", beside if one.place == FilePlace.SECOND else ""))),
        }
        for one in capacity.spaces()
    ]  # fmt: skip


TABLES = {
    table.key: table
    for table in (
        Table(
            "overview", "馆藏概况",
            (
                ("unit", "立档单位", 34), ("kind", "门类", 14), ("way", "来源", 26), ("all", "件数", 18),
                ("files", "电子文件", 18), ("bytes", "数据量GB", 22), ("two", "两处合格", 18), ("fewer", "不足两处", 18),
                ("paper", "无电子文件", 18), ("damaged", "损坏未修复", 18), ("healed", "曾修复", 16), ("never", "文件和包都未核验", 20),
                ("verified_first", "最早核验", 18), ("verified_last", "最近核验", 18),
            ),
            _overview, OVERVIEW_NOTE, _overview_told,
        ),
        Table(
            "formats", "格式风险",
            (
                ("risk", "风险", 14), ("name", "格式", 40), ("id", "PRONOM", 24), ("files", "文件数", 18), 
                ("records", "件数", 18),
                ("size", "数据量", 40), ("ground", "依据", 62), ("right", "应当", 56),
            ),
            _formats, "按 PRONOM 标识；未识别到版本的按文件种类。不在风险表中的为未评估。"
            "风险只说格式能否长久读出；接收计划可以另有格式要求，风险低的也可能不合计划。",
        ),
        Table(
            "sets", "备份套数",
            (
                ("batch_no", "批次号", 32), ("unit", "移交单位", 30), ("parts", "信息包", 14), ("holdings", "馆藏", 22),
                ("holdings_at", "核验", 20), ("second", "第二存放地", 22), ("second_at", "核验", 20), ("sealed", "封存载体", 18),
                ("offsite", "异地载体", 18), ("access", "利用载体", 18), ("told", "情况", 56),
            ),
            _linking("batch_no", backups.set_lines), "封存、异地、利用三套（2003年办法第十二条）：完整并且核验合格的才算一套。",
            backups.sets_told,
        ),
        Table(
            "backups", "备份登记",
            (
                ("seq", "序号", 12), ("at", "备份时间", 22), ("way", "备份方式", 26), ("content", "备份内容说明", 76),
                ("fonds", "全宗号", 18), ("medium", "载体", 44), ("amount", "数量/容量", 26), ("place", "具体存放位置", 30),
                ("remark", "备注", 18),
            ),
            _linking("content", backups.register_lines), "DA/T 99—2024 A.1，由系统按实际副本和登记的载体生成。",
        ),
        Table(
            "checks", "备份检测登记",
            (
                ("seq", "序号", 12), ("at", "备份时间", 22), ("way", "备份方式", 26), ("number", "备份载体编号", 44),
                ("kind", "载体类型", 24), ("medium_result", "载体检测结果", 30), ("data_result", "数据检测结果", 46),
                ("checked_at", "检测时间", 22), ("checked_by", "检测人", 26), ("remark", "备注", 20),
            ),
            _linking("number", backups.check_lines), "DA/T 99—2024 A.2：在线副本由系统核验，载体由人或程序检测。",
        ),
        Table(
            "media", "离线载体",
            (
                ("number", "载体编号", 44), ("kind", "类型", 22), ("role", "用途", 22), ("parts", "信息包", 16),
                ("gigabytes", "数据量GB", 22), ("written_on", "写入日期", 22), ("place", "存放位置", 44),
                ("checked_on", "最近检测合格", 24), ("due_on", "应检测日期", 22), ("state", "状态", 34),
            ),
            _media, "磁性载体每两年、光盘每四年抽检不少于10%；有不合格的，全部检测。",
        ),
        Table(
            "destroyed", "备份销毁登记",
            (
                ("seq", "序号", 12), ("at", "销毁操作时间", 26), ("by", "销毁操作人", 26), ("number", "载体编号", 44),
                ("told", "被销毁档案数字资源情况", 52), ("online", "在线备份内容", 36), ("offline", "离线备份载体", 38),
                ("offsite", "异地备份载体", 38),
            ),
            _destroyed, "DA/T 99—2024 A.3：载体注销须别处有核验合格的副本。",
        ),
        Table(
            "conversions", "转换与迁移登记",
            (
                ("number", "登记号", 22), ("kind", "管理类型", 22), ("source", "源格式或系统", 44),
                ("target", "目标格式或系统", 40), ("before", "操作前", 18), ("after", "操作后", 18),
                ("started", "开始", 20), ("finished", "结束", 20), ("operator", "操作者", 18), ("approved", "批准人", 18),
                ("reviewed", "审核人", 18), ("state", "进度", 18),
            ),
            _conversions, "GB/T 18894—2016 A.3：格式转换由系统实施并计数，迁移的数字为手工登记。",
        ),
        Table(
            "space", "存储空间",
            (
                ("place", "位置", 34), ("total", "总容量", 34), ("free", "可用", 34), ("share", "可用比例", 24),
                ("days", "按近期增长够用", 34), ("measured_at", "测量时间", 28), ("told", "情况", 84),
            ),
            _space, f"可用低于 {capacity.LEAST_SHARE}% 或者不够用 {capacity.LEAST_DAYS} 天时，发待办给接收岗位。",
        ),
    )
}  # fmt: skip

"""备份登记 and 备份检测登记 of DA/T 99—2024 (A.1, A.2), filled from what the platform and the keepers of media really did.

Online: every part of a package that lies in the holdings and in the second place. Offline: the media (`media`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum

from archive.packages.catalogue import gigabytes
from units import audit
from units.actions import system_user
from units.models import Task, Unit
from units.roles import PostKind
from units.tasks import close_tasks, open_task

from ..disks import second_beside_holdings
from ..models import Batch, Copy, MediumCheck, PackagePart, StorageMedium
from ..states import BAD_COPY, HELD, CopyState, MediumRole, MediumState, Place
from .media import on_kept_media

MOST = 5_000  # lines of one register
ONLINE = "在线 · 完全"
TASK = "sets_short"  # kind of the item of whoever keeps media: he owes what is wanted beside the copies online


def _copies(archives: Iterable[int]):
    """One group a batch and place: a package is copied whole."""
    rows = Copy.objects.filter(
        place__in=(Place.HOLDINGS, Place.SECOND), part__record_count__gt=0, part__batch__archive__in=list(archives),
        part__batch__state__in=HELD,
    ).exclude(state=CopyState.RETURNED)  # fmt: skip
    return rows.values("part__batch", "place").annotate(
        since=Max("kept_since"), parts=Count("pk"), bytes=Sum("part__bytes"), read=Max("read_at"),
        first_verified=Min("verified_at"), sound=Count("pk", filter=Q(state=CopyState.SOUND)),
        bad=Count("pk", filter=Q(state__in=BAD_COPY)), unread=Count("pk", filter=Q(read_at=None)),
        healed=Max("healed_at"), program=Max("verified_with"),
    ).order_by("-since", "part__batch", "place")  # fmt: skip


def _batches(keys) -> dict[int, Batch]:
    rows = Batch.objects.unguarded("backed up by the archive whose register it is")
    return rows.select_related("unit", "fonds").in_bulk(set(keys))


def register_lines(archives: Iterable[int]) -> list[dict]:
    """A.1, the newest first: each batch in each place, and each medium."""
    archives = list(archives)
    groups = list(_copies(archives)[:MOST])
    batches, found = _batches(row["part__batch"] for row in groups), []
    for row in groups:
        batch = batches[row["part__batch"]]
        found.append({
            "way": ONLINE, "at": row["since"], "content": f"文书类电子档案，{batch.unit.short_name}，{batch.issued_no}",
            "fonds": batch.fonds.code, "medium": f"{row['parts']} 个信息包（ZIP，不压缩）",
            "amount": f"{gigabytes(row['bytes'])} GB", "place": Place(row["place"]).label,
            "remark": "曾修复" if row["healed"] else "", "url": batch.get_absolute_url(),
        })  # fmt: skip
    found += [_of_medium(medium) for medium in _media(archives)]
    found.sort(key=lambda line: _day(line["at"]), reverse=True)
    return [{"seq": number, **line} for number, line in enumerate(found, start=1)]


def _day(moment) -> str:
    return moment.isoformat()[:10]


def _media(archives: list[int]):
    rows = StorageMedium.objects.unguarded("of the archive whose register it is").filter(archive__in=archives)
    return rows.annotate(parts=Count("contents"), bytes=Sum("contents__bytes", default=0))[:MOST]


def _of_medium(medium: StorageMedium) -> dict:
    return {
        "way": f"离线 · {medium.get_way_display()}", "at": medium.written_on,
        "content": f"文书类电子档案移交信息包 {medium.parts} 个", "fonds": "",
        "medium": f"{medium.get_kind_display()} {medium.number}", "amount": f"{gigabytes(medium.bytes)} GB",
        "place": medium.place, "remark": medium.get_role_display() + (
            f"，已注销：{medium.state_reason}" if medium.state == MediumState.RETIRED else ""
        ), "url": medium.get_absolute_url(),
    }  # fmt: skip


def check_lines(archives: Iterable[int]) -> list[dict]:
    """A.2, the newest first: the last reading of each batch in each place, and each check of a medium."""
    archives = list(archives)
    groups = [row for row in _copies(archives)[:MOST] if row["read"]]
    batches, found = _batches(row["part__batch"] for row in groups), []
    for row in groups:
        batch, place = batches[row["part__batch"]], Place(row["place"]).label
        data = f"{row['sound']} 个合格" + (f"，{row['bad']} 个损坏" if row["bad"] else "")
        data += f"，{row['unread']} 个未读" if row["unread"] else ""
        found.append({
            "way": ONLINE, "at": row["since"], "number": batch.issued_no, "kind": place,
            "medium_result": "可读取" if row["sound"] else "不能确认", "data_result": data, "checked_at": row["read"],
            "checked_by": f"系统，{row['program']}" if row["program"] else "系统", "remark": "",
            "url": batch.get_absolute_url(),
        })  # fmt: skip
    checks = MediumCheck.objects.filter(medium__archive__in=archives).select_related("medium", "checked_by")
    for one in checks.order_by("-pk")[:MOST]:
        found.append({
            "way": f"离线 · {one.medium.get_way_display()}", "at": one.medium.written_on, "number": one.medium.number,
            "kind": one.medium.get_kind_display(), "medium_result": one.medium_result, "data_result": one.data_result,
            "checked_at": one.checked_on, "checked_by": one.checked_by.name,
            "remark": one.program or "人工检测，结果为手工登记", "url": one.medium.get_absolute_url(),
        })  # fmt: skip
    found.sort(key=lambda line: _day(line["checked_at"]), reverse=True)
    return [{"seq": number, **line} for number, line in enumerate(found, start=1)]


def set_lines(archives: Iterable[int]) -> list[dict]:
    """E-12: of each batch in custody how much lies online and on media of each of the three sets, and is proved."""
    archives = list(archives)
    rows = Batch.objects.unguarded("of the archive whose register it is").filter(archive__in=archives, state__in=HELD)
    batches = list(rows.select_related("unit", "fonds").order_by("-accepted_at", "-pk")[:MOST])
    keys = [one.pk for one in batches]
    parts = dict(
        PackagePart.objects.filter(batch__in=keys, record_count__gt=0)
        .order_by()
        .values_list("batch")
        .annotate(Count("pk"))
    )
    online: dict[tuple[int, str], dict] = {}
    for row in _copies(archives):
        online[row["part__batch"], row["place"]] = row
    offline = _on_media(keys)
    return [_set_line(one, parts.get(one.pk, 0), online, offline) for one in batches]


def _on_media(keys: list[int]) -> dict[tuple[int, str], tuple[int, int]]:
    """(batch, role) → parts on kept media of that role, and of those the parts on media whose last check was clean."""
    rows = on_kept_media().filter(part__batch__in=keys).order_by()
    counted = rows.values("part__batch", "medium__role").annotate(
        parts=Count("part", distinct=True), proved=Count("part", distinct=True, filter=Q(last_wrong=0))
    )
    return {(row["part__batch"], row["medium__role"]): (row["parts"], row["proved"]) for row in counted}


def _set_line(batch: Batch, parts: int, online: dict, offline: dict) -> dict:
    line = {"batch_no": batch.issued_no, "unit": batch.unit.short_name, "parts": parts, "url": batch.get_absolute_url()}
    sets = 0
    for place in (Place.HOLDINGS, Place.SECOND):
        row = online.get((batch.pk, place))
        is_whole = row is not None and parts > 0 and row["sound"] == parts
        sets += is_whole
        line[place] = "无" if row is None else f"{row['sound']}/{parts} 合格"
        line[f"{place}_at"] = row["first_verified"] if is_whole else None
    online_sets = sets
    for role in MediumRole:
        count, proved = offline.get((batch.pk, role.value), (0, 0))
        sets += parts > 0 and proved == parts
        line[role.value] = f"{proved}/{parts} 合格" if count else "无"
    return line | {"sets": sets, "told": _short_of(sets, online_sets) if sets < settings.EGOV_BACKUP_SETS else ""}


def _short_of(sets: int, online: int) -> str:
    """What is there of those wanted, where, and what whoever keeps media has to do (Order 6, art. 12)."""
    wanted = settings.EGOV_BACKUP_SETS
    told = f"完整且已核验的 {sets} 套（在线 {online}、离线 {sets - online}），应有 {wanted} 套"
    return f"{told}：请制作离线载体并登记检测，补足 {wanted - sets} 套"


# ------------------------------------------------------------ who owes them


@dataclass(frozen=True)
class Sets:
    """What the keeper's item is about: the back-up sets of one archive."""

    archive: Unit
    AUDIT_TYPE = "backup_sets"

    @property
    def uid(self):
        return self.archive.uid

    def __str__(self) -> str:
        return "馆藏移交信息包的备份套数不足"

    def task_detail(self) -> str:
        return f"应有 {settings.EGOV_BACKUP_SETS} 套，含在线的馆藏和第二存放地"


def sets_told(archives: Iterable[int]) -> list[tuple[str, str]]:
    """How many sets are wanted, and of how many batches they are not there: the same beside every table about them."""
    lines, wanted = set_lines(archives), settings.EGOV_BACKUP_SETS
    short = sum(bool(line["told"]) for line in lines)
    how = f"{len(lines)} 个批次中 {short} 个不足，由接收岗位制作离线载体补足" if short else f"{len(lines)} 个批次都够"
    told = f"应有 {wanted} 套（馆藏、第二存放地各算一套，其余为离线载体；套数由系统管理员设置）：{how}"
    beside = second_beside_holdings()
    return [("备份套数", f"{told}。{beside}：套数照算，但不能当作异地的一套" if beside else told)]


def ask_keeper(archive: Unit, *, by) -> int:
    """One item for all that is short of a set, open as long as anything is; of how many batches that is so."""
    short = sum(bool(line["told"]) for line in set_lines([archive.pk]))
    subject, remark = Sets(archive), f"{short} 个批次不足：请制作离线载体并登记检测"
    with transaction.atomic():
        asked = Task.objects.of(subject).open().filter(kind=TASK)
        if short and not asked.update(remark=remark):
            open_task(TASK, "补足备份套数", subject, unit=archive, post=PostKind.ACCESSIONER, remark=remark)
            audit.record("sets_short", "备份套数不足", archive, by=system_user(), batches=short)
        if not short and close_tasks(subject, by=by, kinds=(TASK,)):
            audit.record("sets_whole", "备份套数已足", archive, by=system_user())
    return short


def ask_keepers() -> int:
    archives = Unit.objects.filter(category=Unit.Category.ARCHIVE, valid_to=None)
    return sum(ask_keeper(one, by=system_user()) for one in archives)

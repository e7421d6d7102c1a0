"""Offline media: registered with number, contents and digests, checked by sample every so many years, retired at last.

Order 6 art. 12, 13 (E-12, E-13); E-16: magnetic media every two years, optical every four, at least a tenth of what
lies on them; a fault means that all of it is checked. GB/T 18894—2016 A.2; DA/T 99—2024.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from units import audit
from units.access import may
from units.actions import system_user
from units.models import Task, Unit
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.texts import some_of
from units.workflow import Refused

from ..healing import PROGRAM, digest_at
from ..models import Batch, BatchItem, Copy, MediumCheck, MediumContent, PackagePart, StorageMedium
from ..states import CopyState, MediumKind, MediumState, Place

TASK = "medium_due"
YEARS = {MediumKind.DISC: 4, MediumKind.DISK: 2, MediumKind.TAPE: 2, MediumKind.FLASH: 2}
SHARE = 10  # % of the contents, at least one
LETTERS = {MediumKind.DISC: "GP", MediumKind.DISK: "YP", MediumKind.TAPE: "CD", MediumKind.FLASH: "GT"}


def register(archive: Unit, *, by, batches: Sequence[Batch], number: str = "", **given) -> StorageMedium:
    """A medium that was written with the packages of `batches`; what lies on it is kept with its digests."""
    parts = list(
        PackagePart.objects.filter(batch__in=[one.pk for one in batches], record_count__gt=0).order_by(
            "batch", "number"
        )
    )
    if not parts:
        raise Refused("所选批次没有信息包。")
    size = sum(part.bytes for part in parts)
    if size > given["capacity_bytes"]:
        raise Refused(f"所选批次共 {size:,} 字节，超过载体容量，请分写几个载体。")
    if given["written_on"] > timezone.localdate():
        raise Refused("写入日期不能晚于今天。")
    number = number or _number(archive, batches, given["kind"])
    try:
        with transaction.atomic():
            row = StorageMedium.objects.create(archive=archive, number=number, entered_by=by, **given)
            if not may(by, "enter", row):
                raise Refused("您没有登记备份载体的权限。")
            MediumContent.objects.bulk_create(
                MediumContent(medium=row, part=part, sha256=part.sha256, bytes=part.bytes) for part in parts
            )
            audit.record(
                "register_medium", "登记备份载体", row, by=by, through="enter", parts=len(parts), bytes=size,
                batches=[one.issued_no for one in batches],
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(f"载体编号“{number}”已用，请另编一个。") from error
    return row


def _number(archive: Unit, batches: Sequence[Batch], kind: str) -> str:
    """全宗号-档案门类代码-起止年度-载体顺序号 (domain 19.2); of several fonds the archive's own code."""
    fonds = {one.fonds.code for one in batches}
    taken = BatchItem.objects.filter(batch__in=[one.pk for one in batches], verdict="accepted")
    years = taken.aggregate(first=Min("record__year"), last=Max("record__year"))
    rows = StorageMedium.objects.unguarded("numbers of the archive that is asked for one")
    serial = rows.filter(archive=archive, kind=kind).count() + 1
    code = fonds.pop() if len(fonds) == 1 else archive.code
    first, last = years["first"], years["last"]
    return f"{code}-WS-{first if first == last else f'{first}/{last}'}-{LETTERS[MediumKind(kind)]}{serial}"


def sample_size(medium: StorageMedium) -> int:
    """At least so many of its packages are looked at in a check."""
    return max(1, ceil(medium.contents.count() * SHARE / 100))


def due_on(medium: StorageMedium, last: date | None) -> date:
    """Until when it has to be checked; `last` is its last check without fault."""
    since = last or medium.written_on
    years = YEARS[MediumKind(medium.kind)]
    return since.replace(year=since.year + years, day=min(since.day, 28))


def note_check(medium: StorageMedium, *, by, **given) -> MediumCheck:
    """A check as it was made. One without fault closes what was open; a fault asks that everything be checked."""
    count = medium.contents.count()
    if not sample_size(medium) <= given["looked_at"] <= count:
        raise Refused(f"抽检数应不少于 {sample_size(medium)}（10%），不多于载体上的 {count} 个信息包。")
    if given["wrong"] > given["looked_at"]:
        raise Refused("不合格数不能多于抽检数。")
    if not medium.written_on <= given["checked_on"] <= timezone.localdate():
        raise Refused("检测日期应在写入日期之后，不晚于今天。")
    with transaction.atomic():
        row = _kept(medium, by)
        made = MediumCheck.objects.create(medium=row, checked_by=by, **given)
        close_tasks(row, by=by, kinds=(TASK,))
        if made.wrong:
            told = "全部信息包应逐一检测" if made.looked_at < count else "应重新复制后注销"
            open_task(TASK, "备份载体检测不合格", row, unit=row.archive, post=PostKind.ACCESSIONER, remark=told)
        audit.record(
            "check_medium", "检测备份载体", row, by=by, through="enter", looked_at=made.looked_at, wrong=made.wrong
        )
    return made


def _kept(medium: StorageMedium, by) -> StorageMedium:
    rows = StorageMedium.objects.unguarded("the system's own check") if by.is_system else None
    rows = rows if rows is not None else StorageMedium.objects.allowing("enter", by)
    row = rows.select_for_update(of=("self",)).select_related("archive").filter(pk=medium.pk).first()
    if row is None:
        raise Refused("您没有登记备份载体的权限。")
    if row.state != MediumState.KEPT:
        raise Refused("该载体已注销。")
    return row


def retire(medium: StorageMedium, *, by, reason: str) -> None:
    """注销: only when everything on it lies sound elsewhere (DA/T 99—2024: after copying or renewal has succeeded)."""
    with transaction.atomic():
        row = _kept(medium, by)
        if missing := _alone(row):
            named = some_of([f"“{one.filename}”" for one in missing], 1, "个信息包")
            raise Refused(f"{named}别处没有核验合格的副本，不能注销。")
        row.state, row.state_reason = MediumState.RETIRED, reason
        row.retired_at, row.retired_by = timezone.now(), by
        row.save()
        close_tasks(row, by=by, kinds=(TASK,))
        audit.record("retire_medium", "注销备份载体", row, by=by, through="enter", opinion=reason)


def on_kept_media():
    """What lies on media that are kept, with `last_wrong` of the medium's last check (None: never checked)."""
    last = MediumCheck.objects.filter(medium=OuterRef("medium")).order_by("-pk")
    rows = MediumContent.objects.filter(medium__state=MediumState.KEPT)
    return rows.annotate(last_wrong=Subquery(last.values("wrong")[:1]))


def _alone(medium: StorageMedium) -> list[PackagePart]:
    """Parts of which no other sound copy is known."""
    sound = Copy.objects.filter(state=CopyState.SOUND, place__in=(Place.HOLDINGS, Place.SECOND)).values("part")
    other = on_kept_media().filter(last_wrong=0).exclude(medium=medium).values("part")
    rows = PackagePart.objects.filter(pk__in=medium.contents.values("part"))
    return list(rows.exclude(Q(pk__in=sound) | Q(pk__in=other)))


def open_due() -> int:
    """A task for each medium whose check is due and has none open; how many were opened."""
    rows = StorageMedium.objects.unguarded("the calendar asks").filter(state=MediumState.KEPT).select_related("archive")
    rows = rows.annotate(last=Max("checks__checked_on", filter=Q(checks__wrong=0)))
    today, opened = timezone.localdate(), 0
    for medium in rows:
        if due_on(medium, medium.last) > today or Task.objects.of(medium).open().filter(kind=TASK).exists():
            continue
        with transaction.atomic():
            open_task(TASK, "备份载体到期检测", medium, unit=medium.archive, post=PostKind.ACCESSIONER)
            audit.record("medium_due", "备份载体到期检测", medium, by=system_user())
        opened += 1
    return opened


@dataclass(frozen=True)
class Read:
    """A medium read by the program: how many of its packages, and a sentence for each that is not as registered."""

    looked_at: int
    wrong: list[str]


def read(medium: StorageMedium, path: Path, *, whole: bool) -> Read:
    """Read the medium that is mounted at `path`, a sample or all, and note the check."""
    contents = list(medium.contents.select_related("part__batch"))
    if not path.is_dir():
        raise Refused(f"“{path}”不是文件夹，应指定载体挂载的位置。")
    if not whole:
        contents = random.sample(contents, sample_size(medium))
    wrong = []
    for one in contents:
        places = (path / one.part.batch.issued_no / one.part.filename, path / one.part.filename)
        digest = next((found for place in places if (found := digest_at(place))), "")
        if digest != one.sha256:
            wrong.append(f"{one.part.filename}：SHA-256应为{one.sha256}，实际为{digest or '无（不能读取）'}。")
    note_check(
        medium, by=system_user(), checked_on=timezone.localdate(), program=PROGRAM, looked_at=len(contents),
        wrong=len(wrong), medium_result="可读取" if len(wrong) < len(contents) else "不能确认可读取",
        data_result=("".join(wrong) or f"{len(contents)} 个信息包与登记的数字摘要一致")[:500],
    )  # fmt: skip
    return Read(len(contents), wrong)


def records_on(medium: StorageMedium) -> int:
    """How many records lie on it."""
    parts = medium.contents.values("part")
    return sum(PackagePart.objects.filter(pk__in=parts).values_list("record_count", flat=True))

"""A conversion carried out: each file read against its digest, converted, looked at, read again, and kept."""

from collections.abc import Callable
from itertools import chain

from django.db import transaction

from archive.converting import add_conversion
from files import probing
from files.probing.warm import kept_warm
from files.store import Landed, land, path_of
from units.access import seat_for
from units.workflow import Refused

from ..healing import digest_at
from ..models import ConversionMigration, ConvertedItem
from ..states import ConvertedState, Method
from .methods import PROGRAM, VERSION, WAYS

ANOTHER = b"another picture"  # what files/probing/converted.py writes in the place of a file
SAMPLE = 3  # files of a test
Marks = Callable[[int, int], None]


def _of(conversion: ConversionMigration):
    return conversion.items.select_related("source__stored_file", "source__record").order_by("pk")


def converted(item: ConvertedItem, method: Method) -> Landed:
    """The file's conversion, in the store named by nobody yet. Raises Refused with the cause; nothing is changed."""
    way, stored = WAYS[method], item.source.stored_file
    path = path_of(stored)
    if digest_at(path) != item.source_sha256:
        raise Refused("原件不能读取，或者与登记的数字摘要不一致，应先修复。")
    try:
        blocks = probing.stream("converted", path, method)
        first = next(blocks, b"")
        if first.startswith(ANOTHER):
            raise Refused("色彩模式或者色彩特性文件特殊，转换后图像会改变，应另行处理。")
        landed = land(chain([first], blocks), f"{stored.sha256}{way.extension}")
    except probing.ProbeError:
        raise Refused("文件损坏，或者转换超出内存和时间限度。") from None
    _looked_at(landed, stored.pages or 1, way)
    if digest_at(path) != item.source_sha256:
        raise Refused("转换后原件与登记的数字摘要不一致，应先修复。")
    return landed


def _looked_at(landed: Landed, pages: int, way) -> None:
    found = landed.examination
    if found.refusals:
        raise Refused(f"转换所得文件检测不合格：{found.refusals[0].message}")
    if found.format_id not in way.formats:
        raise Refused(f"转换所得文件不是{way.label}。")
    if (found.pages or 1) != pages:
        raise Refused(f"转换前 {pages} 页，转换后 {found.pages or 1} 页。")


def try_out(conversion: ConversionMigration, progress: Marks) -> str:
    """The first, the middle and the last file converted, and thrown away again; a sentence for the register."""
    keys = list(conversion.items.order_by("pk").values_list("pk", flat=True))
    keys = sorted({keys[0], keys[len(keys) // 2], keys[-1]})[:SAMPLE]
    failed = []
    with kept_warm():
        for done, item in enumerate(_of(conversion).filter(pk__in=keys), start=1):
            try:
                converted(item, Method(conversion.method))
            except Refused as refusal:
                failed.append(f"{item.source.record.archival_code} {item.source.filename}：{refusal}")
            progress(done, len(keys))
    checked = "" if failed else "，页数、格式和原件数字摘要均已核对"
    return f"试转 {len(keys)} 个文件，合格 {len(keys) - len(failed)} 个{checked}。{''.join(failed)}"[:2000]


def carry_out(conversion: ConversionMigration, progress: Marks) -> None:
    """Every file that waits, one transaction each: what is done is not done again, whoever takes the work up."""
    seat = seat_for(conversion.operator, conversion, "enter")
    keys = list(conversion.items.filter(state=ConvertedState.WAITING).order_by("pk").values_list("pk", flat=True))
    total = conversion.items.count()
    with kept_warm():
        for done, key in enumerate(keys, start=total - len(keys) + 1):
            _one(_of(conversion).get(pk=key), conversion, seat)
            progress(done, total)


def _one(item: ConvertedItem, conversion: ConversionMigration, seat) -> None:
    try:
        landed = converted(item, Method(conversion.method))
        with transaction.atomic():
            row = ConvertedItem.objects.select_for_update(of=("self",)).select_related("source").get(pk=item.pk)
            if row.state == ConvertedState.WAITING:
                _kept(row, landed, conversion, seat)
    except Refused as refusal:
        ConvertedItem.objects.filter(pk=item.pk, state=ConvertedState.WAITING).update(
            state=ConvertedState.FAILED, cause=str(refusal)[:300]
        )


def _kept(row: ConvertedItem, landed: Landed, conversion: ConversionMigration, seat) -> None:
    way = WAYS[Method(conversion.method)]
    row.made = add_conversion(
        row.source, landed, extension=way.extension, keeper=conversion.archive, by=conversion.operator, seat=seat,
        reason=f"格式转换 {conversion.number}，转为{way.label}", made_with={"program": PROGRAM, "version": VERSION},
    )  # fmt: skip
    row.state, row.cause = ConvertedState.DONE, ""
    row.made_sha256, row.made_bytes = landed.sha256, landed.bytes
    row.save()

"""The columns of each register, exactly those of practice 2.1 item 1, in its order."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from units.texts import some_of

NAMED = 6  # names that the screen shows; of more, how many there are
Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Column:
    """`width` is its share of the printed line, in mm of A4 landscape; the workbook's is derived from it."""

    label: str
    width: int
    is_wide: bool = False  # may take what room there is on the screen


ISSUED = (
    Column("序号", 9), Column("发文日期", 17), Column("发文字号", 22), Column("标题", 38, True), Column("附件", 8),
    Column("紧急程度", 10), Column("份数", 8), Column("主送", 38, True), Column("抄送", 17, True),
    Column("拟稿部门/人", 15), Column("签发人/日期", 18), Column("用印日期", 17), Column("签收情况", 12),
    Column("归档情况", 24), Column("备注", 20, True),
)  # fmt: skip
RECEIVED = (
    Column("收文编号", 16), Column("收文日期", 17), Column("来文单位", 21), Column("来文字号", 19), Column("成文日期", 17),
    Column("标题", 38, True), Column("附件", 8), Column("份数", 8), Column("紧急程度", 10), Column("办件/阅件", 9),
    Column("承办部门", 14), Column("办理时限", 17), Column("签收人", 12), Column("办结日期", 17), Column("复文号", 16),
    Column("归档情况", 20), Column("备注", 14, True),
)  # fmt: skip
SEALS = (
    Column("序号", 10), Column("用印时间", 27), Column("文号/事由", 28), Column("标题", 70, True), Column("份数", 12),
    Column("印章名称", 32), Column("批准人", 22), Column("经办人", 22), Column("监印人", 22), Column("备注", 28, True),
)  # fmt: skip


class Names(str):
    """Names in full, as paper and workbook hold them; `short` is what the screen shows of many."""

    __slots__ = ("short",)
    short: str

    def __new__(cls, full: str, short: str) -> "Names":
        made = super().__new__(cls, full)
        made.short = short
        return made


def names_of(names: Collection[str]) -> Names:
    listed = list(names)
    return Names("、".join(listed), some_of(listed, NAMED, "个单位"))


def joined(*parts: str) -> Names:
    """Parts that are there, each in full and short."""
    there = [one for one in parts if one]
    return Names("；".join(there), "；".join(getattr(one, "short", one) for one in there))


def on_screen(cell: Cell) -> str:
    """A cell as the screen shows it; a long list of names by its first."""
    return getattr(cell, "short", text_of(cell))


def text_of(cell: Cell) -> str:
    """A cell as paper shows it: days as 2026-11-24, moments local and to the minute, unknown empty."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)

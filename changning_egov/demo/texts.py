"""The written documents of the demo, read from data/*.txt, and their words with this year's dates put in.

A text is a pure function of its key, its unit and the demo's birthday, so that a second run finds what the first made.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from documents.states import Direction, Disclosure, DocType, RoutingDirection

FOLDER = Path(__file__).parent / "data"
# What many units issue alike comes first, so that the newest lines of every list differ
DOCUMENT_FILES = ("district", "notices", "upward", "letters", "internal", "public")
HEADS = frozenset(
    ("unit", "type", "title", "to", "cc", "sign", "open", "why", "urgency", "goal", "in", "phase", "attach", "contact",
     "reply", "topic", "outside", "direction", "sender", "number", "keep", "month", "often")
)  # fmt: skip
SLOT = re.compile(r"\{([^{}]+)\}")
UPWARD = frozenset({DocType.REPORT, DocType.REQUEST, DocType.PROPOSAL})
PUBLISHED = frozenset(
    {DocType.ANNOUNCEMENT, DocType.PUBLIC_NOTICE, DocType.COMMUNIQUE, DocType.RESOLUTION, DocType.ORDER}
)


@dataclass(frozen=True)
class Written:
    """One text as written: `key` names it for ever, `units` issue or receive it, `goals` say how far each copy goes."""

    key: str
    units: tuple[str, ...]
    doc_type: str
    title: str
    body: str
    to: str = ""
    cc: str = ""
    countersigners: tuple[str, ...] = ()
    disclosure: str = Disclosure.ON_REQUEST
    disclosure_reason: str = ""
    urgency: str = ""
    goal: str = "drafting"
    goals: dict[str, str] = field(default_factory=dict)
    is_first: bool = False
    attachment: str = ""
    contact: str = ""
    replies_to: str = ""
    topic: str = ""
    outside: str = ""
    direction: str = Direction.OUTGOING
    sender: str = ""
    sender_number: str = ""
    keep: str = ""
    months: tuple[int, int] = ()
    often: int = 10

    @property
    def is_yearly(self) -> bool:
        """The same words make sense in another year."""
        return "{Y" in self.title and self.goal not in ("withdrawn", "voided", "returned")

    @property
    def routing_direction(self) -> str:
        if self.doc_type in UPWARD:
            return RoutingDirection.UP
        if self.doc_type in PUBLISHED:
            return RoutingDirection.PUBLIC
        return RoutingDirection.PARALLEL if self.doc_type == DocType.LETTER else RoutingDirection.DOWN


@cache
def documents() -> tuple[Written, ...]:
    """What units of the district draft, in the order in which it is done."""
    return tuple(one for name in DOCUMENT_FILES for one in _read(FOLDER / f"{name}.txt", Direction.OUTGOING))


@cache
def outside() -> tuple[Written, ...]:
    """What comes from outside the district and is registered by hand."""
    return tuple(_read(FOLDER / "outside.txt", Direction.INCOMING))


@cache
def years() -> tuple[Written, ...]:
    """What every unit issues again each year, with words of its own: the stock of the years before the demo.

    `keep` is the retention code, `months` the first and last month it comes in, `often` in how many of ten years.
    """
    return tuple(_read(FOLDER / "years.txt", Direction.OUTGOING))


def _read(path: Path, direction: str) -> list[Written]:
    blocks = path.read_text(encoding="utf-8").split("=== ")[1:]
    return [_written(block, direction) for block in blocks]


def _written(block: str, direction: str) -> Written:
    key, _, rest = block.partition("\n")
    head, _, body = rest.partition("---\n")
    given = dict(line.split(":", 1) for line in head.splitlines())
    given = {name: value.strip() for name, value in given.items()}
    if unknown := set(given) - HEADS:
        raise ValueError(f"{key}: unknown head {unknown}")
    return Written(
        key=key.strip(),
        units=tuple(given["unit"].split(",")),
        doc_type=given.get("type", DocType.NOTICE),
        title=given["title"],
        body=body.strip(),
        to=given.get("to", ""),
        cc=given.get("cc", ""),
        countersigners=tuple(code for code in given.get("sign", "").split(",") if code),
        disclosure=given.get("open", Disclosure.ON_REQUEST),
        disclosure_reason=given.get("why", ""),
        urgency=given.get("urgency", ""),
        goal=given.get("goal", "completed"),
        goals=dict(pair.split("=") for pair in given.get("in", "").split()),
        is_first=given.get("phase") == "1",
        attachment=given.get("attach", ""),
        contact=given.get("contact", ""),
        replies_to=given.get("reply", ""),
        topic=given.get("topic", ""),
        outside=given.get("outside", ""),
        direction=given.get("direction", direction),
        sender=given.get("sender", ""),
        sender_number=given.get("number", ""),
        keep=given.get("keep", ""),
        months=tuple(int(month) for month in given.get("month", "").split("-") if month),
        often=int(given.get("often", 10)),
    )


def fill(text: str, *, key: str, unit_name: str, birthday: date) -> str:
    """`text` with its slots filled: {Y} {Y+1} years, {d+9} {D-3} days, {m-1} a month, {unit}, {n:3-9} a number.

    >>> fill("{Y+1}年，{d+2}前，{n:5-5}件", key="k", unit_name="", birthday=date(2026, 12, 30))
    '2027年，1月1日前，5件'
    """
    counter = iter(range(1000))

    def value(found: re.Match) -> str:
        slot = found[1]
        if slot == "unit":
            return unit_name
        if slot.startswith("n:"):
            low, high = (int(part) for part in slot[2:].split("-"))
            return str(low + pick(f"{key}:{unit_name}:{next(counter)}", high - low + 1))
        return _day(slot[0], int(slot[1:] or 0), birthday)

    return SLOT.sub(value, text)


def _day(kind: str, shift: int, birthday: date) -> str:
    if kind == "Y":
        return str(birthday.year + shift)
    if kind == "m":
        return f"{(birthday.month - 1 + shift) % 12 + 1}月"
    day = birthday + timedelta(days=shift)
    return f"{day.month}月{day.day}日" if kind == "d" else f"{day.year}年{day.month}月{day.day}日"


def pick(key: str, count: int) -> int:
    """A number below `count` that depends on `key` alone, the same on every machine.

    >>> pick("anything", 1)
    0
    """
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") % count


@cache
def sentences() -> tuple[str, ...]:
    """Every paragraph of the written bodies that stands alone: no salutation, no closing, no slot."""
    kept = []
    for one in (*documents(), *outside()):
        for line in one.body.splitlines():
            line = re.sub(r"^(（?[一二三四五六七八九十]+[）、.])", "", line).strip()
            if len(line) >= 20 and not SLOT.search(line) and line not in kept:
                kept.append(line)
    return tuple(kept)

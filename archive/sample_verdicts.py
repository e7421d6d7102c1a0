"""What the ticks on a sample say together. A tick is only ever added: 合格 after 不合格 keeps what it came after.

A 不合格 names its records and stands on them alone until a 合格 that tells what was mended; the others of its sample
were looked at and are well, and of those outside the sample a sample that failed says nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from .models import SampleTick
from .plan import CARRIER
from .states import Verdict


@dataclass(frozen=True)
class Standing:
    """One item: its newest tick, the 不合格 that stand, and those that a 合格 has settled since; the oldest first."""

    newest: SampleTick
    open: tuple[SampleTick, ...] = ()
    settled: tuple[SampleTick, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return Verdict.FAIL if self.open else Verdict.PASS

    @property
    def told(self) -> str:
        """The newest word, and beside it what was found before."""
        return "；".join([told_of(self.newest), *(before(one) for one in self.settled)])

    @property
    def codes(self) -> list[str]:
        """Of the records that fail now."""
        return list(dict.fromkeys(code for one in self.open for code in one.failing.values()))


def covers(tick: SampleTick, total: int) -> bool:
    """Whether a sample drawn for so many says something of `total`: a set that has grown since is looked at anew. A
    不合格 stands on its records, whatever became of the others; a medium is looked at whole."""
    return tick.verdict == Verdict.FAIL or tick.serial == CARRIER or tick.total >= total


def standings(ticks: Iterable[SampleTick]) -> dict[str, Standing]:
    """Item → how it stands, of the ticks of one scope, the oldest first."""
    found: dict[str, Standing] = {}
    for tick in ticks:
        known = found.get(tick.serial, Standing(tick))
        if tick.verdict == Verdict.FAIL:
            found[tick.serial] = Standing(tick, (*known.open, tick), known.settled)
        else:
            found[tick.serial] = Standing(tick, (), (*known.settled, *known.open))
    return found


def on_record(ticks: Iterable[SampleTick], uid: str) -> Mapping[str, tuple[Verdict, str]]:
    """Item → verdict on the record `uid` and its words, of ticks that cover it, the oldest first."""
    items: dict[str, list[SampleTick]] = {}
    for tick in ticks:
        items.setdefault(tick.serial, []).append(tick)
    return {serial: _on(some, uid) for serial, some in items.items()}


def _on(ticks: list[SampleTick], uid: str) -> tuple[Verdict, str]:
    failing, settled, newest = None, [], ticks[-1]
    for tick in ticks:
        if tick.verdict == Verdict.PASS:
            settled += [failing] if failing else []
            failing = None
        elif uid in tick.failing:
            failing = tick
    if failing is not None:
        return Verdict.FAIL, told_of(failing)
    past = [before(one) for one in settled]
    if newest.verdict == Verdict.PASS:
        return Verdict.PASS, "；".join([told_of(newest, with_mended=bool(past)), *past])
    others = f"{_who(newest)}抽查{len(newest.sample)}件，另{len(newest.failing)}件不合格"
    if uid in newest.sample:
        return Verdict.PASS, "；".join([f"{others}，本件抽到，未见问题", *past])
    return Verdict.MANUAL_PENDING, "；".join([f"{others}，本件未抽到，待人工抽查", *past])


def _who(tick: SampleTick) -> str:
    return f"{timezone.localdate(tick.ticked_at)} {tick.ticked_by.name}"


def named(tick: SampleTick) -> str:
    return "、".join(tick.failing.values())


def told_of(tick: SampleTick, *, with_mended: bool = True) -> str:
    """E.g. "2026-11-20 张某抽查10件（共312件），不合格的是 Z407-WS·2026-D30-0004：附件二打不开".

    What was mended is said of the record that was bad, not of the others of its sample.
    """
    which = f"，不合格的是 {named(tick)}" if tick.failing else ""
    note = f"：{tick.note}" if tick.note else ""
    mended = f"；改正情况：{tick.mended}" if tick.mended and with_mended else ""
    return f"{_who(tick)}抽查{len(tick.sample)}件（共{tick.total}件）{which}{note}{mended}"


def before(tick: SampleTick) -> str:
    """A 不合格 that was settled, beside the newest word: it stays evidence."""
    note = f"：{tick.note}" if tick.note else ""
    return f"此前 不合格，{_who(tick)}（{named(tick)}）{note}"

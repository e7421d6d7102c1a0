"""Both places of a package in custody read again, byte for byte: how far it has come, and what it came to in words."""

from dataclasses import replace

from archive.packages import findings as f
from archive.packages.findings import Verification
from units.findings import REFUSE, Finding

from . import delivery
from .healing import read_copy
from .models import Batch, Copy, PackagePart
from .states import CopyState, Place

SOUND, NOTHING = "两处逐字节核验，全部完好", "没有读到信息包，未核验"


class _Far:
    """What was read of all that should lie in both places; `told` is the job's progress."""

    def __init__(self, held: list[PackagePart], second: list[Copy], told) -> None:
        self.held, self.told = held, told
        self.total = len(held) + len(second)
        self.of_size = sum(one.bytes for one in held) + sum(one.part.bytes for one in second)
        self.done = self.size = 0

    def first(self, done: int, total: int, size: int = 0, of_size: int = 0) -> None:
        self.done, self.size = min(done, len(self.held)), min(size, self.of_size)
        self._tell()

    def another(self, copy: Copy) -> None:
        if copy.state != CopyState.MISSING:
            self.done, self.size = self.done + 1, self.size + copy.part.bytes
        self._tell()

    def _tell(self) -> None:
        if self.told is not None and self.done < self.total:  # the last mark is the one with words
            self.told(self.done, self.total, self.size, self.of_size)

    def end(self, wrong: int) -> None:
        if self.told is not None:
            came_to = f"核验发现 {wrong} 处问题" if wrong else SOUND
            self.told(self.done, self.total, self.size, self.of_size, came_to=came_to if self.size else NOTHING)


def read_both(batch: Batch, progress=None) -> Verification:
    """The holdings as a package, the second place copy by copy; a copy given up, or not yet made, is not asked for."""
    rows = Copy.objects.filter(part__batch=batch, part__record_count__gt=0, place=Place.SECOND)
    rows = rows.exclude(state__in=(CopyState.WRITTEN_OFF, CopyState.RETURNED)).order_by("part__number")
    second = list(rows.select_related("part__batch__archive"))
    far = _Far(list(batch.parts.filter(record_count__gt=0)), second, progress)
    found = delivery.read_holdings(batch, far.first)
    wrong = []
    for copy in second:
        if told := read_copy(copy):
            wrong.append(Finding(f.FIXITY, REFUSE, f"{Place.SECOND.label}/{copy.part.filename}", told))
        far.another(copy)
    found = replace(found, valid=found.valid and not wrong, findings=[*found.findings, *wrong])
    far.end(sum(one.is_refusal for one in found.findings))
    return found

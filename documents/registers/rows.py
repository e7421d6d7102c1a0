"""The lines of the three registers. A slice of any size costs the same few queries; memory is the slice's.

发文: one line for each number of the number book, by the day it was taken. 收文: one for each receipt number, by the
day of receipt. 用印: one for each use of a seal, by its moment. All in the order of the book.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from units.audit import batched

from ..models import Document, NumberEntry
from ..replaced import replaced
from ..states import Direction, State
from . import lines, seal_lines
from .choice import Choice
from .columns import ISSUED, RECEIVED, SEALS, Cell, Column

AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One line; `cells` has as many as the register has columns. A struck one stands with its reason in 备注."""

    cells: tuple[Cell, ...]
    url: str = ""
    is_struck: bool = False


@dataclass(frozen=True)
class Register:
    """`rows(user, choice)` in no order yet; `filled(rows, choice)` gives a line's cells without 序号 for each row."""

    key: str
    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    rows: Callable[..., QuerySet]
    filled: Callable[..., list[tuple]]
    is_numbered: bool = True  # its first column is 序号

    def before(self, rows: QuerySet, first) -> int:
        """How many rows of the choice stand before `first`: 序号 goes on from page to page."""
        name = self.order[0]
        value = getattr(first, name)
        return rows.filter(Q(**{f"{name}__lt": value}) | Q(**{name: value, "pk__lt": first.pk})).count()

    def lines(self, rows, choice: Choice, after: int = 0) -> list[Line]:
        found = self.filled(list(rows), choice)
        return [
            Line((after + place, *cells) if self.is_numbered else cells, url, is_struck)
            for place, (cells, url, is_struck) in enumerate(found, start=1)
        ]

    def all_lines(self, user, choice: Choice) -> Iterator[Line]:
        """Every line of the choice, read in slices."""
        after = 0
        for slice_ in batched(self.rows(user, choice).order_by(*self.order).iterator(chunk_size=AT_ONCE), AT_ONCE):
            yield from self.lines(slice_, choice, after)
            after += len(slice_)


def _issued(user, choice: Choice) -> QuerySet:
    own = Q(unit=choice.unit)
    copies = Document.objects.allowing("view", user).filter(unit=choice.unit, joint_copy=True)
    if copies.exists():  # 联合发文（协办）: under the host's number
        own |= Q(document__in=copies.values("issued"), voided_at=None)
    rows = NumberEntry.objects.allowing("view", user).filter(own, taken_at__gte=choice.since, taken_at__lt=choice.until)
    if choice.kind:
        rows = rows.filter(document__doc_type=choice.kind)
    if choice.prefix:
        rows = rows.filter(prefix=choice.prefix)
    if choice.state:
        is_void = choice.state == State.VOIDED
        rows = rows.filter(voided_at__isnull=False) if is_void else rows.filter(
            voided_at=None, document__state=choice.state
        )  # fmt: skip
    return rows.select_related(
        "document__unit", "document__department", "document__drafted_by", "document__signatory", "document__signed_for"
    ).defer("document__body")


def _received(user, choice: Choice) -> QuerySet:
    rows = Document.objects.allowing("view", user).filter(unit=choice.unit, direction=Direction.INCOMING)
    rows = rows.filter(signed_for_at__gte=choice.since, signed_for_at__lt=choice.until).exclude(receipt_number="")
    if choice.kind:
        rows = rows.filter(handling_kind=choice.kind)
    if choice.prefix:
        rows = rows.filter(sender_number__startswith=choice.prefix)
    if choice.state:
        rows = rows.filter(state=choice.state)
    if choice.received_as:
        rows = rows.filter(received_as=choice.received_as)
    return rows.annotate(replaced=replaced()).select_related("lead_officer").defer("body")


REGISTERS = {
    one.key: one
    for one in (
        Register("issued", "发文登记簿", ISSUED, ("taken_at", "pk"), _issued, lines.of_issued),
        Register("received", "收文登记簿", RECEIVED, ("signed_for_at", "pk"), _received, lines.of_received,
                 is_numbered=False),
        Register("seals", "用印登记簿", SEALS, ("at", "pk"), seal_lines.uses, seal_lines.of_uses),
    )
}  # fmt: skip

"""The rows behind a figure: number, kind, age, holder and unit; a title only where the visitor may view it."""

from dataclasses import dataclass
from datetime import date

from django.core.signing import BadSignature, Signer
from django.db import connection

from documents.models import Document
from documents.states import Direction, HandlingKind
from units.calendar import WorkingCalendar
from units.models import Task, Unit

from .periods import Period, clock
from .rates import ALL_STANDINGS, parameters
from .states import FIGURES, Standing

SIZE = 50
SIGNER = Signer(salt="oversight.rows")
PAGE = f"""
SELECT s.document_id, s.standing, s.base_on, s.unit_id FROM {ALL_STANDINGS} s
WHERE s.unit_id = ANY(%(units)s) AND s.standing = ANY(%(standings)s)
  AND (%(after_day)s::date IS NULL OR (s.base_on, s.document_id) > (%(after_day)s::date, %(after_key)s))
ORDER BY s.base_on, s.document_id LIMIT %(size)s
"""


@dataclass(frozen=True)
class Row:
    """One document of a figure. `age` is working days since the base date, at the as-of day."""

    document: Document
    standing: str
    base_on: date
    age: int
    holder: str
    title: str = ""
    unit: str = ""

    @property
    def number(self) -> str:
        return self.document.number_shown or self.document.receipt_number or "无文号"

    @property
    def kind(self) -> str:
        if self.document.direction == Direction.INTERNAL:
            return Direction.INTERNAL.label
        handling = dict(HandlingKind.choices).get(self.document.handling_kind, "")
        return f"{self.document.get_direction_display()} · {handling or self.document.get_doc_type_display()}"

    @property
    def standing_label(self) -> str:
        return Standing(self.standing).label


@dataclass(frozen=True)
class Listed:
    rows: list[Row]
    next_cursor: str = ""


def rows_of(units: list[Unit], period: Period, as_of: date, figure: str, *, viewer, after: str = "") -> Listed:
    """One page of the rows behind `figure` (a key of FIGURES), the oldest first; keyset, as quick at the last page."""
    found = _page([unit.pk for unit in units], period, as_of, figure, after)
    more, found = len(found) > SIZE, found[:SIZE]
    keys = [key for key, *_ in found]
    numbered = Document.objects.unguarded("numbers and kinds of a unit's figures; titles are asked for below")
    documents = numbered.defer("body", "title").in_bulk(keys)
    titles = dict(Document.objects.allowing("view", viewer).filter(pk__in=keys).values_list("pk", "title"))
    holders, calendar = _holders(documents.values()), WorkingCalendar()
    names = {unit.pk: unit.short_name for unit in units}
    rows = [
        Row(
            documents[key], standing, day, calendar.between(day, as_of),
            holders.get(documents[key].uid, _usual(standing)), titles.get(key, ""),
            names.get(unit, ""),
        )
        for key, standing, day, unit in found
        if key in documents
    ]  # fmt: skip
    cursor = SIGNER.sign_object([rows[-1].base_on.isoformat(), rows[-1].document.pk]) if more and rows else ""
    return Listed(rows, cursor)


def _page(units: list[int], period: Period, as_of: date, figure: str, after: str) -> list[tuple]:
    day, key = _read(after)
    given = parameters(period, clock(period, as_of), units) | {
        "standings": [str(one) for one in FIGURES[figure][1]],
        "after_day": day,
        "after_key": key,
        "size": SIZE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAGE, given)
        return cursor.fetchall()


def _read(after: str) -> tuple[str | None, int]:
    """A cursor that was not made here is ignored: the first page is shown."""
    try:
        day, key = SIGNER.unsign_object(after)
    except (BadSignature, ValueError, UnicodeError):
        return None, 0
    return day, key


def _holders(documents) -> dict:
    """Document uid → who has it now: person or post of each open item that is no circulation."""
    uids = {one.uid: one.uid for one in documents}
    open_items = Task.objects.open().exclude(kind="read")
    found: dict = {}
    for task in open_items.filter(subject_uid__in=list(uids)).select_related("assignee", "post__unit").order_by("pk"):
        held = task.assignee.name if task.assignee else str(task.post)
        if held not in found.setdefault(task.subject_uid, []):
            found[task.subject_uid].append(held)
    return {uid: "、".join(names) for uid, names in found.items()}


def _usual(standing: str) -> str:
    """Where no item is open, the post whose turn it is by the order of the trade."""
    if standing == Standing.RETURNED:
        return "档案员"
    return "文书" if standing in (Standing.UNDECIDED, Standing.NOT_COMPLETED, Standing.OVERLONG) else ""

"""核对: what filed itself at completion is looked at by the archivist, who accepts it, corrects it or sends it back."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from units import audit
from units.texts import some_of
from units.workflow import Refused, patiently

from .disposed import not_here
from .mending import is_answered, looked_at, under_repair
from .models import Record
from .states import State

UNCHECKED = Q(state=State.FILED, checked_at=None, document__isnull=False)
IMPORTED = Q(state=State.FILED, checked_at=None, document=None)  # what was not checked is not passed: nobody looked yet
LABEL = "核对无误"
NAMED = 5  # titles in a sentence
TOLD = 20  # sentences of one answer


def awaiting(rows):
    """Those of `rows` that nobody has checked, however they came: filed by itself, imported or handed over; one rule
    for 年度整理, transfer and destruction."""
    return rows.filter(state=State.FILED, checked_at=None).exclude(under_repair())


def unchecked(rows):
    """Those of `rows` that filed themselves, nobody has checked, and that are not under repair."""
    return rows.filter(UNCHECKED).exclude(under_repair())


def imported_unchecked(rows):
    """Those of `rows` that came by a table and that nobody has looked at since."""
    return rows.filter(IMPORTED).exclude(under_repair())


def accept(keys: list[int], *, by) -> int:
    """核对无误, all or nothing; how many. Refused, naming them, when one is not there to be checked by `by`."""
    with patiently(), transaction.atomic():
        manager = Record.objects.unguarded("the act asks its own rule under this lock")
        rows = list(manager.select_for_update(of=("self",)).filter(pk__in=keys).select_related("unit").order_by("pk"))
        _refuse(rows, keys, by)
        now = timezone.now()
        manager.filter(pk__in=[row.pk for row in rows]).update(checked_at=now, checked_by=by, version=F("version") + 1)
        for row in rows:
            row.checked_at, row.checked_by, row.version = now, by, row.version + 1
        Record.history.bulk_history_create(
            rows, batch_size=1000, update=True, default_user=by, default_change_reason=LABEL
        )
        looked_at(rows, by=by)
        seat = audit.seat_for(by, rows[0], "arrange")
        return audit.record_many("check", LABEL, rows, by=by, seat=seat)


def accept_listed(keys: list[int], *, by) -> tuple[int, list[str]]:
    """核对无误 from a list: how many, and a sentence for those that cannot be accepted there, which keeps none of the
    others back. A repair that was answered is looked at on its own page, with the answer before one's eyes. Refused,
    with all of it, when nothing else was chosen."""
    chosen = Record.objects.unguarded("the act asks its own rule").filter(pk__in=keys)
    rows = list(chosen.select_related("unit", "checked_by").order_by("archival_code", "pk"))
    answered = list(chosen.filter(is_answered()).order_by("archival_code", "pk"))
    why = {one.pk: "" for one in answered} | _why_not(rows, by)
    told = ([left_out_told(answered)] if answered else []) + list(filter(None, why.values()))[:TOLD]
    rest = [one.pk for one in rows if one.pk not in why]
    if not rest:
        raise Refused(*(told or ["请先勾选要核对的文件。"]))
    return accept(rest, by=by), told


def left_out_told(left: list[Record]) -> str:
    named = some_of([f"“{one.title}”" for one in left], NAMED, "件")
    return f"{named}的补正已答复，请逐件打开，看过答复后核对；没有一并核对。"


def _refuse(rows: list[Record], keys: list[int], by) -> None:
    if not rows or len(rows) != len(set(keys)):
        raise Refused("请先勾选要核对的文件。" if not keys else "所选文件中有的已不存在，请刷新后重新选择。")
    if found := list(_why_not(rows, by).values()):
        raise Refused(*found[:TOLD])


def _why_not(rows: list[Record], by) -> dict[int, str]:
    """Of `rows` those that are not there to be checked by `by`, each with its sentence."""
    allowed = Record.objects.allowing("arrange", by).filter(pk__in=[row.pk for row in rows])
    mending = set(allowed.filter(under_repair()).values_list("pk", flat=True))
    known = set(allowed.values_list("pk", flat=True))
    found = {}
    for row in rows:
        if row.pk not in known or row.state != State.FILED:
            found[row.pk] = f"“{row}”{not_here(row) or '不在本单位保管'}，不能核对。"
        elif row.pk in mending:
            found[row.pk] = f"“{row}”已退回补正，答复后再核对。"
        elif row.checked_at is not None and row.checked_by:
            found[row.pk] = f"“{row}”已由{row.checked_by.name}核对过。"
    return found

"""One form sent twice files one item; a second item like one that is filed asks for a word (practice 1: 重份).

The form's ticket says that it is the same form; what was in it, that nothing was changed since. Back, and another
title: another item. The unique identity of a unit's records decides between two requests at once.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from units.models import Unit
from units.workflow import Refused

from .models import Record
from .states import State

TICK = "确为另一件，照此归档"
GONE = (State.DESTROYED, State.SENT_HOME)
ALIKE = ("title", "date", "year")


@dataclass(frozen=True)
class Sent:
    """A form as it came: `identity` of its ticket and contents, and whether the person says that it is another item."""

    identity: str
    is_another: bool = False


class Alike(Refused):
    """The unit has an item with the same title, date and year."""


def sent(form, *, files: Iterable = ()) -> Sent:
    """`form` is valid and attended by units.form_drafts; `files` are (name, Landed) pairs."""
    told = {name: str(value) for name, value in form.cleaned_data.items() if name not in ("files", "is_another")}
    told["files"] = "\n".join(f"{name} {one.sha256}" for name, one in files)
    content = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
    return Sent(f"form:{form.draft.ticket.uid}:{content}", bool(form.cleaned_data.get("is_another")))


def once(unit: Unit, given: Sent, described: Mapping[str, object], file: Callable[[], Record]) -> tuple[Record, bool]:
    """(the record, whether it was filed just now). `described` has title, date and year; `file` makes the record.

    Refused where the unit has an item with the same three and nobody said that this is another.
    """
    if known := _of(unit, given):
        return known, False
    if told := _alike(unit, described) if not given.is_another else "":
        raise Alike(told)
    try:
        with transaction.atomic():
            record = file()
            rows = Record.objects.unguarded("the record of this act")
            rows.filter(pk=record.pk).update(source_identity=given.identity)
    except IntegrityError:
        if known := _of(unit, given):
            return known, False
        raise
    return record, True


def _of(unit: Unit, given: Sent) -> Record | None:
    rows = Record.objects.unguarded("the same person's same form")
    return rows.filter(unit=unit, source_identity=given.identity).first()


def _alike(unit: Unit, described: Mapping[str, object]) -> str:
    wanted = {name: described[name] for name in ALIKE}
    rows = Record.objects.unguarded("a unit's archivist is told of his own unit's records")
    found = rows.filter(unit=unit, **wanted).exclude(state__in=GONE).order_by("pk").first()
    if found is None:
        return ""
    day = "同日期" if wanted["date"] else "日期同为不详"
    return f"已有同题名、{day}的一件（档号 {found.archival_code}），请核对是否重份；确为另一件的，勾选“{TICK}”。"

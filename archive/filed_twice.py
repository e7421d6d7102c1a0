"""A second item like one that is filed asks for a word (practice 1: 重份); one form sent twice: units.sent_once."""

from collections.abc import Mapping

from units.models import Unit
from units.workflow import Refused

from .models import Record
from .states import State

TICK = "确为另一件，照此归档"
GONE = (State.DESTROYED, State.SENT_HOME)
ALIKE = ("title", "date", "year")


def still_here(rows):
    """Of `rows` those that the unit or the archive has, a 来文 that lies in its 复文 with that."""
    return rows.exclude(state__in=GONE).exclude(joined_to__state__in=GONE)


class Alike(Refused):
    """The unit has an item with the same title, date and year."""


def ask(unit: Unit, described: Mapping[str, object]) -> None:
    """Refused where the unit has an item with the title, date and year of `described`."""
    wanted = {name: described[name] for name in ALIKE}
    rows = Record.objects.unguarded("a unit's archivist is told of his own unit's records")
    found = still_here(rows.filter(unit=unit, **wanted)).select_related("joined_to").order_by("pk").first()
    if found is None:
        return
    item = found.joined_to or found  # a 来文 is filed in its 复文, whose code finds it
    day = "同日期" if wanted["date"] else "日期同为不详"
    raise Alike(f"已有同题名、{day}的一件（档号 {item.archival_code}），请核对是否重份；确为另一件的，勾选“{TICK}”。")

"""A second item like one that is filed asks for a word (practice 1: 重份); one form sent twice: units.sent_once."""

from collections.abc import Mapping

from units.doc_numbers import as_number
from units.models import Unit
from units.workflow import Refused

from .codes import numbered
from .models import Record
from .states import State

TICK = "确为另一件，照此归档"
GONE = (State.DESTROYED, State.SENT_HOME)
ALIKE = ("title", "date", "year")


def still_here(rows):
    """Of `rows` those that the unit or the archive has, a 来文 that lies in its 复文 with that."""
    return rows.exclude(state__in=GONE).exclude(joined_to__state__in=GONE)


class Alike(Refused):
    """The unit has an item with the same title, date and year, or with the same whole number."""


def ask(unit: Unit, described: Mapping[str, object]) -> None:
    """Refused where the unit has an item like `described`: title, date and year, or a 文号 that names its maker."""
    rows = still_here(
        Record.objects.unguarded("a unit's archivist is told of his own unit's records").filter(unit=unit)
    )
    wanted = {name: described[name] for name in ALIKE}
    if (code := _first_of(rows.filter(**wanted))) is not None:
        day = "同日期" if wanted["date"] else "日期同为不详"
        raise Alike(f"已有同题名、{day}的一件（档号 {code}），请核对是否重份；确为另一件的，勾选“{TICK}”。")
    number = numbered(str(described.get("doc_number") or ""))
    names_maker = as_number(number) and not as_number(number).startswith("〔")  # 12号 alone may be of another series
    if names_maker and (code := _first_of(rows.filter(doc_number=number))) is not None:
        raise Alike(f"已有同文号的一件（档号 {code}），请核对是否重份；确为另一件的，勾选“{TICK}”。")


def _first_of(rows) -> str | None:
    """The code that finds it: a 来文 is filed in its 复文."""
    found = rows.select_related("joined_to").order_by("pk").first()
    return found and (found.joined_to or found).archival_code

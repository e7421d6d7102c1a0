"""变更记录: what was changed on a filed record, by whom, in which post, why and when; read from its events."""

from collections.abc import Iterable
from dataclasses import dataclass

from units.access import signed_as
from units.models import AuditEvent

from .further_fields import FURTHER
from .models import Record
from .states import Precision

HIDDEN = frozenset({"date_precision"})  # told with the date itself
NAMED = {"components": "电子文件", "archival_code": "档号", "kept_until": "保管至"}
NAMED |= {one.identifier: one.label for one in FURTHER}  # 补充著录 is kept beside the columns
CODE = "archival_code"


@dataclass(frozen=True)
class Changed:
    """One field of one act; `label`, `before` and `after` in words."""

    event: AuditEvent
    label: str
    before: str
    after: str

    @property
    def who(self) -> tuple[str, str]:
        """(name, post) as opinions name them: a deputy with his principal."""
        return signed_as(self.event.actor_name, self.event.post)


def changes_of(record: Record) -> list[Changed]:
    """Newest act first, its fields in the order of the form."""
    events = AuditEvent.objects.of(record).filter(detail__has_key="changes").order_by("-pk")
    return [one for event in events for one in _of_event(event)]


def _of_event(event: AuditEvent) -> Iterable[Changed]:
    told = event.detail["changes"]
    for name, (before, after) in told.items():
        if name not in HIDDEN and name != CODE:
            yield Changed(event, label_of(name), shown(name, before, told, 0), shown(name, after, told, 1))
    codes = told.get(CODE) or [event.before, event.after]
    if codes[0] != codes[1] and all("-" in one for one in codes):
        yield Changed(event, NAMED[CODE], *codes)


def label_of(name: str) -> str:
    return NAMED.get(name) or str(Record._meta.get_field(name).verbose_name)


def shown(name: str, value, told: dict | None = None, side: int = 0) -> str:
    """A value of a field in words; of a date, only as much as its precision says."""
    if value in (None, "", "None", []):
        return ""
    if isinstance(value, list):
        return "；".join(map(str, value))
    if name == "date":
        precision = (told or {}).get("date_precision", (Precision.DAY, Precision.DAY))[side]
        length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)
        return str(value)[:length]
    if name in NAMED:
        return str(value)
    choices = dict(Record._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))

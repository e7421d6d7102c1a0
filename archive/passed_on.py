"""承接档案: what the successor's archivist and leader are told of a body that has ended, until they have read it."""

from dataclasses import dataclass
from uuid import UUID

from units import reading
from units.models import Task, Unit, UnitSuccession
from units.reading import READ
from units.roles import PostKind
from units.rules import own_tasks
from units.tasks import open_task
from units.workflow import Refused

LABEL = "承接撤并单位档案"
TOLD = (PostKind.ARCHIVIST, PostKind.LEADER)


@dataclass(frozen=True)
class PassedOn:
    """What the item is about; it stands on the page of the fonds."""

    unit: Unit
    told: str = ""
    AUDIT_TYPE = "succession"

    @property
    def uid(self) -> UUID:
        return self.unit.uid

    def __str__(self) -> str:
        return f"{self.unit.name}已撤并，由本单位承接"

    def task_detail(self) -> str:
        return self.told


def tell(row: UnitSuccession, left: str) -> None:
    """One item for each post, naming the day and what is `left` to do."""
    told = f"自 {row.happened_on} 起撤并（{row.basis}），待承接：{left}"
    for post in TOLD:
        open_task(READ, LABEL, PassedOn(row.predecessor, told), unit=row.successor, post=post, remark=told)


def unread(user) -> set[UUID]:
    """The bodies that ended of which the person still has such an item."""
    rows = Task.objects.open().filter(own_tasks(user), kind=READ, subject_type=PassedOn.AUDIT_TYPE)
    return set(rows.values_list("subject_uid", flat=True))


def read(uid: str, *, by) -> None:
    """阅毕."""
    unit = next((one for one in Unit.objects.filter(uid__in=unread(by)) if str(one.uid) == uid), None)
    if unit is None:
        raise Refused("没有待您阅看的承接事项，或者已经阅毕。")
    reading.read(PassedOn(unit), by=by, what="承接事项")

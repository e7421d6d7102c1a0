"""What the demo leaves undone: two units behind in filing, and a plan by which two units hand over this year.

By real acts alone: records that were sent back and wait, and months before a late go-live whose registers show more than
was brought in. The demo's acts bear the hour at which they happen, so no document can be older than the demo itself.
"""

from datetime import date, timedelta

from archive import mending
from archive.models import Record
from archive.states import State
from oversight import actions
from oversight.models import BaselineDue, GoLive
from transfer import plans
from transfer.models import ReceivingPlan
from units.models import AuditEvent, Unit
from units.roles import PostKind

from .plan import District

BEHIND = {"D11": 26, "D01": 17}  # unit → documents of the months before its go-live, by its registers
SENT_BACK = 3
REASON = "正文与附件不齐，请补齐后重新归档。"
ASKED = "D09,D11"  # whose records the plan of the year asks for
DUE_IN = timedelta(days=60)


def steps(district: District) -> list[tuple[str, object]]:
    """(what the job's page says, what is done)."""
    behind = [(district.units[code], count) for code, count in BEHIND.items() if code in district.units]
    found = [
        (f"归档进度：{unit.short_name}", lambda unit=unit, n=n: fall_behind(unit, n, district)) for unit, n in behind
    ]
    return [*found, ("本年度接收计划", lambda: ask(district))]


def fall_behind(unit: Unit, count: int, district: District) -> None:
    """Once: what a visitor has put right since stays right."""
    archivist, inspector = district.people.holder(unit, PostKind.ARCHIVIST), _of_archive(PostKind.INSPECTOR, district)
    if archivist is None or inspector is None:
        return
    _send_back(unit, archivist)
    live = district.birthday.replace(day=1)
    if live.month == 1 or GoLive.objects.filter(unit=unit).exists():
        return
    actions.set_go_live(unit, by=inspector, day=live)
    months = list(range(1, live.month))
    row = actions.state_baseline(unit, by=archivist, year=live.year, months=months, count=count, source="收发文登记簿")
    actions.accept_baseline(BaselineDue.objects.get(pk=row.pk), by=inspector)


def _send_back(unit: Unit, archivist) -> None:
    rows = Record.objects.unguarded("the demo plays the whole district").filter(unit=unit, state=State.FILED)
    uids = list(rows.exclude(document=None).order_by("pk").values_list("uid", flat=True))
    if AuditEvent.objects.filter(object_uid__in=uids, verb="send_back").exists():
        return
    for record in rows.filter(uid__in=uids[:SENT_BACK]).select_related("unit", "document").order_by("pk"):
        mending.send_back(record, by=archivist, reason=REASON, version=record.version)


def ask(district: District) -> None:
    """接收计划 of the demo's year, of the year before it, for two units."""
    year, name = district.birthday.year, f"{district.birthday.year}年度档案接收计划"
    archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
    known = ReceivingPlan.objects.unguarded("the demo plays the whole district").filter(name=name)
    units = [district.units[code] for code in district.codes(ASKED)]
    accessioner = _of_archive(PostKind.ACCESSIONER, district)
    if archive is None or accessioner is None or not units or known.exists():
        return
    plans.publish(
        archive, by=accessioner, units=units, name=name, scope="文书类电子档案", first_year=year - 1,
        last_year=year - 1, retentions=[], formats="OFD、PDF/A", due_on=_in_time(district.birthday),
    )  # fmt: skip


def _in_time(birthday: date) -> date:
    return birthday + DUE_IN


def _of_archive(post: str, district: District):
    archive = Unit.objects.filter(category=Unit.Category.ARCHIVE).order_by("code").first()
    return district.people.holder(archive, post) if archive is not None else None

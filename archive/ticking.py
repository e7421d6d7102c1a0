"""What persons give the inspection: one tick on a month's or a batch's sample, and findings about the surroundings."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from units import audit
from units.access import may
from units.models import AccessLog, Unit
from units.workflow import Refused

from .models import Component, EnvironmentFinding, Record, SampleTick
from .plan import CARRIER, ITEMS, WITHOUT_OBJECT, By, Item, items_of
from .states import Stage, Verdict

LOOKS_LAST = timedelta(days=180)  # an older look is not this check's
SAMPLE = 10  # records that a person looks at for one tick
LONGEST = timedelta(days=3 * 366)  # for which an environment finding may hold


@dataclass(frozen=True)
class Scope:
    """What one tick stands for: a unit's month in a stage, or a batch; `sample` is drawn from `total` records.

    `on_medium`: it came to whoever looks on a disk, whose looks are an item of its own.
    """

    unit: Unit
    stage: Stage
    sample: Sequence[Record]
    total: int
    month: date | None = None
    subject_uid: UUID | None = None
    name: str = ""
    on_medium: bool = False

    @property
    def items(self) -> list[Item]:
        return items_to_tick(self.stage, on_medium=self.on_medium)


def items_to_tick(stage: Stage, *, on_medium: bool = False) -> list[Item]:
    """The stage's items that a person decides and that have an object."""
    without = WITHOUT_OBJECT[stage] - ({CARRIER} if on_medium else frozenset())
    return [one for one in items_of(stage) if one.by == By.PERSON and one.serial not in without]


def drawn(rows: QuerySet[Record], seed: str) -> tuple[list[Record], int]:
    """(sample, total): the same records for the same seed, so that nobody draws until it suits him."""
    uids = list(rows.values_list("uid", flat=True))
    uids.sort(key=lambda uid: hashlib.sha256(f"{seed}{uid}".encode()).digest())
    sample = rows.filter(uid__in=uids[:SAMPLE]).order_by("archival_code", "pk")
    return list(sample), len(uids)


def month_scope(unit: Unit, stage: Stage, month: date) -> Scope:
    """归档: what the unit filed in the month; 长期保存: what it holds, looked at in the month."""
    rows = Record.objects.unguarded("the sample is drawn for whoever may check the unit's records").items()
    if stage == Stage.FILING:
        rows = rows.filter(unit=unit, **_within(month))
    else:
        rows = rows.filter(custodian=unit).exclude(state="destroyed")
    sample, total = drawn(rows, f"{stage}{unit.uid}{month}")
    name = f"{month.year}年{month.month}月{stage.label}"
    return Scope(unit, stage, sample, total, month=month, name=name)


def _within(month: date) -> dict:
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    zone = timezone.get_current_timezone()
    first, last = (timezone.datetime(one.year, one.month, 1, tzinfo=zone) for one in (month, following))
    return {"filed_at__gte": first, "filed_at__lt": last}


def ticks_of(scope: Scope) -> QuerySet[SampleTick]:
    rows = SampleTick.objects.filter(stage=scope.stage).select_related("ticked_by").order_by("pk")
    if scope.subject_uid is not None:
        return rows.filter(subject_uid=scope.subject_uid, unit=scope.unit)
    return rows.filter(unit=scope.unit, month=scope.month)


def open_items(scope: Scope) -> list[Item]:
    """What nobody has ticked: it holds back the month's register, never the filing itself."""
    done = set(ticks_of(scope).values_list("serial", flat=True)) if scope.total else set()
    return [one for one in scope.items if one.serial not in done] if scope.total else []


def unopened(looked_at: list[tuple[Record, list]], by) -> list[Record]:
    """Of a sample with its files those that have some and of which the person has opened none, by the access log."""
    keys = [record.uid for record, files in looked_at if files]
    since = timezone.now() - LOOKS_LAST
    log = AccessLog.objects.filter(object_uid__in=keys, user_id=by.pk, at__gte=since)
    opened = set(log.values_list("object_uid", flat=True))
    return [record for record, files in looked_at if files and record.uid not in opened]


@transaction.atomic
def tick(
    scope: Scope, verdicts: Mapping[str, Verdict], *, note: str, by, medium: str = ""
) -> list[SampleTick]:  # fmt: skip
    """One act, one event: his verdict on each item of `verdicts` for the whole scope; `medium` says which medium came
    and how it looks. Refused with a sentence."""
    if not may(by, "check_records", scope.unit):
        raise Refused("您没有登记人工检测的权限，应由本单位档案员或接收岗位登记。")
    if not scope.sample:
        raise Refused(f"{scope.name}没有可抽查的档案。")
    _refuse_what_cannot_be(scope, verdicts, note, medium)
    others = [verdict for serial, verdict in verdicts.items() if not _is_of_medium(scope, serial)]
    said = {verdict: note if verdict == Verdict.FAIL or Verdict.FAIL not in others else "" for verdict in Verdict}
    uids = [str(one.uid) for one in scope.sample]
    rows = SampleTick.objects.bulk_create(
        SampleTick(
            unit=scope.unit, stage=scope.stage, serial=serial, month=scope.month, subject_uid=scope.subject_uid,
            sample=uids, total=scope.total, verdict=verdict, ticked_by=by,
            note=medium if _is_of_medium(scope, serial) else said[verdict],
        )
        for serial, verdict in verdicts.items()
    )  # fmt: skip
    told = {f"{scope.stage}-{serial}": str(verdict) for serial, verdict in verdicts.items()}
    audit.record(
        "tick_sample", "人工检测", scope.unit, by=by, through="check_records", opinion=note, scope=scope.name,
        verdicts=told, sample=uids, total=scope.total, **({"medium": medium} if medium else {}),
    )  # fmt: skip
    return rows


def _is_of_medium(scope: Scope, serial: str) -> bool:
    return scope.on_medium and serial == CARRIER


def _refuse_what_cannot_be(scope: Scope, verdicts: Mapping[str, Verdict], note: str, medium: str) -> None:
    if not verdicts or not set(verdicts) <= {one.serial for one in scope.items}:
        raise Refused("请至少选择一个人工检测项目的结果。")
    if not set(verdicts.values()) <= {Verdict.PASS, Verdict.FAIL}:
        raise Refused("检测结果应为合格或不合格。")
    failed = [serial for serial, verdict in verdicts.items() if verdict == Verdict.FAIL]
    if any(not _is_of_medium(scope, serial) for serial in failed) and not note.strip():
        raise Refused("结果为不合格的，应在说明中写明哪一件、什么问题。")
    if any(_is_of_medium(scope, serial) for serial in verdicts) and not medium.strip():
        raise Refused("载体外观检测应写明是什么载体、外观如何。")


@dataclass(frozen=True)
class Noted:
    """An environment finding as it is entered; `is_of_platform`: of the platform as a whole, not of one unit."""

    serial: str
    target: str
    verdict: Verdict
    found_on: date
    valid_until: date
    means: str
    note: str = ""
    is_of_platform: bool = False


@transaction.atomic
def note_environment(unit: Unit, noted: Noted, *, by) -> EnvironmentFinding:
    """A finding about a host, medium, back-up set or system; what stood before stays, the newest speaks."""
    if not may(by, "note_environment", unit):
        raise Refused("您没有登记环境检测的权限，应由系统管理员、档案员或接收岗位登记。")
    if noted.is_of_platform and not may(by, "manage", unit):
        raise Refused("全平台的环境检测由系统管理员登记。")
    faults = _faults(noted)
    if faults:
        raise Refused(*faults)
    row = EnvironmentFinding.objects.create(
        unit=None if noted.is_of_platform else unit, serial=noted.serial, target=noted.target, verdict=noted.verdict,
        found_on=noted.found_on, valid_until=noted.valid_until, means=noted.means, note=noted.note, entered_by=by,
    )  # fmt: skip
    audit.record(
        "note_environment", "登记环境检测", unit, by=by, through="note_environment", opinion=noted.note,
        item=noted.serial, target=noted.target, verdict=str(noted.verdict), found_on=str(noted.found_on),
        finding=str(row.uid),
    )  # fmt: skip
    return row


def _faults(noted: Noted) -> list[str]:
    found = []
    if noted.serial not in ITEMS or ITEMS[noted.serial].by != By.ENVIRONMENT:
        found.append("检测项目不是环境检测项目，请从列表中选择。")
    if noted.found_on > timezone.localdate():
        found.append("检测日期不能晚于今天。")
    if noted.valid_until < noted.found_on:
        found.append("有效期应晚于检测日期。")
    elif noted.valid_until > noted.found_on + LONGEST:
        found.append("有效期最长三年，请另定复检日期。")
    if noted.verdict == Verdict.FAIL and not noted.note.strip():
        found.append("结果为不合格的，应在说明中写明问题和处置。")
    return found


def newest_environment(unit: Unit) -> dict[str, EnvironmentFinding]:
    """Item → the newest finding of the unit or of the platform."""
    rows = EnvironmentFinding.objects.filter(unit=unit) | EnvironmentFinding.objects.filter(unit=None)
    rows = rows.filter(found_on__lte=timezone.localdate()).select_related("entered_by").order_by("found_on", "pk")
    return {row.serial: row for row in rows}


def month_ticks(unit: Unit, first: date) -> dict[date, dict[str, int]]:
    """Month → how many items of 归档 are ticked, and how many of them failed by their newest tick."""
    newest: dict[date, dict[str, str]] = {}
    rows = SampleTick.objects.filter(unit=unit, stage=Stage.FILING, month__gte=first).order_by("pk")
    for month, serial, verdict in rows.values_list("month", "serial", "verdict"):
        newest.setdefault(month, {})[serial] = verdict
    return {
        month: {"done": len(found), "failed": sum(one == Verdict.FAIL for one in found.values())}
        for month, found in newest.items()
    }


def with_files(records: Sequence[Record]) -> list[tuple[Record, list[Component]]]:
    """Each record with its files, in two queries for all of them."""
    files: dict[int, list[Component]] = {}
    rows = Component.objects.filter(record__in=[one.pk for one in records]).select_related("stored_file")
    for component in rows.order_by("record", "seq"):
        files.setdefault(component.record_id, []).append(component)
    return [(record, files.get(record.pk, [])) for record in records]

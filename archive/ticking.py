"""What persons give the inspection: one tick on a month's or a batch's sample, and findings about the surroundings."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from units import audit
from units.access import may
from units.models import AccessLog, AuditEvent, Unit
from units.workflow import Refused

from .mending import MENDS
from .models import Component, EnvironmentFinding, Record, SampleTick
from .plan import CARRIER, ITEMS, OF_FILES, WITHOUT_OBJECT, By, Item, items_of
from .sample_verdicts import Standing, covers, standings
from .standing_findings import A_YEAR, first_of_month, surroundings_of
from .states import Stage, Verdict

LOOKS_LAST = timedelta(days=180)  # an older look is not this check's
SAMPLE = 10  # records that a person looks at for one tick
LONGEST = timedelta(days=3 * 366)  # for which an environment finding may hold


@dataclass(frozen=True)
class Scope:
    """What one tick stands for: a unit's month in a stage, or a batch; `sample` is drawn from the `total` of `rows`.

    `on_medium`: it came to whoever looks on a disk, whose looks are an item of its own.
    """

    unit: Unit
    stage: Stage
    sample: Sequence[Record]
    total: int
    rows: QuerySet[Record]
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
    return Scope(unit, stage, sample, total, rows, month=month, name=name)


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


def standing_of(scope: Scope) -> dict[str, Standing]:
    """Item → how it stands: in keeping, whose ticks cover all that the unit holds, with the ticks of a year."""
    if scope.stage != Stage.KEEPING or scope.month is None:
        return standings(ticks_of(scope))
    rows = SampleTick.objects.filter(stage=scope.stage, unit=scope.unit)
    rows = rows.filter(month__gte=first_of_month(timezone.localdate() - A_YEAR))
    return standings(rows.select_related("ticked_by").order_by("pk"))


def open_items(scope: Scope) -> list[Item]:
    """What nobody has ticked: it holds back the month's register, never the filing itself."""
    last = {one.serial: one for one in ticks_of(scope).order_by("pk")} if scope.total else {}
    # a month's list goes on growing while its files are looked at; a batch is decided as a whole
    done = {serial for serial, one in last.items() if scope.subject_uid is None or covers(one, scope.total)}
    return [one for one in scope.items if one.serial not in done] if scope.total else []


def unopened(looked_at: Sequence[tuple[Record, object]], *persons: int) -> list[Record]:
    """Of a sample with its files, or their number, those that have some and of which none of the persons (keys) has
    opened any, by the access log."""
    keys = [record.uid for record, files in looked_at if files]
    since = timezone.now() - LOOKS_LAST
    log = AccessLog.objects.filter(object_uid__in=keys, user_id__in=persons, at__gte=since)
    opened = set(log.values_list("object_uid", flat=True))
    return [record for record, files in looked_at if files and record.uid not in opened]


@transaction.atomic
def tick(
    scope: Scope, verdicts: Mapping[str, Verdict], *, note: str, by, failing: Collection[UUID] = (), mended: str = "",
    medium: str = "", unopened: Collection[UUID] = (),
) -> list[SampleTick]:  # fmt: skip
    """One act, one event: his verdict on each item of `verdicts` for the whole scope. Refused with a sentence.

    `failing` are those records of the sample on which 不合格 stands; `mended` what was put right of earlier ones;
    `medium` which medium came and how it looks: a bad one fails with all that is on it; `unopened` what was passed
    without being opened.
    """
    if not may(by, "check_records", scope.unit):
        raise Refused("您没有登记人工检测的权限，应由本单位档案员或接收岗位登记。")
    if not scope.sample:
        raise Refused(f"{scope.name}没有可抽查的档案。")
    which = _named(scope, verdicts, note, failing, medium)
    put_right = _put_right(scope, verdicts, mended.strip(), medium)
    others = [verdict for serial, verdict in verdicts.items() if not _is_of_medium(scope, serial)]
    said = {verdict: note if verdict == Verdict.FAIL or Verdict.FAIL not in others else "" for verdict in Verdict}
    whole = {str(one.uid): one.archival_code for one in scope.sample}
    uids = [str(one.uid) for one in scope.sample]
    rows = SampleTick.objects.bulk_create(
        SampleTick(
            unit=scope.unit, stage=scope.stage, serial=serial, month=scope.month, subject_uid=scope.subject_uid,
            sample=uids, total=scope.total, verdict=verdict, ticked_by=by,
            note=medium if _is_of_medium(scope, serial) else said[verdict], mended=put_right.get(serial, ""),
            failing={} if verdict != Verdict.FAIL else whole if _is_of_medium(scope, serial) else which,
            unopened=[str(one) for one in unopened] if _is_blind(scope, serial, verdict) else [],
        )
        for serial, verdict in verdicts.items()
    )  # fmt: skip
    told = {f"{scope.stage}-{serial}": str(verdict) for serial, verdict in verdicts.items()}
    audit.record(
        "tick_sample", "人工检测", scope.unit, by=by, through="check_records", opinion=note, scope=scope.name,
        verdicts=told, sample=uids, total=scope.total, failing=which, mended=put_right,
        **({"medium": medium} if medium else {}),
    )  # fmt: skip
    return rows


def _is_of_medium(scope: Scope, serial: str) -> bool:
    return scope.on_medium and serial == CARRIER


def _is_blind(scope: Scope, serial: str, verdict: Verdict) -> bool:
    """Whether opening the files is what a 合格 of this item needs."""
    return verdict == Verdict.PASS and not _is_of_medium(scope, serial)


def _named(
    scope: Scope, verdicts: Mapping[str, Verdict], note: str, failing: Collection[UUID], medium: str
) -> dict[str, str]:
    """The failing records, uid → 档号; Refused when the verdicts are none, or fail without a record and a reason."""
    if not verdicts or not set(verdicts) <= {one.serial for one in scope.items}:
        raise Refused("请至少选择一个人工检测项目的结果。")
    if not set(verdicts.values()) <= {Verdict.PASS, Verdict.FAIL}:
        raise Refused("检测结果应为合格或不合格。")
    if any(_is_of_medium(scope, serial) for serial in verdicts) and not medium.strip():
        raise Refused("载体外观检测应写明是什么载体、外观如何。")
    failed = {one for one, verdict in verdicts.items() if verdict == Verdict.FAIL and not _is_of_medium(scope, one)}
    chosen = [one for one in scope.sample if one.uid in failing]
    if not failed:
        if chosen:
            raise Refused("勾选了不合格的档案，而没有一项结果为不合格。请选择哪一项不合格，或取消勾选。")
        return {}
    if not chosen or len(chosen) != len(set(failing)):
        raise Refused("结果为不合格的，应在抽查的档案中勾选是哪一件。")
    if not note.strip():
        raise Refused("结果为不合格的，应在说明中写明什么问题。")
    if failed & OF_FILES and (bare := [one for one in chosen if not one.component_count]):
        raise Refused(f"{bare[0].archival_code}没有电子文件，{'、'.join(sorted(failed & OF_FILES))}对它不适用。")
    return {str(one.uid): one.archival_code for one in chosen}


def _put_right(scope: Scope, verdicts: Mapping[str, Verdict], mended: str, medium: str) -> dict[str, str]:
    """Item → what was put right, where 合格 follows 不合格. Refused where nothing was and nobody says what."""
    standing = standing_of(scope)
    found = {}
    for serial, verdict in verdicts.items():
        known = standing.get(serial)
        if verdict != Verdict.PASS or known is None or not known.open:
            continue
        if _is_of_medium(scope, serial):
            found[serial] = mended or f"更换载体：{medium}"[:200]
            continue
        done, left = _corrected(scope, known)
        if left and not mended:
            raise Refused(
                f"{ITEMS[serial].name}此前不合格（{'、'.join(left)}），至今没有更正或更换文件。"
                "请先改正；已另行改正的，在改正情况中写明改了什么。"
            )
        found[serial] = "；".join(filter(None, (mended, *done)))
    return found


def _corrected(scope: Scope, standing: Standing) -> tuple[list[str], list[str]]:
    """(in words what was corrected since or is no longer here, codes of what was not) of the failing records."""
    done, left = [], []
    for tick in standing.open:
        here = {str(uid) for uid in scope.rows.filter(uid__in=list(tick.failing)).values_list("uid", flat=True)}
        acts = AuditEvent.objects.filter(object_uid__in=list(tick.failing), verb__in=MENDS, at__gt=tick.ticked_at)
        acts = acts.order_by("pk").values_list("object_uid", "label", "at")
        acted = {str(uid): (label, at) for uid, label, at in acts}
        for uid, code in tick.failing.items():
            if uid in acted:
                label, at = acted[uid]
                done.append(f"{code} {timezone.localdate(at)} 已{label}")
            elif uid not in here:
                done.append(f"{code} 已不在检测范围内")
            else:
                left.append(code)
    return list(dict.fromkeys(done)), list(dict.fromkeys(left))


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
    faults = [*_faults(noted), *_unmended(unit, noted)]
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


def _unmended(unit: Unit, noted: Noted) -> list[str]:
    """合格 after 不合格 of the same thing says what was done about it."""
    if noted.verdict != Verdict.PASS or noted.note.strip():
        return []
    known = surroundings_of(unit.pk).get(noted.serial)
    if known is None or known.newest.verdict != Verdict.FAIL or known.newest.target != noted.target:
        return []
    return [f"{noted.target}此前检测不合格（{known.newest.found_on}），应在说明中写明改正了什么。"]


def month_ticks(unit: Unit, first: date) -> dict[date, dict]:
    """Month → how many items of 归档 are ticked, how many fail and on what records (uid, 档号), how many had failed."""
    months: dict[date, list[SampleTick]] = {}
    for one in SampleTick.objects.filter(unit=unit, stage=Stage.FILING, month__gte=first).order_by("pk"):
        months.setdefault(one.month, []).append(one)
    found = {}
    for month, ticks in months.items():
        stand = standings(ticks).values()
        had = sum(bool(one.settled) and not one.open for one in stand)
        which = {uid: code for one in stand for tick in one.open for uid, code in tick.failing.items()}
        failed = sum(bool(one.open) for one in stand)
        found[month] = {"done": len(stand), "failed": failed, "had": had, "which": list(which.items())}
    return found


def with_files(records: Sequence[Record]) -> list[tuple[Record, list[Component]]]:
    """Each record with its files, in two queries for all of them."""
    files: dict[int, list[Component]] = {}
    rows = Component.objects.filter(record__in=[one.pk for one in records]).select_related("stored_file")
    for component in rows.order_by("record", "seq"):
        files.setdefault(component.record_id, []).append(component)
    return [(record, files.get(record.pk, [])) for record in records]

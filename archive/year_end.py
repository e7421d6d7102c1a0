"""年度整理完毕（定号）: what is still open in a fonds' year, fixing its numbers, and numbering anew (practice 1).

Until transfer the year belongs to the unit: late papers do not reopen it, they get the next 件号 of their class with the
reason (补充归档). To change codes of a fixed year the unit's leader approves; what was transferred keeps its code.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from units import audit
from units.access import may
from units.fitting import FITTING, Fit
from units.reading import READ
from units.roles import PostKind
from units.tasks import close_tasks, open_task
from units.texts import in_runs, some_of, too_long
from units.workflow import Refused, patiently

from . import effective
from .checking import awaiting, imported_unchecked, unchecked
from .class_notes import void_told, with_place
from .mending import under_repair
from .models import CodeAssignment, Component, Fonds, Record, YearFixed
from .retention import fonds_of
from .states import Carrier, Retention, Role, State, place_of

ASKED = "renumber"  # kind of the leader's task
AGREED = "renumber_agreed"  # of the archivist's, until the year is fixed again
SHOWN = 50  # rows of one kind of finding on a page
NAMED = 3  # titles that one sentence names
GONE = Q(state=State.DESTROYED)
KEPT_ON = Q(kept_as__isnull=False)  # of rows with their period now
LONGEST_REASON, LONGEST_NOTE = 200, 300
FITTING[AGREED] = Fit(frozenset({PostKind.ARCHIVIST}), PostKind.ARCHIVIST)


@dataclass(frozen=True)
class Series:
    """One lowest class of a year by its numbers: how many items are there, how many were destroyed, the highest 件号,
    numbers that nobody has, void ones, and how many of the items an appraisal keeps for longer than the number says."""

    retention_code: str
    class_code: str
    count: int
    last: int
    gaps: list[int]
    voided: list[tuple[int, str]]  # 件号, why it is void and where its item is now
    destroyed: int = 0
    longer: int = 0  # not in `count`: they count where they belong now, under the number that they have

    @property
    def retention_label(self) -> str:
        return str(dict(Retention.choices).get(self.retention_code, self.retention_code))

    @property
    def gaps_shown(self) -> str:
        return in_runs(self.gaps)


@dataclass
class YearState:
    """A year before 定号: what holds it up, and what has to be explained."""

    fonds: Fonds
    year: int
    series: list[Series] = field(default_factory=list)
    unchecked: list[Record] = field(default_factory=list)  # of all, however they came, the first SHOWN
    awaiting: int = 0  # how many these are
    imported: int = 0  # and how many of them came by an import, which 定号 takes with a confirmation
    mending: list[Record] = field(default_factory=list)
    doubles: list[Record] = field(default_factory=list)
    textless: list[Record] = field(default_factory=list)
    late: list[Record] = field(default_factory=list)
    count: int = 0
    destroyed: int = 0  # beside `count`: they keep their codes, and nothing more is asked of them
    longer: list[Record] = field(default_factory=list)  # kept for another period than their number says (effective.py)
    periods: list[tuple[str, int]] = field(default_factory=list)  # the period in force, and of how many
    gone: int = 0  # on the way to the archive or there, and nobody has checked them

    @property
    def bars(self) -> list[str]:
        """What has to be done first."""
        found = [
            "该年度没有归档文件。" if not self.count + self.destroyed else "",
            f"还有 {self.awaiting - self.imported} 件未核对。" if self.awaiting > self.imported else "",
            f"还有 {len(self.mending)} 件退回待补。" if self.mending else "",
        ]
        return [one for one in found if one]

    @property
    def to_confirm(self) -> str:
        """Imported items that nobody has looked at: named, and taken as they are by whoever says so."""
        if not self.imported:
            return ""
        named = [f"“{one.title}”" for one in self.unchecked if one.document_id is None]
        return f"有 {self.imported} 件导入的文件尚未核对：{some_of(named, NAMED, count=self.imported)}"

    @property
    def to_explain(self) -> list[str]:
        gaps = sum(len(one.gaps) for one in self.series)
        found = [
            f"缺号 {gaps} 个" if gaps else "",
            f"疑似重份 {len(self.doubles)} 件" if self.doubles else "",
            f"缺正文 {len(self.textless)} 件" if self.textless else "",
            f"未核对即移交 {self.gone} 件" if self.gone else "",
        ]
        return [one for one in found if one]


def years_of(unit, user) -> list[dict]:
    """(year, how many, how many destroyed, unchecked, YearFixed or None) of the unit's fonds, newest first; of what
    `user` may see."""
    fonds = fonds_of(unit)
    if fonds is None:
        return []
    rows = Record.objects.allowing("view", user).items().filter(fonds=fonds, unit=unit).order_by()
    left = dict(awaiting(rows).values_list("year").annotate(n=Count("pk")))
    fixed = {
        one.year: one for one in YearFixed.objects.filter(fonds=fonds, reopened_at=None).select_related("fixed_by")
    }
    reopened = {
        one.year: one for one in YearFixed.objects.filter(fonds=fonds, reopened_at__isnull=False).order_by("pk")
    }
    counts = rows.values_list("year").annotate(n=Count("pk"), gone=Count("pk", filter=GONE)).order_by("-year")
    return [
        {
            "year": year,
            "count": n - gone,
            "destroyed": gone,
            "unchecked": left.get(year, 0),
            "fixed": fixed.get(year),
            "reopened": None if year in fixed else reopened.get(year),
        }
        for year, n, gone in counts
    ]


def preview(unit, fonds: Fonds, year: int, user) -> YearState:
    """Everything of the year that 定号 asks for, in one reading; of what `user` may see."""
    everything = Record.objects.allowing("view", user).items().filter(fonds=fonds, unit=unit, year=year)
    rows = everything.exclude(GONE).order_by("archival_code")
    longer = [one for one in effective.with_period(rows).filter(KEPT_ON) if effective.is_changed(one)]
    texts = Component.objects.filter(record=OuterRef("pk"), role=Role.ORIGINAL)
    twins = (
        Record.objects.items()
        .filter(fonds=fonds, year=year, doc_number=OuterRef("doc_number"), title=OuterRef("title"))
        .exclude(GONE | Q(pk=OuterRef("pk")))
    )
    return YearState(
        fonds,
        year,
        series=_series(fonds, year, Counter((one.retention_code, one.class_code) for one in longer)),
        longer=longer,
        periods=_periods(rows, longer),
        unchecked=[*unchecked(rows)[:SHOWN], *imported_unchecked(rows)[:SHOWN]],
        awaiting=awaiting(rows).count(),
        imported=imported_unchecked(rows).count(),
        mending=list(rows.filter(under_repair())),
        doubles=list(rows.exclude(doc_number="").filter(Exists(twins))),
        textless=list(rows.exclude(carrier_mode=Carrier.PAPER).filter(~Exists(texts))),
        late=list(rows.exclude(late_reason="")),
        gone=rows.filter(state__in=(State.IN_TRANSFER, State.ACCESSIONED), checked_at=None).count(),
        **everything.order_by().aggregate(count=Count("pk", filter=~GONE), destroyed=Count("pk", filter=GONE)),
    )


def _periods(rows: QuerySet, longer: list[Record]) -> list[tuple[str, int]]:
    """(保管期限 in force, how many), the longest first: what an appraisal prolonged counts by what it gave."""
    counts = Counter(dict(rows.order_by().values_list("retention_code").annotate(n=Count("pk"))))
    counts.subtract(one.retention_code for one in longer)
    counts.update(one.period_code for one in longer)
    return [(str(label), counts[code]) for code, label in Retention.choices if counts[code]]


def _series(fonds: Fonds, year: int, longer: Mapping[tuple[str, str], int]) -> list[Series]:
    codes = with_place(CodeAssignment.objects.filter(fonds=fonds, year=year))
    by_class: dict[tuple, list[CodeAssignment]] = {}
    for one in codes.order_by("retention_code", "class_code", "item_no"):
        by_class.setdefault((one.retention_code, one.class_code), []).append(one)
    found = []
    for (retention, klass), rows in sorted(by_class.items(), key=lambda one: (place_of(one[0][0]), one[0])):
        given = {one.item_no for one in rows}
        last = max(given)
        voided = [(one.item_no, void_told(one)) for one in rows if one.voided_at is not None]
        gaps = sorted(set(range(1, last + 1)) - given) if last < 100_000 else []
        gone = sum(one.voided_at is None and one.record_state == State.DESTROYED for one in rows)
        on = longer.get((retention, klass), 0)
        found.append(Series(retention, klass, len(rows) - len(voided) - gone - on, last, gaps, voided, gone, on))
    return found


def fix(unit, year: int, *, by, note: str = "", takes_unchecked: bool = False) -> YearFixed:
    """定号 of the unit's year by its archivist; `takes_unchecked`: imported items that nobody checked are fixed as they
    are. Refused with everything that is still open."""
    fonds, note = fonds_of(unit), note.strip()
    if fonds is None:
        raise Refused(f"{unit}还没有全宗号，请与区档案馆联系。")
    with patiently(), transaction.atomic():
        state = preview(unit, fonds, year, by)
        reasons = [*state.bars, too_long(note, LONGEST_NOTE, "说明")]
        if state.to_explain and not note:
            reasons.append(f"{'、'.join(state.to_explain)}，请在说明中写明情况。")
        if state.to_confirm and not takes_unchecked:
            reasons.append(f"{state.to_confirm}，请先核对；确认照此定号的，勾选“确认未核对的也照此定号”。")
        if found := [one for one in reasons if one]:
            raise Refused(*found)
        row = YearFixed(unit=unit, fonds=fonds, year=year, items=state.count, note=note, fixed_by=by)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Refused(f"{year}年度已经定号。") from error
        if not may(by, "arrange", row):
            raise Refused(f"您没有整理{unit}归档文件的权限。")
        for before in YearFixed.objects.filter(fonds=fonds, year=year, reopened_at__isnull=False):
            close_tasks(before, by=by, kinds=(AGREED,))
        audit.record("fix_year", "年度定号", row, by=by, through="arrange", opinion=note, items=state.count,
                     unchecked=state.imported)  # fmt: skip
    return row


def reopened_of(fonds: Fonds, year: int) -> YearFixed | None:
    """The approval by which codes of the year may change now; None of a year that is fixed, or never was."""
    last = YearFixed.objects.filter(fonds=fonds, year=year).select_related("reopened_by").order_by("-pk").first()
    return last if last is not None and last.reopened_at is not None else None


def earlier(row: YearFixed) -> YearFixed | None:
    """The fixing whose renumbering led to this one; None of a year that was fixed once."""
    return YearFixed.objects.filter(fonds=row.fonds_id, year=row.year, pk__lt=row.pk).order_by("-pk").first()


def later(row: YearFixed) -> YearFixed | None:
    """The fixing after this one's renumbering; None while codes may still change, or never did."""
    return YearFixed.objects.filter(fonds=row.fonds_id, year=row.year, pk__gt=row.pk).order_by("pk").first()


def renumbered(row: YearFixed, after: YearFixed | None) -> QuerySet[CodeAssignment]:
    """Codes of the year given up since its renumbering was approved, until `after` (`later`): each with its record."""
    rows = CodeAssignment.objects.filter(fonds=row.fonds_id, year=row.year)
    rows = rows.filter(voided_at__gte=row.reopened_at) if row.reopened_at is not None else rows.none()
    rows = rows.filter(voided_at__lt=after.fixed_at) if after is not None else rows
    rows = rows.exclude(record__state=State.JOINED)  # its code went with it into the 复文: nobody numbered it anew
    shown = ("code", "record__uid", "record__archival_code", "record__title")
    return rows.select_related("record").only(*shown)


def _locked(row: YearFixed) -> YearFixed:
    return YearFixed.objects.select_for_update(of=("self",)).select_related("unit", "fonds").get(pk=row.pk)


def ask_to_renumber(row: YearFixed, *, by, reason: str) -> None:
    """The archivist asks the unit's leader. Refused when something of the year has left the unit, or is about to."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        row = _locked(row)
        found = [
            "" if may(by, "arrange", row) else "只有本单位档案员可以报请重新编号。",
            "" if reason else "请填写重新编号的理由。",
            too_long(reason, LONGEST_REASON),
            bars_new_codes(row),
            "已经报请过，待单位领导批准。" if row.asked_at and not row.reopened_at else "",
            "该年度已经准予重新编号。" if row.reopened_at else "",
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        row.asked_by, row.asked_at, row.asked_reason = by, timezone.now(), reason
        row.save()
        close_tasks(row, by=by, kinds=(READ,))  # the answer of before
        open_task(ASKED, "批准重新编号", row, unit=row.unit, post=PostKind.LEADER, remark=reason)
        audit.record("ask_renumbering", "报请重新编号", row, by=by, through="arrange", opinion=reason)


def decide(row: YearFixed, *, by, agreed: bool, note: str = "") -> None:
    """The unit's leader approves, and codes of the year may change again, or does not. Refused when nothing waits."""
    note = note.strip()
    with patiently(), transaction.atomic():
        row = _locked(row)
        found = [
            "" if may(by, "approve", row) else "只有本单位领导可以批准重新编号。",
            "" if row.asked_at and not row.reopened_at else "没有待批准的重新编号。",
            "" if agreed or note else "不同意的，请填写理由。",
            too_long(note, LONGEST_REASON, "意见"),
            bars_new_codes(row) if agreed else "",
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        if agreed:
            row.reopened_by, row.reopened_at = by, timezone.now()
        else:
            row.asked_by, row.asked_at, row.asked_reason = None, None, ""
        row.save()
        close_tasks(row, by=by, kinds=(ASKED,))
        _tell(row, by, agreed, note)
        verb, label = ("approve_renumbering", "同意重新编号") if agreed else ("decline_renumbering", "不同意重新编号")
        audit.record(verb, label, row, by=by, through="approve", opinion=note)


def _tell(row: YearFixed, by, agreed: bool, note: str) -> None:
    """The archivist hears the answer in the leader's words: agreed there is something to do, else only to read."""
    kind, label = (AGREED, "重新编号") if agreed else (READ, "重新编号未获同意")
    said = f"{by.name}{'已同意' if agreed else '不同意'}{f'：{note}' if note else ''}"
    remark = f"{said}（报请理由：{row.asked_reason}）" if agreed else said
    open_task(kind, label, row, unit=row.unit, post=PostKind.ARCHIVIST, remark=remark)


def bars_new_codes(row: YearFixed) -> str:
    """Another keeps its codes in his books: each state by its own name and number. What was destroyed bars nothing: it
    keeps its code, and the others are numbered round it; nor what was sent home, which another platform numbers."""
    rows = Record.objects.unguarded("numbers only: what of the year has left the unit")
    counted = dict(
        rows.filter(fonds=row.fonds_id, year=row.year, state__in=(State.IN_TRANSFER, State.ACCESSIONED))
        .order_by().values_list("state").annotate(n=Count("pk"))
    )  # fmt: skip
    told = "、".join(
        f"{label} {counted[state]} 件"
        for state, label in ((State.ACCESSIONED, "已移交进馆"), (State.IN_TRANSFER, "正在移交"))
        if state in counted
    )
    return f"{row.year}年度{told}，档号不能再变动。" if told else ""

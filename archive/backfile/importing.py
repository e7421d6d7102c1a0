"""Rows into records: the same filing, numbering and inspection as at completion; twice is once, killed is resumed."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from units import audit
from units.access import Seat, standing
from units.findings import WARN, Finding

from .. import inspection
from ..filing import next_keys, write
from ..fixed_years import fixed_among
from ..indexing import leave_to_the_other, sorted_aside
from ..models import Component
from ..retention import classes_of, default_class_code, fonds_of, rules_for
from ..states import Stage
from . import codes
from .again import settle_again
from .columns import read_item
from .folder import Files, Folder, Missing, Packed
from .landing import landing, landing_threads
from .making import Home, Made, keep_files, make
from .numbered import Key, find_by_number, in_sheet
from .reading import BadCatalogue, rows
from .rerun import Row, attach, find_by_files, find_known, identity_of
from .texts import pieces_of

SLICE = 100  # rows of one transaction
AHEAD = 2  # slices


@dataclass
class Import:
    """The outcome: counts of rows, and every finding in the catalogue's order where nobody took them slice by slice."""

    filed: int = 0
    refused: int = 0
    skipped: int = 0
    differing: int = 0
    corrected: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("filed", "refused", "skipped", "differing", "corrected")}

    def as_dict(self) -> dict:
        return self.counts | {
            "findings": [
                {"line": one.line, "column": one.field, "severity": one.severity, "message": one.message}
                for one in self.findings
            ],
        }

    @property
    def told(self) -> str:
        """The counts in one line; what there is none of is left out but for the first three."""
        more = [("不同", self.differing), ("已更正", self.corrected)]
        return f"未归档 {self.refused}，已有 {self.skipped}" + "".join(f"，{word} {n}" for word, n in more if n)


@dataclass(frozen=True)
class Begun:
    """What an earlier attempt of the same run has done: rows, its counts, and the lines it refused (judged again)."""

    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    refused_lines: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Run:
    """What holds for all slices of one run; `seen` is identity → (line, the whole row), both as hashes; `numbered` is
    what names a document → (line, title, code), `listed` a file's hashed place → the line that lists it."""

    home: Home
    files: Files
    outcome: Import
    tell: Callable[[list[Finding]], None]
    dry_run: bool
    correct: bool
    keep: Callable[[int, dict[str, int]], None] | None = None
    seen: dict[int, tuple[int, int]] = field(default_factory=dict)
    numbered: dict[Key, tuple[int, str, str]] = field(default_factory=dict)
    listed: dict[int, int] = field(default_factory=dict)


def _unlisted(name: str) -> str:
    return f"“{name[:200]}”没有列入目录，没有归档。"


def run(
    catalogue: Path,
    unit,
    *,
    by,
    files: Files | Path | None = None,
    dry_run: bool = False,
    correct: bool = False,
    progress: Callable[[int], None] | None = None,
    tell: Callable[[list[Finding]], None] | None = None,
    begun: Begun | None = None,
    keep: Callable[[int, dict[str, int]], None] | None = None,
) -> Import:
    """File every row of `catalogue` for `unit` in slices; `progress(rows done)` after each.

    `correct`: rows that were filed before and differ now correct their records, else they are listed. `tell` is given
    the findings slice by slice; without it they are kept in the outcome.
    `keep(rows done, counts)` is called in the transaction of each slice; an attempt that was stopped is gone on with
    from what was kept (`begun`).
    Raises BadCatalogue when the catalogue as a whole cannot be read; then nothing was filed.
    """
    if (fonds := fonds_of(unit)) is None:
        raise BadCatalogue(f"{unit}还没有全宗号，不能归档，请与区档案馆联系。")
    files = files if isinstance(files, Files) else Folder(files or catalogue.parent)
    numbering = codes.Numbering(fonds, default_class_code(unit))
    home = _home(unit, fonds, by, numbering, codes.highest_of(_own_codes(catalogue, files, numbering)))
    begun = begun or Begun()
    outcome = Import(**begun.counts)
    under_way = Run(home, files, outcome, tell or outcome.findings.extend, dry_run, correct, keep)
    if not begun.rows:
        under_way.tell([Finding("file", WARN, "电子文件", told, "file") for told in files.remarks()])
    with closing(_prepared(catalogue, under_way, begun)) as slices, sorted_aside() as sort_in:
        for prepared in slices:
            _slice(prepared, under_way)
            if not dry_run:
                sort_in()
            if progress is not None:
                progress(prepared.done)
    under_way.tell([Finding("file", WARN, "电子文件", _unlisted(name), "file") for name in files.unused()])
    return outcome


def _home(unit, fonds, by, numbering, reserved) -> Home:
    """What all rows of one import share; `reserved`: the highest numbers that the catalogue itself gives."""
    seat, rules = _seat(by, unit), rules_for(unit)
    return Home(unit, fonds, numbering.class_code, rules, by, seat, numbering, reserved, classes_of(unit))


@dataclass(frozen=True)
class Slice:
    """Some rows on their way: `landing` ends when the bytes of those that are new are in the store."""

    given: list[Row]
    live: list[Row]
    landing: Future
    done: int


def _prepared(catalogue: Path, under_way: Run, begun: Begun) -> Generator[Slice, None, None]:
    """Slice by slice; while one is filed, the bytes of the next are looked into and put under their digests.

    AHEAD of them, so that files are looked into while the disk is waited for.
    """
    done, waiting = 0, deque[Slice]()
    with landing_threads() as threads:
        for batch in audit.batched(rows(catalogue), SLICE):
            given = [_row(line, cells, under_way) for line, cells in batch]
            done += len(batch)
            if done <= begun.rows:
                given = [row for row in given if row.item.line in begun.refused_lines]
            single = [row for row in given if not row.is_twin]
            live = [row for row in single if not row.item.is_refused]
            find_known(under_way.home.unit, single)
            find_by_number(under_way.home.unit, live, attach)
            fresh = [row for row in single if row.known is None]
            landed = landing(threads, fresh, dry_run=under_way.dry_run)
            waiting.append(Slice(given, live, landed, max(done, begun.rows)))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        yield from waiting


def _own_codes(catalogue: Path, files: Files, numbering: codes.Numbering) -> Iterator[codes.Code | None]:
    """The codes that the catalogue bears, read once before any row; a ZIP that no row speaks of is a mistake."""
    names_files = False
    for line, row in rows(catalogue):
        names_files = names_files or bool(row.text("file"))
        yield numbering.read(row.text("archival_code")) or _by_item_no(line, row, numbering)
    if isinstance(files, Packed) and not names_files:
        raise BadCatalogue(
            "上传了电子文件压缩包，但目录的“文件”列没有或全空；请填写文件名，仅有纸质件的不要上传压缩包。"
        )


def _by_item_no(line: int, row, numbering: codes.Numbering) -> codes.Code | None:
    """The code of a row that bears its 件号 alone; only such rows are read twice."""
    if not row.text("item_no"):
        return None
    return codes.settle(read_item(line, row), numbering, has_year=bool(row.text("year")))


def _seat(by, unit) -> Seat | None:
    """The post that lets `by` arrange the unit's records; None for the system."""
    return next(iter(standing(by).through.get(("arrange_records", unit.pk), ())), None)


def _row(line: int, given, under_way: Run) -> Row:
    """The row as it is understood, with its files as far as they are there."""
    item = read_item(line, given)
    code = codes.settle(item, under_way.home.numbering, has_year=bool(given.text("year")))
    codes.settle_class(item, code, under_way.home.classes, under_way.home.class_code)
    row = Row(item, code, identity_of(item, code))
    for name in item.files:
        try:
            row.sources.append(under_way.files.find(name))
        except Missing as missing:
            row.absent.append(missing.told)
    _repeated(row, under_way.seen)
    in_sheet(row, under_way.numbered)
    if not row.is_twin:
        _listed_twice(row, under_way.listed)
    return row


def _listed_twice(row: Row, listed: dict[int, int]) -> None:
    """A file that another row lists too is told: a slip of one line files the wrong text, and one scan may hold two."""
    for source in row.sources:
        line = listed.setdefault(hash(source.place), row.item.line)
        if line != row.item.line and not row.item.is_refused:
            row.item.warn(
                "file", f"文件“{source.name[:100]}”第 {line} 行也列了，请核对是不是这一件的。", "listed-twice"
            )


def _repeated(row: Row, seen: dict[int, tuple[int, int]]) -> None:
    """A row that stands twice in one catalogue is a fault of the catalogue, not a second run."""
    item = row.item
    whole = hash((*(str(item.values[name]) for name in sorted(item.values) if name != "seq"), *item.files))
    line, first = seen.setdefault(hash(row.identity), (item.line, whole))
    if line == item.line:
        return
    if first == whole:
        row.is_twin = True
        item.warn("title", f"与第 {line} 行完全相同，只按一件办理。")
    elif code := item.values["archival_code"]:
        item.refuse("archival_code", f"档号“{code}”与第 {line} 行重复。")
    elif row.code is not None:
        item.refuse("item_no", f"件号 {row.code.item_no} 与第 {line} 行重复（同一年度、同一保管期限），请核对。")
    else:
        item.refuse(
            "title", f"与第 {line} 行的题名、文号、日期和文件都相同，其他内容不同；请只留一行，或填写档号加以区别。"
        )


def _slice(prepared: Slice, under_way: Run) -> None:
    """Bytes first and without a lock, then one short transaction for the rows."""
    outcome, unit, given = under_way.outcome, under_way.home.unit, prepared.given
    prepared.landing.result()
    live = [row for row in prepared.live if not row.item.is_refused]
    find_by_files(unit, live)
    _bar_fixed_years([row for row in live if row.known is None], under_way.home.fonds)
    live = [row for row in live if not row.item.is_refused]
    made = make([row for row in live if row.known is None], under_way.home, check_bytes=not under_way.dry_run)
    for row in live:
        if row.known is not None:
            may_correct = under_way.correct and not under_way.dry_run
            settle_again(row, under_way.home, outcome, may_correct=may_correct)
    outcome.skipped += sum(row.is_twin and not row.item.is_refused for row in given)  # a row is counted once
    outcome.refused += sum(row.item.is_refused for row in given)
    with transaction.atomic():  # what is told of a row is kept with the row
        if under_way.dry_run:
            _tell_codes(made)
            outcome.filed += len(made)
        else:
            _file(made, under_way)
        under_way.tell([one for row in given for one in row.item.findings])
        if under_way.keep is not None:
            under_way.keep(prepared.done, outcome.counts)


def _bar_fixed_years(rows: list[Row], fonds) -> None:
    """What comes into a year after 定号 is 补充归档, each with its reason and who approved: no catalogue says that."""
    fixed = {year for _, year in fixed_among((fonds.pk, row.item.values["year"]) for row in rows if _year_of(row))}
    for row in rows:
        if _year_of(row) in fixed:
            told = f"{_year_of(row)}年度已整理完毕并定号，目录导入不能再编入；请在归档工作台逐件“补充归档”，写明理由和批准人。"
            row.item.refuse("year", told, "year-fixed")


def _year_of(row: Row) -> int | None:
    return row.item.values["year"]


# ------------------------------------------------------------------ filing


def _tell_codes(made: list[Made]) -> None:
    """What would become of the codes, in a trial run."""
    clashes = codes.taken(one.row.code.text for one in made if one.row.code)
    for one in made:
        code = one.row.code
        codes.tell(one.row.item, None, code, clashes.get(code.text) if code else None)


def _file(made: list[Made], under_way: Run) -> None:
    if not made:
        return
    home = under_way.home
    with connection.cursor() as cursor:  # two imports of one unit take turns
        cursor.execute("SELECT pg_advisory_xact_lock(4702113, %s)", [home.unit.pk])
    find_known(home.unit, [one.row for one in made])  # what another run has filed meanwhile
    fresh = [one for one in made if one.row.known is None]
    clashes = _insert(fresh, home)
    under_way.outcome.filed += len(fresh)
    under_way.outcome.skipped += len(made) - len(fresh)
    for one in fresh:
        code = one.row.code
        codes.tell(one.row.item, one.record, code, clashes.get(code.text) if code else None)


def _insert(fresh: list[Made], home: Home) -> dict:
    """Rows in the order of design section 6: files and components, inspection, the class counters last, the events."""
    if not fresh:
        return {}
    sheet = inspection.Sheet(Stage.FILING)
    for key, one in zip(next_keys(len(fresh)), fresh, strict=True):
        one.record.pk = key
        sheet.add(one.sheet)
    keep_files(fresh)
    Component.objects.bulk_create(component for one in fresh for component in one.components)
    run = inspection.open_run(
        Stage.FILING, by=home.by, subject_uid=home.unit.uid
    )  # by which the month's register counts
    inspection.keep(run, sheet, records=len(fresh))
    records = [one.record for one in fresh]
    clashes = codes.assign([(one.record, one.row.code) for one in fresh], home.reserved)
    for one in fresh:
        if one.row.code and one.row.code.text in clashes:
            one.record.legacy_code = one.record.legacy_code or one.row.code.text
    leave_to_the_other()
    write([(one.record, pieces_of(one.row.landed)) for one in fresh], home.by)
    audit.record_many("import_record", "目录导入归档", records, by=home.by, seat=home.seat, after="filed")
    return clashes

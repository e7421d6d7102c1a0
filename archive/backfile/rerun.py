"""A row that was filed before: found again by its code, by what it says, or by its files; equal, or differing where.

A run that is killed and begun anew, a catalogue that comes again after five rows were mended, and one that comes
without its files all end here.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from documents.states import Disclosure, DocType, SecurityClass
from units.doc_numbers import as_number

from ..codes import numbered
from ..models import CodeAssignment, Component, Record
from ..states import Precision, Retention, Role
from .codes import Code
from .columns import COLUMNS, Item
from .folder import Source, safe_filename, tidy

SAID_WHEN_FILLED = ("title", "author", "doc_number", "remark", "doc_type", "disclosure_attr")
COLUMN_OF = {"retention_code": "retention"}
OWN_FILES = (Role.ORIGINAL, Role.ATTACHMENT)


@dataclass
class Row:
    """One row on its way: what it says, its own code where well-formed, its files as far as they were found."""

    item: Item
    code: Code | None
    identity: str
    sources: list[Source] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)  # sentences
    landed: list = field(default_factory=list)
    known: "Known | None" = None
    is_twin: bool = False  # word for word another row of the same catalogue

    @property
    def file_names(self) -> list[str]:
        return [safe_filename(tidy(name).rpartition("/")[2]) for name in self.item.files]


@dataclass
class Known:
    """A record that a row speaks of again, with its own present files in their order."""

    record: Record
    components: list[Component]

    @property
    def digests(self) -> list[str]:
        return [one.stored_file.sha256 for one in self.components]

    @property
    def file_names(self) -> list[str]:
        return [one.filename for one in self.components]


@dataclass(frozen=True)
class Difference:
    """`column` as in COLUMNS; `field` of the record and the value it would get."""

    column: str
    field: str
    value: object
    filed: str
    listed: str

    @property
    def told(self) -> str:
        return f"{COLUMNS[self.column][0]}与已归档的不同：已归档为“{self.filed}”，目录为“{self.listed}”"


def identity_of(item: Item, code: Code | None) -> str:
    """Unit-wide identity of a row: its code, else its title, number, date and files' names."""
    if code is not None:
        return f"code:{code.text}"[:100]
    if written := item.values["archival_code"]:
        return f"code:{written}"[:100]
    day = item.values["date"]
    told = [
        item.values["title"], item.values["doc_number"],
        f"{day} {item.values['date_precision']}" if day else str(item.values["year"] or ""),
        *sorted(tidy(name).casefold() for name in item.files),
    ]  # fmt: skip
    return "row:" + hashlib.sha256("\x1f".join(told).encode()).hexdigest()


def find_known(unit, rows: Iterable[Row]) -> None:
    """Sets `known` of the rows whose identity or code the unit has filed by import; two or three queries."""
    rows = [row for row in rows if row.known is None]
    imported = Record.objects.unguarded("which of these rows the unit has filed already").filter(unit=unit)
    found = {one.source_identity: one for one in imported.filter(source_identity__in={row.identity for row in rows})}
    by_code = {row.code.text: row for row in rows if row.code and row.identity not in found}
    if by_code:
        for one in imported.filter(archival_code__in=by_code).exclude(source_identity=""):
            if is_like(by_code[one.archival_code], one):  # else another matter whose code was given by us: a clash
                found[f"code:{one.archival_code}"] = one
    _attach(rows, found)


def _attach(rows: list[Row], found: dict[str, Record]) -> None:
    attach([(row, found[row.identity]) for row in rows if row.identity in found])


def attach(matched: list[tuple[Row, Record]]) -> None:
    files = components_of([record.pk for _, record in matched])
    for row, record in matched:
        row.known = Known(record, files.get(record.pk, []))


def components_of(keys: list[int]) -> dict[int, list[Component]]:
    found: dict[int, list[Component]] = {}
    if keys:
        rows = Component.objects.filter(record__in=keys, role__in=OWN_FILES).select_related("stored_file")
        for one in rows.order_by("record", "seq"):
            found.setdefault(one.record_id, []).append(one)
    return found


def find_by_files(unit, rows: Iterable[Row]) -> None:
    """Sets `known` of landed rows whose very files the unit has filed without code, under the same title or number."""
    rows = [row for row in rows if row.known is None and row.landed]
    wanted = {one.sha256 for row in rows for one in row.landed}
    if not wanted:
        return
    holders = Component.objects.filter(stored_file__sha256__in=wanted, record__unit=unit).values("record")
    records = (
        Record.objects.unguarded("a row of the same files is told, not filed twice")
        .filter(pk__in=holders, source_identity__startswith="row:")
        .in_bulk()
    )
    files = components_of(list(records))
    by_digests: dict[tuple[str, ...], list[Known]] = {}
    for key, own in files.items():
        known = Known(records[key], own)
        by_digests.setdefault(tuple(known.digests), []).append(known)
    for row in rows:
        alike = by_digests.get(tuple(one.sha256 for one in row.landed), [])
        row.known = next((known for known in alike if is_like(row, known.record)), None)
        for known in alike if row.known is None else ():
            if known.record.title == row.item.values["title"]:
                told = f"与已归档的一件（档号{known.record.archival_code}）题名和电子文件都相同，请核对是否重复归档。"
                row.item.warn("title", told)


def is_like(row: Row, record: Record) -> bool:
    """The same matter: the number decides where both have one, else the title with the date."""
    values = row.item.values
    if values["doc_number"] and record.doc_number:
        return numbered(values["doc_number"]) == numbered(record.doc_number)
    same_day = values["date"] is None or record.date is None or values["date"] == record.date
    return values["title"] == record.title and same_day


def differences(row: Row) -> list[Difference]:
    """Where a row says otherwise than its record; an empty cell says nothing."""
    record, values = row.known.record, row.item.values
    found = [
        Difference(name, name, values[name], _shown(name, getattr(record, name)), _shown(name, values[name]))
        for name in SAID_WHEN_FILLED
        if values[name] and values[name] != getattr(record, name) and not _is_same_number(name, row)
    ]
    if values["security_class"] != record.security_class:
        found.append(_difference("security_class", record, values["security_class"]))
    for name in ("year", "retention_code", "class_code"):
        said = values[COLUMN_OF.get(name, name)]
        if said and said != getattr(record, name):
            found.append(_difference(name, record, said))
    if values["page_count"] is not None and values["page_count"] != record.page_count:
        found.append(_difference("page_count", record, values["page_count"]))
    return [*found, *_date_differs(row), *_code_differs(row)]


def _is_same_number(name: str, row: Row) -> bool:
    """长信[2003]12号 beside 长信〔2003〕12号: the same number in other brackets."""
    number = as_number(row.item.values["doc_number"]) if name == "doc_number" else ""
    return bool(number) and number == as_number(row.known.record.doc_number)


def _difference(name: str, record: Record, said: object) -> Difference:
    filed = getattr(record, name)
    return Difference(COLUMN_OF.get(name, name), name, said, _shown(name, filed), _shown(name, said))


def _shown(name: str, value: object) -> str:
    labels = {
        "doc_type": dict(DocType.choices), "retention_code": dict(Retention.choices),
        "security_class": dict(SecurityClass.choices), "disclosure_attr": dict(Disclosure.choices),
    }.get(name, {})  # fmt: skip
    return str(labels.get(value, "空" if value in ("", None) else value))


def _date_differs(row: Row) -> list[Difference]:
    record, values = row.known.record, row.item.values
    day, precision = values["date"], values["date_precision"]
    if day is None or (day, precision) == (record.date, record.date_precision):
        return []
    length = {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)
    return [Difference("date", "date", (day, precision), record.date_shown or "不详", day.isoformat()[:length])]


def _code_differs(row: Row) -> list[Difference]:
    """A code that is listed now, of a record that was filed without one."""
    record, written = row.known.record, row.item.values["archival_code"]
    said = row.code.text if row.code else written
    if not said or said == record.archival_code or record.legacy_code in (said, written or said):
        return []
    return [Difference("archival_code", "archival_code", said, record.archival_code, said)]


def files_differ(row: Row, digests: list[str]) -> bool:
    """Other files than the record's; a row that lists none, or whose files did not come again, says nothing."""
    return bool(digests) and digests != row.known.digests


def clash_of(code: Code | None, record: Record) -> CodeAssignment | None:
    """Whoever else has the code that a correction would give to `record`."""
    if code is None:
        return None
    return CodeAssignment.objects.filter(code=code.text).exclude(record=record, voided_at=None).first()

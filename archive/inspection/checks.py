"""The checks on one record as it stands in the database: pure functions over loaded rows, no query among them.

Each gives the findings of one item, or None when the item does not apply to the record.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from django.db import connection
from django.db.models import CharField
from django.utils import timezone

from documents.states import Direction, Disclosure, DocType, SecurityClass, Urgency
from files.store import path_of
from units.findings import REFUSE, WARN, Finding

from ..models import Component, Record
from ..plan import ITEMS
from ..states import Access, Carrier, Precision, Retention, Role, Stage, State
from .sheet import Sheet

CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z]{2}·\d{4}([-·])(Y|D30|D10)(\1[A-Z0-9]{1,3})?-\d{4,}$")  # code_schemes
FIRST_YEAR = 1900
LATEST_FILED = 1  # years after its date: what was completed in the new year is of that year (domain 3.4)
# the own list of 1-6: controls, private use, the replacement character, and what a wrong decoding leaves behind
SPECIAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]|锟斤拷|烫烫烫|屯屯屯|â€|ï»¿")
TEXTS = (
    ("title", "题名"), ("author", "责任者"), ("doc_number", "文号"), ("main_recipients", "主送"),
    ("cc_recipients", "抄送"), ("remark", "备注"),
)  # fmt: skip
DOMAINS = (
    ("retention_code", "保管期限", frozenset(Retention.values)),
    ("security_class", "密级", frozenset(SecurityClass.values)),
    ("disclosure_attr", "公开属性", frozenset({"", *Disclosure.values})),
    ("access_status", "开放状态", frozenset(Access.values)),
    ("doc_type", "文种", frozenset({"", *DocType.values})),
    ("urgency", "紧急程度", frozenset({"", *Urgency.values})),
    ("direction", "公文方向", frozenset({"", *Direction.values})),
    ("carrier_mode", "载体", frozenset(Carrier.values)),
    ("date_precision", "日期精度", frozenset(Precision.values)),
)
LENGTHS = tuple(
    (one.name, str(one.verbose_name), one.max_length) for one in Record._meta.fields if type(one) is CharField
)
WHOLE = ("uid", "unit_id", "custodian_id", "fonds_id", "category_code", "year", "filed_at", "filed_by_id")
CATEGORIES = frozenset({"WS"})  # what the archive takes: 文书
Found = list[Finding] | None


def _refuse(serial: str, target: str, message: str, field: str = "") -> Finding:
    return Finding(serial, REFUSE, target, message, field)


def _warn(serial: str, target: str, message: str, field: str = "") -> Finding:
    return Finding(serial, WARN, target, message, field)


def _lengths(record) -> Found:
    return [
        _refuse("1-2", label, f"{label}有{len(getattr(record, name))}个字，最多{longest}个。", name)
        for name, label, longest in LENGTHS
        if len(getattr(record, name) or "") > longest
    ]


def _types(record) -> Found:
    found = []
    for name, label in (("year", "年度"), ("page_count", "页数"), ("component_count", "文件数")):
        if not isinstance(getattr(record, name), int):
            found.append(_refuse("1-3", label, f"{label}应为整数。", name))
    if record.date is not None and not isinstance(record.date, date):
        return [*found, _refuse("1-3", "日期", "日期应为年月日。", "date")]
    if (record.date is None) != (record.date_precision == Precision.UNKNOWN):
        found.append(_refuse("1-3", "日期", "日期与日期精度不相符：不详的日期应为空。", "date"))
    return found


def _domains(record) -> Found:
    return [
        _refuse("1-4", label, f"{label}“{getattr(record, name)}”不在值域内。", name)
        for name, label, values in DOMAINS
        if (getattr(record, name) or "") not in values
    ]


def _plausible(record) -> Found:
    """Dates in their order, the class year fits the date."""
    found, today = [], timezone.localdate()
    if isinstance(record.date, date) and record.date_precision != Precision.UNKNOWN:
        if record.date > today:
            found.append(_refuse("1-5", "日期", f"日期{record.date}晚于今天，请核对。", "date"))
        elif record.date.year < FIRST_YEAR:
            found.append(_warn("1-5", "日期", f"日期{record.date}早于{FIRST_YEAR}年，请核对。", "date"))
        elif record.year - record.date.year > LATEST_FILED:
            told = f"年度{record.year}与文件日期{record.date}相差{record.year - record.date.year}年，请核对日期和年度。"
            found.append(_warn("1-5", "年度", told, "year"))
        if record.date.year > record.year:
            found.append(_warn("1-5", "年度", f"年度{record.year}早于文件日期{record.date}，请核对。", "year"))
    if record.year > today.year:
        found.append(_refuse("1-5", "年度", f"年度{record.year}晚于今年，请核对。", "year"))
    return found


def _special(record) -> Found:
    found = []
    for name, label in TEXTS:
        if odd := SPECIAL.search(getattr(record, name) or ""):
            told = "、".join(f"U+{ord(one):04X}" for one in odd.group())
            found.append(_refuse("1-6", label, f"{label}含有不应有的字符（{told}），请更正。", name))
    return found


def _code(record) -> Found:
    if CODE.match(record.archival_code):
        return []
    return [
        _refuse("1-7", "档号", f"档号{record.archival_code}不符合DA/T 22—2015、DA/T 13—2022的构成。", "archival_code")
    ]


def _belongs(record) -> Found:
    """The numbers agreed with the archive: the fonds of the code, and a category that it takes."""
    found = []
    if not record.archival_code.startswith(f"{record.fonds.code}-"):
        found.append(_refuse("1-9", "全宗号", f"档号中的全宗号不是{record.fonds.code}。", "archival_code"))
    if record.category_code not in CATEGORIES:
        found.append(_refuse("1-9", "档案门类", f"档案门类{record.category_code}不在接收范围内。", "category_code"))
    return found


def _complete(record) -> Found:
    missing = [name for name in WHOLE if getattr(record, name) in (None, "")]
    return [_refuse("2-3", "元数据", "元数据项不完整，缺少必备的管理元数据。", name) for name in missing]


def _required(record) -> Found:
    """Mandatory elements are not empty (domain 3.8); what is unknown is told, not invented."""
    found = []
    if not record.title.strip():
        found.append(_refuse("2-4", "题名", "题名为空，请填写题名。", "title"))
    if not record.author.strip():
        found.append(_warn("2-4", "责任者", "责任者不详，已按不详归档，可在查明后补著录。", "author"))
    if record.date is None:
        found.append(_warn("2-4", "日期", "日期不详，已按不详归档，年度按登记或归档的年度确定。", "date"))
    return found


def _process(record) -> Found:
    """Every act that made it is on the document; a back-file has no process in the system."""
    document = record.document
    if document is None:
        return None
    wanted = {
        Direction.INCOMING: (("signed_for_at", "签收"), ("registered_at", "登记")),
        Direction.OUTGOING: (("approved_at", "签发"), ("numbered_at", "编号"), ("dispatched_at", "分发")),
    }.get(document.direction, ())
    return [
        _warn("2-5", "过程信息", f"没有{label}的记载，过程信息不完整。", name)
        for name, label in wanted
        if getattr(document, name) is None
    ]


RECORD_CHECKS: dict[str, Callable[[Record], Found]] = {
    "1-2": _lengths, "1-3": _types, "1-4": _domains, "1-5": _plausible, "1-6": _special, "1-7": _code,
    "1-9": _belongs, "2-3": _complete, "2-4": _required, "2-5": _process,
}  # fmt: skip


def _running(components: list[Component]) -> Found:
    numbers = [one.seq for one in components]
    if sorted(numbers) == list(range(1, len(numbers) + 1)):
        return []
    return [_refuse("2-6", "件内顺序号", "件内顺序号不连续，应从1开始依次编号。", "components")]


def _original(record, components: list[Component]) -> Found:
    """A record whose main text is not among its files is no record of the document; on paper only, it has none here."""
    if any(one.role == Role.ORIGINAL for one in components):
        return []
    if record.carrier_mode == Carrier.PAPER and not components:
        return []
    told = "没有正本，内容数据不完整。" if components else "没有任何电子文件，内容数据不完整。"
    return [_refuse("1-11", "正本", told, "components")]


def _counted(record, components: list[Component]) -> Found:
    if record.component_count == len(components):
        return []
    told = f"登记{record.component_count}个文件，实有{len(components)}个。"
    return [_refuse("2-11", "文件数", told, "component_count")]


def _formats(components: list[Component]) -> Found:
    """What the examination found on the bytes is kept with the digest; here it is told of the record."""
    return [
        _warn("3-3", component.filename, kept["message"])
        for component in components
        for kept in component.stored_file.findings
    ]


def _bytes(components: list[Component]) -> tuple[list[Finding], list[Finding]]:
    """(1-10, 1-11): the file is where the metadata say, and as long as recorded."""
    attributes, linked = [], []
    for component in components:
        try:
            size = Path(path_of(component.stored_file)).stat().st_size
        except OSError as error:
            why = "不存在" if isinstance(error, FileNotFoundError) else f"不能读取（{error.strerror}）"
            linked.append(_refuse("1-11", component.filename, f"元数据所指的文件{why}。"))
            continue
        if size != component.stored_file.bytes:
            attributes.append(_refuse("1-10", component.filename, "文件大小与登记不符。"))
    return attributes, linked


def _of_files(record: Record, components: list[Component], *, check_bytes: bool) -> dict[str, list[Finding]]:
    """Item → findings of the record's files; where it has none, an item without a finding has no object, and what
    was lawfully destroyed is not missed."""
    if record.state == State.DESTROYED:
        return {}
    linked = _original(record, components) or []
    found = {
        "2-6": _running(components) or [], "2-11": _counted(record, components) or [],
        "3-3": _formats(components) or [],
    }  # fmt: skip
    if check_bytes:
        attributes, missing = _bytes(components)
        linked = [*linked, *missing]
        if attributes or not missing:  # of bytes that are not there nothing is said
            found["1-10"] = attributes
    return found | {"1-11": linked}


def examine(
    sheet: Sheet,
    record: Record,
    components: list[Component],
    *,
    twins: frozenset = frozenset(),
    check_bytes: bool = True,
) -> list[Finding]:
    """Note every item that applies on `sheet`; the findings of this record. `components` have their stored file loaded.

    `twins` are the records of `twins_of`; without `check_bytes` the files themselves are not looked at.
    """
    found = []
    for serial, check in RECORD_CHECKS.items():
        if sheet.stage in ITEMS[serial].stages and (said := check(record)) is not None:
            found += sheet.note(serial, said, record)
    if sheet.stage in ITEMS["1-8"].stages:
        found += sheet.note("1-8", _twin(record, twins), record)
    sheet.count("3-2", 1)  # its row was read
    for serial, said in _of_files(record, components, check_bytes=check_bytes).items():
        if (components or said) and sheet.stage in ITEMS[serial].stages:
            found += sheet.note(serial, said, record)
    if sheet.stage == Stage.FILING and _all_scanned(components):  # scanned when they came in, not again later
        sheet.note("4-2", record=record)
    return found


def _all_scanned(components: list[Component]) -> bool:
    """Whether a virus scanner has looked at every file: else item 4-2 stays 未检. What it finds is never stored."""
    return bool(components) and all(one.stored_file.scanned_with for one in components)


def _twin(record, twins: frozenset) -> Found:
    if (record.unit_id, record.doc_number, record.title) not in twins:
        return []
    return [_warn("1-8", "文号、题名", "本单位另有一件文号和题名都相同的档案，请核对是否重复归档。", "doc_number")]


def twins_of(records: Iterable[Record]) -> frozenset:
    """(unit, number, title) that stand in a row of another record, or twice among `records`; one query."""
    wanted, twice = set(), set()
    keys = set()
    for record in records:
        if record.doc_number:
            key = (record.unit_id, record.doc_number, record.title)
            (twice if key in wanted else wanted).add(key)
            keys.add(record.pk)
    if not wanted:
        return frozenset()
    units, numbers = {one[0] for one in wanted}, {one[1] for one in wanted}
    others = _numbered(units, numbers, keys)
    return frozenset(twice | (wanted & set(others)))


# Each number is looked up by itself in its index. Asked for all of them at once the database read every record of the
# unit for each slice of a batch, which grew with the batch (32 rows a record at 6,000, 7 at 1,000).
NUMBERED = """
SELECT twin.unit_id, twin.doc_number, twin.title FROM unnest(%(numbers)s::varchar[]) AS wanted(number)
CROSS JOIN LATERAL (
  SELECT id, unit_id, doc_number, title FROM archive_record WHERE doc_number = wanted.number OFFSET 0
) AS twin
WHERE twin.unit_id = ANY(%(units)s) AND twin.id <> ALL(%(but)s)
"""


def _numbered(units: Iterable[int], numbers: Iterable[str], but: Iterable[int]) -> list[tuple]:
    """(unit, number, title) of the records of these units with these numbers, but for the keys `but`."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, {"units": list(units), "numbers": list(numbers), "but": list(but)})
        return cursor.fetchall()

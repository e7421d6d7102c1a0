"""值班表 kept by the unit's clerk: entered, taken off, and taken in from Excel, all rows or none."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone
from python_calamine import CalamineError, load_workbook

from files.examination import safe_filename
from files.store import land, name_of
from units import audit
from units.access import holds
from units.models import Appointment, User
from units.texts import too_long
from units.workflow import Refused

from .models import DutyDay

COLUMNS = ("日期", "值班员", "值班电话", "备注")
NAMES = {"日期": "day", "值班员": "person", "姓名": "person", "值班电话": "phone", "电话": "phone", "备注": "note"}
MOST_ROWS, MOST_BYTES, MOST_TOLD = 800, 2 * 2**20, 30
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
PHONE = re.compile(r"[0-9+()（） 转\-—－]{5,40}")
EARLIEST, LATEST = timedelta(days=31), timedelta(days=400)


@dataclass(frozen=True)
class Row:
    """One line as it is to be; `line` of the sheet, 0 for a form."""

    day: date
    person: User
    phone: str
    note: str = ""
    line: int = 0


def staff_of(unit):
    """Who may be on duty: whoever holds a post of the unit."""
    held = Appointment.objects.active().filter(post__unit=unit)
    return User.objects.filter(pk__in=held.values("user")).order_by("name", "username")


def faults_of(row: Row) -> list[tuple[str, str]]:
    """(field, sentence) of what is wrong with a line."""
    found, today = [], timezone.localdate()
    if not today - EARLIEST <= row.day <= today + LATEST:
        found.append(("day", f"日期 {row.day} 应在前一个月至后一年之内，请核对年份。"))
    if not PHONE.fullmatch(row.phone):
        found.append(("phone", "值班电话应为数字，如 62510000 或 13800000000。"))
    if refused := too_long(row.note, 100, "备注"):
        found.append(("note", refused))
    return found


@transaction.atomic
def enter(unit, rows: list[Row], *, by) -> str:
    """Put lines into the roster; one that stands there already is changed where phone or note differ."""
    _refuse_others(unit, by)
    reasons = [f"第{row.line}行：{said}" if row.line else said for row in rows for _, said in faults_of(row)]
    strangers = {row.person.pk for row in rows} - set(staff_of(unit).values_list("pk", flat=True))
    reasons += [f"{row.person.name}不在本单位任职，不能排班，请另选。" for row in rows if row.person.pk in strangers]
    if reasons:
        raise Refused(*_shortened(reasons))
    there = {
        (one.day, one.person_id): one
        for one in DutyDay.objects.filter(unit=unit, removed_at=None, day__in={row.day for row in rows})
    }
    added, changed = 0, 0
    for row in rows:
        one = there.get((row.day, row.person.pk))
        if one is None:
            there[row.day, row.person.pk] = _added(unit, row)
            added += 1
        elif (one.phone, one.note) != (row.phone, row.note):
            DutyDay.objects.filter(pk=one.pk).update(phone=row.phone, note=row.note)
            changed += 1
    if not added and not changed:
        return "值班表没有变化"
    days = sorted(row.day for row in rows)
    audit.record(
        "enter_duty", "排班", DutyDay(unit=unit, day=days[0]), by=by, through="edit", opinion=f"{days[0]} 至 {days[-1]}",
        rows=[f"{row.day} {row.person.name} {row.phone}" for row in rows][:MOST_ROWS],
    )  # fmt: skip
    return f"值班表已保存：新增 {added} 条{f'，修改 {changed} 条' if changed else ''}"


def _added(unit, row: Row) -> DutyDay:
    try:
        with transaction.atomic():
            return DutyDay.objects.create(unit=unit, day=row.day, person=row.person, phone=row.phone, note=row.note)
    except IntegrityError as error:  # two clicks at once
        raise Refused(f"{row.person.name} {row.day} 已在值班表中，不必再填。") from error


def _refuse_others(unit, by) -> None:
    if not holds("receive_documents", by, unit):
        raise Refused("值班表由本单位文书维护。")


@transaction.atomic
def remove(duty: DutyDay, *, by) -> None:
    """撤下 one line; it stays in the trail."""
    row = DutyDay.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=duty.pk)
    _refuse_others(row.unit, by)
    if row.removed_at is not None:
        raise Refused("这一条已从值班表撤下。")
    DutyDay.objects.filter(pk=row.pk).update(removed_at=timezone.now())
    audit.record("remove_duty", "撤下值班", row, by=by, through="edit", opinion=f"{row.day} {row.person.name}")


def take_in(unit, upload, *, by) -> str:
    """Excel in: every line is judged, all faults are told at once, and nothing is kept while there is one."""
    _refuse_others(unit, by)
    name = safe_filename(upload.name or "")
    if upload.size > MOST_BYTES:
        raise Refused("文件超过 2 MB，值班表没有这么大，请核对后再上传。")
    landed = land(upload.chunks(), name)
    if landed.examination.refusals:
        raise Refused(*(f"“{name}”不能使用：{one.message}" for one in landed.examination.refusals))
    rows, reasons = _read(storages["default"].path(name_of(landed.sha256)), unit)
    if reasons:
        raise Refused(*_shortened(reasons))
    if not rows:
        raise Refused("表中没有值班内容，请按“日期、值班员、值班电话、备注”填写后再上传。")
    return enter(unit, rows, by=by)


def _shortened(reasons: list[str]) -> list[str]:
    more = len(reasons) - MOST_TOLD
    return [*reasons[:MOST_TOLD], f"另有 {more} 处错误。"] if more > 0 else reasons


def _read(path: str, unit) -> tuple[list[Row], list[str]]:
    try:
        lines = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("不是能读的 Excel 文件（.xlsx），请另存为 .xlsx 后再上传。") from error
    if len(lines) > MOST_ROWS:
        raise Refused(f"表有 {len(lines)} 行，一次最多 {MOST_ROWS} 行，请分次上传。")
    at, places = _heading(lines)
    people: dict[str, list[User]] = {}
    for person in staff_of(unit):
        people.setdefault(person.name, []).append(person)
    rows: list[Row] = []
    reasons: list[str] = []
    seen: set[tuple[date, int]] = set()
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        cells = {name: line[place] for name, place in places.items()}
        if not any(_text(cell) for cell in cells.values()):
            continue
        found, said = _row(cells, people, number)
        if found is not None and (found.day, found.person.pk) in seen:
            said = [f"第{number}行：{found.person.name} {found.day} 与前面的行重复，请删去一行。"]
        elif found is not None:
            seen.add((found.day, found.person.pk))
            rows.append(found)
        reasons += said
    return rows, reasons


def _heading(lines: list[list]) -> tuple[int, dict[str, int]]:
    """The line with the columns' names among the first ten, and where each column stands."""
    for at, line in enumerate(lines[:10]):
        places = {NAMES[_text(cell)]: place for place, cell in enumerate(line) if _text(cell) in NAMES}
        if {"day", "person", "phone"} <= set(places):
            return at, places
    raise Refused("没有找到表头，前十行中应有一行写明“日期、值班员、值班电话、备注”。")


def _row(cells: dict, people: dict[str, list[User]], number: int) -> tuple[Row | None, list[str]]:
    day, name = _day(cells["day"]), _text(cells["person"])
    said = [] if day else [f"第{number}行：日期“{_text(cells['day'])}”应写成 2026-11-24 的样式。"]
    named = people.get(name, [])
    if len(named) != 1:
        why = "在本单位有同名的人，请在页面上逐条选择" if named else "不在本单位任职，请核对姓名"
        said.append(f"第{number}行：值班员“{name}”{why}。")
    if day is None or len(named) != 1:
        return None, said
    row = Row(day, named[0], _text(cells["phone"]), _text(cells.get("note", "")), number)
    wrong = [f"第{number}行：{sentence}" for _, sentence in faults_of(row)]
    return (None, wrong) if wrong else (row, [])


def _text(cell) -> str:
    """A cell as it is read; a telephone number that Excel holds as a number is no fraction."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _day(cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else None
    if isinstance(cell, date):
        return cell
    match = DAY.fullmatch(_text(cell))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None

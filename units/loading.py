"""The table of units from a CSV file: all faults named by line and column before anything is written."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from pypinyin import lazy_pinyin

from . import audit
from .actions import ensure_posts, system_user
from .hierarchy import parent_code, rank_of
from .models import Department, Unit

COLUMNS = ("code", "name", "short_name", "document_prefix", "category", "fonds_code", "pilot")
LIMITS = {"code": 10, "name": 100, "short_name": 40, "document_prefix": 20, "fonds_code": 4}
CODE = re.compile(r"^[A-Z]\d{2}$")
FONDS = re.compile(r"^[A-Z0-9]{4}$")


class BadFile(ValueError):
    """Every fault of the file, each naming line and column."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Loaded:
    new: int
    changed: int
    same: int


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV with the columns of COLUMNS; raises BadFile."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile([f"第 {error.start} 字节：文件不是 UTF-8 编码，请另存为 UTF-8 的 CSV。"]) from error
    except OSError as error:
        raise BadFile([f"读不到文件 {path}：{error.strerror}。"]) from error
    if "\x00" in text:
        raise BadFile([f"第 {text[: text.index(chr(0))].count(chr(10)) + 1} 行：含有空字符，文件已损坏。"])
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise BadFile([f"第 1 行：缺少列 {'、'.join(missing)}。"])
    try:
        rows = list(reader)
    except csv.Error as error:
        raise BadFile([f"第 {reader.line_num} 行：{error}。"]) from error
    faults = _faults(rows)
    if faults:
        raise BadFile(faults)
    return rows


def _faults(rows: list[dict[str, str]]) -> list[str]:
    found, codes, fonds = ([] if rows else ["文件中没有单位。"]), {}, {}
    for line, row in enumerate(rows, start=2):
        if None in row:
            found.append(f"第 {line} 行：列数多于表头。")
        for column in COLUMNS:
            value = (row.get(column) or "").strip()
            if not value and column not in ("pilot", "fonds_code"):
                found.append(f"第 {line} 行 {column} 列：为空。")
            elif len(value) > LIMITS.get(column, 100):
                found.append(f"第 {line} 行 {column} 列：超过 {LIMITS.get(column, 100)} 个字符。")
        found += _wrong_values(line, row)
        for name, seen in (("code", codes), ("fonds_code", fonds)):
            value = (row.get(name) or "").strip()
            if value and value in seen:
                found.append(f"第 {line} 行 {name} 列：{value} 与第 {seen[value]} 行重复。")
            seen.setdefault(value, line)
    return found


def _wrong_values(line: int, row: dict[str, str]) -> list[str]:
    code, category = (row.get("code") or "").strip(), (row.get("category") or "").strip()
    fonds, pilot = (row.get("fonds_code") or "").strip(), (row.get("pilot") or "").strip()
    found = []
    if code and not CODE.match(code):
        found.append(f"第 {line} 行 code 列：{code} 应为一个大写字母加两位数字，如 D07。")
    if category and category not in Unit.Category.values:
        found.append(f"第 {line} 行 category 列：{category} 不在 {'、'.join(Unit.Category.values)} 之中。")
    if fonds and not FONDS.match(fonds):
        found.append(f"第 {line} 行 fonds_code 列：{fonds} 应为四位大写字母或数字。")
    if pilot not in ("", "0", "1"):
        found.append(f"第 {line} 行 pilot 列：{pilot} 应为空或 1。")
    return found


@transaction.atomic
def load(rows: list[dict[str, str]], *, by=None) -> Loaded:
    """Insert or update units by code; a second run changes nothing. Parents follow the category."""
    by = by or system_user()
    new = changed = 0
    for row in rows:
        row = {key: (value or "").strip() for key, value in row.items() if key}
        values = {
            "name": row["name"],
            "short_name": row["short_name"],
            "sort_key": "".join(lazy_pinyin(row["short_name"])),
            "document_prefix": row["document_prefix"],
            "category": row["category"],
            "rank": rank_of(row["code"], row["category"]),
            "is_pilot": row["pilot"] == "1",
        }
        unit = Unit.objects.filter(code=row["code"]).first()
        if unit is None:
            unit = Unit(code=row["code"], **values)
            new += 1
        elif any(getattr(unit, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(unit, name, value)
            changed += 1
        else:
            continue
        unit._history_user = by
        unit.save()
        audit.record("load_unit", "载入单位", unit, by=by, code=unit.code)
    _set_parents()
    ensure_posts(list(Unit.objects.all()))
    for unit in Unit.objects.exclude(departments__class_code="BGS"):
        Department.objects.get_or_create(unit=unit, class_code="BGS", defaults={"name": "办公室"})
    return Loaded(new, changed, len(rows) - new - changed)


def _set_parents() -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    for unit in units.values():
        parent = units.get(parent_code(unit.code, unit.category) or "")
        wanted = parent.pk if parent is not None and parent.pk != unit.pk else None
        if unit.parent_id is None and wanted is not None:
            Unit.objects.filter(pk=unit.pk).update(parent_id=wanted)

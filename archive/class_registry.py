"""机构（问题）代码 of a unit: kept with its departments, and registered by whoever arranges its records.

A code is given once; bodies that are gone keep theirs, for older papers bear it (DA/T 22—2015; domain 3.4).
"""

import re
from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from units import audit
from units.access import may
from units.models import Department, Unit
from units.texts import too_long
from units.workflow import Refused

from .models import Record

CODE = re.compile(r"[A-Z0-9]{3}")
LONGEST = 60


def registered(unit: Unit):
    """In the order of the codes, abolished ones too."""
    return Department.objects.filter(unit=unit).exclude(class_code="").order_by("class_code")


def name_of_code() -> Subquery:
    """In rows of records: the name that the unit has for their code, of an abolished body too; None without one."""
    rows = Department.objects.filter(unit=OuterRef("unit"), class_code=OuterRef("class_code")).exclude(class_code="")
    return Subquery(rows.values("name")[:1])


def class_name(record: Record, of_code: Callable[[], str | None]) -> str:
    """What the record's code stands for: the department that filed it where that bears the code, else whose it is."""
    department = record.responsible_department
    if record.class_code and department is not None and department.class_code == record.class_code:
        return department.name
    return (of_code() or "") if record.class_code else ""


def register(unit: Unit, *, code: str, name: str, ended_on: date | None, by) -> Department:
    """Refused when the code is none, or the unit has given it already."""
    code, name = code.strip().upper(), name.strip()
    found = [
        "" if may(by, "arrange_years", unit) else "只有本单位档案员可以登记机构（问题）。",
        "" if CODE.fullmatch(code) else f"机构（问题）代码“{code}”应为三位大写字母或数字，如 BGS。",
        "" if name else "请填写机构（问题）名称。",
        too_long(name, LONGEST, "名称"),
    ]
    if found := [one for one in found if one]:
        raise Refused(*found)
    try:
        with transaction.atomic():
            row = Department.objects.create(unit=unit, class_code=code, name=name, valid_to=ended_on)
            audit.record(
                "register_class", "登记机构（问题）", unit, by=by, through="arrange_years", after=f"{code} {name}",
                ended_on=str(ended_on or ""),
            )  # fmt: skip
    except IntegrityError as error:
        known = Department.objects.filter(unit=unit, class_code=code).first()
        raise Refused(f"代码 {code} 已是“{known}”，不能再给另一个机构（问题）。") from error
    return row

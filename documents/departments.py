"""处室 to which a paper can be given, and a sentence about those that nobody belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from units.models import Appointment, Department
from units.roles import ADMINISTRATORS
from units.texts import some_of

NAMED = 6
NOBODY = "目前没有人员"


@dataclass(frozen=True)
class Departments:
    """`staffed` have `names`, those of their people; `empty` have nobody today."""

    staffed: tuple[Department, ...] = ()
    empty: tuple[Department, ...] = ()

    @property
    def told(self) -> str:
        """社会救助科目前没有人员，不能选…: what is not offered is not passed over in silence; "" where all are."""
        names = some_of([one.name for one in self.empty], NAMED, "个处室")
        return f"{names}{NOBODY}，不能选；由系统管理员在“人员与岗位”的任职中写明科室" if names else ""


def of_units(units: Iterable) -> Departments:
    """By unit and name, each with `names`; one query. Who is dismissed and what has ended do not count."""
    held = Appointment.objects.active().exclude(post__kind__in=ADMINISTRATORS)  # they handle and read no documents
    held = held.filter(department=OuterRef("pk")).order_by("user__name", "pk")
    rows = Department.objects.filter(unit__in=units).annotate(names=ArraySubquery(held.values("user__name")))
    found = list(rows.order_by("unit__code", "name", "pk"))
    today = timezone.localdate()
    return Departments(
        tuple(one for one in found if one.names),
        tuple(one for one in found if not one.names and (one.valid_to is None or one.valid_to >= today)),
    )

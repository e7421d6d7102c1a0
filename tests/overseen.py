"""What the inspector's rooms hold of a unit: an urging without its answer, a baseline not accepted yet."""

from django.utils import timezone

from oversight import actions
from oversight.models import BaselineDue
from oversight.periods import Period


def overseen(people, unit, code: str = "D07") -> dict:
    """Arguments of the permission matrix; may be asked more than once for one unit."""
    year = timezone.localdate().year
    urging = actions.urge(unit, Period(year), by=people["D30:inspector"], text="请办理未归档的件。")
    baseline = BaselineDue.objects.create(
        unit=unit,
        year=year - 5,
        months=[1 + BaselineDue.objects.count() % 12],
        count=3,
        entered_by=people[f"{code}:archivist"],
    )
    return {"urging": {"uid": urging.uid}, "baseline": {"uid": baseline.uid}}

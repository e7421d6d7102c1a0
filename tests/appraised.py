"""An appraisal that is being drafted, with one member of its group, and a hold: for walks over all routes."""

from archive.appraisal import actions, holds
from archive.models import Hold
from tests.archive.paper_year import year_of

# rows of the permission matrix (tests/matrix.py) and of the query counts (tests/visits.py)
APPRAISED = {
    "archive:due": ("get", "", "4444424442444444s"),
    "archive:holds": ("get", "", "2222222222222222s"),
    "archive:lift_hold": ("post", "hold", "444u444444444444s"),
    "archive:appraisals": ("get", "", "2222222222222222s"),
    "archive:appraisal": ("get", "appraisal", "2442424444444444s"),
    "archive:appraisal_act": ("post", "appraisal_act", "u44u4u4444444444s"),
    "archive:appoint_member": ("post", "appraisal", "44444u4444444444s"),
    "archive:judge": ("post", "appraisal", "444u444444444444s"),
    "archive:sign_opinions": ("post", "appraisal", "444u444444444444s"),
    "archive:excuse_member": ("post", "appraisal", "44444u4444444444s"),
    "archive:remove_member": ("post", "appraisal", "44444u4444444444s"),
    "archive:supervise": ("post", "appraisal", "u44u4u4444444444s"),
    "archive:withdraw_supervision": ("post", "appraisal", "u44u4u4444444444s"),
    "archive:appraisal_paper": ("get", "appraisal_paper", "2442424444444444s"),
    "archive:appraisal_workbook": ("get", "appraisal", "2442424444444444s"),
}
APPRAISAL_VISITS = {
    "archive:due": ("D07:archivist", "", ""),
    "archive:holds": ("D07:leader", "", ""),
    "archive:appraisals": ("D07:archivist", "", ""),
    "archive:appraisal": ("D07:archivist", "appraisal", ""),
    "archive:appraisal_paper": ("D07:archivist", "appraisal_paper", ""),
    "archive:appraisal_workbook": ("D07:archivist", "appraisal", ""),
}


def appraised(people, count: int = 1, *, unit: str = "D07", title: str = "") -> dict:
    """`count` items of 2001, of which the first is on hold; `title` is what the first is called."""
    by = people[f"{unit}:archivist"]
    made = year_of(people, count, unit=unit, year=2001, periods=("D10",), title=title)
    appraisal = actions.create(made[0].unit, by=by, year=2001)
    actions.appoint(appraisal, people[f"{unit}:leader"], "leader", by=by)
    holds.place([one.archival_code for one in made], by=by, reason="审计")
    one = {"uid": appraisal.uid}
    return {
        "appraisal": one,
        "appraisal_act": {**one, "step": "start"},
        "appraisal_paper": {**one, "kind": "list"},
        "hold": {"uid": Hold.objects.filter(record=made[0].pk).get().uid},
    }

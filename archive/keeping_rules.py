"""Who arranges a unit's years, lends its paper, approves and evaluates 单套制; registered beside archive/rules.py."""

from django.db.models import Q

from units.access import OnUnit
from units.models import Unit

from .models import KeepingPaper, PaperLoan, SingleSet, SingleSetEvaluation
from .rules import RULES, Authority
from .states import EvaluationKind

CLOSED = Q(closed_at__isnull=False)
OPEN_OWN = Q(closed_at=None, kind=EvaluationKind.OWN)
OPEN_AUTHORITY = Q(closed_at=None, kind=EvaluationKind.AUTHORITY)

RULES[Unit] |= {
    "arrange_years": OnUnit("arrange_records", "pk"),
    "approve_single_set": Authority(),
}
RULES[KeepingPaper] = {"view": OnUnit("view_records") | Authority()}
RULES[PaperLoan] = {"view": OnUnit("view_records"), "return": OnUnit("arrange_records")}
RULES[SingleSet] = {"view": OnUnit("view_records") | Authority(), "end": Authority()}
RULES[SingleSetEvaluation] = {
    "view": OnUnit("view_records") | Authority(CLOSED | OPEN_AUTHORITY),
    "judge": OnUnit("arrange_records", when=OPEN_OWN) | Authority(OPEN_AUTHORITY),
}

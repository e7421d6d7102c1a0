"""Paper lent, an approval of 单套制 that was ended, and evaluations, the last one open: for walks over all routes."""

from datetime import timedelta

from django.utils import timezone

from archive import evaluating, keeping_papers
from archive.models import PaperLoan, SingleSetEvaluation
from archive.states import EvaluationKind, Passed
from archive.twins import lending, single_set

# rows of the permission matrix (tests/matrix.py) and of the query counts (tests/visits.py)
KEPT = {
    "archive:loans": ("get", "", "4444424442444444s"),
    "archive:loans_pdf": ("get", "", "4444424442444444s"),
    "archive:return_loan": ("post", "loan", "4444434444444444s"),
    "archive:settings": ("get", "", "4444424442444444s"),
    "archive:set_pair_policy": ("post", "", "44444u444u444444s"),
    "archive:join": ("post", "record", "4444444444444444s"),  # what is in no pair has nothing to be joined with
    "archive:tie": ("post", "record", "44444u4444444444s"),
    "archive:part": ("post", "record", "44444u4444444444s"),
    "archive:fonds": ("get", "", "4444424442222244s"),
    "archive:end_unit": ("get", "unit", "4444444444444244s"),
    "archive:single_sets": ("get", "", "2222222222222222s"),
    "archive:end_single_set": ("post", "single_set", "444444444444u444s"),
    "archive:keeping_papers": ("get", "", "4444424442444444s"),
    "archive:keeping_paper": ("get", "keeping_paper", "2442424444442444s"),
    "archive:evaluations": ("get", "", "2222222222222222s"),
    "archive:evaluation": ("get", "evaluation", "2442424444444444s"),
    "archive:judge_evaluation": ("post", "evaluation", "4444494444444444s"),
    "archive:close_evaluation": ("post", "evaluation", "44444u4444444444s"),
}
KEPT_VISITS = {
    "archive:loans": ("D07:archivist", "", ""),
    "archive:loans_pdf": ("D07:archivist", "", ""),
    "archive:settings": ("D07:archivist", "", ""),
    "archive:fonds": ("D07:sysadmin", "", ""),
    "archive:end_unit": ("D07:sysadmin", "unit", ""),
    "archive:single_sets": ("D30:inspector", "", ""),
    "archive:keeping_papers": ("D07:archivist", "", ""),
    "archive:keeping_paper": ("D07:archivist", "keeping_paper", ""),
    "archive:evaluations": ("D07:archivist", "", ""),
    "archive:evaluation": ("D07:archivist", "evaluation", ""),
}


def lent(record, people, *others, unit: str = "D07", days: int = 7) -> list[PaperLoan]:
    """The paper of these items in one borrower's hands, due in `days`."""
    due = timezone.localdate() + timedelta(days=days)
    given = lending.Lending("借阅人甲", "区民政局", "查考", "分管领导（纸质签字）", due, "62510000")
    codes = " ".join(one.archival_code for one in (record, *others))
    return lending.lend(record.unit, codes, given, by=people[f"{unit}:archivist"])


def evaluated(unit, people, *, failed: tuple[int, ...] = (), kind: str = EvaluationKind.OWN) -> SingleSetEvaluation:
    """One that was closed: all passed but `failed`."""
    by = people["D30:inspector" if kind == EvaluationKind.AUTHORITY else f"{unit.code}:archivist"]
    made = open_evaluation(unit, people, kind)
    found = {
        one.serial: (Passed.FAILED, "尚未做到") if one.serial in failed else (Passed.PASSED, "")
        for one in evaluating.ITEMS
    }
    row = evaluating.judge(made, found, by=by, version=made.version)
    return evaluating.close(row, opinion="逐项评估", by=by, version=row.version)


def open_evaluation(unit, people, kind: str = EvaluationKind.OWN) -> SingleSetEvaluation:
    known = SingleSetEvaluation.objects.filter(unit=unit, kind=kind, closed_at=None).first()
    by = people["D30:inspector" if kind == EvaluationKind.AUTHORITY else f"{unit.code}:archivist"]
    return known or evaluating.begin(unit, kind, by=by)


def kept(record, people, *others, unit: str = "D07") -> dict:
    """Arguments of the routes."""
    loans, today, authority = lent(record, people, *others, unit=unit), timezone.localdate(), people["D30:inspector"]
    for _ in loans:
        row = single_set.approve(record.unit, approval="长档〔2026〕9号", approved_on=today, by=authority)
        single_set.end(row, ended_on=today, reason="系统更换", by=authority)
        evaluated(record.unit, people, failed=(8,))
        drill = keeping_papers.Entry("drill", "数据恢复演练", "", today, told="三人参加")
        entered = keeping_papers.enter(record.unit, drill, by=people[f"{unit}:archivist"])
    return {
        "loan": {"uid": loans[0].uid},
        "single_set": {"uid": row.uid},
        "keeping_paper": {"uid": entered.uid},
        "evaluation": {"uid": open_evaluation(record.unit, people).uid},
    }

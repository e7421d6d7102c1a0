"""Four-property inspection (四性检测): what software can really check, item by item of the plan (archive/plan.py).

What was not checked is not in a run's tally and never reads as 合格; items that only a person can decide wait for him.
"""

from .anew import Standing, inspect_anew, made_wrong, open_on, remarked, settle_file, standing, still_failing
from .checks import examine, twins_of
from .runs import Line, findings_on, keep, keep_at_once, of_group, open_run, report, runs_over, told, write_found
from .sheet import Sheet

__all__ = [
    "Line", "Sheet", "Standing", "examine", "findings_on", "inspect_anew", "keep", "keep_at_once", "made_wrong",
    "of_group", "open_on", "open_run", "remarked", "report", "runs_over", "settle_file", "standing", "still_failing",
    "told", "twins_of", "write_found",
]  # fmt: skip

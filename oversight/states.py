"""Where each document of a period stands in the filing rate, and the numbers that the rate is counted with."""

from django.db import models

GRACE_DAYS = 10  # N: working days after which what was handled is due though nobody completed it (practice 3)
TIMELY_DAYS = 1  # L: filed within so many working days of the base date is in time (practice 3)
IDLE_DAYS = 60  # working days without an act after which an open document is 久拖未办 (practice 3)
ANSWER_DAYS = 5  # working days that a unit has for an answer to 督办
REPAIR = "mend"  # kind of the open task on a record that was returned to be completed or corrected (退回待补)


class Standing(models.TextChoices):
    """One of these for each document whose base date lies in the period; the last six are due."""

    NOT_TO_FILE = "not_to_file", "不归档"
    NOT_YET_DUE = "not_yet_due", "未到期"
    FILED = "filed", "已归档"
    UNDECIDED = "undecided", "未定"
    NOT_COMPLETED = "not_completed", "已办未结"
    RETURNED = "returned", "退回待补"
    OVERLONG = "overlong", "久拖未办"
    NO_BACKFILE = "no_backfile", "历史未补录"


MISSING = (
    Standing.UNDECIDED, Standing.NOT_COMPLETED, Standing.RETURNED, Standing.OVERLONG, Standing.NO_BACKFILE,
)  # fmt: skip
USUAL_CAUSES = MISSING[:3]
DUE = (Standing.FILED, *MISSING)
LISTED = (Standing.FILED, Standing.NOT_TO_FILE, Standing.NOT_YET_DUE, *MISSING[:4])  # what has documents to show
FIGURES = {
    "due": ("应归档", (Standing.FILED, *MISSING[:4])),
    "missing": ("未归档", MISSING[:4]),
    **{one.value: (one.label, (one,)) for one in LISTED},
}


class Stage(models.TextChoices):
    """Which freeze: a month's on the 10th of the next; a year's on 31 March and, finally, 30 June (practice 3)."""

    MONTH = "month", "月报"
    FIRST = "first", "年度初定"
    FINAL = "final", "年度终定"

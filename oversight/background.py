"""Long work of the inspector's rooms, done by the worker; it may be killed anywhere and run again."""

from units import jobs
from units.pace import paced
from units.workflow import Refused

from . import actions, freezing, rates
from .periods import Period
from .states import Stage


@jobs.handler(freezing.KIND)
def freeze_figures(job, year: int, month: int, stage: str) -> None:
    """As the schedule does it: every document is counted anew, then the period is taken. Taken meanwhile, by the
    schedule or by a run that was killed behind the commit, it stays as it is."""
    period = Period(year, month)
    if freezing.is_taken(period, Stage(stage)):
        return
    rates.recount(progress=paced(job, "核对归档日期"))
    job.advance(0, 0, "统计并冻结")
    try:
        actions.take_figures(period, Stage(stage), by=job.owner)
    except Refused:
        if not freezing.is_taken(period, Stage(stage)):
            raise


@jobs.undoes(freezing.KIND)
def stop_freezing(job, **args) -> None:
    """Nothing half done is left: figures are taken whole, and what was counted anew is as the documents say."""

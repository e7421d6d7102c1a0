"""What the inspector's rooms do by themselves: figures are frozen when they are due, facts and frozen rows compared."""

from datetime import timedelta

from units.chores import Chore

from . import freezing, rates


def freeze_figures() -> str:
    made = freezing.freeze_due()
    return f"冻结 {made} 期归档率" if made else "没有到期应冻结的归档率"


def compare_facts() -> str:
    """The facts follow by triggers; whatever an owner changed past them is found here."""
    changed = rates.recount()
    return f"{changed} 件公文的归档日期与原件不符，已按原件更正" if changed else "归档日期与公文一致"


class FrozenChanged(Exception):
    """A frozen figure, or what it counted, is not there any more as it was: somebody has to look into it."""


def compare_frozen() -> str:
    """A failure of this chore is meant to be seen: it stands red among the chores and on /healthz."""
    if found := freezing.problems():
        raise FrozenChanged("".join(found))
    return "冻结数据与审计日志、公文和归档文件一致"


CHORES = (
    Chore("freeze_figures", "冻结归档率", timedelta(hours=6), freeze_figures),
    Chore("compare_facts", "核对归档日期", timedelta(days=1), compare_facts),
    Chore("compare_frozen", "核对冻结数据", timedelta(days=1), compare_frozen),
)

"""In which box of its sheet an opinion stands, in which order (domain 1.9): leaders before departments, then by time.

The remark of the sender is in no box: neither form has a column for it (domain 1.9, practice 2.1), the trail keeps it.
"""

from units.access import signed_as
from units.roles import PostKind

from .states import Direction, StepKind

K = StepKind
REMARK = "送审说明"  # opinions of this label were kept before remarks stood with the run
DRAFT_BOXES = {
    "签发": (K.APPROVE, K.REAPPROVE),
    "会签": (K.COUNTERSIGN,),
    "核稿": (K.CHECK,),
    "部门审核": (K.REVIEW,),
    "编号、校对": (K.NUMBER, K.PROOFREAD),
    "用印、分发": (K.SEAL, K.DISPATCH, K.CONSENT),
    "拟稿": (K.DRAFT, K.REDRAFT),
    "办结": (K.COMPLETE,),
}
REPORT_BOXES = {"领导批示": (K.INSTRUCT,), **DRAFT_BOXES}
HANDLING_BOXES = {
    "领导批示": (K.INSTRUCT,),
    "拟办意见": (K.PROPOSE,),
    "承办情况": (K.HANDLE, K.REPORT),
    "协办意见": (K.ASSIST,),
    "传阅": (K.READ,),
    "签收、登记": (K.SIGN_FOR, K.REGISTER),
    "办结": (K.COMPLETE,),
}
BOXES = {Direction.OUTGOING: DRAFT_BOXES, Direction.INTERNAL: REPORT_BOXES, Direction.INCOMING: HANDLING_BOXES}
ALWAYS = {  # printed empty where nobody has written yet
    Direction.OUTGOING: ("签发", "会签", "核稿"),
    Direction.INTERNAL: ("领导批示",),
    Direction.INCOMING: ("领导批示", "拟办意见", "承办情况"),
}
RANKS = {
    kind.label: rank for rank, kind in enumerate((PostKind.LEADER, PostKind.REVIEWER, PostKind.CLERK, PostKind.OFFICER))
}


def boxes_of(direction: str) -> tuple[str, ...]:
    """The boxes that stand on the sheet whatever was written, in the order of the sheet."""
    return tuple(name for name in BOXES[Direction(direction)] if name in ALWAYS[Direction(direction)])


def box_of(opinion, direction: str) -> str:
    return next((name for name, kinds in BOXES[Direction(direction)].items() if opinion.kind in kinds), "其他")


def ordered(opinions, direction: str) -> list:
    """As they stand on the sheet, without the sender's remark."""
    names = [*BOXES[Direction(direction)], "其他"]
    rows = [one for one in opinions if one.label != REMARK]
    return sorted(rows, key=lambda one: (names.index(box_of(one, direction)), _rank(one.post), one.at, one.pk or 0))


def _rank(post: str) -> int:
    words = signed_as("", post)[1].split()
    return RANKS.get(words[-1] if words else "", len(RANKS))


def said(opinion) -> str:
    """The words as they were written, behind what kind they are where the box does not say it: 退回：请补充依据。

    Nothing stands for words that were not written: name, post and day say who had it.
    """
    if opinion.label == StepKind(opinion.kind).label:
        return opinion.text
    kind = opinion.label.removeprefix(f"{StepKind(opinion.kind).label}：")
    return f"{kind}：{opinion.text}" if opinion.text else kind

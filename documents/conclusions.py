"""What somebody concluded at a step, of whatever kind it is; and words that say the contrary of a 同意.

An opinion on paper may refuse: its conclusion is chosen by who enters it, never guessed from the step (practice 2.1).
"""

import re

from .states import COUNTERSIGNED, Direction, StepKind, StepResult

AGREED, RETURNED = StepResult.AGREED, StepResult.RETURNED
BACK = "退回修改"
# with these somebody agrees: words of a refusal are asked about, whether he wrote them here or on paper. At 批示 only on
# paper: a leader who writes 不同意 as his 批示 decides so, a clerk who enters it may have chosen the wrong conclusion
AGREEING = (StepResult.AGREED, StepResult.AGREED_WITH_CHANGES)
# words of a refusal wherever a clause begins with them, and those that are one only as the first words
REFUSING = re.compile(
    r"(?:^|[。；！？，,;!?\s])(?:不同意(?!见)|不予同意|不能同意|未同意|不批准|不予批准|不予签发|不宜发文|不宜印发)"
)
BEGINNING = re.compile(
    r"(?:我|本人|原则上|暂)?(?:不同意(?!见)|不宜|不予|不应|不可|不发|不批|暂缓|缓发|缓办|退回|请退回|建议退回|驳回)"
)


def of(kind: str, direction: str) -> dict[str, str]:
    """Value of StepResult and what it is called at a step; empty where nothing is concluded (传阅)."""
    if kind == StepKind.COUNTERSIGN:
        return {one.value: one.label for one in COUNTERSIGNED}
    if kind == StepKind.APPROVE:
        return {AGREED.value: "同意签发", RETURNED.value: BACK}
    if kind in (StepKind.REVIEW, StepKind.CHECK):
        return {AGREED.value: "同意", RETURNED.value: BACK}
    if kind == StepKind.INSTRUCT:
        back = "退回重新拟办" if direction == Direction.INCOMING else BACK
        return {AGREED.value: "作出批示", RETURNED.value: back}
    return {}


def asked(kind: str, direction: str) -> str:
    """请选择签发结论：同意签发或退回修改。"""
    *first, last = of(kind, direction).values()
    return f"请选择{StepKind(kind).label}结论：{'、'.join(first)}或{last}。"


def refuses(text: str) -> bool:
    """Whether an opinion reads as a refusal; a question is put then, nothing is decided by it."""
    words = text.strip()
    return BEGINNING.match(words) is not None or REFUSING.search(words) is not None

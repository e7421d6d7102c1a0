"""What a notice asks of its receivers beside the fixed fields of 会议通知回执: 是否用餐, 车牌号, 人数.

Written in the draft and sent with the paper: from 分发 on they stand, so that all units answer the same.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from units.texts import too_long

from .states import AnswerKind

MOST = 5  # questions of one notice
LABEL, TEXT, DIGITS = 30, 100, 5  # characters of a question, of a written answer, and of a number
YES, NO = "是", "否"
NUMBER = re.compile(f"[0-9]{{1,{DIGITS}}}")
Answer = tuple[str, str]  # question, answer


@dataclass(frozen=True)
class Question:
    label: str
    kind: str = AnswerKind.YES_NO
    must: bool = True

    @property
    def width(self) -> int:
        """Its column's share, as registers.columns.Column has it."""
        return 30 if self.kind == AnswerKind.TEXT else 18

    @property
    def told(self) -> str:
        """是否用餐（是/否）；车牌号（文字，选填）"""
        return f"{self.label}（{AnswerKind(self.kind).label}{'' if self.must else '，选填'}）"


def stored(questions: Iterable[Question]) -> list[list]:
    return [[one.label, str(one.kind), one.must] for one in questions]


def loaded(rows: Iterable[Sequence]) -> tuple[Question, ...]:
    return tuple(Question(*row) for row in rows)


def faults_of(questions: Sequence[Question]) -> list[str]:
    """What is wrong with what is asked."""
    found = [f"所问事项最多 {MOST} 项。"] if len(questions) > MOST else []
    found += [too_long(one.label, LABEL, "所问事项") for one in questions]
    if not all(one.label and one.kind in AnswerKind.values for one in questions):
        found.append("请写出所问事项，并选择怎样回答。")
    counted = Counter(one.label for one in questions)
    return [one for one in found if one] + [
        f"“{label}”问了两次，请删去一项。" for label in counted if counted[label] > 1
    ]


def faults_of_answers(questions: Sequence[Question], given: Sequence[Answer]) -> list[tuple[str, str]]:
    """(field, sentence), of a unit that comes."""
    said, found = dict(given), []
    for place, one in enumerate(questions, start=1):
        value = said.pop(one.label, "")
        if not value:
            found += [(f"said_{place}", f"请填写“{one.label}”。")] if one.must else []
        elif one.kind == AnswerKind.YES_NO and value not in (YES, NO):
            found.append((f"said_{place}", f"“{one.label}”请选择是或否。"))
        elif one.kind == AnswerKind.NUMBER and not NUMBER.fullmatch(value):
            found.append((f"said_{place}", f"“{one.label}”应为 0 至 {'9' * DIGITS} 的整数。"))
        elif reason := too_long(value, TEXT, f"“{one.label}”"):
            found.append((f"said_{place}", reason))
    return found + [("attends", f"发文单位没有问“{label}”。") for label in said]


def in_words(given: Iterable[Sequence[str]]) -> str:
    """是否用餐：是；人数：3。"""
    parts = [f"{label}：{value}" for label, value in given]
    return f"{'；'.join(parts)}。" if parts else ""


def totals_of(questions: Sequence[Question], replies: Iterable[Iterable[Sequence[str]]]) -> list[tuple[str, str | int]]:
    """(question, what the answers of all units come to): yes and no counted, numbers summed, words are only listed."""
    said: dict[str, list[str]] = {}
    for answers in replies:
        for label, value in answers:
            said.setdefault(label, []).append(value)
    return [(one.label, _total(one, said.get(one.label, []))) for one in questions]


def _total(question: Question, values: list[str]) -> str | int:
    if question.kind == AnswerKind.NUMBER:
        return sum(int(value) for value in values)
    if question.kind == AnswerKind.YES_NO:
        return f"{YES} {values.count(YES)}，{NO} {values.count(NO)}"
    return ""


def cell_of(question: Question, value: str) -> str | int:
    """An answer as list and workbook hold it: a number can be reckoned with."""
    return int(value) if value and question.kind == AnswerKind.NUMBER else value

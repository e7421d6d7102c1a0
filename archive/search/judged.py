"""How well a search answers judged questions: nDCG@10 and recall@50 of titles, without touching what is stored."""

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DEPTH = 50
COLUMNS = ("query_id", "query", "title", "grade")


class BadJudgments(ValueError):
    """A sentence: what is wrong with the file."""


@dataclass
class Question:
    query_id: str
    query: str
    grades: dict[str, int]

    @property
    def is_odd(self) -> bool:
        return self.query_id[-1:] in tuple("13579")


def read(path: Path) -> list[Question]:
    """Questions of a tab-separated file with the columns `query_id query title grade`, in its order."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
                raise BadJudgments(f"{path} 缺少列：{'、'.join(missing)}；应有 {'、'.join(COLUMNS)}，以制表符分隔。")
            made: dict[str, Question] = {}
            for number, row in enumerate(reader, start=2):
                question = made.setdefault(row["query_id"], Question(row["query_id"], row["query"], {}))
                try:
                    question.grades[row["title"]] = int(row["grade"])
                except (TypeError, ValueError):
                    raise BadJudgments(f"{path} 第 {number} 行的 grade 不是整数：{row['grade']!r}。") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadJudgments(f"{path} 读不出来：{error}。") from error
    if not made:
        raise BadJudgments(f"{path} 里没有问题。")
    return list(made.values())


def measure(questions: list[Question], answer: Callable[[str], list[str]]) -> dict:
    """`answer`: query → titles, the best first, at least 50 where there are. Means over questions."""
    gains, recalls = [], []
    for question in questions:
        titles = list(dict.fromkeys(answer(question.query)))[:DEPTH]
        gains.append(ndcg([question.grades.get(title, 0) for title in titles[:10]], question.grades.values()))
        relevant = {title for title, grade in question.grades.items() if grade > 0}
        recalls.append(len(relevant & set(titles)) / len(relevant) if relevant else 1.0)
    count = len(questions)
    return {
        "queries": count,
        "ndcg10": round(sum(gains) / count, 4),
        "recall50": round(sum(recalls) / count, 4),
    }


def ndcg(grades: list[int], possible) -> float:
    best = _gain(sorted(possible, reverse=True)[:10])
    return _gain(grades) / best if best else 1.0


def _gain(grades) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))

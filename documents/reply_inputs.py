"""What the acts after sending and receiving are given: 回执, 补录, 督办."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from files.store import Landed
from units.models import User

from .reply_questions import Answer, Question


@dataclass(frozen=True)
class AskInput:
    """要求回执: until when, and how many persons of one unit at most (None: not limited).

    questions  asked beside the fixed fields; None leaves them as they stand
    """

    due_at: datetime | None = None
    most: int | None = None
    questions: tuple[Question, ...] | None = None


@dataclass(frozen=True)
class AnswerInput:
    """回执 of a unit; `people` are (name, post, phone) each, `answers` (question, answer) each, empty ones left out."""

    attends: bool = True
    people: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""
    remark: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class EnterInput:
    """补录: whose opinion on which open item (its key), by what, when; `upload` is the scan of the paper.

    result  of 会签, of states.StepResult
    early   it was truly given before the paper was registered, or sent for review
    """

    task: int = 0
    leader: User | None = None
    way: str = ""
    given_at: datetime | None = None
    upload: UploadedFile | None = None
    result: str = ""
    early: bool = False


@dataclass(frozen=True)
class OnPaperInput:
    """What closes a step by paper: the open item's key, whose opinion, when it was given, its scan."""

    task: int = 0
    leader: User | None = None
    way: str = ""
    given_at: datetime | None = None
    landed: Landed | None = None
    proof_name: str = ""
    result: str = ""
    early: bool = False


@dataclass(frozen=True)
class NotedInput:
    """Key of the notice that is answered; 0 is the oldest."""

    task: int = 0


@dataclass(frozen=True)
class ObjectInput:
    """Key of the entered opinion that is objected to."""

    entry: int = 0


@dataclass(frozen=True)
class SuperviseInput:
    """督办: until when feedback is due."""

    due_at: datetime | None = None


@dataclass(frozen=True)
class FeedBackInput:
    """督办反馈; `is_last` is the 办结反馈 that ends it."""

    is_last: bool = False

"""What the transitions of documents are given: built by forms, read by checks, `prepare` and effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from files.store import Landed
from units.models import Department, Post, User


@dataclass(frozen=True)
class NumberInput:
    print_copies: int | None = None


@dataclass(frozen=True)
class SubmitInput:
    """Which of the unit's routes (its uid, "" is the first that fits), and whom the drafter chose: row → person."""

    route: str = ""
    people: Mapping[int, User] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterInput(SubmitInput):
    handling_kind: str = ""
    due_at: datetime | None = None
    repeat_reason: str = ""  # why what the unit has already is registered again


@dataclass(frozen=True)
class CoHandler:
    """Who handles a paper beside its 主办: a department or a person, by `due_at`; None: by 办理时限."""

    department: Department | None = None
    person: User | None = None
    due_at: datetime | None = None

    def __str__(self) -> str:
        return str(self.department or self.person)


@dataclass(frozen=True)
class ProposeInput:
    """主办 is a person or a department; `co_handlers` None leaves 协办 as it stands, an empty one means nobody."""

    lead_officer: User | None = None
    lead_department: Department | None = None
    due_at: datetime | None = None
    co_handlers: tuple[CoHandler, ...] | None = None


@dataclass(frozen=True)
class InstructInput(ProposeInput):
    readers: tuple[User, ...] = ()


@dataclass(frozen=True)
class ReportInput:
    unassisted_reason: str = ""


@dataclass(frozen=True)
class FileInput:
    """An empty `retention_code` takes the proposal."""

    retention_code: str = ""
    class_code: str = ""


@dataclass(frozen=True)
class CompleteInput:
    """`not_to_file` is a code of states.NotToFile; an empty `retention_code` takes the proposal."""

    retention_code: str = ""
    class_code: str = ""
    not_to_file: str = ""
    result: str = ""
    reply_waived: str = ""
    unsigned_reason: str = ""
    unanswered_reason: str = ""  # of what was received: why it ends before its answer is out
    unassisted_reason: str = ""


# why it ends before its time, as the page and the result of many at once tell it; each is kept only while it is one
EXPLAINED = {
    "reply_waived": "免予批复",
    "unsigned_reason": "未全部签收即办结",
    "unanswered_reason": "复文未发出即办结",
    "unassisted_reason": "协办未反馈即办结",
}
ASKED = {name: f"{label}的理由" for name, label in EXPLAINED.items()}  # as the box and the refusal call it


@dataclass(frozen=True)
class CirculateInput:
    """Persons, whoever holds a post, and everybody of a department; each person is asked once."""

    readers: tuple[User, ...] = ()
    posts: tuple[Post, ...] = ()
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True)
class RecallInput:
    """Keys of the circulation's open items that are cancelled; empty means every one that is not handled yet."""

    tasks: tuple[int, ...] = ()


@dataclass(frozen=True)
class UrgeInput:
    """Keys of the items urged; empty means all of `scope` (documents.urging.Scope), "" all but readers.

    `run` names the form.
    """

    tasks: tuple[int, ...] = ()
    scope: str = ""
    run: UUID | None = None


@dataclass(frozen=True)
class AttachInput:
    """`files` are (name, examined bytes) in the order of choosing; a `title` is that of one file alone."""

    files: tuple[tuple[str, Landed], ...]
    title: str = ""
    is_main_text: bool = False


@dataclass(frozen=True)
class PublishInput:
    topic: str = ""
    summary: str = ""
    effective_from: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class SendBackInput:
    """`to` is the uid of an earlier step of the run; None is the drafter."""

    to: UUID | None = None


@dataclass(frozen=True)
class CountersignInput:
    result: str = "agreed"  # of states.StepResult


@dataclass(frozen=True)
class CoordinateInput:
    """`result`: COORDINATED or DECIDED of states.StepResult."""

    result: str = ""


@dataclass(frozen=True)
class CorrectInput:
    """文字差错: title and text as they should read."""

    title: str = ""
    body: str = ""

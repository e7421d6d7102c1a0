"""What the transitions of documents are given: built by forms, read by checks, `prepare` and effects."""

from dataclasses import dataclass
from datetime import datetime

from units.models import User


@dataclass(frozen=True)
class NumberInput:
    print_copies: int | None = None


@dataclass(frozen=True)
class RegisterInput:
    handling_kind: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class ProposeInput:
    lead_officer: User | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class InstructInput:
    lead_officer: User | None = None
    readers: tuple[User, ...] = ()


@dataclass(frozen=True)
class CompleteInput:
    """`not_to_file` is a code of states.NotToFile; an empty `retention_code` takes the proposal."""

    retention_code: str = ""
    class_code: str = ""
    not_to_file: str = ""
    result: str = ""
    reply_waived: str = ""

"""What the transitions of documents are given: built by forms, read by checks, `prepare` and effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from units.models import User


@dataclass(frozen=True)
class NumberInput:
    print_copies: int | None = None


@dataclass(frozen=True)
class SubmitInput:
    """Which of the unit's routes (its uid, "" for the one that comes first), and whom the drafter chose: row → person."""

    route: str = ""
    people: Mapping[int, User] = field(default_factory=dict)


@dataclass(frozen=True)
class RegisterInput(SubmitInput):
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


@dataclass(frozen=True)
class CirculateInput:
    readers: tuple[User, ...] = ()


@dataclass(frozen=True)
class AttachInput:
    """`upload` is Django's uploaded file; it is examined before anything is kept."""

    upload: UploadedFile
    title: str = ""
    is_main_text: bool = False


@dataclass(frozen=True)
class PublishInput:
    topic: str = ""
    summary: str = ""
    effective_from: date | None = None
    expires_on: date | None = None

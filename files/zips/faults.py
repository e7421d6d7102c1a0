"""What can be wrong with a ZIP."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .structure import Entry


class Kind(StrEnum):
    END = "end"  # no end record, or several
    DIRECTORY = "directory"  # the directory cannot be read
    LIMIT = "limit"
    COMMENT = "comment"
    ENCRYPTED = "encrypted"
    LEGACY_NAME = "legacy-name"
    UNKNOWN_NAME = "unknown-name"
    METHOD = "method"
    LINK = "link"
    NAME = "name"
    DUPLICATE = "duplicate"
    BOMB = "bomb"
    SIZE = "size"
    FOLDER = "folder"  # a folder with content
    OVERLAP = "overlap"
    GAP = "gap"
    HEADER = "header"  # local header missing, or other than the directory says
    CONTENT = "content"  # bytes missing, or other than checksum and size say


@dataclass(frozen=True)
class Fault:
    """`what` is a clause without its full stop; `entry` is None when the container as a whole is meant."""

    kind: Kind
    what: str
    entry: "Entry | None" = None


class ZipFaultError(Exception):
    """The ZIP is refused; `code` and `sentence` become a finding, `fault` says it in parts."""

    def __init__(self, code: str, sentence: str, fault: Fault | None = None) -> None:
        super().__init__(code)
        self.code, self.sentence, self.fault = code, sentence, fault

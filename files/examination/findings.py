"""What an examination says about a file."""

from dataclasses import dataclass, field

from .formats import Kind

TOOL_VERSION = "1.0"  # kept with every result: a later, stricter version must be told from this one

REFUSE, WARN = "refuse", "warn"


@dataclass(frozen=True)
class FileFinding:
    """One sentence about a file: `code` stable and English, `message` Chinese (what is wrong, what would be right)."""

    code: str
    severity: str  # REFUSE or WARN
    message: str


@dataclass(frozen=True)
class Examination:
    """The result for one file. `format_id` is a PRONOM id or a word of our own (`ofd`, `rtf`), "" when unknown."""

    format_id: str
    mime: str
    extension: str  # of the given file name, lower case, with the dot; "" when there is none
    bytes: int
    pages: int | None
    text_encoding: str | None
    findings: tuple[FileFinding, ...]

    @property
    def refusals(self) -> tuple[FileFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == REFUSE)

    @property
    def warnings(self) -> tuple[FileFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == WARN)


@dataclass
class Seen:
    """What has been seen so far; the parts of the examination write into it."""

    kind: Kind | None = None
    format_id: str = ""
    pages: int | None = None
    text_encoding: str | None = None
    findings: list[FileFinding] = field(default_factory=list)

    def refuse(self, code, message):
        self.findings.append(FileFinding(code, REFUSE, message))

    def warn(self, code, message):
        self.findings.append(FileFinding(code, WARN, message))

    def is_kind(self, kind):
        self.kind, self.format_id = kind, kind.format_id

"""What an examination says about a file."""

from dataclasses import dataclass, field

from units.findings import REFUSE, WARN, Finding

from . import policy
from .formats import Kind

TOOL_VERSION = "2.0"  # kept with every result: a later, stricter version must be told from this one


@dataclass(frozen=True)
class Examination:
    """The result for one file. `format_id` is a PRONOM id or a word of our own (`ofd`, `rtf`), "" when unknown."""

    format_id: str
    mime: str
    extension: str  # of the given file name, lower case, with the dot; "" when there is none
    bytes: int
    pages: int | None
    text_encoding: str | None
    findings: tuple[Finding, ...]
    scanned_with: str = ""  # the virus scanner and its definitions, when one has looked; "" is 未查毒, never "passed"
    words: str | None = field(default=None, repr=False, compare=False)  # of a document, when they were read and are few

    @property
    def refusals(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == REFUSE)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == WARN)


@dataclass
class Seen:
    """What has been seen so far; the parts of the examination write into it."""

    filename: str = ""
    kind: Kind | None = None
    format_id: str = ""
    pages: int | None = None
    text_encoding: str | None = None
    scanned_with: str = ""
    words: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def tell(self, code, **facts):
        """A finding of the policy; its verdict and sentence are the policy's (policy.RULES)."""
        self.add(code, policy.sentence(code, **facts))

    def add(self, code, message):
        finding = Finding(code, policy.RULES[code].verdict, self.filename, message)
        if finding not in self.findings:
            self.findings.append(finding)

    def is_kind(self, kind):
        self.kind, self.format_id = kind, kind.format_id

"""What documents need of the archive, and the only way up: the module named by EGOV_FILING.

The module gives six functions:
  propose(document) -> Proposal            reads only; for the draft and the completion form
  prepare(document, act) -> object         without a lock: renders, examines, stores bytes under their digest
  file(document, prepared, by, seat) -> object   inside the completing transaction: record, components, code, event
  imported(unit, numbers) -> list[Imported]            back-file records of the unit that bear one of these numbers
  imported_of_year(unit, year) -> list[Imported]       those whose number is of the unit's 机关代字 and this year
  destroyed(document) -> str                           by which 销毁清册 and when what was filed of it was destroyed
"""

from dataclasses import dataclass, field
from importlib import import_module

from django.conf import settings
from django.core.checks import Error, register

NAMES = ("propose", "prepare", "file", "imported", "imported_of_year", "destroyed")


@dataclass(frozen=True)
class Proposal:
    """What the schedule proposes for a document, and the rule that says so."""

    retention_code: str  # Y, D30, D10, or "" when it needs no filing
    class_code: str
    basis: str
    not_to_file: str = ""
    code_preview: str = ""
    retention_label: str = ""
    warnings: tuple[str, ...] = field(default_factory=tuple)
    why_url: str = ""  # the page that says why this row and no other


@dataclass(frozen=True)
class Imported:
    """A record that came by an import, not from a document here; `uid` is its 电子文件号. No title: nobody was asked."""

    number: str
    archival_code: str
    uid: str


def port():
    return import_module(settings.EGOV_FILING)


def propose(document) -> Proposal:
    return port().propose(document)


def prepare(document, act):
    return port().prepare(document, act)


def file(document, prepared, by, seat=None):
    return port().file(document, prepared, by, seat)


def imported(unit, numbers) -> list[Imported]:
    return port().imported(unit, numbers)


def imported_of_year(unit, year: int) -> list[Imported]:
    return port().imported_of_year(unit, year)


def destroyed(document) -> str:
    return port().destroyed(document)


@register()
def somebody_files(app_configs, **kwargs):
    try:
        missing = [name for name in NAMES if not hasattr(port(), name)]
    except (AttributeError, ImportError) as error:
        return [Error(f"EGOV_FILING names no module that files documents: {error}", id="documents.E001")]
    return [Error(f"{settings.EGOV_FILING} lacks {name}().", id="documents.E002") for name in missing]

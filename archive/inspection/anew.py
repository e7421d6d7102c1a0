"""A filed record whose description or files have changed is inspected as at filing, at once."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from units.findings import Finding
from units.workflow import Refused

from ..models import Component, InspectionResult, Record
from ..states import Stage, Verdict
from .checks import examine, twins_of
from .runs import keep, open_run
from .sheet import Sheet

Standing = frozenset[tuple[str, str, str]]  # item, target and sentence of what fails


def failing(found: Iterable[Finding]) -> Standing:
    return frozenset((one.code, one.target, one.message) for one in found if one.is_refusal)


def standing(row: Record, components: list[Component], *, check_bytes: bool = True) -> Standing:
    """What fails of the record as it is before an act: the act has not made it wrong, and is not refused for it."""
    return failing(examine(Sheet(Stage.FILING), row, components, check_bytes=check_bytes))


def made_wrong(found: Iterable[Finding], stood: Standing) -> list[str]:
    """What fails now and did not before."""
    return [one.message for one in found if one.is_refusal and (one.code, one.target, one.message) not in stood]


def inspect_anew(row: Record, components: list[Component], by, *, stood: Standing | None) -> None:
    """The filing stage's checks anew. An act of a person is refused for what it made wrong itself; `stood` is what
    failed before it (`standing`). None: nothing refuses, what fails is a finding."""
    run, sheet = open_run(Stage.FILING, by=by, subject_uid=row.uid), Sheet(Stage.FILING)
    found = examine(sheet, row, components, twins=twins_of([row]))
    if stood is not None and (failed := made_wrong(found, stood)):
        raise Refused(*failed)
    # what was found before is settled
    row.findings.filter(settled_at=None, run__stage=Stage.FILING).update(settled_at=timezone.now())
    keep(run, sheet, records=1)


def settle_file(row: Record, filename: str) -> None:
    """A file was replaced: what any stage found about it, also in a batch that came back, is said of it no more."""
    about = Q(target=filename) | Q(target__endswith=f"/{filename}")
    row.findings.filter(about, settled_at=None).update(settled_at=timezone.now())


def open_on(row: Record) -> list[InspectionResult]:
    """What stands, each sentence once: the unit's check, the archive's and the next batch's find the same."""
    found = {(one.target, one.message): one for one in row.findings.filter(settled_at=None)}
    return list(found.values())


def remarked(row: Record, fields: Iterable[str]) -> list[str]:
    """What the newest checks remark on `fields`: a year far from its day is told to whoever set it."""
    rows = row.findings.filter(settled_at=None, run__stage=Stage.FILING, verdict=Verdict.WARN, field__in=list(fields))
    return list(rows.order_by("pk").values_list("message", flat=True))


def still_failing(row: Record) -> list[str]:
    """What the filing stage's checks found and nobody has mended yet: told to whoever has just corrected something."""
    rows = row.findings.filter(settled_at=None, run__stage=Stage.FILING, verdict=Verdict.FAIL)
    return list(rows.order_by("pk").values_list("message", flat=True))

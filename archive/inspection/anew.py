"""A filed record whose description or files have changed is inspected as at filing, at once."""

from django.utils import timezone

from units.workflow import Refused

from ..models import Component, Record
from ..states import Stage
from .checks import examine, twins_of
from .runs import keep, open_run
from .sheet import Sheet


def inspect_anew(row: Record, components: list[Component], by, *, refuses: bool = True) -> None:
    """The filing stage's checks anew: what fails refuses the act of a person, and is a finding where none acts."""
    run, sheet = open_run(Stage.FILING, by=by, subject_uid=row.uid), Sheet(Stage.FILING)
    found = examine(sheet, row, components, twins=twins_of([row]))
    if refuses and (failed := [one.message for one in found if one.is_refusal]):
        raise Refused(*failed)
    # what was found before is settled
    row.findings.filter(settled_at=None, run__stage=Stage.FILING).update(settled_at=timezone.now())
    keep(run, sheet, records=1)

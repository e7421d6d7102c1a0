"""传送 on the batch page: where the package went, how far it is, what the other side said and gave."""

from units.access import may
from units.models import Job
from units.panels import Page

from .models import Consignment
from .states import ConsignmentState, Medium

SHOWN = 10
SENDS = "send_consignment"
STOPPABLE = (ConsignmentState.SENDING, ConsignmentState.FAILED)


def consignments(page: Page) -> dict | None:
    """Latest first; nothing for a batch that goes no such way."""
    if page.obj.medium != Medium.PEER or page.obj.submitted_at is None:
        return None
    rows = list(
        Consignment.objects.unguarded("the page of its batch").filter(batch=page.obj).select_related("peer")[:SHOWN]
    )
    if not rows:
        return None
    may_handle = may(page.user, "make", page.obj)
    jobs = Job.objects.of(page.obj).filter(kind=SENDS, state__in=("queued", "running"))
    notes = {job.args.get("consignment"): job.note for job in jobs[:SHOWN]}
    return {
        "consignments": [
            {
                "row": row, "note": notes.get(str(row.uid), ""), "may_stop": may_handle and row.state in STOPPABLE,
                "may_retry": may_handle and row.state == ConsignmentState.FAILED and str(row.uid) not in notes,
            }
            for row in rows
        ]
    }  # fmt: skip

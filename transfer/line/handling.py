"""What people do with a package on its way: cancel it, or go on after a break."""

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.actions import system_user
from units.workflow import Refused

from ..line_workflow import CONSIGNMENT, Said
from ..models import Consignment
from ..states import ConsignmentState
from . import sending


def _locked(row: Consignment, by) -> Consignment:
    rows = Consignment.objects.unguarded("the act asks its own rule under this lock").select_related("peer", "unit")
    found = rows.select_for_update(of=("self",)).get(pk=row.pk)
    if not may(by, "make", found):
        raise Refused("您没有办理这次传送的权限。")
    return found


@transaction.atomic
def cancel(row: Consignment, *, by) -> None:
    """Asked for; the worker stops at the next chunk. One that has stopped already is ended here."""
    found = _locked(row, by)
    if found.state not in (ConsignmentState.SENDING, ConsignmentState.FAILED):
        raise Refused(f"“{found}”{found.get_state_display()}，不能取消。")
    found.stop_asked_at = timezone.now()
    found.save(update_fields=["stop_asked_at"])
    audit.record("cancel_sending", "取消传送", found.batch or found, by=by, through="make", digest=found.digest)
    if found.state == ConsignmentState.FAILED:
        CONSIGNMENT.perform("cancel", found, by=system_user(), given=Said(f"由{by.name}取消。"))


@transaction.atomic
def retry(row: Consignment, *, by) -> None:
    """What has come over stays there; the worker goes on with the rest."""
    found = _locked(row, by)
    if found.state != ConsignmentState.FAILED:
        raise Refused(f"“{found}”{found.get_state_display()}，不必重试。")
    CONSIGNMENT.perform("resume", found, by=system_user())
    audit.record("retry_sending", "继续传送", found.batch or found, by=by, through="make", digest=found.digest)
    sending.start_job(found, by)

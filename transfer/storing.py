"""入库: an accepted package is kept in two places, each read there, and only then the unit gets its 入库通知.

"Accepted" is not "stored in two places", and neither says that the unit may dispose of its own copy (domain 9.2, 9.14).
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from units import audit
from units.actions import system_user
from units.job_workflow import PENDING
from units.models import Job, Task
from units.roles import PostKind
from units.tasks import open_task
from units.workflow import Refused

from .delivery import copy_part, holdings_folder
from .effects import receipt, start_storing
from .going_on import Carried
from .healing import read_copy, second_folder
from .models import Batch, Copy
from .states import HELD, CopyState, Place, ReceiptKind

AGAIN = timedelta(hours=6)  # after that a storing that failed is begun anew
YEARS_OF_OWN_COPY = 5  # the unit keeps its copy at least that long after the transfer (2012 measure, art. 7)


def own_copy_until(moment: datetime) -> date:
    """Until which day the unit keeps its own copy."""
    day = timezone.localdate(moment)
    try:
        return day.replace(year=day.year + YEARS_OF_OWN_COPY)
    except ValueError:  # 29 February
        return date(day.year + YEARS_OF_OWN_COPY, 3, 1)


def store(batch: Batch, progress) -> None:
    """A second copy of every part, both read; may be killed anywhere and run again. Refused when one cannot be made."""
    if batch.state not in HELD or batch.stored_at is not None:
        return
    parts, folder, wrong = list(batch.parts.filter(record_count__gt=0)), second_folder(batch), []
    folder.mkdir(parents=True, exist_ok=True)
    told = Carried(parts, progress)
    for part in parts:
        target = folder / part.filename
        copy, _ = Copy.objects.get_or_create(part=part, place=Place.SECOND)
        copy.part.batch = batch
        if not (target.exists() and not read_copy(copy)):
            wrong += copy_part(holdings_folder(batch) / part.filename, target, part, told.moved) or [read_copy(copy)]
        told.whole(part)
    if wrong := [one for one in wrong if one]:
        raise Refused(*wrong)
    _stored(batch)


def start_waiting() -> int:
    """What was accepted a while ago, is not stored in two places, and nobody is at it: begun anew; how many. Without it
    a full disk would leave one copy for good, until somebody happened to look."""
    rows = Batch.objects.unguarded("the schedule stores what was accepted").select_related("archive")
    late = timezone.now() - AGAIN
    waiting = rows.filter(state__in=HELD, stored_at=None, accepted_at__lt=late).order_by("accepted_at", "pk")
    tried = Job.objects.filter(kind="store_batch", subject_uid__in=waiting.values("uid"))
    busy = set(tried.filter(Q(state__in=PENDING) | Q(created_at__gte=late)).values_list("subject_uid", flat=True))
    found = [one for one in waiting if one.uid not in busy]
    for one in found:
        start_storing(one, by=system_user())
    return len(found)


@transaction.atomic
def _stored(batch: Batch) -> None:
    row = Batch.objects.unguarded("the worker does what the acceptance asked for").for_detail()
    row = row.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.stored_at is not None:
        return
    copies = Copy.objects.filter(part__batch=row, part__record_count__gt=0, place__in=(Place.HOLDINGS, Place.SECOND))
    if copies.exclude(state=CopyState.SOUND).exists():
        raise Refused("两处存放的信息包没有都核验合格，暂不能办理入库。")
    row.stored_at = timezone.now()
    row.version += 1
    row._history_user = system_user()
    row.save()
    content = {
        "places": [Place.HOLDINGS.label, Place.SECOND.label], "manifest_digest": row.manifest_digest,
        "own_copy_until": own_copy_until(row.accepted_at).isoformat(),
    }  # fmt: skip
    accepted = row.receipts.filter(kind=ReceiptKind.CUSTODY).select_related("made_by").last()
    if accepted is not None:  # the worker stores what a person took over, and he answers for it
        content["made_by"] = accepted.made_by.name
    receipt(row, ReceiptKind.STORED, system_user(), content)
    waiting = Task.objects.of(row).open().filter(kind="close_batch")  # one thing to look at is one item
    if not waiting.update(remark="已入库，入库通知一并确认"):
        open_task("stored_notice", "入库通知", row, unit=row.unit, post=PostKind.ARCHIVIST)
    audit.record("store", "入库", row, by=system_user(), places=content["places"])

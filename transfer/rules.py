"""Who may see and move a batch: the unit's side, and the archive's side once it has been submitted."""

from django.db.models import Q

from units.access import EVERYTHING, NOTHING, OnUnit, Where, standing
from units.fitting import SUBJECTS
from units.guarded import RULES

from .models import Batch

SUBMITTED = Q(submitted_at__isnull=False)

RULES[Batch] = {
    "view": OnUnit("view_batches") | OnUnit("view_batches", "archive", SUBMITTED),
    "make": OnUnit("make_batches"),
    "approve": OnUnit("approve_batches"),
    "deliver": Where(lambda user: EVERYTHING if standing(user).is_system else NOTHING),
    "confirm": OnUnit("approve_batches", "archive", SUBMITTED),
    "receive": OnUnit("receive_batches", "archive", SUBMITTED),
}
SUBJECTS["batch"] = Batch

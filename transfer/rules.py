"""Who may see and move a batch: the unit's side, and the archive's side once it has been submitted."""

from django.db.models import Q

from units.access import EVERYTHING, NOTHING, OnUnit, Where, standing, units_with
from units.fitting import SUBJECTS
from units.guarded import RULES
from units.models import Unit

from .models import (
    Accession,
    Arrival,
    Batch,
    Consignment,
    ConversionMigration,
    Peer,
    ReceivingPlan,
    RegisterSeal,
    StorageMedium,
)

SUBMITTED = Q(submitted_at__isnull=False)
SHOWN = SUBMITTED | Q(catalogue_sent_at__isnull=False)  # the catalogue goes ahead of the files

RULES[Batch] = {
    "view": OnUnit("view_batches") | OnUnit("view_batches", "archive", SHOWN),
    "make": OnUnit("make_batches"),
    "approve": OnUnit("approve_batches"),
    "deliver": Where(lambda user: EVERYTHING if standing(user).is_system else NOTHING),
    "preview": OnUnit("receive_batches", "archive", SHOWN),
    "confirm": OnUnit("approve_batches", "archive", SUBMITTED),
    "receive": OnUnit("receive_batches", "archive", SUBMITTED),
}
RULES[ReceivingPlan] = {
    # what the archive asks for is no secret among those who hand over
    "view": Where(lambda user: EVERYTHING if units_with("view_batches", user) else NOTHING),
    "withdraw": OnUnit("receive_batches", "archive"),
}
SYSTEM = Where(lambda user: EVERYTHING if standing(user).is_system else NOTHING)
CONNECTS = Where(lambda user: EVERYTHING if units_with("manage_people", user) else NOTHING)
RULES[Unit] |= {  # how the platform is deployed: who keeps archives, who evaluates, who looks after the platform
    "see_deployment": OnUnit("arrange_records", "pk") | OnUnit("inspect_units", "pk") | OnUnit("manage_people", "pk"),
}
RULES[Peer] = {
    "view": CONNECTS,
    "end": CONNECTS,
    # whoever hands over chooses among them, by name
    "send": Where(lambda user: EVERYTHING if units_with("make_batches", user) else NOTHING),
}
RULES[Consignment] = {
    "view": OnUnit("view_batches") | CONNECTS,
    "make": OnUnit("make_batches"),
    "run": SYSTEM,
}
RULES[Arrival] = {"view": OnUnit("receive_batches", "batch__archive") | CONNECTS, "run": SYSTEM}
# the archive's own books of its holding
RULES[Accession] = {"view": OnUnit("view_holdings", "archive"), "enter": OnUnit("receive_batches", "archive")}
RULES[StorageMedium] = {"view": OnUnit("view_holdings", "archive"), "enter": OnUnit("receive_batches", "archive")}
RULES[ConversionMigration] = {
    "view": OnUnit("view_holdings", "archive") | OnUnit("approve_batches", "archive"),
    "enter": OnUnit("receive_batches", "archive"),
    "confirm": OnUnit("approve_batches", "archive"),
    "run": SYSTEM,
}
# of a batch the keeper of a seal sees the register alone
RULES[RegisterSeal] = {"view": OnUnit("seal_documents"), "seal": OnUnit("seal_documents")}
SUBJECTS["batch"], SUBJECTS["medium"], SUBJECTS["seal_asked"] = Batch, StorageMedium, RegisterSeal
SUBJECTS["conversion"] = ConversionMigration
SUBJECTS["receiving_plan"] = ReceivingPlan

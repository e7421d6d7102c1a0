"""办理交接手续: the 登记表 signed by two persons of each side; only then can custody change (domain 9.3, 9.8, 9.13)."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import seat_for
from units.roles import PostKind
from units.successors import who_speaks_for
from units.tasks import close_tasks, open_task
from units.workflow import Nothing, Refused

from .conditions import signing_is_open
from .handover_papers import digest_of, register_content, standing_signatures
from .locking import locked
from .models import Batch, RegisterSeal, Signature
from .states import Side, SignedAs

# (side, role) → the rule that gives the right, and the kind of the task that asks for the name
SIGNERS = {
    (Side.UNIT, SignedAs.FILLED): ("make", "fill_over"),
    (Side.UNIT, SignedAs.CHECKED): ("approve", "check_over"),
    (Side.ARCHIVE, SignedAs.FILLED): ("receive", "fill_in"),
    (Side.ARCHIVE, SignedAs.CHECKED): ("confirm", "check_in"),
}
ACCEPT = "accept_batch"  # kind of the task that waits when the register bears four names and both seals
SEAL = "seal_register"  # kind of the task that asks a keeper for his unit's seal


@transaction.atomic
def sign(batch: Batch, *, side: str, role: str, by, note: str = "", given: Nothing | None = None) -> Signature:
    """One name under the register as it stands; 审核人 signs what 填表人 has filled in, and is another person."""
    permission, kind = SIGNERS[side, role]
    row = locked(batch.pk, by=by, permission=permission, moment=partial(signing_is_open, side=side, role=role))
    if _is_other(row, by, side, role):
        raise Refused("填表人和审核人不能是同一人。")
    seat = seat_for(by, row, permission)
    made = Signature.objects.create(
        batch=row, side=side, role=role, person=by, post=seat.kind_label[:80] if seat else "",
        digest=digest_of(register_content(row)),
    )  # fmt: skip
    close_tasks(row, by=by, kinds=(kind,))
    if len(standing_signatures(row)) == len(SIGNERS):
        _ask_for_seals(row)
    label = f"签署登记表（{Side(side).label}{SignedAs(role).label}）"
    audit.record("sign_register", label, row, by=by, seat=seat, register=made.digest, side=side, role=role)
    return made


def _is_other(batch: Batch, person, side: str, role: str) -> bool:
    """Whether the side's other name is the person's already."""
    other = standing_signatures(batch).get((side, SignedAs.CHECKED if role == SignedAs.FILLED else SignedAs.FILLED))
    return other is not None and other.person_id == person.pk


def is_other_signer(batch: Batch, person, act: str) -> bool:
    """As `sign` will refuse it, of the side act by its name."""
    side, role = next(key for key, (_, name) in SIGNERS.items() if name == act)
    return _is_other(batch, person, side, role)


def _ask_for_seals(batch: Batch) -> None:
    """Four names stand: the keeper of each side's seal has his item; for a unit that has ended its successor seals,
    whose own seal it is then."""
    for side, unit in ((Side.UNIT, who_speaks_for(batch.unit) or batch.unit), (Side.ARCHIVE, batch.archive)):
        asked = RegisterSeal.objects.create(batch=batch, side=side, unit=unit)
        open_task(SEAL, "登记表用印", asked, unit=unit, post=PostKind.SEAL_KEEPER)


def void_signatures(batch: Batch, *, by) -> int:
    """The register is taken back: names and seals on it stand no longer. Inside the act that says why."""
    for one in batch.seals.unguarded("the batch is given").filter(void_at=None):
        close_tasks(one, by=by, kinds=(SEAL,), outcome="dropped")
    batch.seals.unguarded("the batch is given").filter(void_at=None).update(void_at=timezone.now())
    return batch.signatures.filter(void_at=None).update(void_at=timezone.now())

"""What the demo's archive opens: one round of 开放审核 a batch, by all the persons that a round needs.

The demo is too young for anything to be due: what its units had disclosed is opened before its time. A round that was
interrupted goes on from its state.
"""

from datetime import timedelta

from django.utils import timezone

from archive.models import OpeningConsultation, OpeningItem, OpeningRound, Record
from archive.opening_review import actions, consulting
from archive.opening_review.inputs import Verdict
from archive.opening_workflow import CONSULTATION, ROUND
from archive.states import Access, ConsultationState, EarlyGround, RoundState
from archive.states import State as RecordState
from documents.states import Direction, Disclosure
from transfer.models import Batch
from units.models import Appointment, Unit, User
from units.roles import PostKind

from .plan import District

MEANT = Verdict("early", early_ground=EarlyGround.DISCLOSED)
ANSWERED_IN = timedelta(days=30)


def assess(batch: Batch, district: District) -> None:
    """What the unit had disclosed is opened; the rest waits for its 25 years."""
    row = _round_of(batch, district)
    if row is None:
        return
    archive, people = batch.archive, district.people
    appraiser, second = people.holder(archive, PostKind.APPRAISER), _second(archive, district)
    if row.state == RoundState.FIRST:
        _ask(row, appraiser, district)
        open_ones = list(row.items.filter(is_open=True).values_list("position", flat=True))
        actions.judge(row, open_ones, by=appraiser, given=MEANT)
    for step, person in (
        ("pass_first", appraiser), ("pass_second", second), ("approve", people.holder(archive, PostKind.LEADER)),
        ("publish", appraiser),
    ):  # fmt: skip
        if row.state in ROUND.steps[step].sources:
            ROUND.perform(step, row, by=person)


def _round_of(batch: Batch, district: District) -> OpeningRound | None:
    records = Record.objects.unguarded("the demo plays the whole district").filter(
        batch_items__batch=batch, state=RecordState.ACCESSIONED, access_status=Access.PENDING,
        disclosure_attr=Disclosure.PROACTIVE,
    ).exclude(direction=Direction.INCOMING)  # fmt: skip
    begun = OpeningItem.objects.filter(record__in=records, is_open=True).select_related("round").first()
    if begun is not None:
        return begun.round
    keys = list(records.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return None
    made, _ = actions.enlist(keys, batch.archive, by=district.people.holder(batch.archive, PostKind.APPRAISER))
    return made


def _second(archive: Unit, district: District) -> User:
    """The other appraiser: nobody does two stages of a round."""
    held = Appointment.objects.active().filter(post__unit=archive, post__kind=PostKind.APPRAISER).select_related("user")
    return district.people.same(held.order_by("pk")[1].user)


def _ask(row: OpeningRound, appraiser: User, district: District) -> None:
    if consulting.unasked(row).exists():
        consulting.ask(row, by=appraiser, due_on=timezone.localdate() + ANSWERED_IN)
    asked = OpeningConsultation.objects.filter(round=row, state=ConsultationState.ASKED).select_related("unit", "round")
    for one in asked:
        by = district.people.holder(one.unit, PostKind.ARCHIVIST)
        consulting.say(one, one.items.values_list("position", flat=True), by=by, opinion="open")
        CONSULTATION.perform("answer", one, by=by)

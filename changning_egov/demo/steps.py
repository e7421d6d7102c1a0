"""A document is brought to its goal by the people whose turn it is, through the product's own transitions.

What to do next is read from the document's state and its open tasks, never from a memory of this module: after a crash
the same call goes on where it stopped, and a document that a visitor moved meanwhile is left where he put it.
"""

from django.utils import timezone

from documents.actions import read
from documents.circulation import circulate
from documents.filing_port import propose
from documents.inputs import CirculateInput
from documents.models import Document
from documents.states import WITHOUT_SEAL, Direction, HandlingKind, State
from documents.workflow import workflow_of
from units.calendar import end_of_working_days
from units.models import Appointment, Task, Unit, User
from units.roles import PostKind
from units.workflow import Refused

from .opinions import opinion
from .texts import pick

SIGNED_ON_PAPER = "收文单位已电话确认收到。"
STAGES = {
    Direction.OUTGOING: (
        "drafting", "check", "countersign", "approve", "approved", "numbered", "proofread", "sealed", "dispatched",
        "completed",
    ),
    Direction.INCOMING: (
        "delivered", "signed_for", "registered", "proposed", "instructed", "in_handling", "reported", "completed",
    ),
    Direction.INTERNAL: ("drafting", "check", "instruct", "instructed", "completed"),
}  # fmt: skip
# goal -> (stage that comes first, closing step)
ASIDE = {
    "returned": ("check", "send_back"),
    "withdrawn": ("check", "withdraw"),
    "voided": ("numbered", "void"),
    "returned_to_sender": ("signed_for", "return_to_sender"),
    "reading": ("registered", ""),
}
# what a goal "mixed" may mean; a stage written twice comes twice as often
MIXED = {
    Direction.OUTGOING: (
        *("completed",) * 5, *("dispatched",) * 4, "sealed", "approved", "approve", "check", "drafting",
    ),
    Direction.INCOMING: (
        *("completed",) * 6, *("in_handling",) * 2, "instructed", "proposed", "registered", "signed_for", "delivered",
    ),
    Direction.INTERNAL: (*("completed",) * 5, "instructed", "instruct", "check", "drafting"),
}  # fmt: skip
REVIEWS = ("check", "countersign", "approve", "instruct", "review")


class People:
    """Who holds a post, read from the database; a person is one instance, so that his standing is read once."""

    def __init__(self) -> None:
        self._holders: dict[tuple[int, str], User | None] = {}
        self._users: dict[int, User] = {}

    def holder(self, unit: Unit, kind: str) -> User | None:
        key = (unit.pk, str(kind))
        if self._holders.get(key) is None:
            held = Appointment.objects.active().filter(post__unit=unit, post__kind=kind).select_related("user")
            first = held.order_by("pk").first()
            self._holders[key] = self.same(first.user) if first else None
        return self._holders[key]

    def same(self, user: User) -> User:
        return self._users.setdefault(user.pk, user)


def stage(document: Document) -> str:
    """The state, and inside a review or handling the step that waits."""
    if document.state == State.IN_REVIEW:
        task = _waiting(document, *REVIEWS)
        return task.kind if task else State.IN_REVIEW.value
    if document.state == State.IN_HANDLING and not _waiting(document, "report"):
        return "reported"
    return document.state


def bring(document: Document, goal: str, people: People, *, key: str) -> bool:
    """Take steps until `goal` (a stage, or a key of ASIDE) is reached; False when somebody refuses."""
    if document.was_returned and document.state == State.DRAFTING:
        return True  # by the plan or by a visitor: it waits for its drafter
    if goal == "mixed":
        chosen = MIXED[document.direction]
        goal = chosen[pick(f"goal:{key}", len(chosen))]
    before, closing = ASIDE.get(goal, (goal, ""))
    stages = STAGES[document.direction]
    try:
        while (now := stage(document)) in stages and stages.index(now) < stages.index(before):
            if not _next(document, now, people, key):
                return False
        if now == before and goal in ASIDE:
            _close(document, goal, closing, people, key)
    except Refused:
        return False
    return True


def _next(document: Document, now: str, people: People, key: str) -> bool:
    """One step; False when nobody holds the post that it waits for."""
    step, person = _who(document, now, people)
    if person is None:
        return False
    data = _data(document, step, people, key)
    note = "" if step in ("submit", "sign_for") else opinion(step, key)
    workflow = workflow_of(document)
    workflow.perform(step, document, by=person, note=note, given=workflow.steps[step].input(**data))
    return True


def _who(document: Document, now: str, people: People) -> tuple[str, User | None]:
    unit = document.unit
    if now in REVIEWS:
        task = _waiting(document, now)
        return now, people.same(task.assignee) if task.assignee else people.holder(task.post.unit, task.post.kind)
    if now == "drafting":
        return "submit", people.same(document.drafted_by)
    if now == "instructed" and document.direction == Direction.INTERNAL:
        return "complete", people.same(document.drafted_by)
    if now == "proofread":
        if document.doc_type in WITHOUT_SEAL:
            return "dispatch", people.holder(unit, PostKind.CLERK)
        return "seal", people.holder(unit, PostKind.SEAL_KEEPER)
    if now in ("instructed", "in_handling"):
        task = _waiting(document, "handle", "report")
        person = people.same(task.assignee) if task and task.assignee else people.holder(unit, PostKind.OFFICER)
        return ("handle" if now == "instructed" else "report"), person
    step, kind = {
        "approved": ("number", PostKind.CLERK),
        "numbered": ("proofread", PostKind.CLERK),
        "sealed": ("dispatch", PostKind.CLERK),
        "dispatched": ("complete", PostKind.CLERK),
        "delivered": ("sign_for", PostKind.CLERK),
        "signed_for": ("register", PostKind.CLERK),
        "registered": ("propose", PostKind.REVIEWER),
        "proposed": ("instruct", PostKind.LEADER),
        "reported": ("complete", PostKind.CLERK),
    }[now]
    return step, people.holder(unit, kind)


def _data(document: Document, step: str, people: People, key: str) -> dict:
    if step == "register":
        urgent = document.urgency or pick(f"due:{key}", 3) == 0
        due = end_of_working_days(timezone.now(), 3 + pick(f"days:{key}", 12))
        return {"handling_kind": HandlingKind.FOR_ACTION, "due_at": due if urgent else None}
    if step == "propose":
        return {"lead_officer": people.holder(document.unit, PostKind.OFFICER)}
    if step == "number":
        return {"print_copies": 10 + pick(f"copies:{key}", 8) * 10}
    if step == "complete":
        proposal = propose(document)
        if proposal.not_to_file:
            return {"not_to_file": proposal.not_to_file, "unsigned_reason": SIGNED_ON_PAPER}
        return {"retention_code": proposal.retention_code, "unsigned_reason": SIGNED_ON_PAPER}
    return {}


def _close(document: Document, goal: str, step: str, people: People, key: str) -> None:
    clerk = people.holder(document.unit, PostKind.CLERK)
    if goal == "reading":
        readers = [people.holder(document.unit, kind) for kind in (PostKind.LEADER, PostKind.OFFICER)]
        if circulate(document, by=clerk, given=CirculateInput(tuple(one for one in readers if one))):
            read(document, by=readers[0], note=opinion("read", key))
        return
    by = clerk
    if step == "withdraw":
        by = people.same(document.drafted_by)
    elif step == "send_back":
        by = people.holder(document.unit, PostKind.REVIEWER)
    workflow_of(document).perform(step, document, by=by, note=opinion(step, key))
    if step == "withdraw":  # called back, then given up
        workflow_of(document).perform("discard", document, by=by, note=opinion(step, key))


def _waiting(document: Document, *kinds: str) -> Task | None:
    rows = Task.objects.of(document).open().filter(kind__in=kinds).select_related("post__unit", "assignee")
    return rows.order_by("pk").first()

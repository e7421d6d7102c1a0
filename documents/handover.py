"""What documents know about handing over: which posts their items suit, who has a draft next (units/handover.py)."""

from django.db.models import Exists, OuterRef, Q

from units import audit, handover
from units.access import Seat
from units.fitting import FITTING, STAFF, SUBJECTS, Fit, holding
from units.handover import HOLDINGS, Item
from units.models import Task, Unit, User
from units.roles import PostKind
from units.workflow import Refused

from . import routing
from .models import Document
from .states import State, StepKind

DRAFTS = (StepKind.DRAFT, StepKind.REDRAFT)
LED = (StepKind.HANDLE, StepKind.REPORT)  # who has one of these is the 主办人
LEADERS = frozenset({PostKind.LEADER})
DRAFTERS = holding("draft_documents")
NOBODY: frozenset[str] = frozenset()  # bound to the person: no deputy has it
HANDLING = DRAFTERS | LEADERS  # anybody of the unit may be made 承办人; these posts' deputies take his place

FITTING.update(
    {
        StepKind.DRAFT: Fit(DRAFTERS, deputies=NOBODY),
        StepKind.REDRAFT: Fit(DRAFTERS, deputies=NOBODY),
        StepKind.READ: Fit(STAFF, deputies=NOBODY, outlives=True),
        StepKind.REVIEW: Fit(LEADERS | {PostKind.REVIEWER}, back_to=PostKind.REVIEWER),
        StepKind.CHECK: Fit(LEADERS | {PostKind.REVIEWER}, back_to=PostKind.REVIEWER),
        StepKind.COUNTERSIGN: Fit(LEADERS, back_to=PostKind.LEADER),
        StepKind.APPROVE: Fit(LEADERS, back_to=PostKind.LEADER),
        StepKind.REAPPROVE: Fit(LEADERS, back_to=PostKind.LEADER),
        StepKind.INSTRUCT: Fit(LEADERS, back_to=PostKind.LEADER),
        StepKind.NUMBER: Fit(holding("number_documents"), back_to=PostKind.CLERK),
        StepKind.PROOFREAD: Fit(holding("proofread_documents"), back_to=PostKind.CLERK),
        StepKind.SEAL: Fit(holding("seal_documents"), back_to=PostKind.SEAL_KEEPER),
        StepKind.DISPATCH: Fit(holding("dispatch_documents"), back_to=PostKind.CLERK),
        StepKind.SIGN_FOR: Fit(holding("receive_documents"), back_to=PostKind.CLERK),
        StepKind.REGISTER: Fit(holding("receive_documents"), back_to=PostKind.CLERK),
        StepKind.PROPOSE: Fit(holding("propose_documents"), back_to=PostKind.CLERK),
        StepKind.HANDLE: Fit(STAFF, back_to=PostKind.OFFICER, deputies=HANDLING),
        StepKind.REPORT: Fit(STAFF, back_to=PostKind.OFFICER, deputies=HANDLING),
        StepKind.ASSIST: Fit(STAFF, back_to=PostKind.OFFICER, deputies=HANDLING),
        StepKind.CONSENT: Fit(LEADERS, back_to=PostKind.LEADER),
        StepKind.TAKE_BACK: Fit(holding("dispatch_documents"), back_to=PostKind.CLERK),
        StepKind.SEND_OUT: Fit(holding("dispatch_documents"), back_to=PostKind.CLERK),
        StepKind.DISPOSE: Fit(holding("receive_documents"), back_to=PostKind.CLERK),
        StepKind.ANSWER: Fit(STAFF, back_to=PostKind.CLERK),
        StepKind.FEED_BACK: Fit(STAFF, back_to=PostKind.CLERK),
        StepKind.COMPLETE: Fit(STAFF, back_to=PostKind.CLERK, deputies=HANDLING),
    }
)


def held_by(person: User) -> Q:
    """Drafts that are in his hands: his own that were not handed over, and those that were handed to him."""
    return Q(held_by=person) | Q(held_by=None, drafted_by=person)


def takes_over(task: Task, by: User) -> None:
    """Locks the document. Whoever has the item next sees the document; a draft is in his hands from now on."""
    document = (
        Document.objects.unguarded("what hangs on a person who leaves; titles only where the viewer may see them")
        .select_for_update(of=("self",))
        .get(uid=task.subject_uid)
    )
    if task.kind == StepKind.SEAL and task.assignee is not None and task.assignee in (
        document.drafted_by, document.held_by,
    ):  # fmt: skip
        raise Refused(f"“{document}”由{task.assignee.name}拟稿，监印不得转给拟稿人，请选择其他监印人。")
    routing.take_part(document, task.kind, unit=task.unit, person=task.assignee, post=task.post)
    routing.readdress(task)
    if task.kind in DRAFTS and task.assignee is not None:
        _change(document, by, held_by=task.assignee)
    elif task.kind in LED and document.lead_officer_id != task.assignee_id:
        _change(document, by, lead_officer=task.assignee)  # back at the post he is nobody, until one of it takes it up


def _change(document: Document, by: User, **fields: User | None) -> None:
    for name, person in fields.items():
        setattr(document, name, person)
    document.version += 1
    document._history_user = by
    document._change_reason = "转办"
    document.save()


class InReview:
    """Drafts under review: nothing waits for the drafter, but what is returned or withdrawn comes back to him."""

    kind, label, fit = "drafted", "在审文稿", Fit(DRAFTERS, deputies=NOBODY)

    def rows(self, person: User, unit: Unit):
        waiting = Task.objects.open().filter(subject_uid=OuterRef("uid"), kind__in=DRAFTS, assignee=person)
        rows = Document.objects.unguarded(
            "what hangs on a person who leaves; titles only where the viewer may see them"
        ).filter(held_by(person), ~Exists(waiting), unit=unit)
        return rows.filter(state__in=(State.DRAFTING, State.IN_REVIEW)).order_by("created_at", "pk")

    def items(self, person: User, unit: Unit, viewer: User | None) -> list[Item]:
        rows = list(self.rows(person, unit))
        seen = set()
        if rows and viewer is not None:
            allowed = Document.objects.allowing("view", viewer).filter(pk__in=[row.pk for row in rows])
            seen = set(allowed.values_list("pk", flat=True))
        return [
            Item(self.kind, self.label, self.fit, row.created_at, title=row.title if row.pk in seen else "")
            for row in rows
        ]

    def hand_over(self, person: User, unit: Unit, to: User, *, by: User, seat: Seat | None, reason: str) -> int:
        moved = 0
        for document in self.rows(person, unit).select_for_update(of=("self",)):
            _change(document, by, held_by=to)
            routing.take_part(document, "did", person=to)
            audit.record(
                "hand_over", "转办", document, by=by, seat=seat, opinion=reason, task=self.label, given_by=person.name,
                given_to=to.name,
            )  # fmt: skip
            moved += 1
        return moved


SUBJECTS["document"] = Document
handover.TAKES_OVER["document"] = takes_over
HOLDINGS.append(InReview())

"""Who may: one rule per permission on a document. When, is the workflow's business."""

from django.db.models import Exists, OuterRef, Q

from units import form_drafts
from units.access import NOTHING, OnUnit, Rule, Seat, Where, seats_in, standing, units_with
from units.guarded import RULES
from units.models import Task
from units.rules import own_tasks, seats_of_task

from . import hanging
from .models import (
    CurrentDocument,
    DispatchRequest,
    Document,
    DutyDay,
    NumberClosing,
    NumberEntry,
    OutsideBody,
    PaperOpinion,
    Participant,
    Pattern,
    Route,
    RouteRun,
    StepRun,
    UnitSeal,
)
from .states import DUTY, SECRET_CLASSES, Direction, State, StepKind, StepState


def parts_of(user) -> Q:
    """Rows of Participant that count for the person: his own in units where he still holds a post, and his posts'."""
    own, of_posts = parts_by_way(user)
    return own | of_posts


def parts_by_way(user) -> tuple[Q, Q]:
    """`parts_of` in two halves, his own and his posts': each is read from an index alone, both at once from rows."""
    held = standing(user)
    return Q(user=user, unit__in=held.unit_ids), Q(post__in=held.post_ids)


def ways_of_part(user) -> tuple[Q, ...]:
    """`parts_of` from a document's side, cut so that each way is one walk of an index from the newest document on."""
    held = standing(user)
    own = Q(participants__user=user, participants__unit__in=held.unit_ids)
    return (own, *(Q(participants__post=post) for post in dict.fromkeys(held.post_ids)))


def takes_part(user, document: str = "pk") -> Exists:
    """The person, or a post he holds, had a task or a circulation on the document that `document` leads to."""
    return Exists(Participant.objects.filter(parts_of(user), document=OuterRef(document)))


class TakesPart(Rule):
    def __call__(self, user) -> Q:
        return Q(takes_part(user))

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, obj.unit) or list(standing(user).seats)


def waiting_kinds(user, document, known: dict) -> frozenset[str]:
    """Kinds of the open items that wait for the person on the document; asked once for one `known`."""
    if "waiting" not in known:
        read, rows = hanging.own_items(document, user), Task.objects.of(document).open().filter(own_tasks(user))
        kinds = rows.values_list("kind", flat=True) if read is None else [task.kind for task in read]
        known["waiting"] = frozenset(kinds)
    return known["waiting"]


class HasTask(Rule):
    """An open task of one of `kinds` on the document waits for the person or a post of his."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def __call__(self, user) -> Q:
        waiting = Task.objects.filter(own_tasks(user), subject_uid=OuterRef("uid"), kind__in=self.kinds, closed_at=None)
        return Q(Exists(waiting))

    def seats(self, user, obj) -> list[Seat]:
        tasks = Task.objects.of(obj).open().filter(own_tasks(user), kind__in=self.kinds).select_related("unit")
        return [seat for task in tasks.order_by("pk") for seat in seats_of_task(user, task)]

    def settled(self, user, obj, known: dict) -> bool | None:
        return not waiting_kinds(user, obj, known).isdisjoint(self.kinds)


class Called(Rule):
    """On duty, and told of the document out of hours (documents/routing.py): he may sign for it."""

    def _waiting(self, user, uid):
        return Task.objects.filter(own_tasks(user), subject_uid=uid, label=DUTY, closed_at=None)

    def __call__(self, user) -> Q:
        return Q(Exists(self._waiting(user, OuterRef("uid"))), unit__in=standing(user).unit_ids)

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, obj.unit) if self._waiting(user, obj.uid).exists() else []

    def settled(self, user, obj, known: dict) -> bool | None:
        return None if StepKind.READ in waiting_kinds(user, obj, known) else False


class ForPrincipal(HasTask):
    """A deputy sees what waits for his principal in the delegated post, while it waits."""

    def __init__(self) -> None:
        super().__init__(*StepKind.values)

    def __call__(self, user) -> Q:
        return super().__call__(user) if standing(user).delegations else NOTHING

    def settled(self, user, obj, known: dict) -> bool | None:
        return bool(standing(user).delegations) and super().settled(user, obj, known)


class Drafted(Rule):
    """Whoever has the draft in his hands, while he himself holds a post in the unit that lets him draft.

    That is the drafter until it is handed over (转办); he stays its author all the same.
    """

    def __call__(self, user) -> Q:
        in_hands = Q(held_by=user) | Q(held_by=None, drafted_by=user)
        return in_hands & OnUnit("draft_documents")(user)

    def seats(self, user, obj) -> list[Seat]:
        return list(OnUnit("draft_documents").seats(user, obj))

    def settled(self, user, obj, known: dict) -> bool | None:
        in_hands = (obj.held_by_id or obj.drafted_by_id) == user.pk
        return in_hands and OnUnit("draft_documents").settled(user, obj, known)


class DraftedAlone(Drafted):
    """Who has the draft in his hands, while it was never submitted: until then nobody else has worked on it."""

    def __call__(self, user) -> Q:
        return super().__call__(user) & ~Q(Exists(RouteRun.objects.filter(document=OuterRef("pk"))))

    def settled(self, user, obj, known: dict) -> bool | None:
        return None if super().settled(user, obj, known) else False


class SentOn(Rule):
    """Whoever did a step of the way under way, or submitted it, while he holds a post where he did it."""

    def __call__(self, user) -> Q:
        held = standing(user).unit_ids
        steps = StepRun.objects.filter(
            run__document=OuterRef("pk"), run__ended_at=None, state=StepState.DONE, done_by=user, unit__in=held
        )
        drafts = Task.objects.filter(
            subject_uid=OuterRef("uid"), kind__in=("draft", "redraft"), outcome="done", done_by=user, unit__in=held
        )
        return Q(Exists(steps)) | Q(Exists(drafts), state=State.IN_REVIEW)

    def seats(self, user, obj) -> list[Seat]:
        steps = StepRun.objects.filter(run__document=obj, run__ended_at=None, state=StepState.DONE, done_by=user)
        last = steps.select_related("unit").order_by("-closed_at").first()
        if last is None:
            return seats_in(user, obj.unit)
        seats = seats_in(user, last.unit)
        return [seat for seat in seats if seat.post.pk == last.post_id] or seats


class Shown(Rule):
    """As `rule`, but for what its drafter deleted."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __call__(self, user) -> Q:
        return Q(hidden_at=None) & self.rule(user)

    def seats(self, user, obj) -> list[Seat]:
        return list(self.rule.seats(user, obj))


def drafts(user) -> bool:
    """For some unit, whichever."""
    return bool(units_with("draft_documents", user))


class AsBase(Rule):
    """Whoever may read the document, as `rule` says, while he holds a post that lets him draft for some unit."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __call__(self, user) -> Q:
        return self.rule(user) if drafts(user) else NOTHING

    def seats(self, user, obj) -> list[Seat]:
        return list(standing(user).seats)


BEFORE_PROPOSED = (State.SIGNED_FOR, State.REGISTERED)
OUTSIDE = Q(direction=Direction.INCOMING, issued=None, state__in=BEFORE_PROPOSED)


class Edits(Rule):
    """The drafter edits his draft; a clerk edits what he registered by hand until it is proposed."""

    def __call__(self, user) -> Q:
        return (Drafted()(user) & Q(state=State.DRAFTING)) | (OUTSIDE & OnUnit("receive_documents")(user))

    def seats(self, user, obj) -> list[Seat]:
        if obj.direction == Direction.INCOMING:
            return list(OnUnit("receive_documents").seats(user, obj))
        return Drafted().seats(user, obj)

    def settled(self, user, obj, known: dict) -> bool | None:
        if obj.state == State.DRAFTING:
            return Drafted().settled(user, obj, known)
        is_outside = obj.is_incoming and obj.issued_id is None and obj.state in BEFORE_PROPOSED
        return is_outside and OnUnit("receive_documents").settled(user, obj, known)


class Spoke(Rule):
    """In whose name an opinion was entered that `stands` so, while he holds a post in the document's unit, or in the
    one for which he countersigned."""

    def __init__(self, **stands) -> None:
        self.stands = stands

    def __call__(self, user) -> Q:
        own = PaperOpinion.objects.filter(document=OuterRef("pk"), opinion__by=user, **self.stands)
        return Q(Exists(own)) & (Q(unit__in=standing(user).unit_ids) | Q(takes_part(user)))

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, obj.unit) or list(standing(user).seats)


class AskedMore(Rule):
    """Who asked for a 补发 that is not answered yet, while he holds a post in the document's unit."""

    def __call__(self, user) -> Q:
        own = DispatchRequest.objects.filter(document=OuterRef("pk"), asked_by=user, decided_at=None, withdrawn_at=None)
        return Q(Exists(own), unit__in=standing(user).unit_ids)

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, obj.unit)


class Signed(Rule):
    """Whose signature stands under it, while he holds a post in the document's unit."""

    def __call__(self, user) -> Q:
        return Q(signatory=user, unit__in=standing(user).unit_ids)

    def seats(self, user, obj) -> list[Seat]:
        return seats_in(user, obj.unit)

    def settled(self, user, obj, known: dict) -> bool | None:
        return obj.signatory_id == user.pk and obj.unit_id in standing(user).unit_ids


def in_joint_issue(user) -> Q:
    """Numbers of other units under which a unit of the person's has issued with them (联合发文)."""
    copies = Document.objects.unguarded("of the person's own units").filter(
        joint_copy=True, unit__in=units_with("view_documents", user)
    )
    return Q(document__in=copies.values("issued"), voided_at=None)


VIEW = Shown(OnUnit("view_documents") | TakesPart() | ForPrincipal())
RULES[Document] = {
    "view": VIEW,
    "base_on": AsBase(VIEW),
    "edit": Edits(),
    "submit": Drafted(),
    "withdraw": Drafted(),
    "delete": DraftedAlone(),
    "review": HasTask("review"),
    "check": HasTask("check"),
    "countersign": HasTask("countersign"),
    "approve": HasTask("approve"),
    "send_back": HasTask("review", "check", "countersign", "approve", "instruct", "handle", "report"),
    "retrieve": SentOn(),
    "coordinate": OnUnit("instruct_documents"),
    "reapprove": HasTask("reapprove"),
    "take_note": HasTask("notice"),
    "number": HasTask("number") | OnUnit("number_documents"),
    "proofread": HasTask("proofread") | OnUnit("proofread_documents"),
    "seal": HasTask("seal") | OnUnit("seal_documents"),
    "void_sealed": OnUnit("instruct_documents"),
    "dispatch": HasTask("dispatch") | OnUnit("dispatch_documents"),
    "sign_for": OnUnit("receive_documents") | Called(),
    "receive": OnUnit("receive_documents"),
    "propose": HasTask("propose") | OnUnit("propose_documents"),
    "instruct": HasTask("instruct"),
    "handle": HasTask("handle"),
    "report": HasTask("report"),
    "assist": HasTask("assist"),
    "circulate": OnUnit("propose_documents"),
    "read": HasTask("read"),
    "take_back": HasTask("take_back"),
    "exchange": OnUnit("dispatch_documents"),
    "recall": OnUnit("dispatch_documents", "issued__unit"),
    "consent": HasTask("consent"),
    "withdraw_request": AskedMore(),
    "dispose": HasTask("dispose"),
    "amend": OnUnit("receive_documents"),
    "answer": OnUnit("draft_documents"),
    "urge": OnUnit("propose_documents") | OnUnit("watch_limits") | Drafted() | HasTask("report"),
    "complete": HasTask("complete") | OnUnit("complete_documents"),
    "file_after_all": HasTask("file_after_all") | OnUnit("complete_documents"),
    "publish": OnUnit("publish_documents"),
    "ask_replies": Drafted() | OnUnit("dispatch_documents"),
    "answer_call": OnUnit("receive_documents") | HasTask("answer", "handle", "report"),
    "enter_opinion": OnUnit("receive_documents"),
    "object": Spoke(**PaperOpinion.OPEN),
    "withdraw_objection": Spoke(**PaperOpinion.OBJECTED),
    "object_to_slip": Signed(),
    "supervise": OnUnit("watch_limits"),
    "feed_back": OnUnit("watch_limits") | HasTask("feed_back", "handle", "report"),
}

RULES[DutyDay] = {
    "view": Where(lambda user: Q(unit__in=standing(user).unit_ids)),
    "edit": OnUnit("receive_documents"),
}
RULES[OutsideBody] = {"view": OnUnit("view_documents"), "edit": OnUnit("dispatch_documents")}
RULES[Pattern] = {"view": OnUnit("draft_documents"), "edit": OnUnit("edit_patterns")}
RULES[UnitSeal] = {"view": OnUnit("seal_documents"), "keep": OnUnit("seal_documents")}
RULES[NumberEntry] = {"view": OnUnit("view_documents") | Where(in_joint_issue)}
RULES[NumberClosing] = {"view": OnUnit("view_documents"), "close": OnUnit("number_documents")}
RULES[Route] = {"view": OnUnit("edit_routes"), "edit": OnUnit("edit_routes")}
RULES[CurrentDocument] = {"view": OnUnit("view_documents"), "publish": OnUnit("publish_documents")}


def is_secret(typed) -> bool:
    """A form in which a secret class was chosen is kept nowhere (MG-02, SC-01)."""
    return any(value in SECRET_CLASSES for value in typed.getlist("security_class"))


form_drafts.NEVER_KEPT.append(is_secret)

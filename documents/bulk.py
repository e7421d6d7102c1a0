"""Many documents at once (design section 4): each in a transaction of its own, a result for each, nobody is stopped.

What may be done to one is asked for each as if it stood alone; sent twice, nothing happens twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from units.access import standing, units_with
from units.handover import hand_over
from units.models import AccessLog, Appointment, Task, Unit, User
from units.roles import ADMINISTRATORS
from units.workflow import Refused, Result

from .conditions import HANDLED, may_be_circulated
from .inputs import EXPLAINED, CirculateInput, UrgeInput
from .models import Document, Revision, RouteRun
from .side_acts import SIDE_ACTS
from .states import BESIDE, State, StepKind
from .workflow import workflow_of

MOST = 300
UNREAD = "您还没有打开阅看这份文稿现在的样子，不能成批签发，请打开后签发。"


@dataclass(frozen=True)
class Given:
    """What the form of a bulk act gives: words, and the act's own input."""

    note: str = ""
    input: Any = None
    person: User | None = None


@dataclass(frozen=True)
class BulkAct:
    """`permission`: who holds it on no unit is not offered the act, "" is for everybody; `lists`: where it stands.

    `tells`: the event of a done one is words for its line.
    """

    name: str
    label: str
    run: Callable[[list[Document], User, Given], list[Result]]
    permission: str = ""
    lists: tuple[str, ...] = ()
    tells: bool = False


def acts_for(user, page: str) -> list[BulkAct]:
    """Those that the list `page` offers the person."""
    fitting = [act for act in ACTS.values() if page in act.lists]
    return [act for act in fitting if not act.permission or units_with(act.permission, user)]


def fitting(acts: list[BulkAct], rows: list) -> list[BulkAct]:
    """Those that at least one row of the page can be asked for: items by their kind, documents by their state."""
    kinds = {str(getattr(one, "kind", "")) for one in rows if isinstance(one, Task)}
    states = {str(one.state) for one in rows if isinstance(one, Document)}
    return [act for act in acts if act.name not in OF_ROWS or kinds & OF_ROWS[act.name] or states & OF_ROWS[act.name]]


def barred(act: BulkAct, documents: list[Document], by: User) -> list[Result]:
    """Those of `documents` that the act cannot be done to, known before its form is filled in; no query for each."""
    if act.name == "approve":
        opened = opened_by(by, documents)
        return [Result(one, reasons=(UNREAD,)) for one in documents if one.uid not in opened]
    if act.name == "circulate":
        return [Result(one, reasons=(why,)) for one in documents if (why := may_be_circulated(one))]
    return []


def run(act: BulkAct, documents: list[Document], *, by: User, given: Given) -> list[Result]:
    """Results in the order of `documents`; Refused when there are none or too many."""
    if not documents:
        raise Refused("请先勾选公文。")
    if len(documents) > MOST:
        raise Refused(f"一次最多办理 {MOST} 件，现在选了 {len(documents)} 件。")
    return act.run(documents, by, given)


def _sign_for(documents: list[Document], by: User, given: Given) -> list[Result]:
    return [_taken("sign_for", document, by, given) for document in documents]


def _taken(name: str, document: Document, by: User, given: Given) -> Result:
    workflow = workflow_of(document)
    step = workflow.get(name)
    if step is None:
        return Result(document, reasons=(f"这是{document.get_direction_display()}，不用办理这一步。",))
    asked = given.input if given.input is not None else step.input()
    return workflow.perform_each(step, [document], by=by, note=given.note, given=asked)[0]


def _complete(documents: list[Document], by: User, given: Given) -> list[Result]:
    """The event of each says which of the reasons given was its own."""
    found = [_taken("complete", document, by, given) for document in documents]
    return [Result(one.obj, _explained(one.event)) if one.is_done else one for one in found]


def _explained(event) -> str:
    return "；".join(f"{label}：{event.detail[name]}" for name, label in EXPLAINED.items() if name in event.detail)


def _each(do: Callable[[Document, User, Given], Any]):
    """A result for each of `documents`; what `do` returns is the result's event."""

    def run(documents: list[Document], by: User, given: Given) -> list[Result]:
        results = []
        for document in documents:
            try:
                results.append(Result(document, do(document, by, given)))
            except Refused as refusal:
                results.append(Result(document, reasons=tuple(refusal.reasons)))
        return results

    return run


def _read(document: Document, by: User, given: Given) -> None:
    SIDE_ACTS.perform("read", document, by=by, note=given.note)


def _urge(document: Document, by: User, given: Given) -> str:
    asked = given.input or UrgeInput()
    told = SIDE_ACTS.perform("urge", document, by=by, note=given.note, given=asked)
    if not told:
        raise Refused("刚才已经催办，没有重复催办。")
    return told


def _circulate(document: Document, by: User, given: Given) -> None:
    """Only to people and posts of the document's own unit: the others are no readers of it."""
    unit, asked = document.unit_id, given.input or CirculateInput()
    here = Appointment.objects.active().filter(post__unit=unit, user__in=[one.pk for one in asked.readers])
    held = set(here.values_list("user_id", flat=True))
    own = CirculateInput(
        tuple(one for one in asked.readers if one.pk in held),
        tuple(post for post in asked.posts if post.unit_id == unit),
        tuple(one for one in asked.departments if one.unit_id == unit),
    )
    if not (own.readers or own.posts or own.departments):
        raise Refused(f"所选传阅对象都不在{document.unit}。")
    if not SIDE_ACTS.perform("circulate", document, by=by, note=given.note, given=own):
        raise Refused("所选人员都已在传阅，没有重复传阅。")


def _hand_over(document: Document, by: User, given: Given) -> None:
    """What is open of the document in its own unit, but circulations, which are bound to their readers."""
    to = given.person
    rows = Task.objects.of(document).open().filter(unit=document.unit).exclude(kind__in=BESIDE)
    tasks = [task for task in rows if to is None or task.assignee_id != to.pk]
    if not tasks or to is None:
        raise Refused("没有可转办的事项，或者已在所选人员手上。")
    hand_over(tasks, to, unit=document.unit, by=by, reason=given.note)


def _approve(documents: list[Document], by: User, given: Given) -> list[Result]:
    """Design section 13: only those whose present text the signer has opened himself; the others are named."""
    opened = opened_by(by, documents)
    return [
        _taken("approve", document, by, given) if document.uid in opened else Result(document, reasons=(UNREAD,))
        for document in documents
    ]


def opened_by(user, documents: list[Document]) -> set:
    """Uids of the documents whose page the person has opened since their text was last saved and submitted."""
    seen = AccessLog.objects.filter(user_id=user.pk, act="view", object_uid=OuterRef("uid")).order_by("-at")
    runs = RouteRun.objects.filter(document=OuterRef("pk"), ended_at=None).values("started_at")[:1]
    texts = (
        Revision.objects.filter(document=OuterRef("pk")).order_by().values("document").annotate(last=Max("saved_at"))
    )
    rows = Document.objects.unguarded("the view was given these objects by their rule").filter(
        pk__in=[document.pk for document in documents]
    )
    rows = rows.annotate(
        seen=Subquery(seen.values("at")[:1]),
        since=Coalesce(Greatest(Subquery(runs), Subquery(texts.values("last"))), "created_at"),
    )
    return set(rows.filter(seen__gt=F("since")).values_list("uid", flat=True))


_HANDLED = {*HANDLED, StepKind.PROPOSE, StepKind.INSTRUCT, StepKind.HANDLE, StepKind.REPORT, StepKind.COMPLETE}
OF_ROWS: dict[str, set] = {  # kinds of items and states of documents that an act is about; an act not named fits all
    "sign_for": {StepKind.SIGN_FOR, State.DELIVERED},
    "approve": {StepKind.APPROVE, State.IN_REVIEW},
    "circulate": _HANDLED,
    "complete": {*_HANDLED, State.DISPATCHED},
}
UNDER_WAY = ("documents:under_way", "documents:handled", "documents:overdue")
ACTS = {
    act.name: act
    for act in (
        BulkAct("sign_for", "签收", _sign_for, "receive_documents", ("documents:waiting",)),
        BulkAct("approve", "签发", _approve, "instruct_documents", ("documents:waiting",)),
        BulkAct("read", "阅毕", _each(_read), "", ("documents:reading",)),
        BulkAct("circulate", "传阅", _each(_circulate), "propose_documents", ("documents:waiting", *UNDER_WAY)),
        BulkAct("urge", "催办", _each(_urge), "", UNDER_WAY, tells=True),
        BulkAct("hand_over", "转办", _each(_hand_over), "hand_over", ("documents:waiting", *UNDER_WAY)),
        BulkAct("complete", "办结", _complete, "complete_documents", ("documents:waiting", *UNDER_WAY), tells=True),
    )
}


def successors(user) -> Any:
    """People of the units in which the person may hand over, by name."""
    held = Appointment.objects.active().filter(post__unit__in=units_with("hand_over", user))
    held = held.exclude(post__kind__in=ADMINISTRATORS)  # they handle no documents
    return User.objects.filter(pk__in=held.values("user")).order_by("name", "username")


def units_of_successors(user) -> list[Unit]:
    """Where he may hand over."""
    return list(Unit.objects.filter(pk__in=units_with("hand_over", user)).order_by("code"))


def units_to_circulate_in(user) -> list:
    """Units of the person's own seats in which he may circulate."""
    allowed = units_with("propose_documents", user)
    return list({seat.unit.pk: seat.unit for seat in standing(user).seats if seat.unit.pk in allowed}.values())

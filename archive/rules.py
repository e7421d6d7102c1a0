"""Who may see and change records: one Q per permission, the same columns on a record and on its search text."""

from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from documents.models import Participant
from documents.rules import HasTask, parts_by_way, takes_part
from files.models import Publication
from units.access import EVERYTHING, NOTHING, OnUnit, Rule, Seat, Where, on_units, standing, units_with
from units.fitting import FITTING, SUBJECTS, Fit
from units.guarded import RULES, WAYS
from units.keys import is_one_of
from units.models import Task
from units.roles import ADMINISTRATORS, PostKind
from units.rules import own_tasks

from .models import (
    Appraisal,
    Box,
    BulkCorrection,
    FilingRegister,
    Fonds,
    FondsCreator,
    GroupMember,
    Hold,
    OpeningConsultation,
    OpeningItem,
    OpeningRound,
    Record,
    RecordGrant,
    RecordText,
    RetentionSchedule,
    StockCheck,
    UseRequest,
    YearFixed,
)
from .states import ALL_STAFF, MEND, State, UseScope

MENDS = HasTask(MEND)
OWN_SCOPE, WIDE_SCOPE = 3, 4  # places of 利用范围 among the ways to a text
PUBLISHED = Q(  # a record that the portal shows
    Exists(Publication.objects.open().filter(kind=Publication.Kind.RECORD, object_uid=OuterRef("uid")))
)
MARKED = Q(is_public=True)  # its text: the mark follows the publication (archive/sql/after.sql)


def by_post(user) -> tuple[Q, Q, Q]:
    """The unit that made it; the archive's own posts while it has custody, or once it has been submitted to it.

    The same columns on a record and on its search text. The archive's clerk and leader are people of a unit like any
    other (design section 3).
    """
    return (
        on_units("unit", "view_records", user),
        on_units("custodian", "view_holdings", user),
        on_units("offered_to", "view_holdings", user),
    )


def grants_of(user):
    """Grants that hold today: with a part taken in the document, what reaches a person outside his units."""
    return RecordGrant.objects.in_force().filter(user=user)


def mended_by(user):
    waiting = Task.objects.open().filter(own_tasks(user), kind=MEND)
    return Record.objects.unguarded("a part of the rule itself").filter(uid__in=waiting.values("subject_uid"))


def staff_units(user) -> frozenset[int]:
    """Units in which the person holds a post that is no administrator's: he consults what their scope lets him."""
    return frozenset(seat.post.unit_id for seat in standing(user).seats if seat.post.kind not in ADMINISTRATORS)


def in_scope(user, is_open: Q) -> tuple[Q, Q]:
    """利用范围: 全区机关 and wider for all staff; 本单位 for the unit's own (domain 4.7). Apart: each has its index.

    What `is_open` to everybody is open to staff: a narrower scope was to hold until then.
    Units of which the person reads everything are left out: an index would be read to its end for nothing new.
    """
    units = staff_units(user)
    if not units:
        return NOTHING, NOTHING
    others = units - units_with("view_records", user)
    return Q(use_scope__in=ALL_STAFF) | is_open, Q(use_scope=UseScope.UNIT, unit__in=others) if others else NOTHING


def of_departments(user):
    """Records that the person's departments may consult: 本处室."""
    departments = {one.department_id for one in standing(user).appointments if one.department_id}
    rows = Record.objects.unguarded("a part of the rule itself")
    return rows.filter(use_scope=UseScope.DEPARTMENT, responsible_department__in=departments)


def under_approval(user):
    """Records of the rounds that the archive's leader approves (审定) meanwhile; None for everybody else."""
    archives = {seat.unit.pk for seat in standing(user).seats if seat.unit.is_archive}
    approves = archives & units_with("approve_opening", user)
    return OpeningItem.objects.filter(round__unit__in=approves, is_open=True) if approves else None


def whole(user) -> Q:
    """Every paper of the item: its unit, its keeper, who took part, who was given it, who is to mend it meanwhile."""
    granted = Q(Exists(grants_of(user).filter(record=OuterRef("pk"))))
    found = reduce(or_, by_post(user)) | Q(takes_part(user, "document")) | granted | MENDS(user)
    approved = under_approval(user)
    return found if approved is None else found | Q(pk__in=approved.values("record"))


def inside(user) -> Q:
    """Who of those who see all of a record is told what is internal of it (returned for mending, held, failing a check,
    changed why): its unit's own people, whoever keeps it or takes it over, and whoever is to mend it; never who only
    consults it."""
    return whole(user) & (Q(unit__in=staff_units(user)) | reduce(or_, by_post(user)) | MENDS(user))


def reached(user, newest: int | None = None) -> tuple:
    """(column of a text, keys in it) of what reaches a person outside his units, gathered once for all texts tried.

    With `newest` only the documents in which he took part last: a clerk of many years took part in tens of thousands.
    """
    own, of_posts = (Participant.objects.filter(way).values("document") for way in parts_by_way(user))
    if newest is not None:
        own = own.order_by("-created_at", "-document")[:newest]
        of_posts = of_posts.order_by("-document")[:newest]
    approved = under_approval(user)
    return (
        *((("record", approved.values("record")),) if approved is not None else ()),
        ("record", grants_of(user).values("record")), ("record", of_departments(user).values("pk")),
        ("record", mended_by(user).values("pk")), ("document", own), ("document", of_posts),
    )  # fmt: skip


def view(user) -> Q:
    wide, own = in_scope(user, PUBLISHED)
    return whole(user) | wide | own | Q(pk__in=of_departments(user).values("pk"))


def view_text(user) -> Q:
    by_list = (Q(**{f"{column}__in": keys}) for column, keys in reached(user))
    return reduce(or_, (*by_post(user), *in_scope(user, MARKED), *by_list))


def ways_to_text(user, newest: int | None = None, *, is_in_two: bool = False) -> tuple[Q, ...]:
    """The parts of `view_text`, each asked for on its own by an index; `newest` as in `reached`.

    The document comes last: where a record has none, neither it nor its negation holds. OWN_SCOPE and WIDE_SCOPE are
    places in what is returned. `is_in_two`: all that a text says itself together, and all that is reached one by one.
    """
    wide, own = in_scope(user, MARKED)
    said = (*by_post(user), own, wide)
    listed = tuple(Q(is_one_of(column, keys)) for column, keys in reached(user, newest))
    return (reduce(or_, said), reduce(or_, listed)) if is_in_two else (*said, *listed)


class InGroup(Where):
    """A member of the 鉴定小组, whatever his post."""

    def __init__(self) -> None:
        super().__init__(lambda user: Q(pk__in=GroupMember.objects.filter(person=user.pk).values("appraisal")))


class Authority(Rule):
    """区档案局: who supervises and guides the units of the district, on what was laid before it."""

    def __init__(self, when: Q = EVERYTHING) -> None:
        self.when = when

    def __call__(self, user) -> Q:
        return self.when if units_with("inspect_units", user) else NOTHING

    def seats(self, user, obj) -> list[Seat]:
        return [
            seat for (name, _), seats in standing(user).through.items() if name == "inspect_units" for seat in seats
        ]


def own_schedules(user) -> Q:
    """The district's sample, and the versions of the units in which the person works."""
    return Q(unit=None) | Q(unit__in=staff_units(user))


def known_fonds(user) -> Q:
    """全宗: those of the units whose records one arranges, all for who keeps the holding or looks after the units."""
    if units_with("view_holdings", user) or units_with("manage_people", user):
        return EVERYTHING
    # the leader of a successor is told of the body that ended (archive/passed_on.py), and sees its fonds
    ended = Q(unit__in=units_with("approve_years", user), unit__valid_to__lt=timezone.localdate())
    creators = FondsCreator.objects.filter(ended | Q(unit__in=units_with("arrange_records", user)))
    return Q(pk__in=creators.values("fonds"))


RULES[Fonds] = {"view": Where(known_fonds)}
RULES[RetentionSchedule] = {
    "view": Where(own_schedules) | Authority(~Q(state="draft")),
    "draft": OnUnit("arrange_records"),
    "approve": Authority(Q(state="proposed")),
}
DECIDES = OnUnit("arrange_records", "keeper", Q(keeper=F("unit"))) | OnUnit("open_records", "keeper")
ENDS = DECIDES | OnUnit("open_records", "grant__record__custodian")  # also who has the record since
RULES[UseRequest] = {
    "view": Where(lambda user: Q(asked_by=user.pk)) | ENDS,
    "decide": DECIDES,
    "end": ENDS,
    "withdraw": Where(lambda user: Q(asked_by=user.pk)),
}
SUBJECTS["schedule"], SUBJECTS["use"] = RetentionSchedule, UseRequest
FITTING["approve_schedule"] = Fit(frozenset({PostKind.INSPECTOR}), PostKind.INSPECTOR)
FITTING["mend_schedule"] = Fit(frozenset({PostKind.ARCHIVIST}), PostKind.ARCHIVIST)
FITTING["decide_use"] = Fit(frozenset({PostKind.ARCHIVIST, PostKind.APPRAISER}), PostKind.ARCHIVIST)

RULES[Record] = {
    "view": Where(view),
    "whole": Where(whole),
    "inside": Where(inside),
    # the unit's own while the unit has custody; what was joined to its 复文 is arranged with that
    "arrange": OnUnit("arrange_records", when=Q(custodian=F("unit")) & ~Q(state=State.JOINED)),
    "join": OnUnit("arrange_records", when=Q(custodian=F("unit"))),
    "supply": OnUnit("arrange_records"),  # of what it handed over, whose paper it owes on
    "mend": MENDS,
    "offer": OnUnit("make_batches"),
    "accession": OnUnit("receive_batches", "offered_to"),
    "release": OnUnit("make_batches") | OnUnit("receive_batches", "offered_to"),
    "enter": Where(lambda user: EVERYTHING if standing(user).is_system else NOTHING),
    "open": OnUnit("open_records", "custodian"),
    "destroy": OnUnit("arrange_records", when=Q(custodian=F("unit"))),
    "hold": OnUnit("arrange_records") | OnUnit("approve_disposal"),
}
RULES[BulkCorrection] = {"view": OnUnit("arrange_records"), "undo": OnUnit("arrange_records")}
RULES[YearFixed] = {
    "view": OnUnit("view_records"),
    "arrange": OnUnit("arrange_records"),
    "approve": OnUnit("approve_years"),
}
RULES[FilingRegister] = {
    "view": OnUnit("view_records"),
    "sign_office": OnUnit("complete_documents") | OnUnit("approve_years"),
    "sign_archivist": OnUnit("arrange_records"),
}
RULES[RecordText] = {"view": Where(view_text)}
RULES[Box] = {"view": OnUnit("view_records"), "arrange": OnUnit("arrange_records")}
RULES[OpeningRound] = {
    "view": OnUnit("open_records") | OnUnit("approve_opening") | OnUnit("inspect_units"),
    "review": OnUnit("open_records"),
    "approve": OnUnit("approve_opening"),
    "consent": OnUnit("inspect_units"),
}
RULES[OpeningConsultation] = {
    "view": OnUnit("view_records") | OnUnit("open_records", "archive"),
    "answer": OnUnit("arrange_records"),
    "sign": OnUnit("approve_opening"),
    "conclude": OnUnit("open_records", "archive"),
}
SUBJECTS["opening"], SUBJECTS["opinion"] = OpeningRound, OpeningConsultation
NOTIFIED = Q(approved_at__isnull=False)
RULES[Appraisal] = {
    "view": OnUnit("view_records") | OnUnit("inspect_units", "archive", NOTIFIED) | InGroup(),
    "make": OnUnit("arrange_records"),
    "judge": InGroup(),
    "approve": OnUnit("approve_disposal"),
    "note": OnUnit("inspect_units", "archive", NOTIFIED),
    "supervise": OnUnit("view_records") | InGroup(),
}
RULES[Hold] = {
    "view": OnUnit("view_records"),
    "place": OnUnit("arrange_records") | OnUnit("approve_disposal"),
    "lift": OnUnit("approve_disposal"),
}
SUBJECTS["appraisal"] = Appraisal
RULES[StockCheck] = {"view": OnUnit("view_records")}
WAYS[RecordText] = {"view": ways_to_text}
SUBJECTS["record"] = Record
SUBJECTS["year_fixed"] = YearFixed

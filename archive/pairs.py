"""来文 and 复文 of one unit, linked whichever of them was filed first, and by the unit's policy each one item or both one
(DA/T 22—2015; domain 3.2 no. 10). How they become one: archive/joining.py."""

from collections.abc import Iterable
from datetime import date
from functools import cache, reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q, Value
from django.utils import timezone

from documents.models import Document, DocumentLink
from units import audit
from units.access import may
from units.models import Unit
from units.statements import KEY, OTHER_KEY, Statement
from units.texts import too_long
from units.workflow import Refused, patiently

from .models import PairPolicy, Record, RecordRelation
from .states import PairPolicy as Policy

KIND = RecordRelation.Kind.REPLY_TO
REPLY, ASKED = "reply", "asked"
Pair = tuple[int, int]  # keys of the records of the 复文 and of the 来文


@cache
def _records() -> Statement:
    rows = Record.objects.unguarded("a relation is kept whoever may see the other record")
    return Statement(rows.filter(document=KEY).order_by("pk").values_list("pk"), document=KEY)


@cache
def _tied() -> Statement:
    """(which side, key) of the papers that answer the one asked about, and of those it answers by 答复."""
    papers = Document.objects.unguarded("which papers answer it, whoever may see them").filter(replies_to=KEY)
    links = DocumentLink.objects.as_answers()
    answers = papers.order_by().values_list(Value(REPLY), F("pk"))
    linked = links.filter(other=OTHER_KEY).order_by().values_list(Value(REPLY), F("document_id"))
    asked = links.filter(document=OTHER_KEY - 1).order_by().values_list(Value(ASKED), F("other_id"))
    return Statement(answers.union(linked, asked, all=True), first=KEY, second=OTHER_KEY, third=OTHER_KEY - 1)


def _found(record: Record, document: Document) -> list[Pair]:
    """The unit's own filed records of what it answers and of what answers it, with the one being filed."""
    own = Record.objects.unguarded("a relation is kept whoever may see the other record").filter(unit=record.unit_id)
    issued = document.issued_id or document.pk
    sides: dict[str, list[int]] = {REPLY: [], ASKED: []}
    for side, key in _tied().ask(first=issued, second=issued, third=issued):
        sides[side].append(key)
    if asked := document.issued.replies_to_id if document.issued_id else document.replies_to_id:
        sides[ASKED].append(asked)
    found: list[Pair] = []
    for side, keys in sides.items():
        if keys:  # most answer nothing and are answered by none
            rows = own.filter(Q(document__in=keys) | Q(document__issued__in=keys)).order_by("pk")
            found += [
                (one, record.pk) if side == REPLY else (record.pk, one) for one in rows.values_list("pk", flat=True)
            ]
    return [one for one in dict.fromkeys(found) if one[0] != one[1]]


def relate(record: Record, document: Document) -> list[Pair]:
    """Links that the documents already know: 复文 to 来文, a delivery to the issuer's record. The unit's own pairs."""
    for other, kind in ((document.replies_to_id, KIND), (document.issued_id, RecordRelation.Kind.DELIVERY_OF)):
        if other and (keys := _records().flat(document=other)):
            RecordRelation.objects.create(record=record, other_id=keys[0], kind=kind)
    pairs = _found(record, document)
    link(pairs)
    return pairs


def link(pairs: Iterable[Pair], *, by=None) -> None:
    """A relation is always kept, whether they are one item or two; `by`, where nothing but his hand ties them.

    What the documents say stands, also where somebody had tied the two by hand before.
    """
    rows = [RecordRelation(record_id=reply, other_id=asker, kind=KIND, tied_by=by) for reply, asker in pairs]
    RecordRelation.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and by is None:
        same = reduce(or_, (Q(record=one.record_id, other=one.other_id) for one in rows))
        RecordRelation.objects.filter(same, kind=KIND, tied_by__isnull=False).update(tied_by=None)


def policies_of(unit: Unit):
    """Every setting of the unit, the one that begins last first."""
    return PairPolicy.objects.filter(unit=unit).select_related("set_by").order_by("-starts_on")


def policy_of(unit_id: int, day: date | None = None) -> str:
    """What holds for the unit on `day` (today): 各为一件 where it has set nothing."""
    rows = PairPolicy.objects.filter(unit=unit_id, starts_on__lte=day or timezone.localdate()).order_by("-starts_on")
    return rows.values_list("policy", flat=True).first() or Policy.SEPARATE


def set_policy(unit: Unit, *, policy: str, starts_on: date, reason: str, by) -> PairPolicy:
    """From `starts_on` on; what was filed before stays as it is. Refused for a day that is over, or where it holds."""
    reason = reason.strip()
    with patiently(), transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        before = policy_of(unit.pk, starts_on)
        found = [
            "" if may(by, "arrange_years", unit) else "只有本单位档案员可以设定来文与复文的组件办法。",
            "" if policy in Policy.values else "请从列表中选择一种办法。",
            "" if reason else "请填写依据，如本单位归档制度的条款。",
            too_long(reason, 200, "依据"),
            "只能自今天或以后的一天起改用，已归档的不因设定而变动。" if starts_on < timezone.localdate() else "",
            f"自{starts_on}起已是“{Policy(before).label}”，不必再设。" if policy == before else "",
        ]
        if found := [one for one in found if one]:
            raise Refused(*found)
        row, _ = PairPolicy.objects.update_or_create(
            unit=unit, starts_on=starts_on,
            defaults={"policy": policy, "reason": reason, "set_by": by, "set_at": timezone.now()},
        )  # fmt: skip
        audit.record(
            "set_pair_policy", "设定来文与复文", unit, by=by, through="arrange_years", before=Policy(before).label,
            after=Policy(policy).label, opinion=reason, starts_on=str(starts_on),
        )  # fmt: skip
    return row

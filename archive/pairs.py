"""来文 and 复文 as two items of one unit, linked whichever of them was filed first (DA/T 22—2015; domain 3.2 no. 10)."""

from functools import cache

from django.db.models import Q

from documents.models import Document
from units.statements import KEY, Statement

from .models import Record, RecordRelation

KIND = RecordRelation.Kind.REPLY_TO


@cache
def _records() -> Statement:
    rows = Record.objects.unguarded("a relation is kept whoever may see the other record")
    return Statement(rows.filter(document=KEY).order_by("pk").values_list("pk"), document=KEY)


@cache
def _replies() -> Statement:
    papers = Document.objects.unguarded("which papers answer it, whoever may see them")
    return Statement(papers.filter(replies_to=KEY).order_by().values_list("pk"), document=KEY)


def _link_pair(record: Record, document: Document) -> None:
    """Links of the record that is being filed to the unit's own record of what it answers, and of what answers it."""
    own = Record.objects.unguarded("a relation is kept whoever may see the other record").filter(unit=record.unit_id)
    issued, found = document.issued_id or document.pk, []
    if replies := _replies().flat(document=issued):  # most are answered by none
        answers = own.filter(Q(document__in=replies) | Q(document__issued__in=replies))
        found += [(one, record.pk) for one in answers.values_list("pk", flat=True)]
    if asked := document.issued.replies_to_id if document.issued_id else document.replies_to_id:
        askers = own.filter(Q(document=asked) | Q(document__issued=asked))
        found += [(record.pk, one) for one in askers.values_list("pk", flat=True)]
    RecordRelation.objects.bulk_create(
        [RecordRelation(record_id=reply, other_id=asker, kind=KIND) for reply, asker in found if reply != asker],
        ignore_conflicts=True,
    )


def relate(record: Record, document: Document) -> None:
    """Links that the documents already know: 批复 to 请示, a delivery to the issuer's record."""
    for other, kind in ((document.replies_to_id, KIND), (document.issued_id, RecordRelation.Kind.DELIVERY_OF)):
        if other and (keys := _records().flat(document=other)):
            RecordRelation.objects.create(record=record, other_id=keys[0], kind=kind)
    _link_pair(record, document)

"""Documents in progress by title, numbers, sender and text (design section 8); what was filed is found as a record.

A word is found in the document's own words or, for a delivery, in those of the document it was issued as. The
visibility rule stands in the same query.
"""

from django.db.models import BooleanField, Case, DateField, ExpressionWrapper, Func, Q, TextField, When
from django.db.models.functions import Coalesce, ExtractYear

from units.keys import is_one_of
from units.matching import Asked, Bigrams, forms_of, holds, holds_indexed
from units.prepared import lasting
from units.statements import Statement

from .models import Document, DocumentWords
from .replaced import replaced
from .set_back import last_move
from .states import Direction

ORDERS = {
    "fit": ("-in_head", "-created_at", "-pk"),
    "date": ("-day", "-pk"),
    "code": ("number", "pk"),
}


def in_progress(user, text: str, *, unit=None, years=None, kind: str | None = None):
    """Open documents that `user` may see and whose words hold every word of `text`, each word anywhere.

    `years` = (first, last), local years of the document's date, inclusive, None = open; `kind` = a DocType, or
    "internal" for a 签报. Ordered by `ordered`.
    """
    return narrowed(_holding(user, forms_of(text)), unit=unit, years=years, kind=kind)


def count_in_progress(user, text: str, most: int, **narrowing) -> int:
    """How many `in_progress`, counted up to `most`; the statement is kept for a question of this shape."""
    asked = Asked(forms_of(text))

    def write() -> Statement:
        forms = asked.stand_ins()
        rows = narrowed(_holding(user, forms), **narrowing).order_by().values_list("pk")[:most]
        return Statement(rows, are_lists_gathered=True, **asked.slots(forms))

    name = ("count in progress", asked.shape, most, *sorted(narrowing.items(), key=lambda item: item[0]))
    return lasting(name, user, write).count(**asked.slots(asked.forms))


def _holding(user, words: list[list[str]]):
    """Open documents that the person may see, whose text, or that of the issued one, holds a form of each word."""
    rows = Document.objects.allowing("view", user).open()
    for forms in words:
        rows = rows.filter(of_texts(_with(forms)))
    return rows


def of_texts(found) -> Q:
    """Documents of the texts whose keys are `found`: a document's own, or that of the document it was issued as."""
    return Q(is_one_of("pk", found)) | Q(is_one_of("issued", found))


def narrowed(rows, *, unit=None, years=None, kind: str | None = None):
    """`rows` of documents, each with its `day`, as a search is narrowed; see `in_progress`."""
    if unit is not None:
        rows = rows.filter(unit=unit)
    if kind == Direction.INTERNAL:
        rows = rows.filter(direction=Direction.INTERNAL)
    elif kind:
        rows = rows.filter(doc_type=kind).exclude(direction=Direction.INTERNAL)
    return _in_years(rows.annotate(day=Coalesce("document_date", "sender_date", LocalDay("created_at"))), years)


class LocalDay(Func):
    function = "egov_local_day"
    output_field = DateField()


def ordered(rows, text: str, order: str):
    """In one of ORDERS: hits in the head first, by date, or by number."""
    return rows.annotate(
        last_move=last_move(),
        replaced=replaced(),
        in_head=ExpressionWrapper(holds("words__head_n", text), BooleanField()),
        number=Case(
            When(direction=Direction.INCOMING, then="sender_number"), default="doc_number", output_field=TextField()
        ),
    ).order_by(*ORDERS[order])


def _with(forms: list[str]):
    """Keys of the open texts that hold a word in one of its `forms`."""
    rows = DocumentWords.objects.filter(is_open=True).alias(grams=Bigrams("text_n"))
    return rows.filter(holds_indexed("text_n", "grams", forms)).values("document")


def _in_years(rows, years):
    first, last = years or (None, None)
    if first is None and last is None:
        return rows
    rows = rows.alias(in_year=ExtractYear("day"))
    if first is not None:
        rows = rows.filter(in_year__gte=first)
    return rows if last is None else rows.filter(in_year__lte=last)

"""What hangs on a document, each table read once a page and shared by its conditions, forms and panels.

A page calls `attach`: from then on its own object remembers what was read of it. An act that is prepared without a lock
asks once as well (`shared`); under its lock it asks a row of its own, to which nothing is attached: there every
question reads anew, and nothing can be stale.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q

from units.choosing import Offer, people_in
from units.models import Task
from units.prepared import lasting
from units.statements import KEY, OTHER_KEY, UID, Statement

from .departments import Departments, of_units
from .models import (
    Addressee,
    Alert,
    Attachment,
    CurrentDocument,
    Document,
    Opinion,
    OutsideDelivery,
    PaperOpinion,
    StepRun,
    Urging,
)
from .querysets import answers_to

KEPT = "_hanging"


@dataclass
class Kept:
    """What was read of one document so far, by name, and for whose page (None: for no page)."""

    user: Any
    read: dict[str, Any] = field(default_factory=dict)


def attach(document: Document, user) -> None:
    """`document`, and the issued one whose text it carries, remember what is read of them for this visitor."""
    for row in (document, document.content):
        row.__dict__.setdefault(KEPT, Kept(user))
    issued = document.issued if document.issued_id else None
    if issued is not None and document.sender_unit_id == issued.unit_id:
        document.sender_unit = issued.unit


@contextmanager
def shared(document: Document) -> Iterator[None]:
    """Within, what hangs on `document` and on the issued one is read once; nothing of it is remembered afterwards."""
    rows = [row for row in {id(row): row for row in (document, document.content)}.values() if _kept(row) is None]
    for row in rows:
        row.__dict__[KEPT] = Kept(None)
    try:
        yield
    finally:
        for row in rows:
            del row.__dict__[KEPT]


def _kept(document) -> Kept | None:
    return document.__dict__.get(KEPT)


def visitor(document) -> Any:
    """Whose page this is; None where nothing is attached."""
    kept = _kept(document)
    return kept.user if kept is not None else None


def once(document, name: str, read: Callable[[], Any]) -> Any:
    """What `read` gives; of a page's document what it gave at the first question."""
    kept = _kept(document)
    if kept is None:
        return read()
    if name not in kept.read:
        kept.read[name] = read()
    return kept.read[name]


def _judged(name: str, document, write: Callable[[], Any], **slots: Any) -> Statement:
    """Of what `write` gives, with `may_view` as the rule says it of the page's visitor; without a page without."""
    user = visitor(document)
    if user is None:
        return Statement(write(), **slots)
    return lasting(f"hanging {name}", user, lambda: Statement(write().with_may("view", user), **slots))


def _items() -> Any:
    rows = Task.objects.filter(subject_uid=UID).annotate(was_urged=_urged())
    return rows.select_related("post", "assignee", "done_by", "done_for", "unit").order_by("pk")


def items(document) -> list[Task]:
    """Every item, open and closed, in the order of opening; on a page `may_view`: it waits, or waited, for him."""

    def read() -> list[Task]:
        return _with_units_of_posts(_judged("items", document, _items, uid=UID).ask(uid=document.uid))

    return once(document, "items", read)


def _with_units_of_posts(rows: list) -> list:
    """A post that is asked is one of the row's unit: it is not joined a second time."""
    for row in rows:
        if row.post is not None and row.post.unit_id == row.unit_id:
            row.post.unit = row.unit
    return rows


def open_items(document) -> list[Task]:
    return [task for task in items(document) if task.is_open]


def own_items(document, user) -> list[Task] | None:
    """Open items that wait for the person, None where nothing is attached for him: then the rows have to be asked."""
    whose = visitor(document)
    if whose is None or whose.pk != user.pk:
        return None
    return [task for task in open_items(document) if task.may_view]


def _urged() -> Exists:
    return Exists(Urging.objects.filter(task=OuterRef("pk")))


@cache
def _deliveries() -> Statement:
    rows = Document.objects.unguarded("the issuer sees who has it and in which state")
    rows = rows.filter(issued=KEY, joint_copy=False).defer("body")
    rows = rows.select_related("unit", "dispatch", "ended_by", "disposal")
    return Statement(rows.order_by("unit__code", "pk"), document=KEY)


def deliveries(document) -> list[Document]:
    """Every delivery of an issued document by unit, those that came back too; not the copies of joint issuers."""
    return once(document, "deliveries", lambda: _deliveries().ask(document=document.pk))


@cache
def _delivery_items() -> Statement:
    rows = Task.objects.filter(subject_type=Document.AUDIT_TYPE, subject_uid__among=[UID]).annotate(was_urged=_urged())
    return Statement(rows.select_related("unit", "done_by").order_by("pk"), of=[UID])


def delivery_items(document) -> list[Task]:
    """Items of all deliveries, in the order of opening."""

    def read() -> list[Task]:
        uids = [one.uid for one in deliveries(document)]
        return _delivery_items().ask(of=uids) if uids else []

    return once(document, "delivery_items", read)


def _beside() -> Any:
    rows = Document.objects.unguarded("whether there is one; what it says has its own rule")
    return rows.filter(Q(corrects=KEY) | answers_to(KEY) | Q(pk=OTHER_KEY)).defer("body").order_by("pk")


def beside(document) -> list[Document]:
    """Issued documents that reply to it or correct it, and the one that it corrects itself; `may_view` on a page."""

    def read() -> list[Document]:
        rows = _judged("beside", document, _beside, key=KEY, corrected=OTHER_KEY)
        return rows.ask(key=document.pk, corrected=document.corrects_id)

    return once(document, "beside", read)


@cache
def _outside() -> Statement:
    rows = OutsideDelivery.objects.filter(document=KEY).select_related("body", "dispatch")
    return Statement(rows.order_by("kind", "pk"), document=KEY)


def outside(document) -> list[OutsideDelivery]:
    """What went, or has to go, to bodies outside."""
    return once(document, "outside", lambda: _outside().ask(document=document.pk))


def _current() -> Any:
    rows = CurrentDocument.objects.unguarded("whether it is in the catalogue; the page has its own rule")
    return rows.filter(document=KEY)


def current(document) -> CurrentDocument | None:
    """The row of 现行文件; `may_view` on a page."""

    def read() -> CurrentDocument | None:
        return _judged("current", document, _current, key=KEY).first(key=document.pk)

    return once(document, "current", read)


@cache
def _steps() -> Statement:
    rows = StepRun.objects.filter(run__document=KEY)
    rows = rows.select_related("run", "unit", "post", "person", "department", "done_by")
    return Statement(rows.order_by("run_id", "pk"), document=KEY)


def steps(document) -> list[StepRun]:
    """Of all runs, in the order in which they were made."""

    def read() -> list[StepRun]:
        found = _with_units_of_posts(_steps().ask(document=document.pk))
        if any(step.reopened_by_id for step in found):
            said = {one.pk: one for one in opinions(document)}
            for step in found:
                step.reopened_by = said.get(step.reopened_by_id)
        return found

    return once(document, "steps", read)


@cache
def _opinions() -> Statement:
    unseen = Alert.objects.filter(opinion=OuterRef("pk"), seen_at=None)
    rows = Opinion.objects.filter(document=KEY).annotate(waits=Exists(unseen))
    return Statement(rows.select_related("rendition", "on_paper__entered_by", "on_paper__settled_by"), document=KEY)


def opinions(document) -> list[Opinion]:
    """With what each saw, and who entered it from paper; `waits`: a clerk has not been told of it yet."""
    return once(document, "opinions", lambda: _opinions().ask(document=document.pk))


def entered(document) -> list[PaperOpinion]:
    """Opinions entered from paper, in the order of entering."""
    rows = [one.on_paper for one in opinions(document) if hasattr(one, "on_paper")]
    return sorted(rows, key=lambda one: one.pk)


@cache
def _files() -> Statement:
    rows = Attachment.objects.filter(document__among=[KEY], removed_at=None).select_related("stored_file")
    return Statement(rows.order_by("position", "pk"), of=[KEY])


def files(document) -> list[Attachment]:
    """Of this row alone; those of the issued document it delivers are read with its own."""
    if (kept := _kept(document)) is not None and "files" not in kept.read and document.issued_id:
        _read_both(document)
    return once(document, "files", lambda: _files().ask(of=[document.pk]))


def _read_both(document) -> None:
    both = (document.issued, document)
    found = _files().ask(of=[one.pk for one in both])
    for row in both:
        if (kept := _kept(row)) is not None:
            kept.read["files"] = [one for one in found if one.document_id == row.pk]


def people(document) -> Offer:
    """Who has a post in the document's unit, for the boxes of its forms."""
    return once(document, "people", lambda: people_in(document.unit))


def departments(document) -> Departments:
    """处室 of the document's unit, those that have nobody apart."""
    return once(document, "departments", lambda: of_units([document.unit_id]))


@cache
def _addressees() -> Statement:
    rows = Addressee.objects.filter(document=KEY).select_related("unit").order_by("kind", "position", "pk")
    return Statement(rows, document=KEY)


def addressees(document) -> list[Addressee]:
    """In their order, with their units."""
    return once(document, "addressees", lambda: _addressees().ask(document=document.pk))

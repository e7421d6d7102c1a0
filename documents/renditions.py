"""The page as reviewers see it, kept as a file at 送审: one per revision of the text, made once and before any lock."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

import paper
from files.store import Landed, keep, land_made
from units.behind import who_changed
from units.workflow import Stale

from . import render_jobs
from .models import Rendition
from .pages import moment_of, page_input
from .revisions import keep_revision


@dataclass(frozen=True)
class Made:
    """Of `version` of the document; `landed` is None where this wording has its file, or none can be made.

    `is_left`: too long to be laid out while somebody waits; the worker does it (documents/render_jobs.py).
    """

    version: int
    landed: Landed | None = None
    page: "paper.Rendition | None" = None
    is_left: bool = False


def prepare(document, act) -> Made:
    """Before the lock. Where no page can be made nothing is kept and 送审 goes on: what bars it is asked by is_ready."""
    own = Rendition.objects.filter(revision=OuterRef("pk"))
    last = document.revisions.annotate(has_file=Exists(own)).order_by("-number").values_list("has_file", flat=True)
    return Made(document.version) if last.first() else _made(document)


def _made(document) -> Made:
    if render_jobs.is_long(document):
        return Made(document.version, is_left=True)
    try:
        page = paper.render_document(page_input(document), moment=moment_of(document))
    except paper.LayoutRefused:
        return Made(document.version)
    return Made(document.version, land_made(page.pdf, "送审稿.pdf"), page)


def keep_made(document, act) -> None:
    """Under the lock, of what was prepared; Stale when the document was saved in between."""
    made: Made = act.prepared
    if made.version != document.version:
        raise Stale(f"“{document}”已被{who_changed(document, act.by)}修改，请核对后重新送审。")
    _keep(document, made, act.by)


def make_again(document, by) -> None:
    """A wording that came about under review (减少主送): kept at once."""
    keep_revision(document, by)
    _keep(document, _made(document), by)


def _keep(document, made: Made, by) -> None:
    is_made = made.landed is not None and made.page is not None
    if not is_made and not made.is_left:
        return
    last = document.revisions.order_by("-number").first()
    if last is None:
        keep_revision(document, by)
        last = document.revisions.order_by("-number").first()
    if made.landed is None or made.page is None:
        render_jobs.start(document, last, by)
        return
    Rendition.objects.create(
        document=document,
        kind=Rendition.Kind.SEEN,
        revision=last,
        stored_file=keep(made.landed),
        pages=made.page.pages,
        fonts=made.page.fonts,
    )

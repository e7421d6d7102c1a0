"""送审稿 of a long text, laid out by the worker: 120 pages are no work of the process that answers everybody.

The text is submitted at once; an opinion that is given before the file is there names none, and the wording stands in
历次稿本 all the same.
"""

from django.db import transaction

import paper
from files.store import keep, land_made
from units import jobs

from . import pages
from .models import Document, Rendition, Revision

KIND = "render_draft"
LONG = 30_000  # characters, some 50 pages: a fifth of a second


def is_long(document) -> bool:
    """Text and bound attachments together; what is bound as finished pages costs nothing to lay out."""
    if len(document.body) > LONG:
        return True
    rows = document.attachments.filter(removed_at=None, stored_file__mime="text/plain")
    return len(document.body) + sum(rows.values_list("stored_file__bytes", flat=True)) // 3 > LONG


def start(document, revision: Revision, by) -> None:
    """In the submitting transaction; seen under 处理进度."""
    jobs.start(
        KIND, f"排送审稿版面：{document.title}", by=by, unit=document.unit, subject=document, revision=revision.pk
    )


@jobs.handler(KIND)
def render_draft(job, revision: int) -> None:
    """Once a revision; nothing is left to do for a wording that is the document's no more."""
    row = Revision.objects.filter(pk=revision).select_related("document__unit").first()
    if row is None or _is_made(row):
        return
    document = row.document
    job.advance(0, 1, "正在排版")
    try:
        page = paper.render_document(pages.page_input(document), moment=pages.moment_of(document))
    except paper.LayoutRefused:
        return  # what bars it is asked by the checks of 送审
    landed = land_made(page.pdf, "送审稿.pdf")
    with transaction.atomic():
        locked = Document.objects.unguarded("its own submission").select_for_update(of=("self",)).get(pk=document.pk)
        last = locked.revisions.order_by("-number").values_list("pk", flat=True).first()
        if last != row.pk or _is_made(row):
            return
        Rendition.objects.create(
            document=locked, kind=Rendition.Kind.SEEN, revision=row, stored_file=keep(landed), pages=page.pages,
            fonts=page.fonts,
        )  # fmt: skip
    job.advance(1, 1, f"共 {page.pages} 页")


def _is_made(row: Revision) -> bool:
    return Rendition.objects.filter(revision=row, kind=Rendition.Kind.SEEN).exists()

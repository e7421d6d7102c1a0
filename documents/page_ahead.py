"""正本 of a long text: laid out by the worker once it has its number, and taken at 校对 as it lies there.

120 pages are no work of the process that answers everybody (documents/render_jobs.py says the same of 送审). What the
layout was given is kept with the file as a digest and asked again at 校对: a file of anything else (copies added,
another attachment, a 签名章 entered since) is never taken.
"""

import hashlib

from django.db import transaction

import paper
from files.store import Landed, keep, land_made, path_of
from units import jobs
from units.models import Job
from units.workflow import Refused

from . import name_stamps, pages, render_jobs
from .models import Document, Rendition
from .states import State

KIND = "render_page"
OPEN = (Job.State.QUEUED, Job.State.RUNNING)
WAIT = "正文较长，正本正在后台排版；排好后（见“处理进度”）再办理校对。"


def start(document, by) -> None:
    """In the transaction that numbers it; nothing for a text that is laid out while one waits."""
    if render_jobs.is_long(document):
        jobs.start(KIND, f"排正本版面：{document.title}", by=by, unit=document.unit, subject=document)


def prepare(document, act) -> tuple[Landed, "paper.Rendition"]:
    """正本 for 校对, before the lock. Raises Refused while that of a long text is not made yet."""
    name_stamps.make_ready(document)
    if not render_jobs.is_long(document):
        return pages.prepare_page(document, act)
    found = _made(document, _digest(pages.page_input(document), pages.moment_of(document)))
    if found is not None:
        row, data = found
        return land_made(data, "正本.pdf"), paper.Rendition(data, row.pages, row.fonts)
    with transaction.atomic():
        if not Job.objects.filter(kind=KIND, subject_uid=document.uid, state__in=OPEN).exists():
            start(document, act.by)
    raise Refused(WAIT)


@jobs.handler(KIND)
def render_page(job) -> None:
    """Nothing is left to do for a document that was proofread, or has this page already."""
    document = Document.objects.unguarded("its own page").select_related("unit").filter(uid=job.subject_uid).first()
    if document is None or document.state != State.NUMBERED:
        return
    given, moment = pages.page_input(document), pages.moment_of(document)
    digest = _digest(given, moment)
    if _made(document, digest) is not None:
        return
    job.advance(0, 1, "正在排版")
    page = paper.render_document(given, moment=moment)
    landed = land_made(page.pdf, "正本.pdf")
    with transaction.atomic():
        Rendition.objects.create(
            document=document, kind=Rendition.Kind.AHEAD, stored_file=keep(landed), pages=page.pages, fonts=page.fonts,
            made_of=digest,
        )  # fmt: skip
    job.advance(1, 1, f"共 {page.pages} 页")


def _digest(given: "paper.PageInput", moment) -> str:
    return hashlib.sha256(repr((given, moment)).encode()).hexdigest()


def _made(document, digest: str) -> tuple[Rendition, bytes] | None:
    """The page that was laid out of exactly this, and its bytes, when they are what was kept."""
    rows = document.renditions.filter(kind=Rendition.Kind.AHEAD, made_of=digest).select_related("stored_file")
    if (row := rows.order_by("-pk").first()) is None:
        return None
    try:
        data = path_of(row.stored_file).read_bytes()
    except OSError:
        return None
    return (row, data) if hashlib.sha256(data).hexdigest() == row.stored_file.sha256 else None

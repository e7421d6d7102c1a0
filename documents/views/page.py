"""The document page: paper in the middle, route and acts at its right; and the acts themselves."""

from django.contrib import messages
from django.forms import CharField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import paper
from files import shown
from files.serving import file_response, gives_file, path_response
from files.store import path_of
from paper.void_mark import void_copy
from units import form_drafts
from units.access import gives_one, may
from units.delegations import ended_for, over
from units.doors import logged
from units.former_deputies import tells_former_deputies
from units.models import AuditEvent
from units.panels import Page, built
from units.step_forms import posted_version
from units.workflow import Refused, Stale

from .. import actions, alerts, checks, corrections, hanging, pages, routing, scans, sealing
from ..bar import bar_of
from ..correction_notices import of_correction
from ..desk_forms import side_form
from ..exchange_forms import step_form
from ..exchange_panels import BELOW, RECEIPT
from ..exchange_trail import told_of
from ..going_back_notices import notices
from ..kept_text import while_it_is_kept
from ..models import Document
from ..panels import IN_ACTS, PANELS, files_of, head_links
from ..reading import reading_of, reading_of_text
from ..review import ABOVE
from ..side_acts import SIDE_ACTS
from ..states import Direction, State
from ..workflow import workflow_of
from . import following

SHEETS_AT_ONCE = 12  # pages of paper painted for one view of a long text


@gives_one(Document)
@logged()
@require_safe
def detail(request, document):
    hanging.attach(document, request.user)
    routing.see(document, request.user)
    alerts.see(document, request.user)
    return show(request, document)


def show(request, document, *, status: int = 200, failed=None, refused=()):
    """The page; `failed` is the bound form of an act that was not taken, `refused` the reasons why."""
    hanging.attach(document, request.user)
    page = Page(request, document, failed, list(refused))
    panels, corrected = built(PANELS, page), of_correction(page)
    context = {
        "document": document,
        "content": document.content,
        "refused": page.refused,
        "failed": failed,
        "notices": [*corrected, *notices(page, is_told_replaced=bool(corrected))],
        "kept": _words_without_a_form(failed, panels),
        "links": head_links(page),
        "panels": panels,
        "above": built((RECEIPT, *ABOVE), page),
        "below": built(BELOW, page),
        "bar": bar_of(panels),
        **({} if document.is_withheld else _paper(request, document.content)),
    }
    return render(request, "documents/detail.html", context, status=status)


def _words_without_a_form(failed, panels) -> str:
    """What was typed for an act that was not taken and is open no more: its form is gone, the words are not lost."""
    if failed is None:
        return ""
    if any(value is failed or _has_row_of(value, failed) for one in panels for value in one.context.values()):
        return ""
    typed = [
        (one.label, str(one.value() or "").strip())
        for one in failed
        if isinstance(one.field, CharField) and not one.is_hidden
    ]
    written = [(label, text) for label, text in typed if text]
    return "\n".join(text if len(written) == 1 else f"{label}：{text}" for label, text in written)


def _has_row_of(value, form) -> bool:
    """Panels have their forms in rows, or one by itself."""
    return isinstance(value, (list, tuple)) and any(isinstance(row, dict) and row.get("form") is form for row in value)


def _paper(request, content) -> dict:
    """The page as it will be printed, some sheets at a time; a document from outside shows its files instead."""
    if content.is_incoming:
        first = _first_sheet(request)
        found, total = scans.scans_of(content, max(first, 1), SHEETS_AT_ONCE)
        return {"svgs": [], "scans": found, "reading": reading_of_text(content.body)} | _turning(first, total)
    given = pages.page_input(content)
    svgs = _sheets(request, sealing.with_seals(content, given, request.user))
    if content.is_editable:
        return svgs | {"problems": checks.problems(checks.of(content, given))}
    return svgs | ({"hints": checks.hints(content, given)} if content.state == State.IN_REVIEW else {})


def _first_sheet(request) -> int:
    given = request.GET.get("sheet", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 1


def _sheets(request, printed: "paper.PageInput") -> dict:
    first = _first_sheet(request)
    svgs, total = paper.preview(printed, first=first, count=SHEETS_AT_ONCE)
    return {"svgs": svgs, "reading": reading_of(printed)} | _turning(first, total)


def _turning(first: int, total: int) -> dict:
    later = first + SHEETS_AT_ONCE
    return {
        "sheets": total,
        "first_sheet": first,
        "last_sheet": min(later - 1, total),
        "earlier_sheet": max(first - SHEETS_AT_ONCE, 1) if first > 1 else None,
        "later_sheet": later if later <= total else None,
    }


@tells_former_deputies
@gives_one(Document)
@require_POST
def act(request, document, step):
    """One transition of the table; what bars it is said on the page, and nothing is changed."""
    transition = workflow_of(document).get(step)
    if transition is None:
        raise Http404
    actions.tell_of_marks(request.POST, request.user)
    form = step_form(transition, document, request.user, request.POST)
    if not form.is_valid():
        return show(request, document, status=422, failed=form)
    try:
        workflow_of(document).perform(
            transition,
            document,
            by=request.user,
            note=form.cleaned_data["note"],
            given=form.given(),
            version=posted_version(request),
        )
    except Refused as refusal:
        return _refused(request, document, form, refusal, transition.permission)
    _sent(request)
    messages.success(request, f"“{document.title}”{transition.done}。")
    if vacant := routing.vacant_posts(document):
        messages.warning(request, routing.vacancy_told(vacant))
    following.offer(request, document)
    return _after(request, document)


@tells_former_deputies
@gives_one(Document)
@require_POST
def side_act(request, document, what):
    """阅毕, 传阅, 催办, 附件, 公开 …: one row of the second table."""
    found = SIDE_ACTS.get(what)
    if found is None:
        raise Http404
    uploads = [(name, one) for name, rows in request.FILES.lists() for one in rows]
    names = {f"{name}.{place}.title": one.name or "" for place, (name, one) in enumerate(uploads)}
    actions.tell_of_marks({**request.POST.dict(), **names}, request.user)
    form = side_form(found, document, request.POST, request.FILES)
    if not form.is_valid():
        return show(request, document, status=422, failed=form)
    try:
        told = SIDE_ACTS.perform(found, document, by=request.user, note=form.note, given=form.given())
    except Refused as refusal:
        return _refused(request, document, form, refusal, found.permission)
    for line in (told if told and isinstance(told, str) else found.done).split("\n"):
        between = "" if line.startswith("已") else "："  # “…”已补发…; “…”：“教育档案”不在原批准范围内 …
        messages.success(request, f"“{document.title}”{between}{line}。")
    if what in IN_ACTS:
        _sent(request)
        following.offer(request, document)
    if what == "attach":  # the next file is chosen where this one was
        return redirect(f"{document.get_absolute_url()}#files")
    if what == "correct" and (made := corrections.correction_of(document)) is not None:
        return redirect("documents:edit", uid=made.uid)  # what he goes on with: the draft has to be changed
    return _after(request, document)


def _sent(request) -> None:
    """The act is done: what was typed for it in this window or an earlier one is nothing unsent any more."""
    if (ticket := form_drafts.posted(request)) is not None:
        form_drafts.forget(ticket, by=request.user, everywhere=True)


def _refused(request, document, form, refusal: Refused, permission: str):
    """The page as it is now, the form as it was filled; a reason about one field stands at that field."""
    fresh = Document.objects.unguarded("the view was given this object by its rule").for_detail().get(pk=document.pk)
    status = 409 if isinstance(refusal, Stale) else 422
    if not may(request.user, permission, fresh) and (row := ended_for(request.user, document.uid)):
        refusal = type(refusal)(over(row), *refusal.reasons)
    if form.about:
        for reason in refusal.reasons:
            form.add_error(form.about, reason)
        return show(request, fresh, status=status, failed=form)
    return show(request, fresh, status=status, failed=form, refused=refusal.reasons)


def _after(request, document):
    """Back to the document while the person still sees it, else to his list."""
    return redirect(document) if may(request.user, "view", document) else redirect("documents:waiting")


@gives_one(Document)
@require_safe
@gives_file
@while_it_is_kept
def attachment(request, document, attachment):
    """A file of the document or of the one it delivers; whoever sees the document may read it."""
    row = _file_of(document, attachment)
    return file_response(request, row.stored_file, row.name, inline="show" in request.GET, obj=document)


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def attachment_page(request, document, attachment, page):
    """One page of a file as a picture; the file itself is never opened in the browser's window."""
    row = _file_of(document, attachment)
    if not 1 <= page <= shown.page_count(row.stored_file):
        raise Http404
    try:
        drawn = shown.picture(row.stored_file, page)
    except shown.NotShownError as reason:
        raise Refused(str(reason)) from reason
    return path_response(drawn, f"{page}.jpg", "image/jpeg", inline=True)


def _file_of(document, attachment):
    """Whoever sees the document sees its files; 404 for one that is not among them."""
    row = next((one for one in files_of(document) if one.uid == attachment), None)
    if row is None:
        raise Http404
    return row


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def page_pdf(request, document):
    """正本 once it was proofread; before that the draft's page, made now and kept nowhere."""
    kept = pages.page_of(document)
    if kept is not None and request.GET.get("copy") == "void" and corrections.counts_no_more(document):
        return _pdf(void_copy(path_of(kept.stored_file).read_bytes(), "作废", moment=timezone.now()), "void.pdf")
    if kept is not None:
        return file_response(request, kept.stored_file, f"{document.title}.pdf", inline=True)
    if document.content.is_incoming or document.is_withheld:
        raise Http404
    made = paper.render_document(pages.page_input(document.content), moment=pages.moment_of(document.content))
    if corrections.counts_no_more(document):  # nothing is kept to check a seal by: there is no clean copy
        return _pdf(void_copy(made.pdf, "作废", moment=timezone.now()), "void.pdf")
    return _pdf(made.pdf, "page.pdf")


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def sheet_pdf(request, document):
    """发文稿纸 or 文件处理单 with every opinion so far."""
    _, made = pages.sheet_of(document, moment=document.completed_at or timezone.now())
    return _pdf(made.pdf, "sheet.pdf")


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@gives_one(Document)
@require_safe
def trail(request, document):
    """Who did what and when, from the audit trail of this one document."""
    events = AuditEvent.objects.of(document).select_related("actor")[:500]
    events = list(events)
    for event in events:
        event.told = told_of(event.detail)
    revisions = (
        document.revisions.select_related("saved_by").order_by("-number")[:100]
        if document.direction != Direction.INCOMING and not document.destroyed
        else []
    )
    return render(request, "documents/trail.html", {"document": document, "events": events, "revisions": revisions})

"""The document page: paper in the middle, route and acts at its right; and the acts themselves."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

import paper
from files.serving import file_response
from units.access import gives_one, may
from units.doors import logged
from units.models import AuditEvent
from units.workflow import Refused, Stale

from .. import actions, current, filing_port, pages, routing
from ..forms import CirculateForm, FileForm, PublishForm, ReasonForm, step_form
from ..models import Document
from ..states import Direction, State, StepKind
from ..workflow import workflow_of

FACTS = (
    ("doc_type", "文种"), ("urgency", "紧急程度"), ("security_class", "密级"), ("disclosure_attr", "公开属性"),
    ("handling_kind", "办件类型"),
)  # fmt: skip


@gives_one(Document)
@logged()
@require_safe
def detail(request, document):
    return show(request, document)


def show(request, document, *, status: int = 200, failed=None, refused=(), file_form=None, **forms):
    """The page; `failed` is the bound form of a step that was not taken, `refused` the reasons why."""
    content = document.content
    steps = workflow_of(document).open_to(request.user, document)
    context = {
        "document": document,
        "content": content,
        "svgs": _paper(content),
        "attachments": _attachments(content, document),
        "acts": _acts(document, steps, request.user, failed),
        "route": routing.route_of(document),
        "opinions": document.opinions.all(),
        "deliveries": _deliveries(content, document, request.user),
        "facts": _facts(document),
        "refused": list(refused),
        "record": getattr(document, "record", None),
        "filing": filing_port.propose(document) if any(step.name == "complete" for step in steps) else None,
        "replies": [one for one in content.replies.all() if one.state in (State.DISPATCHED, State.COMPLETED)],
        **_sidelines(request, document, file_form),
        **forms,
    }
    return render(request, "documents/detail.html", context, status=status)


def _paper(content) -> list[str]:
    """The page as it will be printed; a document from outside shows its files instead."""
    if content.is_incoming:
        return []
    return paper.preview(pages.page_input(content))


def _attachments(content, document) -> list:
    rows = list(content.attachments.filter(removed_at=None).select_related("stored_file"))
    if content.pk != document.pk:
        rows += list(document.attachments.filter(removed_at=None).select_related("stored_file"))
    return rows


def _acts(document, steps, user, failed) -> list[dict]:
    """The step that waits for this person first and open, the others folded."""
    waiting = set(
        routing.Task.objects.of(document).open().filter(routing.own_tasks(user)).values_list("kind", flat=True)
    )
    ordered = sorted(steps, key=lambda step: (step.danger, step.name not in waiting))
    first = ordered[0].name if ordered and not ordered[0].danger else None
    found = []
    for step in ordered:
        is_failed = failed is not None and failed.prefix == step.name
        form = failed if is_failed else step_form(step, document, user)
        found.append(
            {
                "step": step,
                "form": form,
                "open": is_failed or step.name == first,
                "phrases": pages.usual_phrases(step.name),
            }
        )
    return found


def _deliveries(content, document, user) -> list:
    """Receipts of a dispatched document, for those who see the issuing row."""
    if content.pk != document.pk or document.state not in (State.DISPATCHED, State.COMPLETED):
        return []
    return list(document.deliveries.select_related("unit").order_by("unit__code"))


def _facts(document) -> list[tuple[str, str]]:
    incoming = document.is_incoming
    rows = [(label, getattr(document, f"get_{name}_display")()) for name, label in FACTS if getattr(document, name)]
    if document.direction == Direction.INTERNAL:
        rows[0] = ("文种", document.get_direction_display())
    rows += [
        ("来文单位" if incoming else "拟稿单位", document.sender_name if incoming else str(document.unit)),
        ("收文单位" if incoming else "拟稿人", str(document.unit) if incoming else str(document.drafted_by or "")),
        ("收文编号", document.receipt_number),
        ("主办人", str(document.lead_officer or "")),
        ("签发人", str(document.signatory or "")),
        (
            "成文日期",
            (document.sender_date or document.document_date or "")
            and (document.sender_date or document.document_date).isoformat(),
        ),
        ("办理时限", f"{timezone.localtime(document.due_at):%Y-%m-%d %H:%M}" if document.due_at else ""),
        ("办理结果", document.result),
        ("不归档", document.get_not_to_file_display() if document.not_to_file else ""),
    ]
    return rows


def _sidelines(request, document, file_form) -> dict:
    """What a person may do beside the workflow, judged by the same rules as the acts."""
    row = Document.objects.filter(pk=document.pk)
    for name in ("edit", "circulate", "read", "urge", "publish"):
        row = row.with_may(name, request.user)
    flags = row.first()
    open_kinds = set(routing.Task.objects.of(document).open().values_list("kind", flat=True))
    take_back = routing.own_task(document, request.user, StepKind.TAKE_BACK)
    may_publish = flags.may_publish and not current.barred(document) and not hasattr(document, "current_document")
    return {
        "may_edit": flags.may_edit and not document.is_incoming,
        "may_attach": flags.may_edit,
        "file_form": file_form or (FileForm() if flags.may_edit else None),
        "read_open": flags.may_read,
        "circulate_form": CirculateForm(unit=document.unit)
        if flags.may_circulate
        and document.is_incoming
        and document.state in (State.REGISTERED, State.PROPOSED, State.INSTRUCTED, State.IN_HANDLING)
        else None,
        "urge_form": ReasonForm(prefix="urge") if flags.may_urge and open_kinds else None,
        "take_back": take_back,
        "publish_form": PublishForm(prefix="publish") if may_publish else None,
        "may_reply": document.is_incoming
        and document.issued_id
        and document.doc_type == "request_for_instruction"
        and actions.may_draft_for(request.user),
    }


@gives_one(Document)
@require_POST
def act(request, document, step):
    """One transition of the table; what bars it is said on the page, and nothing is changed."""
    transition = workflow_of(document).get(step)
    if transition is None:
        raise Http404
    form = step_form(transition, document, request.user, request.POST)
    if not form.is_valid():
        return show(request, document, status=422, failed=form)
    version = request.POST.get("version", "")
    try:
        workflow_of(document).perform(
            transition,
            document,
            by=request.user,
            note=form.cleaned_data["note"],
            given=form.given(),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
        )
    except Refused as refusal:
        fresh = Document.objects.for_detail().get(pk=document.pk)
        return show(
            request, fresh, status=409 if isinstance(refusal, Stale) else 422, failed=form, refused=refusal.reasons
        )
    messages.success(request, f"“{document.title}”{transition.done}。")
    return _after(request, document)


def _after(request, document):
    """Back to the document while the person still sees it, else to his list."""
    return redirect(document) if may(request.user, "view", document) else redirect("documents:waiting")


@gives_one(Document, "circulate")
@require_POST
def circulate(request, document):
    form = CirculateForm(request.POST, unit=document.unit)
    if not form.is_valid():
        return show(request, document, status=422, circulate_form=form)
    count = actions.circulate(document, form.cleaned_data["readers"], by=request.user)
    messages.success(request, f"已请 {count} 人传阅。" if count else "所选人员均已在传阅名单中。")
    return redirect(document)


@gives_one(Document)
@require_POST
def side_act(request, document, what):
    """阅毕, 催办, 退文处理: small acts with a note."""
    note = request.POST.get("note", "").replace("\x00", "").strip()[:2000]
    if what == "read":
        actions.read(document, by=request.user, note=note)
        messages.success(request, "已阅毕。")
    elif what == "urge":
        count = actions.urge(
            document, by=request.user, note=request.POST.get("urge-reason", "").replace("\x00", "")[:200]
        )
        messages.success(request, f"已就 {count} 项待办催办，并记录在案。")
    elif what == "take_back":
        actions.take_back(document, by=request.user, note=note)
        messages.success(request, "退文已处理。")
    else:
        raise Http404
    return _after(request, document)


@gives_one(Document)
@require_safe
def attachment(request, document, attachment):
    """A file of the document or of the one it delivers; whoever sees the document may read it."""
    row = next((one for one in _attachments(document.content, document) if one.uid == attachment), None)
    if row is None:
        raise Http404
    return file_response(request, row.stored_file, row.name, inline="show" in request.GET, obj=document)


@gives_one(Document)
@logged()
@require_safe
def page_pdf(request, document):
    """正本 once it was proofread; before that the draft's page, made now and kept nowhere."""
    kept = pages.page_of(document)
    if kept is not None:
        return file_response(request, kept.stored_file, f"{document.title}.pdf", inline=True)
    if document.content.is_incoming:
        raise Http404
    made = paper.render_document(pages.page_input(document.content), moment=pages.moment_of(document.content))
    return _pdf(made.pdf, "page.pdf")


@gives_one(Document)
@logged()
@require_safe
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
    revisions = (
        document.revisions.select_related("saved_by").order_by("-number")[:100]
        if document.direction != Direction.INCOMING
        else []
    )
    return render(request, "documents/trail.html", {"document": document, "events": events, "revisions": revisions})

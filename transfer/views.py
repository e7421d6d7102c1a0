"""移交批次 and 接收进馆: lists, the batch page for both sides, its acts, parts and receipts."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive.models import InspectionResult, InspectionRun
from files.serving import path_response
from units.access import gives_many, gives_one, may, needs, units_with
from units.doors import logged
from units.models import AuditEvent, Job, Unit
from units.paging import cut
from units.workflow import Refused, Stale

from . import actions, delivery, fixity, receipts
from .forms import AddForm, BatchForm, NoteForm
from .models import Batch
from .side_acts import BATCH_SIDE
from .states import HELD, PartState, State
from .workflow import BATCH


@gives_many(Batch)
@require_safe
def batches(request, rows):
    """The unit's side."""
    page = cut(
        rows.filter(unit__in=units_with("view_batches", request.user)).for_list(), request, order=("-created_at", "-pk")
    )
    may_make = bool(units_with("make_batches", request.user))
    return render(request, "transfer/batches.html", {"page": page, "heading": "移交批次", "may_make": may_make})


@gives_many(Batch)
@require_safe
def accessions(request, rows):
    """The archive's side: what was submitted to it."""
    held = units_with("receive_batches", request.user) | units_with("view_batches", request.user)
    page = cut(
        rows.filter(archive__in=held, submitted_at__isnull=False).for_list(), request, order=("-created_at", "-pk")
    )
    return render(request, "transfer/batches.html", {"page": page, "heading": "接收进馆"})


@needs("make_batches")
@require_http_methods(["GET", "POST"])
def create(request):
    units = list(Unit.objects.filter(pk__in=units_with("make_batches", request.user)))
    form = BatchForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.create_batch(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已组批，共 {batch.record_count} 件。")
            return redirect(batch)
    waiting = {unit.short_name: actions.candidates(unit, request.user).order_by()[:10_001].count() for unit in units}
    return render(
        request, "transfer/create.html", {"form": form, "waiting": waiting}, status=422 if form.errors else 200
    )


@gives_one(Batch)
@require_safe
def batch(request, batch):
    return show(request, batch)


def package_findings(batch):
    """What the last reading of the package itself found, at most 200 lines."""
    runs = InspectionRun.objects.filter(subject_uid=batch.uid).order_by("-pk").values("pk")[:1]
    return InspectionResult.objects.filter(run__in=runs, record=None).order_by("pk")[:200]


def show(request, batch, *, status: int = 200, failed=None, refused=(), adding=None):
    may_mark = batch.state == State.INSPECTING and may(request.user, "receive", batch)
    steps = [step for step in BATCH.open_to(request.user, batch) if step.permission != "deliver"]
    steps += BATCH_SIDE.open_to(request.user, batch)
    rows = batch.items.select_related("record__unit").order_by("position")
    only_findings = request.GET.get("only") == "findings"
    if only_findings:
        rows = rows.remarkable()
    parts = list(batch.parts.filter(record_count__gt=0, state=PartState.DONE).prefetch_related("copies"))
    held = [copy for part in parts for copy in part.copies.all() if copy.is_held]
    context = {
        "batch": batch,
        "page": cut(rows, request, order=("position",), size=50, count=False),
        "acts": [
            {
                "step": step,
                "form": failed
                if failed is not None and failed.prefix == step.name
                else NoteForm(needs_note=step.needs_note, prefix=step.name),
            }
            for step in sorted(steps, key=lambda one: one.danger)  # what goes on first, what goes back last
        ],
        "jobs": Job.objects.of(batch)[:3],
        "parts": parts,
        "receipts": batch.receipts.select_related("made_by"),
        "package_findings": package_findings(batch),
        "bad_copies": [copy for copy in held if copy.is_bad],
        "is_one_disk": bool(held) and delivery.is_one_disk(),
        "events": AuditEvent.objects.of(batch),
        "may_take_out": batch.state == State.DRAFT and may(request.user, "make", batch),
        "may_mark": may_mark,
        "may_verify": batch.state in HELD and bool(held) and may(request.user, "receive", batch),
        "has_failing": may_mark and batch.items.filter(is_open=True, verdict="pending").failing().exists(),
        "add_form": adding or AddForm(),
        "only_findings": only_findings,
        "refused": list(refused),
    }
    return render(request, "transfer/batch.html", context, status=status)


@gives_one(Batch)
@require_POST
def act(request, batch, step):
    """A step of the table; 自检打包 is started here and taken by the worker."""
    transition = BATCH.get(step) or BATCH_SIDE.get(step)
    if transition is None or transition.permission == "deliver":
        raise Http404
    form = NoteForm(request.POST, needs_note=transition.needs_note, prefix=step)
    if not form.is_valid():
        return show(request, batch, status=422, failed=form)
    version = request.POST.get("version", "")
    try:
        if step == "self_check":
            actions.start_packaging(batch, by=request.user)
            messages.success(request, "已开始自检打包，可离开此页，完成后会送领导批准。")
        elif transition.name in BATCH_SIDE.acts:
            BATCH_SIDE.perform(transition, batch, by=request.user, note=form.cleaned_data["note"])
            messages.success(request, f"“{batch.name}”{transition.done}。")
        else:
            BATCH.perform(
                transition, batch, by=request.user, note=form.cleaned_data["note"],
                version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
            )  # fmt: skip
            messages.success(request, f"“{batch.name}”{transition.done}。")
    except Refused as refusal:
        fresh = Batch.objects.unguarded("the view was given this object by its rule").for_detail().get(pk=batch.pk)
        return show(request, fresh, status=409 if isinstance(refusal, Stale) else 422, refused=refusal.reasons)
    return redirect(batch)


@gives_one(Batch, "make")
@require_POST
def add(request, batch):
    form = AddForm(request.POST)
    if not form.is_valid():
        return show(request, batch, status=422, adding=form)
    try:
        count = actions.add_records(batch, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        return show(request, batch, status=422, adding=form, refused=refusal.reasons)
    messages.success(request, f"已选入 {count} 件。")
    return redirect(batch)


@gives_one(Batch, "receive")
@require_POST
def mark_failing(request, batch):
    count = actions.mark_failing(batch, by=request.user)
    messages.success(request, f"{count} 件检测不合格的档案拟退回。")
    return redirect(batch)


@gives_one(Batch, "receive")
@require_POST
def verify(request, batch):
    fixity.start(batch, by=request.user)
    messages.success(request, "已开始逐字节核验馆藏移交包，可离开此页。")
    return redirect(batch)


def _item(batch, position):
    item = batch.items.filter(position=position).select_related("record").first()
    if item is None:
        raise Http404
    return item


@gives_one(Batch, "make")
@require_POST
def take_out(request, batch, position):
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    actions.take_out(_item(batch, position), by=request.user, reason=reason)
    messages.success(request, f"第 {position} 件已移出批次。")
    return redirect(batch)


@gives_one(Batch, "receive")
@require_POST
def mark(request, batch, position):
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    is_returned = request.POST.get("verdict") == "returned"
    actions.mark(_item(batch, position), by=request.user, is_returned=is_returned, reason=reason)
    messages.success(request, f"第 {position} 件{'拟退回' if is_returned else '恢复待定'}。")
    return redirect(batch)


@gives_one(Batch)
@logged("download")
@require_safe
def part(request, batch, number):
    """A bag as it lies: the archive's copy once it is there, else the unit's."""
    row = batch.parts.filter(number=number, state=PartState.DONE, record_count__gt=0).first()
    if row is None:
        raise Http404
    is_held = row.copies.of_holdings().exists()
    folder = delivery.holdings_folder(batch) if is_held else delivery.package_folder(batch)
    if not (folder / row.filename).is_file():
        raise Http404
    return path_response(folder / row.filename, row.filename, "application/zip")


def _receipt(batch, uid):
    row = batch.receipts.filter(uid=uid).select_related("made_by").first()
    if row is None:
        raise Http404
    row.batch = batch
    return row


@gives_one(Batch)
@logged()
@require_safe
def receipt_pdf(request, batch, receipt):
    row = _receipt(batch, receipt)
    response = HttpResponse(receipts.pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{batch.batch_no}-{row.kind}.pdf"'
    return response


@gives_one(Batch)
@logged()
@require_safe
def receipt(request, batch, receipt):
    row = _receipt(batch, receipt)
    return render(
        request,
        "transfer/receipt.html",
        {"batch": batch, "receipt": row, "content": row.content, "returned": row.content.get("items", [])},
    )

"""移交批次 and 接收进馆: lists, the batch page for both sides, its acts, parts and receipts."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.serving import path_response
from units import form_drafts
from units.access import gives_many, gives_one, needs, units_with
from units.doors import logged
from units.former_deputies import tells_former_deputies
from units.models import Unit
from units.paging import cut
from units.panels import Page, built
from units.step_forms import posted_version
from units.workflow import Refused, Stale

from .. import actions, delivery, panels, plans, read_once, receipts, unready
from ..act_forms import side_form
from ..forms import AccessionFilter, BatchForm, ItemReasonForm, step_form
from ..inputs import Done
from ..models import Batch
from ..next_told import next_told
from ..register import SIDES
from ..rules import SHOWN
from ..sealing_next import seals_told, sends_keepers_on
from ..side_acts import BATCH_SIDE
from ..states import PartState
from ..workflow import BATCH


@gives_many(Batch)
@require_safe
def batches(request, rows):
    """The unit's side."""
    page = cut(
        rows.filter(unit__in=units_with("view_batches", request.user)).for_list(), request, order=("-created_at", "-pk")
    )
    may_make = bool(units_with("make_batches", request.user))
    context = {"page": page, "heading": "移交批次", "may_make": may_make, "register": SIDES["transfer"]}
    return render(request, "transfer/batches.html", context)


@gives_many(Batch)
@require_safe
def accessions(request, rows):
    """The archive's side: what was submitted to it, or whose catalogue was; what waits for it stands first."""
    held = units_with("receive_batches", request.user) | units_with("view_batches", request.user)
    form = AccessionFilter(request.GET or None)
    rows = rows.filter(SHOWN, archive__in=held)
    if form.is_valid():
        rows = rows.chosen(**form.cleaned_data)
    page = cut(rows.for_list().waiting_first(), request, order=("is_later", "-created_at", "-pk"))
    context = {
        "page": page, "heading": "接收进馆", "register": SIDES["accession"] if held else None, "form": form,
        "is_received": True,
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transfer/batches.html", context, status=status)


@needs("make_batches")
@require_http_methods(["GET", "POST"])
def create(request):
    units = list(Unit.objects.filter(pk__in=units_with("make_batches", request.user)))
    form = form_drafts.attend(request, BatchForm(request.POST or None, units=units), "batch:create")
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.create_batch(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"移交清单已编制，共 {batch.record_count} 件。{unready.told_after(batch)}")
            return redirect(batch)
    waiting = [plans.proposal(None, unit, request.user) for unit in units]
    return render(
        request, "transfer/create.html", {"form": form, "waiting": waiting}, status=422 if form.errors else 200
    )


@sends_keepers_on
@gives_one(Batch)
@require_safe
def batch(request, batch):
    return show(request, batch)


def show(request, batch, *, status: int = 200, failed=None, refused=()):
    """The page; `failed` is the bound form of an act that was not taken, `refused` the reasons why."""
    page = Page(request, batch, failed, list(refused))
    read_once.for_page(batch, page.facts)
    context = {
        "batch": batch,
        "refused": page.refused,
        "failed": failed,
        "asked_for": panels.asked_for(page),
        "first_act": panels.first_act(page),
        "to_read": panels.to_read(page),
        "above": built(panels.ABOVE, page),
        "main": built(panels.MAIN, page),
        "side": built(panels.SIDE, page),
    }
    return render(request, "transfer/batch.html", context, status=status)


@tells_former_deputies
@gives_one(Batch)
@require_POST
def act(request, batch, step):
    """A step of the table; 检测移交信息包 is started here and taken by the worker."""
    transition = BATCH.get(step)
    if transition is None or transition.permission == "deliver":
        raise Http404
    form = step_form(transition, request.POST)
    if not form.is_valid():
        return show(request, batch, status=422, failed=form)
    try:
        if step == "self_check":
            actions.start_packaging(batch, by=request.user)
            messages.success(request, "已开始形成移交信息包并检测，可离开此页，完成后会送领导批准。")
        else:
            BATCH.perform(
                transition, batch, by=request.user, note=form.noted(),
                version=posted_version(request),
            )  # fmt: skip
            messages.success(request, f"“{batch.name}”{transition.done}。{next_told(batch)}")
    except Refused as refusal:
        return _refused(request, batch, form, refusal)
    return redirect(batch)


@gives_one(Batch)
@require_POST
def side_act(request, batch, what):
    """选入档案, 不合格件标为退回, 重新核验, 核销损坏包: one row of the second table."""
    found = BATCH_SIDE.get(what)
    if found is None:
        raise Http404
    form = side_form(found, request.POST, of=batch)
    if not form.is_valid():
        return show(request, batch, status=422, failed=form)
    try:
        done = BATCH_SIDE.perform(found, batch, by=request.user, note=form.noted(), given=form.given())
    except Refused as refusal:
        return _refused(request, batch, form, refusal)
    many = done if isinstance(done, Done) else Done(0)  # an act on one thing counts nothing
    how_many = f"，共 {many.count:,} 件" if many.count else ""
    messages.success(request, f"“{batch.name}”{found.done}{how_many}。{next_told(batch) or seals_told(batch)}")
    for told in many.skipped:
        messages.warning(request, told)
    return redirect(batch)


def _refused(request, batch, form, refusal: Refused):
    """The page as it is now, the form as it was filled."""
    fresh = Batch.objects.unguarded("the view was given this object by its rule").for_detail().get(pk=batch.pk)
    status = 409 if isinstance(refusal, Stale) else 422
    return show(request, fresh, status=status, failed=form, refused=refusal.reasons)


def _item(batch, position):
    item = batch.items.filter(position=position).select_related("record").first()
    if item is None:
        raise Http404
    return item


@gives_one(Batch, "make")
@require_POST
def take_out(request, batch, position):
    item, form = _item(batch, position), ItemReasonForm(request.POST, position=position)
    if not form.is_valid():
        return show(request, batch, status=422, failed=form)
    try:
        actions.take_out(item, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        return _refused(request, batch, form, refusal)
    messages.success(request, f"第 {position} 件已移出移交批次。")
    return redirect(batch)


@gives_one(Batch, "receive")
@require_POST
def mark(request, batch, position):
    item, form = _item(batch, position), ItemReasonForm(request.POST, position=position)
    is_returned = request.POST.get("verdict") == "returned"  # taken back, it needs no reason
    if is_returned and not form.is_valid():
        return show(request, batch, status=422, failed=form)
    given = form.cleaned_data if is_returned else {"reason": "", "field": ""}
    try:
        actions.mark(item, by=request.user, is_returned=is_returned, **given)
    except Refused as refusal:
        return _refused(request, batch, form if is_returned else None, refusal)
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
        {
            "batch": batch,
            "receipt": row,
            "content": row.content,
            "returned": row.content.get("items", []),
            "states": [*row.content.get("unready", ()), *row.content.get("unopened", ())],
        },
    )

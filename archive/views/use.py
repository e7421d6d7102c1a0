"""利用申请: asked by any of the staff, decided by whoever keeps the records."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_one, may, signed_in
from units.models import AuditEvent
from units.paging import cut
from units.views import again
from units.workflow import Refused

from .. import use_acts as acts
from ..models import Record, UseRequest
from ..states import Access, UseState
from ..use_forms import AskForm, DecideForm
from ..use_workflow import USE


@signed_in
@require_http_methods(["GET", "POST"])
def uses(request):
    """The visitor's own requests, those that wait for him, and a new one."""
    sent = request.POST if request.method == "POST" else None
    form = AskForm(sent, user=request.user, initial={"wanted": request.GET.get("wanted", "")})
    form_drafts.attend(request, form, "archive:use")
    readable = form.readable(request.user) if form.is_valid() else None
    if readable is not None:
        may_read = "已开放，可直接查阅" if readable.access_status == Access.OPEN else "您已可查阅"
        form.add_error("wanted", f"{may_read}：“{readable.title}”（{readable.archival_code}），不必申请，没有提交。")
    if request.method == "POST" and form.is_valid():
        try:
            asked = acts.ask(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
        else:
            messages.success(request, f"已向{asked.keeper}提出利用申请。")
            return redirect(asked)
    rows = UseRequest.objects.allowing("view", request.user).select_related("unit", "keeper", "asked_by", "asked_for")
    waiting = UseRequest.objects.allowing("decide", request.user).filter(state=UseState.ASKED)
    context = {
        "form": form, "page": cut(rows.select_related("grant"), request, order=("-asked_at", "-pk")),
        "waiting": list(waiting.select_related("unit", "asked_by", "asked_for")[:50]), "today": timezone.localdate(),
        "readable": readable,
    }  # fmt: skip
    return render(request, "archive/schedules/uses.html", context, status=422 if form.errors else 200)


@gives_one(UseRequest)
@require_safe
def use(request, asked):
    return show(request, asked)


def show(request, asked, *, status: int = 200, form=None):
    steps = USE.open_to(request.user, asked)
    decides = any(step.permission == "decide" for step in steps)
    if decides and form is None:
        form = DecideForm(request=asked, user=request.user)
    if form is not None:
        form_drafts.attend(request, form, "use:decide", of=asked)
    record = _granted(request.user, asked)
    context = {
        "asked": asked, "form": form if decides else None, "withdraws": any(step.name == "withdraw" for step in steps),
        "record": record, "today": timezone.localdate(),
        "passes_on": any(step.name == "pass_on" for step in steps),
        "passed": AuditEvent.objects.of(asked).filter(verb="pass_on"),
    }  # fmt: skip
    return render(request, "archive/schedules/use.html", context, status=status)


def _granted(user, asked) -> Record | None:
    """The record that was given, while the visitor may read it."""
    if asked.grant is None:
        return None
    return Record.objects.allowing("view", user).filter(pk=asked.grant.record_id).first()


@gives_one(UseRequest)
@require_POST
def act(request, asked, step):
    found = USE.get(step)
    if found is None:
        raise Http404
    if not may(request.user, found.permission, asked):
        raise Http404
    form = DecideForm(request.POST, request=asked, user=request.user, step=step)
    if not form.is_valid():
        return show(request, asked, status=422, form=form)
    try:
        given = form.given() or found.input()
        USE.perform(found, asked, by=request.user, note=form.cleaned_data["note"], given=given,
                    version=form.cleaned_data["version"])  # fmt: skip
    except Refused as refusal:
        status = again.refused(form, refusal, asked)
        asked.refresh_from_db()
        return show(request, asked, status=status, form=form)
    messages.success(request, found.done)
    return redirect(asked if may(request.user, "view", asked) else "archive:uses")

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
from ..use_forms import AskForm, DecideForm, EndForm, PlainForm
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
            messages.success(request, f"已向{asked.deciders_shown}提出利用申请。")
            return redirect(asked)
    rows = UseRequest.objects.allowing("view", request.user).select_related("unit", "keeper", "asked_by", "asked_for")
    waiting = UseRequest.objects.allowing("decide", request.user).filter(state=UseState.ASKED)
    context = {
        "form": form, "page": cut(rows.select_related("grant"), request, order=("-asked_at", "-pk")),
        "waiting": list(waiting.select_related("unit", "keeper", "asked_by", "asked_for")[:50]),
        "today": timezone.localdate(), "readable": readable,
    }  # fmt: skip
    return render(request, "archive/schedules/uses.html", context, status=422 if form.errors else 200)


@gives_one(UseRequest)
@require_safe
def use(request, asked):
    return show(request, asked)


ENDED, ENDS = (UseState.ENDED, UseState.GIVEN_BACK), ("end", "give_back")
OWN_STEPS = ("withdraw", "give_back", "know")  # of the applicant: a button each


def show(request, asked, *, status: int = 200, form=None, end_form=None):
    steps = USE.open_to(request.user, asked)
    decides = any(step.permission == "decide" for step in steps)
    if decides and form is None:
        form = DecideForm(request=asked, user=request.user)
    if form is not None:
        form_drafts.attend(request, form, "use:decide", of=asked)
    end_form = _end_form(request, asked, end_form) if any(step.name == "end" for step in steps) else None
    record = _granted(request.user, asked)
    context = {
        "asked": asked, "form": form if decides else None,
        "own_steps": [step for step in steps if step.name in OWN_STEPS],
        "end_form": end_form,
        "ended": AuditEvent.objects.of(asked).filter(verb__in=ENDS).first() if asked.state in ENDED else None,
        "record": record, "today": timezone.localdate(),
        "passes_on": any(step.name == "pass_on" for step in steps),
        "passed": AuditEvent.objects.of(asked).filter(verb="pass_on"),
    }  # fmt: skip
    return render(request, "archive/schedules/use.html", context, status=status)


def _end_form(request, asked, refused: EndForm | None) -> EndForm:
    form = refused or EndForm(initial={"version": asked.version})
    return form_drafts.attend(request, form, "use:end", of=asked)


def _granted(user, asked) -> Record | None:
    """The record that was given, while the visitor may read it."""
    if asked.grant is None:
        return None
    return Record.objects.allowing("view", user).filter(pk=asked.grant.record_id).first()


def _form_of(request, asked, step):
    if step.permission == "decide":
        return DecideForm(request.POST, request=asked, user=request.user, step=step.name)
    return EndForm(request.POST) if step.name == "end" else PlainForm(request.POST)


def _shown_again(request, asked, form, status: int):
    """The page with what was typed and why it was not done."""
    if isinstance(form, DecideForm):
        return show(request, asked, status=status, form=form)
    if isinstance(form, EndForm):
        return show(request, asked, status=status, end_form=form)
    for texts in form.errors.values():
        messages.error(request, "".join(map(str, texts)))
    return show(request, asked, status=status)


@gives_one(UseRequest)
@require_POST
def act(request, asked, step):
    found = USE.get(step)
    if found is None:
        raise Http404
    if not may(request.user, found.permission, asked):
        raise Http404
    form = _form_of(request, asked, found)
    if not form.is_valid():
        return _shown_again(request, asked, form, 422)
    try:
        given = (form.given() if isinstance(form, DecideForm) else None) or found.input()
        USE.perform(found, asked, by=request.user, note=form.cleaned_data["note"], given=given,
                    version=form.cleaned_data["version"])  # fmt: skip
    except Refused as refusal:
        status = again.refused(form, refusal, asked)
        asked.refresh_from_db()
        return _shown_again(request, asked, form, status)
    messages.success(request, found.done)
    return redirect(asked if may(request.user, "view", asked) else "archive:uses")

"""印章管理 for the keeper, and 验章 for everybody who is signed in."""

import hashlib

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.examination import safe_filename
from paper import authority, checking
from units import form_drafts
from units.access import gives_one, needs, signed_in, units_with
from units.models import AuditEvent, Unit
from units.workflow import Refused

from .. import name_stamps, seal_book
from ..after_checking import standing_of
from ..models import Sealing, UnitSeal
from ..seal_forms import CheckForm, SealActForm, SealForm, StampForm
from ..states import SealState

STAMP = "stamp"  # the button of the form of a 签名章


@needs("seal_documents")
@require_http_methods(["GET", "POST"])
def seals(request):
    """The seals that the visitor keeps, each with its picture, and a form for a new one or for a 签名章."""
    units = Unit.objects.filter(pk__in=units_with("seal_documents", request.user)).order_by("code")
    of_person = STAMP in request.POST
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SealForm(*(() if of_person else sent), units=units)
    stamp = StampForm(*(sent if of_person else ()), units=units)
    form_drafts.attend(request, form, "documents:seals")
    form_drafts.attend(request, stamp, "documents:name_stamps")
    filled = stamp if of_person else form
    register = name_stamps.register if of_person else seal_book.register
    if request.method == "POST" and filled.is_valid():
        try:
            made = register(filled.given(), unit=filled.cleaned_data["unit"], by=request.user)
        except Refused as refusal:
            for reason in refusal.reasons:
                filled.add_error("imprint", reason)
        else:
            messages.success(request, f"“{made}”已启用。")
            return redirect(made)
    context = {"rows": _rows(request.user, units), "form": form, "stamp": stamp, "filled": filled}
    return render(request, "documents/seals.html", context, status=422 if filled.is_bound else 200)


def _rows(user, units) -> list[dict]:
    """`has_left`: he whose 签名章 it is signs here no more."""
    rows = list(UnitSeal.objects.allowing("view", user).select_related("unit", "imprint").order_by("unit__code", "-pk"))
    has_stamps = any(one.holder_id for one in rows)
    sign_here = set(name_stamps.may_hold(units).values_list("pk", flat=True)) if has_stamps else set()
    return [
        {
            "seal": one,
            "shown": seal_book.for_screen(one).svg,
            "has_left": one.holder_id is not None and one.state == SealState.IN_USE and one.holder_id not in sign_here,
        }
        for one in rows
    ]


@gives_one(UnitSeal)
@require_safe
def seal(request, seal):
    return _show(request, seal)


def _show(request, seal, *, status: int = 200, failed=None):
    forms = [SealActForm(act=act) for act in seal_book.SEALS.open_to(request.user, seal)]
    if failed is not None:
        forms = [failed if form.act is failed.act else form for form in forms]
    for form in forms:
        form_drafts.attend(request, form, f"seal:{form.act.name}", of=seal)
    context = {
        "seal": seal,
        "shown": seal_book.for_screen(seal).svg,
        "forms": forms,
        "failed": failed,
        "times_used": seal.sealings.count(),
        "certificate": _certificate(seal.unit),
        "events": AuditEvent.objects.of(seal),
    }
    return render(request, "documents/seal.html", context, status=status)


def _certificate(unit) -> str:
    """The unit's certificate in words; the keeper sees before he seals that it runs out."""
    found = authority.certificate_of(unit.code)
    if found is None:
        return "尚未签发"
    return f"{found.state(timezone.now())}，至 {found.until[:10]}，序列号 {found.serial}"


@gives_one(UnitSeal, "keep")
@require_POST
def seal_act(request, seal, name):
    """停用, 恢复使用 or 缴销; what bars it is said at its form."""
    act = seal_book.SEALS.get(name)
    if act is None:
        raise Http404
    form = SealActForm(request.POST, act=act)
    if not form.is_valid():
        return _show(request, seal, status=422, failed=form)
    try:
        seal_book.SEALS.perform(act, seal, by=request.user, note=form.cleaned_data["note"])
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error("note", reason)
        return _show(request, seal, status=422, failed=form)
    messages.success(request, f"“{seal}”{act.done}。")
    return redirect(seal)


@signed_in
@require_http_methods(["GET", "POST"])
def check_seal(request):
    """A PDF is judged and forgotten; nothing of it is kept."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    context = {"form": form}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data["file"].read()
        context |= {
            "name": safe_filename(form.cleaned_data["file"].name or ""),
            "checked": checking.check_seals(data),
            "is_ours": Sealing.objects.filter(after=(digest := hashlib.sha256(data).hexdigest())).exists(),
            "standing": standing_of(digest, request.user),
        }
    return render(request, "documents/check_seal.html", context, status=422 if form.is_bound and form.errors else 200)

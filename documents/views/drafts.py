"""拟稿, 修改, 来文登记, and the files that go with them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from units.access import gives_one, needs, units_with
from units.doors import logged
from units.models import Unit
from units.workflow import Refused, Stale

from .. import actions
from ..conditions import may_be_answered
from ..forms import DraftForm, OutsideForm
from ..models import Document
from ..states import AddresseeKind


@needs("draft_documents")
@require_http_methods(["GET", "POST"])
def draft(request):
    """A new draft; with ?reply_to=UID it answers a received request (批复, 复函)."""
    answered = _answered(request)
    initial = {}
    if answered is not None:
        initial = {
            "title": f"关于{answered.title}的批复",
            "doc_type": "reply_to_request",
            "main": [answered.sender_unit_id],
        }
    _refuse_secret(request)
    form = DraftForm(request.POST or None, units=actions.may_draft_for(request.user), initial=initial)
    if request.method == "POST" and form.is_valid():
        document = actions.create_draft(
            form.cleaned_data,
            unit=form.cleaned_data["unit"],
            by=request.user,
            addressees=form.addressees(),
            countersigners=form.cleaned_data["countersigners"],
            replies_to=answered.issued if answered is not None else None,
        )
        messages.success(request, "草稿已保存，可添加附件，核对版面后送审。")
        return redirect(document)
    return render(request, "documents/draft.html", {"form": form, "answered": answered}, status=_status(form))


def _answered(request):
    uid = request.GET.get("reply_to")
    if not uid:
        return None
    try:
        rows = Document.objects.allowing("view", request.user).allowing("answer", request.user)
        found = rows.select_related("unit", "issued", "sender_unit").filter(uid=uid, issued__isnull=False).first()
    except (ValueError, ValidationError) as error:  # a uid that is none
        raise Http404 from error
    if found is None:
        raise Http404
    if reason := may_be_answered(found):
        raise Refused(reason)
    return found


def _refuse_secret(request) -> None:
    """The class is judged before anything else is read: nothing of a secret draft is stored or shown again."""
    if request.method == "POST":
        actions.refuse_secret(request.POST.get("security_class", ""), request.user)
        actions.tell_of_marks(request.POST, request.user)


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200


def initial_of(document) -> dict:
    names = [name for name in DraftForm.base_fields if hasattr(document, name) and name not in ("main", "cc")]
    found = {name: getattr(document, name) for name in names if name not in ("countersigners", "unit")}
    rows = list(document.addressees.all())
    for kind, inside, outside in ((AddresseeKind.MAIN, "main", "main_outside"), (AddresseeKind.CC, "cc", "cc_outside")):
        found[inside] = [one.unit_id for one in rows if one.kind == kind and one.unit_id]
        found[outside] = "、".join(one.name for one in rows if one.kind == kind and not one.unit_id)
    found["countersigners"] = list(document.countersigners.values_list("unit", flat=True))
    return found | {"unit": document.unit_id, "version": document.version}


@gives_one(Document, "edit")
@logged()
@require_http_methods(["GET", "POST"])
def edit(request, document):
    if document.is_incoming:
        raise Http404
    _refuse_secret(request)
    form = DraftForm(request.POST or None, units=[document.unit], initial=initial_of(document))
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_draft(
                document,
                form.cleaned_data,
                by=request.user,
                version=form.cleaned_data["version"] or 0,
                addressees=form.addressees(),
                countersigners=form.cleaned_data["countersigners"],
            )
        except Stale as stale:
            return _both(request, document, form, stale)
        messages.success(request, "修改已保存。")
        return redirect(document)
    return render(request, "documents/draft.html", {"form": form, "document": document}, status=_status(form))


def _both(request, document, form, stale):
    """Somebody else saved first: both texts side by side, nothing lost, nothing overwritten."""
    document.refresh_from_db()
    mine = [(form.fields[name].label, form.cleaned_data[name]) for name in ("title", "body")]
    theirs = [("标题", document.title), ("正文", document.body)]
    pairs = [(label, own, other) for (label, own), (_, other) in zip(mine, theirs, strict=True)]
    context = {"document": document, "pairs": pairs, "reasons": stale.reasons}
    return render(request, "documents/conflict.html", context, status=409)


@needs("receive_documents")
@require_http_methods(["GET", "POST"])
def register_outside(request):
    _refuse_secret(request)
    units = Unit.objects.filter(pk__in=units_with("receive_documents", request.user))
    form = OutsideForm(request.POST or None, units=list(units))
    if request.method == "POST" and form.is_valid():
        document = actions.register_outside(form.cleaned_data, unit=form.cleaned_data["unit"], by=request.user)
        messages.success(request, "来文已签收，请上传扫描件并登记。")
        return redirect(document)
    return render(request, "documents/outside.html", {"form": form}, status=_status(form))


@gives_one(Document, "edit")
@require_POST
def detach(request, document, attachment):
    row = document.attachments.filter(uid=attachment).first()
    if row is None:
        raise Http404
    actions.detach(row, by=request.user)
    messages.success(request, f"已移除“{row.name}”。")
    return redirect(document)

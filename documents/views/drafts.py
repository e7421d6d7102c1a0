"""拟稿, 修改, 收文登记, and the files that go with them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from units import form_drafts, sent_once
from units.access import gives_one, may, needs, units_with
from units.doors import logged
from units.models import Unit
from units.workflow import Refused, Stale

from .. import (
    actions,
    answering,
    correction_notices,
    drafted_files,
    going_back_notices,
    hanging,
    issuers,
    registering,
    reply_call_forms,
    starting,
)
from .. import report_forms as drafting
from ..conditions import may_be_answered
from ..exchange_forms import DraftForm
from ..models import Document
from ..received_forms import OutsideForm, initial_of_received, tabs_of
from ..states import AddresseeKind, Direction, ReceivedAs
from .conflict import both


@sent_once.answers_itself("one form is one document, whatever was changed in it since")
@needs("draft_documents")
@require_http_methods(["GET", "POST"])
def draft(request):
    """A new draft, of a 签报 with ?as=report; with ?reply_to=UID it answers a received 请示 (批复), with ?answers=UID another
    received paper (复文), with ?base= or ?pattern= it begins so."""
    if (made := _made_already(request)) is not None:
        messages.info(request, "这份草稿已经保存，可在此继续修改。")
        return redirect("documents:edit", made.uid) if may(request.user, "edit", made) else redirect(made)
    answered = _answered(request)
    start = starting.start_of(request.GET, request.user)
    if start is None and request.method == "GET":
        raise Http404
    initial = dict(start.initial) if start is not None else {}
    if answered is not None:
        initial = {
            "title": answering.title_of(answered, "批复"),
            "doc_type": "reply_to_request",
            "main": [answered.sender_unit_id],
        }
    if (letter := _letter(request)) is not None:
        initial = answering.initial_of(letter)
    secret = _told_of_secret(request)
    direction = Direction.INTERNAL if start is not None and start.is_report else drafting.direction_of(request)
    form = drafting.form_of(direction)(
        request.POST or None, _files(request, secret), units=actions.may_draft_for(request.user), by=request.user,
        initial=initial,
    )  # fmt: skip
    form_drafts.attend(request, form, drafting.NAMES[direction])
    _say_secret(form, secret)
    if request.method == "POST" and form.is_valid():
        return _create(request, form, answered, letter)
    begun_blank = answered is None and letter is None and (start is None or start == starting.Start())
    tabs = drafting.tabs_of(direction, reverse("documents:draft")) if begun_blank else []
    patterns = [] if direction == Direction.INTERNAL else starting.patterns_for(request.user)
    context = {"form": form, "answered": answered or letter, "start": start, "patterns": patterns, "tabs": tabs}
    return render(request, "documents/draft.html", context, status=_status(form))


def _made_already(request) -> Document | None:
    """Back, or a second look at an address whose form was saved: there is one draft of one form."""
    if request.method != "GET" or not request.GET.get(form_drafts.ADDRESS):
        return None
    try:
        made = actions.made_from(request.GET[form_drafts.ADDRESS], by=request.user)
    except (ValueError, ValidationError):  # a uid that is none
        return None
    return made if made is not None and may(request.user, "view", made) else None


def _create(request, form, answered, letter):
    """A draft, or what this very form has made before: the Back button and a second click make no second one."""
    sent = form_drafts.posted(request)
    form_uid = sent.uid if sent is not None else None
    made = actions.made_from(form_uid, by=request.user)
    if made is not None and made.hidden_at is None:
        return _save_again(request, made, form)
    try:
        document = drafted_files.create(
            form.cleaned_data,
            unit=form.cleaned_data["unit"],
            by=request.user,
            direction=form.makes,
            addressees=form.addressees(),
            countersigners=form.cleaned_data["countersigners"],
            replies_to=answered.issued if answered is not None else None,
            form_uid=form_uid if made is None else None,
            files=form.cleaned_data["attached"],
            call=form.reply_call(),
            answers=letter,
        )
    except IntegrityError:  # two clicks at once
        if (made := actions.made_from(form_uid, by=request.user)) is None:
            raise
        return _save_again(request, made, form)
    messages.success(request, "草稿已保存，核对版面后送审。")
    _tell_of_a_file_left(request)
    return redirect(document)


def _tell_of_a_file_left(request) -> None:
    """A Word file was chosen, and the draft saved without its words."""
    upload = request.FILES.get("word")
    if name := request.POST.get("word") or (upload.name if upload else ""):
        messages.warning(request, f"所选的 Word 文件“{name[:80]}”没有导入；要导入，请在修改草稿时点“导入”。")


def _save_again(request, made, form):
    first = drafting.form_of(made.direction)(
        request.POST, units=actions.may_draft_for(request.user), by=request.user, initial=initial_of(made)
    )
    if not set(first.changed_data) - {"version"} and not form.cleaned_data["attached"]:
        messages.info(request, "这份草稿已经保存，没有另建一份。")
        return redirect(made)
    if not may(request.user, "edit", made):
        return both(request, made, form, Stale(f"“{made}”已经保存，现为“{made.get_state_display()}”，不能再修改。"))
    return _save(request, made, form, version=1)


def _letter(request) -> Document | None:
    """起草复文: the received paper that `?answers=` names; 404 when the visitor may not answer it, None without one."""
    if not (uid := request.GET.get("answers")):
        return None
    if (found := answering.named(request.user, uid)) is None:
        raise Http404
    return found


def _answered(request):
    return answered_by(request, request.GET.get("reply_to"))


def answered_by(request, uid: str | None) -> Document | None:
    """The received 请示 with this uid, when the visitor may reply to it; 404 otherwise, None without a uid."""
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


def _told_of_secret(request) -> str:
    """The class is judged before a file is read: nothing of a secret draft is stored; the form is given back (422)."""
    if request.method != "POST":
        return ""
    if said := actions.told_of_secret(request.POST.get("security_class", ""), request.user):
        return said
    actions.tell_of_marks(request.POST, request.user)
    return ""


def _files(request, secret: str):
    return None if secret else request.FILES or None


def _say_secret(form, secret: str) -> None:
    if secret:
        form.full_clean()
        form.add_error("security_class", secret)


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
    found |= issuers.initial_of(document) | reply_call_forms.initial_of(document)
    return found | {"unit": document.unit_id, "version": document.version}


@gives_one(Document, "edit")
@logged()
@require_http_methods(["GET", "POST"])
def edit(request, document):
    if document.is_incoming:
        raise Http404
    secret = _told_of_secret(request)
    form = drafting.form_of(document.direction)(
        request.POST or None, _files(request, secret), units=[document.unit], by=request.user,
        initial=initial_of(document),
    )  # fmt: skip
    form_drafts.attend(request, form, "document:edit", of=document, version=document.version, page=request.path)
    _say_secret(form, secret)
    if request.method == "POST" and form.is_valid():
        return _save(request, document, form, version=form.cleaned_data["version"] or 0)
    context = {"form": form, "document": document, "notices": _notices(request, document)}
    return render(request, "documents/draft.html", context, status=_status(form))


def _notices(request, document) -> list[going_back_notices.Notice]:
    """Why it is changed: it corrects what went out, or came back."""
    hanging.attach(document, request.user)
    return [*correction_notices.on_draft(document, request.user), *going_back_notices.on_draft(document)]


def _save(request, document, form, *, version: int):
    """Overwrite; somebody else's saving in between is shown beside one's own text, and nothing is lost."""
    try:
        drafted_files.save(
            document,
            form.cleaned_data,
            by=request.user,
            version=version,
            addressees=form.addressees(),
            countersigners=form.cleaned_data["countersigners"],
            files=form.cleaned_data["attached"],
            call=form.reply_call(),
        )
    except Stale as stale:
        document.refresh_from_db()
        return both(request, document, form, stale, initial=initial_of(document))
    messages.success(request, "修改已保存。")
    _tell_of_a_file_left(request)
    return redirect(document)


@sent_once.answers_itself("one form is one document, whatever was changed in it since")
@needs("receive_documents")
@require_http_methods(["GET", "POST"])
def register_outside(request):
    _refuse_secret(request)
    if (made := _made_already(request)) is not None:
        messages.info(request, "这份来文已经签收保存。")
        return redirect(made)
    units = Unit.objects.filter(pk__in=units_with("receive_documents", request.user))
    form = OutsideForm(
        request.POST or None, request.FILES or None, units=list(units), kind=request.GET.get("as", ""), by=request.user
    )
    form_drafts.attend(request, form, "document:outside")
    status = _status(form)
    if request.method == "POST" and form.is_valid():
        sent = form_drafts.posted(request)
        made = actions.made_from(sent.uid if sent else None, by=request.user)
        if made is None:
            return _register(request, form, sent.uid if sent else None)
        if not _differs(request, made, units):
            messages.info(request, "这份来文已经签收保存，没有另登一份。")
            return redirect(made)
        form.add_error(None, f"此表已签收保存为“{made}”，不能再改；如确是另一份来文，请从“收文登记”重新填写。")
        status = 409
    context = {"form": form, "tabs": tabs_of(form.kind, reverse("documents:register_outside"))}
    return render(request, "documents/outside.html", context, status=status)


def _register(request, form, form_uid):
    try:
        document = registering.register_outside(
            form.cleaned_data, unit=form.cleaned_data["unit"], by=request.user, form_uid=form_uid,
            repeat_reason=form.cleaned_data["repeat_reason"], scans=form.cleaned_data["scans"],
        )  # fmt: skip
    except IntegrityError:  # two clicks at once
        if (document := actions.made_from(form_uid, by=request.user)) is None:
            raise
    has_all = form.kind == ReceivedAs.TELEPHONE or form.cleaned_data["scans"]  # a call has nothing to scan
    rest = "请登记" if has_all else "请上传扫描件并登记"
    messages.success(request, f"来文已签收，{rest}。")
    return redirect(document)


def _differs(request, made, units) -> bool:
    form = OutsideForm(request.POST, units=list(units), initial=initial_of_received(made))
    return form.kind != made.received_as or bool(set(form.changed_data) - {"received_as", "scans"})


@gives_one(Document, "edit")
@require_POST
def detach(request, document, attachment):
    row = document.attachments.filter(uid=attachment).first()
    if row is None:
        raise Http404
    actions.detach(row, by=request.user)
    messages.success(request, f"已移除“{row.name}”。")
    return redirect(f"{document.get_absolute_url()}#files")


@gives_one(Document, "edit")
@require_POST
def move(request, document, attachment):
    """上移 or 下移; the page comes back at the file that was moved, for the next press of a key."""
    row = document.attachments.filter(uid=attachment, removed_at=None).first()
    way = request.POST.get("way")
    if row is None or way not in ("up", "down"):
        raise Http404
    actions.move_attachment(row, by=request.user, up=way == "up")
    return redirect(f"{document.get_absolute_url()}#file-{row.uid}")

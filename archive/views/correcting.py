"""更正: the form of everything that describes a record, its files as versions, what was changed, and repairs."""

from datetime import datetime, time

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_one, may
from units.behind import changed_since
from units.doors import logged
from units.texts import some_of
from units.views import again
from units.workflow import Refused, Stale

from .. import correction, mending
from ..changes import changes_of
from ..correct_forms import AnswerForm, CorrectForm, FileForm, RecordFields, SendBackForm, initial_of
from ..disposed import barred
from ..inspection import remarked, still_failing
from ..models import Record, YearFixed
from ..unboxing import box_of

MOST_TOLD = 3  # findings that one message names
STILL_OPEN = "此件的退回补正尚未答复，答复前不能再次移交，请答复补正。"


@gives_one(Record, "arrange")
@logged()
@require_http_methods(["GET", "POST"])
def correct(request, record):
    if reason := barred(record, "更正"):
        raise Refused(reason)
    form = CorrectForm(request.POST or None, record=record)
    if request.method == "POST" and form.is_valid():
        return _corrected(request, record, form)
    return page(request, record, form)


def page(request, record, form, *, status: int = 0, file_form=None, conflict=None):
    """The form, with the one of files beside it; `field` or `file` of the address is that of an inspection finding."""
    address = reverse("archive:correct", args=[record.uid])
    form_drafts.attend(request, form, "record:correct", of=record, version=record.version, page=address, offers=True)
    files = file_form or FileForm(record=record)
    if request.GET.get("file") in files.present:  # the file that the inspection speaks of
        files.initial["replaces"] = request.GET["file"]
    form_drafts.attend(request, files, "record:put_file", of=record, page=address)
    asked = request.GET.get("field", "")
    if asked in form.fields and not form.is_bound:
        form.fields[asked].widget.attrs["autofocus"] = True
    context = {
        "record": record,
        "form": form,
        "file_form": files,
        "conflict": conflict,
        "box": box_of(record),
        "loan": record.loans.filter(returned_on=None).first() if record.paper_exists else None,
        "fixed": YearFixed.objects.filter(fonds=record.fonds_id, year=record.year, reopened_at=None).first(),
        "finding": record.findings.filter(settled_at=None, field=asked).first() if asked else None,
    }
    failed = form.errors or files.errors
    return render(request, "archive/correct.html", context, status=status or (422 if failed else 200))


def _corrected(request, record, form):
    changes, version = form.changes_of(record), form.cleaned_data["version"] or 0
    if version == record.version and not changes:
        form.add_error(None, "内容没有改动，不必更正。")
        return page(request, record, form)
    code, box = record.archival_code, box_of(record)
    try:
        row = correction.correct(
            record, changes=changes, reason=form.cleaned_data["reason"], by=request.user, version=version
        )
    except Stale as stale:
        return _both(request, record, form, stale)
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return page(request, record, form)
    moved = f"，档号由 {code} 改为 {row.archival_code}，原档号作废" if row.archival_code != code else ""
    out = f"。纸质件已不属“{box}”，从盒中取出并记入备考表，请重新装盒" if box is not None and not row.box else ""
    messages.success(request, f"已更正{moved}{out}。")
    for told in remarked(row, {*changes, *(("year",) if "date" in changes else ())}):
        messages.warning(request, told)
    _warn(request, row)
    return redirect(record)


def _warn(request, record) -> None:
    """What is left to do after a correction; what was wrong before it does not refuse it."""
    if mending.open_mend_of(record) is not None:
        messages.warning(request, STILL_OPEN)
    if found := still_failing(record):
        told = some_of(found, MOST_TOLD, between="")
        messages.warning(request, f"此件还有 {len(found)} 处检测不合格，请另行补正：{told}")


def _both(request, record, sent, stale):
    """Somebody else's correction came first: both values on top, and a form with one's own on the present version."""
    version, reason = sent.cleaned_data["version"] or 0, sent.cleaned_data["reason"]
    told = changed_since(record, version)
    record.refresh_from_db()
    mine = {name: sent[name].value() or "" for name in RecordFields.base_fields}
    before, now = _at(record, version), initial_of(record)
    kept, pairs = {}, []
    for name in RecordFields.base_fields:
        typed, stored = str(mine[name]), str(now[name])
        touched = before is None or typed != str(before[name])
        kept[name] = mine[name] if touched else now[name]
        if touched and typed != stored:
            pairs.append((sent.fields[name].label, _said(sent, name, typed), _said(sent, name, stored)))
    form = CorrectForm(record=record, initial=kept | {"reason": reason, "version": record.version})
    conflict = {"reasons": stale.reasons, "told": told, "pairs": pairs}
    return page(request, record, form, status=409, conflict=conflict)


def _at(record, version: int) -> dict | None:
    """What the person's page showed: the record as of `version`; None when that is not known."""
    row = record.history.filter(version=version).order_by("history_id").last()
    if row is None:
        return None
    names = [*RecordFields.base_fields, "date_precision"]
    return initial_of(Record(**{name: getattr(row, name) for name in names}))


def _said(form, name: str, value: str) -> str:
    choices = getattr(form.fields[name], "choices", None)
    return str(dict(choices).get(value, value)) if choices else value


@gives_one(Record, "arrange")
@require_POST
def put_file(request, record):
    form = FileForm(request.POST, request.FILES, record=record)
    if form.is_valid():
        given = form.cleaned_data
        try:
            correction.change_files(
                record, form.new(), by=request.user, reason=given["reason"], version=given["version"] or 0
            )
        except Refused as refusal:
            status = again.refused(form, refusal, record)
            return page(request, record, CorrectForm(record=record), file_form=form, status=status)
        else:
            for name, _ in given["file"]:
                kept = "归入，原来的一份保留为旧版本" if given["replaces"] else "补充归入"
                messages.success(request, f"“{name}”已{kept}。")
            _warn(request, record)
            return redirect(record)
    return page(request, record, CorrectForm(record=record), file_form=form)


@gives_one(Record, "inside")
@logged()
@require_safe
def history(request, record):
    """变更记录: every changed field with old and new value, person, post, reason and time."""
    codes = record.codes.order_by("pk")
    context = {"record": record, "changes": changes_of(record), "codes": codes if len(codes) > 1 else []}
    return render(request, "archive/history.html", context)


@gives_one(Record, "arrange")
@require_http_methods(["GET", "POST"])
def send_back(request, record):
    """退档 to the department, with the reason."""
    if reason := barred(record, "退档"):
        raise Refused(reason)
    form = SendBackForm(request.POST or None, initial={"version": record.version})
    address = reverse("archive:send_back", args=[record.uid])
    form_drafts.attend(request, form, "record:send_back", of=record, page=address)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        due = given["due_on"]
        try:
            task = mending.send_back(
                record, by=request.user, reason=given["reason"], version=given["version"] or 0, field=given["field"],
                due_at=timezone.make_aware(datetime.combine(due, time(23, 59))) if due else None,
            )  # fmt: skip
        except Refused as refusal:
            status = again.refused(form, refusal, record)
        else:
            messages.success(request, f"已退回{task.assignee.name if task.assignee else task.post}补正。")
            return redirect(record)
    status = 422 if status == 200 and form.errors else status
    context = {"record": record, "form": form, "handler": mending.handler_of(record)}
    return render(request, "archive/send_back.html", context, status=status)


@gives_one(Record, "mend")
@require_http_methods(["GET", "POST"])
def answer_mend(request, record):
    """补正答复 of whoever it was sent back to."""
    task = mending.open_mend_of(record)
    remark = task.remark if task else ""
    form = AnswerForm(request.POST or None, request.FILES or None, record=record, remark=remark)
    form = form_drafts.attend(
        request, form, "record:answer_mend", of=record, version=record.version, page=request.path,
        offers=bool(form.asked),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            answer = form.cleaned_data["answer"]
            mending.answer_mend(record, by=request.user, answer=answer, files=form.new(), changes=form.changes())
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            is_own = may(request.user, "arrange", record)
            messages.success(request, "已答复，请核对。" if is_own else "已答复，待档案员核对。")
            return redirect(record if may(request.user, "view", record) else "documents:waiting")
    context = {"record": record, "form": form, "task": task}
    return render(request, "archive/answer_mend.html", context, status=422 if form.errors else 200)

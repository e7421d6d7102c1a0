"""Offline media: registered, checked, retired; the digest list that goes with one."""

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from paper.medium_label import render_medium_label
from units import form_drafts
from units.access import gives_one, may, needs
from units.doors import logged
from units.workflow import Refused

from ..holding import backups
from ..holding import media as acts
from ..media_forms import CheckForm, MediumForm, RetireForm
from ..medium_labels import label_of
from ..models import Batch, StorageMedium
from ..states import MediumState
from .registers import receiving_archive


@needs("receive_batches")
@require_http_methods(["GET", "POST"])
def register_medium(request):
    archive = receiving_archive(request.user)
    batches = Batch.objects.allowing("receive", request.user).filter(archive=archive)
    form = form_drafts.attend(
        request, MediumForm(request.POST or None, batches=batches, initial={"way": "full"}), "medium:new"
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = acts.register(archive, by=request.user, **form.given())
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"载体 {row.number} 已登记，数字摘要清单可在本页下载。")
            return redirect(row)
    return render(request, "transfer/register_medium.html", {"form": form}, status=422 if form.errors else 200)


@gives_one(StorageMedium)
@require_safe
def medium(request, row):
    return _shown(request, row)


def _shown(request, row: StorageMedium, *, check=None, retire=None, status: int = 200):
    contents = list(row.contents.select_related("part__batch__unit"))
    checks = list(row.checks.select_related("checked_by").order_by("-pk"))
    sound = [one.checked_on for one in checks if not one.wrong]
    is_kept = row.state == MediumState.KEPT
    may_enter = is_kept and may(request.user, "enter", row)
    needed = acts.sample_size(row)
    context = {
        "medium": row, "contents": contents, "checks": checks,
        "records": sum(one.part.record_count for one in contents),
        "bytes": sum(one.bytes for one in contents), "due_on": acts.due_on(row, max(sound, default=None)),
        "is_kept": is_kept, "needed": needed,
        "check_form": (check or _attended(request, CheckForm(initial={"looked_at": needed}), "check", row))
        if may_enter else None,
        "retire_form": (retire or _attended(request, RetireForm(), "retire", row)) if may_enter else None,
    }  # fmt: skip
    return render(request, "transfer/medium.html", context, status=status)


def _attended(request, form, what: str, row: StorageMedium):
    return form_drafts.attend(request, form, f"medium:{what}", of=row)


@gives_one(StorageMedium, "enter")
@require_POST
def check_medium(request, row):
    form = _attended(request, CheckForm(request.POST), "check", row)
    if form.is_valid():
        try:
            made = acts.note_check(row, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            told = "检测结果已登记。" if not made.wrong else "检测结果已登记；有不合格的，已发待办。"
            backups.ask_keeper(row.archive, by=request.user)  # what it was asked for may be there now
            messages.success(request, told)
            return redirect(row)
    return _shown(request, row, check=form, status=422)


@gives_one(StorageMedium, "enter")
@require_POST
def retire_medium(request, row):
    form = _attended(request, RetireForm(request.POST), "retire", row)
    if form.is_valid():
        try:
            acts.retire(row, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"载体 {row.number} 已注销，记入备份销毁登记。")
            return redirect(row)
    return _shown(request, row, retire=form, status=422)


@gives_one(StorageMedium)
@require_safe
def medium_label(request, row):
    """载体标签, to be printed and cut out."""
    moment = timezone.make_aware(datetime.combine(row.written_on, time(12)))
    pdf = render_medium_label(label_of(row), moment=moment).pdf
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="label.pdf"'
    return response


@gives_one(StorageMedium)
@require_safe
@logged("export")
def medium_digests(request, row):
    """As `sha256sum -c` reads it: one line a package, by the folder of its batch."""
    rows = row.contents.select_related("part__batch")
    text = "".join(f"{one.sha256}  {one.part.batch.issued_no}/{one.part.filename}\n" for one in rows)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="sha256.txt"'
    return response

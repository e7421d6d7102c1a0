"""One 督办: what was asked, the unit's answer, and that the inspector has read it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from units import form_drafts, reading
from units.access import gives_one, may
from units.workflow import Refused

from . import actions
from .forms import AnswerForm
from .inputs import Asked
from .models import Urging
from .periods import Period
from .views import done


@gives_one(Urging)
@require_http_methods(["GET", "POST"])
def urging(request, row):
    form = None
    if may(request.user, "answer", row) and row.answered_at is None:
        form = AnswerForm(request.POST if request.method == "POST" else None)
        form_drafts.attend(request, form, "urging:answer", of=row)
    is_to_read = reading.to_read(row, request.user).exists()
    if request.method == "POST" and is_to_read:
        actions.read_answer(row, by=request.user)
        messages.success(request, "答复已阅。")
        return redirect(row)
    if request.method == "POST":
        if form is None:
            raise Refused("这项督办已经答复，或者不由您答复。")
        if done(form, lambda given: actions.answer(row, by=request.user, text=given["text"])):
            messages.success(request, "已答复督办。")
            return redirect(row)
    period = Period(row.year, row.month)
    context = {
        "row": row,
        "form": form,
        "is_to_read": is_to_read,
        "period": period,
        "asked": Asked(period, timezone.localdate(), timezone.localdate()),
    }
    return render(request, "oversight/urging.html", context, status=422 if form is not None and form.errors else 200)

"""用印 on a register: the keeper sees the register and nothing else of the batch."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import seal_book
from units.access import gives_one
from units.doors import logged
from units.workflow import Refused

from ..conditions import sealing_is_open
from ..handover_papers import standing_signatures, states
from ..models import RegisterSeal
from ..register_seals import register_of, seal
from ..sealed_register import checked, standing_seals
from ..states import Side, SignedAs


@gives_one(RegisterSeal)
@require_http_methods(["GET", "POST"])
def register_seal(request, row):
    refused: list[str] = []
    if request.method == "POST":
        try:
            seal(row, by=request.user)
        except Refused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, "已在登记表上用印。")
            return redirect(row)
    batch, signed = row.batch, standing_signatures(row.batch)
    put = standing_seals(batch)
    open_now = row.at is None and row.void_at is None
    context = {
        "row": row,
        "batch": batch,
        "states": states(batch),
        "refused": refused,
        "columns": [(side.label, [signed.get((side, role)) for role in SignedAs], put.get(side)) for side in Side],
        "closed": sealing_is_open(batch) or seal_book.why_not(row.unit) if open_now else "",
        "open_now": open_now,
        "checked": checked(put) if any(one.at for one in put.values()) else None,
        "today": timezone.localdate(),
    }
    return render(request, "transfer/register_seal.html", context, status=422 if refused else 200)


@gives_one(RegisterSeal)
@logged()
@require_safe
def register_seal_pdf(request, row):
    response = HttpResponse(register_of(row.batch), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="register-{row.batch.batch_no}.pdf"'
    return response

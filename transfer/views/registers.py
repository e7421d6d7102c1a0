"""接收登记簿 and 移交登记簿: on screen, on paper, as workbook."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

import paper
from units.access import gives_many, units_with
from units.doors import logged
from units.models import Unit
from units.paging import cut
from units.views.errors import refused
from units.workflow import Refused

from .. import register as registers
from ..forms import RegisterForm
from ..models import Batch
from ..register import SIDES, Side

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def receiving_archive(user) -> Unit | None:
    """For which archive he registers what comes or is kept: the first where he receives, None where there is none."""
    return Unit.objects.filter(pk__in=units_with("receive_batches", user)).order_by("code").first()


class Taken:
    """A register taken away on paper or as a file, as the object of an access."""

    AUDIT_TYPE, uid = "register", None


class Chosen:
    """The part of a register that the address asks for; `rows` is None while the address is wrong."""

    def __init__(self, request, which: str, rows) -> None:
        if which not in SIDES:
            raise Http404
        self.side: Side = SIDES[which]
        self.units = units_with(self.side.right, request.user)
        senders = Unit.objects.order_by("code") if which == "accession" else None
        self.form = RegisterForm(request.GET, senders=senders)
        self.rows = None
        if self.form.is_valid():
            year, sender = self.form.cleaned_data["year"], self.form.cleaned_data.get("unit")
            self.rows = registers.batches_of(self.side, self.units, rows, year=year, sender=sender)
            self.year, self.sender = year, sender
            self.scope = "，".join(filter(None, (sender.name if sender else "", f"{year}年接收" if year else "")))

    def whole(self) -> list[dict]:
        """Every line of the choice, for paper and workbook."""
        return registers.whole_lines(self.side, self.units, self.rows, year=self.year, sender=self.sender)

    @property
    def heading(self) -> str:
        """Whose register it is; of several units only what it is."""
        own = Unit.objects.filter(pk__in=self.units)[:2]
        return f"{own[0].name if len(own) == 1 else ''}{self.side.name}"


@gives_many(Batch)
@require_safe
def register(request, rows, which):
    """One page of the register; the choice stands in the address."""
    chosen = Chosen(request, which, rows)
    context = {"side": chosen.side, "form": chosen.form, "columns": chosen.side.columns}
    if chosen.rows is None:
        return render(request, "transfer/register.html", context, status=422)
    page = cut(chosen.rows, request, order=registers.ORDER)
    lines = [
        {"batch": batch, "cells": [cell_of(name, label, line[name]) for name, label, _ in chosen.side.columns]}
        for batch, line in zip(page.items, registers.lines(chosen.side, page.items), strict=True)
    ]
    others = []
    if not page.previous_url:  # on the first page, behind its batches
        others = registers.other_lines(chosen.side, chosen.units, year=chosen.year, sender=chosen.sender)
    context["others"] = [
        [cell_of(name, label, line[name]) for name, label, _ in chosen.side.columns] for line in others
    ]
    kept = urlencode({name: value for name, value in request.GET.items() if name in ("unit", "year") and value})
    return render(request, "transfer/register.html", context | {"page": page, "lines": lines, "kept": kept})


def cell_of(name: str, label: str, value) -> tuple[str, str, str]:
    text = registers.text_of(value)
    return label, text, ("wide" if name == "codes" else "") if text else "none"


@gives_many(Batch)
@require_safe
def register_pdf(request, rows, which):
    return _taken(request, Taken(), chosen=Chosen(request, which, rows), made=_printed)


@gives_many(Batch)
@require_safe
def register_workbook(request, rows, which):
    return _taken(request, Taken(), chosen=Chosen(request, which, rows), made=_workbook)


@logged("export")
def _taken(request, taken, *, chosen: Chosen, made):
    if chosen.rows is None:
        return refused(request, [text for texts in chosen.form.errors.values() for text in texts], status=422)
    try:
        return made(request, chosen)
    except Refused as refusal:
        return refused(request, list(refusal.reasons), status=422)


def _printed(request, chosen: Chosen) -> HttpResponse:
    columns, now = chosen.side.columns, timezone.now()
    printed = paper.render_ledger(
        paper.Ledger(
            heading=chosen.heading,
            range=chosen.scope or "全部",
            made=f"{timezone.localtime(now):%Y-%m-%d %H:%M} {request.user.name} 打印",
            columns=tuple((label, width) for _, label, width in columns),
            lines=tuple(
                paper.LedgerLine(tuple(registers.text_of(line[name]) for name, _, _ in columns))
                for line in chosen.whole()
            ),
        ),
        moment=now,
    )
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{chosen.side.key}-register.pdf"'
    return response


def _workbook(request, chosen: Chosen) -> FileResponse:
    heading = f"{chosen.heading}（{chosen.scope or '全部'}）"
    book = registers.as_workbook(chosen.side, heading, chosen.whole(), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"{chosen.side.name}.xlsx", content_type=BOOK)

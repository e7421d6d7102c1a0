"""单套管理台账: what is in force, entering one, and one entry with its text."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from units import form_drafts
from units.access import gives_one, needs
from units.workflow import Refused

from .. import keeping_papers
from ..keeping_forms import PaperForm
from ..models import KeepingPaper
from ..states import KeptPaper
from .arranging import ARRANGE, add_reasons, unit_of


@needs(ARRANGE)
@require_http_methods(["GET", "POST"])
def papers(request):
    """By kind, with what annex A asks for and is missing."""
    unit = unit_of(request)
    form = PaperForm(request.POST if request.method == "POST" else None)
    form = form_drafts.attend(request, form, "keeping:paper")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = keeping_papers.enter(unit, form.given(), by=request.user)
            except Refused as refusal:
                status = add_reasons(form, refusal)
            else:
                messages.success(request, f"已登记“{row}”。")
                return redirect("archive:keeping_papers")
    rows, told = keeping_papers.in_force(unit), keeping_papers.lines_of(unit)
    groups = [
        (kind.label, told[keeping_papers.ITEM_OF[kind]], [row for row in rows if row.kind == kind])
        for kind in KeptPaper
    ]
    names = (*keeping_papers.RULE_BOOKS, *keeping_papers.SPECIFICATIONS)
    context = {"unit": unit, "form": form, "groups": groups, "names": names}
    return render(request, "archive/keeping/papers.html", context, status=status)


@gives_one(KeepingPaper)
@require_safe
def paper(request, row):
    """One entry, and the earlier ones of its name."""
    row = KeepingPaper.objects.select_related("unit", "entered_by").get(pk=row.pk)
    same = KeepingPaper.objects.filter(unit=row.unit_id, kind=row.kind, name=row.name).exclude(pk=row.pk)
    facts = [
        ("单位", row.unit.name), ("文号或备案号", row.number), ("日期", f"{row.dated_on:%Y-%m-%d}"),
        ("下次复核", f"{row.review_on:%Y-%m-%d}" if row.review_on else ""), ("内容和结果", row.told),
        ("后续处理", row.follow_up), ("登记人", row.entered_by.name),
    ]  # fmt: skip
    context = {"paper": row, "facts": facts, "others": same.order_by("-dated_on", "-pk")}
    return render(request, "archive/keeping/paper.html", context)

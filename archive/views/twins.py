"""纸质档案: what still needs paper, boxes, printing, stock checks, records of paper alone."""

from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import paper
from units import form_drafts
from units.access import gives_many, gives_one, may, needs
from units.doors import logged
from units.models import AuditEvent, Unit
from units.views import again
from units.views.errors import refused
from units.workflow import Refused

from .. import catalogue, effective, filed_twice
from ..models import Box, Record, StockCheck
from ..retention import classes_of
from ..states import Retention, State
from ..twins import alone, boxes, lending, owing, papers, stock, whole_copy
from ..twins.forms import (
    AloneForm,
    BoxForm,
    BoxStockForm,
    PackForm,
    PrintForm,
    StockForm,
    TakeOutForm,
    YearFilter,
)
from .arranging import ARRANGE, add_reasons, unit_of

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 5_000  # lines of one print or workbook
RECENT = 10
NO_LABELS = (
    "所选范围内没有登记纸质件的文件，没有打印标签；先打印标签再打印纸质件的，请勾选“标签包括还没有纸质件的文件”。"
)


class Taken:
    """A paper taken away, as the object of an access."""

    AUDIT_TYPE, uid = "paper", None


def print_form(what: str, year) -> PrintForm:
    """Beside a filter that asks for a year and a period as well: its ids are its own."""
    return PrintForm(initial={"what": what, "year": year}, auto_id="print_%s")


TABS = (
    ("owed", "欠纸质件"),
    ("boxes", "档案盒"),
    ("stock", "清点"),
    ("loans", "借阅"),
    ("paper_alone", "纸质文件归档"),
)


def tabs(current: str) -> list[tuple]:
    """As parts/tabs.html takes them."""
    return [(label, reverse(f"archive:{name}"), None, name == current) for name, label in TABS]


@needs(ARRANGE)
@gives_many(Box)
@require_http_methods(["GET", "POST"])
def all_boxes(request, rows):
    """The boxes of a year, and what waits to be put into them."""
    unit, listing = unit_of(request), YearFilter(request.GET)
    years = boxes.waiting_years(unit)
    year = (listing.cleaned_data["year"] if listing.is_valid() else None) or _latest_year(rows, unit, years)
    lent = lending.lent_of(boxes.waiting(unit, year)) if dict(years).get(year) else []
    form, status = PackForm(request.POST if request.method == "POST" else None), 200 if listing.is_valid() else 422
    if request.method == "POST":
        if form.is_valid():
            try:
                made = boxes.pack(unit, year, by=request.user, packing=form.packing())
            except Refused as refusal:
                add_reasons(form, refusal)
            else:
                messages.success(request, f"已装盒，用盒 {len(made)} 个。")
                if told := lending.told_boxed(lent):
                    messages.warning(request, told)
                return redirect(request.get_full_path())
        status = 422
    context = {
        "unit": unit, "year": year, "form": listing, "pack_form": form, "waiting": dict(years).get(year, 0),
        "lent": lent,
        "waiting_years": [(one, count) for one, count in years if one != year],
        "boxes": list(boxes.with_contents(rows.filter(unit=unit, year=year))),
        "print_form": print_form("catalogue", year), "tabs": tabs("boxes"), "classes": classes_of(unit),
    }  # fmt: skip
    return render(request, "archive/twins/boxes.html", context, status=status)


def _latest_year(rows, unit: Unit, waiting: list[tuple[int, int]]) -> int:
    """The newest year with boxes, else the newest whose items wait for one."""
    last = rows.filter(unit=unit).order_by("-year").values_list("year", flat=True).first()
    return last or (waiting[0][0] if waiting else timezone.localdate().year - 1)


@gives_one(Box)
@require_safe
def box(request, box):
    return _show_box(request, box)


def _show_box(request, box, *, status: int = 200, **forms):
    found = boxes.with_contents(Box.objects.filter(pk=box.pk)).get()
    rows = Record.objects.allowing("view", request.user).filter(boxed__box=box).exclude(state=State.DESTROYED)
    arranges = may(request.user, "arrange", box)
    initial = {name: getattr(box, name) for name in (*boxes.EDITED, "version")}
    context = {
        "box": found, "contents": papers.contents_of(found),
        "rows": lending.with_loans(rows.order_by("item_no", "pk")),
        "told": next(facts for _, facts in papers.facts_in([found])), "arranges": arranges,
        "box_form": BoxForm(initial=initial), "out_form": TakeOutForm(), "stock_form": BoxStockForm(),
        "printing": urlencode({"year": found.year, "retention": found.retention_code, "box": found.uid, "as": "pdf"}),
        "events": AuditEvent.objects.of(box),
        "checks": box.stock_checks.select_related("checked_by").order_by("-pk")[:RECENT],
        **forms,
    }  # fmt: skip
    if arranges:
        form_drafts.attend(request, context["box_form"], "box:edit", of=box, version=box.version, offers=True)
    return render(request, "archive/twins/box.html", context, status=status)


@gives_one(Box, "arrange")
@require_POST
def edit_box(request, box):
    form = BoxForm(request.POST)
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in boxes.EDITED}
        try:
            row = boxes.edit(box, changes=changes, version=form.cleaned_data["version"] or 0, by=request.user)
        except Refused as refusal:
            return _show_box(request, box, status=again.refused(form, refusal, box, boxes.EDITED), box_form=form)
        messages.success(request, "已保存。")
        if told := boxes.told_same_person(row):
            messages.warning(request, told)
        return redirect(box)
    return _show_box(request, box, status=422, box_form=form)


@gives_one(Record, "arrange")
@require_POST
def take_out_of_box(request, record):
    boxed = getattr(record, "boxed", None)
    if boxed is None or boxed.box is None:
        raise Http404
    form = TakeOutForm(request.POST)
    if form.is_valid():
        try:
            boxes.take_out(record, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            return _show_box(request, boxed.box, status=add_reasons(form, refusal), out_form=form)
        messages.success(request, f"件号 {record.item_no:04d} 已取出，备考表已记。")
        return redirect(boxed.box)
    return _show_box(request, boxed.box, status=422, out_form=form)


@needs(ARRANGE)
@gives_many(StockCheck)
@require_http_methods(["GET", "POST"])
def all_stock(request, rows):
    """清点 of a year or of everything, and the earlier ones."""
    unit = unit_of(request)
    form = form_drafts.attend(request, StockForm(request.POST if request.method == "POST" else None), "stock:check")
    if request.method == "POST" and form.is_valid():
        try:
            made = stock.check(unit, form.cleaned_data["codes"], by=request.user, year=form.cleaned_data["year"])
        except Refused as refusal:
            add_reasons(form, refusal)
        else:
            return redirect(made)
    earlier = rows.filter(unit=unit).select_related("checked_by").order_by("-checked_at", "-pk")[:RECENT]
    context = {"unit": unit, "form": form, "checks": earlier, "tabs": tabs("stock")}
    return render(request, "archive/twins/stock.html", context, status=422 if form.errors else 200)


@gives_one(Box, "arrange")
@require_POST
def check_box(request, box):
    form = BoxStockForm(request.POST)
    if form.is_valid():
        try:
            return redirect(stock.check(box.unit, form.cleaned_data["codes"], by=request.user, box=box))
        except Refused as refusal:
            return _show_box(request, box, status=add_reasons(form, refusal), stock_form=form)
    return _show_box(request, box, status=422, stock_form=form)


@gives_one(StockCheck)
@require_safe
def stock_check(request, check):
    seen = set(
        Record.objects.allowing("view", request.user)
        .filter(archival_code__in=check.missing)
        .values_list("pk", flat=True)
    )
    missing = [(code, row if row is not None and row.pk in seen else None) for code, row in stock.missing_of(check)]
    return render(request, "archive/twins/stock_check.html", {"check": check, "missing": missing})


@needs(ARRANGE)
@require_http_methods(["GET", "POST"])
def paper_alone(request):
    """A record registered from its paper."""
    unit = unit_of(request)
    first = {"author": unit.name, "year": timezone.localdate().year}
    sent = request.POST if request.method == "POST" else None
    form = form_drafts.attend(request, AloneForm(sent, initial=first, unit=unit, by=request.user), "record:alone")
    if request.method == "POST" and form.is_valid():
        try:
            given = form.given()
            if not form.cleaned_data.get("is_another"):
                filed_twice.ask(unit, asdict(given))
            made = alone.register(unit, given, by=request.user)
        except filed_twice.Alike as refusal:
            form.add_error("is_another", list(refusal.reasons))
        except Refused as refusal:
            add_reasons(form, refusal)
        else:
            messages.success(request, f"已归档，档号 {made.archival_code}。")
            return redirect(made)
    context = {"unit": unit, "form": form, "tabs": tabs("paper_alone")}
    return render(request, "archive/twins/alone.html", context, status=422 if form.errors else 200)


@needs(ARRANGE)
@gives_many(Record, "arrange")
@require_safe
def paper_print(request, rows):
    """What is asked for of a year, as PDF or (as=xlsx) as workbook."""
    return _taken_away(request, Taken(), rows=rows)


@logged("export")
def _taken_away(request, taken, *, rows):
    form = PrintForm(request.GET)
    if not form.is_valid():
        return render(request, "archive/twins/print.html", {"print_form": form, "unit": unit_of(request)}, status=422)
    chosen, unit = form.cleaned_data, unit_of(request)
    found = _found(chosen, unit, rows)
    count = found.count()
    if count > MOST:
        return refused(request, [f"所选超过 {MOST:,} 行，请按保管期限或件号分次打印。"], status=422)
    if chosen["what"] == "stamps" and not count:
        return refused(request, ["所选范围内没有文件，没有打印标签。" if chosen["ahead"] else NO_LABELS], status=422)
    if chosen["what"] in ("spines", "notes") and not count:
        return refused(
            request,
            [f"{chosen['year']}年度所选范围内没有档案盒，没有打印。请先在“纸质档案”的“档案盒”页装盒。"],
            status=422,
        )
    try:
        return _made(request, chosen, unit, found)
    except Refused as refusal:
        return refused(request, list(refusal.reasons), status=422)


def _found(chosen: dict, unit: Unit, rows):
    """Records, or boxes with their contents, of the choice."""
    year, retention = chosen["year"], chosen["retention"]
    if chosen["what"] in ("spines", "notes"):
        found = boxes.boxes_of(unit, year)
        found = found.filter(uid=chosen["box"]) if chosen["box"] else found
        return found.filter(retention_code=retention) if retention else found
    listed = catalogue.records_of(unit, year, retention)
    if chosen["what"] == "stamps":
        listed = listed.exclude(state=State.DESTROYED)  # there is no sheet left to put one on
        listed = listed if chosen["ahead"] else owing.on_paper(listed)
    if chosen["what"] == "owed":
        listed = effective.with_period(owing.owed(listed.filter(pk__in=rows.values("pk"))))
    for bound, name in (("gte", "first"), ("lte", "last")):
        if chosen[name]:
            listed = listed.filter(**{f"item_no__{bound}": chosen[name]})
    return listed.select_related("fonds")


def _made(request, chosen: dict, unit: Unit, found) -> HttpResponse | FileResponse:
    what, name = chosen["what"], dict(PrintForm.base_fields["what"].choices)[chosen["what"]]
    period = Retention(chosen["retention"]).label if chosen["retention"] else "全部保管期限"
    year = f"{chosen['year']}年度" if chosen["year"] else "全部年度"
    scope = f"{year} · {period}"
    if request.GET.get("as") == "xlsx":
        return _as_book(what, unit, chosen["year"], found)
    if what == "catalogue":
        pdf = paper.render_books(catalogue.printed(unit, chosen["year"], found), moment=timezone.now()).pdf
    elif what == "owed":
        made = f"{timezone.localdate():%Y年%-m月%-d日}编制"
        ledger = papers.owed_ledger(found, f"{unit.name}欠纸质件清单", scope, made)
        pdf = paper.render_ledger(ledger, moment=timezone.now()).pdf
    else:
        pdf = papers.pdf_of(what, found, request.build_absolute_uri, skip=chosen["skip"] or 0)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}{year}.pdf")
    return response


def _as_book(what: str, unit: Unit, year: int | None, found) -> FileResponse:
    if what == "catalogue":
        book = catalogue.workbook_of(catalogue.books_of(unit, year, found), settings.EGOV_TMP_DIR)
        name = "归档文件目录"
    else:
        book, name = papers.book_of(what, found, settings.EGOV_TMP_DIR), papers.BOOKS[what][0]
    return FileResponse(book, as_attachment=True, filename=f"{name}{year or '全部年度'}.xlsx", content_type=BOOK)


@gives_one(Record, "whole")
@logged("export")
@require_safe
def stamped(request, record):
    """The copy for printing with 归档章: every page that prints; the files themselves are left as they are."""
    if record.state == State.DESTROYED:
        return refused(request, [f"“{record}”已依法销毁，只保留目录和元数据，不能打印。"], status=422)
    if record.state == State.JOINED:
        return refused(request, [f"“{record}”与复文合为一件，请打印“{record.joined_to}”。"], status=422)
    try:
        pdf = whole_copy.stamped_copy(record, request.build_absolute_uri)
    except paper.LayoutRefused as refusal:
        return refused(request, list(refusal.reasons), status=422)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, "归档章打印件.pdf")
    return response

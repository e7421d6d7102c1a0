"""The archive's books of its holding: one page, print and workbook for every table, and the rows behind the numbers."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from units.access import needs, units_with
from units.doors import logged
from units.models import Unit

from ..conversions.methods import ways_of
from ..holding import export, facts, formats
from ..holding.tables import AMOUNTS, TABLES, Linked, Table, text_of
from .registers import BOOK

RIGHT = "view_holdings"
SIZES = AMOUNTS | {"size"}  # which has its unit with it
LONG = frozenset(
    {"source", "target", "content", "ground", "right", "told", "data_result", "offline", "number", "batch_no"}
)


class Exported:
    """A table of the holding taken away on paper or as a file, as the object of an access."""

    AUDIT_TYPE, uid = "holding", None


def _table(key: str) -> Table:
    if key not in TABLES:
        raise Http404
    return TABLES[key]


@needs(RIGHT)
@require_safe
def holdings(request):
    """The overview, where the menu leads."""
    return _shown(request, TABLES["overview"])


@needs(RIGHT)
@require_safe
def holding(request, table):
    return _shown(request, _table(table))


def _shown(request, table: Table):
    archives = sorted(units_with(RIGHT, request.user))
    context = {
        "table": table,
        "tables": TABLES.values(),
        "told": table.told(archives),
        "lines": [
            [_cell(name, label, line[name]) for name, label, _ in table.columns] for line in table.lines(archives)
        ],
        "may_enter": bool(units_with("receive_batches", request.user)),
    }
    return render(request, "transfer/holding.html", context)


def _is_figure(name: str, value, text: str) -> bool:
    """Whether a cell is read down its column, digit under digit."""
    return name in SIZES or (isinstance(value, int | Linked) and text.replace(",", "").isdigit())


def _cell(name: str, label: str, value) -> dict:
    text = text_of(value)
    style = "wide" if name in LONG else "num" if _is_figure(name, value, text) else ""
    return {
        "label": label, "text": text, "url": value.url if isinstance(value, Linked) else "",
        "style": style if text else "none",
    }  # fmt: skip


@needs(RIGHT)
@require_safe
def holding_pdf(request, table):
    return _taken(request, Exported(), table=_table(table), made=_printed)


@needs(RIGHT)
@require_safe
def holding_workbook(request, table):
    return _taken(request, Exported(), table=_table(table), made=_workbook)


@logged("export")
def _taken(request, taken, *, table: Table, made):
    archives = sorted(units_with(RIGHT, request.user))
    own = Unit.objects.filter(pk__in=archives)[:2]
    heading = f"{own[0].name if len(own) == 1 else ''}{table.label}"
    return made(request, table, heading, archives)


def _printed(request, table: Table, heading: str, archives: list[int]) -> HttpResponse:
    printed = export.printed(table, heading, table.lines(archives), table.told(archives), request.user.name)
    response = HttpResponse(printed.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="holding-{table.key}.pdf"'
    return response


def _workbook(request, table: Table, heading: str, archives: list[int]) -> FileResponse:
    book = export.workbook(table, heading, table.lines(archives), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"{table.label}.xlsx", content_type=BOOK)


def _after(request) -> int:
    after = request.GET.get("after", "")
    return int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0


def _next(request, after: int) -> str:
    """The address of the next page, "" when there is none."""
    if not after:
        return ""
    kept = {key: value for key, value in request.GET.items() if key != "after"}
    return f"?{urlencode(kept | {'after': after})}"


@needs(RIGHT)
@require_safe
def holding_rows(request):
    """The records behind a figure of the overview."""
    figure, way = request.GET.get("figure", "all"), request.GET.get("way", "")
    code, category = request.GET.get("unit", ""), request.GET.get("category", "")
    if figure not in facts.FIGURES or way not in ("", "batch", "other") or "\x00" in code + category:
        raise Http404
    unit = Unit.objects.filter(code=code).first() if code else None
    if code and unit is None:
        raise Http404
    found, after = facts.rows(
        sorted(units_with(RIGHT, request.user)), figure, viewer=request.user, unit=unit, category=category[:4], way=way,
        after=_after(request),
    )  # fmt: skip
    context = {"rows": found, "unit": unit, "label": facts.FIGURES[figure][0], "next_url": _next(request, after)}
    return render(request, "transfer/holding_rows.html", context)


def _convert_url(user, format_id: str, mime: str) -> str:
    """Where a conversion of this format is drafted, "" where the program has none or the visitor may not."""
    if not ways_of(mime) or not units_with("receive_batches", user):
        return ""
    return f"{reverse('transfer:draft_conversion')}?{urlencode({'format': format_id, 'mime': mime})}"


@needs(RIGHT)
@require_safe
def holding_files(request):
    """The files of one format."""
    format_id, mime = request.GET.get("format", ""), request.GET.get("mime", "")
    if "\x00" in format_id + mime:
        raise Http404
    archives = sorted(units_with(RIGHT, request.user))
    found, after = formats.rows(archives, format_id, mime, viewer=request.user, after=_after(request))
    risk = formats.risk_of(format_id, mime)
    context = {
        "rows": found, "risk": risk, "label": risk.name or mime or "未识别", "next_url": _next(request, after),
        "convert_url": _convert_url(request.user, format_id, mime),
    }  # fmt: skip
    return render(request, "transfer/holding_files.html", context)

"""检索: one box over everything that the visitor may see, what narrows it, and the whole result as a table.

Every link is an address of its own: words, place, narrowing, order and page stand in it, and nothing else does.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.rows import add_work
from documents.states import Direction, DocType
from units.access import signed_in
from units.audit import log_access
from units.doors import logged
from units.matching import excerpt
from units.views.errors import refused
from units.workflow import Refused

from ..search import CAP, SIZE, BadSearch, Found, as_asked, search
from ..search.narrowing import ORDERS
from ..search.near_documents import near_documents
from ..search.nearest import bigrams_of
from ..search.words import is_sentence
from ..search_export import as_csv, as_workbook, lines
from ..search_forms import ALL, DOCUMENTS, FILED, HOLDINGS, PLACES, SearchForm
from ..states import Access, Retention
from .hits import hits_of

ABOVE = 5  # documents in progress shown above the records of 全部
SHOWN = 12  # values of a facet
KINDS = {**dict(DocType.choices), Direction.INTERNAL.value: Direction.INTERNAL.label}
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Result:
    """A result of the search as the object of an access."""

    AUDIT_TYPE, uid = "search", None


class Address:
    """The address of a result, and of its neighbours: what changes is given, a page number falls away."""

    def __init__(self, form: SearchForm) -> None:
        chosen = form.cleaned_data
        self.kept = {"q": form.words} | {
            name: getattr(chosen[name], "code", chosen[name]) for name in ("place", *form.narrowing, "order")
        }

    def __call__(self, **changes) -> str:
        return f"?{urlencode([(name, value) for name, value in {**self.kept, **changes}.items() if value])}"


@signed_in
@require_safe
def results(request):
    form = SearchForm(request.GET if "q" in request.GET or "more" in request.GET else None)
    if not form.is_bound or (form.is_valid() and not form.words):
        return render(request, "archive/search.html", {"form": form})
    if not form.is_valid():
        return render(request, "archive/search.html", {"form": form}, status=422)
    address = Address(form)
    if form.cleaned_data["more"]:
        return redirect(reverse("archive:search") + address())
    try:
        context = _found(request, form, address)
    except BadSearch as refusal:
        return render(request, "archive/search.html", {"form": form, "refusal": str(refusal)}, status=422)
    if context["records"] or context["documents"] or context["near"]:
        log_access("search", Result(), by=request.user)  # snippets are text too
    return render(request, "archive/search.html", context, status=404 if context["beyond"] else 200)


def _found(request, form: SearchForm, address: Address) -> dict:
    """What the page shows: the hits of the place asked for, and how many there are in each place."""
    place, page, narrow = form.cleaned_data["place"], form.cleaned_data["page"] or 1, form.narrow()
    of_documents, asked = place == DOCUMENTS, as_asked(request.user, form.words, narrow)
    n_documents = narrow.everywhere().count_in_progress(request.user, asked, CAP)
    found = search(
        request.user, asked, narrow=narrow, page=1 if of_documents else page, request=request, elsewhere=n_documents
    )  # fmt: skip
    pages = max(1, -(-n_documents // SIZE) if of_documents else found.pages)
    beyond = page > pages
    shown = _shown(request.user, form, page, asked, found.words) if n_documents else []
    counts = _counts(found, n_documents, place)
    return {
        "form": form,
        "q": form.words,
        "read_as": asked if asked != form.words else "",
        "found": found,
        "place": place,
        **_records(found, not (of_documents or beyond)),
        "documents": shown,
        "near": _near(request.user, form, page, n_documents, shown),
        "n_documents": n_documents,
        "total": counts[place],
        "tabs": [(label, address(place=name), counts[name], name == place) for name, label in PLACES.items()],
        "chips": _chips(form, address),
        "facets": [] if of_documents else _facets(found, form, address),
        "orders": [(label, address(order="" if name == "fit" else name), name == narrow.order)
                   for name, label in ORDERS.items()],
        "all_in_progress": address(place=DOCUMENTS),
        "exports": [("Excel", reverse("archive:export_workbook") + address()),
                    ("CSV", reverse("archive:export") + address())],
        "kept": [(name, value) for name, value in address.kept.items() if value],
        "pager": _pager(found, of_documents, page, pages, address),
        "beyond": beyond and {"page": page, "pages": pages, "last": address(page=pages)},
    }  # fmt: skip


def _records(found: Found, is_shown: bool) -> dict:
    records = found.records if is_shown else []
    return {
        "records": records,
        "hits": hits_of(records),
        "words": tuple(found.words),
        "nearest": hits_of(found.nearest),
        "nearest_words": tuple(found.nearest_words),
    }


def _counts(found: Found, n_documents: int, place: str) -> dict[str, str]:
    """How many hits each place has; what was counted to the cap only is marked with a plus sign."""

    def label(count: int) -> str:
        return f"{CAP:,}+" if count >= CAP else f"{count:,}"

    if found.is_capped or found.everywhere > CAP:  # cut off before it was divided: the place asked for alone is known
        known = {
            ALL: f"{CAP:,}+" if found.everywhere > CAP else "",
            DOCUMENTS: label(n_documents),
            FILED: "",
            HOLDINGS: "",
        }
        return known | {ALL if place == DOCUMENTS else place: found.count_label}
    records = min(found.everywhere, CAP)
    return {
        ALL: label(records + n_documents), DOCUMENTS: label(n_documents),
        FILED: label(records - found.held), HOLDINGS: label(found.held),
    }  # fmt: skip


def _shown(user, form: SearchForm, page: int, asked: str, words: list[str]) -> list:
    """The first few above the records of 全部, or a page of them; each with a `snippet` of its text as written."""
    place = form.cleaned_data["place"]
    if place not in (ALL, DOCUMENTS) or (place == ALL and page > 1):
        return []
    documents = form.narrow().everywhere().in_progress(user, asked)
    start, size = ((page - 1) * SIZE, SIZE) if place == DOCUMENTS else (0, ABOVE)
    rows = list(documents.select_related("unit", "sender_unit", "issued")[start : start + size])
    add_work(rows)
    for row in rows:
        row.snippet = excerpt(row.content.body, words)
    return rows


def _near(user, form: SearchForm, page: int, count: int, shown: list) -> list:
    """Documents in progress that come nearest, where few or none hold a whole question as it stands."""
    place = form.cleaned_data["place"]
    if place not in (ALL, DOCUMENTS) or page > 1 or (count and not (is_sentence(form.words) and count < SIZE)):
        return []
    rows = near_documents(user, form.words, form.narrow().everywhere(), but=frozenset(one.pk for one in shown))
    add_work(rows)
    words = bigrams_of(form.words)
    for row in rows:
        row.snippet = excerpt(row.content.body, words)
    return rows


def _chips(form: SearchForm, address: Address) -> list[tuple[str, str]]:
    """What narrows the result, each with the address without it; words only when there are several."""
    chosen, chips = form.cleaned_data, []
    words = form.words.split()
    if len(words) > 1:
        chips += [(f"“{word}”", address(q=" ".join(words[:at] + words[at + 1 :]))) for at, word in enumerate(words)]
    if form.years:
        first, last = form.years
        label = f"{first}年" if first == last else f"{first or ''}—{last or ''}年"
        chips.append((label, address(first="", last="")))
    labels = {"retention": dict(Retention.choices), "kind": KINDS, "opening": dict(Access.choices)}
    chips += [(names[chosen[name]], address(**{name: ""})) for name, names in labels.items() if chosen[name]]
    if chosen["unit"]:
        chips.append((chosen["unit"].short_name, address(unit="")))
    return chips


def _facets(found: Found, form: SearchForm, address: Address) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Values with their counts, the most frequent first; what is chosen already is a chip and no facet."""
    columns = {
        "立档单位": ("unit", found.facets["unit_id"]),
        "年度": ("first", found.facets["year"]),
        "保管期限": ("retention", found.facets["retention_code"]),
        "文种": ("kind", found.facets["kind"]),
        "开放状态": ("opening", found.facets["access_status"]),
    }
    labels = {"retention": dict(Retention.choices), "kind": KINDS, "opening": dict(Access.choices)}
    made = []
    for heading, (name, counts) in columns.items():
        if form.cleaned_data[name] or (name == "first" and form.years):
            continue
        rows = []
        for value, count in counts.items():
            if name == "unit":
                code, label = form.units_by_key[int(value)]
                rows.append((label, address(unit=code), count))
            elif name == "first":
                rows.append((str(value), address(first=value, last=value), count))
            elif value in labels[name]:
                rows.append((labels[name][value], address(**{name: value}), count))
        rows.sort(key=(lambda row: row[0]) if name == "first" else (lambda row: row[2]), reverse=True)
        if len(rows) > 1:
            made.append((heading, rows[:SHOWN]))
    return made


def _pager(found: Found, of_documents: bool, page: int, pages: int, address: Address) -> dict:
    """Addresses of the neighbours and of both ends; of a capped result by cursor, else by number."""
    if found.slice is not None and not of_documents:
        return {
            "first": address() if found.slice.previous_url else "",
            "previous": found.slice.previous_url,
            "next": found.slice.next_url,
            "last": f"{address()}&before=" if found.slice.next_url else "",
        }
    last = address(page=pages) if page < pages else ""
    if found.is_capped and not of_documents:  # asked for by number: the numbers end before the result does
        last = f"{address()}&before="
    return {
        "first": address() if page > 1 else "",
        "previous": address(page=page - 1 if page > 2 else "") if page > 1 else "",
        "next": address(page=page + 1) if page < pages else "",
        "last": last,
        "label": f"第 {page:,} 页" if found.is_capped and not of_documents else f"第 {page:,} / {pages:,} 页",
    }


@signed_in
@require_safe
def export(request):
    return _export(request, Result(), suffix="csv")


@signed_in
@require_safe
def export_workbook(request):
    return _export(request, Result(), suffix="xlsx")


@logged("export")
def _export(request, result, *, suffix: str):
    """Every hit, streamed; the same rule, words and narrowing as the page."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return refused(request, [text for texts in form.errors.values() for text in texts], status=422)
    try:
        narrow = form.narrow()
        rows = lines(request.user, as_asked(request.user, form.words, narrow), narrow, form.cleaned_data["place"])
        if suffix == "csv":
            response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
        else:
            response = FileResponse(as_workbook(rows, settings.EGOV_TMP_DIR), content_type=BOOK)
    except (BadSearch, Refused) as refusal:
        return refused(request, [str(refusal)], status=422)
    response["Content-Disposition"] = (
        f"attachment; filename=\"records.{suffix}\"; filename*=UTF-8''%E6%A3%80%E7%B4%A2%E7%BB%93%E6%9E%9C.{suffix}"
    )
    return response

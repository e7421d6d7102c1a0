"""The official page: laid out once on the standard's grid, painted as PDF/A and as preview (design section 5)."""

from datetime import datetime

from django.conf import settings

from .binding import bind, bindable, why_not_bound
from .errors import FontsMissing, LayoutRefused, MissingGlyph
from .fonts import missing_glyphs, resolve
from .forms import render_form
from .given import LAYOUTS, Enclosure, PageInput, Seal
from .labels import BoxNote, Spine, Stamp, render_notes, render_spines, render_stamp_labels, stamped
from .ledger import Ledger, LedgerLine, render_books, render_ledger
from .page import face_of, form_of, page_of_text, set_document, too_long
from .painter import PAINT, Rendition, as_data, paint_pdf, paint_svg, plain
from .setter import SealPlace
from .sheets import (
    Box,
    DraftSheet,
    HandlingSheet,
    SheetOpinion,
    boxes,
    cells_of,
    heading_of,
    render_draft_sheet,
    render_handling_sheet,
    render_plain,
)
from .tables import Table, blocks
from .turned import ends_turned, too_wide

__all__ = [
    "LAYOUTS",
    "Box",
    "BoxNote",
    "DraftSheet",
    "Enclosure",
    "FontsMissing",
    "HandlingSheet",
    "LayoutRefused",
    "Ledger",
    "LedgerLine",
    "MissingGlyph",
    "PageInput",
    "Rendition",
    "Seal",
    "SealPlace",
    "SheetOpinion",
    "Spine",
    "Stamp",
    "Table",
    "bindable",
    "blocks",
    "boxes",
    "cells_of",
    "ends_turned",
    "face_of",
    "form_of",
    "heading_of",
    "missing_glyphs",
    "page_of_text",
    "preview",
    "render_books",
    "render_document",
    "render_draft_sheet",
    "render_form",
    "render_handling_sheet",
    "render_ledger",
    "render_notes",
    "render_plain",
    "render_spines",
    "render_stamp_labels",
    "seal_places",
    "stamped",
    "too_long",
    "too_wide",
    "why_not_bound",
]


def render_document(given: PageInput, *, moment: datetime, standard: str = "a-2b") -> Rendition:
    """正本 as PDF/A-2b; byte for byte the same for the same input and moment.

    `standard`: "a-1b" gives the twin for which an independent checker is to be had (PDFBox Preflight).
    """
    fonts = resolve(str(settings.EGOV_FONTS_DIR))
    pages = set_document(given)
    pdf = bind(paint_pdf(PAINT, as_data(pages, fonts, given.title, moment), moment, standard), pages)
    return Rendition(pdf, len(pages), fonts.used, plain(pages))


def preview(given: PageInput, *, first: int = 1, count: int | None = None) -> tuple[list[str], int]:
    """(SVG of `count` pages from page `first` on, pages in all), without any font of the server's.

    The text is laid out as a whole; only the pages asked for are painted.
    """
    pages = set_document(given)
    last = None if count is None else first - 1 + count
    return paint_svg(pages[first - 1 : last]), len(pages)


def seal_places(given: PageInput) -> list[tuple[int, SealPlace]]:
    """(page from 1, place) of each seal in the order of the signatures: its centre in mm from the upper left corner."""
    return [(page.number, place) for page in set_document(given) for place in page.seals]

"""What stands in the draft's form now: its page, painted by the layout of the PDF, and what the checks say; nothing is
kept of it (design section 13, "Form drafts").

Bounded: at most LAID_OUT characters in ROWS lines are laid out and SHEETS pages painted, whatever was typed.
"""

import copy
from dataclasses import dataclass, replace

import paper
from units.findings import REFUSE, Finding

from . import checks, issuers, pages
from .actions import DRAFT_FIELDS
from .models import Attachment, Document
from .name_stamps import is_stamped
from .regulation import party
from .states import WITHOUT_SEAL, AddresseeKind, Direction, DocType

SHEETS = 3  # pages painted at once
LAID_OUT, ROWS = 30_000, 1_200  # characters and lines that are laid out, some 50 pages: a fifth of a second
NO_ROW = 0  # the key of a draft that is no row yet: nothing hangs on it


@dataclass(frozen=True)
class Preview:
    """`svgs`: pages `first_sheet`—`last_sheet` of `sheets`; `cut`: how many characters of the text were laid out.

    `is_blank`: neither title nor text was typed yet, and nothing is said of what is missing. `lacks_enclosures`:
    attachments that are bound with the text were too long to be laid out with it. `later`: what the page still lacks.
    """

    svgs: tuple[str, ...] = ()
    remarks: tuple[Finding, ...] = ()
    sheets: int = 0
    first_sheet: int = 1
    cut: int = 0
    said: str = ""
    is_blank: bool = False
    lacks_enclosures: bool = False
    later: str = ""
    at: int = 0  # the page of the cursor; 0 where nobody asked

    @property
    def last_sheet(self) -> int:
        return self.first_sheet + len(self.svgs) - 1

    @property
    def earlier_sheet(self) -> int:
        return max(self.first_sheet - SHEETS, 1) if self.first_sheet > 1 else 0

    @property
    def later_sheet(self) -> int:
        return self.last_sheet + 1 if self.last_sheet < self.sheets else 0


def preview_of(
    form, document: Document | None, *, by, answers=None, sheet: int = 1, painted: bool = True, chosen=(), cursor=None
) -> Preview:
    """`form` is bound, valid or not: what is wrong in it is among the remarks, what is right is shown.

    document  the draft that is changed, None for a new one
    answers   the issued 请示 that a new draft replies to
    sheet     the first page to paint
    chosen    names of the files that are chosen and not saved yet
    cursor    how many letters of the text stand before the cursor: its page is among those that are painted
    """
    form.is_valid()
    typed = form.cleaned_data
    shown = _draft_of(typed, document, form, by, answers)
    if shown is None:
        return Preview(remarks=tuple(_faults(form)))
    rows = _addressees(form)
    given = _page(shown, rows, typed, chosen)
    parties = tuple(party(kind, name, shown.unit, unit) for kind, unit, name in rows)
    is_blank = not (form["title"].value() or form["body"].value())
    found = [] if is_blank else [*_faults(form), *_without(form, checks.problems(checks.of(shown, given, parties)))]
    begun = Preview(remarks=tuple(found), is_blank=is_blank, later=_later(shown))
    return _painted(given, begun, sheet, cursor) if painted else begun


def _draft_of(typed: dict, document, form, by, answers) -> Document | None:
    """A row as it would be saved; it never is."""
    if document is not None:
        shown = copy.copy(document)
    else:
        unit = typed.get("unit") or form.fields["unit"].queryset.first()
        if unit is None:
            return None
        shown = Document(pk=NO_ROW, direction=form.makes, unit=unit, drafted_by=by, replies_to=answers)
    for name in DRAFT_FIELDS:
        if name in typed:
            setattr(shown, name, typed[name])
    return shown


def _later(shown: Document) -> str:
    """What is set on the page after the draft, and what never is: by the kind of paper."""
    if shown.direction == Direction.INTERNAL:
        return "签报不编发文字号，不用印。"
    seal = "" if shown.doc_type in WITHOUT_SEAL else "签名章" if is_stamped(shown) else "印章"
    number = "令号" if shown.doc_type == DocType.ORDER else "发文字号"
    if shown.corrects_id:
        seals = f"{seal}在后面的环节排上" if seal else f"{shown.get_doc_type_display()}不用印"
        return f"{number}、成文日期沿用原件；{seals}。"
    if seal:
        return f"{number}、成文日期和{seal}在后面的环节排上。"
    return f"{number}、成文日期在后面的环节排上；{shown.get_doc_type_display()}不用印。"


def _addressees(form) -> list[tuple]:
    """(kind, unit or None, name); without those whose field is wrong."""
    for name in ("main", "cc", "main_bodies", "cc_bodies"):
        form.cleaned_data.setdefault(name, [])
    for name in ("main_outside", "cc_outside"):
        form.cleaned_data.setdefault(name, "")
    return form.addressees()


def _page(shown: Document, rows: list[tuple], typed: dict, chosen) -> "paper.PageInput":
    found = pages.page_input(shown, issuers.as_typed(shown, typed))
    named = {kind: "、".join(name for of, _, name in rows if of == kind) for kind in AddresseeKind}
    return replace(
        found,
        attachments=(*found.attachments, *(Attachment(name=name[:200]).named for name in chosen)),
        main_recipients=named[AddresseeKind.MAIN],
        cc_recipients=named[AddresseeKind.CC],
    )


def _faults(form) -> list[Finding]:
    return [
        Finding("form", REFUSE, name, f"{form[name].label}：{error}" if name in form.fields else str(error), name)
        for name, errors in form.errors.items()
        for error in errors
    ]


def _without(form, found: list[Finding]) -> list[Finding]:
    """Not what the form's own sentence about the same field says already."""
    return [one for one in found if one.field not in form.errors]


def _beginning(body: str) -> str:
    """As much of the text as is laid out, in whole lines where it can be."""
    lines = body.split("\n", ROWS)
    body = "\n".join(lines[:ROWS]) if len(lines) > ROWS else body
    if len(body) <= LAID_OUT:
        return body
    end = body.rfind("\n", 0, LAID_OUT)
    return body[: end if end > 0 else LAID_OUT]


def _painted(given: "paper.PageInput", begun: Preview, sheet: int, cursor: int | None) -> Preview:
    body = _beginning(given.body)
    at = paper.page_of_text(given, body[:cursor]) if cursor is not None else 0
    sheet = at if at and not sheet <= at < sheet + SHEETS else sheet
    cut = len(body) if body != given.body else 0
    lacks = bool(given.enclosures) and sum(len(one.body) for one in given.enclosures) + len(body) > LAID_OUT
    given = replace(given, body=body, enclosures=() if lacks else given.enclosures)
    try:
        svgs, sheets = paper.preview(given, first=max(sheet, 1), count=SHEETS)
        if not svgs:  # there were more pages when the page was asked for
            sheet = max(sheets - SHEETS + 1, 1)
            svgs, sheets = paper.preview(given, first=sheet, count=SHEETS)
    except paper.LayoutRefused as refusal:
        return replace(begun, said=str(refusal))
    return replace(
        begun, svgs=tuple(svgs), sheets=sheets, first_sheet=max(sheet, 1), cut=cut, lacks_enclosures=lacks, at=at
    )

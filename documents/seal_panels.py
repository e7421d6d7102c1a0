"""What the document page says of seals: where the one to be put will stand, and whether those that are on it hold."""

import paper
from units.panels import Page, Panel

from . import issuers, name_stamps, pages, sealing, slips
from .models import Rendition
from .states import State


def place(page: Page) -> dict | None:
    """Before 用印: the sheet with the seal in its place, for who is about to put it."""
    document = page.obj
    if document.is_incoming or document.state != State.PROOFREAD:
        return None
    body = sealing.turn_of(document, page.user)
    if body is None:
        return None
    given = sealing.with_seals(document, pages.page_input(document), page.user)
    spot = sealing.spots_of(document)[body.position]
    corrected = slips.corrections_of(document)
    svgs, _ = paper.preview(given, first=spot.page, count=1)
    return {
        "svgs": svgs, "spot": spot, "body": body, "done": sealing.sealings_of(document),
        "corrected": corrected, "comparison": slips.comparison_of(document) if corrected else "",
        "in_turn": issuers.sealed_in_turn(document), "refused": name_stamps.why_not(document, body),
        "stamped": name_stamps.signer_of(document, body) if name_stamps.is_stamped(document) else None,
    }  # fmt: skip


def verdict(page: Page) -> dict | None:
    """验章: the page that this reader's unit has, judged now from the bytes as they lie there."""
    rendition = pages.page_of(page.obj)
    if rendition is None or rendition.kind != Rendition.Kind.SEALED:
        return None
    found = sealing.checked(rendition)
    return {"checked": found}


PLACE = Panel("documents/_seal_place.html", place)
VERDICT = Panel("documents/_seal_verdict.html", verdict)

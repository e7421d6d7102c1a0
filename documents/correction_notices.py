"""What stands on top of a page because of a 更正重发: on the 更正件, on what it replaces, and at their receivers."""

from collections.abc import Iterator

from units.panels import Page

from . import corrections, exchange
from .going_back_notices import Notice
from .models import Document
from .set_back import told
from .states import State

SEE = "看修改对照"


def of_correction(page: Page) -> list[Notice]:
    document = page.obj
    if document.content.corrects_id:
        return list(_of_the_new(document, page.user))
    return list(_of_received(document, page.user) if document.is_incoming else _of_the_old(document))


def on_draft(document: Document, user) -> list[Notice]:
    """The same while the 更正稿 is changed."""
    return list(_of_the_new(document, user)) if document.corrects_id else []


def _of_the_new(document: Document, user) -> Iterator[Notice]:
    original = document.content.corrects
    is_out = document.is_incoming or document.content.state in exchange.ISSUED
    line = f"{original.doc_number}：{'原件作废' if is_out else '分发时原件作废'}。"
    url = corrections.comparison_url(document, user)
    lines = (line, *_how_much(document)) if not document.is_incoming else (line,)
    yield Notice(document.correction_mark, lines=lines, url=url, link=SEE, said=_why(document.content))


def _how_much(document: Document) -> Iterator[str]:
    """Told to whoever writes, reviews or signs it: what went out does not change any more."""
    if document.state in exchange.ISSUED or (places := corrections.places_changed(document)) is None:
        return
    yield f"与原件相比共 {places} 处改动。" if places else "与原件没有任何不同：请先修改草稿，再送审。"


def _of_the_old(document: Document) -> Iterator[Notice]:
    made = corrections.correction_of(document) if document.state in (*exchange.ISSUED, State.REPLACED) else None
    if made is None:
        return
    heading = "已由更正件替换" if made.state in exchange.ISSUED else "更正件在办理"
    url = corrections.address_of(made) if _sees(made) else ""
    yield Notice(heading, url=url, link=SEE, said=_why(made))


def _sees(made: Document) -> bool:
    """It hangs on the page of the original, whose visitor was asked about when it was read."""
    return bool(getattr(made, "may_view", False))


def _of_received(document: Document, user) -> Iterator[Notice]:
    """The unit's own copy of the 更正件 says what was changed."""
    if document.state != State.REPLACED:
        return
    seen = Document.objects.allowing("view", user).select_related("issued", "unit")
    for what, made in exchange.linked_of(document, seen):
        if what == corrections.MARK:
            url = corrections.comparison_url(made, user)
            yield Notice("已由更正件替换", url=url, link=SEE, said=_why(made.content))
            return


def _why(correction: Document) -> str:
    reason = corrections.reason_of(correction)
    return f"更正理由：{told('', reason.who, reason.text, reason.at)}" if reason else ""

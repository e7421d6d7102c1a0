"""阅件: a received paper that is only read. Its way is 传阅 and 办结; nobody handles it (practice 2.1, 收文登记簿)."""

from units.panels import Page

from .states import HandlingKind, State, StepKind

WAY = "阅件：传阅"
BEFORE = (State.REGISTERED, State.PROPOSED, State.INSTRUCTED)


def is_for_reading(document) -> bool:
    return document.is_incoming and document.handling_kind == HandlingKind.FOR_READING


def way_ahead(document, ahead: list[dict], circulated: bool) -> list[dict]:
    """What is ahead of a 阅件 in the place of 批示, 承办 and 办理结果: 传阅 while nobody was asked, then 办结.

    `ahead`: rows of documents.way_shown, each with its `kind`; a step that is open stands before them as it is.
    """
    if not is_for_reading(document) or document.state not in BEFORE:
        return ahead
    last = [one for one in ahead if one["kind"] == StepKind.COMPLETE]
    if circulated:
        return last
    unit = document.unit.short_name
    return [{"kind": StepKind.READ, "label": WAY, "who": "传阅对象待定", "unit": unit, "state": "ahead"}, *last]


def asks_for_readers(page: Page, offered: dict, readers: list) -> bool:
    """Whether 传阅 is what this visitor does next: a 阅件 that nobody was asked to read yet."""
    return is_for_reading(page.obj) and "circulate" in offered and "read" not in offered and not readers

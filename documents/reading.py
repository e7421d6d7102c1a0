"""A document's text as it flows on a small screen, beside its page as it is printed."""

from dataclasses import dataclass

MOST = 300  # paragraphs; what is longer is read on its pages


@dataclass(frozen=True)
class Reading:
    main_recipients: str
    paragraphs: tuple[str, ...]
    is_cut: bool
    attachments: tuple[str, ...] = ()
    signature: str = ""
    cc_recipients: str = ""
    note: str = ""


def reading_of(printed) -> Reading:
    """From the page's own input (paper.PageInput), so that both say the same."""
    paragraphs, is_cut = _paragraphs(printed.body)
    return Reading(
        printed.main_recipients, paragraphs, is_cut, printed.attachments, printed.issuer_signature,
        printed.cc_recipients, printed.note,
    )  # fmt: skip


def reading_of_text(body: str) -> Reading | None:
    """A document from outside: what was typed as its text or summary; None where its files are all there is."""
    paragraphs, is_cut = _paragraphs(body)
    return Reading("", paragraphs, is_cut) if paragraphs else None


def _paragraphs(body: str) -> tuple[tuple[str, ...], bool]:
    lines = [line.strip() for line in body.replace("\r\n", "\n").split("\n") if line.strip()]
    return tuple(lines[:MOST]), len(lines) > MOST

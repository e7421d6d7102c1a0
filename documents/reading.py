"""A document's text as it flows on a small screen, beside its page as it is printed."""

import re
from dataclasses import dataclass

# 局领导： or 区政府： as the first line of a text that has no 主送机关; "现通知如下：" is none
SALUTATION = re.compile(r"[^，。；：:]{1,30}(?:领导|同志|局|委|办|处|科|府|院|会|单位|部门|街道|镇)[：:]")
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
    day: str = ""


def reading_of(printed) -> Reading:
    """From the page's own input (paper.PageInput), so that both say the same."""
    main, paragraphs, is_cut = _paragraphs(printed.body, printed.main_recipients)
    day = printed.document_date
    return Reading(
        main, paragraphs, is_cut, printed.attachments, "\n".join(printed.signatures), printed.cc_recipients, printed.note,
        f"{day.year}年{day.month}月{day.day}日" if day else "",
    )  # fmt: skip


def reading_of_text(body: str) -> Reading | None:
    """A document from outside: what was typed as its text or summary; None where its files are all there is."""
    main, paragraphs, is_cut = _paragraphs(body)
    return Reading(main, paragraphs, is_cut) if main or paragraphs else None


def _paragraphs(body: str, main: str = "") -> tuple[str, tuple[str, ...], bool]:
    """Whom it addresses (`main`, else the salutation of the text), the paragraphs, whether some were left out."""
    lines = [line.strip() for line in body.replace("\r\n", "\n").split("\n") if line.strip()]
    if not main and lines and SALUTATION.fullmatch(lines[0]):
        main, lines = lines[0][:-1], lines[1:]
    return main, tuple(lines[:MOST]), len(lines) > MOST

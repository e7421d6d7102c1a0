"""The scan or file of a document from outside, where the paper of our own would stand (design section 5)."""

from dataclasses import dataclass, field

from files import shown

from .models import Attachment


@dataclass
class Scan:
    """One file and what of it is shown now: numbers of its pages, or its text, or why neither."""

    row: Attachment
    total: int
    pages: list[int] = field(default_factory=list)
    text: str = ""
    is_cut: bool = False

    @property
    def is_shown(self) -> bool:
        return bool(self.pages or self.text)


def scans_of(content, first: int, count: int) -> tuple[list[Scan], int]:
    """(what stands on the sheets `first` … of all, number of sheets). A text, and what is only named, is one sheet.

    The main text is shown; where nobody said which file that is, all are.
    """
    rows = list(content.attachments.filter(removed_at=None).select_related("stored_file"))
    rows = [one for one in rows if one.is_main_text] or rows
    found: list[Scan] = []
    at = 0
    for row in rows:
        drawn = shown.page_count(row.stored_file)
        scan = Scan(row, drawn)
        sheets = range(at + 1, at + max(drawn, 1) + 1)
        here = [sheet for sheet in sheets if first <= sheet < first + count]
        at = sheets[-1]
        if not here:
            continue
        if drawn:
            scan.pages = [sheet - sheets[0] + 1 for sheet in here]
        elif shown.is_read(row.stored_file):
            scan.text = shown.words(row.stored_file).strip()
            scan.is_cut = len(scan.text) > shown.CHARACTERS - 100
        found.append(scan)
    return found, at

"""A workbook in an open temporary file: written row by row, handed out whole or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import xlsxwriter


@contextmanager
def spooled(folder) -> Iterator[tuple[xlsxwriter.Workbook, IO[bytes]]]:
    """(workbook, its file); at the end the file is at its beginning, after an exception it is closed and gone."""
    file = tempfile.TemporaryFile(dir=folder)
    try:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(folder)})
        yield book, file
        book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)


def on_a4(sheet, head: int) -> None:
    """Landscape, as wide as the page, the first `head` rows on every sheet of paper and in sight."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, head - 1)
    sheet.freeze_panes(head, 0)

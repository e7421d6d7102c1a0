"""Rows and cells of a Word table: merged cells spread out, a table in a cell and paragraphs in a cell made one line.

Runs inside the program `word` only.
"""

from files.probing.word_package import child, is_on, kind, value

EMPTY = "—"  # fills one cell of a row that has a single one: such a row would be no row of a table
MOST_COLUMNS = 63  # Word's own


def rows_of(table, story, depth: int) -> list[list[str]]:
    """Cells of each row, all rows equally long; what had to be changed is told."""
    rows, merged = [], 0
    for row in _walk(table, "w:tr"):
        properties = child(row, "w:trPr")
        if child(properties, "w:del") is not None:
            story.told.count("revisions")
            continue
        if child(properties, "w:ins") is not None:
            story.told.count("revisions")
        if is_on(child(properties, "w:hidden")):
            story.told.count("hidden")
            continue
        cells, spread = _cells(row, properties, story, depth)
        merged += spread
        rows.append(cells)
    if merged:
        story.told.count("merged_cells", merged)
    return _even(rows, story.told)


def _walk(node, wanted: str):
    """Rows of a table, cells of a row, also inside content controls and insertions; not of a table in a cell."""
    for one in node:
        name = kind(one)
        if name == wanted:
            yield one
        elif name in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo"):
            yield from _walk(one, wanted)


def _cells(row, properties, story, depth: int) -> tuple[list[str], int]:
    cells = [""] * _count(child(properties, "w:gridBefore"), 0)
    merged = 0
    for cell in _walk(row, "w:tc"):
        about = child(cell, "w:tcPr")
        if child(about, "w:cellDel") is not None:
            story.told.count("revisions")
            continue
        span = _count(child(about, "w:gridSpan"), 1)
        goes_on = any(
            child(about, name) is not None and value(child(about, name), default="continue") == "continue"
            for name in ("w:vMerge", "w:hMerge")
        )
        text = _text(cell, story, depth)
        merged += int(span > 1 or goes_on)
        cells += ["" if goes_on else text, *[""] * (span - 1)]
    cells += [""] * _count(child(properties, "w:gridAfter"), 0)
    return cells[:MOST_COLUMNS], merged


def _count(node, default: int) -> int:
    text = value(node)
    return min(int(text), MOST_COLUMNS) if text.isascii() and text.isdigit() and len(text) < 4 else default


def _text(cell, story, depth: int) -> str:
    """The text of a cell in one line, blanks between its paragraphs."""
    inner = story.inner()
    tables = [one for one in cell.iter() if kind(one) == "w:tbl"]
    if tables:
        story.told.count("nested_tables", len(tables))
    inner.read(cell, depth + 1)
    inner.flush()
    lines = [" ".join(line.split("\t")).strip() for line in inner.lines]
    lines = [line for line in lines if line]
    if len(lines) > 1:
        story.told.count("cell_paragraphs")
    return " ".join(lines)


def _even(rows: list[list[str]], told) -> list[list[str]]:
    most = max(map(len, rows), default=0)
    found = []
    for row in rows:
        filled = [bool(cell) for cell in row]
        if not any(filled):
            told.count("empty_rows")
            continue
        row = row + [""] * (most - len(row))
        if sum(filled) == 1 and most > 1:
            told.count("lone_cells")
            row[1 if filled[0] else 0] = EMPTY
        found.append(row)
    return found

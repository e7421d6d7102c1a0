"""The parts of an official document set on the page (GB/T 9704—2012, chapters 7 and 10). Positions: practice 4."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .ending import ending_of, set_attachment_note, set_attendance
from .given import LETTER, MINUTES, ORDER, STANDARD, Enclosure, PageInput
from .grid import CENTRE, FOOT, LEADING, LEFT, LINES, PITCH, RIGHT, break_lines, down, step_of
from .head import set_head
from .imprint import height_of, set_imprint
from .setter import Page, Setter, centred
from .tables import Table, TableSetter, blocks, height_of_first
from .turned import set_turned, widths_of
from .words import title_lines

HEI = re.compile(r"^[一二三四五六七八九十百]{1,4}、")
KAI = re.compile(r"^（[一二三四五六七八九十百]{1,4}）")
FORMS = {
    "letter": LETTER, "informal_letter": LETTER, "order": ORDER, "minutes": MINUTES, "internal_material": MINUTES,
}  # fmt: skip
TITLE = 22.0  # pt; 2号
TITLE_CELL = step_of(TITLE)
TITLE_PITCH = TITLE_CELL + LEADING
TITLE_WIDTH = int((RIGHT - LEFT) / TITLE_CELL) * 2 - 2  # half cells: 19 characters
ATTENDANCE = re.compile(r"^(出席|列席|请假|缺席|记录|主持)(?:人员?)?：(.+)$")
LEVELS = {"hei": 1, "kai": 2, "body": 3}
CARRIED = 2  # rows of the text that go with a 署名 for which there is no room
CLOSER = (0.95, 0.9, 0.85, 0.8, 0.75)  # of the line's pitch, where too little text is there to be carried


def form_of(doc_type: str) -> str:
    return FORMS.get(doc_type, STANDARD)


def face_of(paragraph: str) -> str:
    """The role of fonts in which a paragraph of the body stands."""
    is_heading = len(paragraph) <= 40 and not paragraph.endswith("。")  # a numbered sentence stays 仿宋
    return "hei" if is_heading and HEI.match(paragraph) else "kai" if is_heading and KAI.match(paragraph) else "body"


def set_document(given: PageInput) -> list[Page]:
    """All pages of `given`; a 署名 never stands on a page without text (7.3.5.4)."""
    body, given = _attendance(given)
    ending = ending_of(given)
    setter, moved = _with_room_for(ending.rows, given, body)
    if _no_room(setter, ending.rows):
        setter.turn()
    ending.set(setter)
    set_attendance(setter, given)
    for one in given.enclosures:
        _enclosure(setter, one)
    set_imprint(setter, given, moved)
    return setter.pages


def _with_room_for(rows: int, given: PageInput, body: list) -> tuple[Setter, bool]:
    """`_text`, so that an ending of `rows` has text on its page: some is carried over, or the rows stand closer.

    Of a text so short that neither helps, the last name of 附件说明 at least goes with it: no page shows a seal alone.
    """
    found = _text(Setter(), given, body)
    if not rows or not _lacks_text(found[0], rows):
        return found
    for setter in _ways_out(found[0], body):
        again = _text(setter, given, body)
        if not _lacks_text(again[0], rows):
            return again
    if given.attachments and _no_room(found[0], rows):
        again = _text(Setter(found[0].last_named), given, body)
        return found if _no_room(again[0], rows) else again
    return found


def _ways_out(first: Setter, body: list) -> Iterator[Setter]:
    carried = CARRIED if first.text_rows > 2 * CARRIED else 1
    for rows in range(carried, 0, -1):
        at = first.text_rows - rows
        while at - 1 in first.headings:  # a heading goes with what follows it
            at -= 1
        if at > 0:
            yield Setter(at)
    if not any(isinstance(one, Table) for one in body):  # its rules stand on the grid
        yield from (Setter(step=step) for step in CLOSER)


def _no_room(setter: Setter, rows: int) -> bool:
    return setter.line + rows > LINES + 1e-6


def _lacks_text(setter: Setter, rows: int) -> bool:
    """The page on which an ending of `rows` would stand shows nothing of the text."""
    return setter.text_page != setter.page.number or _no_room(setter, rows)


def _attendance(given: PageInput) -> tuple[list[str | Table], PageInput]:
    """The blocks of the body; of 纪要 without its last lines 出席：…, which have their own place (10.3)."""
    body = list(blocks(given.body))
    if given.form != MINUTES or given.attendance:
        return body, given
    found = []
    while body and isinstance(body[-1], str) and (match := ATTENDANCE.match(body[-1])):
        found.insert(0, (match.group(1), match.group(2)))
        body.pop()
    return body, replace(given, attendance=tuple(found))


def _text(setter: Setter, given: PageInput, body: list) -> tuple[Setter, bool]:
    """Head, title, recipients, text and 附件说明; whether 主送 went into the imprint."""
    set_head(setter, given)
    if given.form != ORDER:
        set_title(setter, given.title, given.names)
    setter.step = setter.closer
    moved = _recipients(setter, given)
    _blocks(setter, body)
    setter.text_rows, setter.text_page = setter.rows, setter.page.number
    set_attachment_note(setter, given)
    setter.step = 1.0
    return setter, moved


def _blocks(setter: Setter, body: list) -> None:
    for place, block in enumerate(body):
        if isinstance(block, str):
            _keep_with_next(setter, body[place:])
            setter.paragraph(block, face_of(block))
        elif (widths := widths_of(block)) is not None:
            set_turned(setter, block, widths)
        elif (widths := block.widths()) is not None:
            TableSetter(setter, block, widths).set()
        else:  # one that does not fit stands as lines, and `checks` refuses it at saving
            for row in block.rows:
                setter.paragraph("  ".join(row))


def _keep_with_next(setter: Setter, left: list) -> None:
    """A heading is never the last row of a page, nor parted from a heading under it; the first of a text stays."""
    if (wanted := _rows_together(left)) < 2 or len(left) < 2:
        return
    setter.headings.update(range(setter.rows, setter.rows + len(break_lines(left[0], first=4))))
    if setter.rows and setter.line and wanted <= LINES and not setter.fits(wanted):
        setter.turn()


def _rows_together(left: list) -> int:
    """Rows of the headings at the beginning of `left`, and the first of what stands under them; 0 where none begins it.

    What is followed by another of its own level is an item of a list, and no heading.
    """
    rows = above = level = 0
    for block in left:
        if isinstance(block, Table):
            upright = None if widths_of(block) is not None else block.widths()
            return rows + (height_of_first(block, upright) if upright else 0)
        depth = LEVELS[face_of(block)]
        if depth <= level:
            return above + 1
        if depth == LEVELS["body"]:
            return rows + 1 if rows else 0
        above, level = rows, depth
        rows += len(break_lines(block, first=4))
    return rows


def set_title(setter: Setter, title: str, names: frozenset[str]) -> None:
    """2号小标宋, centred; afterwards one row is left empty."""
    y = setter.y
    for line in title_lines(title, TITLE_WIDTH, names):
        if y + TITLE_CELL > FOOT:
            setter.turn()
            y = setter.y
        setter.place(line, centred(line, TITLE, CENTRE), y, font="title", size=TITLE)
        y += TITLE_PITCH
    setter.y = y + PITCH


def _recipients(setter: Setter, given: PageInput) -> bool:
    """主送机关 flush left; so many that the first page would show no text stand in the imprint (7.3.2): True.

    Orders and minutes have no 主送: whoever gets them is named in the imprint.
    """
    if not given.main_recipients:
        return False
    if given.form in (ORDER, MINUTES):
        return True
    lines = break_lines(f"{given.main_recipients}：")
    if setter.page.number == 1 and not setter.fits(len(lines) + 1):
        return True
    for line in lines:
        setter.put(line)
    return False


def _enclosure(setter: Setter, one: Enclosure) -> None:
    """附件 on a page of its own: label in the first row, title in the third (7.3.7)."""
    setter.turn()
    setter.put(f"附件{one.number or ''}", font="hei")
    if one.pages:
        for number, bound in enumerate(one.pages):
            if number:
                setter.turn()
            setter.page.bound = bound
        setter.bottom = setter.page.foot  # nothing else stands on the last of them
        return
    setter.line = 2.0
    set_title(setter, one.title, frozenset())
    setter.line = float(int(setter.line))  # the grid again
    _blocks(setter, list(blocks(one.body)))


def page_of_text(given: PageInput, before: str) -> int:
    """The page on which the text stands that follows `before`, a beginning of the body."""
    body, given = _attendance(replace(given, body=before, attachments=(), enclosures=()))
    return _text(Setter(), given, body)[0].text_page


def too_long(given: PageInput) -> list[str]:
    """Fields of `given` that their place cannot hold: "title" when page 1 shows no text (7.3.3), "cc" (7.4.2)."""
    setter = Setter()
    set_head(setter, given)
    if given.form != ORDER:
        set_title(setter, given.title, given.names)
    found = ["title"] if setter.page.number > 1 or not setter.fits(1) else []
    moved = _recipients(setter, given)
    return found + (["cc"] if down(FOOT - height_of(given, moved)) < 1 else [])

"""版头 of the four layouts (GB/T 9704—2012, 7.2; letter: 10.1; order: 10.2; minutes: 10.3). Positions: practice 4."""

from .fonts import ink
from .given import LETTER, MINUTES, ORDER, PageInput, chinese_date
from .grid import ASCENT, CELL, CENTRE, LEADING, LEFT, PITCH, POINT, RIGHT, TOP, Rule, across, down, half_cells
from .setter import Setter, centred, width_of

MARK_TOP = {LETTER: 30.0, ORDER: 57.0}  # mm from the paper's edge; 72.0 for the others
MARK_WIDEST, MARK_SIZE = 156.0, 42.5  # mm; pt: a character of 15 mm
NARROWEST = 0.66  # a long name's characters are set narrower, as on the printed heads, not smaller
TWO_ROWS = 2 * PITCH
RED_RULE = 0.35  # mm
UNDER_NUMBER = 4.0
THICK, BETWEEN, THIN = 0.8, 0.4, 0.3  # mm; the double rules of a letter
PAIR = THICK + BETWEEN + THIN
PAIR_LEFT, PAIR_LENGTH, LOWER_PAIR = 20.0, 170.0, 277.0
FILE = "文件"


def set_head(setter: Setter, given: PageInput) -> None:
    """Everything above the title; afterwards `setter.y` is where the title begins."""
    if given.form == LETTER:
        return _letter(setter, given)
    for number, text in enumerate(_classes(given)):
        setter.place(text, LEFT, TOP + number * PITCH, font="hei")
    bottom = _mark(setter, given, MARK_TOP.get(given.form, 72.0))
    y = bottom + TWO_ROWS
    if given.form == ORDER:
        if given.doc_number:
            setter.place(given.doc_number, centred(given.doc_number), y)
        setter.y = y + CELL + TWO_ROWS
        return None
    y = _number(setter, given, y)
    rule = y + CELL + UNDER_NUMBER
    _rule(setter, rule, RED_RULE)
    setter.y = rule + RED_RULE + TWO_ROWS
    return None


def _classes(given: PageInput) -> list[str]:
    """份号 and 紧急程度, one a row."""
    return [text for text in (given.copy_number, given.urgency) if text]


def _number(setter: Setter, given: PageInput, y: float) -> float:
    """发文字号, beside it 签发人 of an upward document; the y of the last row."""
    number = given.doc_number
    if given.signatories:
        y = _signatories(setter, given.signatories, y)
        if number:
            setter.place(number, LEFT + CELL, y)
        return y
    if number:
        setter.place(number, centred(number), y)
    if given.form == MINUTES and given.document_date:
        day = chinese_date(given.document_date)
        x = RIGHT - CELL - width_of(day)
        if x < CENTRE + width_of(number) / 2 + CELL:
            y += PITCH
        setter.place(day, x, y)
    return y


def _signatories(setter: Setter, names: tuple[str, ...], y: float) -> float:
    """Two names a row, wrapped names under the first one; names of two characters as wide as those of three."""
    widest = max(width_of(name) for name in names)
    columns = min(2, len(names))
    label = "签发人："
    x = RIGHT - CELL - columns * widest - (columns - 1) * CELL
    setter.place(label, x - width_of(label), y)
    for place, name in enumerate(names):
        row, column = divmod(place, 2)
        spread = len(name) == 2 and half_cells(name) == 4 and widest > width_of(name)
        more = {"advance": widest - CELL} if spread else {}
        setter.place(name, x + column * (widest + CELL), y + row * PITCH, font="kai", **more)
    return y + (-(-len(names) // 2) - 1) * PITCH


def _mark(setter: Setter, given: PageInput, top: float) -> float:
    """发文机关标志, its tallest glyph's ink from `top` on; the lower edge of its ink."""
    if given.co_marks and given.form != LETTER:
        return _joint_mark(setter, given, top)
    mark = given.issuing_mark
    return _inked(setter, mark, CENTRE, top, *_mark_size(half_cells(mark) / 2, MARK_WIDEST))


def _mark_size(characters: float, room: float) -> tuple[float, float]:
    """(pt, stretch): as large as may be; what is too long is set narrower first, then smaller."""
    needed = characters * MARK_SIZE * POINT
    stretch = min(1.0, max(NARROWEST, room / needed)) if needed else 1.0
    return min(MARK_SIZE, room / (characters * POINT * stretch)) if needed else MARK_SIZE, stretch


def _inked(setter: Setter, text: str, middle: float, top: float, size: float, stretch: float, **more) -> float:
    em = size * POINT
    upper, lower = ink(text, "title")
    step = more.get("advance") or em * stretch
    width = half_cells(text) / 2 * step - (step - em * stretch)
    setter.place(
        text, middle - width / 2, top + (upper - ASCENT) * em,
        font="title", size=size, colour="red", stretch=stretch, advance=step,
    )  # fmt: skip
    return top + (upper - lower) * em


def _joint_mark(setter: Setter, given: PageInput, top: float) -> float:
    """Names one under the other and as wide as the widest, 文件 at their right in the middle of their height."""
    names = [given.issuing_mark.removesuffix(FILE), *(name.removesuffix(FILE) for name in given.co_marks)]
    widest = max(half_cells(name) / 2 for name in names)
    size, stretch = _mark_size(widest + 2.8, MARK_WIDEST)
    size = min(size, 34.0)
    em = size * POINT
    wide, file_size = widest * em * stretch, size * 1.2
    file_wide, gap = 2 * file_size * POINT * stretch, 0.4 * em
    left = CENTRE - (wide + gap + file_wide) / 2
    bottom, y = top, top
    for name in names:
        count = half_cells(name) / 2
        step = (wide - em * stretch) / (count - 1) if count > 1 else em * stretch
        bottom = _inked(setter, name, left + wide / 2, y, size, stretch, advance=step)
        y += em * 1.3
    upper, lower = ink(FILE, "title")
    file_top = (top + bottom) / 2 - (upper - lower) * file_size * POINT / 2
    _inked(setter, FILE, left + wide + gap + file_wide / 2, file_top, file_size, stretch)
    return bottom


def _letter(setter: Setter, given: PageInput) -> None:
    bottom = _mark(setter, given, MARK_TOP[LETTER])
    upper = bottom + UNDER_NUMBER
    _rule(setter, upper, THICK, PAIR_LEFT, PAIR_LENGTH)
    _rule(setter, upper + THICK + BETWEEN, THIN, PAIR_LEFT, PAIR_LENGTH)
    _rule(setter, LOWER_PAIR - PAIR, THIN, PAIR_LEFT, PAIR_LENGTH)
    _rule(setter, LOWER_PAIR - THICK, THICK, PAIR_LEFT, PAIR_LENGTH)
    setter.page.foot = LOWER_PAIR - PAIR - LEADING
    setter.page.numbered = False
    y = upper + PAIR + LEADING
    rows = _classes(given)
    for number, text in enumerate(rows):
        setter.place(text, LEFT, y + number * PITCH, font="hei")
    if given.doc_number:
        setter.place(given.doc_number, RIGHT - width_of(given.doc_number), y)
    setter.y = y + (max(1, len(rows)) - 1) * PITCH + CELL + TWO_ROWS


def _rule(setter: Setter, top: float, thickness: float, left: float = LEFT, length: float = RIGHT - LEFT) -> None:
    """A red rule whose upper edge is at `top`."""
    setter.page.rules.append(Rule(down(top + thickness / 2), thickness, "red", across(left), length * 2 / CELL))

"""版记 at the foot of the last, even page (GB/T 9704—2012, 7.4); of a letter without rules and 印发 (10.1)."""

from .given import LETTER, MINUTES, ORDER, PageInput, chinese_date
from .grid import FOOT, LEADING, LEFT, RIGHT, Rule, break_lines, down, half_cells, step_of
from .setter import Page, Setter, width_of

SIZE = 14.0
STEP = step_of(SIZE)
FIRST, END = LEFT + STEP, RIGHT - STEP  # one character in at either side
WIDTH = int((END - FIRST) / (STEP / 2))  # half cells of 4号
HANG = 6  # half cells: 抄送：
ROW, BAND = 7.8, 8.6  # mm; from row to row, between two rules around one row
THICK, THIN = 0.35, 0.25


def imprint_lines(given: PageInput, moved: bool) -> list[tuple[float, str]]:
    """(x in mm, text) of 主送 when moved here, and of 抄送; names hang behind their label (7.4.2)."""
    found = []
    for label, names in _labelled(given, moved):
        lines = break_lines(f"{label}：{names.rstrip('。')}。", WIDTH - HANG, first=-HANG) if names else []
        found += [(FIRST if number == 0 else FIRST + HANG * STEP / 2, text) for number, text in enumerate(lines)]
    return found


def _labelled(given: PageInput, moved: bool) -> list[tuple[str, str]]:
    """Who gets it: 分送 of an order, which has no 主送, and of minutes."""
    main = given.main_recipients if moved else ""
    if given.form == ORDER:
        return [("分送", "、".join(filter(None, (main, given.cc_recipients))))]
    return [("分送" if given.form == MINUTES else "主送", main), ("抄送", given.cc_recipients)]


def printing_lines(given: PageInput) -> list[str]:
    """印发机关 in as many rows as it takes beside the date, usually one."""
    if given.form == LETTER or not given.printing_agency:
        return []
    return break_lines(given.printing_agency, WIDTH - half_cells(_printed(given)) - 2)


def _printed(given: PageInput) -> str:
    return f"{chinese_date(given.printing_date)}印发" if given.printing_date else ""


def height_of(given: PageInput, moved: bool) -> float:
    """mm; 0 when there is nothing to print."""
    copies, printing = len(imprint_lines(given, moved)), len(printing_lines(given))
    if given.form == LETTER:
        return (copies - 1) * ROW + STEP if copies else 0.0
    return sum(BAND + (rows - 1) * ROW for rows in (copies, printing) if rows)


def set_imprint(setter: Setter, given: PageInput, moved: bool) -> None:
    height = height_of(given, moved)
    if not height:
        return
    top = FOOT - height
    if setter.bottom + LEADING > top:
        setter.turn()
        if len(setter.pages) % 2:  # a blank page before the imprint's: neither bears a number (7.5)
            setter.page.numbered = False
            setter.turn()
            setter.page.numbered = False
    elif len(setter.pages) % 2:
        setter.turn()
    _paint(setter, given, moved, top)


def _paint(setter: Setter, given: PageInput, moved: bool, top: float) -> None:
    is_letter = given.form == LETTER
    copies, printing = imprint_lines(given, moved), printing_lines(given)
    pad = 0.0 if is_letter else (BAND - STEP) / 2
    if not is_letter:
        _rule(setter.page, top, THICK)
    if copies:
        for number, (x, text) in enumerate(copies):
            setter.place(text, x, top + pad + number * ROW, size=SIZE)
        top += BAND + (len(copies) - 1) * ROW
    if printing:
        if copies:
            _rule(setter.page, top, THIN)
        for number, text in enumerate(printing):
            setter.place(text, FIRST, top + pad + number * ROW, size=SIZE)
        day = _printed(given)
        if day:
            setter.place(day, END - width_of(day, SIZE), top + pad + (len(printing) - 1) * ROW, size=SIZE)
    if not is_letter:
        _rule(setter.page, FOOT, THICK)


def _rule(page: Page, middle: float, thickness: float) -> None:
    page.rules.append(Rule(down(middle), thickness))

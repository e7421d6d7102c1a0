"""What stands behind the text: 附件说明, 署名, 成文日期, seals, 附注, attendance (GB/T 9704—2012, 7.3.4 to 7.3.6, 10)."""

import re
from dataclasses import dataclass

from .given import MINUTES, ORDER, SEAL_DIAMETER, STAMP_WIDTH, PageInput, Seal, chinese_date
from .grid import CELL, CENTRE, COLUMNS, FOOT, LEFT, PITCH, RIGHT, break_lines, half_cells
from .setter import SealPlace, Setter, width_of

DATE_RIGHT = RIGHT - 4 * CELL  # sealed: four characters in
NAME_RIGHT = RIGHT - 2 * CELL  # not sealed: two
SEALED_ROWS = 2  # empty ones under the text
BETWEEN_SEALS = 5  # rows from one row of seals to the next: wider than the widest seal
STAMP_ROWS = 2  # that a 签名章 takes
UNDER_CENTRE = 0.5  # mm from the seal's centre to the upper edge of the name under it
WIDEST_BESIDE = 12  # characters of a name that has another one beside it
NOTE_INDENT = 4


def set_attachment_note(setter: Setter, given: PageInput) -> None:
    """附件说明: one blank row, two characters in, numbered when there are several, names hang (7.3.4)."""
    if not given.attachments:
        return
    setter.line += setter.step
    for number, name in enumerate(given.attachments, start=1):
        setter.last_named = setter.rows
        mark = f"{number}." if len(given.attachments) > 1 else ""
        label = ("附件：" if number == 1 else "") + mark
        indent = 4 + 6 + half_cells(mark)
        for row, line in enumerate(break_lines(name, COLUMNS - indent)):
            setter.row()
            if row == 0:
                setter.put(label, 4 if number == 1 else 10)
                setter.line -= setter.step
            setter.put(line, indent)


def set_attendance(setter: Setter, given: PageInput) -> None:
    """出席, 请假, 列席 of 纪要: one blank row, label in 黑体, names hang behind it (10.3)."""
    if given.attendance and setter.line:
        setter.line += 1
    for label, names in given.attendance:
        head = f"{label}："
        indent = 4 + half_cells(head)
        for number, line in enumerate(_by_names(names, COLUMNS - indent)):
            setter.room(1)
            if number == 0:
                setter.put(head, 4, font="hei")
                setter.line -= 1
            setter.put(line, indent)


def _by_names(names: str, width: int) -> list[str]:
    """Lines that end behind a name's mark; a name that no line holds is broken."""
    lines = [""]
    for name in re.findall(r"[^、，；]+[、，；]?", names):
        for part in break_lines(name, width):
            if lines[-1] and half_cells(lines[-1] + part) > width:
                lines.append("")
            lines[-1] += part
    return lines


@dataclass(frozen=True)
class Ending:
    """署名, 成文日期 and 附注 as one block that is not parted: `rows` it takes, the blank ones above it included."""

    rows: int
    given: PageInput

    def set(self, setter: Setter) -> None:
        given = self.given
        if given.form == ORDER:
            _stamped(setter, given)
        elif given.form != MINUTES and given.sealed:
            _sealed(setter, given)
        elif given.form != MINUTES:
            _unsealed(setter, given)
        for number, line in enumerate(note_lines(given)):
            setter.put(line, NOTE_INDENT if number == 0 else 0)


def ending_of(given: PageInput) -> Ending:
    rows, day = 0, given.document_date is not None
    if given.form == ORDER:
        each = STAMP_ROWS if given.stamped else 1
        rows = (SEALED_ROWS + each * len(given.signatories) if given.signatories else 0) + (2 if day else 0)
    elif given.form != MINUTES and given.sealed and (given.signatures or day):
        rows = SEALED_ROWS + (len(_rows_of_names(given)) - 1) * BETWEEN_SEALS + 2
    elif given.form != MINUTES and (given.signatures or day):
        rows = 1 + len(given.signatures) + day
    return Ending(rows + len(note_lines(given)), given)


def note_lines(given: PageInput) -> list[str]:
    return break_lines(f"（{given.note}）", first=NOTE_INDENT) if given.note else []


def _rows_of_names(given: PageInput) -> list[list[str]]:
    """Two names a row, the last one alone when their number is odd; long names one a row."""
    names = list(given.signatures)
    if len(names) < 2:
        return [names]
    beside = 1 if any(half_cells(name) > 2 * WIDEST_BESIDE for name in names) else 2
    return [names[at : at + beside] for at in range(0, len(names), beside)]


def _sealed(setter: Setter, given: PageInput) -> None:
    """With seals: the date four characters in, every name in the middle of its seal, the last one over the date."""
    if not given.signatures and given.document_date is None:
        return
    day = chinese_date(given.document_date) if given.document_date else ""
    right = DATE_RIGHT - width_of(day or "2000年00月00日") / 2
    setter.line += SEALED_ROWS
    seals = iter(given.seals)
    rows = _rows_of_names(given)
    for number, names in enumerate(rows):
        middles = [right] if len(names) < 2 else [2 * CENTRE - right, right]
        for name, middle in zip(names, middles, strict=True):
            x = min(max(middle - width_of(name) / 2, LEFT), max(LEFT, RIGHT - width_of(name)))
            setter.place(name, x, setter.y)
            _seal(setter, middle, next(seals, None))
        setter.line += BETWEEN_SEALS if number < len(rows) - 1 else 1
    if day:
        setter.place(day, DATE_RIGHT - width_of(day), setter.y)
    setter.line += 1


def _seal(setter: Setter, x: float, seal: Seal | None) -> None:
    kept = seal or Seal(diameter=SEAL_DIAMETER)
    y = setter.y - UNDER_CENTRE
    setter.page.seals.append(SealPlace(x, y, kept, shown=seal is not None))
    setter.bottom = max(setter.bottom, min(y + kept.diameter / 2, FOOT))


def _unsealed(setter: Setter, given: PageInput) -> None:
    """Without a seal: names two characters in, the date two characters right of where the last name begins."""
    if not given.signatures and given.document_date is None:
        return
    day = chinese_date(given.document_date) if given.document_date else ""
    setter.line += 1 if setter.line else 0
    names = given.signatures
    right = NAME_RIGHT
    last = width_of(names[-1]) if names else 0.0
    if day and width_of(day) > last:
        right = NAME_RIGHT - width_of(day) - 2 * CELL + last  # the date ends two characters in instead
    for number, name in enumerate(names):
        end = right if number == len(names) - 1 else NAME_RIGHT
        setter.place(name, max(LEFT, end - width_of(name)), setter.y)
        setter.line += 1
    if day:
        x = max(LEFT, right - last) + 2 * CELL if names else NAME_RIGHT - width_of(day)
        setter.place(day, min(x, RIGHT - width_of(day)), setter.y)
        setter.line += 1


def _stamped(setter: Setter, given: PageInput) -> None:
    """命令: 签名章 two rows under the text and four characters in, the title at its left; the date (7.3.5.3).

    Those of a joint order stand one below the other; a name that is typed stands where its 签名章 would.
    """
    seals = iter(given.seals)
    setter.line += SEALED_ROWS if given.signatories else 0
    for name, title in zip(given.signatories, given.titles, strict=True):
        if given.stamped:
            _stamp(setter, title, next(seals, None))
            continue
        x = DATE_RIGHT - width_of(name)
        setter.place(name, x, setter.y, font="kai")
        _title(setter, title, x, setter.y)
        setter.line += 1
    if given.document_date:
        day = chinese_date(given.document_date)
        setter.line += 1
        setter.place(day, DATE_RIGHT - width_of(day), setter.y)
        setter.line += 1


def _stamp(setter: Setter, title: str, stamp: Seal | None) -> None:
    """The title is centred on the 签名章 upwards and downwards."""
    middle = setter.y + (CELL + (STAMP_ROWS - 1) * PITCH) / 2
    shown = stamp is not None
    place = SealPlace(DATE_RIGHT - STAMP_WIDTH / 2, middle, stamp or Seal(diameter=STAMP_WIDTH), shown=shown)
    setter.page.seals.append(place)
    _title(setter, title, DATE_RIGHT - STAMP_WIDTH, middle - CELL / 2)
    setter.line += STAMP_ROWS


def _title(setter: Setter, title: str, right: float, y: float) -> None:
    """职务, two characters left of what begins at `right`."""
    if title:
        setter.place(title, right - 2 * CELL - width_of(title), y)

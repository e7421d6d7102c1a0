"""The parts of an official document set on the grid (GB/T 9704—2012, chapter 7; letter format: chapter 10)."""

import re
from dataclasses import dataclass, field
from datetime import date

from .grid import COLUMNS, LINES, Rule, Run, balanced, break_lines, half_cells
from .tables import Table, TableSetter, blocks

HEI = re.compile(r"^[一二三四五六七八九十百]{1,4}、")
KAI = re.compile(r"^（[一二三四五六七八九十百]{1,4}）")
LETTER, MINUTES = "letter", "minutes"
IMPRINT_WIDTH = 53  # half cells of 14 pt from the hanging indent to one character before the margin
FORMS = {"letter": LETTER, "minutes": MINUTES}


@dataclass(frozen=True)
class PageInput:
    """Everything that is printed. Texts are plain; `body` has one paragraph a line; dates are local."""

    form: str
    issuing_mark: str
    doc_number: str
    title: str
    body: str
    signatory_name: str = ""
    urgency: str = ""
    main_recipients: str = ""
    attachments: tuple[str, ...] = ()
    issuer_signature: str = ""
    document_date: date | None = None
    note: str = ""
    cc_recipients: str = ""
    printing_agency: str = ""
    printing_date: date | None = None


@dataclass
class Page:
    number: int
    runs: list[Run] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


def form_of(doc_type: str) -> str:
    return FORMS.get(doc_type, "standard")


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class Setter:
    """Sets line after line and turns the page when it is full."""

    def __init__(self) -> None:
        self.pages = [Page(1)]
        self.line = 0.0

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def room(self, lines: float) -> None:
        if self.line + lines > LINES:
            self.turn()

    def turn(self) -> None:
        self.pages.append(Page(len(self.pages) + 1))
        self.line = 0.0

    def put(self, text: str, x: float = 0, *, font: str = "body", size: float = 16.0, colour: str = "black") -> None:
        self.room(1)
        if text:
            self.page.runs.append(Run(x, self.line, text, font, size, half_cells(text) * size / 16.0, colour))
        self.line += 1

    def centre(self, text: str, *, font: str, size: float, colour: str = "black") -> None:
        width = half_cells(text) * size / 16.0
        self.put(text, max(0, (COLUMNS - width) / 2), font=font, size=size, colour=colour)

    def paragraph(self, text: str) -> None:
        """First line indented by two characters; headings in 黑体 and 楷体 (7.3.3)."""
        for number, line in enumerate(break_lines(text, first=4)):
            self.put(line, 4 if number == 0 else 0, font=face_of(text))

    def table(self, table: Table) -> None:
        """With rules on the grid; one that does not fit stands as lines, and `checks` refuses it at saving."""
        if (widths := table.widths()) is not None:
            TableSetter(self, table, widths).set()
        else:
            for row in table.rows:
                self.paragraph("  ".join(row))


def face_of(paragraph: str) -> str:
    """The role of fonts in which a paragraph of the body stands."""
    is_heading = len(paragraph) <= 40 and not paragraph.endswith("。")  # a numbered sentence stays 仿宋
    return "hei" if is_heading and HEI.match(paragraph) else "kai" if is_heading and KAI.match(paragraph) else "body"


def set_document(given: PageInput) -> list[Page]:
    """All pages of `given`, the imprint at the foot of the last one."""
    setter = Setter()
    _head(setter, given)
    _title(setter, given)
    moved = _recipients(setter, given)
    for block in blocks(given.body):
        if isinstance(block, Table):
            setter.table(block)
        else:
            setter.paragraph(block)
    _attachments(setter, given)
    _signature(setter, given)
    if given.note:
        for number, line in enumerate(break_lines(f"（{given.note}）", first=4)):
            setter.put(line, 4 if number == 0 else 0)
    _imprint(setter, given, moved)
    return setter.pages


def too_long(given: PageInput) -> list[str]:
    """Fields of `given` that their place cannot hold: "title" when page 1 shows no text (7.3.3), "cc" (7.4.2)."""
    setter = Setter()
    _head(setter, given)
    _title(setter, given)
    found = ["title"] if setter.page.number > 1 or setter.line > LINES - 1 else []
    moved = _recipients(setter, given)
    return found + (["cc"] if len(imprint_lines(given, moved)) > LINES - 2 else [])


def _recipients(setter: Setter, given: PageInput) -> bool:
    """主送机关 flush left; so many that the first page would show no text stand in the imprint (7.3.2): True."""
    if not given.main_recipients:
        return False
    lines = break_lines(f"{given.main_recipients}：")
    if setter.line + len(lines) > LINES - 1 and setter.page.number == 1:
        return True
    for line in lines:
        setter.put(line)
    return False


def _head(setter: Setter, given: PageInput) -> None:
    """Red mark, number and line; urgency at the top left (7.2)."""
    if given.urgency:
        setter.put(given.urgency, 0, font="hei")
    setter.line = 1.6
    width = half_cells(given.issuing_mark)
    size = min(44.0, 16.0 * COLUMNS / max(width, 1))
    setter.centre(given.issuing_mark, font="title", size=size, colour="red")
    setter.line = 4.6 if given.form != LETTER else 3.4
    if given.signatory_name:
        setter.put(given.doc_number, 2)
        setter.line -= 1
        signed = f"签发人：{given.signatory_name}"
        setter.put(signed, COLUMNS - half_cells(signed) - 2)
    elif given.form == LETTER:
        setter.put(given.doc_number, COLUMNS - half_cells(given.doc_number))
    else:
        setter.centre(given.doc_number, font="body", size=16.0)
    setter.page.rules.append(Rule(setter.line + 0.2, 0.9, "red"))
    setter.line += 2


def _title(setter: Setter, given: PageInput) -> None:
    for line in balanced(given.title, int(COLUMNS * 16 / 22) - 2):
        setter.centre(line, font="title", size=22.0)
        setter.line += 0.15
    setter.line = float(int(setter.line) + 2)


def _attachments(setter: Setter, given: PageInput) -> None:
    """附件说明: one blank line, two characters in, numbered when there are several (7.3.4)."""
    if not given.attachments:
        return
    setter.line += 1
    for number, name in enumerate(given.attachments, start=1):
        label = "附件：" if number == 1 else "      "
        mark = f"{number}. " if len(given.attachments) > 1 else ""
        indent = 4 + 6 + half_cells(mark)
        lines = break_lines(name, COLUMNS - indent)
        setter.put(label.rstrip() + mark if number == 1 else mark, 4 if number == 1 else 10)
        setter.line -= 1
        for line in lines:
            setter.put(line, indent)


def _signature(setter: Setter, given: PageInput) -> None:
    """署名 and 成文日期: the date four characters from the right, the name centred on it (7.3.5)."""
    if given.document_date is None and not given.issuer_signature:
        return
    day = chinese_date(given.document_date) if given.document_date else ""
    setter.room(5)
    setter.line += 2 if setter.line else 0
    end = COLUMNS - 8
    middle = end - half_cells(day) / 2
    name_width = half_cells(given.issuer_signature)
    start = max(0.0, min(middle - name_width / 2, COLUMNS - name_width))
    if given.issuer_signature:
        setter.put(given.issuer_signature, start)
    if day:
        setter.put(day, end - half_cells(day))


def imprint_lines(given: PageInput, moved: bool) -> list[tuple[float, str]]:
    """(indent in half cells, text) of 主送 when moved here, and of 抄送; names hang behind their label (7.4.2)."""
    found = []
    for label, names in (("主送", given.main_recipients if moved else ""), ("抄送", given.cc_recipients)):
        for number, text in enumerate(break_lines(f"{label}：{names}。", IMPRINT_WIDTH, first=-6) if names else []):
            found.append((2 if number == 0 else 7, text))
    return found


def _imprint(setter: Setter, given: PageInput, moved: bool) -> None:
    """版记 at the foot of the last page, which is an even one (7.4)."""
    if not (given.printing_agency or given.cc_recipients or moved):
        return
    copies = imprint_lines(given, moved)
    needed = len(copies) + 2
    if setter.line + needed > LINES:
        setter.turn()
    if len(setter.pages) % 2:
        setter.turn()
    page, line = setter.page, LINES - needed + 0.6
    page.rules.append(Rule(line))
    for indent, text in copies:
        page.runs.append(Run(indent, line + 0.1, text, "body", 14.0, half_cells(text) * 14 / 16))
        line += 1
    if copies:
        page.rules.append(Rule(line + 0.1, 0.25))
    page.runs.append(
        Run(2, line + 0.2, given.printing_agency, "body", 14.0, half_cells(given.printing_agency) * 14 / 16)
    )
    if given.printing_date:
        printed = f"{chinese_date(given.printing_date)}印发"
        width = half_cells(printed) * 14 / 16
        page.runs.append(Run(COLUMNS - width - 2, line + 0.2, printed, "body", 14.0, width))
    page.rules.append(Rule(line + 1.25))

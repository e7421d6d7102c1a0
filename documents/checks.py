"""What will fail later is said now: pure checks of a draft's texts, shown at saving, binding at 送审 and before 编号.

A draft that cannot go on yet is saved all the same and its findings are shown on its page; 送审 refuses with all
of them at once, and 编号 asks again before a number is taken (design sections 4 and 5; domain 1.2, 1.5; practice 1).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import paper
from units.findings import REFUSE, WARN, Finding
from units.secrecy import marks_in, sentence
from units.texts import doubtful_characters, some_of

from . import day_checks, hanging, pages, regulation
from .states import WITHOUT_RECIPIENTS, Direction, Disclosure, DocType, RoutingDirection
from .word_in import ADDRESSED

UPWARD = frozenset({DocType.REPORT, DocType.REQUEST, DocType.PROPOSAL})
PERSON = re.compile(r"(?:同志|先生|女士|书记|市长|区长|局长|主任|处长|科长)$")
AROUND = 6  # characters quoted at either side of one that cannot be set
NAMED = 5  # characters named in one sentence
MOST = 20  # lines of the body named one by one
NO_FONTS = "no-fonts"


@dataclass(frozen=True)
class Draft:
    """A document's texts before it goes on; `page` is all that is printed, `people` (label, name) on its sheet."""

    direction: str
    doc_type: str
    routing_direction: str
    page: "paper.PageInput"
    disclosure_attr: str = Disclosure.ON_REQUEST
    disclosure_reason: str = ""
    contact: str = ""
    answers: bool = False
    is_signed: bool = False
    people: tuple[tuple[str, str], ...] = ()
    parties: tuple[regulation.Party, ...] = ()
    is_general_office: bool = False
    may_order: bool = False  # 命令: a government, never its office
    beside: tuple[pages.Beside, ...] = ()  # attachments that the page does not hold

    @property
    def label(self) -> str:
        return "签报" if self.direction == Direction.INTERNAL else str(DocType(self.doc_type).label)

    @property
    def main(self) -> list[str]:
        return [name for name in self.page.main_recipients.split("、") if name]

    @property
    def is_upward(self) -> bool:
        return self.routing_direction == RoutingDirection.UP


def of(document, page: "paper.PageInput | None" = None, parties: tuple[regulation.Party, ...] | None = None) -> Draft:
    """The draft of an outgoing or internal row; `page` when it is at hand (else two queries), `parties` too (else one).

    Both are given where something else stands in a form than in the row.
    """
    shown = page or pages.page_input(document)
    has_more = document.direction != Direction.INTERNAL and len(shown.attachments) > len(shown.enclosures)
    return Draft(
        document.direction,
        document.doc_type,
        document.routing_direction,
        shown,
        document.disclosure_attr,
        document.disclosure_reason,
        document.contact,
        document.replies_to_id is not None,
        document.approved_at is not None,
        (
            ("拟稿人", document.drafted_by.name if document.drafted_by else ""),
            ("拟稿部门", document.department.name if document.department else ""),
        ),
        _parties(document) if parties is None else parties,
        document.unit.rank == 1,
        _may_order(document.unit),
        tuple(pages.beside_the_page(document).values()) if has_more else (),
    )


def _may_order(unit) -> bool:
    """A government; an office's head would bear the office's own name, whoever signed it."""
    return unit.name.endswith("人民政府") or (unit.rank == 1 and not unit.name.endswith("办公室"))


def _parties(document) -> tuple[regulation.Party, ...]:
    rows = hanging.addressees(document)
    return tuple(regulation.party(one.kind, one.name, document.unit, one.unit) for one in rows)


def problems(draft: Draft) -> list[Finding]:
    """Everything that stands in the way, and advice, in the order of the form; [] is good."""
    return [finding for check in CHECKS for finding in check(draft)]


def hints(document, page: "paper.PageInput") -> list[str]:
    """What the drafter was advised of and left as it is, for whoever reviews or signs: sentences with their article."""
    found = [one for one in problems(of(document, page)) if not one.is_refusal and one.code != NO_FONTS]
    return list(dict.fromkeys(one.message for one in found))


def _refuse(code: str, field: str, message: str, line: int = 0) -> Finding:
    return Finding(code, REFUSE, field, message, field, line)


def _advise(code: str, field: str, message: str) -> Finding:
    return Finding(code, WARN, field, message, field)


def has_its_texts(draft: Draft) -> Iterator[Finding]:
    if not draft.page.title.strip():
        kind = draft.label if draft.direction == Direction.INTERNAL else "通知"
        yield _refuse("no-title", "title", f"标题为空，请填写“关于××的{kind}”式的标题。")
    if not draft.page.body.strip():
        yield _refuse("no-body", "body", "正文为空，请填写正文。")


def has_its_parts(draft: Draft) -> Iterator[Finding]:
    """What this kind of document must bear (domain 1.2; practice 1)."""
    if draft.direction == Direction.INTERNAL:
        return
    if not draft.main and draft.doc_type not in WITHOUT_RECIPIENTS:
        yield _refuse("no-main", "main", "没有主送机关，请至少选择一个主送机关。")
    if draft.doc_type in UPWARD and not draft.is_upward:
        yield _refuse(
            "direction", "routing_direction", f"{draft.label}是上行文，请把行文方向改为“上行”，否则不印签发人。"
        )
    if draft.doc_type == DocType.REQUEST and not draft.contact.strip():
        yield _refuse("no-contact", "contact", "请示须在附注处印联系人和电话，请填写“联系人和电话”。")
    if draft.is_signed and draft.is_upward and not draft.page.signatory_name:
        yield _refuse("no-signatory", "", "上行文须印签发人，现无签发人，请退回重新签发。")
    if draft.disclosure_attr == Disclosure.NOT_DISCLOSED and not draft.disclosure_reason.strip():
        yield _refuse("no-reason", "disclosure_reason", "公开属性为不予公开的，请填写“不予公开理由”。")


def keeps_routing_rules(draft: Draft) -> Iterator[Finding]:
    """RT-02, RT-06 and RT-14 of domain 1.5; the others stand in documents.regulation."""
    if draft.direction == Direction.INTERNAL:
        return
    if draft.doc_type == DocType.REQUEST and len(draft.main) > 1:
        yield _refuse(
            "RT-02", "main", "请示只能主送一个机关，请只保留一个主送机关，其他改为抄送（条例第十五条第一项）。"
        )
    elif draft.is_upward and len(draft.main) > 1:
        yield _refuse("RT-02", "main", "上行文原则上只主送一个机关，其他上级请用抄送（条例第十五条第一项）。")
    if draft.is_upward and (persons := [name for name in draft.main if PERSON.search(name)]):
        yield _refuse(
            "RT-06",
            "main_outside",
            f"上行文不得主送领导者个人：“{'、'.join(persons)}”，请改为其所在机关（条例第十五条第五项）。",
        )
    if draft.doc_type == DocType.REPLY and not draft.answers:
        yield _refuse("RT-14", "", "批复必须对应一份请示，请从该请示的收文页面选择“拟批复”（条例第八条第十二项）。")


def bears_no_mark(draft: Draft) -> Iterator[Finding]:
    for field, label, text in _texts(draft):
        if marks := marks_in(text, is_name=field in ("title", "attachments")):
            yield _refuse("secret-mark", field, sentence(label, marks))


def fits_its_page(draft: Draft) -> Iterator[Finding]:
    """GB/T 9704—2012, 7.3.3 and 7.4; a table within the 28 characters of a line, or turned within 40 (8)."""
    for field in paper.too_long(draft.page):
        yield _refuse("too-long", field, TOO_LONG[field])
    for table in paper.too_wide(draft.page.body):
        yield _refuse(
            "table-too-wide",
            "body",
            f"正文第{table.line}行起的表格有 {table.columns} 列，横排每行 40 个字也放不下；"
            "请减少列数、缩短不能断开的数字或字母，或者改作附件。",
            table.line,
        )
    if paper.ends_turned(draft.page.body) and draft.page.signatures:
        yield _refuse(
            "ends-in-a-turned-table",
            "body",
            "正文以横排表格结束，署名和成文日期将独占一页（GB/T 9704—2012，7.3.5.4）：请在表格后另起一段文字，或者把表格改作附件。",
        )


TOO_LONG = {
    "title": "标题过长，首页排不下正文，请缩短标题（一般不超过 50 个字）。",
    "cc": "抄送机关过多，版记一页排不下，请改用统称（如“各街道办事处”）。",
}


def can_be_set(draft: Draft) -> Iterator[Finding]:
    """Every character has a glyph in the face it stands in on the page; a name on 发文稿纸 without one is told."""
    try:
        yield from _lost_in_body(draft.page.body)
        for field, label, text in _texts(draft):
            roles = ("title", "body") if field in ("title", "unit") else ("body",)
            lost = "" if field == "body" else "".join(paper.missing_glyphs(text, role) for role in roles)
            if lost:
                yield _refuse("glyph", field, no_glyph(label, text, lost))
        sheet = pages.sheet_name(draft)
        for label, name in draft.people:  # nobody can write his own name otherwise
            if lost := paper.missing_glyphs(name):
                yield _advise("glyph", "", f"{label}“{name}”中的“{lost}”没有可用字形，{sheet}上以〓和字符编码代替。")
    except paper.FontsMissing as error:
        yield _advise(NO_FONTS, "", str(error))


def _lost_in_body(body: str) -> Iterator[Finding]:
    """Judged whole first: only a body with something lost is looked at line by line."""
    if not any(paper.missing_glyphs(body, role) for role in ("body", "hei", "kai")):
        return
    lines = ((number, line) for number, line in enumerate(body.split("\n"), start=1))
    bad = [(number, line, lost) for number, line in lines
           if (lost := paper.missing_glyphs(line, paper.face_of(line.strip())))]  # fmt: skip
    for number, line, lost in bad[:MOST]:
        yield _refuse("glyph", "body", no_glyph(f"正文第{number}行", line, lost), number)
    if len(bad) > MOST:
        yield _refuse(
            "glyph", "body", f"正文中还有 {len(bad) - MOST} 行含没有可用字形的字符，请一并改正。", bad[MOST][0]
        )


def no_glyph(label: str, text: str, lost: str) -> str:
    """The character, where it stands, and what would be right."""
    once = list(dict.fromkeys(lost))
    told = [f"“{char}”（U+{ord(char):04X}，见“{_around(text, char)}”）" for char in once[: NAMED + 1]]
    named = some_of(told, NAMED, "个字符", count=len(once))
    return f"“{label}”中的{named}没有可用字形，不能排印；请改用文字或规范字，确需此字的请系统管理员安装含该字的字体。"


def _around(text: str, char: str) -> str:
    at = text.index(char)
    return " ".join(text[max(0, at - AROUND) : at + AROUND + 1].split())


def _texts(draft: Draft) -> list[tuple[str, str, str]]:
    """(field, label, text) of all that is printed."""
    page, issuer = draft.page, "单位" if draft.direction == Direction.INTERNAL else "发文机关"
    return [
        ("title", "标题", page.title), ("main", "主送机关", page.main_recipients), ("body", "正文", page.body),
        ("attachments", "附件名称", "\n".join(page.attachments)), ("cc", "抄送机关", page.cc_recipients),
        ("note", "附注", page.note), ("contact", "联系人和电话", draft.contact),
        ("unit", issuer, f"{page.issuing_mark}{page.issuer_signature}"), ("", "签发人", page.signatory_name),
    ]  # fmt: skip


def is_typed_twice(draft: Draft) -> Iterator[Finding]:
    """Title and receivers are set by the system: typed into the text they stand on the page twice."""
    first, *rest = [line.strip() for line in draft.page.body.split("\n", 3)[:3] if line.strip()] or [""]
    if first and _letters(first) == _letters(draft.page.title):
        yield _advise(
            "title-typed", "body", f"标题由系统排在正文上方，正文首行“{first}”与标题相同，版面上会印两次，请删去。"
        )
        first = rest[0] if rest else ""
    is_main = bool(draft.main) and _letters(first) == _letters(draft.page.main_recipients)
    if draft.direction != Direction.INTERNAL and (is_main or ADDRESSED.match(first)):
        yield _advise("recipients-typed", "body", f"主送机关由系统排在标题下，正文首行“{first}”如是主送机关，请删去。")


def _letters(text: str) -> str:
    return "".join(text.split()).rstrip("：:")


def tells_what_goes_beside(draft: Draft) -> Iterator[Finding]:
    """An attachment that is not bound into the page is sent as a file: said before 送审, with the reason."""
    for one in draft.beside:
        yield _advise(
            "beside-the-page", "attachments",
            f"附件{one.number or ''}“{one.name}”不能排入版面，将作为文件随文另发：{one.why}。"
            "要排入版面的，请另存为嵌入字体的 A4 竖排 PDF 后更换。",
        )  # fmt: skip


def is_advisable(draft: Draft) -> Iterator[Finding]:
    """What is unusual and may be right."""
    page = draft.page
    if found := re.search(r"[×xX]{2,}|＿{2,}|_{3,}", page.body + page.title):
        yield _advise("placeholder", "body", f"文中还有待填写的“{found.group()}”，请核对。")
    for field, label, text in _texts(draft):
        for doubt in doubtful_characters(text):
            yield _advise("doubtful", field, f"“{label}”{doubt}")


CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    has_its_texts,
    has_its_parts,
    keeps_routing_rules,
    regulation.remarks,
    bears_no_mark,
    fits_its_page,
    can_be_set,
    is_typed_twice,
    tells_what_goes_beside,
    is_advisable,
    day_checks.real_days,
)

"""A page from a plain description: the elements of domain 1.2 by identifier, `layout` and `seals`; no row is needed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from units.findings import REFUSE, Finding

from .fonts import missing_glyphs
from .given import LAYOUTS, LETTER, MINUTES, ORDER, SEAL_DIAMETER, STAMP_WIDTH, STANDARD, Enclosure, PageInput, Seal
from .page import face_of, too_long
from .turned import too_wide

LAYOUT_WORDS = {**{name: name for name in LAYOUTS}, **{word: name for name, word in LAYOUTS.items()}} | {
    "general": STANDARD, "令": ORDER, "函": LETTER, "会议纪要": MINUTES,
}  # fmt: skip
URGENCY = {"": "", "特急": "特急", "加急": "加急", "extra_urgent": "特急", "urgent": "加急", "一般": "", "normal": ""}
NOT_SECRET = {"", "public", "internal", "公开", "内部", "none"}
NUMBER = re.compile(r"^(?:[^〔〕\[\]（）()0-9]{1,30}〔\d{4}〕[1-9]\d*号|第[1-9]\d*[号期次]|〔\d{4}〕[1-9]\d*号)$")
LABELS = {
    "layout": "版式", "copy_number": "份号", "security_class": "密级", "urgency": "紧急程度", "issuing_mark": "发文机关标志",
    "doc_number": "发文字号", "signatory_name": "签发人", "title": "标题", "main_recipients": "主送机关", "body": "正文",
    "attachment_note": "附件说明", "issuer_signature": "发文机关署名", "document_date": "成文日期", "note": "附注",
    "attachments": "附件", "cc_recipients": "抄送机关", "printing_agency": "印发机关", "printing_date": "印发日期",
    "seals": "印章", "seal": "印章", "signatory_title": "签发人职务", "attendance": "出席人员", "routing_direction": "行文方向",
    "secrecy_period": "保密期限", "page_numbers": "页码",
}  # fmt: skip


class Reader:
    """Reads one description; every fault is a sentence in `faults`, and all are found."""

    def __init__(self, spec: dict) -> None:
        self.spec, self.faults = spec, []

    def fault(self, field: str, message: str) -> None:
        self.faults.append(
            Finding("spec", REFUSE, field, f"{field}（{LABELS.get(field, '未知项')}）：{message}", field)
        )

    def text(self, field: str, *, needed: bool = False) -> str:
        value = self.spec.get(field)
        if value is None or value == "":
            if needed:
                self.fault(field, "为空，请填写。")
            return ""
        if not isinstance(value, str) or (field != "body" and "\n" in value.strip()):
            self.fault(field, "应是一行文字。" if field != "body" else "应是文字，每段一行。")
            return ""
        return value.strip("\n") if field == "body" else value.strip()

    def texts(self, field: str, *, needed: bool = False) -> tuple[str, ...]:
        """One text or a list of texts."""
        value = self.spec.get(field)
        if isinstance(value, list):
            if not value or not all(isinstance(one, str) and one.strip() and "\n" not in one for one in value):
                self.fault(field, "应是文字，或一组非空的文字。")
                return ()
            return tuple(one.strip() for one in value)
        found = self.text(field, needed=needed)
        return (found,) if found else ()

    def day(self, field: str) -> date | None:
        value = self.spec.get(field)
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(field, f"“{value}”不是日期，应写作 2026-03-02。")
            return None

    def choice(self, field: str, words: dict[str, str], default: str) -> str:
        value = self.spec.get(field) or default
        if not isinstance(value, str) or value not in words:
            self.fault(field, f"“{value}”不在可选范围，可写：{'、'.join(word for word in words if word)}。")
            return words[default]
        return words[value]


def page_of_spec(spec: Any) -> tuple[PageInput | None, list[Finding]]:
    """The layout's input, or None and every fault of `spec`."""
    if not isinstance(spec, dict):
        return None, [Finding("spec", REFUSE, "", '应是一个 JSON 对象，例如 {"layout": "文件", "title": "…"}。', "")]
    read = Reader(spec)
    for field in spec:
        if field not in LABELS:
            read.fault(field, "没有这一项，请核对名称。")
    given = _given(read)
    if not read.faults:
        _printable(read, given)
    return (None if read.faults else given), read.faults


def _given(read: Reader) -> PageInput:
    form = read.choice("layout", LAYOUT_WORDS, STANDARD)
    marks = read.texts("issuing_mark", needed=True)
    signatures = read.texts("issuer_signature")
    signatories = read.texts("signatory_name") if _prints_signatory(read, form) else ()
    _checked(read)
    enclosures, names = _attachments(read)
    titles = read.texts("signatory_title")
    sealed, seals = _seals(read, form, signatories if form == ORDER else signatures)
    return PageInput(
        form=form,
        issuing_mark=marks[0] if marks else "",
        co_marks=marks[1:],
        doc_number=read.text("doc_number"),
        title=read.text("title", needed=form != ORDER),
        body=read.text("body", needed=True),
        signatory_name=signatories[0] if signatories else "",
        co_signatories=signatories[1:],
        signatory_title=titles[0] if titles else "",
        co_titles=titles[1:],
        urgency=read.choice("urgency", URGENCY, ""),
        copy_number=read.text("copy_number"),
        main_recipients="、".join(read.texts("main_recipients")),
        attachments=names,
        enclosures=enclosures,
        issuer_signature=signatures[0] if signatures and form != MINUTES else "",
        co_signatures=signatures[1:] if form != MINUTES else (),
        document_date=read.day("document_date"),
        note=read.text("note").removeprefix("（").removesuffix("）"),
        cc_recipients="、".join(read.texts("cc_recipients")),
        printing_agency=read.text("printing_agency"),
        printing_date=read.day("printing_date"),
        attendance=_attendance(read),
        sealed=sealed,
        seals=seals,
        stamped=form == ORDER and bool(seals),
    )


def _prints_signatory(read: Reader, form: str) -> bool:
    """Printed on upward documents only (7.2.6), and at the end of an order; a description without direction decides."""
    direction = read.spec.get("routing_direction") or "up"
    if direction not in ("up", "down", "parallel", "public"):
        read.fault("routing_direction", "可写：up、down、parallel、public。")
    return form == ORDER or (direction == "up" and form == STANDARD)


def _checked(read: Reader) -> None:
    number = read.text("doc_number")
    if number and not NUMBER.match(number):
        read.fault("doc_number", f"“{number}”应写作“机关代字〔年份〕序号号”，年份用六角括号，序号不编虚位。")
    copy = read.text("copy_number")
    if copy and not re.fullmatch(r"[0-9]{6}", copy):
        read.fault("copy_number", f"“{copy}”应是 6 位阿拉伯数字，例如 000001。")
    if read.spec.get("security_class") not in (None, *NOT_SECRET) or read.spec.get("secrecy_period"):
        read.fault("security_class", "本系统不处理国家秘密，不得标注密级和保密期限。")


def _attachments(read: Reader) -> tuple[tuple[Enclosure, ...], tuple[str, ...]]:
    """Bound attachments, and the names of all for 附件说明."""
    found = []
    value = read.spec.get("attachments") or []
    for one in value if isinstance(value, list) else [None]:
        if isinstance(one, str) and one.strip():
            found.append((one.strip(), None))
        elif isinstance(one, dict) and isinstance(one.get("title"), str) and isinstance(one.get("body", ""), str):
            found.append((one["title"].strip(), one.get("body")))
        else:
            read.fault("attachments", '应是一组 {"title": 名称, "body": 内容} 或名称。')
    names = tuple(title for title, _ in found)
    note = read.spec.get("attachment_note")
    if isinstance(note, list) and all(isinstance(one, dict) for one in note):
        read.spec = read.spec | {"attachment_note": [str(one.get("title") or one.get("name") or "") for one in note]}
    named = read.texts("attachment_note") or names
    if names and len(named) != len(names):
        read.fault("attachment_note", f"附件有 {len(names)} 个，附件说明有 {len(named)} 个，应当一致。")
    several = len(found) > 1
    bound = [Enclosure(title, body, n if several else 0) for n, (title, body) in enumerate(found, 1) if body]
    return tuple(bound), named


def _attendance(read: Reader) -> tuple[tuple[str, str], ...]:
    value = read.spec.get("attendance") or {}
    pairs = list(value.items()) if isinstance(value, dict) else value
    found = []
    for pair in pairs if isinstance(pairs, list) else [None]:
        match pair:
            case [str() as label, str() as names] | (str() as label, str() as names):
                found.append((label, names))
            case [str() as label, list() as names] | (str() as label, list() as names):
                found.append((label, "、".join(map(str, names))))
            case _:
                read.fault("attendance", '应是 {"出席": ["姓名", …], "列席": […]}。')
    return tuple(found)


def _seals(read: Reader, form: str, signatures: tuple[str, ...]) -> tuple[bool, tuple[Seal, ...]]:
    """(room is left, seals that are drawn); an order bears 签名章, which are pictures, and minutes bear nothing."""
    value = read.spec.get("seals", read.spec.get("seal"))
    if value in (None, False, 0, "none", "without", "无") or value == []:
        return False, ()
    if value is True or value in ("with", "joint", "有"):
        value = len(signatures)
    if isinstance(value, int):
        value = list(signatures[:value]) if value <= len(signatures) else [None] * value
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        read.fault("seals", '应是 true、false、个数，或一组 {"name": 印文, "diameter": 毫米}。')
        return False, ()
    if form == MINUTES or (form == ORDER and not all(isinstance(one, dict) and one.get("svg") for one in value)):
        return False, ()
    if len(value) > len(signatures):
        read.fault("seals", f"印章 {len(value)} 枚，署名 {len(signatures)} 个；印章应与署名一一对应。")
        return True, ()
    seals = tuple(_seal(read, one, name) for one, name in zip(value, signatures, strict=False))
    if form == ORDER:  # each stands where the name would, all of one width
        return False, tuple(replace(one, diameter=STAMP_WIDTH) for one in seals)
    return True, seals


def _seal(read: Reader, one: Any, name: str) -> Seal:
    if isinstance(one, str):
        return Seal(one)
    if not isinstance(one, dict):
        read.fault("seals", '每枚印章应是 {"name": 印文, "diameter": 毫米}。')
        return Seal(name)
    diameter, svg = one.get("diameter", SEAL_DIAMETER), one.get("svg", "")
    if not isinstance(diameter, int | float) or not 30 <= diameter <= SEAL_DIAMETER:
        read.fault("seals", f"直径“{diameter}”应在 30 至 {SEAL_DIAMETER:.0f} 毫米之间（国发〔1999〕25号）。")
        diameter = SEAL_DIAMETER
    if not isinstance(svg, str) or (svg and "<svg" not in svg[:200]):
        read.fault("seals", "印模图形应是 SVG 文本。")
        svg = ""
    return Seal(str(one.get("name", name)), float(diameter), svg)


TOO_LONG = {
    "title": ("title", "过长，首页排不下正文，请缩短。"),
    "cc": ("cc_recipients", "过多，版记一页排不下，请改用统称。"),
}


def _printable(read: Reader, given: PageInput) -> None:
    for field in too_long(given):
        read.fault(*TOO_LONG[field])
    for table in too_wide(given.body):
        read.fault("body", f"第{table.line}行起的表格有 {table.columns} 列，横排也放不下。")
    lost: Callable[[str, str], str] = missing_glyphs
    for field, text, role in _glyph_places(given):
        if characters := lost(text, role):
            read.fault(field, f"“{characters}”没有可用字形，请改用规范字。")
    bad = "".join(sorted({char for line in given.body.split("\n") for char in lost(line, face_of(line.strip()))}))
    if bad:
        read.fault("body", f"“{bad}”没有可用字形，请改用规范字。")


def _glyph_places(given: PageInput) -> list[tuple[str, str, str]]:
    return [
        ("issuing_mark", "".join((given.issuing_mark, *given.co_marks)), "title"),
        ("title", given.title, "title"), ("doc_number", given.doc_number, "body"),
        ("signatory_name", "".join(given.signatories), "kai"), ("main_recipients", given.main_recipients, "body"),
        ("cc_recipients", given.cc_recipients, "body"), ("note", given.note, "body"),
        ("issuer_signature", "".join(given.signatures), "body"), ("printing_agency", given.printing_agency, "body"),
        ("attachments", "".join(one.body for one in given.enclosures), "body"),
        ("attachment_note", "".join(given.attachments), "body"),
        ("attendance", "".join(names for _, names in given.attendance), "body"),
    ]  # fmt: skip

"""The rules of 行文 as remarks on a draft (《党政机关公文处理工作条例》, articles 8, 9, 13–17; domain 1.5).

Each says its article in brackets. What is plain from the words is refused; what only a person can judge is advice.
A draft is taken as documents.checks.Draft gives it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from units.findings import REFUSE, WARN, Finding
from units.texts import some_of

from .states import WITHOUT_RECIPIENTS, AddresseeKind, Direction, DocType, RoutingDirection

ABOVE, BELOW, BESIDE = "above", "below", "beside"
NAMED = 3  # bodies in one sentence
REGULATION = "条例"
DOWN_ONLY = {
    DocType.RESOLUTION: "一", DocType.DECISION: "二", DocType.ORDER: "三", DocType.CIRCULAR: "九", DocType.REPLY: "十二",
}  # fmt: skip
SELDOM = {DocType.COMMUNIQUE: "四", DocType.ANNOUNCEMENT: "五"}
ENDINGS = {DocType.ORDER: "令", DocType.INFORMAL_LETTER: "函", DocType.INTERNAL_MATERIAL: ""}  # of titles
ASKS = re.compile(r"(?<![报提申呈])请(?:予以?)?(?:批示|审批|批准|核准|审定|审核批准|批复|批转)|[妥当可]否")
PERHAPS_ASKS = re.compile(
    r"(?:恳请|请求|拟请|望予|请予以?|请给予)[^。；\n]{0,20}(?:支持|解决|同意|拨付|批准|协调|安排|增加|追加|调整)"
)
ANSWERED = re.compile(r"(?:请批示|请审批|请批准|请批复|请指示|请核准|请审定|请予批准|请予审批|[妥当可]否)")
TWO_KINDS = re.compile(r"(请示报告|报告请示|请示函|通知通报|意见通知|通报通知)$")
TWICE = re.compile(r"的(通知|意见|通报|报告|请示|函)的\1$")
SEVERAL = re.compile(r"关于[^《》]*?(?:等(?:事项|问题|工作)|(?:以及|暨|并)[^《》]+)的请示$")
ENUMERATED = re.compile(r"^[一二三四五六七八九十]{1,3}、", re.MULTILINE)
NUMBERED_ATTACHMENT = re.compile(r"附件\s*([1-9][0-9]?|[一二三四五六七八九十]{1,2})")
TYPED_NOTE = re.compile(r"^附件[：:]", re.MULTILINE)
TYPED_DATE = re.compile(
    r"^(?:[0-9]{4}|[二〇○０Ｏ一三四五六七八九零]{4})年[0-9〇一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日$"
)
FIGURES = "零一二三四五六七八九十"
CONSENT = re.compile(r"经[^。；，]{0,20}(?:政府|区委|党工委)[^。；，]{0,6}同意")
STREETS = re.compile(r"街道办事处|镇人民政府|镇政府|街道$")


@dataclass(frozen=True)
class Party:
    """An addressee, and how it stands to the issuing unit; `relation` is "" where nobody can tell (a body outside)."""

    kind: str
    name: str
    relation: str = ""
    is_street: bool = False


def party(kind: str, name: str, unit, other) -> Party:
    """`other` is the addressee's Unit or None; who stands above whom is read from parent and rank, without a query."""
    if other is None:
        return Party(kind, name)
    is_street = other.category == "subdistrict"
    if other.pk == unit.parent_id or other.rank < unit.rank:
        return Party(kind, name, ABOVE, is_street)
    if other.parent_id == unit.pk or other.rank > unit.rank:
        return Party(kind, name, BELOW, is_street)
    return Party(kind, name, BESIDE, is_street)


def _refuse(code: str, field: str, message: str, article: str) -> Finding:
    return Finding(code, REFUSE, field, f"{message}（{REGULATION}{article}）", field)


def _advise(code: str, field: str, message: str, article: str) -> Finding:
    return Finding(code, WARN, field, f"{message}（{REGULATION}{article}）", field)


def _named(draft: Any, kind: str, *relations: str) -> str:
    found = [one.name for one in draft.parties if one.kind == kind and one.relation in relations]
    return some_of(found, NAMED, "个单位")


def kind_and_direction(draft: Any) -> Iterator[Finding]:
    """Article 8: which kind goes which way."""
    kind, way = draft.doc_type, draft.routing_direction
    if kind in DOWN_ONLY and way == RoutingDirection.UP:
        yield _advise("kind-direction", "routing_direction", f"{draft.label}不作上行文，请核对文种和行文方向。",
                      f"第八条第{DOWN_ONLY[kind]}项")  # fmt: skip
    if kind == DocType.NOTICE and way == RoutingDirection.UP:
        yield _advise("kind-direction", "doc_type", "通知不作上行文：向上级汇报工作用报告，请求指示、批准用请示。",
                      "第八条第八项")  # fmt: skip
    if kind == DocType.LETTER and way in (RoutingDirection.UP, RoutingDirection.DOWN):
        yield _advise("kind-direction", "routing_direction", "函用于不相隶属机关之间，行文方向一般为平行，请核对。",
                      "第八条第十四项")  # fmt: skip
    if kind == DocType.ORDER and not draft.may_order:
        yield _refuse("order-right", "doc_type", f"命令（令）由人民政府发布，本单位无权制发（版头会印成“{draft.page.issuing_mark}”）："
                      "请以人民政府为发文单位拟稿（没有这个单位的，请系统管理员建立），或改用决定、通知等文种。",
                      "第八条第三项")  # fmt: skip
    if kind == DocType.ORDER and draft.page.title.strip():
        said = "命令（令）的版面只有发文机关标志和令号，不排标题（GB/T 9704—2012，10.2）：所填标题只用于登记和查找。"
        yield Finding("order-title", WARN, "title", said, "title")
    if kind in SELDOM:
        yield _advise("kind-seldom", "doc_type", f"{draft.label}用于向国内外公布重要或法定事项，区级机关一般不用，请核对（可用通告）。",
                      f"第八条第{SELDOM[kind]}项")  # fmt: skip


def recipients_and_direction(draft: Any) -> Iterator[Finding]:
    """Articles 14 and 15: whom it goes to against the way it goes (RT-02, RT-15)."""
    way, main = draft.routing_direction, AddresseeKind.MAIN
    if way == RoutingDirection.UP:
        if below := _named(draft, AddresseeKind.CC, BELOW):
            yield _refuse("RT-02", "cc", f"上行文不得抄送下级机关：请从抄送中去掉{below}。", "第十五条第一项")
        if draft.doc_type == DocType.REQUEST and (beside := _named(draft, main, BESIDE)):
            yield _advise("RT-15", "main", f"{beside}与本单位不相隶属，请求批准用函，不用请示。", "第八条第十四项")
        elif wrong := _named(draft, main, BELOW, BESIDE):
            yield _advise(
                "main-direction", "main", f"上行文主送上级机关，{wrong}不是本单位的上级，请核对。", "第十五条第一项"
            )
    elif way == RoutingDirection.DOWN:
        if above := _named(draft, main, ABOVE):
            yield _advise("main-direction", "main", f"下行文主送了上级机关{above}，请核对文种和行文方向。", "第十四条")
        if draft.doc_type in (DocType.DECISION, DocType.OPINION) and not _named(draft, AddresseeKind.CC, ABOVE):
            yield _advise(
                "RT-08", "cc", "重要的下行文应当同时抄送发文机关的直接上级机关，请核对是否抄送。", "第十六条第一项"
            )
    elif way == RoutingDirection.PARALLEL and (others := _named(draft, main, ABOVE)):
        yield _advise("main-direction", "main", f"平行文主送了上级机关{others}，请核对行文方向。", "第十四条")
    if draft.main and draft.doc_type in WITHOUT_RECIPIENTS:
        yield _advise("main-unusual", "main", f"{draft.label}一般不写主送机关，请核对。", "第九条第八项")


def directs_lower_governments(draft: Any) -> Iterator[Finding]:
    """RT-09: a department gives no directives to 街道, 镇 in its own name."""
    if draft.routing_direction != RoutingDirection.DOWN or draft.is_general_office:
        return
    streets = [one.name for one in draft.parties if one.kind == AddresseeKind.MAIN and one.is_street]
    directs = draft.doc_type in (DocType.DECISION, DocType.OPINION) or "指令性" in draft.page.body
    if streets and directs and not CONSENT.search(draft.page.body):
        yield _advise("RT-09", "body", f"部门不得向{some_of(streets, 1, '个单位')}发布指令性公文；"
                      "需经政府审批的，请在文中注明“经区政府同意”。", "第十六条第二项")  # fmt: skip


def request_and_report(draft: Any) -> Iterator[Finding]:
    """Article 15, item 4: one matter one document; a report asks for nothing (RT-05)."""
    title, body = draft.page.title.strip(), draft.page.body
    if draft.doc_type == DocType.REPORT:
        if found := ASKS.search(body):
            yield _refuse("RT-05", "body", f"报告中不得夹带请示事项：“{found.group()}”。请改用请示，或删去请示语。",
                          "第十五条第四项")  # fmt: skip
        elif found := PERHAPS_ASKS.search(body):
            yield _advise("RT-05", "body", f"“{found.group()}”像是请示事项，报告中不得夹带，请核对。", "第十五条第四项")
    if draft.doc_type != DocType.REQUEST:
        return
    if body.strip() and not ANSWERED.search(body):
        yield _advise("request-asks", "body", "没有看到请示语，请示末尾一般写“妥否，请批示。”", "第八条第十一项")
    asked = [block for block in ENUMERATED.split(body)[1:] if ASKS.search(block) or PERHAPS_ASKS.search(block)]
    if SEVERAL.search(title) or len(asked) > 1:
        yield _advise("one-matter", "title" if SEVERAL.search(title) else "body",
                      "请示应当一文一事，看来不止一件事，请核对是否分别行文。", "第十五条第四项")  # fmt: skip


def title_of_parts(draft: Any) -> Iterator[Finding]:
    """Article 9, item 7: issuing body, matter and kind."""
    title = draft.page.title.strip().rstrip("）)")
    if not title:
        return
    kind = ENDINGS.get(draft.doc_type, draft.label)
    if found := TWO_KINDS.search(title):
        yield _advise("title-kinds", "title", f"“{found.group()}”不是文种，请只用一个文种。", "第八条")
    elif TWICE.search(title):
        yield _advise("title-twice", "title", "标题中文种重复，转发、印发时一般省去一个，请核对。", "第九条第七项")
    elif kind and not title.endswith(kind) and f"{kind}（" not in title:
        yield _advise("title-type", "title", f"标题末尾一般写明文种“{kind}”，请核对。", "第九条第七项")


def title_without_mark(draft: Any) -> Iterator[Finding]:
    if draft.page.title.rstrip().endswith(("。", "，", "；", ".")):
        yield _advise("title-mark", "title", "标题末尾一般不用标点，请核对。", "第九条第七项")


def attachments_and_text(draft: Any) -> Iterator[Finding]:
    """Article 9, items 10 and 15: 附件说明 is made from the files; the text names no more than there are."""
    body, count = draft.page.body, len(draft.page.attachments)
    if TYPED_NOTE.search(body):
        yield _advise(
            "note-typed",
            "body",
            "附件说明由系统按所附文件排在正文之下，请删去正文中的“附件：”及其名称。",
            "第九条第十项",
        )
    elif re.search(r"(?:详?见|如|后附)附件", body) and not count:
        yield _advise("no-attachment", "attachments", "正文提到附件，但还没有添加附件。", "第九条第十项")
    elif count and (most := max(map(_figure, NUMBERED_ATTACHMENT.findall(body)), default=0)) > count:
        yield _advise(
            "no-attachment", "attachments", f"正文提到附件{most}，现只有 {count} 个附件，请核对。", "第九条第十项"
        )


def attachments_of_one_name(draft: Any) -> Iterator[Finding]:
    """附件说明 would name two files alike, and nobody could tell which is meant."""
    names = draft.page.attachments
    for name in dict.fromkeys(one for one in names if names.count(one) > 1):
        said = f"有 {names.count(name)} 个附件都叫“{name}”，请核对是否重复添加，或者改用不同的名称。"
        yield _advise("attachment-twice", "attachments", said, "第九条第十项")


def _figure(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, is_over, ones = text.rpartition("十")
    return (FIGURES.index(tens) if tens else 1) * 10 * bool(is_over) + (FIGURES.index(ones) if ones else 0)


def signature_typed(draft: Any) -> Iterator[Finding]:
    """Article 9, items 11 and 12: 署名 and 成文日期 are set by the layout."""
    last = [line.strip() for line in draft.page.body.strip().split("\n")[-2:]]
    names = [name for name in (draft.page.issuer_signature, draft.page.printing_agency) if name]
    found = [line for line in last if TYPED_DATE.match(line.replace(" ", "")) or line in names]
    if found:
        signs = (
            "署名和成文日期由系统排印" if draft.page.issuer_signature else f"{draft.label}不署名，成文日期由系统排印"
        )
        yield _advise("signature-typed", "body", f"{signs}，正文末尾的“{found[-1]}”请删去。",
                      "第九条第十一项、第十二项")  # fmt: skip


ALWAYS = (title_without_mark, attachments_and_text, attachments_of_one_name)
OUTWARD = (
    kind_and_direction, recipients_and_direction, directs_lower_governments, request_and_report, title_of_parts,
    signature_typed,
)  # fmt: skip


def remarks(draft: Any) -> Iterator[Finding]:
    """Everything of the regulation that concerns the draft; a 签报 stays in the unit and is no 公文 of it."""
    for rule in ALWAYS if draft.direction == Direction.INTERNAL else OUTWARD + ALWAYS:
        yield from rule(draft)
